"""Controlled rounding: every cell a multiple of a base, and every printed margin still the sum of its printed parts.

An innermost cell is rounded down or up to one of the two nearest multiples of the base, and a multiple of the base, 0
among them, stays as it is. Margins and subtotals are the sums of what is printed. They too lie within less than the
base of their true values wherever that is possible ("zero-restricted" controlled rounding; Cox 1987, JASA 82:520):
always in a table of two dimensions of which one at most has groups, and mostly in others. Where none is found,
margins may be further from the truth; how far is stated.

Which way a cell goes is drawn from a secret key, the labels of the cell (margins left out, so that a cell is the same
cell in every table) and its count, upwards in proportion to the remainder, as cell-key methods do. This draw is what a
cell would like; additivity keeps some cells from getting it. Guaranteed: the same table under the same key is rounded
the same way, in whatever order its dimensions and categories stand; a cell with the same labels and count draws the
same in every release; a cell departs from its draw only where the departures together cost least (proven optimal in
small tables, the best of a fixed number of steps in large ones). With `earlier`, a cell that was published before
with the same count asks for its printed value, and its wish counts sixteen times. Not guaranteed: that no unchanged
cell ever moves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count as numbers_from

import numpy as np
from numpy.typing import NDArray

from candour.tables.balancing import Question, balanced
from candour.tables.cells import CellSystem, cell_system, every_cell
from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.integers import OutOfTime, fitting

_ROUGH, _THOROUGH = 60, 2_000
"""How many times as many steps as there are cells a rough and a thorough search take."""

_STEPS = 4_000_000
"""The most steps of one thorough search; a table of many cells gets fewer for each."""

_TRIES = 2

_HOPELESS = 0.03
"""Where a rough search leaves more units outside for each class of cells than this, no thorough one is made."""

_PRINTED_BEFORE = 16
"""How much more the wish of a cell counts that was printed before with the same count."""

_SHORTEST_KEY = 16
_SMALL = 1_000
"""Classes of cells up to which the integer program finds the cheapest rounding of all."""

_MIDDLING = 6_000
"""Classes of cells up to which the integer program looks for a rounding near that of the search."""


class RoundingRefused(TableError):
    """No additive rounding was found in the time allowed, or what was found did not stand the check."""


@dataclass(frozen=True, eq=False)
class RoundedTable:
    """A table of counts with every cell rounded.

    `counts` is the truth, `rounded` the same table of rounded innermost cells. `largest_deviation`: how far the
    furthest cell is from its true value; below `base` the rounding is zero-restricted throughout. `within`: what the
    method promised for every cell, which an attacker is taken to know. `least`: it promised the base less one, or no
    rounding of these innermost cells keeps a promise of less. `cheapest`: none that keeps this promise departs less
    from what the cells drew. Both are the solver's word, and where they are false it has not given it; all else is
    checked in whole numbers.
    """

    counts: CountTable
    rounded: CountTable
    base: int
    largest_deviation: int
    within: int
    least: bool = False
    cheapest: bool = False

    @cached_property
    def values(self) -> tuple[int, ...]:
        """The rounded value of every cell in the order of `CountTable.cells()`."""
        return tuple(int(value) for value in every_cell(self.rounded).ravel())

    def value(self, labels: Labels) -> int:
        """The rounded value of one cell. Raises KeyError for labels that the table does not have."""
        return self.rounded.value(labels)


def _always() -> bool:
    return True


def round_table(
    table: CountTable,
    key: bytes,
    base: int = 5,
    earlier: Iterable[RoundedTable] = (),
    time_limit: float = 120.0,
    *,
    wider: bool = False,
    going: Callable[[], bool] = _always,
) -> RoundedTable:
    """The table rounded to multiples of `base`, under a secret key that stays the same for all releases.

    `earlier`: roundings already published; the latest comes last and counts where several printed one cell.
    `time_limit`: seconds for the solver. `wider`: be content with what the search finds, which needs no solver. A
    solver that runs out of time means a refusal and not a wider bound, or else the speed of the machine would sway the
    rounding.

    `going` is asked between searches; once it says no, there is no rounding: half a search keeps no promise.

    Raises RoundingRefused when the time is over or it was stopped, ValueError for a base below 2 or a short key.
    """
    if base < 2:
        raise ValueError("The base of rounding is 2 or more.")
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"The key has {len(key)} bytes; {_SHORTEST_KEY} are the fewest that cannot be guessed.")
    in_order, places, axes = _in_order(table)
    system = cell_system(in_order)
    drawn = _Draw(key, base, _printed(earlier))
    found = _found(system, base, drawn, None if wider else time_limit, going)
    rounded = np.zeros(in_order.counts.shape, dtype=np.int64)
    rounded[tuple(system.coordinates.T)] = (system.inner // base + found.ups) * base
    counts = np.empty_like(rounded)
    counts[np.ix_(*places)] = rounded
    result = np.transpose(counts, np.argsort(axes))
    checked = check(table, np.ascontiguousarray(result), base, found.within)
    return replace(checked, least=found.least, cheapest=found.cheapest)


def check(table: CountTable, inner: NDArray[np.int64], base: int, within: int) -> RoundedTable:
    """The rounded table from its innermost cells, after a check of every cell in whole numbers.

    Raises RoundingRefused, naming the cell, for a value that is no multiple of the base, below 0, `base` or more from
    an innermost count, more than `within` from a margin, or not 0 where the count is 0.
    """
    rounded = CountTable(table.dimensions, inner, table.unit, table.impossible)
    true, printed = every_cell(table), every_cell(rounded)
    deviations = np.abs(true - printed)
    wrong = (printed % base != 0) | (printed < 0) | (deviations > within) | ((true == 0) & (printed != 0))
    if (np.abs(table.counts - inner) >= base).any() or wrong.any():
        places = np.argwhere(wrong)
        where = places[0] if len(places) else np.argwhere(np.abs(table.counts - inner) >= base)[0]
        labels = tuple(d.nodes[int(at)] for d, at in zip(table.dimensions, where, strict=True))
        raise RoundingRefused(f"The rounding of {table.name(labels)} does not stand the check; nothing is given out.")
    return RoundedTable(table, rounded, base, int(deviations.max(initial=0)), within)


def _in_order(table: CountTable) -> tuple[CountTable, list[NDArray[np.int64]], list[int]]:
    """The table with dimensions and categories sorted by label, so that their order cannot sway the rounding.

    Also, axis by axis, the places of its categories in the table given, and which axis of that each axis was.
    """
    axes = sorted(range(len(table.dimensions)), key=lambda axis: table.dimensions[axis].name)
    dimensions, places = [], []
    for axis in axes:
        dimension = table.dimensions[axis]
        order = sorted(range(len(dimension.categories)), key=dimension.categories.__getitem__)
        levels = tuple(tuple(level[at] for at in order) for level in dimension.levels)
        dimensions.append(Dimension(dimension.name, tuple(dimension.categories[at] for at in order), levels))
        places.append(np.array(order, dtype=np.int64))
    turned = np.transpose(table.counts, axes)
    impossible = None if table.impossible is None else np.transpose(table.impossible, axes)[np.ix_(*places)]
    return CountTable(tuple(dimensions), turned[np.ix_(*places)], table.unit, impossible), places, axes


def _known_as(table: CountTable, labels: Labels) -> str:
    """The cell's name in every table that has it: unit and labels without margins, by the name of the dimension."""
    said = sorted((d.name, label) for d, label in zip(table.dimensions, labels, strict=True) if label != TOTAL)
    return "\x1e".join([table.unit, *(f"{name}\x1f{label}" for name, label in said)])


def _printed(earlier: Iterable[RoundedTable]) -> dict[str, tuple[int, int]]:
    """For each cell printed before, its count then and its rounded value."""
    printed: dict[str, tuple[int, int]] = {}
    for release in earlier:
        counts = every_cell(release.counts).ravel()
        for labels, count, value in zip(release.counts.cells(), counts, release.values, strict=True):
            printed[_known_as(release.counts, labels)] = (int(count), value)
    return printed


@dataclass(frozen=True)
class _Draw:
    """What each cell would like to be rounded to."""

    key: bytes
    base: int
    printed: Mapping[str, tuple[int, int]]

    def wish(self, known_as: str, count: int) -> tuple[bool, float]:
        """Whether a cell would go up, and how much its wish counts: 1 to 2, so that no two rankings tie."""
        message = f"{known_as}\x1e{count}\x1e{self.base}".encode()
        digest = hashlib.blake2b(message, key=hashlib.sha256(self.key).digest(), digest_size=16).digest()
        draw, weight = int.from_bytes(digest[:8]), 1 + int.from_bytes(digest[8:11]) / 2**24
        before = self.printed.get(known_as)
        if before is not None and before[0] == count:
            return before[1] > count, weight * _PRINTED_BEFORE
        return draw * self.base < (count % self.base) << 64, weight

    def number(self, what: str) -> int:
        """A number for a search to begin with."""
        digest = hashlib.blake2b(what.encode(), key=hashlib.sha256(self.key).digest(), digest_size=8).digest()
        return int.from_bytes(digest)


def _question(system: CellSystem, base: int, within: int, drawn: _Draw) -> Question:
    """Of each innermost cell whether it goes up, such that every sum lies within `within` of the truth."""
    rest = system.inner % base
    sums = system.sums(rest)
    up, down = np.zeros(len(sums)), np.zeros(len(sums))
    for labels, class_ in system.cells():
        count = int(system.value[class_]) if class_ >= 0 else 0
        if count % base:
            rises, weight = drawn.wish(_known_as(system.table, labels), count)
            (up if rises else down)[class_] += weight
    nothing, one = np.zeros(len(rest), dtype=np.int64), (rest > 0).astype(np.int64)
    low, high = _ranges(sums, base, within)
    return Question(system, nothing, one, low, high, -(-sums // base), sums // base, up, down)


def _ranges(sums: NDArray[np.int64], base: int, within: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.maximum(-((within - sums) // base), 0), (sums + within) // base


@dataclass(frozen=True, eq=False)
class _Found:
    """Which innermost cells go up, how far from the truth any cell then is at most, and what is proven of it."""

    ups: NDArray[np.int64]
    within: int
    least: bool = False
    cheapest: bool = False


def _found(system: CellSystem, base: int, drawn: _Draw, time_limit: float | None, going: Callable[[], bool]) -> _Found:
    question = _question(system, base, base - 1, drawn)
    small = time_limit is not None and len(system.value) <= _SMALL
    _refuse_if_stopped(going)
    try:
        if small and (ups := fitting(question, time_limit)) is not None:
            return _Found(ups, base - 1, least=True, cheapest=True)
        return _searched(system, question, base, drawn, time_limit, going=going)
    except OutOfTime as error:
        raise RoundingRefused(
            f"No rounding to {base} was found in {time_limit:g} seconds. Allow more time, allow wider deviations, "
            "or take a dimension out."
        ) from error


def _refuse_if_stopped(going: Callable[[], bool]) -> None:
    if not going():
        raise RoundingRefused("Rounding was stopped before it was done; nothing is given out.")


def _searched(
    system: CellSystem,
    question: Question,
    base: int,
    drawn: _Draw,
    time_limit: float | None,
    *,
    going: Callable[[], bool],
) -> _Found:
    """A rounding by search within the least bound, then the next, until one is wide enough; some bound always is."""
    sums = system.sums(system.inner % base)
    ups, none_below = _liked(system, question), False
    thorough = max(_ROUGH, min(_THOROUGH, _STEPS // max(len(ups), 1)))
    for bound in numbers_from(base - 1):
        _refuse_if_stopped(going)
        asked = question.between(*_ranges(sums, base, bound))
        ups = balanced(asked, ups, drawn.number(f"{bound}"), _ROUGH)
        if asked.outside(ups) > _HOPELESS * len(sums):
            continue
        tries = []
        for index in range(_TRIES):
            _refuse_if_stopped(going)
            tries.append(balanced(asked, ups, drawn.number(f"{bound} {index}"), thorough))
        outside, _, _, ups = min((asked.outside(t), asked.cost(t), index, t) for index, t in enumerate(tries))
        if outside and bound < base and time_limit is not None and len(sums) <= _MIDDLING:
            if (near := fitting(asked, time_limit, near=ups)) is None:
                none_below = True
                continue
            ups, outside = near, 0
        if not outside:
            return _Found(ups, bound, least=bound < base or (none_below and bound == base))
    raise AssertionError("The count of bounds has no end.")


def _liked(system: CellSystem, question: Question) -> NDArray[np.int64]:
    """The innermost cells as they alone would go: where a search begins."""
    classes = system.class_of[_places(system.table.dimensions, system.coordinates)]
    liked: NDArray[np.int64] = np.where(question.up[classes] > question.down[classes], question.most, question.least)
    return liked


def _places(dimensions: Sequence[Dimension], coordinates: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of innermost cells in the order of printing: categories come first among the nodes."""
    shape = [len(dimension.nodes) for dimension in dimensions]
    return np.asarray(np.ravel_multi_index(tuple(coordinates.T), shape), dtype=np.int64)
