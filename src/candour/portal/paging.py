"""Pages of entries whose number is known already."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import QuerySet

from candour.desk.models import Publication

PER_PAGE_OF_DATA = 50
"""Entries to a page of data."""

if TYPE_CHECKING:
    _Pages = Paginator[Publication]
else:
    _Pages = Paginator


class CountedPages(_Pages):
    """Pages that do not count again what was counted with the filters."""

    def __init__(self, entries: QuerySet[Publication], per_page: int, total: int) -> None:
        super().__init__(entries, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        """How many entries there are."""
        return self._total
