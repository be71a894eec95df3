"""Small counts in a file that is given: which are shown, and which withheld ones a reader can work out.

The gate sees the cells of a rebuilt file; the audit of tables (`candour.tables.audit`) says what they tell. Neither
knows the other, so they are brought together here. A table of counts is recognised by its form: a heading, a first
column of labels, and columns of which most cells are whole numbers or marks for withheld ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from candour.files.catalogue import found
from candour.files.findings import Finding
from candour.tables.audit.releases import audit
from candour.tables.audit.search import within
from candour.tables.csv import TableError
from candour.tables.ledger.ledger import Column, Ledger, PrintedCell, Release
from candour.tables.ledger.marks import Reading, read_count
from candour.tables.protection import Protection

_MOST_ROWS, _MOST_COLUMNS = 300, 40
_HEADING_WITHIN = 15
_SECONDS = 10
_NAMED = 8
_TOTAL = re.compile(r"(?:grand |overall )?total(?:s)?|all(?: forces)?|sum", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_COUNT = re.compile(
    r"%|\b(?:per ?cent|percentage|rate|average|mean|median|rank|year|id|ref|reference|code|number of days|age)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SheetOfCounts:
    """A table of counts as it stands in a sheet: its cells by their labels, each with what is printed."""

    name: str
    cells: tuple[tuple[str, str, str], ...]
    rows_add_up: bool
    columns_add_up: bool


def with_counts(seen: Iterable[Finding], rebuilt: Mapping[str, Any], threshold: int) -> list[Finding]:
    """What the gate sees in plain sight, and what the counts in the sheets tell against a force's threshold.

    `rebuilt` is the file as the gate previews it. Where a sheet is a table of counts, its small counts are judged here
    and not by the plain rule of the gate.
    """
    sheets = [sheet for sheet in rebuilt.get("sheets", ()) if sheet["row_count"] <= _MOST_ROWS]
    tables = [table for sheet in sheets if (table := counts_of(sheet["name"], sheet["rows"]))]
    judged = tuple(f"{table.name}, " for table in tables)
    findings = [finding for finding in seen if finding.code != "V.small_count" or not finding.place.startswith(judged)]
    for table in tables:
        findings += told_by(table, threshold)
    return findings


def counts_of(name: str, rows: Sequence[Sequence[str]]) -> SheetOfCounts | None:
    """The table of counts in the rows of a sheet; None where there is none."""
    start = next((number for number, row in enumerate(rows[:_HEADING_WITHIN]) if _heads(row, rows[number + 1 :])), None)
    if start is None:
        return None
    heading, below = rows[start], [row for row in rows[start + 1 :] if row and row[0].strip()]
    columns = [
        column
        for column in range(1, min(len(heading), _MOST_COLUMNS))
        if heading[column].strip() and not _NO_COUNT.search(heading[column]) and _is_of_counts(below, column)
    ]
    filled = [row for row in below if any(column < len(row) and row[column].strip() for column in columns)]
    if not columns or len(filled) < 2:
        return None
    across = _told_apart(heading[column] for column in columns)
    down = _told_apart(row[0] for row in filled)
    cells = tuple(
        (label, title, row[column].strip() if column < len(row) else "")
        for label, row in zip(down, filled, strict=True)
        for title, column in zip(across, columns, strict=True)
    )
    return SheetOfCounts(name, cells, "Total" in down, "Total" in across)


def told_by(table: SheetOfCounts, threshold: int) -> list[Finding]:
    """The small counts that a table shows, and the withheld ones that it tells all the same, with their cells."""
    shown = [
        f"{row}, {column}"
        for row, column, printed in table.cells
        if _WHOLE.fullmatch(printed) and 0 < int(printed.replace(",", "")) < threshold
    ]
    findings = []
    if shown:
        evidence = f"below {threshold}: {_listed(shown)}"
        findings.append(found("V.small_count", f"{table.name}, {shown[0]}", len(shown), evidence))
    worked_out = _worked_out(table, threshold)
    if worked_out:
        findings.append(
            found(
                "V.worked_out", f"{table.name}, {worked_out[0][0]}", len(worked_out), _listed(map(_range, worked_out))
            )
        )
    return findings


def _worked_out(table: SheetOfCounts, threshold: int) -> list[tuple[str, int, int | None]]:
    """Cells whose figure is withheld, with the range in which a reader can place it; only those that are told."""
    withheld = {
        f"row {row}, column {column}": f"{row}, {column}"
        for row, column, printed in table.cells
        if not _WHOLE.fullmatch(printed)
    }
    if not withheld or not (table.rows_add_up or table.columns_add_up):
        return []
    release = Release(
        "this table",
        date.today(),  # noqa: DTZ011  any one day: there is no other release to hold it against
        columns=(Column("row", complete=table.rows_add_up), Column("column", complete=table.columns_add_up)),
        cells=tuple(PrintedCell((row, column), printed) for row, column, printed in table.cells),
    )
    try:
        told = audit(Ledger(), release, Protection(threshold=threshold), within(_SECONDS))
    except TableError:
        return []
    return [
        (withheld[finding.cell], finding.lower, finding.upper)
        for finding in told.findings
        if finding.cell in withheld and not finding.undecided
    ]


def _range(told: tuple[str, int, int | None]) -> str:
    cell, lower, upper = told
    return f"{cell} is {lower}" if lower == upper else f"{cell} is between {lower} and {upper}"


def _listed(places: Iterable[str]) -> str:
    every = list(places)
    more = f" and {len(every) - _NAMED:,} more" if len(every) > _NAMED else ""
    return "; ".join(every[:_NAMED]) + more


def _heads(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row is the heading of a table of counts: it names two columns or more, and figures follow."""
    named = [cell for cell in row if cell.strip()]
    following = next((other for other in below if any(cell.strip() for cell in other)), [])
    plain = not any(_WHOLE.fullmatch(cell.strip()) and not _YEAR.fullmatch(cell.strip()) for cell in named)
    return len(named) > 1 and plain and any(_is_count(cell) for cell in following[1:])


def _is_of_counts(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    wholes = sum(1 for cell in cells if _WHOLE.fullmatch(cell.strip()))
    return wholes > 0 and sum(map(_is_count, cells)) >= 0.8 * len(cells)


def _is_count(cell: str) -> bool:
    if "%" in cell or not cell.strip():
        return False
    try:
        read_count(cell, Reading())
    except TableError:
        return False
    return True


def _told_apart(labels: Iterable[str]) -> list[str]:
    """Labels, each once, and a total under the one name by which the audit knows it."""
    seen: Counter[str] = Counter()
    apart = []
    for text in labels:
        label = "Total" if _TOTAL.fullmatch(text.strip()) else " ".join(text.split())
        seen[label] += 1
        apart.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return apart
