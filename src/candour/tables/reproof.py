"""A table proven again from scratch: without the registers that were stored, and without a solver in floating point.

It shares no step with the way in which the table was made. The equations are built from the labels of what is printed,
the sensitive cells are found anew, and other registers are sought with fractions that are exact. Where the furthest
change possible, fractions allowed, falls short, the table is *not* safe, and that is certain. Where a register in whole
numbers is found, that belief is proven. What is left over, and tables that are too large, is decided by the registers
of the stored proof, and the result says so.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product

from candour.tables.counts import CountTable, Labels
from candour.tables.exact_simplex import Changes
from candour.tables.proof import Proof, faults
from candour.tables.protection import Aim, Override, Protection

MOST_UNKNOWN = 250
"""With more unknown innermost cells than this, exact fractions take too long."""

_STEPS = 400
_TRIES = 6


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Reproof:
    """What the second proof says. `faults`: why the table is not proven, empty where it is.

    `cells`: how many sensitive cells there are. `method`: `exact` where every belief was proven anew, `registers` where
    the stored registers were checked instead, `exact and registers` where they decided `by_registers` beliefs.
    """

    faults: tuple[str, ...]
    method: str
    cells: int
    by_registers: int = 0

    @property
    def safe(self) -> bool:
        """Whether the table is proven."""
        return not self.faults


def reprove(
    table: CountTable,
    printed: Mapping[Labels, int | None],
    proof: Proof,
    overrides: Mapping[Labels, Override] | None = None,
    most_unknown: int = MOST_UNKNOWN,
    *,
    going: Callable[[], bool] = _always,
) -> Reproof:
    """Prove again that printing `printed` protects `table` under the rules of `proof`.

    `printed` gives the number of each cell that is printed, None where it is withheld; `overrides` the decisions of a
    person on single cells. `going` is asked now and then; once it says no, the beliefs that are still open are decided
    by the registers of the proof. Raises ValueError (TableError) where the rules of the proof are none.
    """
    protection = Protection.of_settings(proof.settings, overrides)
    attacker = _Attacker(table, printed, protection)
    if attacker.wrong:
        return Reproof(tuple(attacker.wrong), "exact", attacker.cells)
    if attacker.unknown > most_unknown or protection.insiders:
        return Reproof(tuple(faults(proof, table, printed, overrides)), "registers", attacker.cells)
    attacker.seek(going)
    if attacker.wrong:
        return Reproof(tuple(attacker.wrong), "exact", attacker.cells)
    left = len(attacker.open)
    if not left:
        return Reproof((), "exact", attacker.cells)
    return Reproof(tuple(faults(proof, table, printed, overrides)), "exact and registers", attacker.cells, left)


@dataclass
class _Attacker:
    """Everything that somebody who reads the table can put down as equations, and what they must be left to believe."""

    table: CountTable
    printed: Mapping[Labels, int | None]
    protection: Protection
    wrong: list[str] = field(default_factory=list)
    open: dict[tuple[frozenset[int], int], str] = field(default_factory=dict)
    """The beliefs that are not proven yet: some unknown cells, by how much their sum must change, and whose count."""

    def __post_init__(self) -> None:
        """Put down the equations."""
        table, rules = self.table, self.protection
        self._places = {labels: number for number, labels in enumerate(self._innermost())}
        self._count = [table.value(labels) for labels in self._places]
        self._known = dict(self.printed)
        for labels in rules.public:
            self._known[labels] = table.value(labels)
        self.sensitive = self._all_sensitive()
        for labels, value in self._known.items():
            if value is not None and value != (true := table.value(labels)):
                self.wrong.append(f"{table.name(labels)} is printed as {value:,}, but is {true:,}.")
        self.wrong += [
            f"{table.name(labels)} is sensitive and shown."
            for labels in self.sensitive
            if self._known.get(labels) is not None
        ]
        self._fix()
        self._equations = {
            unknown for labels, value in self._known.items() if value is not None and (unknown := self._unknown(labels))
        }
        self._ask()

    def _innermost(self) -> Iterator[Labels]:
        return product(*(dimension.categories for dimension in self.table.dimensions))

    def _beneath(self, labels: Labels) -> frozenset[int]:
        """The innermost cells that a cell counts."""
        axes = [
            [dimension.categories[member] for member in dimension.members(label)]
            for dimension, label in zip(self.table.dimensions, labels, strict=True)
        ]
        return frozenset(self._places[inner] for inner in product(*axes))

    def _fix(self) -> None:
        """The innermost cells that are known at once: shown, impossible, or beneath a total of 0."""
        self._fixed = self._nothing()
        for labels, value in self._known.items():
            beneath = self._beneath(labels) if value is not None else frozenset()
            if value == 0 or (value is not None and len(beneath) == 1):
                self._fixed |= beneath
        free = [number for number in range(len(self._count)) if number not in self._fixed]
        self._column = {number: column for column, number in enumerate(free)}
        self._free = free

    @property
    def unknown(self) -> int:
        """How many innermost cells are unknown."""
        return len(self._free)

    def _unknown(self, labels: Labels) -> frozenset[int]:
        return frozenset(self._column[number] for number in self._beneath(labels) if number in self._column)

    def _all_sensitive(self) -> list[Labels]:
        """The sensitive cells: with one go all that count the same innermost cells, since whoever has one has all."""
        rules = self.protection
        alike: dict[frozenset[int], list[Labels]] = {}
        nothing = self._nothing()
        for labels in self.table.cells():
            if counted := self._beneath(labels) - nothing:
                alike.setdefault(counted, []).append(labels)
        found: set[Labels] = set()
        for cells in alike.values():
            if rules.public.intersection(cells):
                continue
            decided = [override.sensitive for labels, override in rules.overrides.items() if labels in cells]
            if decided[-1] if decided else any(self._is_sensitive(labels) for labels in cells):
                found.update(cells)
        return [labels for labels in self.table.cells() if labels in found]

    def _is_sensitive(self, labels: Labels) -> bool:
        rules, value = self.protection, self.table.value(labels)
        few = any(
            0 <= rules.populations.get((dimension.name, label), rules.least_population) < rules.least_population
            for dimension, label in zip(self.table.dimensions, labels, strict=True)
        )
        return few or (value < rules.threshold if value else rules.zeros or self._beside_full(labels))

    def _nothing(self) -> set[int]:
        """The innermost cells in which everybody knows that nobody is."""
        impossible = self.table.impossible
        nothing = set() if impossible is None else {number for number, no in enumerate(impossible.ravel()) if no}
        if not self.protection.with_zeros:
            nothing |= {number for number, count in enumerate(self._count) if count == 0}
        return nothing

    @property
    def cells(self) -> int:
        """How many of the sensitive cells are printed, as a number or as a mark."""
        return sum(labels in self.printed for labels in self.sensitive)

    def _beside_full(self, labels: Labels) -> bool:
        """Whether all of a group fall into another category than this one, where that is a disclosure."""
        for axis, dimension in enumerate(self.table.dimensions):
            if dimension.name in self.protection.full and labels[axis] in dimension.categories:
                values = [
                    self.table.value((*labels[:axis], other, *labels[axis + 1 :])) for other in dimension.categories
                ]
                if sum(value > 0 for value in values) == 1:
                    return True
        return False

    def _ask(self) -> None:
        rules = self.protection
        for labels in self.sensitive:
            cells, value, name = self._unknown(labels), self.table.value(labels), self.table.name(labels)
            if rules.aim is Aim.UNDETERMINED:
                self.open[cells, 0] = name
                continue
            down = -value
            if rules.aim is Aim.WIDTH:
                # A range of the width asked for, wherever it lies, is what the rule wants.
                self.open[cells, 0] = name
                continue
            if down:
                self.open[cells, down] = name
            if value < rules.threshold:
                self.open[cells, rules.threshold - value] = name

    def _ranges(self) -> dict[frozenset[int], tuple[int, int | None]]:
        """What marks and shares tell of withheld cells, as changes from the truth."""
        rules = self.protection
        found: dict[frozenset[int], tuple[int, int | None]] = {}
        sensitive = set(self.sensitive)
        told = {labels: None for labels in rules.told if labels not in self.printed}
        for labels, value in {**self.printed, **told}.items():
            if value is not None or not (cells := self._unknown(labels)):
                continue
            true = self.table.value(labels)
            low, high = 0, None
            is_marked = rules.tells_small and labels in self.printed
            if is_marked and true < rules.threshold and labels in sensitive:
                low, high = (0 if rules.with_zeros else 1), rules.threshold - 1
            elif is_marked and true >= rules.threshold:
                low = rules.threshold
            if labels in rules.told:
                least, most = rules.told[labels]
                low, high = max(low, least), most if high is None else min(high, most)
            if low or high is not None:
                found[cells] = low - true, None if high is None else high - true
        return found

    def seek(self, going: Callable[[], bool]) -> None:
        """Seek a register for every belief; what is certainly impossible goes to `wrong`, what is met leaves `open`.

        Stopped early, it leaves in `open` what it has not settled.
        """
        if not going():
            return
        counts = [-self._count[number] for number in self._free]
        changes = Changes(counts, self._equations, self._ranges())
        self._extent = {cells: [0, 0] for cells, _ in self.open}
        draw = random.Random(0)  # noqa: S311  no secret: it varies the search
        for (cells, change), name in list(self.open.items()):
            ways = (1, -1) if change == 0 else (1 if change > 0 else -1,)
            for attempt, way in ((attempt, way) for attempt in range(_TRIES) for way in ways):
                if (cells, change) not in self.open:
                    break
                if not going():
                    return
                goal = {cell: Fraction(way) for cell in cells}
                if attempt:
                    for cell in draw.sample(range(self.unknown), min(self.unknown, 3)):
                        goal[cell] = goal.get(cell, Fraction(0)) + Fraction(draw.choice([-1, 1]), 8)
                changes.back()
                reach = changes.furthest(goal, _STEPS, partial(self._learn, (cells, change)))
                if attempt == 0 and change and reach is not None and reach < abs(change):
                    self.wrong.append(f"{name} cannot be believed to be {'higher' if way > 0 else 'lower'} enough.")
                    return
            if change == 0 and (cells, change) in self.open and self._is_settled(changes, cells, name):
                return

    def _is_settled(self, changes: Changes, cells: frozenset[int], name: str) -> bool:
        """Whether it is certain that a count has too narrow a range; with fractions the range is wider, never less."""
        reach = []
        for way in (1, -1):
            changes.back()
            reach.append(changes.furthest({cell: Fraction(way) for cell in cells}, _STEPS, lambda _: False))
        narrow = max(self.protection.width, 1) if self.protection.aim is Aim.WIDTH else 1
        if reach[0] is None or reach[1] is None or int(reach[0]) + int(reach[1]) >= narrow:
            return False
        self.wrong.append(f"{name} is known too closely.")
        return True

    def _learn(self, wanted: tuple[frozenset[int], int], now: list[Fraction]) -> bool:
        """Take what a register shows into account, if it is one in whole numbers; whether `wanted` is met."""
        if any(change.denominator != 1 for change in now[: self.unknown]):
            return False
        for (cells, change), _ in list(self.open.items()):
            total = int(sum(now[cell] for cell in cells))
            extent = self._extent[cells]
            extent[0], extent[1] = min(extent[0], total), max(extent[1], total)
            need = max(self.protection.width, 1) if self.protection.aim is Aim.WIDTH else 1
            if (
                (change < 0 and total <= change)
                or (change > 0 and total >= change)
                or (change == 0 and extent[1] - extent[0] >= need)
            ):
                del self.open[cells, change]
        return wanted not in self.open
