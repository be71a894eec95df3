"""A counted table as a value: every cell with its margins, each computed and none summed, and what one has to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from candour.records.findings import RecordsError
from candour.records.question import CountDefinition, definition_of
from candour.tables import write_csv
from candour.tables.counts import MOST_CELLS, CountTable, Labels
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.distinct import DistinctTable

_ACROSS, _WIDTH = 8, 90
"""How many categories, and characters, stand side by side."""


@dataclass(frozen=True)
class Counted:
    """Counts in each combination of categories. `values` holds every cell, margins and subtotals included.

    `additive` says whether every margin is the sum of its parts, as protection needs it; distinct persons, and cases
    with several allegations, usually are not. `labels` are the categories of each dimension in order, `groups` for each
    the subtotals (the group of each category), empty where there are none.
    """

    definition: CountDefinition
    unit: str
    dimensions: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    values: Mapping[Labels, int]
    additive: bool
    notes: tuple[str, ...]
    source: Mapping[str, Any]
    repeated: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table that is too large to be an answer."""
        if (size := prod(len(nodes) for nodes in self.nodes)) > MOST_CELLS:
            raise RecordsError(
                f"The table has {size:,} cells with its margins; {MOST_CELLS:,} are the most. Count by fewer columns."
            )

    @property
    def nodes(self) -> tuple[tuple[str, ...], ...]:
        """For each dimension every label in order: categories, subtotals, `Total`."""
        return tuple(
            (*labels, *dict.fromkeys(groups), TOTAL) for labels, groups in zip(self.labels, self.groups, strict=True)
        )

    def value(self, labels: Labels) -> int:
        """The count of a cell; 0 where nothing was there."""
        return self.values.get(labels, 0)

    @property
    def total(self) -> int:
        """The count over everything."""
        return self.value((TOTAL,) * len(self.dimensions))

    def cells(self) -> Iterator[tuple[Labels, int]]:
        """Every cell in the order of printing, the last dimension fastest."""
        for labels in product(*self.nodes):
            yield labels, self.value(labels)

    def bounds(self) -> list[dict[str, Any]]:
        """For each dimension in which one can stand several times: every total beside what its parts allow.

        A total of distinct persons is at least its largest part (`least`) and at most the sum of its parts (`most`).
        """
        found = []
        for name in self.repeated:
            axis = self.dimensions.index(name)
            parts = self.labels[axis]
            for labels in product(*(nodes for at, nodes in enumerate(self.nodes) if at != axis)):
                column = [self.value((*labels[:axis], part, *labels[axis:])) for part in parts]
                cell = dict(zip(self.dimensions, (*labels[:axis], TOTAL, *labels[axis:]), strict=True))
                value = self.value((*labels[:axis], TOTAL, *labels[axis:]))
                found.append({**cell, "value": value, "least": max(column, default=0), "most": sum(column)})
        return found

    def as_data(self) -> dict[str, Any]:
        """As `candour count --format json` prints it."""
        return {
            "unit": self.unit,
            "dimensions": list(self.dimensions),
            "cells": [
                {**dict(zip(self.dimensions, labels, strict=True)), "value": value} for labels, value in self.cells()
            ],
            "notes": list(self.notes),
            "additive": self.additive,
            "repeated": list(self.repeated),
            "bounds": self.bounds(),
            "definition": self.definition.as_data(),
            "source": dict(self.source),
        }

    def stored(self) -> dict[str, Any]:
        """For JSON, whole, as `counted_of` reads it."""
        return {
            "definition": self.definition.as_data(),
            "dimensions": list(self.dimensions),
            "labels": [list(labels) for labels in self.labels],
            "groups": [list(groups) for groups in self.groups],
            "values": [[list(labels), value] for labels, value in self.values.items()],
            "additive": self.additive,
            "repeated": list(self.repeated),
            "notes": list(self.notes),
            "source": dict(self.source),
        }

    def as_csv(self) -> bytes:
        """As CSV with the notes beneath."""
        rows = [[*labels, str(value)] for labels, value in self.cells()]
        return write_csv([*self.dimensions, self.unit], rows, self.notes)

    def as_rows(self) -> tuple[list[str], list[list[str]], int]:
        """The headings, the rows, and how many columns of labels come first; the last dimension across if narrow."""
        columns = self.nodes[-1] if self.dimensions else ()
        narrow = len(columns) <= _ACROSS and sum(max(len(name), 6) + 2 for name in columns) <= _WIDTH
        if len(self.dimensions) < 2 or not narrow:
            rows = [[*labels, f"{value:,}"] for labels, value in self.cells()]
            return [*self.dimensions, self.unit], rows, len(self.dimensions)
        lines: dict[Labels, list[str]] = {}
        for labels, value in self.cells():
            lines.setdefault(labels[:-1], []).append(f"{value:,}")
        head = [*self.dimensions[:-1], *columns]
        return head, [[*labels, *values] for labels, values in lines.items()], len(self.dimensions) - 1

    def distinct_table(self) -> DistinctTable:
        """The counts, without groups, as a table in which one unit may stand several times along one dimension.

        Raises RecordsError where there is no table, or they are no sums along several dimensions: then nothing is
        known of how they bound each other.
        """
        if not self.dimensions or not all(self.labels):
            raise RecordsError("There is no table. Count by at least one column in which something was counted.")
        failing = [at for at in range(len(self.dimensions)) if not self._adds_up_along(at)]
        if len(failing) > 1:
            names = " and ".join(f"“{self.dimensions[at]}”" for at in failing)
            raise RecordsError(
                f"One of the {self.unit} can stand in several categories of {names}. Count each once, or by one of "
                "these columns alone."
            )
        repeated = failing[0] if failing else 0
        dimensions = tuple(Dimension(name, labels) for name, labels in zip(self.dimensions, self.labels, strict=True))
        axes = [each.nodes if at == repeated else each.categories for at, each in enumerate(dimensions)]
        values = np.zeros([len(axis) for axis in axes], dtype=np.int64)
        for place, labels in zip(np.ndindex(*values.shape), product(*axes), strict=True):
            values[place] = self.value(labels)
        return DistinctTable(dimensions, self.dimensions[repeated], values, self.unit)

    def _adds_up_along(self, at: int) -> bool:
        """Whether every total along a dimension is the sum of its categories."""
        others = [(*labels, TOTAL) if place != at else (TOTAL,) for place, labels in enumerate(self.labels)]
        return all(
            self.value(where) == sum(self.value((*where[:at], label, *where[at + 1 :])) for label in self.labels[at])
            for where in product(*others)
        )

    def count_table(self) -> CountTable:
        """The innermost counts as a table that can be protected.

        Raises RecordsError where the margins are no sums: then each is a fact of its own, and protection that takes
        them for sums would prove what is not so. Count each person once (`once`) to have a table that adds up.
        """
        if not self.dimensions:
            raise RecordsError("A single figure is no table; count by at least one column.")
        if not all(self.labels):
            raise RecordsError("Nothing was counted, so there is no table. Say in the answer that there is none.")
        if not self.additive:
            raise RecordsError(
                f"One of the {self.unit} can stand in several categories, so the parts do not add up to their total. "
                "Count each once; who stands in several categories is then counted under “More than one”."
            )
        dimensions = tuple(
            Dimension(name, labels, (groups,) if groups else ())
            for name, labels, groups in zip(self.dimensions, self.labels, self.groups, strict=True)
        )
        counts = np.zeros([len(labels) for labels in self.labels], dtype=np.int64)
        for place in np.ndindex(*counts.shape):
            counts[place] = self.value(tuple(labels[at] for labels, at in zip(self.labels, place, strict=True)))
        return CountTable(dimensions, counts, self.unit)


def counted_of(data: Mapping[str, Any]) -> Counted:
    """A counted table from `stored`."""
    definition = definition_of(data["definition"])
    return Counted(
        definition,
        definition.unit,
        tuple(data["dimensions"]),
        tuple(map(tuple, data["labels"])),
        tuple(map(tuple, data["groups"])),
        {tuple(labels): int(value) for labels, value in data["values"]},
        additive=bool(data["additive"]),
        notes=tuple(data["notes"]),
        source=data["source"],
        repeated=tuple(data["repeated"]),
    )
