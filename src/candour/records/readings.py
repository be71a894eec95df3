"""A cell as a value: dates in the forms that people and programs write, numbers and money, yes and no."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

NOT_RECORDED = "Not recorded"
NOT_UNDERSTOOD = "Not understood"

BLANKS = frozenset(
    {"", "na", "n/a", "#n/a", "null", "none", "nan", "-", "--", "–", "—", ".", "nil", "(blank)", "<null>"}
)
"""What stands for nothing, in lower case. A description can name others."""

ERRORS = re.compile(r"#(?:VALUE!|REF!|DIV/0!|NAME\?|NUM!|NULL!|ERROR!|SPILL!|CALC!)")
"""What a spreadsheet shows in the place of a value that it could not work out."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "september", "sept"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_TIME = r"(?:[T\s,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[ap]m)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}", re.IGNORECASE)
_FIGURES = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.IGNORECASE)
_DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_WORDS = re.compile(
    rf"{_DAY}([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]*([a-z]{{3,9}})\.?,?[\s-]*([0-9]{{4}}|[0-9]{{2}}){_TIME}",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    rf"{_DAY}([a-z]{{3,9}})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}}){_TIME}", re.IGNORECASE
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 73_050  # 1950 to 2099
_EPOCH = date(1899, 12, 30)  # a spreadsheet counts 29 February 1900, which was none
_CENTURY = 70
_NUMBER = re.compile(
    r"[-+]?\(?[-+]?[£$€]?\s*(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?%?\)?"
)
_YES = frozenset({"y", "yes", "true", "t", "1"})
_NO = frozenset({"n", "no", "false", "f", "0"})


class Unread(ValueError):
    """The text is no value of the kind; the message ends the sentence “… is not understood:”."""


def read_date(text: str, *, month_first: bool = False) -> date:
    """A date in any usual form. Raises Unread, saying why: also for 30 February."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _FIGURES.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        day, month = (second, first) if month_first else (first, second)
    elif found := _WORDS.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2], text), _year(found[3])
    elif found := _AMERICAN.fullmatch(text):
        month, day, year = _month(found[1], text), int(found[2]), int(found[3])
    elif found := _COMPACT.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif (found := _SERIAL.fullmatch(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(found[1]))
    else:
        raise Unread("is no date.")
    if not 1 <= month <= 12:
        raise Unread(f"is no date: there is no month {month}.")
    if not year >= 1:
        raise Unread("is no date: there is no year 0.")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Unread(f"is no date: {date(year, month, 1):%B %Y} has {monthrange(year, month)[1]} days.")
    return date(year, month, day)


def is_date_shaped(text: str, *, month_first: bool = False) -> bool:
    """Whether a text is written as dates are, also where there is no such day, as 30 February."""
    try:
        read_date(text, month_first=month_first)
    except Unread as error:
        return ":" in str(error)
    return True


def is_serial(text: str) -> bool:
    """Whether a date would be read from the count of days that a spreadsheet keeps."""
    found = _SERIAL.fullmatch(text.strip())
    return bool(found) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL if found else False


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < _CENTURY else 1900)


def _month(name: str, text: str) -> int:
    if name.lower() not in _MONTHS:
        raise Unread("is no date.")
    del text
    return _MONTHS[name.lower()]


def is_month_first(values: Iterable[str]) -> bool | None:
    """Whether dates in figures name the month first: True or False where one of them shows it, None where none does."""
    day_seen = month_seen = False
    for value in values:
        found = _FIGURES.fullmatch(value.strip())
        if found:
            day_seen |= int(found[1]) > 12
            month_seen |= int(found[3]) > 12
    if day_seen or not month_seen:
        return False if day_seen else None
    return True


def in_figures(values: Iterable[str]) -> bool:
    """Whether any date is written in figures, so that the order of day and month matters."""
    return any(_FIGURES.fullmatch(value.strip()) for value in values)


def read_number(text: str) -> float:
    """A number, also as money or with commas; in brackets it is negative. Raises Unread."""
    text = text.strip()
    digits = re.sub(r"[£$€,\s%()+]", "", text)
    if not _NUMBER.fullmatch(text) or not re.search(r"[0-9]", digits):
        raise Unread("is no number.")
    try:
        value = float(digits)
    except ValueError:
        raise Unread("is no number.") from None
    if value in {float("inf"), float("-inf")}:
        raise Unread("is too large a number.")
    return -value if text.startswith("(") else value


def read_yes_no(text: str) -> bool:
    """Yes or no. Raises Unread."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unread("is neither yes nor no.")


def looks_like_data(text: str) -> bool:
    """Whether a cell is a value, a number or a date, rather than words that could head a column."""
    for read in (read_number, read_date):
        try:
            read(text)
        except Unread:
            continue
        return True
    return text.casefold() in BLANKS or bool(ERRORS.fullmatch(text))
