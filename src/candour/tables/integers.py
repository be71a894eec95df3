"""Whole numbers in the innermost cells such that every sum lies in its range: by integer programming with HiGHS.

The same question as in `candour.tables.balancing`, answered exactly, for tables that are not too large.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.balancing import Question


class OutOfTime(Exception):
    """The time allowed was over before the solver could say yes or no, or what it said does not stand the check."""


def fitting(
    question: Question, time_limit: float | None, near: NDArray[np.int64] | None = None
) -> NDArray[np.int64] | None:
    """The numbers that cost least; or with `near`, some that are close to it. None where no numbers fit at all.

    Costs are taken as linear, which they are where every range is that of `lower` to `upper`. What the solver gives is
    rounded to whole numbers and must fit exactly. Raises OutOfTime after `time_limit` seconds.
    """
    if not len(question.least):
        return question.least
    solver = _program(question, _costs(question) if near is None else np.where(near > question.least, -1.0, 1.0))
    if time_limit is not None:
        solver.setOptionValue("time_limit", time_limit)
    if near is not None:
        solver.setOptionValue("mip_max_improving_sols", 1)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit}:
        raise OutOfTime
    numbers: NDArray[np.int64] = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
    within = (numbers >= question.least).all() and (numbers <= question.most).all()
    if not within or question.outside(numbers):
        raise OutOfTime
    return numbers


def _costs(question: Question) -> NDArray[np.float64]:
    """What one more in each innermost cell costs: each class above it comes nearer to `upper` and leaves `lower`."""
    system = question.system
    return np.add.reduceat((question.down - question.up)[system.above], system.above_start[:-1])


def _program(question: Question, costs: NDArray[np.float64]) -> highspy.Highs:
    system = question.system
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    # One thread and a fixed seed: the same question takes the same way to the same answer.
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    cells = len(question.least)
    columns = np.arange(cells, dtype=np.int32)
    solver.addVars(cells, question.least.astype(np.float64), question.most.astype(np.float64))
    solver.changeColsCost(cells, columns, costs.astype(np.float64))
    solver.changeColsIntegrality(cells, columns, np.full(cells, highspy.HighsVarType.kInteger))
    solver.addRows(
        len(question.low),
        question.low.astype(np.float64),
        question.high.astype(np.float64),
        len(system.below),
        system.below_start[:-1].astype(np.int32),
        system.below.astype(np.int32),
        np.ones(len(system.below)),
    )
    return solver
