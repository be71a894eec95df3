# ruff: noqa: INP001 -- benchmarks are scripts, no package
"""An attack on a printed table that shares nothing with the way in which it was made: linear programs over its cells.

The equations come from the labels of the printed cells and the groups of the categories alone; HiGHS solves them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import product

import highspy
import numpy as np

Labels = tuple[str, ...]


class Attacker:
    """Somebody who holds a printed table: None where a figure is withheld. Every figure that is absent is a 0."""

    def __init__(self, printed: Mapping[Labels, int | None], groups: Sequence[Mapping[str, str]]) -> None:
        """`groups` gives, for each dimension, the group of each category; empty where there are none."""
        self._printed, self._groups = printed, groups
        above = [set(each.values()) | {"Total"} for each in groups]
        self._categories = [
            sorted({labels[at] for labels in printed} - away)
            for at, away in zip(range(len(groups)), above, strict=True)
        ]
        inner = list(product(*self._categories))
        self._column = {labels: at for at, labels in enumerate(inner)}
        self._model = highspy.Highs()
        for option, value in (("output_flag", False), ("presolve", "off"), ("simplex_strategy", 4), ("threads", 1)):
            self._model.setOptionValue(option, value)
        many = len(inner)
        known = [printed.get(labels, 0) for labels in inner]
        # An innermost figure that is shown needs no equation: it bounds its unknown.
        low = np.array([0.0 if value is None else float(value) for value in known])
        high = np.array([highspy.kHighsInf if value is None else float(value) for value in known])
        self._model.addVars(many, low, high)
        self._many = many
        for labels, value in printed.items():
            columns = self._beneath(labels)
            if value is not None and len(columns) > 1:
                self._model.addRow(float(value), float(value), len(columns), columns, np.ones(len(columns)))

    def _beneath(self, labels: Labels) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        axes = [
            [one for one in categories if label in {one, groups.get(one), "Total"}]
            for label, categories, groups in zip(labels, self._categories, self._groups, strict=True)
        ]
        return np.array([self._column[inner] for inner in product(*axes)], dtype=np.int32)

    def interval(self, labels: Labels) -> tuple[float, float]:
        """The least and the greatest count that the attacker can believe, in whole numbers."""
        columns = self._beneath(labels)
        ends = []
        for sign in (1.0, -1.0):
            costs = np.zeros(self._many)
            costs[columns] = sign
            self._model.changeColsCost(self._many, np.arange(self._many, dtype=np.int32), costs)
            self._model.run()
            bounded = self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(self._model.getInfo().objective_function_value if bounded else -highspy.kHighsInf)
        return float(np.ceil(ends[0] - 1e-6)), float(np.floor(-ends[1] + 1e-6))

    def gained(self, small: Sequence[Labels], threshold: int, sample: int) -> tuple[int, int, int]:
        """Of some of the small counts: how many were attacked, are exactly known, are known to be small or not 0."""
        targets = random.Random(1).sample(list(small), min(sample, len(small))) if sample else small  # noqa: S311
        exact = known = 0
        for labels in targets:
            low, high = self.interval(labels)
            exact += low == high
            known += low >= 1 or high < threshold
        return len(targets), exact, known
