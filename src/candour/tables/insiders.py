"""Somebody who knows a case already: the officer concerned, the complainant, a colleague.

An insider knows that the cell of their own case counts one at least, and asks what the others are. Against each of
them a table protects when every small count may still be 0, or in a cell that holds the insider's own case no more
than that one, and may be the threshold or more, in registers where the insider's cell is not empty. Salazar-González
calls this the problem of several attackers; no program that statistical offices use has it for all cells together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from candour.tables.alternatives import Alternative, alternative
from candour.tables.cells import CellSystem
from candour.tables.freedom import Freedom
from candour.tables.protection import Demands
from candour.tables.routes import Routes

_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Insiders:
    """Everybody whose own case lies in a small innermost cell, and what each must be left to believe.

    `cells`: the innermost cell of each. `own`: whether each sensitive class counts the insider's case (insiders x
    demands).
    """

    system: CellSystem
    demands: Demands
    cells: NDArray[np.int64]
    own: NDArray[np.bool_]

    def lacking(self, registers: Sequence[Alternative]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each insider and demand, whether no register goes down far enough, and whether none goes up so."""
        low = np.zeros(self.own.shape, dtype=bool)
        high = np.zeros(self.own.shape, dtype=bool)
        for register in [_truth(), *registers]:
            believes, alone, nobody, many = self._says(register)
            low |= np.outer(believes, nobody) | (self.own & np.outer(believes, alone))
            high |= np.outer(believes, many)
        return ~low, ~high

    def _says(
        self, register: Alternative
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Who can believe in the register, and which demands it meets: down to one, down to 0, up."""
        counts = self.system.inner.copy()
        counts[register.cells] += register.amounts
        changes = np.zeros(len(self.system.value), dtype=np.int64)
        changes[register.classes] = register.changes
        change = changes[self.demands.target]
        return (
            counts[self.cells] >= 1,
            change <= self.demands.down + 1,
            change <= self.demands.down,
            change >= self.demands.up,
        )

    def missing(self, registers: Sequence[Alternative]) -> int:
        """How many sides of demands are unmet, over all insiders."""
        low, high = self.lacking(registers)
        return int(low.sum() + high.sum())

    def needed(self, registers: Sequence[Alternative]) -> list[Alternative]:
        """A part of the registers that meets what all of them meet."""
        kept: list[Alternative] = []
        low, high = self.lacking(kept)
        for register in sorted(registers, key=lambda one: -len(one.classes)):
            down, up = self.lacking([register])
            if (low & ~down).any() or (high & ~up).any():
                kept.append(register)
                low &= down
                high &= up
        return kept


def _truth() -> Alternative:
    nothing = np.zeros(0, dtype=np.int64)
    return Alternative(nothing, nothing, nothing, nothing)


def insiders_of(system: CellSystem, sensitive: NDArray[np.bool_], demands: Demands) -> Insiders:
    """Who knows a case in a sensitive innermost cell."""
    single = np.flatnonzero((np.diff(system.below_start) == 1) & sensitive)
    cells = system.below[system.below_start[single]].astype(np.int64)
    cells = cells[system.inner[cells] > 0]
    own = np.zeros((len(cells), demands.count), dtype=bool)
    for place, target in enumerate(demands.target):
        members = system.below[system.below_start[target] : system.below_start[target + 1]]
        own[:, place] = np.isin(cells, members)
    return Insiders(system, demands, cells, own)


def guarded(
    insiders: Insiders,
    withheld: NDArray[np.bool_],
    weight: NDArray[np.float64],
    registers: Sequence[Alternative],
    going: Callable[[], bool],
) -> tuple[NDArray[np.bool_], list[Alternative]] | None:
    """Classes to withhold so that no insider can tell either, with the registers that show it; None if stopped before.

    One case of the insider's cell is set aside: what is found with the rest is a register the insider can believe in.
    """
    system = insiders.system
    found = list(registers)
    low, high = insiders.lacking(found)
    rng = np.random.default_rng(0)
    for number, cell in enumerate(insiders.cells.tolist()):
        if not going():
            return None
        aside = replace(system, inner=_less_one(system.inner, cell))
        if low[number].any() or high[number].any():
            freedom = Freedom(aside, withheld)
            for _ in range(_ROUNDS):
                pull = np.zeros(len(system.value))
                coin = np.where(low[number] & high[number], rng.choice([-1.0, 1.0], len(low[number])), 1.0)
                pull[insiders.demands.target] = np.where(high[number], coin, np.where(low[number], -1.0, 0.0))
                change = freedom.alternative(pull)
                if change is None or not change.any():
                    break
                cells = np.flatnonzero(change)
                low, high = _learn(insiders, alternative(system, cells, change[cells]), found, low, high)
                if not (low[number].any() or high[number].any()):
                    break
        down = insiders.demands.down + insiders.own[number]
        target = np.concatenate([insiders.demands.target[low[number]], insiders.demands.target[high[number]]])
        change = np.concatenate([down[low[number]], insiders.demands.up[high[number]]])
        if len(target):
            routes = Routes(aside, withheld, weight, target, change)
            routes.find(steps=300, tries=8, seed=number + 1)
            withheld = routes.withheld
            for cells, amounts in routes.changes():
                low, high = _learn(insiders, alternative(system, cells, amounts), found, low, high)
    return (withheld, insiders.needed(found)) if not (low.any() or high.any()) else None


def _less_one(inner: NDArray[np.int64], cell: int) -> NDArray[np.int64]:
    less = inner.copy()
    less[cell] -= 1
    return less


def _learn(
    insiders: Insiders,
    register: Alternative,
    found: list[Alternative],
    low: NDArray[np.bool_],
    high: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    found.append(register)
    down, up = insiders.lacking([register])
    return low & down, high & up
