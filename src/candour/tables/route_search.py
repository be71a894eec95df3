"""The compiled loops of `candour.tables.routes`: a change for each demand, and others in its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.tables.compiled import compiled
from candour.tables.one_route import route

LONGEST = 512
"""A change differs in so many innermost cells at most."""

MOST_MET = 512
"""Of the demands that one change meets, so many are counted."""

_SOUGHT = 128
"""A change of more innermost cells than this is not looked for; two that are put together may be longer."""

_PIVOTS = 2
_FEW = 6
"""Changes are put together where no more than so many move one class."""

_BARRED = 1e7


@compiled
def _enter(
    z: int, change: NDArray[np.int64], of: NDArray[np.int64], cells: NDArray[np.int32], amounts: NDArray[np.int64],
    length: NDArray[np.int64], free: NDArray[np.bool_], weight: NDArray[np.float64], above: NDArray[np.int32],
    above_start: NDArray[np.int64], moved: NDArray[np.int32], moves: NDArray[np.int64], meets: NDArray[np.int32],
    many: NDArray[np.int64], met: NDArray[np.int64], used: NDArray[np.int64], cost: NDArray[np.float64],
    sums: NDArray[np.int64],
) -> float:  # fmt: skip
    """Count the classes that the change of `z` moves. Returns the weight of those that nothing moved before."""
    added = 0.0
    for a in range(length[z]):
        j = cells[z, a]
        for q in range(above_start[j], above_start[j + 1]):
            sums[above[q]] += amounts[z, a]
    moves[z] = 0
    many[z] = 0
    for a in range(length[z]):
        j = cells[z, a]
        for q in range(above_start[j], above_start[j + 1]):
            i = above[q]
            by = sums[i]
            if by == 0:
                continue
            sums[i] = 0
            other = of[1 if by > 0 else 0, i]
            if other >= 0 and abs(by) >= abs(change[other]) and (other == z or many[z] < MOST_MET - 1):
                meets[z, many[z]] = other
                many[z] += 1
                met[other] += 1
            if not free[i]:
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
    z: int, weight: NDArray[np.float64], length: NDArray[np.int64], moved: NDArray[np.int32], moves: NDArray[np.int64],
    meets: NDArray[np.int32], many: NDArray[np.int64], met: NDArray[np.int64], used: NDArray[np.int64],
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
    for a in range(many[z]):
        met[meets[z, a]] -= 1
    moves[z] = 0
    many[z] = 0
    length[z] = 0
    return taken


@compiled
def _amount(
    i: int, length: int, cells: NDArray[np.int32], amounts: NDArray[np.int64], above: NDArray[np.int32],
    above_start: NDArray[np.int64],
) -> int:  # fmt: skip
    """By how much a change moves class `i`."""
    total = 0
    for a in range(length):
        for q in range(above_start[cells[a]], above_start[cells[a] + 1]):
            if above[q] == i:
                total += amounts[a]
    return total


@compiled
def _combined(
    z: int, either: bool, by: int, first_cells: NDArray[np.int32], first_amounts: NDArray[np.int64], first: int,
    other_cells: NDArray[np.int32], other_amounts: NDArray[np.int64], other: int, counts: NDArray[np.int64],
    cells: NDArray[np.int32], amounts: NDArray[np.int64], length: NDArray[np.int64], difference: NDArray[np.int64],
) -> bool:  # fmt: skip
    """Make the change of `z` the sum of one change and `by` times another; False where that is no register."""
    for a in range(first):
        difference[first_cells[a]] += first_amounts[a]
    for a in range(other):
        difference[other_cells[a]] += by * other_amounts[a]
    count = 0
    plus = minus = True
    for part in range(2):
        listed = first_cells if part == 0 else other_cells
        for a in range(first if part == 0 else other):
            j = listed[a]
            change = difference[j]
            if change == 0:
                continue
            difference[j] = 0
            plus = plus and counts[j] + change >= 0
            minus = minus and counts[j] - change >= 0
            if count < LONGEST:
                cells[z, count] = j
                amounts[z, count] = change
            count += 1
    length[z] = 0
    if count == 0 or count > LONGEST or not (plus or (either and minus)):
        return False
    if not plus:
        for a in range(count):
            amounts[z, a] = -amounts[z, a]
    length[z] = count
    return True


@compiled
def find(
    order: NDArray[np.int64], either: bool, steps: int, tries: int, seed: int, target: NDArray[np.int64],
    change: NDArray[np.int64], of: NDArray[np.int64], least: NDArray[np.int64], most: NDArray[np.int64],
    counts: NDArray[np.int64], weight: NDArray[np.float64], free: NDArray[np.bool_], above: NDArray[np.int32],
    above_start: NDArray[np.int64], below: NDArray[np.int32], below_start: NDArray[np.int64], cells: NDArray[np.int32],
    amounts: NDArray[np.int64], length: NDArray[np.int64], moved: NDArray[np.int32], moves: NDArray[np.int64],
    meets: NDArray[np.int32], many: NDArray[np.int64], met: NDArray[np.int64], used: NDArray[np.int64],
    cost: NDArray[np.float64],
) -> None:  # fmt: skip
    """A change for each demand of `order` that no change meets yet."""
    np.random.seed(seed)
    difference = np.zeros(len(counts), dtype=np.int64)
    sums = np.zeros(len(weight), dtype=np.int64)
    touched = np.zeros(_SOUGHT, dtype=np.int32)
    open_ = np.zeros(len(weight), dtype=np.int32)
    place = np.zeros(len(weight), dtype=np.int32)
    for z in order:
        if met[z] > 0:
            continue
        route(
            z, either, target, change, counts, cost, above, above_start, below, below_start, cells, amounts, length,
            steps, tries, difference, sums, touched, open_, place, least, most,
        )  # fmt: skip
        _enter(
            z, change, of, cells, amounts, length, free, weight, above, above_start, moved, moves, meets, many, met,
            used, cost, sums,
        )  # fmt: skip


@compiled
def spare(
    order: NDArray[np.int64], weight: NDArray[np.float64], length: NDArray[np.int64], moved: NDArray[np.int32],
    moves: NDArray[np.int64], meets: NDArray[np.int32], many: NDArray[np.int64], met: NDArray[np.int64],
    used: NDArray[np.int64], cost: NDArray[np.float64],
) -> None:  # fmt: skip
    """Take out every change that meets nothing which others do not meet."""
    for z in order:
        needed = length[z] == 0
        for a in range(many[z]):
            if met[meets[z, a]] == 1:
                needed = True
                break
        if not needed:
            _leave(z, weight, length, moved, moves, meets, many, met, used, cost)


@compiled
def reroute(
    classes: NDArray[np.int64], either: bool, steps: int, tries: int, seed: int, target: NDArray[np.int64],
    change: NDArray[np.int64], of: NDArray[np.int64], least: NDArray[np.int64], most: NDArray[np.int64],
    counts: NDArray[np.int64], weight: NDArray[np.float64], free: NDArray[np.bool_], above: NDArray[np.int32],
    above_start: NDArray[np.int64], below: NDArray[np.int32], below_start: NDArray[np.int64], cells: NDArray[np.int32],
    amounts: NDArray[np.int64], length: NDArray[np.int64], moved: NDArray[np.int32], moves: NDArray[np.int64],
    meets: NDArray[np.int32], many: NDArray[np.int64], met: NDArray[np.int64], used: NDArray[np.int64],
    cost: NDArray[np.float64],
) -> None:  # fmt: skip
    """For each class: send every change that moves it another way, and keep that where less is withheld."""
    np.random.seed(seed)
    demands = len(target)
    difference = np.zeros(len(counts), dtype=np.int64)
    sums = np.zeros(len(weight), dtype=np.int64)
    touched = np.zeros(_SOUGHT, dtype=np.int32)
    open_ = np.zeros(len(weight), dtype=np.int32)
    place = np.zeros(len(weight), dtype=np.int32)
    affected = np.zeros(demands, dtype=np.int64)
    unmet = np.zeros(demands, dtype=np.int64)
    made = np.zeros(demands, dtype=np.int64)
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
        old_meets = meets[affected[:count]].copy()
        old_many = many[affected[:count]].copy()
        by = np.zeros(count, dtype=np.int64)
        for a in range(count):
            by[a] = _amount(i, old_length[a], old_cells[a], old_amounts[a], above, above_start)
        for attempt in range(1 + (min(_PIVOTS, count) if either and 1 < count <= _FEW and len(least) == 0 else 0)):
            pivot = np.random.randint(count) if attempt > 0 else -1
            balance = 0.0
            for a in range(count):
                balance -= _leave(affected[a], weight, length, moved, moves, meets, many, met, used, cost)
            cost[i] = _BARRED
            for a in range(count if pivot >= 0 else 0):
                if a != pivot and by[a] % by[pivot] == 0 and _combined(
                    affected[a], either, -(by[a] // by[pivot]), old_cells[a], old_amounts[a], old_length[a],
                    old_cells[pivot], old_amounts[pivot], old_length[pivot], counts, cells, amounts, length, difference,
                ):  # fmt: skip
                    balance += _enter(
                        affected[a], change, of, cells, amounts, length, free, weight, above, above_start, moved,
                        moves, meets, many, met, used, cost, sums,
                    )  # fmt: skip
            open_demands = 0
            for a in range(count):
                for b in range(old_many[a]):
                    z = old_meets[a, b]
                    if met[z] == 0:
                        met[z] = -1  # listed once
                        unmet[open_demands] = z
                        open_demands += 1
            for a in range(open_demands):
                met[unmet[a]] = 0
            worse = False
            done = 0
            for a in range(open_demands):
                z = unmet[a]
                if met[z] > 0:
                    continue
                if length[z] > 0:
                    worse = True  # its place is taken by a combination that no longer meets it
                    break
                made[done] = z
                done += 1
                route(
                    z, either, target, change, counts, cost, above, above_start, below, below_start, cells, amounts,
                    length, steps, tries, difference, sums, touched, open_, place, least, most,
                )  # fmt: skip
                balance += _enter(
                    z, change, of, cells, amounts, length, free, weight, above, above_start, moved, moves, meets,
                    many, met, used, cost, sums,
                )  # fmt: skip
                if balance > 0 or used[i] > 0 or length[z] == 0:
                    worse = True
                    break
            worse = worse or used[i] > 0
            cost[i] = 0.0 if used[i] > 0 else weight[i]
            if not worse:
                break
            for a in range(count):
                _leave(affected[a], weight, length, moved, moves, meets, many, met, used, cost)
            for a in range(done):
                _leave(made[a], weight, length, moved, moves, meets, many, met, used, cost)
            cost[i] = weight[i]
            for a in range(count):
                z = affected[a]
                cells[z] = old_cells[a]
                amounts[z] = old_amounts[a]
                length[z] = old_length[a]
                _enter(
                    z, change, of, cells, amounts, length, free, weight, above, above_start, moved, moves, meets, many,
                    met, used, cost, sums,
                )  # fmt: skip
