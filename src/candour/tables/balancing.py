"""Whole numbers in the innermost cells such that every sum lies in its range: a search by simulated annealing.

Controlled rounding and the attack on it ask the same question: for each innermost cell a whole number, for each class
of cells (see `candour.tables.cells`) a range and a liking for certain sums. An integer program answers it for small
tables; this search answers it for large ones, in a fixed number of steps drawn from a seed, so that the same question
always gets the same answer however busy the machine is. What it finds is checked by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.compiled import compiled

_OUTSIDE = 40.0
"""What one unit outside a range costs, against about 1 for one unit away from a sum that is liked."""

_HOT, _WARM, _COLD = 40.0, 4.0, 0.1
"""The temperatures of the search, in the same units: from hot to warm it finds the ranges, to cold what is liked."""

_FINDING = 0.7
"""The share of the steps that go to finding the ranges."""


@dataclass(frozen=True, eq=False)
class Question:
    """The ranges and likings. `least`, `most`: of each innermost cell; `low`, `high`: of the sum of each class.

    A class costs `up` for each unit between its sum and `upper`, and `down` for each unit between its sum and `lower`.
    """

    system: CellSystem
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    up: NDArray[np.float64]
    down: NDArray[np.float64]

    def between(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> Question:
        """The same question with other ranges of the sums."""
        return replace(self, low=low, high=high)

    def cost(self, numbers: NDArray[np.int64]) -> float:
        """What these numbers cost, all classes together."""
        sums = self.system.sums(numbers)
        return float((self.up * np.abs(self.upper - sums) + self.down * np.abs(sums - self.lower)).sum())

    def outside(self, numbers: NDArray[np.int64]) -> int:
        """By how many units, all classes together, the sums of these numbers lie outside their ranges."""
        sums = self.system.sums(numbers)
        return int(np.maximum(self.low - sums, 0).sum() + np.maximum(sums - self.high, 0).sum())


def balanced(question: Question, start: NDArray[np.int64], seed: int, sweeps: int) -> NDArray[np.int64]:
    """The best numbers found from `start`, in `sweeps` times as many steps as there are cells."""
    if not len(start):
        return start
    system = question.system
    numbers: NDArray[np.int64] = _anneal(
        np.clip(start, question.least, question.most).astype(np.int64),
        system.above_start,
        system.above,
        system.below_start,
        system.below,
        question.least,
        question.most,
        question.low,
        question.high,
        question.upper,
        question.lower,
        question.up,
        question.down,
        np.uint64((seed % (1 << 63)) | 1),
        sweeps,
    )
    return numbers


@compiled
def _next(state: np.uint64) -> np.uint64:
    """The next of a sequence of 64 random bits (Marsaglia's xorshift)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@compiled
def _cost(sum_: int, low: int, high: int, upper: int, lower: int, up: float, down: float) -> float:
    cost = up * abs(upper - sum_) + down * abs(sum_ - lower)
    if sum_ < low:
        cost += _OUTSIDE * (low - sum_)
    elif sum_ > high:
        cost += _OUTSIDE * (sum_ - high)
    return cost


@compiled
def _anneal(
    numbers: NDArray[np.int64],
    above_start: NDArray[np.int64],
    above: NDArray[np.int32],
    below_start: NDArray[np.int64],
    below: NDArray[np.int32],
    least: NDArray[np.int64],
    most: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    upper: NDArray[np.int64],
    lower: NDArray[np.int64],
    up: NDArray[np.float64],
    down: NDArray[np.float64],
    seed: np.uint64,
    sweeps: int,
) -> NDArray[np.int64]:
    cells, classes = len(numbers), len(low)
    sums = np.zeros(classes, dtype=np.int64)
    for place in range(cells):
        for at in range(above_start[place], above_start[place + 1]):
            sums[above[at]] += numbers[place]
    state = seed
    for _ in range(8):
        state = _next(state)
    best = numbers.copy()
    best_outside = np.int64(1) << 60
    best_cost = np.inf
    outside = np.empty(classes, dtype=np.int64)
    moved = np.empty(2, dtype=np.int64)
    step = np.empty(2, dtype=np.int64)
    for sweep in range(sweeps + 1):
        amount, total, wrong = np.int64(0), 0.0, 0
        for place in range(classes):
            over = max(low[place] - sums[place], sums[place] - high[place], np.int64(0))
            if over > 0:
                outside[wrong] = place
                wrong += 1
                amount += over
            total += up[place] * abs(upper[place] - sums[place]) + down[place] * abs(sums[place] - lower[place])
        if amount < best_outside or (amount == best_outside and total < best_cost):
            best_outside, best_cost = amount, total
            best[:] = numbers
        if sweep == sweeps:
            break
        gone = sweep / sweeps
        if gone < _FINDING:
            heat = _HOT * (_WARM / _HOT) ** (gone / _FINDING)
        else:
            heat = _WARM * (_COLD / _WARM) ** ((gone - _FINDING) / (1 - _FINDING))
        for _ in range(cells):
            state = _next(state)
            cell = np.int64(state % np.uint64(cells))
            direction = 1 if (state >> np.uint64(40)) & np.uint64(1) else -1
            if wrong > 0 and (state >> np.uint64(41)) & np.uint64(3) == 0:
                # One step in four begins in a class whose sum is out of its range, and towards it.
                state = _next(state)
                class_ = outside[np.int64(state % np.uint64(wrong))]
                if low[class_] <= sums[class_] <= high[class_]:
                    continue
                state = _next(state)
                many = below_start[class_ + 1] - below_start[class_]
                cell = np.int64(below[below_start[class_] + np.int64(state % np.uint64(many))])
                direction = 1 if sums[class_] < low[class_] else -1
            if not least[cell] <= numbers[cell] + direction <= most[cell]:
                direction = -direction
                if not least[cell] <= numbers[cell] + direction <= most[cell]:
                    continue
            moved[0], step[0], steps = cell, direction, 1
            state = _next(state)
            if (state >> np.uint64(50)) & np.uint64(3) != 0:
                # Three steps in four are exchanges within a class, which keep its sum and every sum above it.
                many = above_start[cell + 1] - above_start[cell]
                class_ = np.int64(above[above_start[cell] + np.int64(state % np.uint64(many))])
                state = _next(state)
                many = below_start[class_ + 1] - below_start[class_]
                other = np.int64(below[below_start[class_] + np.int64(state % np.uint64(many))])
                if other != cell and least[other] <= numbers[other] - direction <= most[other]:
                    moved[1], step[1], steps = other, -direction, 2
            change = 0.0
            for index in range(steps):
                for at in range(above_start[moved[index]], above_start[moved[index] + 1]):
                    class_ = np.int64(above[at])
                    was = sums[class_]
                    sums[class_] = was + step[index]
                    change += _cost(
                        was + step[index],
                        low[class_],
                        high[class_],
                        upper[class_],
                        lower[class_],
                        up[class_],
                        down[class_],
                    ) - _cost(was, low[class_], high[class_], upper[class_], lower[class_], up[class_], down[class_])
            state = _next(state)
            chance = np.float64(state >> np.uint64(11)) / 9007199254740992.0
            if change <= 0.0 or chance < np.exp(-change / heat):
                for index in range(steps):
                    numbers[moved[index]] += step[index]
            else:
                for index in range(steps):
                    for at in range(above_start[moved[index]], above_start[moved[index] + 1]):
                        sums[above[at]] -= step[index]
    return best
