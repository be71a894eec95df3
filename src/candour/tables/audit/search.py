"""What an attacker infers of every target: ranges from within by registers, from without by programs.

A register that meets every claim in whole numbers shows what can be believed: no more is needed to call a target safe.
Few registers serve most targets, since each program asks for many targets at once. What they leave open is settled
target by target, first in fractions, then in whole numbers; what stays open counts as told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.moves import moved
from candour.tables.audit.programs import NODES, Answer, Program, Rows, at_least
from candour.tables.audit.propagation import Ranges, components, live_rows, propagate
from candour.tables.audit.rank import null_vectors, vanishes
from candour.tables.audit.rules import is_open
from candour.tables.audit.system import UNBOUNDED, System
from candour.tables.protection import Aim, Protection

_ROUNDS = 24
_FRUITLESS = 4
_MANY = 24
"""With more open targets than this, the rank test comes before single programs."""


class Contradiction(Exception):
    """No register meets every claim."""


class Unsettled(Exception):
    """No register that meets every claim was found, nor was it shown that there is none."""


@dataclass(frozen=True, eq=False)
class Found:
    """The range of counts of each target: `lower` to `upper`, and of each whether that is proven to be all.

    `registers` prove that nothing narrower holds. `possible`: of each unknown, whether it can be more than 0.
    `undecided`: targets of which neither safety nor the opposite was shown in the time allowed.
    """

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    told: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    registers: tuple[NDArray[np.int64], ...]
    possible: NDArray[np.bool_]
    parts: int
    programs: int


class _Part:
    """Unknowns that share rows: one component of what propagation left."""

    def __init__(self, columns: NDArray[np.int64], rows: Rows) -> None:
        self.columns, self.rows = columns, rows
        self.program = Program(rows)
        self.numbers = np.zeros(len(columns), dtype=np.int64)


class Search:
    """The state of an audit of one system."""

    def __init__(self, system: System, protection: Protection, going: Callable[[], bool] = lambda: True) -> None:
        self.system, self.protection, self.going = system, protection, going
        self.low, self.high = system.bounds()
        self.ranges = propagate(system, self.low, self.high)
        if self.ranges.fails:
            raise Contradiction
        self.programs = 0
        self.parts = list(_parts(system, self.low, self.high, self.ranges))
        self.part_of = np.full(system.count, -1, dtype=np.int64)
        self.place_in = np.zeros(system.count, dtype=np.int64)
        for number, part in enumerate(self.parts):
            self.part_of[part.columns] = number
            self.place_in[part.columns] = np.arange(len(part.columns))
        self.registers: list[NDArray[np.int64]] = []
        self.sensitive = np.array([target.sensitive for target in system.targets], dtype=bool)
        for part in self.parts:
            self._start(part)
        first = self._register()
        if len(system.denied(first)):
            raise Unsettled
        self.registers.append(first)
        self.lower = system.counts(first)
        self.upper = self.lower.copy()
        self.undecided = np.zeros(len(system.targets), dtype=bool)

    def found(self) -> Found:
        """Everything that can be inferred."""
        self._together()
        down, up = self._open()
        left = np.flatnonzero(down | up)
        settled = self._determined(left) if len(left) > _MANY else np.zeros(len(self.lower), dtype=bool)
        for target in left:
            if not settled[target]:
                self._settle(int(target))
        down, up = self._open()
        return Found(
            self.lower,
            self.upper,
            down | up,
            self.undecided & (down | up),
            tuple(self._needed()),
            self.ranges.most > 0,
            len(self.parts),
            self.programs,
        )

    def _open(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return is_open(self.protection, self.sensitive, self.lower, self.upper)

    def _start(self, part: _Part) -> None:
        """Some numbers for a part, so that there is a first register."""
        costs = np.zeros(len(part.columns))
        answer, _, at = self._linear(part, costs)
        if answer is Answer.IMPOSSIBLE:
            raise Contradiction
        numbers = self._rounded(part, at, costs) if answer is Answer.FOUND else None
        if numbers is None:
            answer, numbers = part.program.fewest(costs, 4 * NODES, exact=False)
            self.programs += 1
            if answer is Answer.IMPOSSIBLE:
                raise Contradiction
        if numbers is None:
            raise Unsettled
        part.numbers = numbers

    def _linear(self, part: _Part, costs: NDArray[np.float64]) -> tuple[Answer, float, NDArray[np.float64]]:
        self.programs += 1
        return part.program.lowest(costs)

    def _register(self) -> NDArray[np.int64]:
        register = self.ranges.least.copy()
        for part in self.parts:
            register[part.columns] = part.numbers
        return register

    def _learn(self) -> bool:
        """Take in the register that the parts make up; it is kept if it widens a range at an end that is wanting."""
        register = self._register()
        if len(self.system.denied(register)):
            return False
        down, up = self._open()
        counts = self.system.counts(register)
        news = bool(((counts < self.lower) & down).any() or ((counts > self.upper) & up).any())
        if news:
            self.registers.append(register)
        self.lower, self.upper = np.minimum(self.lower, counts), np.maximum(self.upper, counts)
        return news

    def _together(self) -> None:
        """Programs that ask for many targets at once, until several in a row teach nothing."""
        random = np.random.default_rng(0)
        fruitless = 0
        for number in range(_ROUNDS):
            down, up = self._open()
            if not (down | up).any() or fruitless >= _FRUITLESS or not self.going():
                return
            heads = random.random(len(down)) < 0.5 if number > 1 else np.full(len(down), number == 0)
            few = random.random(len(down)) < (1.0, 1.0, 0.6, 0.3)[min(number, 3)]
            rises, falls = up & (heads | ~down) & few, down & (~heads | ~up) & few
            weights = falls.astype(float) - rises.astype(float)
            if number > 1:
                weights *= 0.5 + random.random(len(down))
            self._pull(weights)
            fruitless = 0 if self._learn() else fruitless + 1

    def _pull(self, weights: NDArray[np.float64]) -> None:
        """Move every part to where the weighted targets are least."""
        owners = np.repeat(np.arange(len(weights)), np.diff(self.system.target_starts))
        costs = np.zeros(self.system.count)
        np.add.at(costs, self.system.target_columns, weights[owners] * self.system.target_factors)
        for part in self.parts:
            wanted = costs[part.columns]
            if not wanted.any():
                continue
            answer, _, at = self._linear(part, wanted)
            numbers = self._rounded(part, at, wanted) if answer is Answer.FOUND else None
            if numbers is not None:
                part.numbers = numbers

    def _rounded(self, part: _Part, at: NDArray[np.float64], costs: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """Whole numbers at or near a solution in fractions."""
        numbers = part.program.whole(at)
        if numbers is None:
            self.programs += 1
            numbers = part.program.near(at, costs)
        return numbers

    def _near_known(
        self, part: _Part, at: NDArray[np.float64], costs: NDArray[np.float64], most: int
    ) -> NDArray[np.int64] | None:
        """Whole numbers of a part that cost `most` at best: at a solution in fractions, or near a known register."""
        numbers = part.program.whole(at)
        if numbers is None:
            self.programs += 1
            known = (register[part.columns] for register in reversed(self.registers))
            numbers = moved(part.rows, chain([part.numbers], known), costs, most)
        return self._rounded(part, at, costs) if numbers is None else numbers

    def _determined(self, left: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of each target, whether exact claims leave it one count."""
        settled = np.zeros(len(self.lower), dtype=bool)
        vectors = np.zeros((self.system.count, 2), dtype=np.int64)
        known = ~self.ranges.is_free
        for part in self.parts:
            null = null_vectors(part.rows)
            if null is not None:
                vectors[part.columns] = null
                known[part.columns] = True
        for target in left:
            columns, factors = self.system.target_row(int(target))
            if known[columns].all() and vanishes(vectors, columns, factors):
                settled[target] = True
        return settled

    def _settle(self, target: int) -> None:
        """The range of one target: each end that is wanting, in fractions and then in whole numbers."""
        for up in (False, True):
            down_open, up_open = self._open()
            if not (up_open if up else down_open)[target]:
                continue
            if not self.going():
                self.undecided[target] = True
                return
            if not self._reach(target, up=up, enough=self._enough(target, up=up)):
                self.undecided[target] = True
        # The other end of a range that is told: a reader of the finding wants it whole.
        down_open, up_open = self._open()
        if (down_open | up_open)[target] and not self.undecided[target]:
            for up, wanting in ((False, down_open), (True, up_open)):
                if not wanting[target]:
                    self._reach(target, up=up)

    def _enough(self, target: int, *, up: bool) -> int:
        """The count from which on nothing more is wanting at this end of a target: what the rule asks."""
        rules = self.protection
        if rules.aim is Aim.BELIEVABLE:
            return rules.threshold if up else 0
        width = rules.width if rules.aim is Aim.WIDTH else 1
        return int(self.lower[target]) + width if up else int(self.upper[target]) - width

    def _reach(self, target: int, *, up: bool, enough: int | None = None) -> bool:
        """Go to the lowest (or highest) count of a target, or only to one that is `enough`; whether that is settled."""
        columns, factors = self.system.target_row(target)
        sign = -1 if up else 1
        fixed = self.part_of[columns] < 0
        bound = sign * int(factors[fixed] @ self.ranges.least[columns[fixed]])
        ends: list[tuple[_Part, NDArray[np.float64], NDArray[np.float64], int]] = []
        for number in np.unique(self.part_of[columns[~fixed]]):
            part = self.parts[number]
            costs = np.zeros(len(part.columns))
            inside = self.part_of[columns] == number
            np.add.at(costs, self.place_in[columns[inside]], sign * factors[inside])
            answer, value, at = self._linear(part, costs)
            if answer is not Answer.FOUND:
                return False
            ends.append((part, costs, at, at_least(value)))
            bound += at_least(value)
        if bound == (-self.upper[target] if up else self.lower[target]):
            return True  # a register is there already, and nothing goes beyond
        room = 0 if enough is None else max(0, sign * enough - bound)
        spent, settled = 0, True
        for part, costs, at, end in ends:
            most = end + max(0, room - spent)  # what is enough of this part if those after it go to their ends
            numbers = self._near_known(part, at, costs, most)
            if numbers is None or int(costs @ numbers) > most:
                self.programs += 1
                answer, better = part.program.fewest(costs, exact=True, any_below=most)
                settled = settled and answer is Answer.FOUND
                numbers = numbers if better is None else better
            if numbers is not None:
                part.numbers = numbers
                spent += int(costs @ numbers) - end
        self._learn()
        if settled and spent > room > 0 and len(ends) > 1:
            # A part after the first could not go to its end, so those before it have to go further than was enough.
            return self._reach(target, up=up)
        return settled

    def _needed(self) -> Iterator[NDArray[np.int64]]:
        """The registers that are needed to show that what is safe is safe: first each that leaves fewer open.

        Then each that widens what is open all the same: a range may need one at either end before it is wide enough.
        """
        down, up = self._open()
        safe = ~(down | up)
        low = high = self.system.counts(self.registers[0])
        yield self.registers[0]
        others = self.registers[1:]
        for will_widen in (False, True):
            left = []
            for register in others:
                was = is_open(self.protection, self.sensitive, low, high)
                if not ((was[0] | was[1]) & safe).any():
                    return
                counts = self.system.counts(register)
                lower, upper = np.minimum(low, counts), np.maximum(high, counts)
                now = is_open(self.protection, self.sensitive, lower, upper)
                fewer = (was[0] & ~now[0]) | (was[1] & ~now[1])
                wider = ((lower < low) & was[0] | (upper > high) & was[1]) & safe
                if (wider if will_widen else fewer).any():
                    low, high = lower, upper
                    yield register
                else:
                    left.append(register)
            others = left


def _parts(system: System, low: NDArray[np.int64], high: NDArray[np.int64], ranges: Ranges) -> Iterator[_Part]:
    free = ranges.is_free
    rows = live_rows(system, low, high, ranges)
    owner = components(system, rows, free)
    row_of = np.repeat(np.arange(system.rows), np.diff(system.starts))
    live = np.zeros(system.rows, dtype=bool)
    live[rows] = True
    entry = live[row_of] & free[system.columns]
    fixed = np.zeros(system.rows, dtype=np.int64)
    apart = ~free[system.columns]
    np.add.at(fixed, row_of[apart], system.factors[apart] * ranges.least[system.columns[apart]])
    places = np.zeros(system.count, dtype=np.int64)
    order = np.argsort(owner[system.columns[entry]], kind="stable")
    entries = np.flatnonzero(entry)[order]
    owners = owner[system.columns[entries]]
    free_columns = np.flatnonzero(free)
    free_columns = free_columns[np.argsort(owner[free_columns], kind="stable")]
    cuts = np.flatnonzero(np.diff(owner[free_columns])) + 1
    for columns in np.split(free_columns, cuts) if len(free_columns) else []:
        number = owner[columns[0]]
        places[columns] = np.arange(len(columns))
        start, end = np.searchsorted(owners, number), np.searchsorted(owners, number, side="right")
        mine = np.sort(entries[start:end])
        kept, counts = np.unique(row_of[mine], return_counts=True)
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        yield _Part(
            columns,
            Rows(
                starts,
                places[system.columns[mine]],
                system.factors[mine],
                _shifted(low[kept], fixed[kept]),
                _shifted(high[kept], fixed[kept]),
                ranges.least[columns],
                ranges.most[columns],
            ),
        )


def _shifted(ends: NDArray[np.int64], by: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(np.abs(ends) >= UNBOUNDED, ends, ends - by)


def within(seconds: float) -> Callable[[], bool]:
    """A clock that says whether the time allowed is not over yet."""
    until = monotonic() + seconds
    return lambda: monotonic() < until
