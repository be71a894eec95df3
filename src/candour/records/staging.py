"""The rows of a file as text in the engine: blank rows, headings again, totals and notes told from the records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from candour.records.delimited import Block, Row
from candour.records.description import Column, Description, Kind, name_of, names_for
from candour.records.engine import DuckDB
from candour.records.findings import Findings, Problem, RecordsError, Watch
from candour.records.grid import Grid, open_grid
from candour.records.layout import Layout, Place, find_layout, tidy
from candour.records.readings import Unread, read_number

_BATCH = 50_000
_SIFTED = 1_000
_AGAIN = 0.6
_MOST_NOTES = 5
_TOTAL = re.compile(r"(?:grand |overall |sub[- ]?)?totals?\b.*|sum|.*\b(?:grand|sub) ?total", re.IGNORECASE)
_LOOK_AGAIN = "tTgGsSoO \t\r\n\u00a0"
"""A row whose first two cells hold something else is a record; most rows are, and are passed on at once."""


@dataclass(frozen=True)
class Staged:
    """The table `staged`: `seq` counts the records from 1, `line` is where each began, `r0` and so on the text."""

    digest: str
    sheet: str
    columns: tuple[Column, ...]
    rows: int
    is_even: bool = False
    """Whether no text has white space to be tidied within it."""

    def at(self, name: str) -> int:
        """The number of the text column that holds a column, by its name."""
        return next(at for at, column in enumerate(self.columns) if column.name == name)


@dataclass
class _Tally:
    """What was passed over on the way."""

    blank: int = 0
    again: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    short: int = 0
    alone: int = 0


def stage(  # noqa: PLR0917  the file, what is known of it, and where it goes
    engine: DuckDB,
    path: Path,
    description: Description | None,
    findings: Findings,
    sheet: str = "",
    header: int | None = None,
) -> Staged:
    """Read a file into the table `staged`. With a description only the columns that it keeps are read.

    Raises RecordsError where the file cannot be read, or lacks a column that is described.
    """
    grid = open_grid(path, sheet or (description.sheet if description else ""), findings)
    layout = find_layout(path.name, grid.head, grid.merged, description.header if description else header, findings)
    if description and description.fill_down is not None:
        layout = Layout(layout.first, layout.places, 0 if description.fill_down else None)
    if description:
        columns, places = _described(path.name, description, layout, findings)
    else:
        names = names_for(place.heading for place in layout.places)
        places = layout.places
        columns = tuple(Column(name, place.heading) for name, place in zip(names, places, strict=True))
    engine.run("DROP TABLE IF EXISTS staged")
    held = ", ".join(f"r{at} VARCHAR" for at in range(len(places)))
    engine.run(f"CREATE TEMP TABLE staged (seq BIGINT, line BIGINT, {held})")
    keys = {name for names in description.keys.values() for name in names} if description else set()
    wanted = [place.at for place in places]
    keyed = [place.at for column, place in zip(columns, places, strict=True) if column.name in keys]
    sieve = _Sieve(grid, layout, keyed, findings)
    rows = _load(engine, sieve.blocks(), wanted, findings.watch)
    _tell(sieve.tally, findings)
    if not rows:
        raise RecordsError(f"{path.name}: there are headings but no rows under them.")
    if not description:
        columns = _without_empty(engine, columns, layout, findings)
    return Staged(grid.digest, grid.sheet, columns, rows, grid.is_even and sieve.is_single)


def _described(
    name: str, description: Description, layout: Layout, findings: Findings
) -> tuple[tuple[Column, ...], tuple[Place, ...]]:
    """The columns that the description keeps, with their places. What it does not name is left out, and said."""
    by_heading = {place.heading.casefold(): place for place in layout.places}
    by_name = {name_of(place.heading): place for place in reversed(layout.places)}
    places = []
    for column in description.kept:
        found = by_heading.get(tidy(column.heading).casefold()) or by_name.get(name_of(column.heading))
        if found is None:
            headings = ", ".join(f"“{place.heading}”" for place in layout.places)
            raise RecordsError(f"{name}: there is no column “{column.heading}”. The headings are {headings}.")
        places.append(found)
    known = {name_of(column.heading) for column in description.columns}
    left = [place.heading for place in layout.places if name_of(place.heading) not in known and place.named]
    left += [f"{place.heading}, which has no heading" for place in layout.places if not place.named]
    if left:
        findings.assume(f"Columns that the description does not name were left out: {', '.join(left)}.")
    return description.kept, tuple(places)


class _Sieve:
    """Tells records from everything else that stands in a sheet."""

    def __init__(self, grid: Grid, layout: Layout, keyed: Sequence[int], findings: Findings) -> None:
        places = layout.places
        self.tally = _Tally()
        self._grid, self._layout, self._keyed, self._findings = grid, layout, frozenset(keyed), findings
        self._width = max(place.at for place in places) + 1
        self._headings = {place.at: place.heading for place in places if place.named}
        self._first, self._second = places[0].at, places[min(1, len(places) - 1)].at
        self._down = places[layout.fill_down].at if layout.fill_down is not None else None
        self._fills = _merged_down(grid, layout, findings)
        self._loose: list[Problem] = []
        self._gap = False
        self.is_single = True
        """Whether each row read so far has one line, so that no cell has a break in it."""
        look = _LOOK_AGAIN + self._headings.get(self._first, " ")[:1]
        self._look = frozenset(look)
        self._spaced = {
            at
            for at in keyed
            for line, cells in grid.head
            if line >= layout.first and at < len(cells) and " " in tidy(cells[at]) and sum(map(bool, cells)) > 1
        }

    def blocks(self) -> Iterator[Block]:
        """The rows that are records, each as wide as the table, many at a time."""
        if self._down is None:
            for lines, cells in self._grid.blocks():
                self.is_single &= isinstance(lines, range)
                if self._is_plain(lines, cells):
                    if self._loose:
                        self._report_loose(lines[0])
                    yield lines, cells
                    self._gap = False
                else:
                    yield from self._sifted(self._alone(zip(lines, cells, strict=True)))
        else:
            self.is_single = False
            rows = ((line, cells) for line, cells in self._grid.rows() if line >= self._layout.first)
            yield from self._sifted(self._under_headings(rows))
        for note in self._loose[:_MOST_NOTES]:
            self._findings.assume(f"Line {note.line:,}, “{note.value[:80]}”, stands beneath the table and is a note.")
        if (more := len(self._loose) - _MOST_NOTES) > 0:
            self._findings.assume(f"{more:,} further lines beneath the table are notes.")

    def _is_plain(self, lines: Sequence[int], cells: list[list[str]]) -> bool:
        """Whether every row of a block is a record at a glance."""
        return (
            lines[0] >= self._layout.first
            and not self._fills
            and set(map(len, cells)) == {self._width}
            and all(row[self._second] for row in cells)
            and self._look.isdisjoint({row[self._first][:1] for row in cells})
            and all(row[self._first] for row in cells)
        )

    def _sifted(self, records: Iterator[Row]) -> Iterator[Block]:
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, cells in records:
            if self._loose:
                self._report_loose(line)
            lines.append(line)
            rows.append(cells)
            self._gap = False
            if len(rows) == _SIFTED:
                yield lines, rows
                lines, rows = [], []
        if rows:
            yield lines, rows

    def _report_loose(self, before: int) -> None:
        """Texts alone on their row above a record are not understood; beneath the last one they are notes."""
        for each in [each for each in self._loose if each.line < before]:
            self._findings.report(each)
            self._loose.remove(each)

    def _alone(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Records of which each stands for itself. Most are told at a glance, and passed on at once."""
        first, second, begin, width = self._first, self._second, self._layout.first, self._width
        look = self._look
        for line, cells in rows:
            if line < begin:
                continue
            whole = len(cells) == width and not self._fills
            if whole and cells[first] and cells[second] and cells[first][0] not in look:
                yield line, cells
            elif (fitted := self._fitted(line, cells)) and not self._passed_over(line, fitted):
                yield line, fitted

    def _under_headings(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Records under a value that stands on a row of its own; such a value with none under it is a record too."""
        down = self._down
        assert down is not None
        pending: Row | None = None
        above = ""
        for line, cells in rows:
            fitted = self._fitted(line, cells)
            if not fitted or self._passed_over(line, fitted):
                continue
            if self._filled(fitted) == [down]:
                if pending is not None:
                    self.tally.alone += 1
                    yield pending
                above, pending = fitted[down], (line, fitted)
                continue
            pending = None
            above = fitted[down] if fitted[down].strip() else above
            fitted[down] = above
            yield line, fitted
        if pending is not None:
            self.tally.alone += 1
            yield pending

    def _fitted(self, line: int, cells: list[str]) -> list[str]:
        """The row as wide as the table, with the values of merged cells; empty where it is blank."""
        width = self._width
        if not any(cells) or not "".join(cells).strip():
            self.tally.blank += 1
            self._gap = True
            return []
        if len(cells) < width:
            self.tally.short += 1
            cells = [*cells, *[""] * (width - len(cells))]
        elif beyond := " | ".join(cell for cell in cells[width:] if cell.strip()):
            said = f"stands beyond the last heading: the row has {len(cells)} cells, and there are {width} headings."
            self._findings.report(Problem(line, "", beyond, said))
        for at, texts in self._fills.items():
            if line in texts:
                cells[at] = texts[line]
        return cells

    def _filled(self, cells: Sequence[str]) -> list[int]:
        return [at for at in range(self._width) if cells[at] and not cells[at].isspace()]

    def _passed_over(self, line: int, cells: Sequence[str]) -> bool:
        """Whether a row is no record: the headings again, a total, a note."""
        if _is_again(cells, self._headings):
            self.tally.again.append(line)
            return True
        filled = self._filled(cells)
        if _is_total(cells, filled):
            self.tally.totals.append(line)
            return True
        wide = len(self._layout.places) > 2 or (self._gap and len(self._layout.places) > 1)
        if len(filled) == 1 and wide and not self._stands_alone(filled[0], cells):
            heading, text = self._headings.get(filled[0], ""), tidy(cells[filled[0]])
            said = "stands alone on its row: a note or a heading, no record."
            self._loose.append(Problem(line, heading, text, said, counted=False))
            return True
        return False

    def _stands_alone(self, at: int, cells: Sequence[str]) -> bool:
        """Whether a single value makes a record: one that is filled down, or a key that is written as others are."""
        if at == self._down:
            return True
        return at in self._keyed and (at in self._spaced or " " not in tidy(cells[at]))


def _merged_down(grid: Grid, layout: Layout, findings: Findings) -> dict[int, dict[int, str]]:
    """For columns with cells merged over several rows: the value of each of those rows, by line."""
    columns = {place.at for place in layout.places}
    index = dict(grid.head) if grid.merged else {}
    fills: dict[int, dict[int, str]] = {}
    for top, left, bottom, _ in grid.merged:
        if top + 1 < layout.first or bottom == top or left not in columns:
            continue
        value = index.get(top + 1, [])
        if left < len(value) and value[left].strip():
            fills.setdefault(left, {}).update(dict.fromkeys(range(top + 2, bottom + 2), value[left]))
    if fills:
        findings.assume("Cells merged over several rows hold their value in each of them.")
    return fills


def _is_again(cells: Sequence[str], headings: dict[int, str]) -> bool:
    """Whether a row is the headings again."""
    filled = {at: tidy(cells[at]).casefold() for at in headings if cells[at].strip()}
    same = sum(1 for at, text in filled.items() if text == headings[at].casefold())
    return bool(filled) and same >= _AGAIN * len(filled) and (same > 1 or len(headings) == 1)


def _is_total(cells: Sequence[str], filled: Sequence[int]) -> bool:
    if not filled or not _TOTAL.fullmatch(tidy(cells[filled[0]])):
        return False
    for at in filled[1:]:
        try:
            read_number(cells[at])
        except Unread:
            return False
    return True


def _load(engine: DuckDB, blocks: Iterator[Block], wanted: Sequence[int], watch: Watch) -> int:
    names = [f"r{at}" for at in range(len(wanted))]
    done = 0
    lines: list[int] = []
    batch: list[list[str]] = [[] for _ in wanted]

    def flush() -> None:
        nonlocal done
        numbers = np.arange(done + 1, done + len(lines) + 1, dtype=np.int64)
        engine.append(
            "staged",
            {
                "seq": numbers,
                "line": np.array(lines, dtype=np.int64),
                **dict(zip(names, batch, strict=True)),
            },
        )
        done += len(lines)
        lines.clear()
        for texts in batch:
            texts.clear()
        watch("Reading the rows", done, 0)

    for some, cells in blocks:
        lines += some
        columns = list(zip(*cells, strict=False))
        for texts, at in zip(batch, wanted, strict=True):
            texts.extend(columns[at])
        if len(lines) >= _BATCH:
            flush()
    if lines:
        flush()
    return done


def _tell(tally: _Tally, findings: Findings) -> None:
    if tally.blank:
        findings.assume(f"{tally.blank:,} blank rows were passed over.")
    if tally.again:
        findings.assume(f"The headings stand again on {_lines(tally.again)}, and were left out there.")
    if tally.totals:
        findings.assume(f"Totals stand on {_lines(tally.totals)}; they are no records and were left out.")
    if tally.short:
        findings.assume(f"{tally.short:,} rows end early; what they lack is blank.")
    if tally.alone:
        findings.assume(
            f"{tally.alone:,} values stand above no rows of their own; each is one record with nothing else in it."
        )


def _lines(lines: Sequence[int]) -> str:
    shown = ", ".join(f"{line:,}" for line in lines[:5])
    more = f" and {len(lines) - 5:,} more" if len(lines) > 5 else ""
    return f"{'lines' if len(lines) > 1 else 'line'} {shown}{more}"


def _without_empty(
    engine: DuckDB, columns: tuple[Column, ...], layout: Layout, findings: Findings
) -> tuple[Column, ...]:
    """Columns without a heading and without any value are no columns."""
    kept = []
    for at, (column, place) in enumerate(zip(columns, layout.places, strict=True)):
        empty = not place.named and not engine.one(f"SELECT count(*) FROM staged WHERE trim(r{at}) <> ''")
        if not place.named and not empty:
            findings.assume("It has values and no heading.", place.heading)
        kept.append(Column(column.name, column.heading, Kind.LEFT_OUT) if empty else column)
    return tuple(kept)
