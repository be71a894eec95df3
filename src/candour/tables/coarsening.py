"""Coarser tables in which nothing needs hiding: categories put together, groups in their place, a dimension less.

A small margin always has a small innermost cell beneath it, so a table needs nothing hidden exactly when no
innermost cell does. Leaving out a margin can therefore never be enough, and is not proposed.

What readers lose is measured twice: cells that the table no longer has, and information: the share of what the fine
table says about a case (its Shannon entropy) that the coarse one no longer says. Putting together two rare categories
loses little, two common ones much. Both only ever grow with each change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import every_cell
from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension
from candour.tables.ordering import order_of

_Entry = TypeVar("_Entry", bound=np.generic)

_BEAM = 10
"""How many half-way tables are carried on at each step."""

_MOST_PAIRS = 30
"""How many pairs of categories are tried in a dimension at each step, those of the rarest categories first."""

_WEIGHTS = (1.0, 3.0, 0.3)
"""What a small cell left over weighs against information lost: cautious, hasty and patient searches find other ways."""

_MOST_EVALUATIONS = 6_000
"""How many tables are looked at before the best so far are proposed."""


def _always() -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Proposal:
    """A coarser table and what it costs. `changes` say in words what was done; `sensitive` counts small cells left.

    `cells_lost`: cells of the table, margins included, that are no more; `coarser`: the share of cases of which some
    category is coarser now, 0 to 1; `information_lost`: the share of the information, 0 to 1.
    """

    table: CountTable
    changes: tuple[str, ...]
    sensitive: int
    cells_lost: int
    coarser: float
    information_lost: float

    @property
    def is_safe(self) -> bool:
        """Whether no cell counts 1 to below the threshold."""
        return self.sensitive == 0


def propose(
    table: CountTable,
    threshold: int = 5,
    *,
    at_most: int = 4,
    ordered: Mapping[str, bool] | None = None,
    evaluations: int = _MOST_EVALUATIONS,
    going: Callable[[], bool] = _always,
) -> tuple[Proposal, ...]:
    """The best coarser tables that differ in kind, cheapest first; those where nothing needs hiding before the others.

    `ordered` overrides, by dimension, whether only neighbouring categories may be put together; without it years,
    months, quarters, age bands and numbers are taken as ordered. The same table always gets the same proposals. Where
    no coarser table needs nothing hidden, those with the fewest small cells are given. `going` is asked now and then;
    once it says no, the best so far are given, which say of themselves as ever whether they are safe.
    """
    start = _State(table, tuple(_as_it_is(d) for d in table.dimensions))
    search = _Search(table, threshold, ordered or {}, evaluations // len(_WEIGHTS), going)
    best: dict[tuple[str, ...], _State] = {}
    for weight in _WEIGHTS:
        for state in search.run(start, weight):
            known = best.get(state.kind)
            if known is None or search.rank(state) < search.rank(known):
                best[state.kind] = state
    chosen = sorted(best.values(), key=search.rank)
    if safe := [state for state in chosen if not search.small(state)]:
        chosen = safe
    return tuple(search.proposal(state) for state in chosen[:at_most])


@dataclass(frozen=True)
class _Axis:
    """A dimension on the way: for each category of the original the label it has now, and how many levels were climbed.

    `parts`: for each label now the categories or groups put together under it; `row`: all these in the table's order.
    """

    dimension: Dimension
    labels: tuple[str, ...]
    row: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    climbed: int = 0
    gone: bool = False

    @property
    def kind(self) -> str:
        """What was done to it, in one word: proposals of one kind are variations on one idea."""
        if self.gone:
            return "gone"
        if self.climbed:
            return f"{self.climbed} up"
        return "merged" if any(len(part) > 1 for part in self.parts.values()) else "as it is"


def _as_it_is(dimension: Dimension) -> _Axis:
    return _Axis(
        dimension, dimension.categories, dimension.categories, {label: (label,) for label in dimension.categories}
    )


@dataclass(frozen=True, eq=False)
class _State:
    """A table half-way, with each dimension of the original as it is now."""

    table: CountTable
    axes: tuple[_Axis, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        return tuple(axis.kind for axis in self.axes)

    @cached_property
    def identity(self) -> tuple[tuple[str, ...] | None, ...]:
        """States with the same cells are one, by whatever way they were reached."""
        return tuple(None if axis.gone else axis.labels for axis in self.axes)

    def changed(self, at: int, axis: _Axis) -> _State:
        """The state with the dimension `at` of the original replaced; its counts are summed accordingly."""
        here = sum(not other.gone for other in self.axes[:at])
        old = self.axes[at]
        now = {label: index for index, label in enumerate(axis.dimension.categories)}
        place = dict(zip(old.labels, axis.labels, strict=True))
        into = None if axis.gone else [now[place[label]] for label in old.dimension.categories]
        dimensions = list(self.table.dimensions)
        dimensions[here : here + 1] = [] if axis.gone else [axis.dimension]
        counts = _gathered(self.table.counts, here, into, np.add)
        none = None
        if (impossible := self.table.impossible) is not None:
            none = _gathered(impossible, here, into, np.logical_and)
        table = CountTable(tuple(dimensions), counts, self.table.unit, none)
        return _State(table, (*self.axes[:at], axis, *self.axes[at + 1 :]))


def _gathered(values: NDArray[_Entry], axis: int, into: list[int] | None, how: np.ufunc) -> NDArray[_Entry]:
    """The values with the entries of an axis put together: entry i goes `into[i]`, or all go and the axis with them."""
    if into is None:
        return cast("NDArray[_Entry]", how.reduce(values, axis=axis))
    order = np.argsort(into, kind="stable")
    starts = np.searchsorted(np.array(into)[order], np.arange(max(into) + 1))
    return cast("NDArray[_Entry]", how.reduceat(np.take(values, order, axis=axis), starts, axis=axis))


class _Search:
    """A beam search: from each of the best tables so far every single change, the best of those carried on."""

    def __init__(
        self,
        table: CountTable,
        threshold: int,
        ordered: Mapping[str, bool],
        evaluations: int,
        going: Callable[[], bool],
    ) -> None:
        self.going = going
        self.table, self.threshold, self.ordered, self.evaluations = table, threshold, ordered, evaluations
        self._information = _entropy(table)
        self._small = max(1, int(((table.counts > 0) & (table.counts < threshold)).sum()))

    def small(self, state: _State) -> int:
        """The innermost cells that are sensitive."""
        counts = state.table.counts
        return int(((counts > 0) & (counts < self.threshold)).sum())

    def lost(self, state: _State) -> float:
        """The share of the information of the original that is lost."""
        return max(0.0, 1 - _entropy(state.table) / self._information) if self._information else 0.0

    def rank(self, state: _State) -> tuple[int, float, int, str]:
        """Safe before unsafe, then what costs readers least."""
        left = _sensitive(state.table, self.threshold) if self.small(state) else 0
        return left, round(self.lost(state), 12), -state.table.size, repr(state.identity)

    def run(self, start: _State, weight: float) -> Iterator[_State]:
        """States worth proposing: safe ones, and the best of each step in case none is."""
        beam, seen, evaluated = [start], {start.identity}, 0
        yield start
        if not self.small(start):
            return
        while beam and evaluated < self.evaluations:
            ahead: list[tuple[float, str, _State]] = []
            for state in beam:
                for after in self._after(state):
                    if not self.going():
                        return
                    if after.identity in seen or evaluated >= self.evaluations:
                        continue
                    seen.add(after.identity)
                    evaluated += 1
                    if not (small := self.small(after)):
                        yield self._trimmed(after, start)
                        continue
                    score = self.lost(after) + weight * small / self._small
                    ahead.append((score, repr(after.identity), after))
            ahead.sort(key=lambda entry: entry[:2])
            beam = self._varied([state for *_, state in ahead])
            yield from beam[:1]

    def _varied(self, states: list[_State]) -> list[_State]:
        """The best states, but not too many of one kind: else the beam fills with variations on one idea."""
        kinds: dict[tuple[str, ...], int] = {}
        chosen = []
        for state in states:
            kinds[state.kind] = kinds.get(state.kind, 0) + 1
            if kinds[state.kind] <= _BEAM // 3:
                chosen.append(state)
            if len(chosen) == _BEAM:
                break
        return chosen

    def _trimmed(self, state: _State, start: _State) -> _State:
        """The state without changes that turn out to be needless: each dimension in turn as it was, if that is safe."""
        for at in range(len(state.axes)):
            if state.axes[at] == start.axes[at]:
                continue
            without = start
            for other, axis in enumerate(state.axes):
                if other != at and axis != start.axes[other]:
                    without = without.changed(other, axis)
            if not self.small(without):
                state = without
        return state

    def _after(self, state: _State) -> Iterator[_State]:
        """Every table one change further."""
        left = sum(not axis.gone for axis in state.axes)
        for at, axis in enumerate(state.axes):
            if axis.gone:
                continue
            if left > 1:
                yield state.changed(at, replace(axis, gone=True))
            # A dimension of one category says nothing: it is left out, unless it is the last.
            fewest = 2 if left > 1 else 1
            if axis.dimension.levels and len(set(axis.dimension.levels[0])) >= fewest:
                yield state.changed(at, _climbed(axis))
            if len(axis.dimension.categories) > fewest:
                here = sum(not other.gone for other in state.axes[:at])
                for pair in self._pairs(state.table, here, axis):
                    yield state.changed(at, _together(axis, pair, self._order(axis)))

    def _pairs(self, table: CountTable, here: int, axis: _Axis) -> list[tuple[str, str]]:
        """Pairs of categories that may be put together: neighbours, or those of one group; the rarest first."""
        dimension = axis.dimension
        others = tuple(a for a in range(table.counts.ndim) if a != here)
        sizes = dict(zip(dimension.categories, table.counts.sum(axis=others).tolist(), strict=True))
        groups = dimension.levels[0] if dimension.levels else ("",) * len(dimension.categories)
        group = dict(zip(dimension.categories, groups, strict=True))
        if (order := self._order(axis)) is not None:
            placed = [label for label in dimension.categories if axis.parts[label][0] in order]
            row = sorted(placed, key=lambda label: order[axis.parts[label][0]])
            pairs = [(a, b) for a, b in pairwise(row) if group[a] == group[b]]
        else:
            row = sorted(dimension.categories, key=lambda label: (sizes[label], label))
            pairs = [(a, b) for index, a in enumerate(row) for b in row[index + 1 :] if group[a] == group[b]]
        pairs.sort(key=lambda pair: (sizes[pair[0]] + sizes[pair[1]], pair))
        return pairs[:_MOST_PAIRS]

    def _order(self, axis: _Axis) -> Mapping[str, int] | None:
        """The place of each part, where the dimension has an order or is said to have one."""
        said = self.ordered.get(axis.dimension.name)
        if said is False:
            return None
        return order_of(axis.row) or ({part: index for index, part in enumerate(axis.row)} if said else None)

    def proposal(self, state: _State) -> Proposal:
        """What the state proposes, in words and figures."""
        changes = tuple(words for axis in state.axes for words in _words(axis))
        same = np.ones(self.table.counts.shape, dtype=bool)
        for at, axis in enumerate(state.axes):
            pairs = zip(axis.labels, self.table.dimensions[at].categories, strict=True)
            kept = [not axis.gone and label == was for label, was in pairs]
            shape = [-1 if other == at else 1 for other in range(same.ndim)]
            same &= np.array(kept).reshape(shape)
        cases = int(self.table.counts.sum())
        coarser = 1 - int(self.table.counts[same].sum()) / cases if cases else 0.0
        return Proposal(
            state.table,
            changes,
            _sensitive(state.table, self.threshold),
            self.table.size - state.table.size,
            coarser,
            self.lost(state),
        )


def _climbed(axis: _Axis) -> _Axis:
    """The groups of the categories in their place."""
    below = axis.dimension
    group = dict(zip(below.categories, below.levels[0], strict=True))
    above = below.climbed()
    labels = tuple(group[label] for label in axis.labels)
    parts = {label: (label,) for label in above.categories}
    return _Axis(above, labels, above.categories, parts, axis.climbed + 1)


def _together(axis: _Axis, pair: tuple[str, str], order: Mapping[str, int] | None) -> _Axis:
    """Two categories put together under a label that names what is in it."""
    parts = [part for label in pair for part in axis.parts[label]]
    parts.sort(key=axis.row.index if order is None else order.__getitem__)
    label = _label(parts, run=order is not None)
    if label in axis.dimension.nodes:
        label = f"{label} (together)"
    merging = dict.fromkeys(pair, label)
    dimension = axis.dimension.merged(merging)
    together = {merging.get(old, old): part for old, part in axis.parts.items()} | {label: tuple(parts)}
    labels = tuple(merging.get(old, old) for old in axis.labels)
    return replace(axis, dimension=dimension, labels=labels, parts=together)


def _label(parts: list[str], *, run: bool) -> str:
    if run and len(parts) > 2:
        return f"{parts[0]} to {parts[-1]}"
    return " and ".join([", ".join(parts[:-1]), parts[-1]])


def _words(axis: _Axis) -> Iterator[str]:
    name = axis.dimension.name
    if axis.gone:
        yield f"without {name}"
        return
    if axis.climbed:
        yield f"{name} by group only" if axis.climbed == 1 else f"{name} by group only, {axis.climbed} levels up"
    for label, parts in axis.parts.items():
        if len(parts) > 1:
            yield f"{label.removesuffix(' (together)')} together"


def _entropy(table: CountTable) -> float:
    """What the table says about a case, in bits."""
    counts = table.counts[table.counts > 0].astype(np.float64)
    if not len(counts):
        return 0.0
    shares = np.sort(counts / counts.sum())
    return float(-(shares * np.log2(shares)).sum())


def _sensitive(table: CountTable, threshold: int) -> int:
    values = every_cell(table)
    return int(((values > 0) & (values < threshold)).sum())
