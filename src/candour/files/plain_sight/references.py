"""References to crimes and numbers of officers, by the patterns of a force (a setting)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

_BEFORE = r"(?<![A-Za-z0-9/])(?:"
_AFTER = r")(?![A-Za-z0-9]|/\d)"


class WrongPatterns(ValueError):
    """A file of patterns that cannot be used, with what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ForcePatterns:
    """Compiled patterns of one force: `crime_reference` and `collar_number`."""

    crime_reference: re.Pattern[str]
    collar_number: re.Pattern[str]
    own: bool = False
    """Whether some are the force's own, of whatever form; every one has a digit."""

    def crime_references(self, text: str) -> list[str]:
        """References to crimes, occurrences and prosecution files."""
        return [match.group() for match in self.crime_reference.finditer(text)]

    def collar_numbers(self, text: str) -> list[str]:
        """Numbers of officers and staff, with the rank or the word that says what they are."""
        return [match.group() for match in self.collar_number.finditer(text)]


@cache
def usual_patterns() -> ForcePatterns:
    """The patterns that come with the desk (`force_patterns.toml`)."""
    return _compiled((files(__package__) / "force_patterns.toml").read_text(encoding="utf-8"), "force_patterns.toml")


def patterns_in(text: str) -> ForcePatterns:
    """A force's own patterns, as TOML of the same form, beside the usual ones. Raises `WrongPatterns`."""
    if not text.strip():
        return usual_patterns()
    own, usual = _compiled(text, "The text"), usual_patterns()
    return ForcePatterns(
        _either(own.crime_reference, usual.crime_reference),
        _either(own.collar_number, usual.collar_number),
        own=True,
    )


def patterns_of(path: Path) -> ForcePatterns:
    """The patterns of a file in the same form. Raises `WrongPatterns`."""
    try:
        return _compiled(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise WrongPatterns(f"{path.name} cannot be read: {error.strerror}.") from None


def _compiled(text: str, name: str) -> ForcePatterns:
    try:
        data = tomllib.loads(text)
        if strange := set(data) - {"crime_reference", "collar_number"}:
            raise WrongPatterns(f"{name} holds “{min(strange)}”, which is neither crime_reference nor collar_number.")
        return ForcePatterns(_joined(data.get("crime_reference", [])), _joined(data.get("collar_number", [])))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongPatterns(f"{name} is not TOML: {error}.") from None
    except re.error as error:
        raise WrongPatterns(f"{name} holds a pattern that is no regular expression: {error}.") from None
    except (KeyError, TypeError, AttributeError):
        raise WrongPatterns(f"{name}: each entry needs “pattern”, a regular expression.") from None


def _either(one: re.Pattern[str], other: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"{one.pattern}|{other.pattern}")


def _joined(entries: list[dict[str, str]]) -> re.Pattern[str]:
    if not entries:
        return re.compile(r"(?!)")
    for entry in entries:
        if re.fullmatch(entry["pattern"], ""):
            raise WrongPatterns(
                f"The pattern “{entry['pattern']}” fits where nothing stands, so it would fit everywhere."
            )
    return re.compile(_BEFORE + "|".join(f"(?:{re.compile(entry['pattern']).pattern})" for entry in entries) + _AFTER)
