"""The freedom that withheld cells leave: other registers that reproduce every cell shown, found by integer programming.

The unknowns are the innermost cells that are withheld; each class that is shown is an equation over them. An answer of
the solver is rounded to whole numbers and checked in whole numbers: nothing here rests on a tolerance.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem

_FURTHEST = 50
"""A count is not sought more than this above its true one: other registers exist, but none is needed."""

_MARGIN = 1e-6
_UNBOUNDED = 1 << 39
_SCALES = (1, 2, 6, 60)
"""Prices are tried as whole numbers, halves, sixths and sixtieths: nearly all are one of these."""

_STEPS_OF_A_RUN, _STEPS_OF_WHOLE_NUMBERS = 20, 10
"""To begin costs as much as some iterations, and one of an integer program as much as some of a linear one."""

_NODES = 200
_PRIMAL = 4
_GAP = 0.1


class Unsettled(Exception):
    """The steps allowed were over before it was known whether there is a register."""


class Freedom:
    """Alternative registers for one set of withheld classes; classes may be shown later, one by one."""

    def __init__(
        self,
        system: CellSystem,
        withheld: NDArray[np.bool_],
        least: NDArray[np.int64] | None = None,
        most: NDArray[np.int64] | None = None,
    ) -> None:
        """`least`, `most`: by how much each withheld class may differ, for all that an attacker knows of it."""
        self._system = system
        size = np.diff(system.below_start)
        own = np.zeros(len(system.inner), dtype=np.int64)
        single = np.flatnonzero(size == 1)
        own[system.below[system.below_start[single]]] = single
        self._places = np.flatnonzero(withheld[own])
        self._column = np.full(len(system.inner), -1, dtype=np.int64)
        self._column[self._places] = np.arange(len(self._places))
        shown = _rows_shown(system, withheld, self._column)
        self._entries: list[NDArray[np.int32]] = [columns.astype(np.int32) for columns in shown]
        self._ends: list[tuple[int, int | None]] = [(0, 0)] * len(shown)
        self._model = _model(system, shown, self._places)
        if least is not None and most is not None:
            self._bound(np.flatnonzero(withheld), least, most)
        self._relaxed = _relaxed(self._model)
        self._rows = self._model.getNumRow()
        self.steps = 0
        """What the solver was asked to do so far, in iterations: the same on every machine, however busy it is."""

    def alternative(self, pull: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """The change of each innermost cell that goes furthest where `pull`, one number a class, points; None for none.

        Positive: up, negative: down. Every class shown stays as it is and no count goes below 0.
        """
        if not len(self._places):
            return None
        weights = np.zeros(len(self._system.inner))
        owners = np.repeat(np.arange(len(pull)), np.diff(self._system.below_start))
        np.add.at(weights, self._system.below, -pull[owners])
        solution = self._solved(self._relaxed, weights)
        if not len(solution) or (np.abs(solution - np.rint(solution)) > _MARGIN).any():
            # Often the relaxed answer is in whole numbers already, at a tenth of the price.
            solution = self._solved(self._model, weights)
        if not len(solution):
            return None
        change = np.zeros(len(self._system.inner), dtype=np.int64)
        change[self._places] = np.rint(solution).astype(np.int64)
        return change

    def _solved(self, model: highspy.Highs, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """What costs least; empty where the solver has no answer."""
        model.changeColsCost(len(self._places), np.arange(len(self._places)), weights[self._places])
        self._run(model)
        usable = model.getModelStatus() in _USABLE
        return np.array(model.getSolution().col_value if usable else [], dtype=np.float64)

    def _run(self, model: highspy.Highs) -> None:
        model.run()
        made = max(int(model.getInfo().simplex_iteration_count), 0)
        self.steps += _STEPS_OF_A_RUN + made * (_STEPS_OF_WHOLE_NUMBERS if model is self._model else 1)

    def excludes(self, class_: int, change: int) -> bool:
        """Whether it is certain that no register changes `class_` so far.

        The solver finds prices of what is shown; that they rule the change out is added up in whole numbers.
        """
        columns = self._columns(class_)
        towards = -1 if change > 0 else 1
        many = len(self._places)
        costs = np.zeros(many, dtype=np.int64)
        costs[columns] = towards
        self._relaxed.changeColsCost(many, np.arange(many, dtype=np.int32), costs.astype(np.float64))
        self._run(self._relaxed)
        if -self._relaxed.getInfo().objective_function_value > abs(change) - _MARGIN:
            return False
        prices = np.array(self._relaxed.getSolution().row_dual)
        return any(self._rules_out(costs, np.rint(prices * scale), scale, abs(change)) for scale in _SCALES)

    def _rules_out(self, costs: NDArray[np.int64], prices: NDArray[np.float64], scale: int, change: int) -> bool:
        """Whether rows at whole prices, `scale` to one, keep the costs above -`change`."""
        left = scale * costs
        most = 0
        for row in np.flatnonzero(prices).tolist():
            price = int(prices[row])
            low, high = self._ends[row]
            if (end := high if price < 0 else low) is None:
                return False
            most -= price * end
            left[self._entries[row]] -= price
        if (left < 0).any():
            return False  # nothing bounds how many cases more there could be
        most += int(left @ self._system.inner[self._places])
        return most // scale < change

    def whole(self) -> NDArray[np.int64] | None:
        """The change of each innermost cell that the last `excludes` ended at; None where it has fractions."""
        solution = np.array(self._relaxed.getSolution().col_value)
        numbers = np.rint(solution)
        if len(solution) != len(self._places) or (np.abs(solution - numbers) > _MARGIN).any():
            return None
        change = np.zeros(len(self._system.inner), dtype=np.int64)
        change[self._places] = numbers.astype(np.int64)
        return change

    def reaching(self, class_: int, change: int) -> NDArray[np.int64] | None:
        """A change of each innermost cell that changes `class_` so far; None where there is none.

        Raises Unsettled where the steps allowed are over before either is known.
        """
        columns = self._columns(class_)
        many, rows = len(self._places), self._model.getNumRow()
        ends = (float(change), highspy.kHighsInf) if change > 0 else (-highspy.kHighsInf, float(change))
        self._model.changeColsCost(many, np.arange(many, dtype=np.int32), np.zeros(many))
        self._model.addRow(*ends, len(columns), columns, np.ones(len(columns)))
        try:
            self._run(self._model)
            status = self._model.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            solution = np.array(self._model.getSolution().col_value if status in _USABLE else [], dtype=np.float64)
        finally:
            self._model.deleteRows(1, np.array([rows], dtype=np.int32))
        found = np.zeros(len(self._system.inner), dtype=np.int64)
        if len(solution) != many:
            raise Unsettled
        found[self._places] = np.rint(solution).astype(np.int64)
        return found

    def _columns(self, class_: int) -> NDArray[np.int32]:
        start, end = self._system.below_start[class_], self._system.below_start[class_ + 1]
        columns = self._column[self._system.below[start:end]]
        return columns[columns >= 0].astype(np.int32)

    def _bound(self, classes: NDArray[np.int64], least: NDArray[np.int64], most: NDArray[np.int64]) -> None:
        for class_ in classes.tolist():
            columns = self._columns(class_)
            if len(columns):
                low, high = int(least[class_]), int(most[class_])
                self._model.addRow(float(low), float(high), len(columns), columns, np.ones(len(columns)))
                self._entries.append(columns)
                self._ends.append((low, None if high >= _UNBOUNDED else high))

    def show(self, class_: int) -> None:
        """Show one class more."""
        columns = self._columns(class_)
        for model in (self._model, self._relaxed):
            model.addRow(0.0, 0.0, len(columns), columns, np.ones(len(columns)))
        self._entries.append(columns)
        self._ends.append((0, 0))

    def keep(self) -> None:
        """Keep what was shown since the last call."""
        self._rows = self._model.getNumRow()

    def withdraw(self) -> None:
        """Withhold again what was shown since the last `keep`."""
        for model in (self._model, self._relaxed):
            if (rows := model.getNumRow()) > self._rows:
                model.deleteRows(rows - self._rows, np.arange(self._rows, rows, dtype=np.int32))
        del self._entries[self._rows :], self._ends[self._rows :]


_USABLE = {
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kObjectiveBound,
    highspy.HighsModelStatus.kObjectiveTarget,
}


def _rows_shown(system: CellSystem, withheld: NDArray[np.bool_], column: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The unknowns under each class that is shown, each set once."""
    rows: dict[bytes, NDArray[np.int64]] = {}
    for class_ in np.flatnonzero(~withheld):
        columns = column[system.below[system.below_start[class_] : system.below_start[class_ + 1]]]
        columns = columns[columns >= 0]
        if len(columns):
            rows[columns.tobytes()] = columns
    return list(rows.values())


def _model(system: CellSystem, rows: list[NDArray[np.int64]], places: NDArray[np.int64]) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(places), len(rows)
    lp.col_cost_ = np.zeros(len(places))
    lp.col_lower_ = -system.inner[places].astype(np.float64)
    lp.col_upper_ = np.full(len(places), float(_FURTHEST))
    lp.row_lower_ = lp.row_upper_ = np.zeros(len(rows))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([*rows, np.zeros(0, dtype=np.int64)]).astype(np.int32)
    lp.a_matrix_.value_ = np.ones(int(lp.a_matrix_.start_[-1]))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(places)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    # A limit of nodes, not of time: the same table gives the same pattern on every machine.
    model.setOptionValue("mip_max_nodes", _NODES)
    model.setOptionValue("mip_rel_gap", _GAP)
    model.passModel(lp)
    return model


def _relaxed(model: highspy.Highs) -> highspy.Highs:
    """The same without asking for whole numbers, set up so that one objective after the other is solved quickly."""
    lp = model.getLp()
    lp.integrality_ = []
    relaxed = highspy.Highs()
    relaxed.setOptionValue("output_flag", False)
    relaxed.setOptionValue("threads", 1)
    relaxed.setOptionValue("presolve", "off")
    relaxed.setOptionValue("simplex_strategy", _PRIMAL)
    relaxed.passModel(lp)
    return relaxed
