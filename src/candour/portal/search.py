"""Finding entries of the log by words, year, outcome, exemption, force and topic, and counting them by each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

import numpy as np
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from numpy.typing import NDArray

from candour.desk.models import Authority, Publication, PublicationMark
from candour.desk.publishing.topics import topics
from candour.law import Outcome, Provision
from candour.law.catalogue import catalogue
from candour.portal.columns import Mask, columns
from candour.portal.fulltext import by_fit, matching, matching_keys, terms
from candour.portal.in_words import outcome_label, topic_label

LONGEST_WORDS = 200
MOST_RANKED = 2_000
"""Entries that are put in the order of how well they fit; of more, the newest stand first."""

_YEAR = re.compile(r"[1-9][0-9]{3}")
_SECTION = re.compile(r"[0-9]{1,3}[A-Z]?")
_LIMB = re.compile(r"[0-9]{1,3}[A-Z]?(?:\([0-9A-Za-z]{1,4}\))+")


def on_one_line(text: str) -> str:
    """The text without what does not print: no database keeps a NUL, and no feed a control character."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader looks for; empty values do not narrow."""

    words: str = ""
    year: str = ""
    outcome: str = ""
    section: str = ""
    limb: str = ""
    force: str = ""
    topic: str = ""
    newest_first: bool = False

    FIELDS: ClassVar = ("q", "year", "outcome", "section", "limb", "force", "topic", "sort")
    """What an address can ask for."""

    @classmethod
    def of_query(cls, query: QueryDict) -> Search:
        """The search that an address asks for; what makes no sense does not narrow."""

        def given(name: str) -> str:
            return on_one_line(query.get(name, ""))

        return cls(
            words=given("q")[:LONGEST_WORDS],
            year=given("year") if _YEAR.fullmatch(given("year")) else "",
            outcome=given("outcome") if given("outcome") in set(Outcome) else "",
            section=given("section") if _SECTION.fullmatch(given("section")) else "",
            limb=given("limb") if _LIMB.fullmatch(given("limb")) else "",
            force=given("force"),
            topic=given("topic") if given("topic") in topics() else "",
            newest_first=given("sort") == "newest",
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is looked for at all."""
        return any((self.words, self.year, self.outcome, self.section, self.limb, self.force, self.topic))

    @property
    def ranks(self) -> bool:
        """Whether the entries come in the order of how well they fit."""
        return bool(terms(self.words)) and not self.newest_first

    @property
    def query(self) -> str:
        """The search as the query of an address, without a question mark."""
        values = {
            "q": self.words,
            "year": self.year,
            "outcome": self.outcome,
            "section": self.section,
            "limb": self.limb,
            "force": self.force,
            "topic": self.topic,
            "sort": "newest" if self.newest_first else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: what it is called, and how many of the entries found have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds. `ranked`: whether the best fit stands first; else the newest does."""

    entries: QuerySet[Publication]
    total: int
    choices: dict[str, list[Choice]]
    ranked: bool


def look(search: Search) -> Found:
    """The entries that readers may see which have every word and match every filter, with the counts of each filter.

    Where words are in more than MOST_RANKED entries they tell none of them from the others: the newest stand first.
    """
    counts = _counts(search)
    ranked = search.ranks and counts.total <= MOST_RANKED
    entries = by_fit(_narrowed(search), search.words) if ranked else newest(search)
    entries = entries.select_related("authority").defer("words", "content")
    return Found(entries, counts.total, _choices(counts), ranked)


def newest(search: Search) -> QuerySet[Publication]:
    """The entries that a search finds, the newest first."""
    entries = matching(_narrowed(search), search.words, first_few=True)
    return entries.order_by("-published_at", "-slug", "authority_id")


def find(search: Search) -> QuerySet[Publication]:
    """The entries that a search finds, in the order of `look`."""
    return look(search).entries


def choices(search: Search) -> dict[str, list[Choice]]:
    """For each filter its values with the number of entries that choosing it would leave."""
    return _choices(_counts(search))


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many entries a search finds, and how many choosing each value of a filter would leave.

    `forces`, `years`: those that have an entry at all; the last year first.
    """

    total: int
    force: Counter[int]
    year: Counter[int]
    outcome: Counter[str]
    section: Counter[str]
    topic: Counter[str]
    forces: list[int]
    years: list[int]


def _counts(search: Search) -> _Counts:
    """Everything that is counted: a filter counts what the words and the other filters leave."""
    held = columns()
    visible = held.visible(timezone.now())
    found = visible.copy()
    if search.words:
        found &= held.among(matching_keys(search.words))
    if search.limb:
        marked = PublicationMark.objects.filter(kind=PublicationMark.Kind.LIMB, value=search.limb)
        found &= held.among(np.fromiter(marked.values_list("publication", flat=True), np.int64))
    passes: dict[str, Mask] = {}
    if search.force:
        known = Authority.objects.filter(slug=search.force).values_list("pk", flat=True).first()
        passes["force"] = held.force == (known or 0)
    if search.year:
        passes["year"] = held.year == int(search.year)
    if search.outcome:
        passes["outcome"] = held.outcome.with_value(search.outcome)
    if search.section:
        passes["section"] = held.section.with_value(search.section)
    if search.topic:
        passes["topic"] = held.topic.with_value(search.topic)

    def left_by_others(filtered: str) -> Mask:
        left = found.copy()
        for name, passed in passes.items():
            if name != filtered:
                left &= passed
        return left

    return _Counts(
        int(np.count_nonzero(left_by_others(""))),
        _numbers(held.force[left_by_others("force")]),
        _numbers(held.year[left_by_others("year")]),
        held.outcome.counted(left_by_others("outcome")),
        held.section.counted(left_by_others("section")),
        held.topic.counted(left_by_others("topic")),
        sorted(set(held.force[visible].tolist())),
        sorted(set(held.year[visible].tolist()), reverse=True),
    )


def _numbers(values: NDArray[np.int64]) -> Counter[int]:
    """How often each of the values stands there."""
    return +Counter(dict(enumerate(np.bincount(values).tolist())))


def _choices(counts: _Counts) -> dict[str, list[Choice]]:
    known = Authority.objects.filter(pk__in=counts.forces)
    titles = {exemption.section: exemption.title for exemption in catalogue().exemptions}
    return {
        "force": [Choice(force.slug, force.name, counts.force[force.pk]) for force in known],
        "year": [Choice(str(year), str(year), counts.year[year]) for year in counts.years],
        "outcome": [
            Choice(outcome.value, outcome_label(outcome), counts.outcome[outcome.value]) for outcome in Outcome
        ],
        "section": [
            Choice(section, f"{section} {titles.get(section, '')}".strip(), counts.section[section])
            for section in sorted(counts.section, key=Provision)
        ],
        "topic": [Choice(slug, topic_label(slug), counts.topic[slug]) for slug in topics()],
    }


def _narrowed(search: Search) -> QuerySet[Publication]:
    entries: QuerySet[Publication] = Publication.objects.visible()
    if search.year:
        entries = entries.filter(year=int(search.year))
    marks = {
        PublicationMark.Kind.OUTCOME: search.outcome,
        PublicationMark.Kind.SECTION: search.section,
        PublicationMark.Kind.LIMB: search.limb,
        PublicationMark.Kind.TOPIC: search.topic,
    }
    for kind, value in marks.items():
        if value:
            marked = PublicationMark.objects.filter(kind=kind, value=value).values("publication")
            entries = entries.filter(pk__in=marked)
    if search.force:
        entries = entries.filter(authority__slug=search.force)
    return entries
