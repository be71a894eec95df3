"""A table of counts: how many cases there are in each combination of categories.

The counts of the innermost cells are kept; every margin and subtotal is their sum. Totals of distinct persons are no
sums and have a model of their own, in `candour.tables.distinct`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension

MOST_CELLS = 400_000
"""A table with more cells than this, margins included, is no answer to a question."""

Labels = tuple[str, ...]
"""The labels of one cell, one for each dimension."""


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts by category. `counts` has one axis for each dimension and whole numbers of 0 or more.

    `impossible` is true where a combination cannot occur (a structural zero); None where every combination can.
    Raises TableError where the counts do not fit the dimensions, are negative, or are too many.
    """

    dimensions: tuple[Dimension, ...]
    counts: NDArray[np.int64]
    unit: str = "cases"
    impossible: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a table of counts."""
        names = [dimension.name for dimension in self.dimensions]
        if not names:
            raise TableError("The table has no dimension: name at least one column of categories.")
        if len(set(names)) < len(names):
            raise TableError(f"Two dimensions have one name: {', '.join(names)}.")
        if self.counts.shape != tuple(len(dimension.categories) for dimension in self.dimensions):
            raise TableError("The counts do not fit the categories.")
        refuse_too_many(self.dimensions)
        if (self.counts < 0).any():
            where = tuple(int(index) for index in np.argwhere(self.counts < 0)[0])
            raise TableError(f"{self.name(self.innermost(where))} is {int(self.counts[where])}: a count is 0 or more.")
        if self.impossible is not None and (self.counts[self.impossible] > 0).any():
            where = tuple(int(index) for index in np.argwhere(self.impossible & (self.counts > 0))[0])
            raise TableError(f"{self.name(self.innermost(where))} is said to be impossible, but cases are counted.")

    @cached_property
    def size(self) -> int:
        """The number of cells, margins and subtotals included."""
        return _size(self.dimensions)

    def innermost(self, where: tuple[int, ...]) -> Labels:
        """The labels of an innermost cell by its place."""
        return tuple(dimension.categories[index] for dimension, index in zip(self.dimensions, where, strict=True))

    def name(self, labels: Labels) -> str:
        """A cell in words: `offence Theft, year 2023`."""
        return ", ".join(f"{dimension.name} {label}" for dimension, label in zip(self.dimensions, labels, strict=True))

    def value(self, labels: Labels) -> int:
        """The count of any cell, margins included. Raises KeyError for labels that the table does not have."""
        members = [dimension.members(label) for dimension, label in zip(self.dimensions, labels, strict=True)]
        return int(self.counts[np.ix_(*members)].sum())

    def in_views(self, views: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        """Of each cell in the order of printing, whether one of several tables, by some dimensions each, shows it.

        Several tables of one answer share cells, so they are protected together. Raises TableError for a dimension
        that the table does not have.
        """
        names = [dimension.name for dimension in self.dimensions]
        for view in views:
            if unknown := [name for name in view if name not in names]:
                raise TableError(f"There is no dimension “{unknown[0]}”. The dimensions are {', '.join(names)}.")
        summed = [frozenset(names) - frozenset(view) for view in views]
        margins = (
            frozenset(name for name, label in zip(names, labels, strict=True) if label == TOTAL)
            for labels in self.cells()
        )
        return np.array([any(away <= margin for away in summed) for margin in margins])

    def of_which(self, parts: Mapping[str, Sequence[str]]) -> NDArray[np.bool_]:
        """Of each cell in the order of printing, whether it is printed where only some parts of a dimension are.

        `parts` gives the categories or groups of a dimension that stand beside the total, without the rest. Raises
        TableError for a dimension or a label that the table does not have.
        """
        names = [dimension.name for dimension in self.dimensions]
        shown = np.ones([len(dimension.nodes) for dimension in self.dimensions], dtype=np.bool_)
        for name, labels in parts.items():
            if name not in names:
                raise TableError(f"There is no dimension “{name}”. The dimensions are {', '.join(names)}.")
            axis = names.index(name)
            nodes = self.dimensions[axis].nodes
            if unknown := [label for label in labels if label not in nodes]:
                raise TableError(f"{name} has no “{unknown[0]}”.")
            hidden = [place for place, node in enumerate(nodes) if node not in {*labels, TOTAL}]
            shown[(slice(None),) * axis + (hidden,)] = False
        return shown.ravel()

    def cells(self) -> Iterator[Labels]:
        """The labels of every cell in the order in which a table prints them; the last dimension runs fastest."""
        for place in np.ndindex(*[len(dimension.nodes) for dimension in self.dimensions]):
            yield tuple(dimension.nodes[index] for dimension, index in zip(self.dimensions, place, strict=True))


def refuse_too_many(dimensions: Sequence[Dimension]) -> None:
    """Raise TableError where a table of these dimensions has too many cells: asked before its counts take any room."""
    if (size := _size(dimensions)) > MOST_CELLS:
        raise TableError(
            f"The table has {size:,} cells with its margins; {MOST_CELLS:,} are the most. "
            "Take a dimension out, or group its categories."
        )


def _size(dimensions: Sequence[Dimension]) -> int:
    return prod(len(dimension.nodes) for dimension in dimensions)
