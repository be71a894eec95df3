"""One table in plain sight: shape, headings, columns, cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from candour.files.catalogue import found
from candour.files.findings import Finding, Severity
from candour.files.masked import listed, masked
from candour.files.plain_sight import identifiers
from candour.files.plain_sight.columns import WATCHED, Column, Sheetful, read_columns
from candour.files.plain_sight.dates import are_births, year_of
from candour.files.plain_sight.headers import telling_headings, together
from candour.files.plain_sight.names import people_in
from candour.files.plain_sight.references import ForcePatterns
from candour.files.plain_sight.signs import Sign, signs_in
from candour.files.plain_sight.small_counts import LONGEST, SmallCounts

RAW_ROWS = 500
MANY_ROWS = 450
MANY_COLUMNS = 40
FREE_TEXT = 40
NAMES = 0.3
"""Thresholds of the reference table in `docs/plain-sight.md`: aggregates of all forces have 43 to 46 rows, some 400."""

_KEPT_DATES = 5_000
_FEW = 3


class Watch:
    """What is noticed cell by cell."""

    def __init__(self, patterns: ForcePatterns) -> None:
        self.patterns = patterns
        self.signs: dict[tuple[str, int], Sign] = {}
        self.ten_digits: dict[int, list[int]] = {}
        self.years: dict[int, list[int]] = {}
        self.districts: dict[int, int] = {}
        self.named: dict[int, Sign] = {}
        self.older_marks: dict[int, list[str]] = {}
        self.kept: list[list[str]] = []

    def row(self, number: int, row: list[str]) -> None:
        """Look at one row."""
        if len(self.kept) <= LONGEST:
            self.kept.append(row)
        for column, cell in enumerate(row, 1):
            text = cell.strip()
            if len(text) < 4 or (len(text) < 7 and text.isdigit()):
                if text and identifiers.is_postcode_district(text):
                    self.districts[column] = self.districts.get(column, 0) + 1
                continue
            self._cell(number, column, text)

    def _cell(self, number: int, column: int, text: str) -> None:
        for ten in identifiers.ten_digits(text) if len(text) >= 10 else ():
            tally = self.ten_digits.setdefault(column, [0, 0])
            tally[0] += 1
            tally[1] += identifiers.is_nhs_number(ten)
        if (year := year_of(text)) is not None:
            years = self.years.setdefault(column, [])
            if len(years) < _KEPT_DATES:
                years.append(year)
            return
        for code, hits in signs_in(text, self.patterns):
            self.signs.setdefault((code, column), Sign(f"row {number}, column {column}")).add(hits)
        if number <= WATCHED and " " in text and (people := people_in(text)):
            self.named.setdefault(column, Sign(f"row {number}, column {column}")).add(people)
        if len(text) <= 8 and identifiers.older_registration_marks(text) == [text]:
            self.older_marks.setdefault(column, []).append(text)


def look_at_table(
    name: str, rows: Iterable[list[str]], patterns: ForcePatterns, small_counts: SmallCounts
) -> tuple[Sheetful, list[Finding]]:
    """The findings of one table, with what was read of it (for the declared shape)."""
    sheet, below = read_columns(name, rows)
    watch = Watch(patterns)
    for number, row in below:
        watch.row(number, row)
    headings = [column.heading for column in sheet.columns]
    findings = [
        *_raw(sheet),
        *_headings(sheet),
        *_people(sheet, watch),
        *_identifiers(sheet, watch),
        *_small(sheet, [headings, *watch.kept], small_counts),
    ]
    return sheet, findings


def _raw(sheet: Sheetful) -> Iterator[Finding]:
    keys = [column for column in sheet.columns if column.id_like and column.fill(sheet.rows) > 0.8]
    shape = f"{sheet.rows:,} rows x {sheet.width} columns"
    if sheet.rows > RAW_ROWS and keys:
        yield found("V.raw_data", sheet.name, sheet.rows, f"{shape}; a key in {listed(map(_called, keys))}")
    elif sheet.rows > MANY_ROWS:
        yield found("V.many_rows", sheet.name, sheet.rows, shape)
    if sheet.width > MANY_COLUMNS:
        yield found("V.many_columns", sheet.name, sheet.width, shape)
    for column in sheet.columns:
        if column.texts >= 10 and column.mean_length > FREE_TEXT and column.words > 6 * column.texts:
            yield found(
                "V.free_text",
                f"{sheet.name}, {_called(column)}",
                column.texts,
                f"{column.mean_length:.0f} characters a cell",
            )


def _headings(sheet: Sheetful) -> Iterator[Finding]:
    for telling in telling_headings(sheet):
        column = telling.column
        if column.of_forces:
            continue
        yield found(
            f"V.heading_{telling.kind}",
            f"{sheet.name}, {_called(column)}",
            column.filled,
            f"“{telling.phrase}”",
            severity=telling.severity,
        )
    if combined := together(sheet):
        yield found("V.heading_together", sheet.name, sheet.rows, listed(map(_called, combined)))


def _people(sheet: Sheetful, watch: Watch) -> Iterator[Finding]:
    for column in sheet.columns:
        watched = min(column.texts, column.watched)
        if column.distinct_people >= _FEW and column.people > NAMES * watched and not column.of_forces:
            yield found(
                "V.names",
                f"{sheet.name}, {_called(column)}",
                column.people,
                f"{column.people:,} of {watched:,} cells read as names",
            )
        elif (sign := watch.named.get(column.number)) and not column.of_forces:
            yield found("V.names_in_text", f"{sheet.name}, {sign.place}", sign.count, sign.evidence)


def _identifiers(sheet: Sheetful, watch: Watch) -> Iterator[Finding]:
    for (code, number), sign in watch.signs.items():
        column = sheet.columns[number - 1]
        all_ten, valid = watch.ten_digits.get(number, [0, 0])
        if code == "V.nhs_number" and all_ten >= 5 and valid < 0.3 * all_ten:
            continue
        if code == "V.crime_reference" and column.counts:
            continue
        by_chance = code == "V.nhs_number" and sign.count < _FEW and "nhs" not in column.heading.casefold()
        severity = Severity.HIGH if by_chance else None
        yield found(code, f"{sheet.name}, {sign.place}", sign.count, sign.evidence, severity=severity)
    this_year = datetime.now(tz=UTC).year
    for number, years in watch.years.items():
        if len(years) >= 0.5 * sheet.columns[number - 1].filled and are_births(years, this_year):
            yield found(
                "V.birth_date",
                f"{sheet.name}, {_called(sheet.columns[number - 1])}",
                len(years),
                f"{min(years)} to {max(years)}",
            )
    for number, marks in watch.older_marks.items():
        column = sheet.columns[number - 1]
        if len(marks) >= 5 and len(marks) >= 0.6 * column.filled and ("V.postcode", number) not in watch.signs:
            yield found(
                "V.registration_mark",
                f"{sheet.name}, {_called(column)}",
                len(marks),
                masked(marks[0], 20),
                severity=Severity.MODERATE,
            )
    for number, count in watch.districts.items():
        column = sheet.columns[number - 1]
        if count >= 5 and count >= 0.6 * column.filled:
            yield found("V.postcode_district", f"{sheet.name}, {_called(column)}", count)
    yield from _phones_without_zero(sheet, watch)


def _phones_without_zero(sheet: Sheetful, watch: Watch) -> Iterator[Finding]:
    """Mobile numbers whose leading zero a spreadsheet dropped: ten digits that begin with 7, and no NHS numbers."""
    for number, (every, valid) in watch.ten_digits.items():
        column = sheet.columns[number - 1]
        if every < 5 or valid >= 0.3 * every or every < 0.6 * column.filled:
            continue
        cells = [row[number - 1].strip() for row in watch.kept if len(row) >= number]
        mobiles = [cell for cell in cells if len(cell) == 10 and cell.isdigit() and cell[0] == "7"]
        if len(mobiles) >= 0.6 * len([cell for cell in cells if cell]):
            yield found("V.phone", f"{sheet.name}, {_called(column)}", every, masked(mobiles[0], 20))


def _small(sheet: Sheetful, table: list[list[str]], small_counts: SmallCounts) -> Iterator[Finding]:
    if sheet.rows > LONGEST:
        return
    seen = list(small_counts(table))
    for percentage, code in ((False, "V.small_count"), (True, "V.percentage")):
        places = [count for count in seen if count.percentage is percentage]
        if places:
            yield found(
                code,
                f"{sheet.name}, {places[0].place} and so on" if len(places) > 1 else f"{sheet.name}, {places[0].place}",
                len(places),
                places[0].evidence,
            )


def _called(column: Column) -> str:
    return (
        f"column {column.number} (“{masked_heading(column.heading)}”)" if column.heading else f"column {column.number}"
    )


def masked_heading(heading: str) -> str:
    """A heading is a word of the form, and shown as it is, cut to a line."""
    return heading if len(heading) <= 40 else heading[:39] + "…"
