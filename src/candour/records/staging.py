"""The rows of a file as text in the engine: blank rows, headings again, totals and notes told from the records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from candour.records.delimited import Row
from candour.records.description import Column, Description, Kind, name_of, names_for
from candour.records.engine import DuckDB
from candour.records.findings import Findings, Problem, RecordsError
from candour.records.grid import Grid, open_grid
from candour.records.layout import Layout, Place, find_layout, tidy
from candour.records.readings import Unread, read_number

_BATCH = 50_000
_AGAIN = 0.6
_TOTAL = re.compile(r"(?:grand |overall |sub[- ]?)?totals?\b.*|sum|.*\b(?:grand|sub) ?total", re.IGNORECASE)


@dataclass(frozen=True)
class Staged:
    """The table `staged`: `seq` counts the records from 1, `line` is where each began, `r0`, `r1`, ... hold the text."""

    digest: str
    sheet: str
    columns: tuple[Column, ...]
    rows: int

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


def stage(engine: DuckDB, path: Path, description: Description | None, findings: Findings, sheet: str = "") -> Staged:
    """Read a file into the table `staged`. With a description only the columns that it keeps are read.

    Raises RecordsError where the file cannot be read, or lacks a column that is described.
    """
    grid = open_grid(path, sheet or (description.sheet if description else ""), findings)
    layout = find_layout(path.name, grid.head, grid.merged, description.header if description else None, findings)
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
    tally = _Tally()
    keys = {name for names in description.keys.values() for name in names} if description else set()
    wanted = [place.at for place in places]
    keyed = [place.at for column, place in zip(columns, places, strict=True) if column.name in keys]
    rows = _load(engine, _records(grid, layout, keyed, tally, findings), wanted)
    _tell(tally, findings)
    if not rows:
        raise RecordsError(f"{path.name}: there are headings but no rows under them.")
    if not description:
        columns = _without_empty(engine, columns, layout, findings)
    return Staged(grid.digest, grid.sheet, columns, rows)


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
    if left:
        findings.assume(f"Columns that the description does not name were left out: {', '.join(left)}.")
    return description.kept, tuple(places)


def _records(
    grid: Grid, layout: Layout, keyed: Sequence[int], tally: _Tally, findings: Findings
) -> Iterator[Row]:
    """The rows that are records, each as wide as the table."""
    places = layout.places
    width = max(place.at for place in places) + 1
    headings = {place.at: place.heading for place in places if place.named}
    first = places[0].at
    head = headings.get(first, "").casefold()
    down = places[layout.fill_down].at if layout.fill_down is not None else None
    fills = _merged_down(grid, layout, findings)
    pending: Row | None = None
    above = ""
    for line, cells in grid.rows():
        if line < layout.first:
            continue
        if not any(cells) or not "".join(cells).strip():
            tally.blank += 1
            continue
        if len(cells) < width:
            tally.short += 1
            cells = [*cells, *[""] * (width - len(cells))]
        elif len(cells) > width and any(cell.strip() for cell in cells[width:]):
            findings.report(
                Problem(
                    line,
                    "",
                    " | ".join(cell for cell in cells[width:] if cell.strip()),
                    f"stands beyond the last heading: the row has {len(cells)} cells, and there are {width} headings.",
                )
            )
        if fills:
            for at, (top, text) in fills.items():
                if line in top:
                    cells[at] = text[line]
        begin = cells[first]
        if begin.strip().casefold() == head and _is_again(cells, headings):
            tally.again.append(line)
            continue
        filled = [at for at in range(width) if cells[at] and not cells[at].isspace()]
        if len(filled) < 2 or cells[filled[0]][:1] in "tTgGsSoO":
            if _is_total(cells, filled):
                tally.totals.append(line)
                continue
            if len(filled) == 1 and len(places) > 2 and filled[0] not in keyed and filled[0] != down:
                findings.report(
                    Problem(
                        line,
                        headings.get(filled[0], ""),
                        tidy(cells[filled[0]]),
                        "stands alone on its row: a note or a heading, no record.",
                        counted=False,
                    )
                )
                continue
        if down is not None:
            if filled == [down]:
                if pending is not None:
                    tally.alone += 1
                    yield pending
                above, pending = cells[down], (line, cells)
                continue
            pending = None
            if not cells[down].strip():
                cells[down] = above
            else:
                above = cells[down]
        yield line, cells
    if pending is not None:
        tally.alone += 1
        yield pending


def _merged_down(grid: Grid, layout: Layout, findings: Findings) -> dict[int, tuple[set[int], dict[int, str]]]:
    """For columns with cells merged over several rows: the value of each of those rows."""
    columns = {place.at for place in layout.places}
    index = {line: cells for line, cells in grid.head} if grid.merged else {}
    fills: dict[int, tuple[set[int], dict[int, str]]] = {}
    for top, left, bottom, _ in grid.merged:
        if top + 1 < layout.first or bottom == top or left not in columns:
            continue
        value = index.get(top + 1, [])
        if left < len(value) and value[left].strip():
            lines, texts = fills.setdefault(left, (set(), {}))
            for row in range(top + 2, bottom + 2):
                lines.add(row)
                texts[row] = value[left]
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


def _load(engine: DuckDB, records: Iterator[Row], wanted: Sequence[int]) -> int:
    names = [f"r{at}" for at in range(len(wanted))]
    done = 0
    lines: list[int] = []
    batch: list[list[str]] = []

    def flush() -> None:
        nonlocal done
        columns = list(zip(*batch, strict=False))
        numbers = np.arange(done + 1, done + len(batch) + 1, dtype=np.int64)
        engine.append(
            "staged",
            {
                "seq": numbers,
                "line": np.array(lines, dtype=np.int64),
                **{name: columns[at] for name, at in zip(names, wanted, strict=True)},
            },
        )
        done += len(batch)
        lines.clear()
        batch.clear()

    for line, cells in records:
        lines.append(line)
        batch.append(cells)
        if len(batch) == _BATCH:
            flush()
    if batch:
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
        empty = not place.named and not engine.one(f"SELECT count(*) FROM staged WHERE trim(r{at}) <> ''")  # noqa: S608  a number of ours
        if not place.named and not empty:
            findings.assume("It has values and no heading.", place.heading)
        kept.append(Column(column.name, column.heading, Kind.LEFT_OUT) if empty else column)
    return tuple(kept)
