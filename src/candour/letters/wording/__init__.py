"""The words of a letter: ours by default, a force's own where the law leaves them free."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


class WordingError(ValueError):
    """An override that cannot stand: unknown, locked, or with other fields than the text that it replaces."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: its text with {fields}, whether it is locked, and what it serves."""

    text: str
    source: str
    locked: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that the text must be given."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)

    @property
    def odd_fields(self) -> Iterator[str]:
        """The fields, as written, that have no name, or more between the brackets than a name."""
        for _, name, form, conversion in string.Formatter().parse(self.text):
            if name is not None and (not name or form or conversion):
                yield f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"


@dataclass(frozen=True)
class Wording:
    """A whole set of phrases by key."""

    phrases: Mapping[str, Phrase]

    def say(self, key: str, **fields: str) -> str:
        """The phrase with its fields filled in."""
        return self.phrases[key].text.format(**fields)

    def locked(self, key: str) -> bool:
        """Whether the phrase states a right or a statutory conclusion, and may not be edited."""
        return self.phrases[key].locked

    def overridden(self, text: str) -> Wording:
        """The wording with a force's own phrases, given as TOML: `opening = "Thank you ... {received}"`.

        Raises WordingError, naming the entry, when one is unknown, locked, or has other fields.
        """
        try:
            own = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise WordingError(f"The wording is not valid TOML: {error}") from error
        phrases = dict(self.phrases)
        for key, value in own.items():
            phrases[key] = self._override(key, value)
        return Wording(phrases)

    def _override(self, key: str, value: object) -> Phrase:
        known = self.phrases.get(key)
        if known is None:
            raise WordingError(f"There is no wording called “{key}”.")
        if known.locked:
            raise WordingError(f"The wording “{key}” states what the law fixes ({known.source}) and cannot be changed.")
        if not isinstance(value, str) or not value.strip():
            raise WordingError(f"The wording “{key}” must be a text that is not empty.")
        try:
            phrase = Phrase(value, known.source)
            fields = phrase.fields
        except ValueError as error:
            raise WordingError(f"The wording “{key}” has a bracket that is not closed: {error}.") from error
        if odd := next(phrase.odd_fields, ""):
            raise WordingError(
                f"The wording “{key}” has the field “{odd}”. Put only its name between the brackets, as in {{name}}."
            )
        if fields != known.fields:
            wanted = ", ".join(sorted(f"{{{name}}}" for name in known.fields)) or "no fields"
            raise WordingError(f"The wording “{key}” must use exactly these fields: {wanted}.")
        return phrase


@cache
def english() -> Wording:
    """The wording shipped with the package."""
    text = resources.files("candour.letters.wording").joinpath("english.toml").read_text(encoding="utf-8")
    return Wording({key: Phrase(**entry) for key, entry in tomllib.loads(text).items()})
