"""Every release of a ledger as one system of whole numbers: what is unknown, what is claimed of it, what to protect.

The unknowns are counts of innermost cells (for each unit, and for each extract where extracts differ), and for units
that are counted distinct, such as persons, the count of each box itself. A claim is what one release says about one
row: a sum of unknowns that lies between two whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.axes import Axis, Box

UNBOUNDED = 1 << 40
"""Stands for no upper bound."""

NOBODY = -1
"""The release of a claim that holds by arithmetic alone."""


Universe = tuple[str, bool, int]
"""A unit, whether it is counted distinct, and the extract, where several are told apart."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something to protect: in words, whether it is known to be sensitive, and the releases that print it.

    `kind`: `printed` where a release has a cell for it, `derived` where none has, `new` for what was added between two
    extracts. `unit` is what is counted, `universe` and `box` say where.
    """

    name: str
    unit: str
    kind: str
    universe: Universe
    box: Box
    sensitive: bool = False
    releases: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class System:
    """Unknowns, rows and claims.

    Rows are compressed: `starts`, `columns`, `factors`. `row`, `release`, `lower`, `upper` are the claims. `targets`
    and their rows `target_starts`, `target_columns`, `target_factors`. `largest` bounds every unknown: a count beyond
    every printed one by far, so that a reader who can believe it can believe any. `places`: of each unknown, the
    universe and the box it stands for, for registers that are kept as proof. `dropped`: cells under a figure of 0 were
    left out to keep the system small, so that no finding can be laid to that figure.
    """

    count: int
    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    factors: NDArray[np.int64]
    row: NDArray[np.int64]
    release: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    targets: tuple[Target, ...]
    target_starts: NDArray[np.int64]
    target_columns: NDArray[np.int64]
    target_factors: NDArray[np.int64]
    largest: int
    places: tuple[tuple[Universe, Box], ...]
    axes: Mapping[str, Axis]
    dropped: bool

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def bounds(self, releases: Iterable[int] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The least and most sum of each row by the claims of some releases, or of all."""
        low = np.zeros(self.rows, dtype=np.int64) - UNBOUNDED
        high = np.full(self.rows, UNBOUNDED, dtype=np.int64)
        chosen = slice(None) if releases is None else np.isin(self.release, [NOBODY, *releases])
        np.maximum.at(low, self.row[chosen], self.lower[chosen])
        np.minimum.at(high, self.row[chosen], self.upper[chosen])
        return low, high

    def sums(self, register: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sum of each row in a register, given as the count of each unknown."""
        return added(self.starts, self.factors * register[self.columns])

    def counts(self, register: NDArray[np.int64]) -> NDArray[np.int64]:
        """What each target counts in a register."""
        return added(self.target_starts, self.target_factors * register[self.target_columns])

    def denied(self, register: NDArray[np.int64]) -> NDArray[np.int64]:
        """The claims that a register does not meet, by their place."""
        sums = self.sums(register)[self.row]
        return np.flatnonzero((sums < self.lower) | (sums > self.upper))

    def target_row(self, target: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The unknowns that a target counts, and by what."""
        part = slice(self.target_starts[target], self.target_starts[target + 1])
        return self.target_columns[part], self.target_factors[part]


def added(starts: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of each compressed row."""
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
    rows: NDArray[np.int64] = sums[starts[1:]] - sums[starts[:-1]]
    return rows
