"""Headings of columns that say a column is about a person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from candour.files.findings import Severity
from candour.files.plain_sight.columns import Column, Sheetful

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
ROWS_OF_PEOPLE = 20
"""From so many rows on, grade, place and unit together are taken for a list of people."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A column whose heading tells: the phrase, and of what kind (`person`, `birth`, `case` …)."""

    column: Column
    kind: str
    phrase: str
    severity: Severity


@cache
def _kinds() -> dict[str, dict[str, object]]:
    return tomllib.loads((files(__package__) / "headers.toml").read_text(encoding="utf-8"))


@cache
def _phrases() -> tuple[tuple[str, str, str], ...]:
    """Each phrase with its kind and its values, the longest first."""
    entries = [
        (str(phrase), kind, str(entry["values"]))
        for kind, entry in _kinds().items()
        for phrase in _list(entry.get("phrases", []))
    ]
    return tuple(sorted(entries, key=lambda entry: -len(entry[0])))


def telling_headings(sheet: Sheetful) -> Iterator[Telling]:
    """The columns of a table whose heading says they are about people, each once."""
    for column in sheet.columns:
        heading = words_of(column.heading)
        if not heading.strip() or not column.filled or len(heading) > 80:
            continue
        for phrase, kind, values in _phrases():
            if f" {phrase} " not in heading or (values == "words" and column.counts):
                continue
            if _about_counts(heading):
                continue
            yield Telling(column, kind, phrase, Severity(str(_kinds()[kind]["severity"])))
            break


def together(sheet: Sheetful) -> list[Column]:
    """Columns for grade, place and unit (or two and two traits) that together point at each person of a list."""
    if sheet.rows < ROWS_OF_PEOPLE:
        return []
    groups: dict[str, Column] = {}
    traits: list[Column] = []
    for column in sheet.columns:
        heading = words_of(column.heading)
        if column.counts or not column.texts or len(heading) > 50:
            continue
        for group in ("grade", "place", "unit"):
            if (
                any(f" {word} " in heading for word in _list(_kinds()["together"][group]))
                and column not in groups.values()
            ):
                groups.setdefault(group, column)
        if any(f" {word} " in heading for word in _list(_kinds()["together"]["trait"])):
            traits.append(column)
    measured = any(column.counts and column.filled > 0.8 * sheet.rows for column in sheet.columns[-3:])
    enough = len(groups) == 3 or (len(groups) == 2 and len(traits) >= 2)
    return [*groups.values(), *traits] if enough and not measured else []


def words_of(heading: str) -> str:
    """A heading as words between blanks: `OfficerID` and `officer_id` become ` officer id `."""
    return " " + _NO_WORD.sub(" ", _CAMEL.sub(" ", heading).casefold()).strip() + " "


def _about_counts(heading: str) -> bool:
    return (
        heading.startswith((" number of ", " no of ", " count of ", " total ", " percentage ", " rate "))
        or " per " in heading
    )


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(item) for item in value]
