"""Finding entries of the disclosure log by words, year, outcome and force."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from candour.desk.models import Publication
from candour.law import Outcome

MOST_WORDS = 12
"""Words of a search that are looked at; more only slow it down."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader looks for; empty values do not narrow."""

    words: str = ""
    year: str = ""
    outcome: str = ""
    force: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is looked for at all."""
        return bool(self.words or self.year or self.outcome or self.force)


def find(search: Search) -> QuerySet[Publication]:
    """The entries that have every word and match every filter, newest first."""
    entries = Publication.objects.select_related("authority").defer("search_text")
    for word in search.words.casefold().split()[:MOST_WORDS]:
        entries = entries.filter(search_text__contains=word.strip("\"'“”‘’,.;:!?()"))
    if re.fullmatch("[0-9]{4}", search.year):
        entries = entries.filter(year=int(search.year))
    if search.outcome in set(Outcome):
        entries = entries.filter(outcome_keys__contains=f"|{search.outcome}|")
    if search.force:
        entries = entries.filter(authority__slug=search.force)
    return entries.order_by("-published_at", "-pk")
