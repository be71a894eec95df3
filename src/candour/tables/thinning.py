"""Show again what can be shown: one withheld cell after the other, and whether in the end not one more could be.

A cell stays withheld for one of two reasons: prices of shown figures rule out, in exact fractions, a belief that must
be open; or an integer program finds no register for it. Where neither comes to an end within the steps allowed, the
cell stays withheld and nobody claims that it has to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from candour.tables.alternatives import Alternative, Evidence, alternative
from candour.tables.freedom import Freedom, Unsettled

_Ways = list[tuple[int, int]]
"""The ways to meet one demand: a class, and by how much its count must change."""


class _Verdict(Enum):
    MET = auto()
    BROKEN = auto()
    OPEN = auto()


@dataclass
class Thinning:
    """Which classes can be shown again. `seek` looks for registers that meet many demands at once.

    `allows`: whether an attacker can believe in a register, for what marks and percentages say. `asked`: how many unmet
    demands are asked about for each class, whether prices rule them out. `searches`, `programs`, `steps`: how many
    searches, single integer programs and iterations of the solver may be spent in all, whatever the time.
    """

    freedom: Freedom
    seek: Callable[[Evidence], None]
    allows: Callable[[Alternative], bool]
    going: Callable[[], bool]
    asked: int
    searches: int
    programs: int
    steps: int
    _tight: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often showing a class was out of the question for one demand: it will often be the same one again."""

    def run(
        self, withheld: NDArray[np.bool_], evidence: Evidence, order: Iterable[int]
    ) -> tuple[NDArray[np.bool_], Evidence, bool | None]:
        """What is left withheld, the evidence that it protects, and whether no single class of `order` can be shown.

        None where that was not settled for every class.
        """
        withheld = withheld.copy()
        minimal = True
        for class_ in order:
            if not self.going():
                return withheld, evidence, None
            rest = evidence.without(class_)
            self.freedom.show(class_)
            # With nothing left to seek by, and something open already, there is nothing to learn from asking.
            is_idle = self._is_spent or not (minimal or self.searches or self.programs)
            verdict = _Verdict.OPEN if is_idle and rest.missing else self._verdict(rest)
            if verdict is _Verdict.MET:
                self.freedom.keep()
                withheld[class_] = False
                evidence = rest
            else:
                # What is ruled out stays so when more is shown later: each class needs to be asked but once.
                self.freedom.withdraw()
                minimal = minimal and verdict is _Verdict.BROKEN
        return withheld, evidence, minimal or None

    @property
    def _is_spent(self) -> bool:
        return self.freedom.steps >= self.steps

    def _verdict(self, rest: Evidence) -> _Verdict:
        """Whether every demand can be met with what is shown now; the registers for it join `rest`."""
        open_: list[_Ways] = []
        unmet = sorted(_unmet(rest), key=lambda ways: -self._tight[ways[0]])
        for number, ways in enumerate(unmet):
            if _is_met(rest, ways):
                continue
            if number < self.asked and not self._is_spent and self._is_hopeless(ways, rest):
                return _Verdict.BROKEN
            open_.append(ways)
        for ways in open_:
            # The solver, which begins where it ended, now often ends in whole numbers.
            if not (self._is_spent or _is_met(rest, ways)) and self.programs:
                self._is_hopeless(ways, rest)
        open_ = [ways for ways in open_ if not _is_met(rest, ways)]
        if open_ and self.searches and not self._is_spent:
            self.searches -= 1
            self.seek(rest)
        for ways in open_:
            if _is_met(rest, ways):
                continue
            if not self.programs or self._is_spent:
                return _Verdict.OPEN
            self.programs -= 1
            try:
                if not self._reached(ways, rest):
                    self._tight[ways[0]] += 1
                    return _Verdict.BROKEN
            except Unsettled:
                return _Verdict.OPEN
        return _Verdict.OPEN if rest.missing else _Verdict.MET

    def _is_hopeless(self, ways: _Ways, rest: Evidence) -> bool:
        """Whether a demand is ruled out; where it is not, the answer of the solver is often a register."""
        for target, change in ways:
            if self.freedom.excludes(target, change):
                continue
            if (found := self.freedom.whole()) is not None:
                self._learn(found, rest)
            return False
        self._tight[ways[0]] += 1
        return True

    def _learn(self, change: NDArray[np.int64], rest: Evidence) -> None:
        cells = np.flatnonzero(change)
        register = alternative(rest.system, cells, change[cells])
        if (rest.system.inner + change >= 0).all() and self.allows(register):
            rest.add(register)

    def _reached(self, ways: _Ways, rest: Evidence) -> bool:
        """Whether a register meets a demand in one of several ways. Raises Unsettled where that stays open."""
        for target, change in ways:
            found = self.freedom.reaching(target, change)
            if found is not None:
                self._learn(found, rest)
                if not _is_met(rest, ways):
                    raise Unsettled
                return True
        return False


def _is_met(evidence: Evidence, ways: _Ways) -> bool:
    return any(evidence.reaches(target, change) for target, change in ways)


def _unmet(evidence: Evidence) -> list[_Ways]:
    """Each demand that is not met."""
    wanted = evidence.demands
    down, up = np.flatnonzero(evidence.lacks_down).tolist(), np.flatnonzero(evidence.lacks_up).tolist()
    if wanted.either:
        return [[(int(wanted.target[i]), int(wanted.up[i])), (int(wanted.target[i]), int(wanted.down[i]))] for i in up]
    sides = [*((i, wanted.down) for i in down), *((i, wanted.up) for i in up)]
    return [[(int(wanted.target[i]), int(change[i]))] for i, change in sides]
