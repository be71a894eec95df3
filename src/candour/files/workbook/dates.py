"""Dates and times as a number format shows them: days since 1900 or 1904. ECMA-376 part 1, 18.17.4."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_LAST = 2_958_466
"""The day after 31 December 9999."""


class NotADate(ValueError):
    """A number that is no date: negative, or after the year 9999."""


def moment(serial: float, *, since_1904: bool = False) -> datetime:
    """The moment of a serial number. Raises `NotADate`.

    Serial 60 is 29 February 1900, a day that there never was; it is given as 28 February.
    """
    if since_1904:
        serial += 1462
    if not 0 <= serial < _LAST:
        raise NotADate(str(serial))
    first = datetime(1899, 12, 30) if serial >= 60 else datetime(1899, 12, 31)  # noqa: DTZ001  cells have no zone
    return first + timedelta(microseconds=round(serial * 86_400_000) * 1000)


def part_of_date(value: float, tokens: list[tuple[str, str]], *, since_1904: bool) -> tuple[str, bool]:
    """The text of a date under the tokens of a format, and whether it tells the whole value. Raises `NotADate`."""
    decimals = _decimals(tokens)
    unit = 10**decimals
    whole_seconds = any(kind == "date" and text[0] == "s" for kind, text in tokens) or any(
        kind == "elapsed" and text[0] == "s" for kind, text in tokens
    )
    seconds = value * 86_400
    rounded = round(seconds * unit) / unit if whole_seconds else math.floor(seconds + 0.5)
    when = moment(rounded / 86_400, since_1904=since_1904)
    elapsed = any(kind == "elapsed" for kind, _ in tokens)
    twelve = any(kind == "ampm" for kind, _ in tokens)
    out: list[str] = []
    skip = 0
    for index, (kind, text) in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if kind == "elapsed":
            out.append(_elapsed(rounded, text))
        elif kind == "date":
            out.append(_part(when, text, twelve=twelve, minutes=text[0] == "m" and _is_minutes(tokens, index)))
        elif kind == "ampm":
            out.append(("AM" if when.hour < 12 else "PM")[: 1 if len(text) == 3 else 2])
        elif kind == "point" and index + 1 < len(tokens) and tokens[index + 1][0] == "digit" and index:
            digits = 0
            while index + 1 + digits < len(tokens) and tokens[index + 1 + digits][0] == "digit":
                digits += 1
            out.append(f".{int(rounded % 1 * 10**digits + 0.5):0{digits}d}" if digits else "")
            skip = digits
        elif kind not in {"comma", "percent"} or kind == "comma":
            out.append(text)
    return "".join(out), elapsed or _whole(value, tokens)


def _decimals(tokens: list[tuple[str, str]]) -> int:
    kinds = [kind for kind, _ in tokens]
    if "point" not in kinds:
        return 0
    return kinds[kinds.index("point") :].count("digit")


def _elapsed(seconds: float, text: str) -> str:
    size = {"h": 3600, "m": 60, "s": 1}[text[0]]
    return f"{math.floor(seconds / size):0{len(text)}d}"


def _is_minutes(tokens: list[tuple[str, str]], index: int) -> bool:
    """`m` means minutes right after hours or right before seconds."""
    before = next((text for kind, text in reversed(tokens[:index]) if kind in {"date", "elapsed"}), "")
    after = next((text for kind, text in tokens[index + 1 :] if kind in {"date", "elapsed"}), "")
    return before[:1] == "h" or after[:1] == "s"


def _part(when: datetime, text: str, *, twelve: bool, minutes: bool) -> str:
    letter, length = text[0], len(text)
    if letter in "ybe":
        return f"{when.year % 100:02d}" if length <= 2 and letter == "y" else f"{when.year:04d}"
    if letter == "m" and minutes:
        return f"{when.minute:0{min(length, 2)}d}"
    if letter == "m":
        name = _MONTHS[when.month - 1]
        return {1: str(when.month), 2: f"{when.month:02d}", 3: name[:3], 5: name[:1]}.get(length, name)
    if letter == "d":
        name = _DAYS[when.weekday()]
        return {1: str(when.day), 2: f"{when.day:02d}", 3: name[:3]}.get(length, name)
    if letter == "h":
        hour = (when.hour % 12 or 12) if twelve else when.hour
        return f"{hour:0{min(length, 2)}d}"
    return f"{when.second:0{min(length, 2)}d}"


def _whole(value: float, tokens: list[tuple[str, str]]) -> bool:
    """Whether the text tells day, month and year, and the time where there is one."""
    letters = {text[0] for kind, text in tokens if kind in {"date", "elapsed"}}
    has_time = abs(value - round(value)) > 1 / 86_400
    shows_day = {"y", "m", "d"} <= letters or ("e" in letters)
    if value < 1:
        return "h" in letters or "s" in letters
    return shows_day and (not has_time or "h" in letters)
