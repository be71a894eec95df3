"""A period of the clock as small month tables: which days count, which do not and why, and when it is due."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from candour.law.calendars import Day

_SATURDAY = 5


class Mark(StrEnum):
    """How a day stands in the picture."""

    OUTSIDE = "outside"
    RECEIPT = "receipt"
    COUNTS = "counts"
    OFF = "off"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class PictureDay:
    """One square: its number, how it stands, what it is called for those who cannot see it, and whether it is today."""

    number: int
    mark: Mark
    says: str
    count: int | None
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its name and its weeks from Monday; None for the squares of other months."""

    name: str
    weeks: tuple[tuple[PictureDay | None, ...], ...]


def months_of(days: Sequence[Day], due: date | None, today: date) -> tuple[Month, ...]:
    """The months that the period touches; none when it has no days."""
    if not days:
        return ()
    known = {day.date: day for day in days}
    first, last = days[0].date, days[-1].date
    return tuple(_month(year, month, known, (first, due, today)) for year, month in _months_between(first, last))


def weekdays_off(days: Sequence[Day], receipt: date) -> list[Day]:
    """The days from Monday to Friday that do not count, without the day of receipt, which never does."""
    return [day for day in days if not day.counts and day.date.weekday() < _SATURDAY and day.date != receipt]


def _months_between(first: date, last: date) -> list[tuple[int, int]]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [divmod(first.year * 12 + first.month - 1 + offset, 12) for offset in range(count + 1)]


def _month(year: int, month_before: int, known: dict[date, Day], ends: tuple[date, date | None, date]) -> Month:
    month = month_before + 1
    weeks = tuple(
        tuple(_square(day, month, known, ends) for day in week)
        for week in calendar.Calendar().monthdatescalendar(year, month)
    )
    return Month(f"{calendar.month_name[month]} {year}", weeks)


def _square(day: date, month: int, known: dict[date, Day], ends: tuple[date, date | None, date]) -> PictureDay | None:
    if day.month != month:
        return None
    first, due, today = ends
    counted = known.get(day)
    if counted is None:
        return PictureDay(day.day, Mark.OUTSIDE, "", None, day == today)
    if day == due:
        mark, says = Mark.DUE, f"due, {counted.why}"
    elif day == first:
        mark, says = Mark.RECEIPT, counted.why
    elif counted.counts:
        mark, says = Mark.COUNTS, counted.why
    else:
        mark, says = Mark.OFF, f"does not count: {counted.why}"
    return PictureDay(day.day, mark, says, counted.number, day == today)
