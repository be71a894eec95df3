"""Working days: four calendars, one to each regime, that cannot stand in for one another.

What a working day is depends on the law that asks (FOIA s10(6), EIR reg 2(1), FOISA s73, SI 2020/4 reg 2), so each
regime has a calendar of its own type. A function says which one it wants; another is an error of types for the type
checker, and `WrongCalendar` when the program runs. The holidays are data (`bank_holidays.toml`) with a source and a
horizon; past it a calendar refuses to answer, because an unknown day is not a working day. A day proclaimed later is
added with `with_holidays`, which makes a new calendar: to re-date a case is to count it again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Self, TypeVar

_SATURDAY = 5
_NATIONS = {"E&W": "England and Wales", "SCT": "Scotland", "NI": "Northern Ireland"}
_NOTHING: Mapping[date, str] = {}


class PastHorizon(ValueError):
    """The date lies where the holidays are not known, so no working day can be told from any other."""


class WrongCalendar(TypeError):
    """A calendar of one regime stands where the calendar of another is wanted."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a period: whether it counts, its number if it does, and why it does or does not."""

    date: date
    counts: bool
    why: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday: its name, and the parts of the United Kingdom that keep it ("E&W", "SCT", "NI").

    Raises ValueError when a part is unknown, or none is named.
    """

    name: str
    nations: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.nations or not set(self.nations) <= set(_NATIONS):
            named = ", ".join(self.nations) or "none"
            raise ValueError(f"A holiday is kept in {', '.join(_NATIONS)}; “{self.name}” names {named}")


def _kept_in_both(first: Holiday | None, second: Holiday) -> Holiday:
    if first is None:
        return second
    name = first.name if second.name in first.name else f"{first.name} and {second.name}"
    return Holiday(name, tuple(nation for nation in _NATIONS if nation in (*first.nations, *second.nations)))


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days within the years whose holidays are known, `first` to `last` inclusive.

    A calendar of no regime: every holiday given to it counts. The regimes are its subclasses, and each heeds only the
    holidays of its `nations`.
    """

    regime: ClassVar[str] = "no regime"
    basis: ClassVar[str] = ""
    nations: ClassVar[frozenset[str]] = frozenset(_NATIONS)

    first: date
    last: date
    holidays: Mapping[date, Holiday] = field(repr=False)
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        heeded = {day: holiday for day, holiday in self.holidays.items() if self.nations & set(holiday.nations)}
        object.__setattr__(self, "holidays", heeded)

    def with_holidays(self, added: Mapping[date, str | Holiday], *, last: date | None = None) -> Self:
        """The same calendar with these days besides its own; a bare name is a day that the whole kingdom keeps.

        last: the new horizon, where `added` holds all holidays up to it.

        Raises ValueError when the new horizon is earlier than the present one.
        """
        if last is not None and last < self.last:
            raise ValueError(f"The calendar already runs to {self.last}; it cannot be cut back to {last}")
        holidays = dict(self.holidays)
        for day, named in added.items():
            holiday = Holiday(named, tuple(_NATIONS)) if isinstance(named, str) else named
            if self.nations & set(holiday.nations):
                holidays[day] = _kept_in_both(holidays.get(day), holiday)
        return replace(self, holidays=holidays, last=last or self.last)

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

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it. Raises PastHorizon."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, start: date, working_days: int, disregarded: Mapping[date, str] = _NOTHING) -> date:
        """The date that is so many working days after `start`, which is day 0. Raises PastHorizon."""
        return self.explain(start, working_days, disregarded)[-1].date

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

    def explain(
        self,
        start: date,
        working_days: int,
        disregarded: Mapping[date, str] = _NOTHING,
        day_zero: str = "the day of receipt is day 0",
    ) -> tuple[Day, ...]:
        """Every day from `start` to the one that is so many working days later, with why each counts or not.

        disregarded: working days that the law leaves out of the count, each with the reason. day_zero: what `start` is.
        Raises PastHorizon.
        """
        days = []
        for day in self.count(start, disregarded, day_zero):
            days.append(day)
            if working_days <= (day.number or 0):
                break
        return tuple(days)

    def count(
        self,
        start: date,
        disregarded: Mapping[date, str] = _NOTHING,
        day_zero: str = "the day of receipt is day 0",
    ) -> Iterator[Day]:
        """The days from `start` on, as `explain` gives them, without end. Raises PastHorizon at the horizon."""
        self.why_not(start)
        yield Day(start, counts=False, why=day_zero)
        day, number = start, 0
        while True:
            day += timedelta(days=1)
            if why_not := self.why_not(day) or disregarded.get(day, ""):
                yield Day(day, counts=False, why=why_not)
            else:
                number += 1
                yield Day(day, counts=True, why=f"working day {number}", number=number)


@dataclass(frozen=True)
class FoiaCalendar(WorkingCalendar):
    """FOIA s10(6), SI 2004/3244 reg 5(3): no holiday of *any* part of the United Kingdom is a working day.

    So a Scottish holiday stops the clock of an English force.
    """

    regime: ClassVar[str] = "FOIA"
    basis: ClassVar[str] = "FOIA s10(6)"


@dataclass(frozen=True)
class EirCalendar(WorkingCalendar):
    """EIR reg 2(1) takes the working days of FOIA; the limits that are counted in them are its own."""

    regime: ClassVar[str] = "EIR"
    basis: ClassVar[str] = "EIR reg 2(1)"


@dataclass(frozen=True)
class FoisaCalendar(WorkingCalendar):
    """FOISA s73: Christmas Day and the bank holidays of Scotland.

    Good Friday is one of these (Banking and Financial Dealings Act 1971, Sch 1 para 2); Easter Monday is not.
    """

    regime: ClassVar[str] = "FOISA"
    basis: ClassVar[str] = "FOISA s73"
    nations: ClassVar[frozenset[str]] = frozenset({"SCT"})


@dataclass(frozen=True)
class ConductCalendar(WorkingCalendar):
    """SI 2020/4 reg 2 and SI 2020/2 reg 1: Christmas Day, Good Friday and the bank holidays of England and Wales."""

    regime: ClassVar[str] = "police conduct regulations"
    basis: ClassVar[str] = "SI 2020/4 reg 2"
    nations: ClassVar[frozenset[str]] = frozenset({"E&W"})


AnyCalendar = TypeVar("AnyCalendar", bound=WorkingCalendar)


def demand(calendar: object, wanted: type[AnyCalendar]) -> AnyCalendar:
    """The calendar, known to be of the regime wanted. Raises WrongCalendar when it is of another, or is none."""
    if isinstance(calendar, wanted):
        return calendar
    given = f"the calendar of {calendar.regime}" if isinstance(calendar, WorkingCalendar) else f"{calendar!r}"
    raise WrongCalendar(f"These days are counted on the calendar of {wanted.regime} ({wanted.basis}), not on {given}")


@cache
def foia_calendar() -> FoiaCalendar:
    """The calendar of FOIA s10(6), as shipped."""
    return _shipped(FoiaCalendar)


@cache
def eir_calendar() -> EirCalendar:
    """The calendar of EIR reg 2(1), as shipped."""
    return _shipped(EirCalendar)


@cache
def foisa_calendar() -> FoisaCalendar:
    """The calendar of FOISA s73, as shipped."""
    return _shipped(FoisaCalendar)


@cache
def conduct_calendar() -> ConductCalendar:
    """The calendar of the police conduct and complaints regulations of 2020, as shipped."""
    return _shipped(ConductCalendar)


def _shipped(kind: type[AnyCalendar]) -> AnyCalendar:
    data = _data()
    holidays: dict[date, Holiday] = {}
    for entry in data["holidays"]:
        holiday = Holiday(entry["name"], tuple(entry["nations"]))
        holidays[entry["date"]] = _kept_in_both(holidays.get(entry["date"]), holiday)
    return kind(data["first"], data["last"], holidays, data["source"])


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("candour.law").joinpath("bank_holidays.toml").read_text(encoding="utf-8"))
