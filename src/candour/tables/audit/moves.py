"""Registers as near as can be to one that is known: the first thing that is tried for another in whole numbers.

To show that a count can be larger, nobody needs a wholly new register: a few cases that change places will do. The
least change in fractions is nearly always whole, since it runs along few rows, and it takes one linear program where
an integer program over the same rows takes many. What comes out of it counts only when it meets every row in whole
numbers; where it does not, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.programs import Answer, Rows
from candour.tables.audit.propagation import components, live_rows, propagate
from candour.tables.audit.system import UNBOUNDED, System

_STARTS = 4
"""From so many known registers a change is tried; from another one the least change may be whole."""

_SPREAD = 0.3
"""Changes have prices of 1 to 1 plus this by chance, so that of two alike the solver does not take half of each."""


def moved(
    rows: Rows, known: Iterable[NDArray[np.int64]], costs: NDArray[np.float64], most: float
) -> NDArray[np.int64] | None:
    """Numbers that meet the rows and whose costs are no more than `most`, near one of those known; None if not found.

    `known`: numbers that meet the rows, the likeliest first.
    """
    for at, numbers in enumerate(islice(known, _STARTS)):
        _, found = _least_change(rows, numbers, costs, most, at)
        if found is not None and rows.is_met(found) and float(costs @ found) <= most:
            return found
    return None


def _least_change(
    rows: Rows, numbers: NDArray[np.int64], costs: NDArray[np.float64], most: float, seed: int
) -> tuple[Answer, NDArray[np.int64] | None]:
    """The numbers after the cheapest change in fractions, rounded; whether there is such a change."""
    solver, count = highspy.Highs(), len(numbers)
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    # What is added to each number, and then what is taken from each.
    solver.addVars(2 * count, np.zeros(2 * count), np.concatenate([rows.most - numbers, numbers - rows.least]) + 0.0)
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(rows.factors * numbers[rows.columns])])
    now = sums[rows.starts[1:]] - sums[rows.starts[:-1]]
    infinity = highspy.kHighsInf
    solver.addRows(
        len(now),
        np.where(rows.low <= -UNBOUNDED, -infinity, rows.low - now),
        np.where(rows.high >= UNBOUNDED, infinity, rows.high - now),
        2 * len(rows.columns),
        (2 * rows.starts[:-1]).astype(np.int32),
        np.stack([rows.columns, rows.columns + count], axis=1).ravel().astype(np.int32),
        np.stack([rows.factors, -rows.factors], axis=1).ravel().astype(np.float64),
    )
    asked = np.flatnonzero(costs)
    solver.addRow(
        -infinity,
        most - float(costs @ numbers),
        2 * len(asked),
        np.concatenate([asked, asked + count]).astype(np.int32),
        np.concatenate([costs[asked], -costs[asked]]),
    )
    prices = 1 + _SPREAD * np.random.default_rng(seed).random(2 * count)
    solver.changeColsCost(2 * count, np.arange(2 * count, dtype=np.int32), prices)
    solver.run()
    status = solver.getModelStatus()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return Answer.IMPOSSIBLE, None  # no change is worth less than nothing, so it is not unbounded
    if status != highspy.HighsModelStatus.kOptimal:
        return Answer.UNDECIDED, None
    change = np.array(solver.getSolution().col_value)
    found: NDArray[np.int64] = numbers + np.rint(change[:count] - change[count:]).astype(np.int64)
    return Answer.FOUND, found


def register_beyond(
    system: System,
    registers: Sequence[NDArray[np.int64]],
    target: int,
    bound: int,
    *,
    up: bool,
    releases: Iterable[int] | None = None,
) -> tuple[Answer, NDArray[np.int64] | None]:
    """A register that meets the claims of some releases and has the target above (or below) a bound.

    Undecided where none was found, impossible where there is none even in fractions. `registers` meet the claims of all
    releases. Only what hangs together with the target is changed.
    """
    if not len(registers):
        return Answer.UNDECIDED, None
    low, high = system.bounds(releases)
    ranges = propagate(system, low, high)
    free = ranges.is_free
    live = live_rows(system, low, high, ranges)
    owner = components(system, live, free)
    columns, factors = system.target_row(target)
    if not free[columns].any():  # the claims leave the target one count
        counted = int(factors @ registers[0][columns])
        is_beyond = counted > bound if up else counted < bound
        return (Answer.FOUND, registers[0]) if is_beyond else (Answer.IMPOSSIBLE, None)
    near = free & np.isin(owner, owner[columns[free[columns]]])
    places = np.cumsum(near) - 1
    row_of = np.repeat(np.arange(system.rows), np.diff(system.starts))
    is_live = np.zeros(system.rows, dtype=bool)
    is_live[live] = True
    entries = np.flatnonzero(is_live[row_of] & near[system.columns])
    kept, counts = np.unique(row_of[entries], return_counts=True)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    costs = np.zeros(int(near.sum()))
    inside = near[columns]
    np.add.at(costs, places[columns[inside]], (-factors if up else factors)[inside].astype(np.float64))
    for register in list(registers)[:_STARTS]:
        others = np.where(near, 0, register)
        apart = system.sums(others)[kept]
        rows = Rows(
            starts,
            places[system.columns[entries]],
            system.factors[entries],
            np.where(low[kept] <= -UNBOUNDED, low[kept], low[kept] - apart),
            np.where(high[kept] >= UNBOUNDED, high[kept], high[kept] - apart),
            ranges.least[near],
            ranges.most[near],
        )
        rest = int(factors[~inside] @ register[columns[~inside]])
        most = rest - bound - 1 if up else bound - 1 - rest
        answer, numbers = _least_change(rows, register[near], costs, most, 0)
        if answer is Answer.IMPOSSIBLE:
            return answer, None
        if numbers is not None:
            found = others
            found[near] = numbers
            sums, counted = system.sums(found), int(factors @ found[columns])
            if (
                (found >= 0).all()
                and ((sums >= low) & (sums <= high)).all()
                and (counted > bound if up else counted < bound)
            ):
                return Answer.FOUND, found
    return Answer.UNDECIDED, None
