"""Dates, as cells show them, and whether a column of them is of births."""

from __future__ import annotations

import re

_DAY_FIRST = re.compile(r"\d{1,2}[./ -](?:\d{1,2}|[A-Za-z]{3,9})[./ -](\d{4}|\d{2})(?:[ T]00:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[./-]\d{1,2}[./-]\d{1,2}(?:[ T]00:00(?::00)?)?")
_SPREAD = 25
"""Events that a force counts lie within fewer years than this; births of its officers or victims do not."""


def year_of(text: str) -> int | None:
    """The year of a cell that holds one date; None for anything else. Two digits are taken as 1930 to 2029."""
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match.group(1))
    if match := _DAY_FIRST.fullmatch(text):
        year = int(match.group(1))
        return year if year > 99 else year + (2000 if year < 30 else 1900)
    return None


def are_births(years: list[int], this_year: int) -> bool:
    """Whether the years of a column of dates spread as births do: over decades, and for the most part adults’."""
    if len(years) < 5:
        return False
    ordered = sorted(years)
    low, middle, high = (ordered[int(len(ordered) * share)] for share in (0.05, 0.5, 0.95))
    return low >= this_year - 110 and middle <= this_year - 18 and high - low >= _SPREAD
