"""Other registers that reproduce every published number: the proof that a withheld cell protects.

Whoever holds the table, its marks and the rule cannot tell the true register from any of these. Each is kept as its
difference from the true one, and each claim is checked by adding up whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.protection import Demands


@dataclass(frozen=True, eq=False)
class Alternative:
    """One other register: the innermost cells that differ and by how much; the classes that differ and by how much."""

    cells: NDArray[np.int64]
    amounts: NDArray[np.int64]
    classes: NDArray[np.int64]
    changes: NDArray[np.int64]


def alternative(system: CellSystem, cells: NDArray[np.int64], amounts: NDArray[np.int64]) -> Alternative:
    """The register that differs from the true one by `amounts` at the innermost `cells`."""
    classes = [system.above[system.above_start[cell] : system.above_start[cell + 1]] for cell in cells]
    everywhere = np.concatenate([*classes, np.zeros(0, dtype=np.int32)]).astype(np.int64)
    moved, which = np.unique(everywhere, return_inverse=True)
    changes = np.zeros(len(moved), dtype=np.int64)
    np.add.at(changes, which, np.repeat(amounts, [len(part) for part in classes]))
    differs = changes != 0
    return Alternative(cells, amounts, moved[differs], changes[differs])


@dataclass
class Evidence:
    """The alternative registers found so far, and which of the demands they meet.

    `lowest` and `highest`: for each demand the furthest change down and up that a register shows, 0 for none.
    """

    system: CellSystem
    demands: Demands
    registers: list[Alternative] = field(default_factory=list)
    lowest: NDArray[np.int64] = field(init=False)
    highest: NDArray[np.int64] = field(init=False)
    _demand_of: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the true register alone."""
        self.lowest = np.zeros(self.demands.count, dtype=np.int64)
        self.highest = np.zeros(self.demands.count, dtype=np.int64)
        self._demand_of = np.full(len(self.system.value), -1, dtype=np.int64)
        self._demand_of[self.demands.target] = np.arange(self.demands.count)
        for register in self.registers:
            self._count(register)

    def add(self, register: Alternative) -> None:
        """Count one register more."""
        self.registers.append(register)
        self._count(register)

    def _count(self, register: Alternative) -> None:
        which = self._demand_of[register.classes]
        met = which >= 0
        self.lowest[which[met]] = np.minimum(self.lowest[which[met]], register.changes[met])
        self.highest[which[met]] = np.maximum(self.highest[which[met]], register.changes[met])

    def reaches(self, class_: int, change: int) -> bool:
        """Whether a register changes a class that is asked for by so much, or more."""
        place = self._demand_of[class_]
        return bool(self.highest[place] >= change if change > 0 else self.lowest[place] <= change)

    @property
    def lacks_down(self) -> NDArray[np.bool_]:
        """Of each demand, whether no register goes down far enough."""
        lacks: NDArray[np.bool_] = self.lowest > self.demands.down
        return lacks & (self.highest < self.demands.up) if self.demands.either else lacks

    @property
    def lacks_up(self) -> NDArray[np.bool_]:
        """Of each demand, whether no register goes up far enough."""
        lacks: NDArray[np.bool_] = self.highest < self.demands.up
        return lacks & (self.lowest > self.demands.down) if self.demands.either else lacks

    @property
    def missing(self) -> int:
        """How many sides of demands no register meets."""
        return int(self.lacks_down.sum() + self.lacks_up.sum())

    def without(self, class_: int) -> Evidence:
        """The evidence that is left when `class_` is shown: the registers that agree with the truth there."""
        kept = [register for register in self.registers if class_ not in register.classes]
        return Evidence(self.system, self.demands, kept)

    def needed(self) -> Evidence:
        """A part of the registers that meets every demand met: each taken in turn only if it adds something."""
        few = Evidence(self.system, self.demands)
        for register in sorted(self.registers, key=lambda one: -len(one.classes)):
            before = few.missing
            trial = few.lowest.copy(), few.highest.copy()
            few.add(register)
            if few.missing == before:
                few.registers.pop()
                few.lowest, few.highest = trial
        return few


def disproved(system: CellSystem, shown: NDArray[np.bool_], registers: Sequence[Alternative]) -> str:
    """Why one of the registers is none, in whole numbers: it changes what is shown, or goes below 0; else empty."""
    for register in registers:
        if (system.inner[register.cells] + register.amounts < 0).any():
            return "an alternative register has a count below 0"
        if shown[register.classes].any():
            return "an alternative register changes a cell that is shown"
        again = alternative(system, register.cells, register.amounts)
        if not (np.array_equal(again.classes, register.classes) and np.array_equal(again.changes, register.changes)):
            return "an alternative register does not add up"
    return ""
