"""What a printed figure tells: a number, a word for one, a mark such as “<5”, a percentage.

Every reading is a range of whole numbers, or of fractions for what is divided by something, and never wider than what
a patient reader makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from candour.tables.csv import TableError
from candour.tables.ledger.number_words import read_words

Range = tuple[int, int | None]
"""The least and the most count that a figure leaves possible; None where nothing bounds it above."""

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"none": 0, "nil": 0, "no": 0, "no cases": 0, "a single": 1, "single": 1, "a": 1, "an": 1}
"""Numbers as sentences spell them."""

WITHHELD_MARKS = frozenset({"", "withheld", "*", "**", "..", "x", "c", "[c]", "s", "redacted", "suppressed", "hidden"})
"""Marks that say nothing but that a figure is withheld."""

_NUMBER = r"(\d[\d,]*|" + "|".join(word for word in NUMBER_WORDS if len(word) > 2) + ")"
_BELOW = re.compile(rf"(?:<|&lt;|under|fewer than|less than|below)\s*{_NUMBER}")
_AT_MOST = re.compile(rf"(?:≤|<=|at most|up to)\s*{_NUMBER}|{_NUMBER} or (?:fewer|less)")
_AT_LEAST = re.compile(rf"(?:≥|>=|at least)\s*{_NUMBER}|{_NUMBER}\s?(?:\+|or more)")
_ABOVE = re.compile(rf"(?:>|&gt;|more than|over)\s*{_NUMBER}")
_BETWEEN = re.compile(rf"(?:between )?{_NUMBER}(?:\s*[-–]\s*| to | and ){_NUMBER}")
_PERCENT = re.compile(r"(\d+(?:\.(\d+))?)\s?(?:%|per cent|percent)")
_SHARE = re.compile(r"(\d[\d,]*|[a-z -]+?) (?:in|out of) (\d[\d,]*|[a-z -]+)")
_DECIMAL = re.compile(r"(\d[\d,]*)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Rounding:
    """Every figure is rounded to a multiple of `base`; the true one differs by `within` at most."""

    base: int
    within: int

    def __post_init__(self) -> None:
        """Refuse what is no rounding."""
        if self.base < 2 or not 0 < self.within < 2 * self.base:
            raise TableError(f"Rounding to a base of {self.base} within {self.within} is no rounding.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the figures of one release: its rounding, what its marks mean, and whether it prints zeros."""

    rounding: Rounding | None = None
    marks: Mapping[str, Range] = field(default_factory=dict)
    prints_zero: bool = False


def read_count(printed: str, reading: Reading) -> Range:
    """The counts that a printed figure leaves possible. Raises TableError where nobody can say what it means.

    “<5” is 1 to 4 in a table that prints its zeros, else 0 to 4.
    """
    plain = " ".join(printed.split()).casefold()
    if plain in reading.marks:
        return reading.marks[plain]
    if plain in WITHHELD_MARKS:
        return 0, None
    if (number := _number(plain)) is not None:
        if reading.rounding and plain[:1].isdigit():
            within = reading.rounding.within
            return max(0, number - within), number + within
        return number, number
    if (found := _BETWEEN.fullmatch(plain)) and (ends := _numbers(found)) and ends[0] <= ends[-1]:
        return ends[0], ends[-1]
    least = int(reading.prints_zero)
    for pattern, meaning in (
        (_BELOW, lambda n: (min(least, n - 1), n - 1)),
        (_AT_MOST, lambda n: (min(least, n), n)),
        (_AT_LEAST, lambda n: (n, None)),
        (_ABOVE, lambda n: (n + 1, None)),
    ):
        if found := pattern.fullmatch(plain):
            range_: Range = meaning(_numbers(found)[0])
            if range_[1] is None or range_[1] >= 0:
                return range_
    raise TableError(f"“{printed}” is no count: say under marks what it means.")


def read_ratio(printed: str) -> tuple[Fraction, Fraction] | None:
    """The least and most value of a percentage or share (as a fraction of 1) or a decimal number; None for any other.

    A figure printed to some places stands for everything that rounds to it, both ends included; “1 in 4” for
    everything nearer to it than to one in three and a half, or one in four and a half.
    """
    plain = " ".join(printed.split()).casefold()
    if found := _PERCENT.fullmatch(plain):
        return _ends(found[1], len(found[2] or ""), 100)
    if found := _SHARE.fullmatch(plain):
        ends = _share(found)
        if ends is None:
            return None
        part, whole = ends
        half = Fraction(1, 2)
        return Fraction(part) / (whole + half), min(Fraction(1), Fraction(part) / (whole - half))
    if found := _DECIMAL.fullmatch(plain):
        return _ends(plain.replace(",", ""), len(found[2]), 1)
    return _ends(plain.replace(",", ""), 0, 1) if re.fullmatch(r"\d[\d,]*", plain) else None


def _ends(text: str, places: int, scale: int) -> tuple[Fraction, Fraction]:
    value, half = Fraction(text), Fraction(1, 2 * 10**places)
    return max(Fraction(0), value - half) / scale, (value + half) / scale


def is_percentage(printed: str) -> bool:
    """Whether a printed figure is a percentage, or a share such as “1 in 4”."""
    plain = " ".join(printed.split()).casefold()
    shared = _SHARE.fullmatch(plain)
    return _PERCENT.fullmatch(plain) is not None or (shared is not None and _share(shared) is not None)


def _share(found: re.Match[str]) -> tuple[int, int] | None:
    part, whole = _number(found[1]), _number(found[2])
    return (part, whole) if part and whole and part <= whole else None


def _number(plain: str) -> int | None:
    if plain in NUMBER_WORDS:
        return NUMBER_WORDS[plain]
    digits = plain.replace(",", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 10:
        return int(digits)
    return read_words(plain)


def _numbers(found: re.Match[str]) -> list[int]:
    numbers = [_number(group) for group in found.groups() if group]
    return [number for number in numbers if number is not None]
