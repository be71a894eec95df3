"""Coarser tables: safe where they say so, the same cases, cheapest first, and in words that a person can check."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.tables.cells import every_cell
from candour.tables.coarsening import Proposal, propose
from candour.tables.counts import CountTable
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.ordering import order_of
from candour.tables.read_counts import Columns, read_counts
from tables.tables import permuted, tables

QUICK = 600


def small(table: CountTable, threshold: int) -> int:
    values = every_cell(table)
    return int(((values > 0) & (values < threshold)).sum())


@given(tables(), st.sampled_from([3, 5, 10]))
def test_a_proposal_is_what_it_says(table: CountTable, threshold: int) -> None:
    for proposal in propose(table, threshold, evaluations=QUICK):
        assert proposal.sensitive == small(proposal.table, threshold)
        assert proposal.table.counts.sum() == table.counts.sum(), "no case is lost"
        assert proposal.table.unit == table.unit
        assert proposal.cells_lost == table.size - proposal.table.size >= 0
        assert 0 <= proposal.coarser <= 1 and 0 <= proposal.information_lost <= 1
        assert bool(proposal.changes) == (proposal.cells_lost > 0)


@given(tables())
def test_safe_proposals_come_alone_and_cheapest_first(table: CountTable) -> None:
    proposals = propose(table, evaluations=QUICK)
    assert proposals
    assert len({proposal.is_safe for proposal in proposals}) == 1 or not proposals[0].is_safe
    if proposals[0].is_safe:
        losses = [proposal.information_lost for proposal in proposals]
        assert losses == sorted(losses)
    else:
        left = [proposal.sensitive for proposal in proposals]
        assert min(left) == left[0] <= small(table, 5)
    assert len({proposal.changes for proposal in proposals}) == len(proposals)


@given(tables())
@settings(max_examples=15)
def test_a_table_with_enough_cases_can_be_made_safe(table: CountTable) -> None:
    grouped = [d for d in table.dimensions if d.levels and len(set(d.levels[0])) > 1]
    enough = int(table.counts.sum()) >= 5 or not table.counts.any()
    best = propose(table)[0]
    assert best.is_safe == enough or grouped or len(table.dimensions) > 1
    if not enough:
        assert not best.is_safe


@given(tables(), st.integers(0, 1000))
@settings(max_examples=15)
def test_the_order_of_dimensions_and_categories_changes_nothing_of_weight(table: CountTable, seed: int) -> None:
    # Neighbours are what they are by their labels: an order in which categories happen to stand does not count.
    one, other = propose(table)[0], propose(permuted(table, seed))[0]
    assert one.is_safe == other.is_safe
    if len(table.dimensions) == 1:
        assert one.information_lost == pytest.approx(other.information_lost)


@given(tables())
def test_the_same_table_gets_the_same_proposals(table: CountTable) -> None:
    one, other = propose(table, evaluations=QUICK), propose(table, evaluations=QUICK)
    assert [proposal.changes for proposal in one] == [proposal.changes for proposal in other]


@given(tables(), st.integers(0, 200))
def test_whenever_it_is_stopped_what_is_called_safe_is_safe(table: CountTable, steps: int) -> None:
    left = iter(range(steps))
    stopped = propose(table, going=lambda: next(left, None) is not None)
    assert stopped
    for proposal in stopped:
        assert proposal.is_safe == (small(proposal.table, 5) == 0)
        assert proposal.table.counts.sum() == table.counts.sum()
    assert propose(table, going=lambda: False)[0].table.counts.tolist() == table.counts.tolist()


@given(tables(), st.sampled_from([2, 3, 5]))
def test_a_higher_threshold_never_costs_less(table: CountTable, threshold: int) -> None:
    low = propose(table, threshold)[0]
    high = propose(table, threshold + 1)[0]
    if low.is_safe and high.is_safe and len(table.dimensions) == 1:
        assert high.information_lost >= low.information_lost - 1e-9


def flat(name: str, *labels: str, levels: tuple[tuple[str, ...], ...] = ()) -> Dimension:
    return Dimension(name, labels, levels)


def one_of(proposals: tuple[Proposal, ...], *changes: str) -> Proposal:
    return next(proposal for proposal in proposals if proposal.changes == changes)


def test_a_safe_table_is_proposed_as_it_is() -> None:
    table = CountTable((flat("year", "2019", "2020"),), np.array([5, 0]))
    (proposal,) = propose(table)
    assert proposal.is_safe and proposal.changes == () and proposal.information_lost == 0


def test_neighbouring_years_go_together() -> None:
    table = CountTable((flat("year", "2019", "2020", "2021", "2022"),), np.array([20, 3, 30, 40]))
    best = propose(table)[0]
    assert best.changes == ("2019 and 2020 together",)
    assert best.table.dimensions[0].categories == ("2019 and 2020", "2021", "2022")
    assert best.table.counts.tolist() == [23, 30, 40]
    assert best.cells_lost == 1 and best.coarser == pytest.approx(23 / 93)


def test_a_run_of_years_is_named_by_its_ends_and_what_is_not_recorded_stays_apart() -> None:
    years = flat("year", "2019", "2020", "2021", "2022", "Not recorded")
    best = propose(CountTable((years,), np.array([1, 1, 3, 40, 9])))[0]
    assert best.changes == ("2019 to 2021 together",)
    assert best.table.dimensions[0].categories == ("2019 to 2021", "2022", "Not recorded")


def test_categories_without_an_order_go_together_within_their_group() -> None:
    offences = flat(
        "offence", "Theft", "Arson", "Assault", "Fraud", levels=(("property", "property", "person", "property"),)
    )
    table = CountTable((offences,), np.array([20, 3, 30, 9]))
    best = propose(table)[0]
    assert best.changes == ("Arson and Fraud together",)
    assert best.table.value(("property",)) == 32


def test_climbing_and_leaving_out_are_other_ways() -> None:
    offences = flat(
        "offence", "Theft", "Arson", "Assault", "Harm", levels=(("property", "property", "person", "person"),)
    )
    outcome = flat("outcome", "charged", "no action")
    table = CountTable((offences, outcome), np.array([[20, 3], [9, 8], [2, 30], [9, 50]]))
    proposals = propose(table)
    assert all(proposal.is_safe for proposal in proposals)
    up = one_of(proposals, "offence by group only")
    assert up.table.dimensions[0] == Dimension("offence", ("property", "person"))
    assert up.coarser == 1
    without = one_of(proposals, "without outcome")
    assert without.table.dimensions == (offences,)
    assert without.table.counts.tolist() == [23, 17, 32, 59]


def test_nothing_can_be_done_for_three_cases_and_that_is_said() -> None:
    table = CountTable((flat("year", "2019", "2020", "2021"),), np.array([1, 0, 2]))
    best = propose(table)[0]
    assert not best.is_safe and best.sensitive


def test_a_person_decides_what_is_in_order() -> None:
    codes = flat("grade", "a", "b", "c", "d")
    table = CountTable((codes,), np.array([3, 50, 9, 7]))
    assert propose(table)[0].changes == ("a and d together",)
    assert propose(table, ordered={"grade": True})[0].changes == ("a and b together",)
    years = CountTable((flat("year", "2019", "2020", "2021", "2022"),), np.array([3, 50, 9, 7]))
    assert propose(years, ordered={"year": False})[0].changes == ("2019 and 2022 together",)


def test_impossible_combinations_stay_so_only_together() -> None:
    impossible = np.array([[True, False], [True, False], [False, False]])
    table = CountTable(
        (flat("offence", "a", "b", "c"), flat("year", "2019", "2020")),
        np.array([[0, 3], [0, 4], [9, 9]]),
        "cases",
        impossible,
    )
    best = one_of(propose(table), "a and b together")
    assert best.table.impossible is not None
    assert best.table.impossible.tolist() == [[True, False], [False, False]]


def test_a_merged_label_never_stands_for_two_things() -> None:
    table = CountTable((flat("offence", "a", "b", "a and b", "c"),), np.array([1, 4, 90, 90]))
    best = propose(table)[0]
    assert best.table.dimensions[0].categories == ("a and b (together)", "a and b", "c")


def test_climbing_needs_groups() -> None:
    with pytest.raises(TableError, match="no groups"):
        flat("offence", "a").climbed()
    two = flat("force", "a", "b", "c", levels=(("x", "x", "y"), ("n", "n", "n")))
    assert two.climbed() == Dimension("force", ("x", "y"), (("n", "n"),))
    assert two.climbed().nodes == ("x", "y", "n", TOTAL)


@pytest.mark.parametrize(
    "labels",
    [
        ("2019", "2020", "2021"),
        ("Y2019", "Y2020"),
        ("2019/20", "2020/21"),
        ("January", "February", "May", "Sept"),
        ("Dec 2019", "Jan 2020"),
        ("Q4 2019", "Q1 2020", "Q2 2020"),
        ("under 18", "18-24", "25 to 34", "35+", "Unknown"),
        ("17 and under", "18-24", "65 and over"),
        ("0", "1", "2", "10"),
        ("2019-12", "2020-01"),
        ("Mon", "Tues", "Wednesday"),
        ("up to 5", "6-10", "over 10"),
    ],
)
def test_labels_in_order_are_known_as_such(labels: tuple[str, ...]) -> None:
    known = [label for label in labels if label != "Unknown"]
    places = order_of(labels[::-1])
    assert places is not None
    assert sorted(known, key=places.__getitem__) == known


@pytest.mark.parametrize("labels", [("O01", "O02"), ("Theft", "Arson"), ("2019", "Theft"), ("2019",), ("Q1", "q1")])
def test_other_labels_have_no_order(labels: tuple[str, ...]) -> None:
    assert order_of(labels) is None


def test_the_reference_register_can_be_made_safe_in_different_ways(shared: Path) -> None:
    text = (shared / "data/tables/S.csv").read_text(encoding="utf-8")
    table = read_counts(text, Columns("freq", {"offence": "ogroup"}))
    proposals = propose(table)
    assert len(proposals) >= 3 and all(proposal.is_safe for proposal in proposals)
    assert proposals[0].information_lost < 0.35
