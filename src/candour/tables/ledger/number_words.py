"""Whole numbers as sentences spell them: “three”, “twenty-three”, “one hundred and five”, “two million”."""

from __future__ import annotations

import re

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
_VALUES = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS) if word
}
_BIG = {word: size for size, word in _SCALES}

LARGEST = 999_999_999
"""The largest number that is spelt and read."""

_WORD = "|".join(sorted([*_VALUES, *_BIG], key=len, reverse=True))
PATTERN = rf"(?:(?:{_WORD})(?:(?:\s*-\s*|,?\s+and\s+|,?\s+)(?:{_WORD}))*)"
"""Where a number stands in words, in lower case; what it matches need not be one number."""


def in_words(number: int) -> str:
    """The number as a person writes it. Raises ValueError below 0 and above `LARGEST`."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not spelt: give a number from 0 to {LARGEST}")
    if number < len(_UNITS):
        return _UNITS[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{_TENS[tens]}-{_UNITS[rest]}" if rest else _TENS[tens]
    size, word = next(each for each in _SCALES if number >= each[0])
    many, rest = divmod(number, size)
    head = f"{in_words(many)} {word}"
    if not rest:
        return head
    return f"{head} {'and ' if rest < 100 else ''}{in_words(rest)}"


def read_words(text: str) -> int | None:
    """The number that words spell, None where they spell none, or more than one (“three four”)."""
    words = [word for word in re.split(r"[\s,-]+", text.strip().casefold()) if word]
    if not words or words[0] in {"and", "hundred", "thousand", "million"} or words[-1] == "and":
        return None
    total = group = 0
    last = _Last()
    for word in words:
        if word == "and":
            if not last.scale:
                return None
        elif word in _VALUES:
            if not last.takes(_VALUES[word]):
                return None
            group += _VALUES[word]
        elif word == "hundred":
            if not 0 < group < 100 or last.scale:
                return None
            group *= 100
            last = _Last(scale=100, above=last.above)
        elif word in _BIG:
            size = _BIG[word]
            if group == 0 or size >= last.above:
                return None
            total, group = total + group * size, 0
            last = _Last(scale=size, above=size)
        else:
            return None
    return total + group


class _Last:
    """What stood before a word: the scale just named, the smallest one above it, and the tens or units said since."""

    def __init__(self, scale: int = 0, above: int = 10**9) -> None:
        self.scale = scale
        self.above = above
        self.room = 100

    def takes(self, value: int) -> bool:
        """Whether a number below a hundred may follow here: units after tens, and nothing after units."""
        if value >= self.room or (value == 0 and self.room < 100):
            return False
        self.room = 10 if value >= 20 else 0
        self.scale = 0
        return True
