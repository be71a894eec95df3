"""Short changes of a register that nobody could notice: the search for alternative registers, cell by cell.

A sensitive cell is protected when some other register has another count there and yet every published number. Such a
register differs from the true one by a change: a few cases more here, a few less there. Wherever the change moves a
sum, that sum must be withheld. For each demand ("this cell down to 0", "this cell up to 5") that no change meets yet,
the search looks for the one that makes the fewest further cells be withheld; then, one withheld cell after the other,
it tries whether all the changes that move it can go another way. Changes are whole numbers and leave no count below 0,
so each is a proof by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.one_route import MOST_MOVED
from candour.tables.route_search import LONGEST, MOST_MET, find, reroute, spare

_PART = 400
"""So many demands or cells are worked on before the search asks whether it may go on."""


def _always() -> bool:
    return True


@dataclass
class Routes:
    """Changes that together meet demands. `target`: the class of each; `change`: by how much its count must differ.

    `either`: a change in the other direction meets a demand as well. `least`, `most`: for each class by how much a
    register may differ there for all that an attacker knows; None where nothing is known. `cells`, `amounts`,
    `length`: the innermost cells of the change made for each demand and by how much they differ; of length 0 where
    other changes meet it. `moved`, `moves`: the classes outside `free` that it moves. `meets`, `many`: the demands that
    it meets; `met`: how many changes meet each. `used`: how many changes move each class; those of 1 or more must be
    withheld.
    """

    system: CellSystem
    free: NDArray[np.bool_]
    weight: NDArray[np.float64]
    target: NDArray[np.int64]
    change: NDArray[np.int64]
    either: bool = False
    least: NDArray[np.int64] | None = None
    most: NDArray[np.int64] | None = None
    cells: NDArray[np.int32] = field(init=False)
    amounts: NDArray[np.int64] = field(init=False)
    length: NDArray[np.int64] = field(init=False)
    moved: NDArray[np.int32] = field(init=False)
    moves: NDArray[np.int64] = field(init=False)
    meets: NDArray[np.int32] = field(init=False)
    many: NDArray[np.int64] = field(init=False)
    met: NDArray[np.int64] = field(init=False)
    used: NDArray[np.int64] = field(init=False)
    cost: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without any change."""
        demands, classes = len(self.target), len(self.weight)
        self.cells = np.zeros((demands, LONGEST), dtype=np.int32)
        self.amounts = np.zeros((demands, LONGEST), dtype=np.int64)
        self.length = np.zeros(demands, dtype=np.int64)
        self.moved = np.zeros((demands, MOST_MOVED), dtype=np.int32)
        self.moves = np.zeros(demands, dtype=np.int64)
        self.meets = np.zeros((demands, MOST_MET), dtype=np.int32)
        self.many = np.zeros(demands, dtype=np.int64)
        self.met = np.zeros(demands, dtype=np.int64)
        self.used = np.zeros(classes, dtype=np.int64)
        self.cost = np.where(self.free, 0.0, self.weight)
        self._of = np.full((2, classes), -1, dtype=np.int64)
        for sign, way in ((-1, 0), (1, 1)):
            chosen = np.flatnonzero(np.ones(demands, dtype=bool) if self.either else np.sign(self.change) == sign)
            self._of[way, self.target[chosen]] = chosen
        nothing = np.zeros(0, dtype=np.int64)
        self._bounds = (
            nothing if self.least is None else self.least.astype(np.int64),
            nothing if self.most is None else self.most.astype(np.int64),
        )

    @property
    def withheld(self) -> NDArray[np.bool_]:
        """The classes that must be withheld: those that are free to move and those that some change moves."""
        withheld: NDArray[np.bool_] = self.free | (self.used > 0)
        return withheld

    def _tables(self) -> tuple[Any, ...]:
        """What every compiled loop works on."""
        system = self.system
        return (
            self.target, self.change, self._of, *self._bounds, system.inner, self.weight, self.free, system.above,
            system.above_start, system.below, system.below_start, self.cells, self.amounts, self.length, self.moved,
            self.moves, self.meets, self.many, self.met, self.used, self.cost,
        )  # fmt: skip

    def find(self, steps: int = 100, tries: int = 4, seed: int = 1, going: Callable[[], bool] = _always) -> bool:
        """A change for each demand that none meets, in random order; each looks for classes that others move already.

        Returns False where `going` said no before all demands were tried.
        """
        order = np.random.default_rng(seed).permutation(len(self.target))
        for part in np.array_split(order, max(1, len(order) // _PART)):
            if not going():
                return False
            find(part, self.either, steps, tries, seed, *self._tables())
            seed += 1
        order = np.random.default_rng(seed).permutation(len(self.target))
        spare(
            order, self.weight, self.length, self.moved, self.moves, self.meets, self.many, self.met, self.used,
            self.cost,
        )  # fmt: skip
        return True

    def improve(
        self, going: Callable[[], bool], passes: int = 3, steps: int = 60, tries: int = 2, seed: int = 1
    ) -> None:
        """Reroute around each withheld class in turn, several times, while `going` says so and something is won."""
        before, total = float("inf"), self._total()
        while passes and total < before and going():
            passes -= 1
            before = total
            classes = np.random.default_rng(seed).permutation(np.flatnonzero((self.used > 0) & ~self.free))
            for part in np.array_split(classes, max(1, len(classes) // _PART)):
                if not going():
                    break
                reroute(part.astype(np.int64), self.either, steps, tries, seed, *self._tables())
                seed += 1
            total = self._total()

    def _total(self) -> float:
        return float(self.weight[(self.used > 0) & ~self.free].sum())

    def changes(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Each change as the innermost cells that differ and by how much."""
        return [
            (self.cells[z, : self.length[z]].astype(np.int64), self.amounts[z, : self.length[z]].copy())
            for z in np.flatnonzero(self.length)
        ]
