"""Linear and integer programs over a part of a system, with HiGHS.

The linear program is solved warm by the primal simplex without presolve, which after a change of the objective is
several times as fast as the solver's own choice. What comes out of it is never taken on trust: a register counts only
when it meets every claim in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.system import UNBOUNDED

NODES = 2_000
"""The most nodes of one integer program: a limit by the clock would let the load of the machine sway what is found."""

_FAR = 120.0
"""Seconds after which an integer program is given up all the same; nodes end it long before."""

_NEAR = 1e-6
"""Within this of a whole number, the bound of a linear program is taken for it."""


class Answer(Enum):
    """What a program came to."""

    FOUND = auto()
    IMPOSSIBLE = auto()
    UNDECIDED = auto()


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows over n unknowns, compressed, with the range of each row and of each unknown."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    factors: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]

    def is_met(self, numbers: NDArray[np.int64]) -> bool:
        """Whether these numbers lie in every range, in whole numbers."""
        if ((numbers < self.least) | (numbers > self.most)).any():
            return False
        sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.factors * numbers[self.columns])])
        rows = sums[self.starts[1:]] - sums[self.starts[:-1]]
        return bool(((rows >= self.low) & (rows <= self.high)).all())


def _floats(values: NDArray[np.int64]) -> NDArray[np.float64]:
    floats = values.astype(np.float64)
    floats[values >= UNBOUNDED] = highspy.kHighsInf
    floats[values <= -UNBOUNDED] = -highspy.kHighsInf
    return floats


class Program:
    """One part of a system, solved again and again with other objectives."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.solver = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("presolve", "off"),
            ("simplex_strategy", 4),
        ):
            self.solver.setOptionValue(option, value)
        self.count = len(rows.least)
        self.solver.addVars(self.count, _floats(rows.least), _floats(rows.most))
        self.solver.addRows(
            len(rows.low),
            _floats(rows.low),
            _floats(rows.high),
            len(rows.columns),
            rows.starts[:-1].astype(np.int32),
            rows.columns.astype(np.int32),
            rows.factors.astype(np.float64),
        )
        self._places = np.arange(self.count, dtype=np.int32)
        self._integer = False

    def lowest(self, costs: NDArray[np.float64]) -> tuple[Answer, float, NDArray[np.float64]]:
        """The least that the costs add up to in fractions, and where."""
        self._as_linear()
        self.solver.changeColsCost(self.count, self._places, costs.astype(np.float64))
        self.solver.run()
        status = self.solver.getModelStatus()
        if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
            return Answer.IMPOSSIBLE, 0.0, np.zeros(0)
        if status != highspy.HighsModelStatus.kOptimal:
            self.solver.clearSolver()
            self.solver.setOptionValue("simplex_strategy", 1)
            self.solver.run()
            status = self.solver.getModelStatus()
            self.solver.setOptionValue("simplex_strategy", 4)
        if status == highspy.HighsModelStatus.kInfeasible:
            return Answer.IMPOSSIBLE, 0.0, np.zeros(0)
        if status != highspy.HighsModelStatus.kOptimal:
            return Answer.UNDECIDED, 0.0, np.zeros(0)
        return Answer.FOUND, self.solver.getObjectiveValue(), np.array(self.solver.getSolution().col_value)

    def prices(self) -> NDArray[np.float64]:
        """What one unit of each row is worth to the objective, after `lowest`."""
        return np.array(self.solver.getSolution().row_dual)

    def whole(self, at: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """The numbers rounded, where they meet every row."""
        numbers: NDArray[np.int64] = np.rint(at).astype(np.int64)
        return numbers if self.rows.is_met(numbers) else None

    def near(self, at: NDArray[np.float64], costs: NDArray[np.float64], nodes: int = NODES) -> NDArray[np.int64] | None:
        """Whole numbers close to a solution in fractions: what is whole there stays, the rest is sought anew."""
        whole = np.rint(at)
        kept = np.abs(at - whole) < _NEAR
        least, most = _floats(self.rows.least), _floats(self.rows.most)
        self.solver.changeColsBounds(
            self.count, self._places, np.where(kept, whole, least), np.where(kept, whole, most)
        )
        _, numbers = self.fewest(costs, nodes, exact=False)
        self.solver.changeColsBounds(self.count, self._places, least, most)
        return numbers

    def fewest(
        self, costs: NDArray[np.float64], nodes: int = NODES, *, exact: bool, any_below: float | None = None
    ) -> tuple[Answer, NDArray[np.int64] | None]:
        """As `lowest` in whole numbers, in so many nodes; without `exact` a good answer will do.

        With `any_below` the first whose costs are no more than that, or the least where it is more.
        """
        solver = self.solver
        self._as_integer()
        solver.changeColsCost(self.count, self._places, costs.astype(np.float64))
        solver.setOptionValue("time_limit", solver.getRunTime() + _FAR)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("mip_rel_gap", 0.0 if exact else 0.2)
        solver.setOptionValue("mip_abs_gap", 0.5 if exact else 1.0)
        if any_below is not None:
            solver.setOptionValue("objective_target", any_below + 0.5)
        solver.run()
        solver.setOptionValue("time_limit", highspy.kHighsInf)
        solver.setOptionValue("objective_target", -highspy.kHighsInf)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Answer.IMPOSSIBLE, None
        values = np.array(solver.getSolution().col_value)
        numbers = self.whole(values) if len(values) else None
        if numbers is not None:
            is_low = any_below is not None and float(costs @ numbers) <= any_below
            if status == highspy.HighsModelStatus.kOptimal or not exact or is_low:
                return Answer.FOUND, numbers
        return Answer.UNDECIDED, None

    def _as_integer(self) -> None:
        if not self._integer:
            kind = np.full(self.count, highspy.HighsVarType.kInteger)
            self.solver.changeColsIntegrality(self.count, self._places, kind)
            self.solver.setOptionValue("presolve", "on")
            self.solver.setOptionValue("simplex_strategy", 1)
            self._integer = True

    def _as_linear(self) -> None:
        if self._integer:
            kind = np.full(self.count, highspy.HighsVarType.kContinuous)
            self.solver.changeColsIntegrality(self.count, self._places, kind)
            self.solver.setOptionValue("presolve", "off")
            self.solver.setOptionValue("simplex_strategy", 4)
            self._integer = False


def at_least(value: float) -> int:
    """The least whole number that a bound of a linear program leaves."""
    return int(np.ceil(value - _NEAR * max(1.0, abs(value))))
