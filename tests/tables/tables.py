"""Tables of counts that tests draw: a few dimensions, some with groups, many small counts and zeros."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension

NAMES = ("offence", "year", "outcome", "rank")


@st.composite
def dimensions(draw: st.DrawFn, name: str, most: int = 5) -> Dimension:
    """One dimension of 1 to `most` categories, with a level of groups or none."""
    many = draw(st.integers(1, most))
    categories = tuple(f"{name[0]}{index}" for index in range(many))
    if not draw(st.booleans()):
        return Dimension(name, categories)
    groups = draw(st.lists(st.integers(0, 2), min_size=many, max_size=many))
    return Dimension(name, categories, (tuple(f"{name[0]}group{group}" for group in groups),))


@st.composite
def tables(draw: st.DrawFn, least: int = 1, most: int = 3) -> CountTable:
    """A table of `least` to `most` dimensions with counts of mostly below 10."""
    many = draw(st.integers(least, most))
    chosen = tuple(draw(dimensions(name)) for name in NAMES[:many])
    shape = tuple(len(dimension.categories) for dimension in chosen)
    size = int(np.prod(shape))
    counts = draw(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 200)), min_size=size, max_size=size))
    return CountTable(chosen, np.array(counts, dtype=np.int64).reshape(shape))


def permuted(table: CountTable, seed: int) -> CountTable:
    """The same table with its dimensions and their categories in another order."""
    random = np.random.default_rng(seed)
    axes = [int(axis) for axis in random.permutation(len(table.dimensions))]
    orders = [random.permutation(len(table.dimensions[axis].categories)) for axis in axes]
    turned = tuple(
        Dimension(
            table.dimensions[axis].name,
            tuple(table.dimensions[axis].categories[at] for at in order),
            tuple(tuple(level[at] for at in order) for level in table.dimensions[axis].levels),
        )
        for axis, order in zip(axes, orders, strict=True)
    )
    return CountTable(turned, np.transpose(table.counts, axes)[np.ix_(*orders)], table.unit)
