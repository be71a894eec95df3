"""Tables of distinct persons, in which totals are no sums: somebody with two allegations stands in two categories.

A total of people is at least its largest part and at most the sum of its parts. People may stand in several categories
of one dimension alone (its groups and total are given, not added up); along the others everybody is counted once. Under
that condition the bounds are the whole truth: whatever numbers keep them, some set of people has exactly these counts.
With two such dimensions that would no longer hold, and what an attacker can tell would be underestimated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from candour.tables.counts import Labels, refuse_too_many
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.read_counts import Columns, count_of, dimension_of, read_rows, refuse_ratios


@dataclass(frozen=True, eq=False)
class DistinctTable:
    """People by category, who may stand several times in the dimension `repeated`.

    `values` has one axis for each dimension: along every node of `repeated`, and along the categories of the others.
    Raises TableError, naming the cell, where a total is less than a part of it or more than all its parts.
    """

    dimensions: tuple[Dimension, ...]
    repeated: str
    values: NDArray[np.int64]
    unit: str = "people"

    def __post_init__(self) -> None:
        """Refuse totals that no set of people has."""
        for place in np.ndindex(*self.values.shape):
            if place[self.axis] == 0:
                self._check(place)

    def _check(self, place: tuple[int, ...]) -> None:
        size = self.values.shape[self.axis]
        along = [np.full(size, at) if axis != self.axis else np.arange(size) for axis, at in enumerate(place)]
        column = self.values[tuple(along)]
        for total, parts in self.families:
            largest, together = int(column[parts].max()), int(column[parts].sum())
            if not largest <= column[total] <= together:
                labels = [dimension.categories[at] for dimension, at in zip(self.dimensions, place, strict=True)]
                labels[self.axis] = self.dimensions[self.axis].nodes[total]
                raise TableError(
                    f"{self.name(tuple(labels))} is {int(column[total]):,}, but its largest part is {largest:,} and "
                    f"all together are {together:,}: a total of people lies between."
                )

    @cached_property
    def axis(self) -> int:
        """Which dimension is the one in which a person may stand several times."""
        names = [dimension.name for dimension in self.dimensions]
        if self.repeated not in names:
            raise TableError(f"There is no dimension “{self.repeated}”. The dimensions are {', '.join(names)}.")
        return names.index(self.repeated)

    @cached_property
    def families(self) -> list[tuple[int, list[int]]]:
        """Each group or total of that dimension, with the nodes directly beneath it, by their place."""
        places = self.dimensions[self.axis].ancestors
        return [
            (int(parent), sorted({int(node) for node in places[places[:, level] == parent, level - 1]}))
            for level in range(1, places.shape[1])
            for parent in np.unique(places[:, level])
        ]

    def name(self, labels: Labels) -> str:
        """A cell in words."""
        return ", ".join(f"{dimension.name} {label}" for dimension, label in zip(self.dimensions, labels, strict=True))

    def cells(self) -> Iterator[Labels]:
        """The labels of every cell in the order in which a table prints them."""
        return product(*(dimension.nodes for dimension in self.dimensions))

    def members(self, labels: Labels) -> NDArray[np.int64]:
        """The numbers that a cell adds up, by their place in `values` read row by row."""
        axes = [
            [dimension.nodes.index(label)] if at == self.axis else list(dimension.members(label))
            for at, (dimension, label) in enumerate(zip(self.dimensions, labels, strict=True))
        ]
        return np.arange(self.values.size).reshape(self.values.shape)[np.ix_(*axes)].ravel()

    def value(self, labels: Labels) -> int:
        """How many people a cell counts."""
        return int(self.values.ravel()[self.members(labels)].sum())

    @cached_property
    def bounds(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each total with its parts, for every combination of the other dimensions, by their place in `values`."""
        places = np.moveaxis(np.arange(self.values.size).reshape(self.values.shape), self.axis, -1)
        columns = places.reshape(-1, self.values.shape[self.axis])
        return [(int(column[total]), column[parts]) for column in columns for total, parts in self.families]

    def is_possible(self, values: NDArray[np.int64]) -> bool:
        """Whether some set of people has these counts, given in the order of `values` read row by row."""
        return bool((values >= 0).all()) and all(
            values[parts].max() <= values[total] <= values[parts].sum() for total, parts in self.bounds
        )


def read_distinct(text: str, columns: Columns, repeated: str) -> DistinctTable:
    """A table of people from delimited text with the totals and groups of `repeated` among its rows.

    Raises TableError where such a total is missing or impossible, and for what `read_counts` refuses.
    """
    header, rows = read_rows(text)
    hierarchy = dict(columns.hierarchy or {})
    if columns.count is None:
        raise TableError("Totals of people cannot be counted from rows: name the column of counts.")
    for name in [columns.count, repeated, *hierarchy, *hierarchy.values(), *columns.by]:
        if name not in header:
            raise TableError(f"There is no column “{name}”. The columns are {', '.join(header)}.")
    away = {columns.count, *hierarchy.values()}
    names = columns.by or tuple(name for name in header if name not in away)
    if not columns.by:
        refuse_ratios(names, header, rows)
    dimensions = tuple(dimension_of(name, header, rows, hierarchy) for name in names)
    refuse_too_many(dimensions)
    ats, counted = [header.index(name) for name in names], header.index(columns.count)
    given: dict[Labels, tuple[int, int]] = {}
    for line, row in rows:
        labels = tuple(row[at] for at in ats)
        if labels in given:
            raise TableError(f"Line {line}: {', '.join(labels)} is given twice, first on line {given[labels][1]}.")
        for dimension, label in zip(dimensions, labels, strict=True):
            if label not in dimension.nodes_known:
                raise TableError(f"Line {line}: {dimension.name} has no “{label}”.")
        given[labels] = count_of(row[counted], line, ", ".join(labels)), line
    axes = [d.nodes if d.name == repeated else d.categories for d in dimensions]
    values = np.zeros([len(axis) for axis in axes], dtype=np.int64)
    for place, labels in zip(np.ndindex(*values.shape), product(*axes), strict=True):
        values[place] = given.get(labels, (0, 0))[0]
    table = DistinctTable(dimensions, repeated, _with_lone_totals(dimensions, repeated, values, given), columns.unit)
    for labels, (count, line) in given.items():
        if (adds := table.value(labels)) != count:
            raise TableError(f"Line {line}: {table.name(labels)} is {count:,}, but its parts add up to {adds:,}.")
    return table


def _with_lone_totals(
    dimensions: tuple[Dimension, ...], repeated: str, values: NDArray[np.int64], given: Mapping[Labels, tuple[int, int]]
) -> NDArray[np.int64]:
    """The values, where a total that is not given follows: all its parts are 0. Raises TableError where it does not."""
    axis = [dimension.name for dimension in dimensions].index(repeated)
    inner = len(dimensions[axis].categories)
    axes = [d.nodes if at == axis else d.categories for at, d in enumerate(dimensions)]
    for place, labels in zip(np.ndindex(*values.shape), product(*axes), strict=True):
        column = values[(*place[:axis], slice(None, inner), *place[axis + 1 :])]
        if place[axis] >= inner and labels not in given and column.any():
            raise TableError(
                f"{', '.join(labels)} is missing: people may stand in several categories of {repeated}, so its groups "
                f"and its {TOTAL} cannot be added up and must be given."
            )
    return values
