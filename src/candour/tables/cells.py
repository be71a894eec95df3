"""Every cell of a table as a sum of innermost cells: the linear system that protection and audit work on.

Cells that count the same non-zero innermost cells always have the same value, whatever the register: they form one
class, and are shown or withheld together. An innermost cell of 0 that is shown fixes itself and drops out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from candour.tables.counts import CountTable, Labels

_MEMBER_HASHES = 2


@dataclass(frozen=True, eq=False)
class CellSystem:
    """The classes of a table's cells over its non-zero innermost cells.

    `inner`: the count of each of the n innermost cells; `coordinates`: its category in each dimension (n x
    dimensions). `class_of`: for each cell in the order of printing, its class, or -1 for a sum of nothing (a 0 that
    everyone knows). `above`, `above_start`: for each innermost cell the classes that count it, as compressed rows;
    `below`, `below_start`: for each class the innermost cells it counts. `value`: the count of each class; `copies`:
    how many cells it has.
    """

    table: CountTable
    inner: NDArray[np.int64]
    coordinates: NDArray[np.int64]
    class_of: NDArray[np.int64]
    above: NDArray[np.int32]
    above_start: NDArray[np.int64]
    below: NDArray[np.int32]
    below_start: NDArray[np.int64]
    value: NDArray[np.int64]
    copies: NDArray[np.int64]

    @cached_property
    def first_cell(self) -> NDArray[np.int64]:
        """For each class, the first of its cells in the order of printing."""
        first = np.full(len(self.value), -1, dtype=np.int64)
        known = np.flatnonzero(self.class_of >= 0)[::-1]
        first[self.class_of[known]] = known
        return first

    def labels(self, cell: int) -> Labels:
        """The labels of a cell by its place in the order of printing."""
        shape = [len(dimension.nodes) for dimension in self.table.dimensions]
        place = np.unravel_index(cell, shape)
        return tuple(dimension.nodes[int(index)] for dimension, index in zip(self.table.dimensions, place, strict=True))

    def name(self, class_: int) -> str:
        """A class in words, by its first cell."""
        return self.table.name(self.labels(int(self.first_cell[class_])))

    def cells(self) -> Iterator[tuple[Labels, int]]:
        """Every cell with its class, in the order of printing."""
        return zip(self.table.cells(), (int(class_) for class_ in self.class_of), strict=True)

    def sums(self, register: NDArray[np.int64]) -> NDArray[np.int64]:
        """The count of each class in another register, given as counts of the n innermost cells."""
        return np.add.reduceat(register[self.below], self.below_start[:-1]) if len(self.value) else register[:0]


def cell_system(table: CountTable, *, with_zeros: bool = False) -> CellSystem:
    """The cells of a table and what they count. `with_zeros`: innermost cells of 0 may be withheld."""
    possible = np.ones(table.counts.shape, dtype=bool) if table.impossible is None else ~table.impossible
    taking_part = possible if with_zeros else table.counts > 0
    coordinates = np.argwhere(taking_part)
    inner = table.counts[taking_part]
    shape = [len(dimension.nodes) for dimension in table.dimensions]
    cells = _cells_above(table, coordinates, shape)
    class_of, members = _classes(cells, int(np.prod(shape)))
    above, above_start = _compressed(list(class_of[cells])) if len(inner) else _compressed([])
    below, below_start = _transposed(above, above_start, members)
    value = np.add.reduceat(inner[below], below_start[:-1]) if members else np.zeros(0, dtype=np.int64)
    copies = np.bincount(class_of[class_of >= 0], minlength=members)
    return CellSystem(
        table, inner, coordinates, class_of, above, above_start, below, below_start, value, copies.astype(np.int64)
    )


def every_cell(table: CountTable) -> NDArray[np.int64]:
    """The value of every cell, margins and subtotals included: one axis for each dimension, along its nodes."""
    values = table.counts.astype(np.int64)
    for axis, dimension in enumerate(table.dimensions):
        counts = np.zeros((len(dimension.nodes), len(dimension.categories)), dtype=np.int64)
        np.put_along_axis(counts.T, dimension.ancestors, 1, axis=1)
        values = np.moveaxis(np.tensordot(counts, values, axes=(1, axis)), 0, axis)
    return values


def _cells_above(table: CountTable, coordinates: NDArray[np.int64], shape: list[int]) -> NDArray[np.int64]:
    """For each innermost cell, every cell that counts it: itself, its subtotals and margins."""
    places = np.zeros((len(coordinates), 1), dtype=np.int64)
    for axis, dimension in enumerate(table.dimensions):
        nodes = dimension.ancestors[coordinates[:, axis]]
        width = places.shape[1] * nodes.shape[1]
        places = (places[:, :, None] * shape[axis] + nodes[:, None, :]).reshape(len(coordinates), width)
    return places


def _classes(cells: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], int]:
    """The class of each cell: cells with the same members have the same pair of sums of random numbers."""
    random = np.random.default_rng(0)
    sums = np.zeros((size, _MEMBER_HASHES), dtype=np.uint64)
    for column in range(_MEMBER_HASHES):
        numbers = random.integers(1, 2**63, len(cells), dtype=np.uint64)
        np.add.at(sums[:, column], cells, numbers[:, None])
    class_of = np.full(size, -1, dtype=np.int64)
    counting = np.flatnonzero(sums.any(axis=1))
    if len(counting):
        _, first, which = np.unique(sums[counting], axis=0, return_index=True, return_inverse=True)
        rank = np.empty(len(first), dtype=np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first))
        class_of[counting] = rank[which.ravel()]
        return class_of, len(first)
    return class_of, 0


def _compressed(rows: list[NDArray[np.int64]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    distinct = [np.unique(row) for row in rows]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    starts[1:] = np.cumsum([len(row) for row in distinct])
    values = np.concatenate(distinct) if distinct else np.zeros(0, dtype=np.int64)
    return values.astype(np.int32), starts


def _transposed(
    above: NDArray[np.int32], above_start: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    owners = np.repeat(np.arange(len(above_start) - 1), np.diff(above_start))
    order = np.argsort(above, kind="stable")
    starts = np.zeros(classes + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(above, minlength=classes))
    return owners[order].astype(np.int32), starts
