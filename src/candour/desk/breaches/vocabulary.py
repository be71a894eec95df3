"""The words and rules of a record, as `breaches.toml` has them with their sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be chosen: its key, what people read, what it means, and where that comes from."""

    key: str
    label: str
    means: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that every record answers: what is to be done, and what is said once it was done or was not."""

    key: str
    title: str
    done: str
    not_done: str
    hint: str
    source: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The whole file. `within`: the time in which the Commissioner is to be told."""

    within: timedelta
    clock: dict[str, str]
    ways: dict[str, Entry]
    people: dict[str, Entry]
    risks: dict[str, Entry]
    points: dict[str, Point]
    grounds: dict[str, Entry]


@cache
def vocabulary() -> Vocabulary:
    """The words of this program."""
    text = resources.files("candour.desk.breaches").joinpath("breaches.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    clock = dict(raw["clock"])
    return Vocabulary(
        within=timedelta(hours=clock.pop("hours")),
        clock=clock,
        ways=_entries(raw["ways"]),
        people=_entries(raw["people"]),
        risks=_entries(raw["risks"]),
        points={each["key"]: _point(each) for each in raw["points"]},
        grounds=_entries(raw["grounds"]),
    )


def _entries(raw: list[dict[str, str]]) -> dict[str, Entry]:
    return {each["key"]: Entry(**each) for each in raw}


def _point(raw: dict[str, Any]) -> Point:
    return Point(raw["key"], raw["title"], raw["done"], raw["not"], raw["hint"], raw["source"])
