"""Small counts that are shown, and percentages that give one away.

A caller with a better judge of tables passes its own function to `look`; this one needs nothing but the cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SMALL = 5
"""Counts below this are small: the threshold that police forces and the ONS use most (1 to 4 are withheld)."""

LARGEST_TOTAL = 30
LONGEST = 2_000
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?\s?%")
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
    for number, title in enumerate(heading):
        if _NOT_COUNTED.search(title.replace("_", " ")):
            continue
        cells = [row[number].strip() if number < len(row) else "" for row in rows]
        wholes = [cell.replace(",", "") for cell in cells if re.fullmatch(r"\d{1,3}(?:,\d{3})*|\d+", cell)]
        if len(wholes) >= max(1, 0.5 * sum(1 for cell in cells if cell)) and not _numbered(wholes):
            for line, cell in enumerate(cells, 2):
                if cell.isdigit() and 0 < int(cell) < SMALL:
                    yield SmallCount(f"row {line}, column {number + 1}", percentage=False, evidence="a count below 5")
        yield from _percentages(cells, rows, number)


def _numbered(wholes: list[str]) -> bool:
    """Whether a column only numbers its rows, from any number on by ones."""
    return len(wholes) > 2 and all(int(cell) == place for place, cell in enumerate(wholes, int(wholes[0])))


def _percentages(cells: list[str], rows: Sequence[Sequence[str]], number: int) -> Iterator[SmallCount]:
    shares = [(line, match) for line, cell in enumerate(cells, 2) if (match := _PERCENT.fullmatch(cell))]
    for line, match in shares:
        row = rows[line - 2]
        bases = [int(cell.replace(",", "")) for cell in row[:number] if re.fullmatch(r"\d[\d,]{0,9}", cell.strip())]
        counts = [count for base in bases if (count := _count(match, base)) is not None and 0 < count < base]
        if counts and max(counts) < SMALL:
            yield SmallCount(
                f"row {line}, column {number + 1}",
                percentage=True,
                evidence="the percentage and a total in its row give a count below 5",
            )
    precise = [match for _, match in shares if match.group(2) and int(match.group(2))]
    if len({match.group() for match in precise}) >= 3:
        fits = next(
            (
                total
                for total in range(2, LARGEST_TOTAL + 1)
                if all(_count(share, total) is not None for share in precise)
            ),
            None,
        )
        if fits:
            yield SmallCount(
                f"column {number + 1}",
                percentage=True,
                evidence=f"the percentages fit a total of {fits}, so each gives its count away",
            )


def _count(match: re.Match[str], total: int) -> int | None:
    """The whole number whose share of the total is written as this percentage; None where there is none."""
    if not total:
        return None
    places = len(match.group(2) or "")
    share = Decimal(f"{match.group(1)}.{match.group(2) or '0'}")
    count = int((share * total / 100).to_integral_value(ROUND_HALF_UP))
    step = Decimal(1).scaleb(-places)
    return count if (Decimal(100 * count) / total).quantize(step, ROUND_HALF_UP) == share.quantize(step) else None
