"""What the log is counted by, as columns in memory: counting takes little longer than finding the keys to be counted.

They are read from the database when an entry has changed since: its triggers leave a token of each change (see the
first migration of this app), and who counts asks for these first. So what is withdrawn is counted no more at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from candour.desk.models import Publication
from candour.desk.publishing.topics import read

Mask = NDArray[np.bool_]
_Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kinds:
    """A column of which each entry has some values: the kind of each entry, and which values each kind has."""

    of_entry: NDArray[np.int32]
    values: tuple[str, ...]
    has: NDArray[np.bool_]

    @classmethod
    def of(cls, stored: Iterable[str], read_one: Callable[[str], Iterable[str]]) -> Kinds:
        """The column of the stored texts, each of which `read_one` takes apart into its values."""
        known: dict[str, int] = {}
        of_entry = np.fromiter((known.setdefault(each, len(known)) for each in stored), np.int32)
        parts = [set(read_one(each)) for each in known]
        values = tuple(sorted(set().union(*parts)))
        has = np.array([[value in each for value in values] for each in parts], bool)
        return cls(of_entry, values, has.reshape(len(parts), len(values)))

    def with_value(self, value: str) -> Mask:
        """Which entries have the value."""
        if value not in self.values:
            return np.zeros(len(self.of_entry), bool)
        return np.asarray(self.has[:, self.values.index(value)][self.of_entry])

    def counted(self, entries: Mask) -> Counter[str]:
        """How many of the entries have each value; of what none has nothing is said."""
        of_kind = np.bincount(self.of_entry[entries], minlength=len(self.has))
        return +Counter(dict(zip(self.values, (of_kind @ self.has).tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Columns:
    """The entries that are not withdrawn, by ascending key; `published` in microseconds since 1970."""

    keys: NDArray[np.int64]
    published: NDArray[np.int64]
    year: NDArray[np.int64]
    force: NDArray[np.int64]
    outcome: Kinds
    section: Kinds
    topic: Kinds

    def visible(self, now: datetime) -> Mask:
        """Which entries readers may see."""
        return np.asarray(self.published <= _microseconds(now))

    def among(self, keys: NDArray[np.int64]) -> Mask:
        """Which entries have one of the keys."""
        found = np.zeros(len(self.keys), bool)
        if len(self.keys) and len(keys):
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            found[places[self.keys[places] == keys]] = True
        return found


def columns() -> Columns:
    """The columns of the log as it is now."""
    version = _version()
    held = _held.get(version)
    if held is None:
        held = _load()
        _held.clear()
        _held[version] = held
    return held


_held: dict[_Version, Columns] = {}


def _version() -> _Version:
    """The tokens of the changes of the log, counted and added up: which they are, not only the last one.

    A change that began first may end last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(sum(token), 0) FROM log_change")
        number, tokens = cursor.fetchone()
    return int(number), int(tokens)


def _load() -> Columns:
    rows = Publication.objects.filter(withdrawn_at=None).order_by("pk")
    told = list(rows.values_list("pk", "published_at", "year", "authority", "facets", "topics"))
    return Columns(
        np.array([row[0] for row in told], np.int64),
        np.array([_microseconds(row[1]) for row in told], np.int64),
        np.array([row[2] for row in told], np.int64),
        np.array([row[3] for row in told], np.int64),
        Kinds.of((row[4] for row in told), lambda facets: facets.partition("|")[0].split()),
        Kinds.of((row[4] for row in told), lambda facets: facets.partition("|")[2].split()),
        Kinds.of((row[5] for row in told), read),
    )


def _microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
