"""The compiled search of `candour.tables.routes` for one short change that meets one demand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.tables.compiled import compiled

MOST_MOVED = 2_048
"""A change that makes more classes than this be withheld is not taken."""

_TRIED = 24
_HEAT = 0.3
_NONE = 1e18


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
    place: NDArray[np.int32], least: NDArray[np.int64], most: NDArray[np.int64],
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
    if (left < 0 and change < 0) or count > MOST_MOVED:
        total = _NONE
    for a in range(length if len(least) else 0):
        for q in range(above_start[touched[a]], above_start[touched[a] + 1]):
            k = above[q]
            if sums[k] < least[k] or sums[k] > most[k]:
                total = _NONE
    return length, total


@compiled
def route(
    z: int, either: bool, target: NDArray[np.int64], change: NDArray[np.int64], counts: NDArray[np.int64],
    cost: NDArray[np.float64], above: NDArray[np.int32], above_start: NDArray[np.int64], below: NDArray[np.int32],
    below_start: NDArray[np.int64], cells: NDArray[np.int32], amounts: NDArray[np.int64], length: NDArray[np.int64],
    steps: int, tries: int, difference: NDArray[np.int64], sums: NDArray[np.int64], touched: NDArray[np.int32],
    open_: NDArray[np.int32], place: NDArray[np.int32], least: NDArray[np.int64], most: NDArray[np.int64],
) -> None:  # fmt: skip
    """The cheapest change for demand `z` that some tries find; of length 0 where none does."""
    best = _NONE
    length[z] = 0
    for attempt in range(tries):
        way = -1 if either and attempt % 2 == 1 else 1
        count, total = _search(
            target[z], way * change[z], counts, cost, above, above_start, below, below_start, steps, difference, sums,
            touched, open_, place, least, most,
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
