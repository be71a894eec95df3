"""What a percentage or an average tells of the counts behind it, in whole numbers and exactly.

“33.3 %” of a total of 12 is 4 and no other count; “14.29 %” alone tells that the total is 7 or more. A share printed
beside a withheld count therefore is a second way of printing it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from candour.tables.csv import TableError

_PLAIN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?")


def _read(printed: str) -> tuple[Fraction, Fraction]:
    """A printed number and half a unit of its last place. Raises TableError where it is none."""
    found = _PLAIN.fullmatch(printed.strip().removesuffix("%").replace(",", "").strip())
    if not found:
        raise TableError(f"“{printed}” is no percentage and no average: write a number such as 33.3.")
    places = len(found[2] or "")
    return Fraction(int(found[1] + (found[2] or "")), 10**places), Fraction(1, 2 * 10**places)


def counts_behind(percentage: str, whole: int, *, ties: bool = True) -> range:
    """The counts whose share of `whole` prints as `percentage`: “33.3” or “33.3 %”.

    `ties`: counts that lie just between two printed values belong to both. Without them the range holds what is
    possible however the last place was rounded. Raises TableError where `percentage` is no number.
    """
    value, half = _read(percentage)
    low, high = (value - half) * whole / 100, (value + half) * whole / 100
    least, most = (ceil(low), floor(high)) if ties else (floor(low) + 1, ceil(high) - 1)
    return range(max(least, 0), min(most, whole) + 1)


def wholes_behind(percentages: Sequence[str], most: int) -> list[int]:
    """The totals up to `most` of which all these percentages can be the shares of parts that add up to it.

    Each part is a whole number, so any total is possible for which the least and the greatest parts enclose it.
    """
    found = []
    for whole in range(1, most + 1):
        parts = [counts_behind(each, whole) for each in percentages]
        if all(parts) and sum(part[0] for part in parts) <= whole <= sum(part[-1] for part in parts):
            found.append(whole)
    return found


def counts_averaged(average: str, most: int) -> list[int]:
    """The counts of cases, up to `most`, over which a whole number such as days can have this printed average.

    An average of no case is none, so 0 is never among them.
    """
    value, half = _read(average)
    return [count for count in range(1, most + 1) if floor((value + half) * count) >= ceil((value - half) * count)]
