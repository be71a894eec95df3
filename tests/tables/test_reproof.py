"""A table is proven again from scratch, and whoever tries every register agrees with what the second proof says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from candour.tables.cells import cell_system
from candour.tables.counts import CountTable
from candour.tables.protected import suppressed
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns, read_counts
from candour.tables.reproof import reprove
from candour.tables.suppress import suppress
from tables.drawn import believed, registers_to_try, tables

SLOW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@SLOW
@given(tables(most_dimensions=2, most=3), st.sampled_from(list(Aim)), st.booleans())
def test_what_was_made_safe_is_proven_without_its_registers(table: CountTable, aim: Aim, zeros: bool) -> None:
    safe = suppressed(suppress(table, Protection(threshold=3, aim=aim, width=4, zeros=zeros)))
    printed = {cell.labels: cell.value for cell in safe.cells}
    without = replace(safe.proof, registers=())
    again = reprove(table, printed, without)
    assert again.safe or again.by_registers
    assert reprove(table, printed, safe.proof).safe


@SLOW
@given(tables(most_dimensions=2, most=3, largest=5), st.data())
def test_an_attacker_who_tries_everything_agrees(table: CountTable, data: st.DataObject) -> None:
    rules = Protection(threshold=3)
    proof = suppressed(suppress(table, rules)).proof
    system = cell_system(table)
    small = (system.value > 0) & (system.value < 3)
    more = data.draw(st.lists(st.booleans(), min_size=len(small), max_size=len(small)))
    withheld = small | np.array(more, dtype=bool)
    assume(registers_to_try(system, withheld, 6) <= 3_000)
    sums = list(believed(system, withheld, 6))
    least, most = np.min(sums, axis=0), np.max(sums, axis=0)
    safe = bool((least[small] == 0).all() and (most[small] >= 3).all())
    printed = {
        labels: (0 if class_ < 0 else None if withheld[class_] else int(system.value[class_]))
        for labels, class_ in system.cells()
    }
    again = reprove(table, printed, replace(proof, registers=()))
    assert again.safe == safe or again.by_registers
    assert not (again.safe and not safe), "never safe where it is not"


def test_two_small_counts_with_their_totals_are_told_to_be_known() -> None:
    table = read_counts("a,b,n\nx,1,1\nx,2,30\ny,1,40\ny,2,50\n", Columns("n"))
    safe = suppressed(suppress(table))
    printed = {labels: (None if labels == ("x", "1") else table.value(labels)) for labels in table.cells()}
    again = reprove(table, printed, safe.proof)
    assert not again.safe
    assert again.method == "exact"
    assert "a x, b 1" in again.faults[0]
    assert reprove(table, {**printed, ("x", "Total"): 32}, safe.proof).faults == (
        "a x, b Total is printed as 32, but is 31.",
    )


def test_a_large_table_is_decided_by_its_registers_and_that_is_said() -> None:
    table = read_counts("a,b,n\nx,1,1\nx,2,30\ny,1,40\ny,2,50\n", Columns("n"))
    safe = suppressed(suppress(table))
    printed = {cell.labels: cell.value for cell in safe.cells}
    assert reprove(table, printed, safe.proof).method == "exact"
    assert reprove(table, printed, safe.proof, most_unknown=1).method == "registers"


def test_the_register_s_is_proven_again(shared: Path) -> None:
    text = (shared / "data" / "tables" / "S.csv").read_text(encoding="utf-8")
    table = read_counts(text, Columns("freq", {"offence": "ogroup"}))
    safe = suppressed(suppress(table, Protection(aim=Aim.UNDETERMINED)))
    printed = {cell.labels: cell.value for cell in safe.cells}
    again = reprove(table, printed, replace(safe.proof, registers=()))
    assert again.safe
    assert (again.method, again.cells) == ("exact", 198)


@pytest.mark.parametrize("aim", [Aim.WIDTH, Aim.UNDETERMINED])
def test_marks_take_part_in_the_second_proof(aim: Aim) -> None:
    table = read_counts("a,b,n\nx,1,3\nx,2,9\nx,3,40\ny,1,6\ny,2,1\ny,3,50\n", Columns("n"))
    rules = Protection(aim=aim, width=1, tells_small=True)
    safe = suppressed(suppress(table, rules))
    printed = {cell.labels: cell.value for cell in safe.cells}
    again = reprove(table, printed, replace(safe.proof, registers=()))
    assert again.safe or again.by_registers
    assert reprove(table, printed, safe.proof).safe


@SLOW
@given(tables(most_dimensions=2, most=3, largest=5), st.integers(0, 30), st.data())
def test_whenever_it_is_stopped_it_calls_nothing_safe_that_is_not(
    table: CountTable, steps: int, data: st.DataObject
) -> None:
    made = suppressed(suppress(table, Protection(threshold=3)))
    printed = {cell.labels: cell.value for cell in made.cells}
    if withheld := sorted(labels for labels, value in printed.items() if value is None):
        shown = data.draw(st.sampled_from([None, *withheld]))
        if shown is not None:
            printed[shown] = table.value(shown)
    left = iter(range(steps))
    stopped = reprove(table, printed, made.proof, going=lambda: next(left, None) is not None)
    whole = reprove(table, printed, made.proof)
    assert not stopped.safe or whole.safe
    if all(printed[labels] is None for labels in withheld):
        assert stopped.safe


def test_stopped_at_once_it_rests_on_the_registers_and_says_so() -> None:
    table = read_counts("a,b,n\nx,1,1\nx,2,30\ny,1,40\ny,2,50\n", Columns("n"))
    made = suppressed(suppress(table, Protection(threshold=5)))
    printed = {cell.labels: cell.value for cell in made.cells}
    stopped = reprove(table, printed, made.proof, going=lambda: False)
    assert stopped.safe
    assert (stopped.method, stopped.by_registers > 0) == ("exact and registers", True)
    empty = replace(made.proof, registers=())
    assert not reprove(table, printed, empty, going=lambda: False).safe
