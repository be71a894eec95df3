"""The least that a small table can lose: proven, where it is quick.

Whoever must leave a belief open must withhold one class at least of every set of classes that rules it out together.
Such sets are found one after the other, from the prices of a linear program, and each is checked in exact fractions.
The cheapest choice that meets all sets known so far is a lower bound; once it protects, nothing safe loses less. This
is the idea of Fischetti and Salazar-González (Management Science 47, 2001); the test is registers in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.exact_simplex import Changes
from candour.tables.protection import Demands

MOST_CLASSES = 40
"""With more classes to choose from than this, the search takes longer than it is worth."""

_MOST_SETS = 60
_STEPS = 300
_MARGIN = 1e-6


@dataclass(frozen=True, eq=False)
class Choice:
    """What may be withheld and what it costs. `candidates`: the classes to choose from; `free`: withheld anyway."""

    system: CellSystem
    wanted: Demands
    candidates: NDArray[np.int64]
    free: NDArray[np.bool_]
    weight: NDArray[np.float64]


def cheapest(
    choice: Choice, at_most: float, protects: Callable[[NDArray[np.bool_]], bool], going: Callable[[], bool]
) -> tuple[NDArray[np.bool_] | None, bool]:
    """The classes to withhold that cost least; None where none cost less than `at_most`. And whether that is proven.

    `protects` says whether registers in whole numbers show that a choice protects.
    """
    attack = _Attack(choice)
    sets: list[NDArray[np.int64]] = []
    while len(sets) < _MOST_SETS and going():
        chosen = _master(choice, sets)
        if chosen is None or choice.weight[chosen].sum() >= at_most - _MARGIN:
            return None, chosen is not None
        withheld = choice.free.copy()
        withheld[chosen] = True
        found = attack.forbidden(withheld)
        if found is None:
            return None, False
        if not found:
            return (withheld, True) if protects(withheld) else (None, False)
        sets += found
    return None, False


def _master(choice: Choice, sets: list[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """The cheapest candidates that meet every set."""
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
        model.setOptionValue(option, value)
    many = len(choice.candidates)
    place = {int(class_): at for at, class_ in enumerate(choice.candidates)}
    columns = np.arange(many, dtype=np.int32)
    model.addVars(many, np.zeros(many), np.ones(many))
    model.changeColsCost(many, columns, choice.weight[choice.candidates])
    model.changeColsIntegrality(many, columns, np.full(many, highspy.HighsVarType.kInteger))
    for each in sets:
        if not len(each):
            return None
        row = np.array([place[int(class_)] for class_ in each], dtype=np.int32)
        model.addRow(1.0, highspy.kHighsInf, len(row), row, np.ones(len(row)))
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    chosen: NDArray[np.int64] = choice.candidates[np.rint(np.array(model.getSolution().col_value)[:many]) > 0]
    return chosen


class _Attack:
    """Linear programs of an attacker who knows everything that is not withheld."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        system = choice.system
        self._fixed = np.flatnonzero(~choice.free)
        model = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("simplex_strategy", 4)):
            model.setOptionValue(option, value)
        many = len(system.inner)
        model.addVars(many, -system.inner.astype(np.float64), np.full(many, highspy.kHighsInf))
        for class_ in self._fixed.tolist():
            members = self._members(class_).astype(np.int32)
            model.addRow(0.0, 0.0, len(members), members, np.ones(len(members)))
        self._model = model

    def _members(self, class_: int) -> NDArray[np.int32]:
        system = self._choice.system
        return system.below[system.below_start[class_] : system.below_start[class_ + 1]]

    def forbidden(self, withheld: NDArray[np.bool_]) -> list[NDArray[np.int64]] | None:
        """Sets of candidates of which one must be withheld, though none is; None where one cannot be made certain."""
        shown = ~withheld[self._fixed]
        for row, is_shown in enumerate(shown.tolist()):
            room = 0.0 if is_shown else highspy.kHighsInf
            self._model.changeRowBounds(row, -room, room)
        wanted = self._choice.wanted
        sets: dict[bytes, NDArray[np.int64]] = {}
        for target, down, up in zip(wanted.target.tolist(), wanted.down.tolist(), wanted.up.tolist(), strict=True):
            sides = [self._short(target, change) for change in (down, up) if change]
            if wanted.either and all(side is not None for side in sides):
                sides = [np.unique(np.concatenate([side for side in sides if side is not None]))]
            elif wanted.either:
                continue
            for side in sides:
                if side is None:
                    continue
                if not self._is_certain(target, (down, up), side):
                    return None
                only = side[np.isin(side, self._choice.candidates)]
                sets[only.tobytes()] = only
        return list(sets.values())

    def _short(self, target: int, change: int) -> NDArray[np.int64] | None:
        """The shown classes that keep `target` from changing so far; None where nothing does, fractions allowed."""
        many = self._model.getNumCol()
        costs = np.zeros(many)
        costs[self._members(target)] = -1.0 if change > 0 else 1.0
        self._model.changeColsCost(many, np.arange(many, dtype=np.int32), costs)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        if -self._model.getInfo().objective_function_value > abs(change) - _MARGIN:
            return None
        dual = np.array(self._model.getSolution().row_dual)
        classes: NDArray[np.int64] = self._fixed[np.abs(dual) > _MARGIN]
        return classes

    def _is_certain(self, target: int, changes: tuple[int, int], classes: NDArray[np.int64]) -> bool:
        """Whether these classes alone rule a change out, in exact fractions."""
        system = self._choice.system
        least = [-int(count) for count in system.inner]
        sums = [frozenset(self._members(int(class_)).tolist()) for class_ in classes]
        short = []
        for change in changes:
            if change:
                goal = {int(cell): Fraction(1 if change > 0 else -1) for cell in self._members(target)}
                reach = Changes(least, sums, {}).furthest(goal, _STEPS, lambda _: False)
                short.append(reach is not None and reach < abs(change))
        return all(short) if self._choice.wanted.either else any(short)
