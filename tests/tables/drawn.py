"""Tables of counts that hypothesis draws, and an attacker who tries every register."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension


@st.composite
def dimensions(draw: st.DrawFn, name: str, most: int = 4) -> Dimension:
    """A dimension of two or more categories, half the time in groups."""
    count = draw(st.integers(2, most))
    categories = tuple(f"{name}{index}" for index in range(count))
    if not draw(st.booleans()):
        return Dimension(name, categories)
    groups = tuple(f"{name}-group{draw(st.integers(0, 1))}" for _ in categories)
    return Dimension(name, categories, (groups,))


@st.composite
def tables(draw: st.DrawFn, most_dimensions: int = 3, most: int = 4, largest: int = 12) -> CountTable:
    """A table of one to three dimensions with small counts, as answers have them."""
    names = "abc"[: draw(st.integers(1, most_dimensions))]
    axes = tuple(draw(dimensions(name, most)) for name in names)
    shape = [len(axis.categories) for axis in axes]
    size = int(np.prod(shape))
    counts = draw(st.lists(st.integers(0, largest), min_size=size, max_size=size))
    return CountTable(axes, np.array(counts, dtype=np.int64).reshape(shape))


def believed(system: CellSystem, withheld: NDArray[np.bool_], room: int) -> Iterator[NDArray[np.int64]]:
    """What every class counts in each register that reproduces what is shown, up to `room` above the truth.

    It tries every combination of counts of the innermost cells that are withheld: slow, and with no cleverness to err.
    """
    for counts in product(*_ranges(system, withheld, room)):
        sums = system.sums(np.array(counts, dtype=np.int64))
        if not (sums != system.value)[~withheld].any():
            yield sums


def registers_to_try(system: CellSystem, withheld: NDArray[np.bool_], room: int) -> int:
    """How many combinations `believed` tries."""
    return prod(len(counts) for counts in _ranges(system, withheld, room))


def _ranges(system: CellSystem, withheld: NDArray[np.bool_], room: int) -> list[range]:
    single = {int(system.below[system.below_start[i]]): i for i in np.flatnonzero(np.diff(system.below_start) == 1)}
    return [
        range(int(count) + room + 1) if withheld[single[cell]] else range(int(count), int(count) + 1)
        for cell, count in enumerate(system.inner)
    ]
