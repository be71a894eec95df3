"""The shortest set of releases that tells: which figures one has to lay side by side to know what nobody should know.

A set tells when its claims alone leave no register in which the target is outside its range. The least such set is
found from the other side: a register outside the range denies some releases, and every set that tells holds one of
them. So one looks for the least set that meets all the denials found so far, and asks whether it tells; if not, a
register that agrees with it and denies as little as can be is the next denial. When the answer is yes, nothing smaller
can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.moves import register_beyond
from candour.tables.audit.programs import NODES, Answer, Program, Rows
from candour.tables.audit.system import NOBODY, UNBOUNDED, System

_TRIES = 60
_FAR = 120.0
"""Seconds after which a program is given up all the same; nodes end it long before."""

_MOST_RELEASES = 12
_MOST_SETS = 32


@dataclass(frozen=True, slots=True)
class Because:
    """The releases that tell, by their place in the ledger, and whether no smaller set does."""

    releases: tuple[int, ...]
    is_shortest: bool


@dataclass(frozen=True, slots=True)
class _Denial:
    """Releases that a register denies in which the target is beyond a bound; whether it is in whole numbers."""

    releases: frozenset[int]
    bound: int
    up: bool
    exact: bool


class Reasons:
    """Why targets of one system are told. `registers`: some that meet every claim, from which others are sought."""

    def __init__(self, system: System, registers: Sequence[NDArray[np.int64]] = ()) -> None:
        self.system, self.registers = system, registers
        keys = np.stack([system.row, system.lower, system.upper], axis=1)
        self._claims, which = np.unique(keys, axis=0, return_inverse=True)
        which = which.ravel()
        self._by: list[set[int]] = [set() for _ in range(len(self._claims))]
        for claim, release in zip(which, system.release, strict=True):
            self._by[claim].add(int(release))
        self._loose: _Elastic | None = None
        self._known: list[tuple[int, ...]] = []

    def shortest(self, target: int, lower: int | None, upper: int | None, others: Iterable[int] = ()) -> Because:
        """The least set that shows that the target is at least `lower` and at most `upper`; None is not asked.

        `others`: releases without which the set must do.
        """
        barred = set(others)
        denials: list[_Denial] = []
        for _ in range(_TRIES):
            chosen = _least_hitting([each.releases for each in denials])
            if chosen is None or len(chosen) > _MOST_RELEASES:
                break
            found = self._denial(target, lower, upper, chosen)
            if found is None:
                shortest = not self.system.dropped and (
                    self._is_least(target, denials, len(chosen))
                    or self._each_smaller_fails(target, lower, upper, len(chosen), barred)
                )
                return Because(tuple(sorted(chosen)), shortest)
            found = replace(found, releases=found.releases - barred - {NOBODY})
            if not found.releases:
                break
            denials.append(found)
        kept = self._irreducible(target, lower, upper, barred)
        shortest = not self.system.dropped and self._each_smaller_fails(target, lower, upper, len(kept), barred)
        return Because(kept, shortest)

    def _is_least(self, target: int, denials: Sequence[_Denial], size: int) -> bool:
        """Whether no smaller set tells: so many denials share no release, each by a register in whole numbers."""
        taken: set[int] = set()
        apart: list[_Denial] = []
        for each in sorted(denials, key=lambda denial: len(denial.releases)):
            if not each.releases & taken:
                taken |= each.releases
                apart.append(each)
        needed = apart if len(apart) >= size else denials
        return all(each.exact or self._in_whole_numbers(target, each) for each in needed)

    def _each_smaller_fails(
        self, target: int, lower: int | None, upper: int | None, size: int, barred: set[int]
    ) -> bool:
        """Whether each set of one release less leaves a register in whole numbers; not asked of very many sets.

        Where the denials are in fractions alone, this still tells it of a small ledger.
        """
        releases = sorted({int(each) for each in self.system.release} - {NOBODY} - barred)
        if not size:
            return True
        if comb(len(releases), size - 1) > _MOST_SETS:
            return False
        return all(
            any(
                self._strict(target, bound, up, fewer) is Answer.FOUND
                for bound, up in ((lower, False), (upper, True))
                if bound is not None
            )
            for fewer in combinations(releases, size - 1)
        )

    def _in_whole_numbers(self, target: int, denial: _Denial) -> bool:
        assert self._loose is not None
        hard = set[int]().union(*self._by) - denial.releases
        near, _ = register_beyond(self.system, self.registers, target, denial.bound, up=denial.up, releases=hard)
        if near is Answer.FOUND:
            return True
        return self._loose.register(target, denial.bound, up=denial.up, hard=sorted(hard), whole=True) is not None

    def tells(self, target: int, lower: int | None, upper: int | None, releases: Iterable[int]) -> bool:
        """Whether these releases alone show it; in whole numbers where fractions do not."""
        return all(
            self._strict(target, bound, up, releases) is Answer.IMPOSSIBLE
            for bound, up in ((lower, False), (upper, True))
            if bound is not None
        )

    def signs(self, target: int, releases: Sequence[int]) -> dict[int, int]:
        """Of each release, whether its figures are added (1) or taken away (-1) to get at the target; 0 for both."""
        columns, factors = self.system.target_row(target)
        rows, claimed = restricted(self.system, releases, columns, factors)
        costs = np.zeros(len(rows.least))
        np.add.at(costs, rows.columns[rows.starts[-2] :], -rows.factors[rows.starts[-2] :].astype(float))
        program = Program(rows)
        if program.lowest(costs)[0] is not Answer.FOUND:
            return {}
        prices = -program.prices()[:-1]
        net = dict.fromkeys(releases, 0.0)
        low, high = self.system.bounds(releases)
        for row, price in zip(claimed, prices, strict=True):
            by = (self.system.row == row) & np.isin(self.system.release, releases)
            for release in set(map(int, self.system.release[by])):
                net[release] += price * max(1, min(abs(int(high[row])), abs(int(low[row]))))
        return {release: int(np.sign(np.round(worth, 6))) for release, worth in net.items()}

    def _strict(self, target: int, bound: int, up: bool, releases: Iterable[int]) -> Answer:
        """Whether some register that meets the claims of these releases has the target beyond the bound."""
        rows = beyond(self.system, target, bound, up=up, releases=releases)
        if rows is None:
            return Answer.FOUND
        near, _ = register_beyond(self.system, self.registers, target, bound, up=up, releases=releases)
        if near is not Answer.UNDECIDED:
            return near
        program = Program(rows)
        nothing = np.zeros(len(rows.least))
        answer, _, at = program.lowest(nothing)
        if answer is not Answer.FOUND or program.whole(at) is not None:
            return answer
        return program.fewest(nothing, exact=False)[0]

    def _denial(self, target: int, lower: int | None, upper: int | None, chosen: Sequence[int]) -> _Denial | None:
        """What a register denies that has the target out of its range and agrees with the chosen; None if none does.

        In fractions; whether in whole numbers too is asked where there is little left to deny.
        """
        if self._loose is None:
            self._loose = _Elastic(self.system, self._claims, self._by)
        for bound, up in ((lower, False), (upper, True)):
            found = None if bound is None else self._loose.register(target, bound, up=up, hard=chosen)
            if bound is None or found is None:
                continue
            denied, exact = found
            if exact or self._strict(target, bound, up, chosen) is not Answer.IMPOSSIBLE:
                return _Denial(frozenset(denied), bound, up, exact)
        return None

    def _irreducible(self, target: int, lower: int | None, upper: int | None, barred: set[int]) -> tuple[int, ...]:
        """A set that tells and of which no release can be left out; the whole ledger where nothing less is shown to."""
        kept = [release for release in sorted(set(map(int, self.system.release)) - {NOBODY}) if release not in barred]
        size = max(1, len(kept) // 2)
        while size:
            at = 0
            while at < len(kept):
                fewer = kept[:at] + kept[at + size :]
                if self.tells(target, lower, upper, fewer):
                    kept = fewer
                else:
                    at += size
            size //= 2
        return tuple(kept)


def beyond(system: System, target: int, bound: int, *, up: bool, releases: Iterable[int] | None = None) -> Rows | None:
    """The claims of some releases, with the target above or below a bound; None where the target counts nothing."""
    columns, factors = system.target_row(target)
    if not len(columns):
        return None
    rows, _ = restricted(system, releases, columns, factors)
    rows.low[-1], rows.high[-1] = (bound + 1, UNBOUNDED) if up else (-UNBOUNDED, bound - 1)
    return rows


def restricted(
    system: System, releases: Iterable[int] | None, columns: NDArray[np.int64], factors: NDArray[np.int64]
) -> tuple[Rows, NDArray[np.int64]]:
    """The rows that some releases claim and one row more, which is free, and which rows of the system they are.

    Unknowns that none of these rows tells apart are put together.
    """
    low, high = system.bounds(releases)
    claimed = np.flatnonzero((low > -UNBOUNDED) | (high < UNBOUNDED))
    parts = [slice(system.starts[row], system.starts[row + 1]) for row in claimed]
    all_columns = [*(system.columns[part] for part in parts), columns]
    all_factors = [*(system.factors[part] for part in parts), factors]
    used = np.unique(np.concatenate(all_columns))
    random = np.random.default_rng(1)
    sums = np.zeros((system.count, 2), dtype=np.uint64)
    for inside, by in zip(all_columns, all_factors, strict=True):
        for column in range(2):
            sums[inside, column] += random.integers(1, 2**63, dtype=np.uint64) * by.astype(np.uint64)
    _, first = np.unique(sums[used], axis=0, return_index=True)
    kept = np.sort(used[first])
    place = np.full(system.count, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    rows_columns, rows_factors, starts = [], [], [0]
    for inside, by in zip(all_columns, all_factors, strict=True):
        here = place[inside] >= 0
        rows_columns.append(place[inside[here]])
        rows_factors.append(by[here])
        starts.append(starts[-1] + int(here.sum()))
    rows = Rows(
        np.array(starts, dtype=np.int64),
        np.concatenate(rows_columns),
        np.concatenate(rows_factors),
        np.append(low[claimed], -UNBOUNDED),
        np.append(high[claimed], UNBOUNDED),
        np.zeros(len(kept), dtype=np.int64),
        np.full(len(kept), system.largest, dtype=np.int64),
    )
    return rows, claimed


def _least_hitting(sets: Sequence[frozenset[int]]) -> tuple[int, ...] | None:
    """A smallest set that has a member of each; the first in order, so that the same question has the same answer."""
    if not sets:
        return ()
    for size in range(1, len(sets) + 1):
        if found := _hitting(sets, size, ()):
            return found
    return None


def _hitting(sets: Sequence[frozenset[int]], size: int, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
    open_ = [each for each in sets if not each & set(chosen)]
    if not open_:
        return chosen
    if len(chosen) == size or _disjoint(open_) > size - len(chosen):
        return None
    fewest = min(open_, key=len)
    for member in sorted(fewest):
        if found := _hitting(sets, size, (*chosen, member)):
            return found
    return None


def _disjoint(sets: Sequence[frozenset[int]]) -> int:
    """How many of the sets can be told to share no member, taken greedily: so many members are needed at least."""
    taken: set[int] = set()
    count = 0
    for each in sorted(sets, key=len):
        if not each & taken:
            taken |= each
            count += 1
    return count


class _Elastic:
    """The claims of all releases, each of which may be denied at a price, but for those of releases that are held."""

    def __init__(self, system: System, claims: NDArray[np.int64], by: Sequence[set[int]]) -> None:
        self.system, self.by, self.claims = system, by, claims
        count, many = system.count, len(claims)
        self.count, self.many = count, many
        solver = self.solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            solver.setOptionValue(option, value)
        infinity = highspy.kHighsInf
        solver.addVars(count, np.zeros(count), np.full(count, float(system.largest)))
        solver.addVars(2 * many, np.zeros(2 * many), np.full(2 * many, infinity))
        starts, columns, factors = [0], [], []
        for claim, row in enumerate(claims[:, 0]):
            part = slice(system.starts[row], system.starts[row + 1])
            columns += [system.columns[part], [count + 2 * claim, count + 2 * claim + 1]]
            factors += [system.factors[part], [1, -1]]
            starts.append(starts[-1] + int(part.stop - part.start) + 2)
        flat = np.concatenate([*columns, np.zeros(0)]).astype(np.int32)
        by_ = np.concatenate([*factors, np.zeros(0)]).astype(np.float64)
        low, high = claims[:, 1].astype(np.float64), claims[:, 2].astype(np.float64)
        low[claims[:, 1] <= -UNBOUNDED], high[claims[:, 2] >= UNBOUNDED] = -infinity, infinity
        solver.addRows(many, low, high, len(flat), np.array(starts[:-1], dtype=np.int32), flat, by_)
        prices = np.repeat([float(len(each)) for each in by], 2)
        solver.changeColsCost(2 * many, np.arange(count, count + 2 * many, dtype=np.int32), prices)

    def register(
        self, target: int, bound: int, *, up: bool, hard: Sequence[int], whole: bool = False
    ) -> tuple[set[int], bool] | None:
        """The releases denied by a register with the target beyond the bound, and whether it is in whole numbers.

        With `whole` only one in whole numbers will do. None where every such register denies a release that is held.
        """
        solver, infinity = self.solver, highspy.kHighsInf
        held = {NOBODY, *hard}
        slack = np.repeat([0.0 if each & held else infinity for each in self.by], 2)
        places = np.arange(self.count, self.count + 2 * self.many, dtype=np.int32)
        solver.changeColsBounds(2 * self.many, places, np.zeros(2 * self.many), slack)
        columns, factors = self.system.target_row(target)
        low, high = (bound + 1.0, infinity) if up else (-infinity, bound - 1.0)
        solver.addRow(low, high, len(columns), columns.astype(np.int32), factors.astype(np.float64))
        try:
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            at = np.array(solver.getSolution().col_value)
            register = np.rint(at[: self.count]).astype(np.int64)
            if self._stands(register, target, bound, up=up, held=held):
                return self._deniers(register), True
            slacks = at[self.count :].reshape(-1, 2).sum(axis=1)
            denied = set().union(*(self.by[int(claim)] for claim in np.flatnonzero(slacks > 1e-6))) - held
            if not whole:
                return denied, False
            for near in (at[: self.count], None):
                found = self._whole(near)
                if found is not None and len(found) and self._stands(found, target, bound, up=up, held=held):
                    return self._deniers(found), True
            return None
        finally:
            solver.deleteRows(1, np.array([self.many], dtype=np.int32))

    def _whole(self, near: NDArray[np.float64] | None) -> NDArray[np.int64] | None:
        """The same in whole numbers, where `near` is whole the same; None where that cannot be.

        An empty array where it was not found in time.
        """
        solver = self.solver
        places = np.arange(self.count, dtype=np.int32)
        least, most = np.zeros(self.count), np.full(self.count, float(self.system.largest))
        if near is not None:
            kept = np.abs(near - np.rint(near)) < 1e-6
            solver.changeColsBounds(
                self.count, places, np.where(kept, np.rint(near), least), np.where(kept, np.rint(near), most)
            )
        solver.changeColsIntegrality(self.count, places, np.full(self.count, highspy.HighsVarType.kInteger))
        solver.setOptionValue("time_limit", solver.getRunTime() + _FAR)
        solver.setOptionValue("mip_max_nodes", NODES)
        solver.setOptionValue("mip_rel_gap", 0.3)
        solver.run()
        status = solver.getModelStatus()
        values = np.array(solver.getSolution().col_value)
        solver.changeColsIntegrality(self.count, places, np.full(self.count, highspy.HighsVarType.kContinuous))
        solver.changeColsBounds(self.count, places, least, most)
        solver.setOptionValue("time_limit", highspy.kHighsInf)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        numbers: NDArray[np.int64] = np.rint(values[: self.count]).astype(np.int64)
        return numbers

    def _stands(self, register: NDArray[np.int64], target: int, bound: int, *, up: bool, held: set[int]) -> bool:
        columns, factors = self.system.target_row(target)
        value = int(factors @ register[columns])
        if not (value > bound if up else value < bound) or (register < 0).any():
            return False
        return not any(self.by[claim] & held for claim in self._denied(register))

    def _denied(self, register: NDArray[np.int64]) -> NDArray[np.int64]:
        sums = self.system.sums(register)[self.claims[:, 0]]
        return np.flatnonzero((sums < self.claims[:, 1]) | (sums > self.claims[:, 2]))

    def _deniers(self, register: NDArray[np.int64]) -> set[int]:
        return set().union(*(self.by[claim] for claim in self._denied(register)))
