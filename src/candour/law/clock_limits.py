"""The time limits as data: how long, by what law, and how binding (`time_limits.toml`)."""

from __future__ import annotations

import calendar as gregorian
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from candour.law.calendars import WorkingCalendar


class Regime(StrEnum):
    """The law under which a request is counted."""

    FOIA = "foia"
    EIR = "eir"
    FOISA = "foisa"


class Binding(StrEnum):
    """What stands behind a limit, from a duty down to a habit."""

    STATUTE = "statute"
    CODE = "code"
    GUIDANCE = "guidance"
    PRACTICE = "practice"


class UnknownLimit(LookupError):
    """The regime sets no such limit, or set none on that day."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long somebody has: exactly one of working days, months, weeks and days, and the law that says so.

    name: what is to be done, as an infinitive. beginning_with: the first day is inside the period, not day 0.
    Raises ValueError when the length is not given exactly once.
    """

    name: str
    basis: str
    binding: Binding
    since: date
    source: str
    working_days: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    beginning_with: bool = False

    def __post_init__(self) -> None:
        if sum(length > 0 for length in (self.working_days, self.months, self.weeks, self.days)) != 1:
            raise ValueError(f"The time to {self.name} ({self.basis}) has to have exactly one length")

    @property
    def length(self) -> str:
        """The length in words: `20 working days`, `3 months`."""
        for number, unit in ((self.working_days, "working day"), (self.months, "month"), (self.weeks, "week")):
            if number:
                return f"{number} {unit}{'s' if number > 1 else ''}"
        return f"{self.days} day{'s' if self.days > 1 else ''}"

    def last_day(self, start: date, calendar: WorkingCalendar) -> date:
        """The last day of the period that runs from `start`. Raises PastHorizon when it counts working days."""
        if self.working_days:
            begins_inside = self.beginning_with and calendar.is_working(start)
            return calendar.after(start, self.working_days - begins_inside)
        if self.months:
            return _months_after(start, self.months, beginning_with=self.beginning_with)
        return start + timedelta(days=7 * self.weeks + self.days - self.beginning_with)


def time_limit(regime: Regime, name: str, on: date) -> TimeLimit:
    """The limit of that name (a key of `time_limits.toml`) for a request received on that day.

    Raises UnknownLimit when the regime had none.
    """
    versions = [limit for limit in _limits()[regime].get(name, ()) if limit.since <= on]
    if not versions:
        raise UnknownLimit(f"{regime.upper()} sets no time limit “{name}” for a request received on {on}")
    return max(versions, key=lambda limit: limit.since)


def has_limit(regime: Regime, name: str) -> bool:
    """Whether the regime knows the limit at all: FOISA has no `extended_response`."""
    return name in _limits()[regime]


def time_limits(regime: Regime) -> dict[str, tuple[TimeLimit, ...]]:
    """All limits of the regime by name, each with its versions."""
    return dict(_limits()[regime])


def _months_after(start: date, months: int, *, beginning_with: bool) -> date:
    """The corresponding date so many months on, or the day before it where the first day is part of the period.

    Where the last month has no such day the period ends with the month.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    longest = gregorian.monthrange(year, month + 1)[1]
    if start.day > longest:
        return date(year, month + 1, longest)
    return date(year, month + 1, start.day) - timedelta(days=beginning_with)


@cache
def _limits() -> dict[Regime, dict[str, tuple[TimeLimit, ...]]]:
    text = resources.files("candour.law").joinpath("time_limits.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return {
        regime: {name: tuple(_read(entry) for entry in versions) for name, versions in data[regime].items()}
        for regime in Regime
    }


def _read(entry: dict[str, Any]) -> TimeLimit:
    return TimeLimit(**{**entry, "binding": Binding(entry["binding"])})
