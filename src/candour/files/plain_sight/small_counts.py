"""Small counts that are shown, and percentages that give one away.

A caller with a better judge of tables passes its own function to `look`; this one needs nothing but the cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from candour.files.plain_sight.percentages import SMALL, telling_percentages

LONGEST = 2_000
_NOT_COUNTED = re.compile(
    r"\b(?:id|ref|reference|no|code|year|quarter|month|week|day|rank|position|district|age|band|grade|score|version|rate|per|"
    r"average|mean|median|order|row|index|tier|level|stage|indicator)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SmallCount:
    """One place: its cell (“row 5, column 3”), and what it gives away."""

    place: str
    percentage: bool
    evidence: str


SmallCounts = Callable[[Sequence[Sequence[str]]], Iterable[SmallCount]]
"""Takes a table, the heading first; gives the small counts in it."""


def shown_small_counts(table: Sequence[Sequence[str]]) -> Iterator[SmallCount]:
    """Whole numbers 1 to 4 in columns of counts, and percentages that reveal one."""
    heading, rows = (list(table[0]), table[1:]) if table else ([], [])
    aside = frozenset(place for place, title in enumerate(heading) if _NOT_COUNTED.search(title.replace("_", " ")))
    for number in range(len(heading)):
        yield from _percentages(table, number, aside)
        if number in aside:
            continue
        cells = [row[number].strip() if number < len(row) else "" for row in rows]
        wholes = [cell.replace(",", "") for cell in cells if re.fullmatch(r"\d{1,3}(?:,\d{3})*|\d+", cell)]
        if len(wholes) >= max(1, 0.5 * sum(1 for cell in cells if cell)) and not _numbered(wholes):
            for line, cell in enumerate(cells, 2):
                if cell.isdigit() and 0 < int(cell) < SMALL:
                    yield SmallCount(f"row {line}, column {number + 1}", percentage=False, evidence="a count below 5")


def _numbered(wholes: list[str]) -> bool:
    """Whether a column only numbers its rows, from any number on by ones."""
    return len(wholes) > 2 and all(int(cell) == place for place, cell in enumerate(wholes, int(wholes[0])))


def _percentages(table: Sequence[Sequence[str]], number: int, aside: frozenset[int]) -> Iterator[SmallCount]:
    for place, evidence in telling_percentages(table, number, aside):
        yield SmallCount(place, percentage=True, evidence=evidence)
