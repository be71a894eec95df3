"""The system of a ledger put together: its unknowns, its rows, the claims of its releases, what is to be protected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.axes import Box, Grid, TooLarge, axes, box_in_words, box_of, spelling_of
from candour.tables.audit.distinct import relations
from candour.tables.audit.system import NOBODY, UNBOUNDED, System, Target, Universe
from candour.tables.audit.targets import derived_boxes
from candour.tables.ledger.ledger import Ledger
from candour.tables.ledger.places import Place
from candour.tables.ledger.statement import Ratio, Statement

MOST_CELLS = 400_000
"""More combinations of categories than this are not audited together."""


@dataclass
class _Rows:
    """Rows as they are collected."""

    columns: list[NDArray[np.int64]] = field(default_factory=list)
    factors: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, columns: NDArray[np.int64], factors: NDArray[np.int64] | None = None) -> int:
        self.columns.append(columns)
        self.factors.append(np.ones(len(columns), dtype=np.int64) if factors is None else factors)
        return len(self.columns) - 1

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        starts = np.zeros(len(self.columns) + 1, dtype=np.int64)
        starts[1:] = np.cumsum([len(each) for each in self.columns])
        nothing = np.zeros(0, dtype=np.int64)
        return starts, np.concatenate([*self.columns, nothing]), np.concatenate([*self.factors, nothing])


class _Builder:
    """The system as it is put together."""

    def __init__(self, ledger: Ledger, stated: Sequence[Statement], eras: Sequence[int], *, linked: bool) -> None:
        self.ledger, self.stated, self.eras, self.linked = ledger, stated, eras, linked
        number_of: dict[Place, int] = {}  # each place is hashed once: a ledger states a place in many releases
        numbers = [number_of.setdefault(each.place, len(number_of)) for each in stated]
        bases = dict.fromkeys(each.ratio.place for each in stated if each.ratio)
        self.axes = axes([*number_of, *bases], spelling_of(dict.fromkeys(_labels(ledger))))
        self.many = max(eras, default=0) + 1
        self.rows, self.targets = _Rows(), _Rows()
        self.claims: list[tuple[int, int, int, int]] = []
        self.names: list[Target] = []
        self.places: list[tuple[Universe, Box]] = []
        self.row_of: dict[tuple[Universe, Box], int] = {}
        self.support: dict[tuple[Universe, Box], NDArray[np.int64]] = {}
        self.grids: dict[str, tuple[Grid, dict[int, int]]] = {}
        boxes = [box_of(place, self.axes) for place in number_of]
        self.boxes = [boxes[number] for number in numbers]
        self.dropped = False

    def universe(self, statement: Statement) -> Universe:
        return statement.unit, statement.distinct, self.eras[statement.release]

    def used(self) -> dict[Universe, dict[Box, list[int]]]:
        """The boxes that are printed in each universe, with their statements."""
        found: dict[Universe, dict[Box, list[int]]] = {}
        for at, (each, box) in enumerate(zip(self.stated, self.boxes, strict=True)):
            found.setdefault(self.universe(each), {}).setdefault(box, []).append(at)
            if each.ratio and not each.ratio.number:
                base = each.ratio.unit, each.ratio.distinct, self.eras[each.release]
                found.setdefault(base, {}).setdefault(box_of(each.ratio.place, self.axes), [])
        return found

    def build(self) -> System:
        used = self.used()
        for unit in dict.fromkeys(unit for unit, distinct, _ in used if not distinct):
            self._add_grid(unit, used)
        for universe, boxes in used.items():
            if universe[1]:
                self._add_distinct(universe, list(boxes))
        for at, each in enumerate(self.stated):
            self._claim(each, self.boxes[at])
        for one, two in self.ledger.same:
            self._claim_same(one, two)
        if self.linked:
            self._link()
        for universe, boxes in used.items():
            self._aim(universe, boxes)
        starts, columns, factors = self.rows.arrays()
        target_starts, target_columns, target_factors = self.targets.arrays()
        claims = np.array(self.claims, dtype=np.int64).reshape(-1, 4)
        printed = [each.upper or each.lower for each in self.stated]
        scale = max(
            (int(1 / each.ratio.least) + 1 for each in self.stated if each.ratio and each.ratio.least), default=1
        )
        return System(
            len(self.places),
            starts,
            columns,
            factors,
            claims[:, 0],
            claims[:, 1],
            claims[:, 2],
            claims[:, 3],
            tuple(self.names),
            target_starts,
            target_columns,
            target_factors,
            min(4 * max(printed, default=0) + 100 * scale + 1000, UNBOUNDED >> 8),
            tuple(self.places),
            self.axes,
            self.dropped,
        )

    def _add_grid(self, unit: str, used: Mapping[Universe, Mapping[Box, list[int]]]) -> None:
        eras = sorted(era for each, distinct, era in used if each == unit and not distinct)
        at_most = [less for less, more in self.ledger.at_most.items() if more == unit]
        boxes = dict.fromkeys(
            box
            for universe, inside in used.items()
            if (universe[0] == unit and not universe[1]) or (universe[0] in at_most)
            for box in inside
        )
        if self.linked:
            names = {name for box in boxes for name, _ in box} - set(self.ledger.changing)
            boxes |= {((name, (at,)),): None for name in sorted(names) for at in range(self.axes[name].size)}
        grid = self._grid(unit, list(boxes), eras)
        offsets = {}
        for era in eras:
            offsets[era] = len(self.places)
            self.places += [((unit, False, era), grid.place(class_)) for class_ in range(grid.count)]
        self.grids[unit] = grid, offsets

    def _grid(self, unit: str, boxes: list[Box], eras: Sequence[int]) -> Grid:
        """Every cell, so that a 0 is laid to the release that prints it; where that is too much, none under a 0."""
        try:
            return Grid(self.axes, boxes, [], MOST_CELLS)
        except TooLarge:
            self.dropped = True
        zeros = [
            self.boxes[at]
            for at, each in enumerate(self.stated)
            if self.universe(each) == (unit, False, eras[0]) and each.upper == 0
        ]
        return Grid(self.axes, boxes, zeros if len(eras) == 1 else [], MOST_CELLS)

    def _add_distinct(self, universe: Universe, boxes: list[Box]) -> None:
        """An unknown for each box of a unit that is counted distinct, and what its parts say of a whole."""
        for box in boxes:
            self.support[universe, box] = np.array([len(self.places)], dtype=np.int64)
            self.places.append((universe, box))
        pairs, covers = relations(boxes, self.axes)
        for less, more in [*((part, (whole,)) for part, whole in pairs), *covers]:
            ones = np.array([int(self.support[universe, box][0]) for box in (less, *more)])
            row = self.rows.add(ones, np.array([1, *([-1] * len(more))]))
            self.claims.append((row, NOBODY, -UNBOUNDED, 0))
        cases_unit = self.ledger.at_most.get(universe[0], "")
        if cases_unit in self.grids and universe[2] in self.grids[cases_unit][1]:
            for box in boxes:
                cases = self._support((cases_unit, False, universe[2]), box)
                columns = np.concatenate([self.support[universe, box], cases])
                row = self.rows.add(columns, np.array([1, *([-1] * len(cases))]))
                self.claims.append((row, NOBODY, -UNBOUNDED, 0))

    def _support(self, universe: Universe, box: Box) -> NDArray[np.int64]:
        key = universe, box
        if key not in self.support:
            unit, _, era = universe
            grid, offsets = self.grids[unit]
            self.support[key] = grid.support(box) + offsets[era]
        return self.support[key]

    def _row(self, universe: Universe, box: Box) -> int:
        key = universe, box
        if key not in self.row_of:
            self.row_of[key] = self.rows.add(self._support(universe, box))
        return self.row_of[key]

    def _claim(self, each: Statement, box: Box) -> None:
        universe = self.universe(each)
        if each.ratio is None:
            if each.lower > 0 or each.upper is not None:
                upper = UNBOUNDED if each.upper is None else each.upper
                self.claims.append((self._row(universe, box), each.release, each.lower, upper))
            return
        ratio = each.ratio
        if ratio.number:
            least, most = ratio.least * ratio.number, ratio.most * ratio.number
            lower, upper = -(-least.numerator // least.denominator), most.numerator // most.denominator
            self.claims.append((self._row(universe, box), each.release, lower, upper))
            return
        base = ratio.unit, ratio.distinct, self.eras[each.release]
        self._claim_ratio(each, ratio, self._support(universe, box), base)

    def _claim_ratio(self, each: Statement, ratio: Ratio, part: NDArray[np.int64], base: Universe) -> None:
        """Figure and base as two rows over both: least * base <= figure <= most * base, and a base of 1 or more."""
        base_box = box_of(ratio.place, self.axes)
        whole = self._support(base, base_box)
        for factor, upwards in ((ratio.least, True), (ratio.most, False)):
            scale = factor.denominator
            columns = np.concatenate([part, whole])
            factors = np.concatenate([np.full(len(part), scale), np.full(len(whole), -int(factor * scale))]).astype(
                np.int64
            )
            unique, which = np.unique(columns, return_inverse=True)
            joined = np.zeros(len(unique), dtype=np.int64)
            np.add.at(joined, which, factors)
            row = self.rows.add(unique[joined != 0], joined[joined != 0])
            self.claims.append((row, each.release, 0 if upwards else -UNBOUNDED, UNBOUNDED if upwards else 0))
        self.claims.append((self._row(base, base_box), each.release, 1, UNBOUNDED))

    def _claim_same(self, one: tuple[str, tuple[str, ...]], two: tuple[str, tuple[str, ...]]) -> None:
        supports = []
        for reference, labels in (one, two):
            at = next(
                (
                    at
                    for at, each in enumerate(self.stated)
                    if self.ledger.releases[each.release].reference == reference and each.labels == tuple(labels)
                ),
                None,
            )
            if at is None:
                continue
            supports.append(self._support(self.universe(self.stated[at]), self.boxes[at]))
        if len(supports) == 2:
            columns = np.concatenate(supports)
            unique, which = np.unique(columns, return_inverse=True)
            factors = np.zeros(len(unique), dtype=np.int64)
            np.add.at(
                factors, which, np.concatenate([np.ones(len(supports[0])), -np.ones(len(supports[1]))]).astype(int)
            )
            row = self.rows.add(unique[factors != 0], factors[factors != 0])
            self.claims.append((row, NOBODY, 0, 0))

    def _link(self) -> None:
        """From one extract to the next no case vanishes; it moves along the dimensions that change alone."""
        for grid, offsets in self.grids.values():
            fixed = [name for name in grid.names if name not in self.ledger.changing]
            codes = grid.group_codes(fixed)
            eras = sorted(offsets)
            for earlier, later in pairwise(eras):
                for code in np.unique(codes):
                    inside = np.flatnonzero(codes == code)
                    columns = np.concatenate([inside + offsets[later], inside + offsets[earlier]])
                    factors = np.repeat(np.array([1, -1], dtype=np.int64), len(inside))
                    self.claims.append((self.rows.add(columns, factors), NOBODY, 0, UNBOUNDED))

    def _aim(self, universe: Universe, boxes: Mapping[Box, list[int]]) -> None:
        unit, distinct, era = universe
        if all(self.stated[at].averaged for said in boxes.values() for at in said) and any(boxes.values()):
            return  # sums of days or the like, which count nobody
        seen: set[bytes] = set()
        nameless = self._nameless(universe, boxes)
        for box, said in boxes.items():
            wanted = [self.stated[at] for at in said if not self.stated[at].unlisted]
            support = self._support(universe, box)
            if not wanted and not nameless[support].all():
                # What a percentage or an average is of, which no figure prints; what only a complete list leaves out.
                seen.add(support.tobytes())
                self.names.append(Target(box_in_words(box, self.axes), unit, "derived", universe, box))
                self.targets.add(support)
            if not wanted:
                continue
            seen.add(support.tobytes())
            if any(each.accepted for each in wanted):
                continue
            releases = tuple(dict.fromkeys(each.release for each in wanted))
            sensitive = any(each.primary for each in wanted)
            self.names.append(Target(wanted[0].name, unit, "printed", universe, box, sensitive, releases))
            self.targets.add(support)
        for box in [] if distinct else derived_boxes(list(boxes), self.grids[unit][0]):
            support = self._support(universe, box)
            if len(support) and support.tobytes() not in seen and not nameless[support].all():
                seen.add(support.tobytes())
                self.names.append(Target(box_in_words(box, self.axes), unit, "derived", universe, box))
                self.targets.add(support)
        if self.linked and era > 0:
            self._aim_at_new(universe, boxes)

    def _nameless(self, universe: Universe, boxes: Mapping[Box, list[int]]) -> NDArray[np.bool_]:
        """The unknowns that complete columns say to be nobody and that carry a label which no release names.

        That a list is complete tells of nobody in particular; that it leaves out what another release lists does.
        """
        found = np.zeros(len(self.places), dtype=bool)
        for box, said in boxes.items():
            for name in {self.stated[at].unlisted for at in said} - {""}:
                rest = self.axes[name].rest
                part = tuple((each, (rest,) if each == name else atoms) for each, atoms in box)
                is_part = rest in dict(box).get(name, ()) and not universe[1]
                if part == box or (is_part and self.grids[universe[0]][0].is_whole(part)):
                    found[self._support(universe, part)] = True
        return found

    def _aim_at_new(self, universe: Universe, boxes: Mapping[Box, list[int]]) -> None:
        unit, distinct, era = universe
        earlier = unit, distinct, era - 1
        if distinct or unit not in self.grids or era - 1 not in self.grids[unit][1]:
            return
        for box, said in boxes.items():
            if all(self.stated[at].unlisted for at in said):
                continue
            columns = np.concatenate([self._support(universe, box), self._support(earlier, box)])
            factors = np.repeat(np.array([1, -1], dtype=np.int64), len(columns) // 2)
            self.names.append(Target(self.stated[said[0]].name, unit, "new", universe, box))
            self.targets.add(columns, factors)


def build(ledger: Ledger, stated: Sequence[Statement], eras: Sequence[int], *, linked: bool = False) -> System:
    """The system of a ledger. `eras`: for each release its extract, the same where extracts are taken for one."""
    return _Builder(ledger, stated, eras, linked=linked).build()


def _labels(ledger: Ledger) -> Iterable[str]:
    for release in ledger.releases:
        for limits in (release.where, release.without):
            for labels in limits.values():
                yield from labels
        for cell in release.cells:
            yield from cell.labels
        for figure in release.figures:
            yield from figure.where.values()
    for meanings in ledger.groups.values():
        for members in meanings.values():
            yield from members
