"""Suppression: which further cells to withhold so that every sensitive cell is protected, and few are lost.

Three ways work together. Elimination gives the fewest cells for which no sensitive one is determined; it leaves a
chosen amount of slack. Alternative registers, found by integer programming, show what an attacker can still believe;
where they do not reach, short changes are routed through further cells. Then each cell withheld for others is tried
again: it is shown where registers enough remain. Beyond a few thousand innermost cells, the short changes do it
alone.

Nothing is returned without an alternative register, in whole numbers, for every side of every demand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from candour.tables.alternatives import Alternative, Evidence, alternative
from candour.tables.attacker import Knowledge, knowledge
from candour.tables.bound import least_withheld
from candour.tables.cells import CellSystem, cell_system
from candour.tables.counts import CountTable
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.elimination import shown_by_elimination
from candour.tables.fewest import MOST_CLASSES, Choice, cheapest
from candour.tables.freedom import Freedom
from candour.tables.insiders import guarded, insiders_of
from candour.tables.protection import Demands, Protection, demands, public_classes, sensitive_classes
from candour.tables.routes import Routes
from candour.tables.thinning import Thinning

_LARGE = 3_000
"""With more innermost cells than this, integer programs take longer than people wait."""

_MEDIUM = 500
_SLACKS = (0.28, 0.34, 0.40)
_SLACK = 0.25
_SLACKS_TOLD = (0.0, 0.3, 0.6, 1.0)
_ROUNDS = 14
_STALLED = 3
_REPAIRS = 60
_SEARCHES = 40
_THOROUGH, _QUICK = (1 << 20, 80, 400, 250_000), (4, 12, 0, 1 << 30)
"""What may be spent on showing cells again: demands asked about for each, searches, single integer programs, steps."""

_PASSES, _PASSES_EITHER = 4, 2
"""How often the changes of a large table are sent other ways: under the weaker aim, each time takes longer."""

Going = Callable[[], bool]


class Stopped(Exception):
    """The work was stopped before any safe table was found."""


@dataclass(frozen=True, eq=False)
class Suppression:
    """A table made safe: `withheld` and `sensitive` for each class of cells, and the registers that prove it.

    `copies`: how many printed cells each class has. `least`: no safe table withholds fewer cells. `minimal`: no
    single cell can be shown again; None where that was not proven. `cheapest`: nothing safe loses less, by the weights.
    """

    system: CellSystem
    protection: Protection
    sensitive: NDArray[np.bool_]
    withheld: NDArray[np.bool_]
    copies: NDArray[np.int64]
    registers: tuple[Alternative, ...]
    least: int
    minimal: bool | None
    cheapest: bool = False

    @property
    def hidden(self) -> int:
        """How many cells are withheld."""
        return int(self.copies[self.withheld].sum())

    @property
    def evidence(self) -> Evidence:
        """The registers beside the demands that they meet."""
        wanted = demands(self.system, self.sensitive, self.protection)
        return Evidence(self.system, wanted, list(self.registers))


def _always() -> bool:
    return True


def suppress(
    table: CountTable,
    protection: Protection | None = None,
    *,
    weight: NDArray[np.float64] | None = None,
    printed: NDArray[np.bool_] | None = None,
    going: Going = _always,
) -> Suppression:
    """The table with its sensitive cells protected, and as few others withheld as could be found.

    `weight`: for each cell in the order of printing, what a reader loses with it, of which the ratios alone count;
    `readers_weights` if it is not given. `printed`: the cells that the answer prints at all, every one if not given;
    small counts of the others are protected likewise. `going` is asked now and then; once it says no, the best safe
    table so far is returned. Raises Stopped where there is none yet, TableError where a sensitive cell cannot be
    protected: because others are public, or because a mark or a percentage tells too much.
    """
    protection = protection or Protection()
    system = cell_system(table, with_zeros=protection.with_zeros)
    sensitive = sensitive_classes(system, protection)
    wanted = demands(system, sensitive, protection)
    weights = _class_weights(system, weight, printed)
    public = public_classes(system, protection)
    unprinted = (weights == 0) & ~public
    copies = _copies(system, printed)
    known = knowledge(system, sensitive, protection, copies)
    known.refuse_what_is_told(wanted)
    weighed = np.where(public, _PUBLIC * weights.max(initial=1), weights)
    work = _Work(system, sensitive, unprinted, wanted, weighed, known, going)
    best: tuple[float, NDArray[np.bool_], Evidence, bool] | None = None
    for slack in work.slacks():
        found = work.protected(slack)
        if found and (best is None or weights[found[0]].sum() < best[0]):
            best = (float(weights[found[0]].sum()), *found)
    if best is None:
        if going():
            raise TableError(
                "No way was found to withhold figures so that the small counts are protected. Use one mark for every "
                "figure that is withheld, leave percentages out, or put categories together."
            )
        raise Stopped
    _, withheld, evidence, is_thin = best
    if (public & withheld).any():
        first = int(np.flatnonzero(public & withheld)[0])
        raise TableError(
            f"{system.name(first)} is public already, and without withholding it a small count can be worked out. "
            "Put categories together, or leave a dimension out."
        )
    withheld, evidence, minimal = work.thinned(withheld, evidence, is_thin=is_thin)
    withheld, evidence, is_cheapest = work.cheapest(withheld, evidence, public)
    minimal = minimal or is_cheapest or None
    registers = evidence.needed().registers
    if protection.insiders:
        safe = guarded(insiders_of(system, sensitive, wanted), withheld, work.weight, evidence.registers, going)
        if safe is None:
            raise Stopped
        withheld, minimal, is_cheapest = safe[0], None, False
        registers = [*registers, *(one for one in safe[1] if not any(one is known for known in registers))]
    least = least_withheld(system, sensitive, copies) if going() else int(copies[sensitive].sum())
    return Suppression(system, protection, sensitive, withheld, copies, tuple(registers), least, minimal, is_cheapest)


_PUBLIC, _DIGITS = 1e6, 9
_ALL, _ONE_WAY = 10.0, 3.0


def readers_weights(table: CountTable) -> NDArray[np.float64]:
    """What a reader loses with each cell: most with the total of all, then with the totals of one dimension."""
    margins = [sum(label == TOTAL for label in labels) for labels in table.cells()]
    every = len(table.dimensions)
    return np.array([_ALL if count == every else _ONE_WAY if count == every - 1 else 1.0 for count in margins])


def _class_weights(
    system: CellSystem, weight: NDArray[np.float64] | None, printed: NDArray[np.bool_] | None
) -> NDArray[np.float64]:
    if weight is None:
        weight = readers_weights(system.table)
    if len(weight) != len(system.class_of) or not np.isfinite(weight).all() or (weight <= 0).any():
        raise TableError("Give one weight above 0 for each cell.")
    known = (system.class_of >= 0) & (True if printed is None else printed)
    # In units of the least, without the digits in which a division errs: equal weights stay so, whatever their unit.
    ratio = np.round(weight / weight.min(), _DIGITS)
    return np.bincount(system.class_of[known], weights=ratio[known], minlength=len(system.value)).astype(np.float64)


def _copies(system: CellSystem, printed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    known = (system.class_of >= 0) & (True if printed is None else printed)
    return np.bincount(system.class_of[known], minlength=len(system.value)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Work:
    """One table on its way to being safe."""

    system: CellSystem
    sensitive: NDArray[np.bool_]
    unprinted: NDArray[np.bool_]
    wanted: Demands
    weight: NDArray[np.float64]
    known: Knowledge
    going: Going

    @property
    def large(self) -> bool:
        return len(self.system.inner) > _LARGE

    def slacks(self) -> list[int]:
        """How much freedom elimination should leave, each a candidate; none is tried for a large table."""
        n = len(self.system.inner)
        if self.large or not self.wanted.count:
            return [n]
        if self.known.is_told:
            return [round(n * share) for share in _SLACKS_TOLD]
        if self.wanted.either:
            return [0]
        return [round(n * share) for share in (_SLACKS if n <= _MEDIUM else (_SLACK,))]

    def protected(self, slack: int) -> tuple[NDArray[np.bool_], Evidence, bool] | None:
        """Classes to withhold, the evidence that this protects, and whether no single one can be shown again.

        None if it was stopped before. What elimination leaves without slack is minimal: it has tried every class.
        """
        if not self.wanted.count:
            return self.sensitive | self.unprinted, Evidence(self.system, self.wanted), True
        if self.large:
            return self._by_routes(self.sensitive | self.unprinted, Evidence(self.system, self.wanted), improve=True)
        candidates = np.flatnonzero(~(self.sensitive | self.unprinted))
        order = candidates[np.lexsort((-self.system.value[candidates], -self.weight[candidates]))]
        withheld = ~shown_by_elimination(self.system, self.sensitive, order, slack)
        evidence = Evidence(self.system, self.wanted)
        rng = np.random.default_rng(slack)
        for repair in range(_REPAIRS):
            if not self.going():
                return None
            self._seek(self._freedom(withheld), evidence, rng)
            if not evidence.missing:
                return withheld, evidence, self.wanted.either and not (slack or repair)
            share = max(3, evidence.missing // 10) if repair < _REPAIRS - 1 else evidence.missing
            withheld = self._repaired(withheld, evidence, share, rng)
        return self._by_routes(withheld, evidence, improve=False)

    def _freedom(self, withheld: NDArray[np.bool_]) -> Freedom:
        return Freedom(self.system, withheld, *(self.known.changes if self.known.is_told else ()))

    def _routes(self, withheld: NDArray[np.bool_], target: NDArray[np.int64], change: NDArray[np.int64]) -> Routes:
        bounds = self.known.changes if self.known.is_told else (None, None)
        return Routes(self.system, withheld, self.weight, target, change, self.wanted.either, *bounds)

    def _seek(self, freedom: Freedom, evidence: Evidence, rng: np.random.Generator, rounds: int = _ROUNDS) -> None:
        """Registers that meet what is missing, many demands at once, until several in turn add nothing."""
        stalled = 0
        for _ in range(rounds):
            before = evidence.missing
            if not before or stalled == _STALLED or not self.going():
                return
            down, up = evidence.lacks_down, evidence.lacks_up
            coin = np.where(down & up, rng.choice([-1.0, 1.0], size=len(down)), np.where(up, 1.0, -1.0))
            pull = np.zeros(len(self.system.value))
            pull[self.wanted.target] = np.where(down | up, coin * rng.uniform(0.5, 1.0, size=len(down)), 0.0)
            if (register := self._register(freedom, pull)) is None or not self.known.allows(register):
                return
            evidence.add(register)
            stalled = stalled + 1 if evidence.missing == before else 0

    def _register(self, freedom: Freedom, pull: NDArray[np.float64]) -> Alternative | None:
        change = freedom.alternative(pull)
        if change is None or (self.system.inner + change < 0).any():
            return None
        cells = np.flatnonzero(change)
        return alternative(self.system, cells, change[cells])

    def _missing(self, evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        down, up = np.flatnonzero(evidence.lacks_down), np.flatnonzero(evidence.lacks_up)
        if self.wanted.either:
            down = down[:0]
        target = np.concatenate([self.wanted.target[down], self.wanted.target[up]])
        change = np.concatenate([self.wanted.down[down], self.wanted.up[up]])
        return target, change

    def _repaired(
        self, withheld: NDArray[np.bool_], evidence: Evidence, share: int, rng: np.random.Generator
    ) -> NDArray[np.bool_]:
        """`withheld` and what some of the missing demands need besides; their changes join the evidence."""
        target, change = self._missing(evidence)
        chosen = rng.permutation(len(target))[:share]
        routes = self._routes(withheld, target[chosen], change[chosen])
        routes.find(steps=300, tries=8, seed=len(evidence.registers) + 1)
        for cells, amounts in routes.changes():
            evidence.add(alternative(self.system, cells, amounts))
        return routes.withheld

    def _by_routes(
        self, withheld: NDArray[np.bool_], evidence: Evidence, *, improve: bool
    ) -> tuple[NDArray[np.bool_], Evidence, bool] | None:
        target, change = self._missing(evidence)
        routes = self._routes(withheld, target, change)
        if not routes.find(going=self.going):
            return None
        if improve:
            routes.improve(self.going, _PASSES_EITHER if self.wanted.either else _PASSES)
        for cells, amounts in routes.changes():
            evidence.add(alternative(self.system, cells, amounts))
        return None if evidence.missing else (routes.withheld, evidence, False)

    def thinned(
        self, withheld: NDArray[np.bool_], evidence: Evidence, *, is_thin: bool
    ) -> tuple[NDArray[np.bool_], Evidence, bool | None]:
        """Show again what can be shown, what readers miss most first; and whether no single cell is left to show."""
        if self.large:
            return withheld, evidence, None
        if is_thin:
            return withheld, evidence, True
        extra = np.flatnonzero(withheld & ~(self.sensitive | self.unprinted))
        order = extra[np.lexsort((-self.system.value[extra], -self.weight[extra]))]
        rng = np.random.default_rng(0)
        freedom = self._freedom(withheld)
        small = len(self.system.inner) <= _MEDIUM
        work = Thinning(
            freedom,
            lambda rest: self._seek(freedom, rest, rng, rounds=4),
            self.known.allows,
            self.going,
            *(_THOROUGH if small else _QUICK),
        )
        return work.run(withheld, evidence, order.tolist())

    def cheapest(
        self, withheld: NDArray[np.bool_], evidence: Evidence, public: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], Evidence, bool]:
        """What loses least of all that is safe, and whether that is proven; for a small table, else as it is."""
        free = self.sensitive | self.unprinted
        candidates = np.flatnonzero(~(free | public))
        if not (withheld & ~free).any():
            return withheld, evidence, True
        if len(candidates) > MOST_CLASSES or self.known.is_told:
            return withheld, evidence, False
        found: list[Evidence] = []

        def protects(chosen: NDArray[np.bool_]) -> bool:
            trial = Evidence(self.system, self.wanted)
            self._seek(self._freedom(chosen), trial, np.random.default_rng(0), _SEARCHES)
            found.append(trial)
            return not trial.missing

        choice = Choice(self.system, self.wanted, candidates, free, self.weight)
        at_most = float(self.weight[withheld & ~free].sum())
        better, proven = cheapest(choice, at_most, protects, self.going)
        return (better, found[-1], proven) if better is not None else (withheld, evidence, proven)
