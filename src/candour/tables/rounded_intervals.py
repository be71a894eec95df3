"""What a reader can infer from a rounded table, proven by alternative registers.

Who reads 5 in a table rounded to base 5 knows that the count is 1 to 9, and 0 that it is 0 to 4; margins can tell more.
How much more is bounded from the safe side: an alternative register is a whole set of innermost counts that the
same method rounds to the same printed table, so a reader who does not know the key must believe it possible. What two
such registers say of a cell, the reader cannot rule out; the interval known to a reader is at least that wide.

The reader is taken to know the base, the method, the bound on deviations and which combinations are impossible; not the
key, and nobody's own case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from candour.tables.balancing import Question, balanced
from candour.tables.cells import CellSystem, cell_system, every_cell
from candour.tables.counts import CountTable, Labels
from candour.tables.integers import OutOfTime, fitting
from candour.tables.rounding import RoundedTable

_SWEEPS = 120
_STEPS = 1_000_000
"""The most steps of one search for a register."""

_SMALL = 1_500
"""Classes of cells up to which what the search leaves open is settled by integer programming."""

_LONGEST = 5.0
"""Seconds for one such end of an interval."""

_MOST_REGISTERS = 60
_EAGER = (16.0, 6.0)
"""What one unit away from the end that is sought costs the search, in turns; see `candour.tables.balancing`."""

_GIVE_UP = 6
"""So many registers in a row that teach nothing new end the search."""


@dataclass(frozen=True, eq=False)
class RoundingProof:
    """For each sensitive cell, counts that a reader cannot rule out: at least `lower` to `upper`.

    `places` are the sensitive cells by their place in the order of printing; `registers` the innermost counts of the
    alternative registers that prove the intervals. What an interval says is a bound from the safe side: the true one
    may be wider, never narrower; `exact` where the solver found none wider.
    """

    rounded: RoundedTable
    threshold: int
    places: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    registers: tuple[NDArray[np.int64], ...]
    exact: bool = False

    @property
    def smallest_interval(self) -> int | None:
        """The least difference between the largest and the smallest count believable of a cell; None without cells."""
        return int((self.upper - self.lower).min()) if len(self.places) else None

    @property
    def without_zero(self) -> int:
        """How many sensitive cells are not shown to be believable as 0."""
        return int((self.lower > 0).sum())

    @property
    def without_threshold(self) -> int:
        """How many sensitive cells are not shown to be believable as the threshold or more."""
        return int((self.upper < self.threshold).sum())

    @property
    def known_small(self) -> int:
        """How many sensitive cells are neither, so that a reader may know them to be 1 to below the threshold."""
        return int(((self.lower > 0) & (self.upper < self.threshold)).sum())

    @property
    def determined(self) -> int:
        """How many sensitive cells are not shown to have more than one believable count."""
        return int((self.lower == self.upper).sum())

    def labels(self) -> tuple[Labels, ...]:
        """The sensitive cells by their labels."""
        table = self.rounded.counts
        shape = [len(dimension.nodes) for dimension in table.dimensions]
        where = np.array(np.unravel_index(self.places, shape)).T
        return tuple(tuple(d.nodes[int(at)] for d, at in zip(table.dimensions, place, strict=True)) for place in where)

    def holds(self) -> bool:
        """Whether the registers prove the intervals, by whole-number arithmetic and no trust in how they were found."""
        table = self.rounded.counts
        small = _sensitive(table, self.threshold)
        if not np.array_equal(small, self.places) or not all(believable(self.rounded, r) for r in self.registers):
            return False
        seen = np.array([every_cell(_register(table, r)).ravel()[small] for r in (table.counts, *self.registers)])
        return bool((seen.min(axis=0) <= self.lower).all() and (seen.max(axis=0) >= self.upper).all())


def believable(rounded: RoundedTable, register: NDArray[np.int64]) -> bool:
    """Whether a register of innermost counts could have been printed as this rounded table."""
    table = rounded.counts
    if register.shape != table.counts.shape or (register < 0).any():
        return False
    if table.impossible is not None and (register[table.impossible] != 0).any():
        return False
    printed, others = every_cell(rounded.rounded), every_cell(_register(table, register))
    margins = (np.abs(printed - others) <= rounded.within).all()
    return bool(margins and (np.abs(rounded.rounded.counts - register) < rounded.base).all())


def rounding_proof(rounded: RoundedTable, threshold: int = 5, seed: int = 0) -> RoundingProof:
    """What can be inferred of every cell that counts 1 to below `threshold`, margins included."""
    table = rounded.counts
    places = _sensitive(table, threshold)
    system = cell_system(table, with_zeros=True)
    classes = np.unique(system.class_of[places])
    search = _Search(rounded, system, classes)
    for number in range(_MOST_REGISTERS):
        if search.is_over:
            break
        search.seek(seed * _MOST_REGISTERS + number)
    exact = search.is_done or (len(system.value) <= _SMALL and search.settle())
    registers = [search.register(numbers) for numbers in search.kept]
    at = np.searchsorted(classes, system.class_of[places])
    return RoundingProof(rounded, threshold, places, search.lower[at], search.upper[at], tuple(registers), exact)


def _register(table: CountTable, counts: NDArray[np.int64]) -> CountTable:
    return CountTable(table.dimensions, counts, table.unit, table.impossible)


def _sensitive(table: CountTable, threshold: int) -> NDArray[np.int64]:
    values = every_cell(table).ravel()
    return np.flatnonzero((values > 0) & (values < threshold))


class _Search:
    """Registers that push every sensitive class towards the ends of the range that its own printed value leaves."""

    def __init__(self, rounded: RoundedTable, system: CellSystem, classes: NDArray[np.int64]) -> None:
        self.system, self.classes = system, classes
        base, where = rounded.base, tuple(system.coordinates.T)
        printed = system.sums(rounded.rounded.counts[where])
        slack = np.full(len(printed), rounded.within)
        shape = [len(dimension.nodes) for dimension in system.table.dimensions]
        innermost = system.class_of[np.ravel_multi_index(where, shape)] if len(system.inner) else np.zeros(0, int)
        slack[innermost] = base - 1
        inner = rounded.rounded.counts[where]
        low, high = np.maximum(printed - slack, 0), printed + slack
        likes = np.zeros(len(printed))
        self.question = Question(
            system, np.maximum(inner - base + 1, 0), inner + base - 1, low, high, high, low, likes, likes
        )
        self.lower = self.upper = system.value[classes]
        self.least, self.most = low[classes], high[classes]
        self.kept: list[NDArray[np.int64]] = []
        self._fruitless = 0
        self._sweeps = max(10, min(_SWEEPS, _STEPS // max(len(inner), 1)))

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be or has lately been learnt."""
        return self.is_done or self._fruitless >= _GIVE_UP

    @property
    def is_done(self) -> bool:
        """Whether every interval is as wide as the cell's own printed value allows."""
        return bool(((self.lower <= self.least) & (self.upper >= self.most)).all())

    def seek(self, seed: int) -> None:
        """One more register: some classes drawn to their least, others to their most, to keep margins in balance."""
        random = np.random.default_rng(seed)
        # Now all classes at once, now a few: what one wants may be what keeps another from its end.
        wanted = random.random(len(self.classes)) < (1.0, 0.5, 0.1)[seed % 3]
        down, up = wanted & (self.lower > self.least), wanted & (self.upper < self.most)
        heads = random.random(len(self.classes)) < 0.5
        asked = self._asking(down & (~up | heads), up & ~(down & heads), _EAGER[seed // 3 % len(_EAGER)])
        numbers = balanced(asked, self.system.inner, seed + 1, self._sweeps)
        learnt = not asked.outside(numbers) and self._learn(numbers)
        self._fruitless = 0 if learnt else self._fruitless + 1

    def settle(self) -> bool:
        """Each end that the search left open, by integer programming. Whether all were settled in the time allowed."""
        settled = True
        for at in range(len(self.classes)):
            one = np.arange(len(self.classes)) == at
            nothing = np.zeros_like(one)
            ends = ((self.lower[at] > self.least[at], one, nothing), (self.upper[at] < self.most[at], nothing, one))
            for is_open, down, up in ends:
                if is_open:
                    try:
                        numbers = fitting(self._asking(down, up), _LONGEST)
                    except OutOfTime:
                        settled = False
                        continue
                    assert numbers is not None, "the true register fits"
                    self._learn(numbers)
        return settled

    def _asking(self, down: NDArray[np.bool_], up: NDArray[np.bool_], eager: float = 1.0) -> Question:
        """A register in which these sensitive classes are as small, and those as large, as can be."""
        likes_down, likes_up = np.zeros(len(self.question.low)), np.zeros(len(self.question.low))
        likes_down[self.classes[down]] = eager
        likes_up[self.classes[up]] = eager
        return replace(self.question, down=likes_down, up=likes_up)

    def _learn(self, numbers: NDArray[np.int64]) -> bool:
        """Keep a register if it widens an interval."""
        values = self.system.sums(numbers)[self.classes]
        lower, upper = np.minimum(self.lower, values), np.maximum(self.upper, values)
        news = bool((lower < self.lower).any() or (upper > self.upper).any())
        if news:
            self.kept.append(numbers)
        self.lower, self.upper = lower, upper
        return news

    def register(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The innermost counts as an array with one axis for each dimension."""
        counts = np.zeros(self.system.table.counts.shape, dtype=np.int64)
        counts[tuple(self.system.coordinates.T)] = numbers
        return counts
