"""The second method: bounds that are checked in fractions, and whole numbers that are tried one by one.

A combination of printed figures proves a bound when it counts every case that the target counts, and none twice too
often: then the target cannot exceed what the figures add up to. The prices of such a combination come from the solver;
whether they prove anything is decided here, in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.because import beyond, restricted
from candour.tables.audit.programs import Answer, Program, Rows
from candour.tables.audit.propagation import tighten
from candour.tables.audit.system import UNBOUNDED, System

_LARGEST_DENOMINATOR = 10_000
_MOST_TRIED = 20_000


def combination(system: System, target: int, releases: Sequence[int], *, up: bool) -> list[list[int]]:
    """Prices of rows, each as row, numerator and denominator, that bound the target above (or below)."""
    columns, factors = system.target_row(target)
    rows, claimed = restricted(system, releases, columns, factors)
    sign = -1.0 if up else 1.0
    costs = np.zeros(len(rows.least))
    last = slice(int(rows.starts[-2]), None)
    np.add.at(costs, rows.columns[last], sign * rows.factors[last])
    program = Program(rows)
    if program.lowest(costs)[0] is not Answer.FOUND:
        return []
    prices = []
    for row, price in zip(claimed, program.prices()[:-1], strict=True):
        exact = Fraction(sign * float(price)).limit_denominator(_LARGEST_DENOMINATOR)
        if exact:
            prices.append([int(row), exact.numerator, exact.denominator])
    return prices


def is_bound(
    system: System, target: int, releases: Sequence[int], prices: Sequence[Sequence[int]], bound: int, *, up: bool
) -> bool:
    """Whether the prices prove that the target is at most (or at least) `bound`, in fractions.

    Every unknown is 0 or more. So the target is at most the priced sum of rows where no unknown counts more in the
    target than in that sum, and each row is at most its upper end (or, with a price below 0, at least its lower end).
    """
    low, high = system.bounds(releases)
    left: dict[int, Fraction] = {}
    columns, factors = system.target_row(target)
    for column, factor in zip(columns, factors, strict=True):
        left[int(column)] = left.get(int(column), Fraction(0)) + int(factor)
    total = Fraction(0)
    for row, numerator, denominator in prices:
        price = Fraction(numerator, denominator)
        end = int(high[row] if (price > 0) == up else low[row])
        if abs(end) >= UNBOUNDED:
            return False
        total += price * end
        for at in range(system.starts[row], system.starts[row + 1]):
            column = int(system.columns[at])
            left[column] = left.get(column, Fraction(0)) - price * int(system.factors[at])
    if up:
        return all(value <= 0 for value in left.values()) and total.numerator // total.denominator <= bound
    return all(value >= 0 for value in left.values()) and -(-total.numerator // total.denominator) >= bound


def outside(system: System, target: int, releases: Sequence[int], bound: int, *, up: bool) -> bool | None:
    """Whether some register has the target beyond the bound, by trying whole numbers; None if that is too long."""
    rows = beyond(system, target, bound, up=up, releases=releases)
    if rows is None:
        return False
    return _tried(rows, [_MOST_TRIED])


def _tried(rows: Rows, left: list[int]) -> bool | None:
    stack: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [(rows.least.copy(), rows.most.copy())]
    while stack:
        least, most = stack.pop()
        left[0] -= 1
        if left[0] < 0:
            return None
        if tighten(rows, least, most):
            continue
        free = np.flatnonzero(least < most)
        if not len(free):
            return True
        if rows.is_met(least) or rows.is_met(most):
            return True
        column = free[np.argmin(most[free] - least[free])]
        middle = (least[column] + most[column]) // 2
        for low, high in ((middle + 1, most[column]), (least[column], middle)):
            lower, upper = least.copy(), most.copy()
            lower[column], upper[column] = low, high
            stack.append((lower, upper))
    return False
