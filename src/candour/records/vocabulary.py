"""Controlled vocabularies: the terms of a field with their synonyms, groups and sources, as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from candour.records.findings import RecordsError

_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its label, the code that systems use, the group it belongs to, what it means, where that is said."""

    label: str
    code: str
    synonyms: tuple[str, ...]
    group: str
    note: str
    source: str


@dataclass(frozen=True)
class TermList:
    """The terms that a column can hold, in the order in which a table prints them.

    `headings` are the words over such a column; `since` and `until` bound the time for which the codes mean this.
    """

    id: str
    title: str
    headings: tuple[str, ...]
    terms: tuple[Term, ...]
    source: str
    note: str = ""
    since: str = ""
    until: str = ""

    def term(self, text: str) -> Term | None:
        """The term that a text is the label, the code or a synonym of; None where it is none."""
        return self.known.get(plain(text))

    @cached_property
    def known(self) -> Mapping[str, Term]:
        """Every label, code and synonym with its term. Raises RecordsError where one stands for two terms."""
        known: dict[str, Term] = {}
        for term in self.terms:
            for text in (term.label, term.code, *term.synonyms):
                key = plain(text)
                if key and known.setdefault(key, term) is not term:
                    raise RecordsError(f"{self.id}: “{text}” stands for “{known[key].label}” and for “{term.label}”.")
        return known

    @property
    def has_groups(self) -> bool:
        """Whether the terms belong to groups, so that subtotals can be made."""
        return any(term.group for term in self.terms)


@dataclass(frozen=True)
class Vocabulary:
    """The term lists of one field, with the titles of their sources."""

    id: str
    title: str
    sources: Mapping[str, str]
    lists: Mapping[str, TermList]


def plain(text: str) -> str:
    """A text as it is compared: lower case, no punctuation, single spaces."""
    return _NOT_A_WORD.sub(" ", text.casefold()).strip()


@cache
def vocabulary(name: str) -> Vocabulary:
    """A vocabulary that comes with Candour, by name. Raises RecordsError, naming those there are."""
    folder = resources.files("candour.records") / "vocabularies"
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in names:
        raise RecordsError(f"There is no vocabulary “{name}”. There are {', '.join(names)}; or name a file.")
    return read_vocabulary((folder / f"{name}.toml").read_text(encoding="utf-8"), name)


def vocabulary_for(name: str, beside: Path | None = None) -> Vocabulary:
    """A vocabulary by name, or from a TOML file beside a description. Raises RecordsError."""
    if not name.endswith(".toml"):
        return vocabulary(name)
    path = (beside / name) if beside else Path(name)
    try:
        return read_vocabulary(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsError(f"The vocabulary {path} cannot be read: {error}.") from error


def terms_in_words(name: str) -> str:
    """A list of terms as people call it, `Police misconduct in England and Wales: rank`; others stay as given."""
    try:
        found = vocabulary(name.partition("/")[0])
        return f"{found.title}: {found.lists[name.partition('/')[2]].title.lower()}"
    except (RecordsError, KeyError):
        return name


def read_vocabulary(text: str, name: str) -> Vocabulary:
    """A vocabulary from TOML. Raises RecordsError where it is none, or one text stands for two terms."""
    try:
        data = tomllib.loads(text)
        lists = {entry["id"]: _list(entry) for entry in data["list"]}
        found = Vocabulary(name, str(data["title"]), dict(data["sources"]), lists)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RecordsError(f"The vocabulary {name} cannot be read: {error}.") from error
    for entry in found.lists.values():
        assert entry.known is not None
        for source in {entry.source, *(term.source for term in entry.terms)}:
            if source and source not in found.sources:
                raise RecordsError(f"The vocabulary {name}: “{source}” is not among its sources.")
    return found


def _list(entry: Mapping[str, Any]) -> TermList:
    terms = tuple(
        Term(
            str(term["label"]),
            str(term.get("code", "")),
            tuple(map(str, term.get("synonyms", ()))),
            str(term.get("group", "")),
            str(term.get("note", "")),
            str(term.get("source", entry["source"])),
        )
        for term in entry["term"]
    )
    return TermList(
        str(entry["id"]),
        str(entry["title"]),
        tuple(plain(heading) for heading in entry.get("headings", ())),
        terms,
        str(entry["source"]),
        str(entry.get("note", "")),
        str(entry.get("since", "")),
        str(entry.get("until", "")),
    )
