"""Totals of distinct people are no sums: what is known of them, and how small counts among them are protected."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.tables.csv import TableError
from candour.tables.dimensions import Dimension
from candour.tables.distinct import DistinctTable, read_distinct
from candour.tables.distinct_suppression import distinct_faults, inferred, protect_distinct
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns
from candour.tables.suppress import Stopped

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = "offence,year,n\nTheft,2022,20\nTheft,2023,31\nFraud,2022,9\nFraud,2023,3\nTotal,2022,25\nTotal,2023,31\n"


@st.composite
def people(draw: st.DrawFn) -> DistinctTable:
    """People drawn one by one, each in some offences and of one sex; with or without groups of offences."""
    offences = Dimension("offence", ("a", "b", "c"), (("G", "G", "H"),) if draw(st.booleans()) else ())
    sexes = Dimension("sex", ("f", "m"))
    persons = draw(
        st.lists(st.tuples(st.sets(st.integers(0, 2), min_size=1), st.integers(0, 1)), min_size=1, max_size=14)
    )
    nodes = [set(offences.members(node)) for node in offences.nodes]
    values = np.array([[sum(bool(own & node) and sex == s for own, sex in persons) for s in (0, 1)] for node in nodes])
    return DistinctTable((offences, sexes), "offence", values)


@SLOW
@given(people(), st.sampled_from([Aim.BELIEVABLE, Aim.UNDETERMINED]))
def test_what_is_printed_leaves_every_small_count_open(table: DistinctTable, aim: Aim) -> None:
    safe = protect_distinct(table, Protection(threshold=3, aim=aim))
    shown = {cell.labels: cell.value for cell in safe.cells}
    assert distinct_faults(safe.proof, table, shown) == []
    known = inferred(table, shown)
    for labels in table.cells():
        if 0 < table.value(labels) < 3:
            least, most = known[labels]
            if aim is Aim.BELIEVABLE:
                assert least == 0
                assert most is None or most >= 3
            else:
                assert most is None or least < most


@SLOW
@given(people())
def test_a_proof_without_its_registers_fails(table: DistinctTable) -> None:
    safe = protect_distinct(table, Protection(threshold=3))
    shown = {cell.labels: cell.value for cell in safe.cells}
    assert bool(distinct_faults(replace(safe.proof, registers=()), table, shown)) == bool(safe.proof.cells)


def test_every_set_of_counts_within_the_bounds_is_that_of_some_people() -> None:
    """Three people in three categories with a group: each way to place them, against the bounds."""
    offences = Dimension("offence", ("a", "b", "c"), (("G", "G", "H"),))
    own = [set(each) for size in (1, 2, 3) for each in combinations(range(3), size)]
    nodes = [set(offences.members(node)) for node in offences.nodes]
    real = {
        tuple(sum(bool(each & node) for each in persons) for node in nodes)
        for count in range(4)
        for persons in product(own, repeat=count)
    }
    table = DistinctTable((offences,), "offence", np.zeros(len(nodes), dtype=np.int64))
    bounded = {
        values for values in product(range(4), repeat=len(nodes)) if table.is_possible(np.array(values, dtype=np.int64))
    }
    assert bounded == real


def test_totals_are_read_and_not_added_up() -> None:
    table = read_distinct(TEXT, Columns("n"), "offence")
    assert table.value(("Total", "2022")) == 25
    assert table.value(("Total", "Total")) == 56


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT.replace("Total,2022,25", "Total,2022,19"), "offence Total, year 2022 is 19, but its largest part is 20"),
        (TEXT.replace("Total,2022,25", "Total,2022,30"), "all together are 29"),
        (TEXT.replace("Total,2022,25\n", ""), "Total, 2022 is missing"),
        (TEXT.replace("Theft,2022,20", "Theft,2022,-1"), "a whole number of 0 or more"),
        (TEXT + "Theft,2022,20\n", "given twice"),
        (TEXT + "Theft,Total,50\n", "is 50, but its parts add up to 51"),
    ],
)
def test_what_no_people_have_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read_distinct(text, Columns("n"), "offence")


def test_rules_that_it_cannot_keep_are_refused_and_a_stop_gives_nothing() -> None:
    table = read_distinct(TEXT, Columns("n"), "offence")
    with pytest.raises(TableError, match="under the aims"):
        protect_distinct(table, Protection(insiders=True))
    with pytest.raises(Stopped):
        protect_distinct(table, Protection(), going=lambda: False)
