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
_NODES = 200
_PRIMAL = 4
_GAP = 0.1


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
        self._model = _model(system, withheld, self._places, self._column)
        if least is not None and most is not None:
            self._bound(np.flatnonzero(withheld), least, most)
        self._relaxed = _relaxed(self._model)
        self._rows = self._model.getNumRow()

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
        model.run()
        usable = model.getModelStatus() in _USABLE
        return np.array(model.getSolution().col_value if usable else [], dtype=np.float64)

    def excludes(self, class_: int, change: int) -> bool:
        """Whether not even a register with fractions changes `class_` so far: then none in whole numbers does."""
        columns = self._columns(class_)
        # What a float solver says of a bound is taken with a margin; it only ever spares a search.
        towards = -1.0 if change > 0 else 1.0
        self._relaxed.changeColsCost(len(self._places), np.arange(len(self._places)), np.zeros(len(self._places)))
        self._relaxed.changeColsCost(len(columns), columns, np.full(len(columns), towards))
        self._relaxed.run()
        return -self._relaxed.getInfo().objective_function_value < abs(change) - _MARGIN

    def _columns(self, class_: int) -> NDArray[np.int32]:
        start, end = self._system.below_start[class_], self._system.below_start[class_ + 1]
        columns = self._column[self._system.below[start:end]]
        return columns[columns >= 0].astype(np.int32)

    def _bound(self, classes: NDArray[np.int64], least: NDArray[np.int64], most: NDArray[np.int64]) -> None:
        for class_ in classes.tolist():
            columns = self._columns(class_)
            if len(columns):
                ends = float(least[class_]), float(most[class_])
                self._model.addRow(*ends, len(columns), columns, np.ones(len(columns)))

    def show(self, class_: int) -> None:
        """Show one class more."""
        columns = self._columns(class_)
        for model in (self._model, self._relaxed):
            model.addRow(0.0, 0.0, len(columns), columns, np.ones(len(columns)))

    def keep(self) -> None:
        """Keep what was shown since the last call."""
        self._rows = self._model.getNumRow()

    def withdraw(self) -> None:
        """Withhold again what was shown since the last `keep`."""
        for model in (self._model, self._relaxed):
            if (rows := model.getNumRow()) > self._rows:
                model.deleteRows(rows - self._rows, np.arange(self._rows, rows, dtype=np.int32))


_USABLE = {
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kObjectiveBound,
    highspy.HighsModelStatus.kObjectiveTarget,
}


def _model(
    system: CellSystem, withheld: NDArray[np.bool_], places: NDArray[np.int64], column: NDArray[np.int64]
) -> highspy.Highs:
    rows: dict[bytes, NDArray[np.int64]] = {}
    for class_ in np.flatnonzero(~withheld):
        columns = column[system.below[system.below_start[class_] : system.below_start[class_ + 1]]]
        columns = columns[columns >= 0]
        if len(columns):
            rows[columns.tobytes()] = columns
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(places), len(rows)
    lp.col_cost_ = np.zeros(len(places))
    lp.col_lower_ = -system.inner[places].astype(np.float64)
    lp.col_upper_ = np.full(len(places), float(_FURTHEST))
    lp.row_lower_ = lp.row_upper_ = np.zeros(len(rows))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in rows.values()])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([*rows.values(), np.zeros(0, dtype=np.int64)]).astype(np.int32)
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
