"""Where in a sheet the table is: its headings, merged or not, and which columns stand under them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from candour.records.delimited import Row
from candour.records.findings import Findings, RecordsError
from candour.records.readings import looks_like_data
from candour.records.workbook import Merged

_DEEPEST = 60
"""Headings further down than this are not looked for."""

_BODY = 200
_WORDY, _RECURRING, _DIFFERENT, _FILLED = 0.6, 0.34, 0.5, 0.5
_LONELY, _ELSEWHERE = 0.1, 0.05
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """A column: its place in the row, counted from 0, and its heading. `named` is false where the sheet gives none."""

    at: int
    heading: str
    named: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings stand above row `first` of the table; `places` are its columns, `fill_down` one of them or None.

    A column filled down holds its value on a row of its own, above the rows that it belongs to.
    """

    first: int
    places: tuple[Place, ...]
    fill_down: int | None


def tidy(text: str) -> str:
    """A heading or a label in one line with single spaces."""
    return _SPACES.sub(" ", text.replace("\u00a0", " ")).strip()


def find_layout(
    name: str, rows: Sequence[Row], merged: Sequence[Merged], header: int | None, findings: Findings
) -> Layout:
    """The layout of the table in the first rows of a sheet (all of them, for a workbook).

    `header` names the row of the headings; 0 says that there are none; None has them looked for. Raises RecordsError
    where no row looks like headings.
    """
    if not any(any(cell.strip() for cell in cells) for _, cells in rows):
        raise RecordsError(f"{name}: there is nothing in it.")
    if header == 0:
        width = max(len(cells) for _, cells in rows)
        findings.assume("There are no headings, as said; the columns are called A, B, C.")
        places = tuple(Place(at, column_letters(at)) for at in range(width))
        return Layout(rows[0][0], places, None)
    index = _stated(name, rows, header) if header else _looked_for(name, rows)
    if not header and rows[index][0] != rows[0][0]:
        findings.assume(f"The headings stand on line {rows[index][0]}; what is above them was left out.")
    texts = [tidy(cell) for cell in rows[index][1]]
    end = index + 1
    spans = _spans(texts, index, merged)
    lower = _second_line(rows, index, merged)
    if lower is not None:
        spans, end = _joined(spans, lower, len(rows[index + 1][1])), index + 2
        findings.assume("The headings take two lines; each is read together with the one above it.")
    elif index and (above := _spans([tidy(cell) for cell in rows[index - 1][1]], index - 1, merged)):
        wide = [span for span in above if span[1] > span[0] and span[1] - span[0] + 1 < len(texts)]
        spans = [(left, right, _under(wide, left, text)) for left, right, text in spans]
    body = rows[end:]
    places = _places(spans, body, findings, sparse=bool(merged))
    first = body[0][0] if body else rows[end - 1][0] + 1
    return Layout(first, places, _filled_down(places, body, findings))


def column_letters(at: int) -> str:
    """The letters over a column of a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _stated(name: str, rows: Sequence[Row], header: int) -> int:
    for index, (line, _) in enumerate(rows):
        if line == header:
            return index
    raise RecordsError(f"{name}: the headings are said to be on line {header}, but there is no such line.")


def _looked_for(name: str, rows: Sequence[Row]) -> int:
    for index in range(min(_DEEPEST, len(rows))):
        if _is_header(rows, index):
            return index
    raise RecordsError(
        f"{name}: no row of headings was found in the first {min(_DEEPEST, len(rows))} rows; each looks like data. "
        "Put headings above the columns, or say in the description on which line they are (header = 3), "
        "or that there are none (header = 0)."
    )


def _is_header(rows: Sequence[Row], index: int) -> bool:
    cells = {at: tidy(cell) for at, cell in enumerate(rows[index][1]) if cell.strip()}
    body = [row for _, row in rows[index + 1 : index + 1 + _BODY] if any(cell.strip() for cell in row)]
    widths = [sum(1 for cell in row if cell.strip()) for row in body]
    full = [width for width in widths if width > 1] or widths
    if not cells or len(cells) < (_FILLED * median(full) if full else 1):
        return False
    if len(cells) == 1 and full and median(full) > 1:
        return False
    wordy = sum(1 for text in cells.values() if not looks_like_data(text))
    if wordy < _WORDY * len(cells) or len(set(cells.values())) < _DIFFERENT * len(cells):
        return False
    below: dict[int, set[str]] = {at: set() for at in cells}
    for row in body:
        same = sum(1 for at, text in cells.items() if at < len(row) and tidy(row[at]) == text)
        if same >= _FILLED * len(cells) and same > 1:
            continue  # the headings again
        for at, seen in below.items():
            if at < len(row):
                seen.add(tidy(row[at]))
    recurring = sum(1 for at, text in cells.items() if text in below[at])
    return recurring <= _RECURRING * len(cells)


Span = tuple[int, int, str]
"""The first and last column that a heading stands over, and its text."""


def _spans(texts: Sequence[str], index: int, merged: Sequence[Merged]) -> list[Span]:
    ends = {left: right for top, left, bottom, right in merged if top <= index <= bottom}
    return [(at, ends.get(at, at), text) for at, text in enumerate(texts) if text]


def _second_line(rows: Sequence[Row], index: int, merged: Sequence[Merged]) -> list[Span] | None:
    """The second line of the headings, if the first is only groups of them."""
    if index + 1 >= len(rows):
        return None
    upper = [tidy(cell) for cell in rows[index][1]]
    wide = [left for top, left, bottom, right in merged if top == index == bottom and right > left]
    lower = [tidy(cell) for cell in rows[index + 1][1]]
    under_blank = [at for at, text in enumerate(lower) if text and (at >= len(upper) or not upper[at])]
    if not (wide or under_blank) or not any(lower) or any(looks_like_data(text) for text in lower if text):
        return None
    if not _is_header(rows, index + 1) and len(rows) > index + 2:
        return None
    return _spans(lower, index + 1, merged) if wide or len(under_blank) > 1 else None


def _joined(upper: Sequence[Span], lower: Sequence[Span], width: int) -> list[Span]:
    """Each lower heading after the upper one over it; an unmerged upper heading reaches to the next one."""
    reach: list[Span] = []
    for place, (left, right, text) in enumerate(upper):
        until = upper[place + 1][0] - 1 if place + 1 < len(upper) else max(width - 1, right)
        reach.append((left, max(right, until) if right > left or until > left else right, text))
    found = [(left, right, _under(reach, left, text)) for left, right, text in lower]
    taken = {at for left, right, _ in found for at in range(left, right + 1)}
    return sorted(found + [span for span in upper if not taken & set(range(span[0], span[1] + 1))])


def _under(above: Sequence[Span], at: int, text: str) -> str:
    over = next((name for left, right, name in above if left <= at <= right), "")
    return f"{over} {text}" if over and over != text else text


def _places(spans: Sequence[Span], body: Sequence[Row], findings: Findings, *, sparse: bool) -> tuple[Place, ...]:
    """The columns under the headings. In a sheet with merged cells, only columns that hold something are columns."""
    used = {at for _, cells in body for at, cell in enumerate(cells) if cell and not cell.isspace()}
    owner = {at: place for place, (left, right, _) in enumerate(spans) for at in range(left, right + 1)}
    width = max([right + 1 for _, right, _ in spans] + [at + 1 for at in used])
    while not sparse and width - 1 not in owner and _share(body, width - 1) <= _FILLED:
        width -= 1  # stray cells beyond the last heading make no column
    columns = sorted(used) if sparse else list(range(width))
    owned: dict[int, list[int]] = {place: [] for place in range(len(spans))}
    for at in columns:
        if at in owner:
            owned[owner[at]].append(at)
    for place, (left, _, text) in enumerate(spans):
        if owned[place] or not sparse:
            continue
        spare = [at for other in owned.values() for at in other[1:] if abs(at - left) <= 2]
        if spare:
            nearest = min(spare, key=lambda at: abs(at - left))
            owned[owner[nearest]].remove(nearest)
            owner[nearest] = place
            owned[place] = [nearest]
            findings.assume(
                f"No values stand under it; those of column {column_letters(nearest)} beside it are read as its own.",
                text,
            )
    headings = {at: _numbered(spans[place][2], nth) for place, ats in owned.items() for nth, at in enumerate(ats)}
    taken: Counter[str] = Counter()
    places = []
    for at in columns:
        heading = headings.get(at, f"column {column_letters(at)}")
        taken[heading.casefold()] += 1
        places.append(Place(at, _numbered(heading, taken[heading.casefold()] - 1), at in headings))
        if taken[heading.casefold()] > 1:
            findings.assume(f"Two columns have this heading; the second is called “{places[-1].heading}”.", heading)
    return tuple(places)


def _share(body: Sequence[Row], at: int) -> float:
    """Of the rows that hold anything, the share that does in one column."""
    filled = [cells for _, cells in body if any(cell.strip() for cell in cells)]
    return sum(1 for cells in filled if at < len(cells) and cells[at].strip()) / max(1, len(filled))


def _numbered(text: str, nth: int) -> str:
    return text if nth == 0 else f"{text} {nth + 1}"


def _filled_down(places: Sequence[Place], body: Sequence[Row], findings: Findings) -> int | None:
    """The column whose value stands on a row of its own above the rows it belongs to, if the first one is such."""
    if len(places) < 3:
        return None
    first = places[0].at
    alone, among, full = 0, 0, 0
    for _, cells in body:
        held = [at for at, cell in enumerate(cells) if cell and not cell.isspace()]
        if held == [first]:
            alone += 1
        elif held:
            full += 1
            among += held[0] == first
    if not alone or alone < _LONELY * (alone + full) or among > _ELSEWHERE * full:
        return None
    findings.assume("It stands on a row of its own, and belongs to the rows beneath.", places[0].heading)
    return 0
