"""The statutory clock: the twentieth working day following the date of receipt (FOIA s10(1), s10(6)).

A working day is any day but a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday in *any* part of the
United Kingdom, so a Scottish holiday stops the clock of an English force. The day of receipt is day 0, whatever day it
is. Holidays are data with a horizon (`bank_holidays.toml`); past it the calendar refuses to answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

RESPONSE_DAYS = 20
"""Working days to answer in: FOIA s10(1)."""
REVIEW_REQUEST_DAYS = 40
"""Working days within which a requester is normally expected to ask for an internal review: s45 Code of Practice."""

_SATURDAY = 5


class PastHorizon(ValueError):
    """The date lies where the holidays are not known, so no working day can be told from any other."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a period: whether it counts, its number if it does, and why it does or does not."""

    date: date
    counts: bool
    why: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday: its name, and the parts of the United Kingdom that keep it ("E&W", "SCT", "NI")."""

    name: str
    nations: tuple[str, ...]


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days within the years whose holidays are known, `first` to `last` inclusive."""

    first: date
    last: date
    holidays: Mapping[date, Holiday]

    def why_not(self, day: date) -> str:
        """Why the day is not a working day; empty when it is one.

        Raises PastHorizon when the holidays of that day are not known.
        """
        if not self.first <= day <= self.last:
            raise PastHorizon(
                f"The bank holidays of {day.year} are not known: the calendar runs from {self.first} to {self.last}. "
                "Add the holidays of that year to the calendar."
            )
        if day.weekday() >= _SATURDAY:
            return f"a {day:%A}"
        if holiday := self.holidays.get(day):
            where = " and ".join(_NATIONS[nation] for nation in holiday.nations)
            return holiday.name if len(holiday.nations) == len(_NATIONS) else f"{holiday.name} ({where})"
        return ""

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day. Raises PastHorizon."""
        return not self.why_not(day)

    def after(self, start: date, working_days: int) -> date:
        """The date that is so many working days after `start`, which is day 0. Raises PastHorizon."""
        return self.explain(start, working_days)[-1].date

    def before(self, end: date, working_days: int) -> date:
        """The date from which `end` is so many working days away: the inverse of `after`. Raises PastHorizon."""
        day = end
        while working_days > 0:
            day -= timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days from the day after `start` to `end` inclusive; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)

    def explain(self, start: date, working_days: int) -> tuple[Day, ...]:
        """Every day from `start` to the one that is so many working days later, with why each counts or not."""
        self.why_not(start)
        days = [Day(start, counts=False, why="the day of receipt is day 0")]
        day, number = start, 0
        while number < working_days:
            day += timedelta(days=1)
            why_not = self.why_not(day)
            number += not why_not
            days.append(
                Day(day, counts=False, why=why_not)
                if why_not
                else Day(day, counts=True, why=f"working day {number}", number=number)
            )
        return tuple(days)


_NATIONS = {"E&W": "England and Wales", "SCT": "Scotland", "NI": "Northern Ireland"}


@cache
def foia_calendar() -> WorkingCalendar:
    """The calendar of FOIA s10(6): holidays of every part of the United Kingdom."""
    text = resources.files("candour.law").joinpath("bank_holidays.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    holidays: dict[date, Holiday] = {}
    for entry in data["holidays"]:
        known = holidays.get(entry["date"])
        nations = (*known.nations, *entry["nations"]) if known else tuple(entry["nations"])
        name = known.name if known else entry["name"]
        holidays[entry["date"]] = Holiday(name, nations)
    return WorkingCalendar(data["first"], data["last"], holidays)


def due_date(received: date) -> date:
    """The last day on which an answer is in time (FOIA s10(1)). Raises PastHorizon."""
    return foia_calendar().after(received, RESPONSE_DAYS)
