"""Marks and percentages are part of what an attacker knows: a pattern holds with them, or it is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from candour.tables.counts import CountTable
from candour.tables.csv import TableError
from candour.tables.dimensions import Dimension
from candour.tables.proof import faults, read_proof
from candour.tables.protected import suppressed
from candour.tables.protection import Aim, Protection
from candour.tables.suppress import suppress
from tables.drawn import believed, registers_to_try, tables

SLOW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@SLOW
@given(tables(most_dimensions=2, most=3, largest=6))
def test_an_attacker_who_reads_the_marks_and_tries_everything_determines_nothing(table: CountTable) -> None:
    rules = Protection(threshold=3, aim=Aim.UNDETERMINED, tells_small=True)
    try:
        result = suppress(table, rules)
    except TableError:
        return  # refused: no pattern holds with that mark
    assume(registers_to_try(result.system, result.withheld, 4) <= 3_000)
    small, others = result.sensitive, result.withheld & ~result.sensitive
    worlds = [
        world
        for world in believed(result.system, result.withheld, 4)
        if (world[small] >= 1).all() and (world[small] < 3).all() and (world[others] >= 3).all()
    ]
    for class_ in np.flatnonzero(small):
        assert len({int(world[class_]) for world in worlds}) > 1


def test_four_small_counts_under_a_small_total_are_each_one_and_that_is_refused() -> None:
    table = CountTable((Dimension("year", ("1", "2", "3", "4")),), np.array([1, 1, 1, 1]))
    assert suppressed(suppress(table, Protection(aim=Aim.UNDETERMINED))).proof.safe
    with pytest.raises(TableError, match="one mark for every figure"):
        suppress(table, Protection(aim=Aim.UNDETERMINED, tells_small=True))


def test_a_mark_of_small_counts_contradicts_the_stronger_aim() -> None:
    with pytest.raises(TableError, match="one mark for all"):
        Protection(tells_small=True)


def test_a_proof_made_without_the_mark_does_not_hold_with_it() -> None:
    axes = (Dimension("kind", ("a", "b")), Dimension("year", ("2022", "2023")))
    table = CountTable(axes, np.array([[1, 9], [9, 1]]))
    safe = suppressed(suppress(table, Protection(aim=Aim.BELIEVABLE)))
    shown = {cell.labels: cell.value for cell in safe.cells}
    settings_with = {**safe.proof.settings, "aim": "undetermined", "tells_small": True}
    assert faults(safe.proof, table, shown) == []
    assert faults(replace(safe.proof, settings=settings_with), table, shown)


def test_readers_see_the_mark_of_small_counts_where_the_proof_knows_it() -> None:
    axes = (Dimension("kind", ("a", "b", "c")), Dimension("year", ("2022", "2023", "2024")))
    table = CountTable(axes, np.array([[2, 9, 30], [9, 3, 20], [40, 30, 20]]))
    safe = suppressed(suppress(table, Protection(aim=Aim.UNDETERMINED, tells_small=True)))
    words = safe.for_readers("<5", "*").decode("utf-8-sig")
    assert "a,2022,<5" in words
    assert ",*" in words
    assert "a mark of their own" in words
    shown = {cell.labels: cell.value for cell in safe.cells}
    assert faults(read_proof(safe.proof.as_data()), table, shown) == []


def test_a_percentage_that_tells_a_small_count_is_refused_and_another_is_kept_in_mind() -> None:
    table = CountTable((Dimension("year", ("2021", "2022", "2023")),), np.array([2, 30, 40]))
    cell = ("2021",)
    with pytest.raises(TableError, match="year 2021"):
        suppress(table, Protection(told={cell: (2, 2)}))
    result = suppress(table, Protection(aim=Aim.WIDTH, width=2, told={cell: (1, 4)}))
    assert not result.evidence.missing
    place = int(np.flatnonzero(result.sensitive)[0])
    worlds = [2 + int(r.changes[list(r.classes).index(place)]) for r in result.registers if place in r.classes]
    assert all(1 <= world <= 4 for world in worlds)


@SLOW
@given(tables(most_dimensions=2, most=3, largest=6))
def test_of_a_full_group_one_of_the_other_categories_may_have_cases(table: CountTable) -> None:
    name = table.dimensions[-1].name
    result = suppress(table, Protection(threshold=3, full=(name,)))
    assume(registers_to_try(result.system, result.withheld, 3) <= 3_000)
    worlds = np.array(list(believed(result.system, result.withheld, 3)))
    grid = result.system.class_of.reshape([len(dimension.nodes) for dimension in table.dimensions])
    for group in grid.reshape(-1, grid.shape[-1])[:, : len(table.dimensions[-1].categories)]:
        values = result.system.value[group]
        if len(group) > 1 and np.count_nonzero(values) == 1:
            others = group[values == 0]
            assert (worlds[:, others] > 0).any(), "it may be believed that not all are of one category"


def test_a_combination_that_cannot_occur_protects_nothing() -> None:
    axes = (Dimension("kind", ("a", "b")),)
    table = CountTable(axes, np.array([0, 40]), impossible=np.array([True, False]))
    assert suppressed(suppress(table, Protection(zeros=True))).hidden == 0
    assert suppressed(suppress(CountTable(axes, np.array([0, 40])), Protection(zeros=True))).hidden > 0
