"""Controlled rounding: additive, near the truth, the same for the same, and what a reader can still infer."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.tables.cells import every_cell
from candour.tables.counts import CountTable
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.read_counts import Columns, read_counts
from candour.tables.rounded_intervals import believable, rounding_proof
from candour.tables.rounding import RoundingRefused, check, round_table
from tables.tables import permuted, tables

KEY = b"a secret of the force, 32 bytes."
bases = st.sampled_from([2, 3, 5, 10])


def two_way(counts: list[list[int]]) -> CountTable:
    rows, columns = len(counts), len(counts[0])
    return CountTable(
        (
            Dimension("offence", tuple(f"o{index}" for index in range(rows))),
            Dimension("year", tuple(str(2019 + index) for index in range(columns))),
        ),
        np.array(counts, dtype=np.int64),
    )


@given(tables(), bases)
def test_every_cell_is_a_multiple_near_the_truth_and_margins_add_up(table: CountTable, base: int) -> None:
    rounded = round_table(table, KEY, base)
    assert len(rounded.values) == table.size
    for labels, value in zip(table.cells(), rounded.values, strict=True):
        truth = table.value(labels)
        members = [d.members(label) for d, label in zip(table.dimensions, labels, strict=True)]
        printed = [d.categories for d in table.dimensions]
        parts = [
            rounded.value(tuple(categories[at] for categories, at in zip(printed, place, strict=True)))
            for place in itertools.product(*members)
        ]
        assert value == sum(parts), "a margin is the sum of its parts"
        assert value >= 0 and value % base == 0
        assert abs(value - truth) <= rounded.largest_deviation <= rounded.within
        if truth == 0:
            assert value == 0
    assert (np.abs(table.counts - rounded.rounded.counts) < base).all()


@given(tables(most=2).filter(lambda table: sum(bool(d.levels) for d in table.dimensions) < 2), bases)
def test_two_dimensions_with_one_hierarchy_always_stay_within_less_than_the_base(table: CountTable, base: int) -> None:
    rounded = round_table(table, KEY, base)
    assert rounded.largest_deviation < base
    assert rounded.least and rounded.cheapest


@given(tables(), bases)
def test_the_same_table_is_rounded_the_same(table: CountTable, base: int) -> None:
    assert round_table(table, KEY, base).values == round_table(table, KEY, base).values


@given(tables(), st.integers(0, 1000))
def test_the_order_of_categories_and_dimensions_changes_nothing(table: CountTable, seed: int) -> None:
    one, other = round_table(table, KEY), round_table(permuted(table, seed), KEY)
    names = [d.name for d in table.dimensions]
    places = [names.index(d.name) for d in other.counts.dimensions]
    for labels in table.cells():
        assert other.value(tuple(labels[at] for at in places)) == one.value(labels)


@given(tables(), bases)
def test_a_table_of_multiples_stays_as_it_is(table: CountTable, base: int) -> None:
    multiples = CountTable(table.dimensions, table.counts * base)
    assert round_table(multiples, KEY, base).values == tuple(every_cell(multiples).ravel().tolist())


@given(tables(), st.integers(1, 5))
def test_adding_multiples_keeps_the_bounds(table: CountTable, times: int) -> None:
    shifted = CountTable(table.dimensions, table.counts + 5 * times * (table.counts > 0))
    assert round_table(shifted, KEY).within == round_table(table, KEY).within


@given(tables())
def test_what_was_printed_before_is_printed_again(table: CountTable) -> None:
    first = round_table(table, KEY)
    another = round_table(table, b"another secret of 32 bytes long.", earlier=[first])
    if another.cheapest:
        assert another.values == first.values, "unchanged counts keep their values even under another key"


def test_a_cell_is_the_same_cell_in_another_table() -> None:
    fine = two_way([[7, 13], [24, 31]])
    by_offence = CountTable(fine.dimensions[:1], fine.counts.sum(axis=1))
    printed = round_table(fine, KEY)
    alone = round_table(by_offence, KEY, earlier=[printed])
    assert [alone.value((label,)) for label in ("o0", "o1", TOTAL)] == [
        printed.value((label, TOTAL)) for label in ("o0", "o1", TOTAL)
    ]


def test_a_new_year_moves_few_cells_of_the_years_before() -> None:
    random = np.random.default_rng(3)
    counts = random.poisson(6, (12, 7))
    before = two_way(counts[:, :6].tolist())
    after = two_way(counts.tolist())
    first = round_table(before, KEY)
    second = round_table(after, KEY, earlier=[first])
    old = first.rounded.counts
    assert (second.rounded.counts[:, :6] == old).mean() > 0.97


def test_another_key_rounds_otherwise() -> None:
    table = two_way(np.random.default_rng(1).poisson(6, (8, 8)).tolist())
    assert round_table(table, KEY).values != round_table(table, KEY[::-1]).values


def test_what_a_reader_cannot_tell_from_one_release_is_not_told_by_many() -> None:
    table = two_way([[3, 8], [6, 14]])
    assert len({round_table(table, KEY).values for _ in range(20)}) == 1


def test_the_check_names_the_cell_that_is_wrong() -> None:
    table = two_way([[3, 8], [6, 14]])
    for wrong, cell in (([[5, 7], [5, 15]], "year 2020"), ([[10, 10], [5, 15]], "offence o0, year 2019")):
        with pytest.raises(RoundingRefused, match=cell):
            check(table, np.array(wrong), 5, 4)
    with pytest.raises(RoundingRefused):
        check(two_way([[0, 8], [6, 14]]), np.array([[5, 10], [5, 15]]), 5, 9)


def test_a_short_key_and_a_base_of_one_are_refused() -> None:
    table = two_way([[3, 8], [6, 14]])
    with pytest.raises(ValueError, match="16 are the fewest"):
        round_table(table, b"short")
    with pytest.raises(ValueError, match="2 or more"):
        round_table(table, KEY, 1)


def test_a_solver_without_time_means_a_refusal() -> None:
    random = np.random.default_rng(5)
    names = ("offence", "year", "outcome")
    cube = tuple(Dimension(name, tuple(f"{name}{index}" for index in range(9))) for name in names)
    table = CountTable(cube, random.poisson(2, (9, 9, 9)))
    with pytest.raises(RoundingRefused, match="Allow more time"):
        round_table(table, KEY, time_limit=1e-9)
    searched = round_table(table, KEY, wider=True)
    assert not searched.cheapest
    assert searched.largest_deviation <= 9


@given(tables(most=2), bases)
def test_the_intervals_are_proven_by_registers_that_round_to_the_same(table: CountTable, base: int) -> None:
    proof = rounding_proof(round_table(table, KEY, base))
    assert proof.holds()
    for register in proof.registers:
        assert believable(proof.rounded, register)
    values = every_cell(table).ravel()
    assert [int(at) for at in proof.places] == [at for at, value in enumerate(values) if 0 < value < 5]
    assert all(proof.lower <= values[proof.places]) and all(values[proof.places] <= proof.upper)


def exhaustive(proof_of: CountTable, base: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """The intervals of the proof, and those of a reader who tries every register."""
    rounded = round_table(proof_of, KEY, base)
    proof = rounding_proof(rounded)
    printed = rounded.rounded.counts
    ranges = [range(max(0, int(value) - base + 1), int(value) + base) for value in printed.ravel()]
    seen = []
    for counts in itertools.product(*ranges):
        register = np.array(counts, dtype=np.int64).reshape(printed.shape)
        if believable(rounded, register):
            seen.append(every_cell(CountTable(proof_of.dimensions, register)).ravel()[proof.places])
    worlds = np.array(seen).reshape(len(seen), -1)
    true = worlds.min(axis=0).tolist(), worlds.max(axis=0).tolist()
    assert proof.exact
    return proof.lower.tolist(), proof.upper.tolist(), *true


@given(st.lists(st.integers(0, 7), min_size=4, max_size=4), st.sampled_from([2, 3]))
@settings(max_examples=20)
def test_a_reader_who_tries_every_register_infers_just_that(counts: list[int], base: int) -> None:
    table = two_way([counts[:2], counts[2:]])
    lower, upper, least, most = exhaustive(table, base)
    assert all(low >= true for low, true in zip(lower, least, strict=True)), "no count is believed that is impossible"
    assert all(high <= true for high, true in zip(upper, most, strict=True))
    assert lower == least and upper == most, "on tables this small every end is found"


def test_a_forged_proof_does_not_hold() -> None:
    proof = rounding_proof(round_table(two_way([[3, 8, 2], [6, 14, 4]]), KEY))
    assert proof.holds() and proof.smallest_interval
    assert not replace(proof, lower=proof.lower - 1).holds()
    assert not replace(proof, registers=()).holds()
    assert not replace(proof, registers=(proof.registers[0] + 100, *proof.registers[1:])).holds()
    assert not replace(proof, places=proof.places[1:]).holds()


def test_a_table_without_small_cells_needs_no_proof() -> None:
    proof = rounding_proof(round_table(two_way([[30, 80], [60, 14]]), KEY))
    assert proof.smallest_interval is None and proof.labels() == () and proof.holds()


def test_the_reference_register_is_rounded_within_less_than_the_base(shared: Path) -> None:
    text = (shared / "data/tables/S.csv").read_text(encoding="utf-8")
    table = read_counts(text, Columns("freq", {"offence": "ogroup"}))
    rounded = round_table(table, KEY)
    assert rounded.largest_deviation == 4 and rounded.cheapest
    proof = rounding_proof(rounded)
    assert proof.holds() and proof.determined == 0 and len(proof.places) == 198


@given(tables(), st.integers(0, 6), st.booleans())
def test_stopped_it_gives_the_rounding_of_a_whole_run_or_none(table: CountTable, steps: int, wider: bool) -> None:
    left = iter(range(steps))
    try:
        stopped = round_table(table, KEY, wider=wider, going=lambda: next(left, None) is not None)
    except RoundingRefused:
        return
    assert steps
    assert stopped.values == round_table(table, KEY, wider=wider).values
