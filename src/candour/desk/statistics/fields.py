"""The fields of the quarterly figures, as `fields.toml` lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from candour.desk.statistics.kinds import TESTS


class FieldError(ValueError):
    """The list of fields asks for a test that there is not; the message names the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One figure: its code in the return, its name for programs, its label, and which requests it counts.

    `of` is what it counts: "request", "review", "complaint" or "appeal". `within` names the field that it is a part of.
    """

    code: str
    name: str
    label: str
    of: str = "request"
    all: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    within: str = ""

    def takes(self, flags: frozenset[str]) -> bool:
        """Whether a request for which these tests hold is counted."""
        return self.all <= flags and not self.none & flags


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are shown in one table, and where they come from."""

    title: str
    source: str
    fields: tuple[Field, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All fields in their groups. Raises FieldError when one asks for a test that there is not."""
    text = resources.files("candour.desk.statistics").joinpath("fields.toml").read_text(encoding="utf-8")
    found = tuple(
        Group(entry["title"], entry["source"], tuple(_field(each) for each in entry["field"]))
        for entry in tomllib.loads(text)["group"]
    )
    for group in found:
        for field in group.fields:
            if unknown := (field.all | field.none) - TESTS:
                raise FieldError(f"{field.name}: there is no test {', '.join(sorted(unknown))}")
    return found


def _field(entry: dict[str, object]) -> Field:
    values = {name: value for name, value in entry.items() if name not in {"all", "none"}}
    sets = {name: frozenset(entry.get(name, ())) for name in ("all", "none")}  # type: ignore[call-overload]  # TOML
    return Field(**values, **sets)  # type: ignore[arg-type]  # TOML
