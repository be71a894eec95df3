"""What is to be counted: a definition that can be named, stored, read by a person, and asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as day
from enum import StrEnum
from typing import Any

from candour.records.description import UNITS
from candour.records.findings import RecordsError

MOST_DIMENSIONS = 6


class Period(StrEnum):
    """Which years a year is."""

    CALENDAR = "calendar"
    FINANCIAL = "financial"


@dataclass(frozen=True, slots=True)
class Part:
    """An “of which” part: its label, and the filter that picks it."""

    label: str
    where: str


@dataclass(frozen=True)
class CountDefinition:
    """A count defined. `by` are columns, or year, quarter, month of the date that periods go by (or `year:closed`).

    `as_at` keeps what was open at the end of that day; `since` and `until` bound the date, both days included. `groups`
    maps a dimension to the column of its subtotals. `once` counts each person in one category only, “More than one”
    where they stand in several, so that the parts add up.
    """

    unit: str = "rows"
    by: tuple[str, ...] = ()
    where: str = ""
    period: Period = Period.CALENDAR
    date: str = ""
    as_at: day | None = None
    since: day | None = None
    until: day | None = None
    parts: tuple[Part, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    edition: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if self.unit not in UNITS:
            raise RecordsError(f"“{self.unit}” is no unit. Units are {', '.join(UNITS)}.")
        if len(self.by) > MOST_DIMENSIONS:
            raise RecordsError(f"A table by more than {MOST_DIMENSIONS} columns is no answer; leave some out.")
        if twice := next((name for at, name in enumerate(self.by) if name in self.by[:at]), None):
            raise RecordsError(f"“{twice}” is named twice in what to count by.")
        if self.since and self.until and self.since > self.until:
            raise RecordsError("The first day of the period is after the last.")
        labels = [part.label for part in self.parts]
        if len(set(labels)) < len(labels):
            raise RecordsError("Two parts have one label.")
        if taken := {"Total", "None of these"} & set(labels):
            raise RecordsError(f"“{min(taken)}” cannot be the label of a part; the table uses it itself.")

    def as_data(self) -> dict[str, Any]:
        """For JSON; `definition_of` reads it."""
        return {
            "unit": self.unit,
            "by": list(self.by),
            "where": self.where,
            "period": self.period.value,
            "date": self.date,
            "as_at": self.as_at.isoformat() if self.as_at else None,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "parts": [{"label": part.label, "where": part.where} for part in self.parts],
            "groups": dict(self.groups),
            "once": self.once,
        }

    def as_text(self) -> str:
        """As it is stored."""
        return json.dumps(self.as_data(), ensure_ascii=False, sort_keys=True)


def definition_of(data: Mapping[str, Any]) -> CountDefinition:
    """A definition from `as_data`. Raises RecordsError where it is none."""
    try:
        days = {key: day.fromisoformat(data[key]) if data.get(key) else None for key in ("as_at", "since", "until")}
        return CountDefinition(
            unit=str(data["unit"]),
            by=tuple(map(str, data["by"])),
            where=str(data.get("where", "")),
            period=Period(data.get("period", "calendar")),
            date=str(data.get("date", "")),
            parts=tuple(Part(str(part["label"]), str(part["where"])) for part in data.get("parts", ())),
            groups={str(key): str(value) for key, value in data.get("groups", {}).items()},
            once=bool(data.get("once", False)),
            as_at=days["as_at"],
            since=days["since"],
            until=days["until"],
        )
    except RecordsError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise RecordsError(f"The definition of the count cannot be read: {error}.") from error
