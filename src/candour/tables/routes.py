"""Short changes of a register that nobody could notice: the search for alternative registers, cell by cell.

A sensitive cell is protected when some other register has another count there and yet every published number. Such a
register differs from the true one by a change: a few cases more here, a few less there. Wherever the change moves a
sum, that sum must be withheld. For each demand ("this cell down to 0", "this cell up to 5") the search looks for the
change that makes the fewest further cells be withheld; then, one withheld cell after the other, it tries whether all
the changes that move it can go another way. Changes are whole numbers and leave no count below 0, so each is a proof
by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.compiled import compiled

_LONGEST = 128
"""A change of more innermost cells than this is not looked for."""

_MOST_MOVED = 512
_TRIED = 24
_BARRED = 1e7
_HEAT = 0.3


@dataclass
class Routes:
    """One change for each demand. `target`: its class; `change`: by how much its count must differ.

    `cells`, `amounts`, `length`: the innermost cells of each change and by how much they differ. `moved`, `moves`: the
    classes outside `free` that it moves. `used`: how many changes move each class; those of 1 or more must be withheld.
    """

    system: CellSystem
    free: NDArray[np.bool_]
    weight: NDArray[np.float64]
    target: NDArray[np.int64]
    change: NDArray[np.int64]
    cells: NDArray[np.int32] = field(init=False)
    amounts: NDArray[np.int64] = field(init=False)
    length: NDArray[np.int64] = field(init=False)
    moved: NDArray[np.int32] = field(init=False)
    moves: NDArray[np.int64] = field(init=False)
    used: NDArray[np.int64] = field(init=False)
    cost: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without any change."""
        demands, classes = len(self.target), len(self.weight)
        self.cells = np.zeros((demands, _LONGEST), dtype=np.int32)
        self.amounts = np.zeros((demands, _LONGEST), dtype=np.int64)
        self.length = np.zeros(demands, dtype=np.int64)
        self.moved = np.zeros((demands, _MOST_MOVED), dtype=np.int32)
        self.moves = np.zeros(demands, dtype=np.int64)
        self.used = np.zeros(classes, dtype=np.int64)
        self.cost = np.where(self.free, 0.0, self.weight)

    @property
    def withheld(self) -> NDArray[np.bool_]:
        """The classes that must be withheld: those that are free to move and those that some change moves."""
        withheld: NDArray[np.bool_] = self.free | (self.used > 0)
        return withheld

    def find(self, steps: int = 100, tries: int = 4, seed: int = 1) -> None:
        """A change for each demand, in random order; each looks for classes that others move already."""
        system = self.system
        _find(
            self.target, self.change, system.inner, self.weight, self.free, system.above, system.above_start,
            system.below, system.below_start, self.cells, self.amounts, self.length, self.moved, self.moves, self.used,
            self.cost, steps, tries, seed,
        )  # fmt: skip

    def improve(
        self, going: Callable[[], bool], passes: int = 3, steps: int = 60, tries: int = 2, seed: int = 1
    ) -> None:
        """Reroute around each withheld class in turn, several times, while `going` says so and something is won."""
        system = self.system
        classes = np.random.default_rng(seed).permutation(np.flatnonzero((self.used > 0) & ~self.free))
        before = float("inf")
        total = self._total()
        while passes and total < before and going():
            passes -= 1
            before = total
            for part in np.array_split(classes, max(1, len(classes) // 200)):
                if not going():
                    break
                _reroute(
                    part.astype(np.int64), self.target, self.change, system.inner, self.weight, self.free,
                    system.above, system.above_start, system.below, system.below_start, self.cells, self.amounts,
                    self.length, self.moved, self.moves, self.used, self.cost, steps, tries, seed,
                )  # fmt: skip
                seed += 1
            classes = np.random.default_rng(seed).permutation(np.flatnonzero((self.used > 0) & ~self.free))
            total = self._total()

    def _total(self) -> float:
        return float(self.weight[(self.used > 0) & ~self.free].sum())

    def changes(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Each change as the innermost cells that differ and by how much."""
        return [
            (self.cells[z, : self.length[z]].astype(np.int64), self.amounts[z, : self.length[z]].copy())
            for z in range(len(self.target))
        ]


@compiled
def _shift(
    j: int, by: int, sums: NDArray[np.int64], cost: NDArray[np.float64], above: NDArray[np.int32],
    above_start: NDArray[np.int64], open_: NDArray[np.int32], place: NDArray[np.int32], count: int,
) -> int:  # fmt: skip
    """Change innermost cell `j`; `open_` lists the classes with a cost that now differ. Returns how many there are."""
    for q in range(above_start[j], above_start[j + 1]):
        i = above[q]
        before = sums[i]
        sums[i] = before + by
        if cost[i] > 0:
            if before == 0:
                place[i] = count
                open_[count] = i
                count += 1
            elif sums[i] == 0:
                count -= 1
                last = open_[count]
                open_[place[i]] = last
                place[last] = place[i]
    return count


@compiled
def _search(
    target: int, change: int, counts: NDArray[np.int64], cost: NDArray[np.float64], above: NDArray[np.int32],
    above_start: NDArray[np.int64], below: NDArray[np.int32], below_start: NDArray[np.int64], steps: int,
    difference: NDArray[np.int64], sums: NDArray[np.int64], touched: NDArray[np.int32], open_: NDArray[np.int32],
    place: NDArray[np.int32],
) -> tuple[int, float]:  # fmt: skip
    """One change: `touched` lists its cells, `difference` holds it. Returns how many cells, and what it costs."""
    first, last = below_start[target], below_start[target + 1]
    if change > 0:
        first += np.random.randint(last - first)
        last = first + 1
    left = change
    length = 0
    count = 0
    for z in range(first, last):
        j = below[z]
        by = change if change > 0 else max(left, -counts[j])
        if by == 0:
            continue
        left -= by
        difference[j] = by
        touched[length] = j
        length += 1
        count = _shift(j, by, sums, cost, above, above_start, open_, place, count)
        if length == len(touched):
            break
    for _ in range(steps):
        if count == 0:
            break
        i = open_[np.random.randint(count)]
        for _ in range(2):
            other = open_[np.random.randint(count)]
            if below_start[other + 1] - below_start[other] < below_start[i + 1] - below_start[i]:
                i = other
        members = below_start[i + 1] - below_start[i]
        by = -sums[i]
        best, chosen = 1e18, -1
        for a in range(min(members, _TRIED)):
            b = a if members <= _TRIED else np.random.randint(members)
            j = below[below_start[i] + b]
            if counts[j] + difference[j] + by < 0:
                continue
            gain = np.random.random() * 0.5 - 0.25
            keeps = True
            for q in range(above_start[j], above_start[j + 1]):
                k = above[q]
                if k == target:
                    keeps = False
                    break
                if cost[k] > 0:
                    if sums[k] == 0:
                        gain += cost[k]
                    elif sums[k] + by == 0:
                        gain -= cost[k]
            if keeps and gain < best:
                best, chosen = gain, j
        if chosen < 0 or (best > 0.25 and np.random.random() >= np.exp(-best / _HEAT)):
            continue
        if difference[chosen] == 0:
            known = False
            for a in range(length):
                if touched[a] == chosen:
                    known = True
            if not known:
                if length == len(touched):
                    break
                touched[length] = chosen
                length += 1
        difference[chosen] += by
        count = _shift(chosen, by, sums, cost, above, above_start, open_, place, count)
    total = 0.0
    for a in range(count):
        total += cost[open_[a]]
    if left < 0 and change < 0:
        total = 1e18
    return length, total


@compiled
def _route(
    z: int, target: NDArray[np.int64], change: NDArray[np.int64], counts: NDArray[np.int64], cost: NDArray[np.float64],
    above: NDArray[np.int32], above_start: NDArray[np.int64], below: NDArray[np.int32], below_start: NDArray[np.int64],
    cells: NDArray[np.int32], amounts: NDArray[np.int64], length: NDArray[np.int64], steps: int, tries: int,
    difference: NDArray[np.int64], sums: NDArray[np.int64], touched: NDArray[np.int32], open_: NDArray[np.int32],
    place: NDArray[np.int32],
) -> None:  # fmt: skip
    """The cheapest change for demand `z` that some tries find."""
    best = 1e19
    for _ in range(tries):
        count, total = _search(
            target[z], change[z], counts, cost, above, above_start, below, below_start, steps, difference, sums,
            touched, open_, place,
        )  # fmt: skip
        if total < best:
            best = total
            length[z] = 0
            for a in range(count):
                j = touched[a]
                if difference[j] != 0:
                    cells[z, length[z]] = j
                    amounts[z, length[z]] = difference[j]
                    length[z] += 1
        for a in range(count):
            j = touched[a]
            difference[j] = 0
            for q in range(above_start[j], above_start[j + 1]):
                sums[above[q]] = 0
        if best <= 0:
            break


@compiled
def _enter(
    z: int, cells: NDArray[np.int32], amounts: NDArray[np.int64], length: NDArray[np.int64], free: NDArray[np.bool_],
    weight: NDArray[np.float64], above: NDArray[np.int32], above_start: NDArray[np.int64], moved: NDArray[np.int32],
    moves: NDArray[np.int64], used: NDArray[np.int64], cost: NDArray[np.float64], sums: NDArray[np.int64],
) -> float:  # fmt: skip
    """Count the classes that the change of `z` moves. Returns the weight of those that nothing moved before."""
    added = 0.0
    for a in range(length[z]):
        j = cells[z, a]
        for q in range(above_start[j], above_start[j + 1]):
            sums[above[q]] += amounts[z, a]
    moves[z] = 0
    for a in range(length[z]):
        j = cells[z, a]
        for q in range(above_start[j], above_start[j + 1]):
            i = above[q]
            if sums[i] != 0:
                sums[i] = 0
                if not free[i] and moves[z] < moved.shape[1]:
                    moved[z, moves[z]] = i
                    moves[z] += 1
                    if used[i] == 0:
                        added += weight[i]
                        if cost[i] < _BARRED:
                            cost[i] = 0.0
                    used[i] += 1
    return added


@compiled
def _leave(
    z: int, weight: NDArray[np.float64], moved: NDArray[np.int32], moves: NDArray[np.int64], used: NDArray[np.int64],
    cost: NDArray[np.float64],
) -> float:  # fmt: skip
    """Take the change of `z` out. Returns the weight of the classes that nothing moves any more."""
    taken = 0.0
    for a in range(moves[z]):
        i = moved[z, a]
        used[i] -= 1
        if used[i] == 0:
            taken += weight[i]
            if cost[i] < _BARRED:
                cost[i] = weight[i]
    moves[z] = 0
    return taken


@compiled
def _find(
    target: NDArray[np.int64], change: NDArray[np.int64], counts: NDArray[np.int64], weight: NDArray[np.float64],
    free: NDArray[np.bool_], above: NDArray[np.int32], above_start: NDArray[np.int64], below: NDArray[np.int32],
    below_start: NDArray[np.int64], cells: NDArray[np.int32], amounts: NDArray[np.int64], length: NDArray[np.int64],
    moved: NDArray[np.int32], moves: NDArray[np.int64], used: NDArray[np.int64], cost: NDArray[np.float64], steps: int,
    tries: int, seed: int,
) -> None:  # fmt: skip
    np.random.seed(seed)
    difference = np.zeros(len(counts), dtype=np.int64)
    sums = np.zeros(len(weight), dtype=np.int64)
    touched = np.zeros(cells.shape[1], dtype=np.int32)
    open_ = np.zeros(len(weight), dtype=np.int32)
    place = np.zeros(len(weight), dtype=np.int32)
    for z in np.random.permutation(len(target)):
        _route(
            z, target, change, counts, cost, above, above_start, below, below_start, cells, amounts, length, steps,
            tries, difference, sums, touched, open_, place,
        )  # fmt: skip
        _enter(z, cells, amounts, length, free, weight, above, above_start, moved, moves, used, cost, sums)


@compiled
def _reroute(
    classes: NDArray[np.int64], target: NDArray[np.int64], change: NDArray[np.int64], counts: NDArray[np.int64],
    weight: NDArray[np.float64], free: NDArray[np.bool_], above: NDArray[np.int32], above_start: NDArray[np.int64],
    below: NDArray[np.int32], below_start: NDArray[np.int64], cells: NDArray[np.int32], amounts: NDArray[np.int64],
    length: NDArray[np.int64], moved: NDArray[np.int32], moves: NDArray[np.int64], used: NDArray[np.int64],
    cost: NDArray[np.float64], steps: int, tries: int, seed: int,
) -> None:  # fmt: skip
    """For each class: send every change that moves it another way, and keep that where less is withheld."""
    np.random.seed(seed)
    demands = len(target)
    difference = np.zeros(len(counts), dtype=np.int64)
    sums = np.zeros(len(weight), dtype=np.int64)
    touched = np.zeros(cells.shape[1], dtype=np.int32)
    open_ = np.zeros(len(weight), dtype=np.int32)
    place = np.zeros(len(weight), dtype=np.int32)
    affected = np.zeros(demands, dtype=np.int64)
    for i in classes:
        if used[i] == 0:
            continue
        count = 0
        for z in range(demands):
            for a in range(moves[z]):
                if moved[z, a] == i:
                    affected[count] = z
                    count += 1
                    break
        old_cells = cells[affected[:count]].copy()
        old_amounts = amounts[affected[:count]].copy()
        old_length = length[affected[:count]].copy()
        balance = 0.0
        for a in range(count):
            balance -= _leave(affected[a], weight, moved, moves, used, cost)
        cost[i] = _BARRED
        worse = False
        done = 0
        for a in range(count):
            z = affected[a]
            _route(
                z, target, change, counts, cost, above, above_start, below, below_start, cells, amounts, length,
                steps, tries, difference, sums, touched, open_, place,
            )  # fmt: skip
            balance += _enter(
                z, cells, amounts, length, free, weight, above, above_start, moved, moves, used, cost, sums
            )
            done = a + 1
            if balance > 0 or used[i] > 0:
                worse = True
                break
        cost[i] = 0.0 if used[i] > 0 else weight[i]
        if worse:
            for a in range(done):
                _leave(affected[a], weight, moved, moves, used, cost)
            cost[i] = weight[i]
            for a in range(count):
                z = affected[a]
                cells[z] = old_cells[a]
                amounts[z] = old_amounts[a]
                length[z] = old_length[a]
                _enter(z, cells, amounts, length, free, weight, above, above_start, moved, moves, used, cost, sums)
