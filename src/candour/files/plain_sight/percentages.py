"""Percentages that give a small count away: with a total that stands beside or below them, or by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

SMALL = 5
"""Counts below this are small: the threshold that police forces and the ONS use most (1 to 4 are withheld)."""

_LARGEST_TOTAL = 30
_SIGNED = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?\s?(?:%|per ?cent)", re.IGNORECASE)
_BARE = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?")
_HEADED = re.compile(r"%|\bper ?cent(?:age)?s?\b|\bproportion\b", re.IGNORECASE)
_BASE_IN_HEADING = re.compile(r"\b(?:n|base|total)\s*[=:]\s*(\d[\d,]{0,9})\b|\bof (\d[\d,]{0,9})\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:change|increase|decrease|growth|difference|variance)\b", re.IGNORECASE)
_OF_CHANGE = re.compile(r"[-+−(]\s?\d[\d.,]*\s?%?\)?")
_WHOLE = re.compile(r"\d[\d,]{0,9}")
_TOTAL = re.compile(r"(?:grand |overall )?totals?\b|all\b|sum\b", re.IGNORECASE)


def telling_percentages(
    table: Sequence[Sequence[str]], number: int, aside: frozenset[int] = frozenset()
) -> Iterator[tuple[str, str]]:
    """The percentages of one column (from 0) that tell a count below five: the place, and by what.

    Takes the table with its heading first, and in `aside` the columns that hold no counts (years, codes). A column
    whose heading speaks of percentages need not write the sign; one of changes, up or down, holds no shares.
    """
    heading, rows = table[0], table[1:]
    title = heading[number] if number < len(heading) else ""
    cells = [row[number].strip() for row in rows if number < len(row)]
    if _CHANGE.search(title) or any(map(_OF_CHANGE.fullmatch, cells)):
        return
    aside |= {number} | {place for place, text in enumerate(heading) if _HEADED.search(text)}
    bare = _HEADED.search(title) is not None
    shares = [
        (line, match)
        for line, row in enumerate(rows, 2)
        if number < len(row) and (match := _share_in(row[number].strip(), bare=bare))
    ]
    named = [_number(one or other) for one, other in _BASE_IN_HEADING.findall(title)]
    below = [base for row in rows if row and _TOTAL.match(row[0].strip()) for base in _bases(row, aside)]
    for line, match in shares:
        for bases, where in (
            (_bases(rows[line - 2], aside), "a total in its row"),
            (named, "the total in its heading"),
            (below, "the total of its column"),
        ):
            if _tells(match, bases):
                yield (f"row {line}, column {number + 1}", f"the percentage and {where} give a count below {SMALL}")
                break
    if total := _only_total([match for _, match in shares]):
        yield (f"column {number + 1}", f"the percentages fit a total of {total}, so each gives its count away")


def _share_in(text: str, *, bare: bool) -> re.Match[str] | None:
    match = _SIGNED.fullmatch(text) or (_BARE.fullmatch(text) if bare else None)
    return match if match is not None and _value(match) <= 100 else None


def _bases(row: Sequence[str], aside: frozenset[int]) -> list[int]:
    """Whole numbers of a row that a percentage in it may be a share of."""
    cells = enumerate(map(str.strip, row))
    return [_number(cell) for place, cell in cells if place not in aside and _WHOLE.fullmatch(cell)]


def _tells(match: re.Match[str], bases: list[int]) -> bool:
    counts = [count for base in bases if (count := count_of(match, base)) is not None and 0 < count < base]
    return bool(counts) and max(counts) < SMALL


def _only_total(shares: list[re.Match[str]]) -> int | None:
    """The least total of which all the percentages are shares, where it is small and they are exact enough."""
    precise = [match for match in shares if match.group(2) and int(match.group(2))]
    if len({match.group() for match in precise}) < 3:
        return None
    totals = range(2, _LARGEST_TOTAL + 1)
    return next((total for total in totals if all(count_of(share, total) is not None for share in precise)), None)


def count_of(match: re.Match[str], total: int) -> int | None:
    """The whole number whose share of the total is written as this percentage; None where there is none."""
    if not total:
        return None
    places = len(match.group(2) or "")
    share = _value(match)
    count = int((share * total / 100).to_integral_value(ROUND_HALF_UP))
    step = Decimal(1).scaleb(-places)
    return count if (Decimal(100 * count) / total).quantize(step, ROUND_HALF_UP) == share.quantize(step) else None


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(f"{match.group(1)}.{match.group(2) or '0'}")


def _number(text: str) -> int:
    return int(text.replace(",", ""))
