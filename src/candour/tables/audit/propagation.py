"""What follows of each unknown from one claim after another, until nothing more does: the first stage of an audit.

A sum that lies in a range bounds each of its unknowns by what the others leave. Unknowns that end with one value drop
out, rows that can no longer fail do too, and what is left falls into components that share no unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.programs import Rows
from candour.tables.audit.system import UNBOUNDED, System
from candour.tables.compiled import compiled

_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Ranges:
    """The range of each unknown; `fails` where no register can meet the claims at all."""

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    fails: bool

    @property
    def is_free(self) -> NDArray[np.bool_]:
        """Of each unknown, whether more than one value is left."""
        free: NDArray[np.bool_] = self.least < self.most
        return free


def propagate(system: System, low: NDArray[np.int64], high: NDArray[np.int64]) -> Ranges:
    """The range of each unknown that follows from the ranges of single rows."""
    least = np.zeros(system.count, dtype=np.int64)
    most = np.full(system.count, system.largest, dtype=np.int64)
    fails = _tighten(system.starts, system.columns, system.factors, low, high, least, most, _ROUNDS)
    return Ranges(least, most, bool(fails))


def tighten(rows: Rows, least: NDArray[np.int64], most: NDArray[np.int64]) -> bool:
    """Tighten the ranges in place by every row in turn; whether some row cannot be met."""
    return bool(_tighten(rows.starts, rows.columns, rows.factors, rows.low, rows.high, least, most, _ROUNDS))


@compiled
def _tighten(
    starts: NDArray[np.int64],
    columns: NDArray[np.int64],
    factors: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    least: NDArray[np.int64],
    most: NDArray[np.int64],
    rounds: int,
) -> bool:
    """Tighten in place; whether some row cannot be met."""
    for _ in range(rounds):
        changed = False
        for row in range(len(low)):
            if low[row] <= -UNBOUNDED and high[row] >= UNBOUNDED:
                continue
            smallest, largest = np.int64(0), np.int64(0)
            for at in range(starts[row], starts[row + 1]):
                factor, column = factors[at], columns[at]
                if factor > 0:
                    smallest += factor * least[column]
                    largest += factor * most[column]
                else:
                    smallest += factor * most[column]
                    largest += factor * least[column]
            if smallest > high[row] or largest < low[row]:
                return True
            if smallest >= low[row] and largest <= high[row]:
                continue
            for at in range(starts[row], starts[row + 1]):
                factor, column = factors[at], columns[at]
                if least[column] == most[column]:
                    continue
                size = abs(factor)
                span = size * (most[column] - least[column])
                if high[row] < UNBOUNDED and smallest + span > high[row]:
                    room = (high[row] - smallest) // size
                    if factor > 0:
                        most[column] = least[column] + room
                    else:
                        least[column] = most[column] - room
                    changed = True
                    span_now = size * (most[column] - least[column])
                    largest -= span - span_now
                    span = span_now
                if low[row] > -UNBOUNDED and largest - span < low[row]:
                    room = (largest - low[row]) // size
                    if factor > 0:
                        least[column] = most[column] - room
                    else:
                        most[column] = least[column] + room
                    changed = True
                    smallest += span - size * (most[column] - least[column])
        if not changed:
            return False
    return False


@compiled
def _find(above: NDArray[np.int64], one: int) -> int:
    while above[one] != one:
        above[one] = above[above[one]]
        one = above[one]
    return one


@compiled
def _joined(
    count: int,
    starts: NDArray[np.int64],
    columns: NDArray[np.int64],
    rows: NDArray[np.int64],
    free: NDArray[np.bool_],
) -> NDArray[np.int64]:
    above = np.arange(count)
    for row in rows:
        first = -1
        for at in range(starts[row], starts[row + 1]):
            column = columns[at]
            if free[column]:
                if first < 0:
                    first = _find(above, column)
                else:
                    other = _find(above, column)
                    above[other] = first
    for column in range(count):
        above[column] = _find(above, column)
    return above


def components(system: System, rows: NDArray[np.int64], free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each unknown its component, as the place of one of its unknowns; those that share a row share it."""
    found: NDArray[np.int64] = _joined(system.count, system.starts, system.columns, rows, free)
    return found


def live_rows(system: System, low: NDArray[np.int64], high: NDArray[np.int64], ranges: Ranges) -> NDArray[np.int64]:
    """The rows that could fail, given the range of each unknown."""
    small, large = ranges.least[system.columns], ranges.most[system.columns]
    up = system.factors > 0
    sums = np.zeros((2, len(system.columns) + 1), dtype=np.int64)
    sums[0, 1:] = np.cumsum(system.factors * np.where(up, small, large))
    sums[1, 1:] = np.cumsum(system.factors * np.where(up, large, small))
    least, most = sums[:, system.starts[1:]] - sums[:, system.starts[:-1]]
    return np.flatnonzero((least < low) | (most > high))
