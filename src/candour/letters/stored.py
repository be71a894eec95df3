"""A letter, or what it was composed from, as plain values that JSON can hold, and back: exactly as it was."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from candour.law import decision as law
from candour.law.provision import Provision
from candour.letters import model, response

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for module in (law, model, response)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ == module.__name__ and (is_dataclass(kind) or issubclass(kind, Enum))
} | {"Provision": Provision}
_KIND = "is"


def to_plain(value: Any) -> Any:
    """The value as lists, dictionaries, texts and numbers. Raises TypeError for what is no part of a letter."""
    if isinstance(value, Enum):
        return {_KIND: type(value).__name__, "value": value.value}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date):
        return {_KIND: "date", "value": value.isoformat()}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _KIND: type(value).__name__,
            **{each.name: to_plain(getattr(value, each.name)) for each in fields(value)},
        }
    raise TypeError(f"{type(value).__name__} is no part of a letter")


def from_plain(plain: Any) -> Any:
    """What `to_plain` was given. Raises KeyError for a kind that there is not."""
    if isinstance(plain, list):
        return tuple(from_plain(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    name = plain[_KIND]
    if name == "date":
        return date.fromisoformat(plain["value"])
    kind = _KINDS[name]
    if issubclass(kind, Enum):
        return kind(plain["value"])
    return kind(**{key: from_plain(value) for key, value in plain.items() if key != _KIND})
