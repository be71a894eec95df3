"""A proof stands for its own table, print and rules: whoever alters one of them is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from candour.tables.counts import CountTable
from candour.tables.csv import TableError
from candour.tables.proof import Proof, read_proof
from candour.tables.protected import ProtectedTable, suppressed
from candour.tables.protection import Aim, Override, Protection
from candour.tables.read_counts import Columns, read_counts
from candour.tables.read_protected import read_protected
from candour.tables.suppress import suppress
from candour.tables.verification import verified
from tables.drawn import tables

RULES = Protection(threshold=5)
TABLE = read_counts("a,b,n\nx,1,1\nx,2,30\ny,1,40\ny,2,50\n", Columns("n"))


@pytest.fixture(scope="module")
def safe() -> ProtectedTable:
    return suppressed(suppress(TABLE, RULES))


def printed(safe: ProtectedTable) -> dict[tuple[str, ...], int | None]:
    return {cell.labels: cell.value for cell in safe.cells}


def altered(proof: Proof, **changes: Any) -> Proof:
    return read_proof({**proof.as_data(), **changes})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(most_dimensions=2, most=3), st.sampled_from([Aim.BELIEVABLE, Aim.UNDETERMINED]))
def test_a_proof_that_nobody_touched_stands(table: CountTable, aim: Aim) -> None:
    rules = Protection(threshold=3, aim=aim)
    safe = suppressed(suppress(table, rules))
    assert verified(read_proof(safe.proof.as_data()), table, printed(safe), rules).faults == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"threshold": 2}, "threshold is 2 in it, and 5"),
        ({"threshold": 1}, "other rules"),
        ({"aim": "undetermined"}, "aim is undetermined in it"),
        ({"zeros": True}, "other rules"),
        ({"public": [["x", "1"]]}, "public is"),
        ({"told": [[["x", "1"], 0, 9]]}, "told is"),
    ],
)
def test_rules_that_were_altered_in_the_proof_are_named(
    safe: ProtectedTable, changes: dict[str, Any], words: str
) -> None:
    proof = altered(safe.proof, settings={**safe.proof.settings, **changes})
    assert any(words in fault for fault in verified(proof, TABLE, printed(safe), RULES).faults)


@pytest.mark.parametrize(
    "changes",
    [
        {"registers": []},
        {"registers": [[[0, -2]]]},
        {"registers": [[[99, 1]]]},
        {"safe": False},
        {"cells": 7},
        {"input": "0" * 64},
        {"output": "0" * 64},
    ],
)
def test_whatever_is_altered_in_the_proof_it_no_longer_stands(safe: ProtectedTable, changes: dict[str, Any]) -> None:
    assert verified(altered(safe.proof, **changes), TABLE, printed(safe), RULES).faults


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(most_dimensions=2, most=3), st.data())
def test_whichever_cell_is_altered_the_proof_no_longer_stands(table: CountTable, data: st.DataObject) -> None:
    rules = Protection(threshold=3)
    safe = suppressed(suppress(table, rules))
    shown = printed(safe)
    cell = data.draw(st.sampled_from(sorted(shown)))
    value = shown[cell]
    shown[cell] = table.value(cell) if value is None else data.draw(st.sampled_from([None, value + 1]))
    assert verified(safe.proof, table, shown, rules).faults


def test_the_proof_of_another_register_does_not_stand_though_the_print_is_the_same(safe: ProtectedTable) -> None:
    other = replace(TABLE, counts=TABLE.counts + np.array([[1, -1], [-1, 1]]))
    assert any("another table" in fault for fault in verified(safe.proof, other, printed(safe), RULES).faults)


def test_without_the_decisions_of_a_person_the_proof_does_not_stand() -> None:
    decided = replace(RULES, overrides={("y", "2"): Override(sensitive=True, reason="One street")})
    safe = suppressed(suppress(TABLE, decided))
    assert verified(safe.proof, TABLE, printed(safe), decided).safe
    assert verified(safe.proof, TABLE, printed(safe), RULES).faults
    shown = replace(RULES, overrides={("x", "1"): Override(sensitive=False, reason="In the press")})
    open_ = suppressed(suppress(TABLE, shown))
    assert verified(open_.proof, TABLE, printed(open_), shown).safe
    assert "sensitive and shown" in " ".join(verified(open_.proof, TABLE, printed(open_), RULES).faults)


@st.composite
def decided(draw: st.DrawFn) -> tuple[CountTable, Protection]:
    """A table of many zeros, in which many cells count the same, and rules that name single cells of it."""
    table = draw(tables(most_dimensions=2, most=3, largest=4))
    cells = st.sampled_from(list(table.cells()))
    first = table.dimensions[0]
    return table, Protection(
        threshold=3,
        zeros=draw(st.booleans()),
        overrides={
            cell: Override(sensitive=draw(st.booleans()), reason="Somebody looked")
            for cell in draw(st.lists(cells, max_size=2))
        },
        public=frozenset(draw(st.lists(cells, max_size=1))),
        full=draw(st.sampled_from([(), (first.name,)])),
        populations={(first.name, first.categories[0]): 4},
        least_population=draw(st.sampled_from([0, 5])),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decided(), st.booleans())
def test_both_methods_count_the_same_cells_whatever_a_person_decided(
    of: tuple[CountTable, Protection], only_totals: bool
) -> None:
    table, rules = of
    printed = table.in_views([[table.dimensions[0].name]]) if only_totals else None
    try:
        safe = suppressed(suppress(table, rules, printed=printed), printed)
    except TableError:
        assume(False)
    shown = {cell.labels: cell.value for cell in safe.cells}
    again = verified(safe.proof, table, shown, rules)
    assert again.faults == ()
    assert again.cells == safe.proof.cells
    more = altered(safe.proof, cells=safe.proof.cells + 1)
    assert "sensitive cells, but there are" in " ".join(verified(more, table, shown, rules).faults)


def test_a_decision_on_a_cell_holds_for_its_total_that_counts_nobody_else() -> None:
    table = read_counts("a,b,n\nx,1,9\ny,1,40\ny,2,50\nz,1,30\nz,2,20\n", Columns("n"))
    protect = replace(RULES, overrides={("x", "1"): Override(sensitive=True, reason="One street")})
    safe = suppressed(suppress(table, protect))
    assert printed(safe)["x", "Total"] is None
    again = verified(safe.proof, table, printed(safe), protect)
    assert (again.faults, again.cells) == ((), 2)


def test_a_mark_that_contradicts_its_figure_is_refused(safe: ProtectedTable) -> None:
    text = safe.as_csv().decode()
    withheld = "x,1,,primary"
    assert withheld in text
    for wrong in ("x,1,,shown", "x,1,1,primary"):
        with pytest.raises(TableError, match="a x, b 1 is called"):
            read_protected(text.replace(withheld, wrong), TABLE)
