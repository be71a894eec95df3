"""A register near a known one meets every row in whole numbers and goes as far as was asked, or there is none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.tables.audit.because import Reasons
from candour.tables.audit.building import build
from candour.tables.audit.moves import moved, register_beyond
from candour.tables.audit.programs import Answer, Program, Rows
from candour.tables.audit.search import Search
from candour.tables.audit.system import System
from candour.tables.ledger.ledger import Column, Ledger, PrintedCell, Release
from candour.tables.ledger.statements import statements
from candour.tables.protection import Aim, Protection


def rows_of_a_table(numbers: list[list[int]]) -> tuple[Rows, np.ndarray]:
    """The cells of a table whose totals of rows and columns are printed, and what the cells really are."""
    table = np.array(numbers, dtype=np.int64)
    places = np.arange(table.size).reshape(table.shape)
    lines = [*places, *places.T]
    sums = np.concatenate([table.sum(axis=1), table.sum(axis=0)])
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    columns = np.concatenate(lines)
    least = np.zeros(table.size, dtype=np.int64)
    return Rows(starts, columns, np.ones(len(columns), dtype=np.int64), sums, sums, least, least + 99), table.ravel()


tables = st.integers(2, 4).flatmap(
    lambda wide: st.lists(st.lists(st.integers(0, 6), min_size=wide, max_size=wide), min_size=2, max_size=4)
)


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(0, 12))
def test_a_cell_of_a_table_reaches_what_a_program_in_whole_numbers_reaches(
    numbers: list[list[int]], wanted: int
) -> None:
    rows, known = rows_of_a_table(numbers)
    costs = np.zeros(len(known))
    costs[0] = -1.0
    answer, value, _ = Program(rows).lowest(costs)
    assert answer is Answer.FOUND
    found = moved(rows, [known], costs, -wanted)
    if found is None:
        assert wanted > -value + 1e-6
    else:
        assert rows.is_met(found)
        assert found[0] >= wanted


def test_what_already_goes_far_enough_is_left_alone() -> None:
    rows, known = rows_of_a_table([[3, 1], [2, 5]])
    found = moved(rows, [known], np.array([-1.0, 0.0, 0.0, 0.0]), -2.0)
    assert found is not None
    assert found.tolist() == known.tolist()


@pytest.fixture
def told() -> System:
    """Of 31 cases 29 are theft, so that 2 are fraud: two releases tell it, neither does alone."""

    def release(reference: str, label: str, printed: str) -> Release:
        columns = (Column("offence", complete=False),)
        return Release(reference, date(2025, 2, 1), columns=columns, cells=(PrintedCell((label,), printed),))

    ledger = Ledger((release("all", "Total", "31"), release("theft", "Theft", "29")))
    return build(ledger, statements(ledger), [0, 0])


def test_without_a_release_that_tells_there_is_a_register_beyond_what_was_told(told: System) -> None:
    rest = next(at for at, target in enumerate(told.targets) if target.kind == "derived")
    registers = Search(told, Protection()).found().registers
    assert all(int(told.counts(register)[rest]) == 2 for register in registers)
    for releases in ([0], [1], []):
        answer, found = register_beyond(told, registers, rest, 2, up=True, releases=releases)
        assert answer is Answer.FOUND
        assert found is not None
        assert told.counts(found)[rest] > 2
        low, high = told.bounds(releases)
        assert ((told.sums(found) >= low) & (told.sums(found) <= high)).all()


def test_with_all_that_tells_there_is_none(told: System) -> None:
    rest = next(at for at, target in enumerate(told.targets) if target.kind == "derived")
    registers = Search(told, Protection()).found().registers
    assert register_beyond(told, registers, rest, 2, up=True) == (Answer.IMPOSSIBLE, None)
    assert register_beyond(told, registers, rest, 2, up=False) == (Answer.IMPOSSIBLE, None)
    because = Reasons(told, registers).shortest(rest, 2, 2)
    assert (because.releases, because.is_shortest) == ((0, 1), True)


def test_a_range_that_needs_registers_at_both_ends_keeps_them_for_the_proof() -> None:
    columns = (Column("offence"),)
    cells = (PrintedCell(("Theft",), "", primary=True), PrintedCell(("Fraud",), ""), PrintedCell(("Total",), "9"))
    ledger = Ledger((Release("a", date(2025, 2, 1), columns=columns, cells=cells),))
    system = build(ledger, statements(ledger), [0])
    theft = next(at for at, target in enumerate(system.targets) if target.name == "offence Theft")
    search = Search(system, Protection(aim=Aim.WIDTH, width=2))
    fraud = next(at for at, target in enumerate(system.targets) if target.name == "offence Fraud")
    register = search.registers[0]
    of_theft, of_fraud = (int(system.target_row(target)[0][0]) for target in (theft, fraud))
    search.registers = []
    for count in (3, 4, 2):  # neither 3 to 4 nor 2 to 3 is wide enough: it takes all three
        search.registers.append(register.copy())
        search.registers[-1][[of_theft, of_fraud]] = count, 9 - count
    counts = np.stack([system.counts(each) for each in search.registers])
    search.lower, search.upper = counts.min(axis=0), counts.max(axis=0)
    kept = np.stack([system.counts(each) for each in search.found().registers])[:, theft]
    assert kept.max() - kept.min() >= 2
