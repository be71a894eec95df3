"""Every cell of a table as a sum of innermost cells."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from candour.tables.cells import cell_system
from candour.tables.counts import CountTable
from tables.drawn import tables


@given(tables())
def test_each_cell_is_the_sum_of_what_it_counts(table: CountTable) -> None:
    system = cell_system(table)
    for labels, class_ in system.cells():
        assert table.value(labels) == (system.value[class_] if class_ >= 0 else 0)
    assert (system.sums(system.inner) == system.value).all()
    assert int(system.copies.sum()) == int((system.class_of >= 0).sum())


@given(tables())
def test_cells_of_one_class_are_equal_in_every_register_and_others_are_not(table: CountTable) -> None:
    system = cell_system(table)
    members = [
        tuple(system.below[system.below_start[i] : system.below_start[i + 1]].tolist())
        for i in range(len(system.value))
    ]
    assert len(set(members)) == len(members)
    assert all(list(one) == sorted(one) for one in members)
    for cell in range(len(system.inner)):
        above = system.above[system.above_start[cell] : system.above_start[cell + 1]]
        assert set(above.tolist()) == {i for i, one in enumerate(members) if cell in one}


@given(tables())
def test_zeros_take_part_only_when_asked(table: CountTable) -> None:
    assert len(cell_system(table).inner) == int(np.sum(table.counts > 0))
    assert len(cell_system(table, with_zeros=True).inner) == table.counts.size
