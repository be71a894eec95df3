"""What an attacker knows of a withheld count before any arithmetic: from the mark in its place, and from shares beside.

A mark “<5” says that the count is 1 to 4, and the other mark that it is 5 or more. A percentage says that it lies in a
range. Every register that shows that a table protects must agree with all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from candour.tables.alternatives import Alternative
from candour.tables.cells import CellSystem
from candour.tables.csv import TableError
from candour.tables.protection import Demands, Protection

UNBOUNDED = 1 << 40
"""More than any count."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """For each class of cells the least and the most that its count can be, for all that is printed of it alone."""

    system: CellSystem
    least: NDArray[np.int64]
    most: NDArray[np.int64]

    @property
    def is_told(self) -> bool:
        """Whether anything is known at all."""
        return bool((self.least > 0).any() or (self.most < UNBOUNDED).any())

    @property
    def changes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """By how much each class may differ from the truth, down and up."""
        return self.least - self.system.value, self.most - self.system.value

    def allows(self, register: Alternative) -> bool:
        """Whether somebody who knows this can believe in the register."""
        counts = self.system.value[register.classes] + register.changes
        return bool((counts >= self.least[register.classes]).all() and (counts <= self.most[register.classes]).all())

    def refuse_what_is_told(self, wanted: Demands) -> None:
        """Raise TableError where a count that must be believable is ruled out by what is printed of that cell alone."""
        value = self.system.value[wanted.target]
        too_low = value + wanted.down < self.least[wanted.target]
        too_high = value + wanted.up > self.most[wanted.target]
        told = np.flatnonzero(too_low & too_high if wanted.either else too_low | too_high)
        if len(told):
            name = self.system.name(int(wanted.target[told[0]]))
            raise TableError(
                f"What is printed for {name}, or beside it, tells by itself that the count is small. Use one mark for "
                "every figure that is withheld and leave out its percentage, or choose a weaker aim."
            )


def knowledge(
    system: CellSystem, sensitive: NDArray[np.bool_], protection: Protection, copies: NDArray[np.int64]
) -> Knowledge:
    """What the marks and the shares tell. `copies`: how many printed cells each class has; 0 for none."""
    least = np.zeros(len(system.value), dtype=np.int64)
    most = np.full(len(system.value), UNBOUNDED)
    if protection.tells_small:
        small = sensitive & (system.value < protection.threshold)
        least[small] = 0 if protection.zeros or protection.full else 1
        most[small] = protection.threshold - 1
        # Whoever sees the other mark knows that the rule did not find the count small.
        others = ~small & (copies > 0) & (system.value >= protection.threshold)
        least[others] = protection.threshold
    if protection.told:
        places = {labels: cell for cell, labels in enumerate(system.table.cells())}
        for labels, (low, high) in protection.told.items():
            class_ = system.class_of[places[labels]] if labels in places else -1
            if class_ >= 0:
                least[class_], most[class_] = max(least[class_], low), min(most[class_], high)
    return Knowledge(system, least, most)
