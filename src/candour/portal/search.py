"""Finding entries of the log by words, year, outcome, exemption, force and topic, and counting them by each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Aggregate, CharField, Count, Exists, OuterRef, QuerySet
from django.http import QueryDict

from candour.desk.models import Authority, Publication, PublicationMark
from candour.desk.publishing.topics import read, saved, topics
from candour.law import Outcome, Provision
from candour.law.catalogue import catalogue
from candour.portal.fulltext import by_fit, matching, terms
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


@dataclass(slots=True)
class _Counts:
    """How many entries a search finds, and how many choosing each value of a filter would leave."""

    total: int = 0
    force: Counter[int] = field(default_factory=Counter)
    year: Counter[int] = field(default_factory=Counter)
    outcome: Counter[str] = field(default_factory=Counter)
    section: Counter[str] = field(default_factory=Counter)
    topic: Counter[str] = field(default_factory=Counter)


def _counts(search: Search) -> _Counts:
    """Everything that is counted, in one query: entries that no filter tells apart are counted together.

    A filter counts what the others leave, so a group that misses one filter counts for the values of that one alone.
    Entries of a group may have different topics: grouped by those too, there would be nearly as many groups as entries.
    """
    known = Authority.objects.filter(slug=search.force).values_list("pk", flat=True).first() if search.force else None
    wanted_year, wanted_topic = int(search.year or 0), saved([search.topic]) if search.topic else ""
    counts, about_all = _Counts(), []
    with_outcome: Counter[str] = Counter()
    with_section: Counter[str] = Counter()
    for year, force, facets, number, about in _groups(search):
        other_force, other_year = bool(search.force) and force != known, bool(wanted_year) and year != wanted_year
        other_outcome, other_section = _others(facets, search.outcome, search.section)
        missed = other_force + other_year + other_outcome + other_section
        if missed > 1:
            continue
        left = about.count(wanted_topic) if wanted_topic else number
        if not missed:
            counts.total += left
            about_all.append(about)
        if not missed or other_force:
            counts.force[force] += left
        if not missed or other_year:
            counts.year[year] += left
        if not missed or other_outcome:
            with_outcome[facets] += left
        if left and (not missed or other_section):
            with_section[facets] += left
    for topics_of_one, number in Counter(",".join(about_all).split(",")).items():
        counts.topic.update(dict.fromkeys(read(topics_of_one), number))
    for facets, left in with_outcome.items():
        counts.outcome.update(dict.fromkeys(_facets(facets)[0], left))
    for facets, left in with_section.items():
        counts.section.update(dict.fromkeys(_facets(facets)[1], left))
    return counts


class _StrungTogether(Aggregate):
    """The texts of a group in a row, with a comma between them."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As PostgreSQL calls it."""
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def _groups(search: Search) -> QuerySet[Publication, tuple[int, int, str, int, str]]:
    """The entries with the words of the search, whatever its filters, in groups.

    Each with its year, force, facets, number, and the topics of its entries in a row, as `saved` writes those of each.
    """
    entries = matching(_narrowed(Search(words=search.words, limb=search.limb)), search.words).order_by()
    groups = entries.values_list("year", "authority", "facets")
    return groups.annotate(total=Count("*"), about=_StrungTogether("topics"))


@lru_cache(maxsize=4096)
def _facets(stored: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The outcomes and the sections of `Publication.facets`."""
    outcomes, _, sections = stored.partition("|")
    return tuple(outcomes.split()), tuple(sections.split())


@lru_cache(maxsize=4096)
def _others(stored: str, outcome: str, section: str) -> tuple[bool, bool]:
    """Whether `Publication.facets` lacks the outcome that is looked for, and whether it lacks the section."""
    outcomes, sections = _facets(stored)
    return bool(outcome) and outcome not in outcomes, bool(section) and section not in sections


def _choices(counts: _Counts) -> dict[str, list[Choice]]:
    known = Authority.objects.filter(Exists(Publication.objects.filter(authority=OuterRef("pk"))))
    titles = {exemption.section: exemption.title for exemption in catalogue().exemptions}
    return {
        "force": [Choice(force.slug, force.name, counts.force[force.pk]) for force in known],
        "year": [Choice(str(year), str(year), counts.year[year]) for year in _all_years()],
        "outcome": [
            Choice(outcome.value, outcome_label(outcome), counts.outcome[outcome.value]) for outcome in Outcome
        ],
        "section": [
            Choice(section, f"{section} {titles.get(section, '')}".strip(), counts.section[section])
            for section in sorted(counts.section, key=Provision)
        ],
        "topic": [Choice(slug, topic_label(slug), counts.topic[slug]) for slug in topics()],
    }


def _all_years() -> list[int]:
    """The years that have an entry, the last first."""
    return list(Publication.objects.visible().order_by("-year").values_list("year", flat=True).distinct())


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
