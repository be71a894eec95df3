"""Finding entries of the disclosure log by words, year, outcome, exemption and force, and counting them by each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import QueryDict

from candour.desk.models import Authority, Publication, PublicationMark
from candour.law import Outcome, Provision
from candour.law.catalogue import catalogue
from candour.portal.fulltext import by_fit, matching, terms

LONGEST_WORDS = 200
_YEAR = re.compile(r"[0-9]{4}")
_SECTION = re.compile(r"[0-9]{1,3}[A-Z]?")
_LIMB = re.compile(r"[0-9]{1,3}[A-Z]?(?:\([0-9A-Za-z]{1,4}\))+")


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader looks for; empty values do not narrow."""

    words: str = ""
    year: str = ""
    outcome: str = ""
    section: str = ""
    limb: str = ""
    force: str = ""
    newest_first: bool = False

    FIELDS: ClassVar = ("q", "year", "outcome", "section", "limb", "force", "sort")
    """What an address can ask for."""

    @classmethod
    def of_query(cls, query: QueryDict) -> Search:
        """The search that an address asks for; what makes no sense does not narrow."""

        def given(name: str) -> str:
            return query.get(name, "").replace("\x00", "").strip()

        return cls(
            words=given("q")[:LONGEST_WORDS],
            year=given("year") if _YEAR.fullmatch(given("year")) else "",
            outcome=given("outcome") if given("outcome") in set(Outcome) else "",
            section=given("section") if _SECTION.fullmatch(given("section")) else "",
            limb=given("limb") if _LIMB.fullmatch(given("limb")) else "",
            force=given("force"),
            newest_first=given("sort") == "newest",
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is looked for at all."""
        return bool(self.words or self.year or self.outcome or self.section or self.limb or self.force)

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
            "sort": "newest" if self.newest_first else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: what it is called, and how many of the entries found have it."""

    value: str
    label: str
    count: int


def find(search: Search) -> QuerySet[Publication]:
    """The entries that readers may see which have every word and match every filter.

    With words the best fit stands first, else the newest.
    """
    entries = _narrowed(search).select_related("authority").defer("words", "content")
    if search.ranks:
        return by_fit(entries, search.words)
    return matching(entries, search.words).order_by("-published_at", "-slug", "authority")


def choices(search: Search) -> dict[str, list[Choice]]:
    """For each filter its values with the number of entries that choosing it would leave.

    A filter counts what the others leave. Filters that are not set leave the same entries, which are counted once: two
    queries for an open search, and two more for each filter that is set.
    """
    places: dict[Search, Counter[tuple[int, int]]] = {}
    marks: dict[Search, dict[tuple[str, str], int]] = {}

    def by_place(without: Search) -> Counter[tuple[int, int]]:
        if without not in places:
            places[without] = _by_place(without)
        return places[without]

    def by_mark(without: Search) -> dict[tuple[str, str], int]:
        if without not in marks:
            marks[without] = _by_mark(without)
        return marks[without]

    return {
        "force": _forces(by_place(replace(search, force=""))),
        "year": _years(by_place(replace(search, year=""))),
        "outcome": _outcomes(by_mark(replace(search, outcome=""))),
        "section": _sections(by_mark(replace(search, section=""))),
    }


def _by_place(search: Search) -> Counter[tuple[int, int]]:
    """How many entries there are of each force in each year."""
    entries = matching(_narrowed(search), search.words).order_by()
    counted = entries.values_list("authority", "year").annotate(total=Count("pk"))
    return Counter({(force, year): total for force, year, total in counted})


def _by_mark(search: Search) -> dict[tuple[str, str], int]:
    """How many entries there are with each outcome and each section."""
    entries = matching(_narrowed(search), search.words).order_by().values("pk")
    kinds = (PublicationMark.Kind.OUTCOME, PublicationMark.Kind.SECTION)
    found = PublicationMark.objects.filter(kind__in=kinds, publication__in=entries).order_by()
    counted = found.values_list("kind", "value").annotate(total=Count("pk"))
    return {(kind, value): total for kind, value, total in counted}


def _narrowed(search: Search) -> QuerySet[Publication]:
    entries: QuerySet[Publication] = Publication.objects.visible()
    if search.year:
        entries = entries.filter(year=int(search.year))
    marks = {
        PublicationMark.Kind.OUTCOME: search.outcome,
        PublicationMark.Kind.SECTION: search.section,
        PublicationMark.Kind.LIMB: search.limb,
    }
    for kind, value in marks.items():
        if value:
            marked = PublicationMark.objects.filter(kind=kind, value=value).values("publication")
            entries = entries.filter(pk__in=marked)
    if search.force:
        entries = entries.filter(authority__slug=search.force)
    return entries


def _forces(counted: Counter[tuple[int, int]]) -> list[Choice]:
    totals: Counter[int] = Counter()
    for (force, _year), total in counted.items():
        totals[force] += total
    known = Authority.objects.filter(Exists(Publication.objects.filter(authority=OuterRef("pk"))))
    return [Choice(force.slug, force.name, totals[force.pk]) for force in known]


def _years(counted: Counter[tuple[int, int]]) -> list[Choice]:
    totals: Counter[int] = Counter()
    for (_force, year), total in counted.items():
        totals[year] += total
    years = Publication.objects.visible().order_by("-year").values_list("year", flat=True).distinct()
    return [Choice(str(year), str(year), totals[year]) for year in years]


def _outcomes(counted: dict[tuple[str, str], int]) -> list[Choice]:
    kind = PublicationMark.Kind.OUTCOME.value
    return [Choice(outcome.value, outcome.label, counted.get((kind, outcome.value), 0)) for outcome in Outcome]


def _sections(counted: dict[tuple[str, str], int]) -> list[Choice]:
    titles = {exemption.section: exemption.title for exemption in catalogue().exemptions}
    found = {value: total for (kind, value), total in counted.items() if kind == PublicationMark.Kind.SECTION.value}
    return [
        Choice(section, f"{section} {titles.get(section, '')}".strip(), found[section])
        for section in sorted(found, key=Provision)
    ]
