"""A percentage or an average beside the table tells nobody a small count: against whoever tries every register."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.protected import suppressed
from candour.tables.protection import Aim, Override, Protection
from candour.tables.read_counts import Columns, read_counts
from candour.tables.rule_files import with_told
from candour.tables.suppress import suppress
from candour.tables.verification import verified
from tables.drawn import believed, registers_to_try, tables


def share(part: int, whole: int, places: int) -> str:
    """A percentage as a spreadsheet prints it."""
    return str((Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


@st.composite
def with_shares(draw: st.DrawFn) -> tuple[CountTable, int, list[tuple[Labels, Labels, int]]]:
    """A table, how many places its percentages have, and of which cells they are printed, each with its whole."""
    table = draw(tables(most_dimensions=2, most=3, largest=12))
    pairs = []
    for cell in draw(st.lists(st.sampled_from(list(table.cells())), min_size=1, max_size=2, unique=True)):
        along = draw(st.integers(0, len(cell) - 1))
        whole = (*cell[:along], TOTAL, *cell[along + 1 :])
        if cell[along] != TOTAL and table.value(whole):
            pairs.append((cell, whole, along))
    assume(pairs)
    return table, draw(st.integers(0, 1)), pairs


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(with_shares(), st.sampled_from([Aim.BELIEVABLE, Aim.UNDETERMINED]))
def test_whoever_tries_every_register_that_has_these_percentages_learns_no_small_count(
    drawn: tuple[CountTable, int, list[tuple[Labels, Labels, int]]], aim: Aim
) -> None:
    table, places, pairs = drawn
    names = [dimension.name for dimension in table.dimensions]
    rows = [
        ",".join([*cell, share(table.value(cell), table.value(whole), places), names[along]])
        for cell, whole, along in pairs
    ]
    text = "\n".join([",".join([*names, "percent", "of"]), *rows])
    rules = with_told(text, table, Protection(threshold=3, aim=aim))
    try:
        result = suppress(table, rules)
    except TableError:
        return  # refused with the reason
    safe = suppressed(result)
    shown = {cell.labels: cell.value for cell in safe.cells}
    assert safe.proof.safe
    assert verified(safe.proof, table, shown, rules).faults == ()
    assume(registers_to_try(result.system, result.withheld, 6) <= 20_000)
    class_of = dict(result.system.cells())

    def count(sums: np.ndarray, labels: Labels) -> int:
        return int(sums[class_of[labels]]) if class_of[labels] >= 0 else 0

    worlds = [
        sums
        for sums in believed(result.system, result.withheld, 6)
        if all(
            (all_ := count(sums, whole))
            and share(count(sums, cell), all_, places) == share(table.value(cell), table.value(whole), places)
            for cell, whole, _ in pairs
        )
    ]
    # Every small count, whatever the rules make of it: what a percentage tells is no excuse.
    small = (result.system.value > 0) & (result.system.value < 3)
    least, most = np.min(worlds, axis=0)[small], np.max(worlds, axis=0)[small]
    if aim is Aim.BELIEVABLE:
        assert (least == 0).all()
        assert (most >= 3).all()
    else:
        assert (least < most).all()


TABLE = read_counts("a,b,n\nx,1,20\nx,2,0\ny,1,40\ny,2,50\n", Columns("n"))


@pytest.mark.parametrize(
    ("rules", "row"),
    [
        (Protection(zeros=True), "x,2,0.0,b"),
        (Protection(populations={("a", "x"): 30}, least_population=50), "x,1,100.0,b"),
        (Protection(overrides={("y", "2"): Override(sensitive=True, reason="One street")}), "y,2,55.6,b"),
        (Protection(overrides={("y", TOTAL): Override(sensitive=True, reason="One street")}), "y,2,55.6,b"),
    ],
    ids=["a zero", "few people", "a decision", "the whole of the share"],
)
def test_a_percentage_that_tells_what_a_rule_protects_is_refused(rules: Protection, row: str) -> None:
    with pytest.raises(TableError, match="or beside it, tells by itself"):
        suppress(TABLE, with_told(f"a,b,percent,of\n{row}\n", TABLE, rules))


def test_a_large_count_that_a_percentage_tells_counts_as_shown() -> None:
    rules = with_told("a,b,percent,of\ny,2,55.6,b\n", TABLE, Protection())
    assert {("y", "2"), ("y", TOTAL)} <= rules.public
