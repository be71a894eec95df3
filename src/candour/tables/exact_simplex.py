"""Changes that keep every equation, found in exact fractions: a simplex method without any rounding.

The unknowns are changes of counts, with bounds; the start is no change at all, which keeps every equation. Fractions
are exact, so what is said of the furthest change is true to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

Row = dict[int, Fraction]
_PATIENCE = 30
"""After so many steps in a row that gain nothing, the lowest number enters: that way no step comes again."""


class Changes:
    """The changes of `many` unknowns for which each of `sums` adds up to 0, each within `least` and `most`.

    A bound of None in `most` is none. `ranges`: sums that must stay within two ends.
    """

    def __init__(
        self,
        least: Sequence[int],
        sums: Collection[frozenset[int]],
        ranges: Mapping[frozenset[int], tuple[int, int | None]],
    ) -> None:
        self.many = len(least)
        self._least: list[int] = [*least, *(low for low, _ in ranges.values())]
        self._most: list[int | None] = [*(None for _ in least), *(high for _, high in ranges.values())]
        self._rows: dict[int, Row] = {}
        for equation in sums:
            self._solve({cell: Fraction(1) for cell in equation})
        for number, cells in enumerate(ranges, start=self.many):
            self._rows[number] = self._expressed({cell: Fraction(1) for cell in cells})
        self.now = [Fraction(0)] * len(self._least)

    def _expressed(self, row: Row) -> Row:
        """A sum in terms of the unknowns that are free."""
        found: Row = {}
        for cell, times in row.items():
            for free, by in self._rows[cell].items() if cell in self._rows else [(cell, Fraction(1))]:
                found[free] = found.get(free, Fraction(0)) + times * by
        return {cell: times for cell, times in found.items() if times}

    def _solve(self, equation: Row) -> None:
        left = self._expressed(equation)
        if left:
            solved = min(left)
            by = left.pop(solved)
            self._replace(solved, {cell: -times / by for cell, times in left.items()})

    def _replace(self, solved: int, row: Row) -> None:
        """Put what `solved` equals in its place everywhere."""
        for other in self._rows.values():
            if times := other.pop(solved, None):
                for cell, by in row.items():
                    if total := other.get(cell, Fraction(0)) + times * by:
                        other[cell] = total
                    else:
                        other.pop(cell, None)
        self._rows[solved] = row

    def furthest(
        self, goal: Mapping[int, Fraction], steps: int, seen: Callable[[list[Fraction]], bool]
    ) -> Fraction | None:
        """How far the sum `goal` goes up; None where it has no end, or `steps` were not enough.

        `seen` is shown every change on the way; when it says yes, the search ends there.
        """
        worth = self._expressed(dict(goal))
        idle = 0
        for _ in range(steps):
            better = [cell for cell, gain in worth.items() if self._can_move(cell, gain)]
            if not better:
                return sum((gain * self.now[cell] for cell, gain in goal.items()), Fraction(0))
            entering = min(better) if idle > _PATIENCE else max(better, key=lambda cell: (abs(worth[cell]), -cell))
            way = 1 if worth[entering] > 0 else -1
            step, blocking = self._room(entering, way)
            if step is None:
                self._move(entering, way * Fraction(self._whole(entering)))
                seen(self.now)
                return None
            self._move(entering, way * step)
            if blocking is not None:
                self._pivot(entering, blocking)
                worth = self._expressed(dict(goal))
            idle = 0 if step else idle + 1
            if step and seen(self.now):
                return None
        return None

    def _can_move(self, cell: int, gain: Fraction) -> bool:
        most = self._most[cell]
        return (most is None or self.now[cell] < most) if gain > 0 else self.now[cell] > self._least[cell]

    def _room(self, entering: int, way: int) -> tuple[Fraction | None, int | None]:
        """How far an unknown can go, and which other one stops it; None for no end, or for its own bound."""
        most = self._most[entering]
        step = self.now[entering] - self._least[entering] if way < 0 else None
        if way > 0 and most is not None:
            step = most - self.now[entering]
        blocking = None
        for cell, row in self._rows.items():
            times = row.get(entering)
            if not times:
                continue
            if times * way < 0:
                room = (self.now[cell] - self._least[cell]) / abs(times)
            elif (end := self._most[cell]) is not None:
                room = (end - self.now[cell]) / abs(times)
            else:
                continue
            if step is None or room < step:
                step, blocking = room, cell
        return step, blocking

    def _whole(self, entering: int) -> int:
        """A step after which whole numbers stay whole."""
        step = 64
        for row in self._rows.values():
            if times := row.get(entering):
                step *= times.denominator if step % times.denominator else 1
        return step

    def _move(self, entering: int, by: Fraction) -> None:
        self.now[entering] += by
        for cell, row in self._rows.items():
            if times := row.get(entering):
                self.now[cell] += times * by

    def _pivot(self, entering: int, leaving: int) -> None:
        row = self._rows.pop(leaving)
        by = row.pop(entering)
        solved = {cell: -times / by for cell, times in row.items()}
        solved[leaving] = 1 / by
        self._replace(entering, solved)

    def back(self) -> None:
        """Back to no change, keeping what was solved."""
        self.now = [Fraction(0)] * len(self.now)
