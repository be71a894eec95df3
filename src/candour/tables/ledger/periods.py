"""Periods as releases print them: calendar and financial years, quarters, months, ranges of dates, rolling windows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from candour.tables.ledger.places import Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} \d{{4}})"
_TO = r"\s*(?:/|–|—|\bto\b|\buntil\b)\s*"
_FINANCIAL_MONTH = 4
"""The financial year of public bodies begins on 1 April."""


def read_period(text: str) -> Span | None:
    """The days of a period, None where the text is none that is understood.

    `2023` is the calendar year, `2022/23` and `2022-23` the financial year from 1 April, `Q1 2023` and `Q1 2022/23` a
    quarter of each, `March 2023` and `2023-03` a month (but `2011-12` is a financial year); `2019 to 2023`, two dates
    and `12 months to March 2024` are ranges, both ends included.
    """
    plain = " ".join(text.split()).casefold()
    plain = re.sub(r"^(?:fy|financial year|calendar year|year)\s+(?=\d)", "", plain)
    for pattern, meaning in _FORMS:
        if found := pattern.fullmatch(plain):
            try:
                span = meaning(found)
            except ValueError:
                continue
            if span:
                return span
    return None


def period_in_words(span: Span) -> str:
    """A period as a person writes it."""
    start, last = date.fromordinal(span[0]), date.fromordinal(span[1] - 1)
    if (start.day, start.month, last.day, last.month) == (1, 1, 31, 12):
        return f"{start.year}" if start.year == last.year else f"{start.year} to {last.year}"
    if (start.day, start.month, last.day, last.month) == (1, 4, 31, 3) and last.year == start.year + 1:
        return f"{start.year}/{last.year % 100:02}"
    if start.day == 1 and (last + timedelta(days=1)).day == 1:
        if (start.year, start.month) == (last.year, last.month):
            return f"{start:%B %Y}"
        first = f"{start:%B}" if start.year == last.year else f"{start:%B %Y}"
        return f"{first} to {last:%B %Y}"
    return f"{start.isoformat()} to {last.isoformat()}"


def _months(year: int, month: int, count: int) -> Span:
    end = year * 12 + month - 1 + count
    return date(year, month, 1).toordinal(), date(end // 12, end % 12 + 1, 1).toordinal()


def _year(found: re.Match[str]) -> Span:
    return _months(int(found[1]), 1, 12)


def _is_next(first: str, second: str) -> bool:
    digits = len(second)
    return f"{int(first) + 1}"[-digits:] == second


def _financial(found: re.Match[str]) -> Span | None:
    return _months(int(found[1]), _FINANCIAL_MONTH, 12) if _is_next(found[1], found[2]) else None


def _quarter(found: re.Match[str]) -> Span:
    return _months(int(found[2]), int(found[1]) * 3 - 2, 3)


def _financial_quarter(found: re.Match[str]) -> Span | None:
    if not _is_next(found[2], found[3]):
        return None
    month = _FINANCIAL_MONTH + int(found[1]) * 3 - 3
    return _months(int(found[2]) + (month > 12), (month - 1) % 12 + 1, 3)


def _numbered_month(found: re.Match[str]) -> Span:
    return _months(int(found[1]), int(found[2]), 1)


def _named_month(found: re.Match[str]) -> Span:
    return _months(int(found[2]), _MONTHS.index(found[1][:3]) + 1, 1)


def _named_months(found: re.Match[str]) -> Span | None:
    first = _months(int(found[2] or found[4]), _MONTHS.index(found[1][:3]) + 1, 1)
    last = _months(int(found[4]), _MONTHS.index(found[3][:3]) + 1, 1)
    return (first[0], last[1]) if first[0] < last[1] else None


def _years(found: re.Match[str]) -> Span | None:
    first, last = int(found[1]), int(found[2])
    return (_months(first, 1, 12)[0], _months(last, 1, 12)[1]) if first <= last else None


def _days(found: re.Match[str]) -> Span | None:
    first, last = _day(found["first"]), _day(found["last"])
    return (first.toordinal(), last.toordinal() + 1) if first <= last else None


def _day(text: str) -> date:
    if text[4:5] == "-":
        return date.fromisoformat(text)
    day, month, year = text.split()
    return date(int(year), _MONTHS.index(month[:3]) + 1, int(re.sub(r"\D", "", day)))


def _window(found: re.Match[str]) -> Span:
    count = int(found[1])
    end = int(found[3]) * 12 + _MONTHS.index(found[2][:3]) + 1
    start = end - count
    return _months(start // 12, start % 12 + 1, count)


def _form(pattern: str, meaning: Callable[[re.Match[str]], Span | None]) -> tuple[re.Pattern[str], _Meaning]:
    return re.compile(pattern), meaning


_Meaning = Callable[[re.Match[str]], Span | None]
_FORMS = (
    _form(r"((?:19|20)\d{2})", _year),
    _form(r"((?:19|20)\d{2})\s?[/–-]\s?(\d{2}|\d{4})", _financial),
    _form(r"((?:19|20)\d{2})-(0[1-9]|1[0-2])", _numbered_month),
    _form(r"q([1-4]),? ((?:19|20)\d{2})", _quarter),
    _form(r"q([1-4]),? ((?:19|20)\d{2})[/–-](\d{2}|\d{4})", _financial_quarter),
    _form(rf"{_MONTH} ((?:19|20)\d{{2}})", _named_month),
    _form(rf"{_MONTH}(?: ((?:19|20)\d{{2}}))?{_TO}{_MONTH} ((?:19|20)\d{{2}})", _named_months),
    _form(rf"((?:19|20)\d{{2}})(?:{_TO}|-)((?:19|20)\d{{2}})", _years),
    _form(rf"(?:from )?(?P<first>{_DAY}){_TO}(?P<last>{_DAY})", _days),
    _form(rf"(?:the )?(\d{{1,2}}) months (?:to|ending) {_MONTH} ((?:19|20)\d{{2}})", _window),
)
