"""What an audit protects: figures that were printed or withheld, and small counts that only differencing gives.

Nobody has to print a quarter’s figures for somebody to work them out from calendar and financial years. So besides
every printed cell the audit looks at every cross of atoms of the dimensions that a release crosses, at crosses of any
two or three dimensions while they are few, and at what is left of a figure when a part is taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import prod

from candour.tables.audit.axes import Axis, Box, Grid

MOST_DERIVED = 20_000
"""So many crosses and differences are looked at besides what is printed."""

_MOST_CROSSED = 40_000
_MOST_DIMENSIONS = 3


def derived_boxes(printed: Sequence[Box], grid: Grid) -> list[Box]:
    """Boxes that no release prints and that are looked at all the same, the likeliest to be told first.

    A box that takes a part of a class of cells which no figure tells apart is left out: nothing tells such a part.
    """
    found: dict[Box, None] = {}
    known = set(printed)
    for box in _all(printed, grid):
        if len(found) >= MOST_DERIVED:
            break
        if box not in known:
            found.setdefault(box, None)
    return list(found)


def _all(printed: Sequence[Box], grid: Grid) -> Iterator[Box]:
    crossed = list(dict.fromkeys(tuple(name for name, _ in box) for box in printed))
    crossed.sort(key=lambda names: prod(grid.axes[name].size for name in names))
    for names in crossed:
        yield from _crosses(names, grid)
        yield from _undivided(names, printed, grid)
    yield from (box for box in _differences(printed, grid.axes) if grid.is_whole(box))
    names_known = sorted({name for names in crossed for name in names})
    for many in range(1, _MOST_DIMENSIONS + 1):
        for names in combinations(names_known, many):
            if names not in crossed:
                yield from _crosses(names, grid)


def _crosses(names: Sequence[str], grid: Grid) -> Iterator[Box]:
    if names and prod(grid.axes[name].size for name in names) <= _MOST_CROSSED:
        for atoms in grid.whole_crosses(names):
            yield tuple((name, (int(atom),)) for name, atom in zip(names, atoms, strict=True))


def _undivided(names: Sequence[str], printed: Sequence[Box], grid: Grid) -> Iterator[Box]:
    """Atoms together that the figures by these dimensions do not tell apart, though others elsewhere do."""
    if not names or prod(grid.axes[name].size for name in names) > _MOST_CROSSED:
        return
    inside = [box for box in printed if {name for name, _ in box} <= set(names)]
    for at, others, atoms in grid.undivided(names, inside):
        single = iter(others)
        box = tuple((name, tuple(atoms) if place == at else (next(single),)) for place, name in enumerate(names))
        if grid.is_whole(box):
            yield box


def _differences(printed: Iterable[Box], known: Mapping[str, Axis]) -> Iterator[Box]:
    """What is left of a box when another is taken away that differs from it in one dimension only."""
    lines: dict[tuple[str, Box], set[tuple[int, ...]]] = {}
    present = set(printed)
    for box in present:
        for at, (name, atoms) in enumerate(box):
            lines.setdefault((name, (*box[:at], *box[at + 1 :])), set()).add(atoms)
    for (name, others), cuts in sorted(lines.items()):
        if others in present:
            cuts.add(tuple(range(known[name].size)))
        for one, two in combinations(sorted(cuts, key=lambda atoms: (len(atoms), atoms)), 2):
            if len(one) < len(two) and set(one) < set(two):
                rest = tuple(atom for atom in two if atom not in set(one))
                yield tuple(sorted([*others, (name, rest)], key=lambda pair: pair[0]))
