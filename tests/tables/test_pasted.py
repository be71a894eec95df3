"""A pasted table is read as counts where it is one, and what is none is told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables.ledger.pasted import has_figures, read_pasted


def test_a_cross_table_has_its_headings_for_labels() -> None:
    read = read_pasted(["Offence", "2023", "2024", "Total"], [["Theft", "7", "8", "15"], ["All", "7", "8", "15"]])
    assert read
    assert [(each.name, each.is_period, each.complete) for each in read.columns] == [
        ("Offence", False, True),
        ("column", True, True),
    ]
    assert {cell.labels: cell.printed for cell in read.cells}["Total", "Total"] == "15"


def test_a_list_has_a_label_in_each_column_and_one_of_counts() -> None:
    read = read_pasted(["Offence", "Year", "Cases"], [["Theft", "2023", "1,204"], ["Theft", "2024", "<5"]])
    assert read
    assert [(each.name, each.is_period) for each in read.columns] == [("Offence", False), ("Year", True)]
    assert [(cell.labels, cell.printed) for cell in read.cells] == [
        (("Theft", "2023"), "1,204"),
        (("Theft", "2024"), "<5"),
    ]


def test_columns_of_other_numbers_are_named_as_unread() -> None:
    read = read_pasted(
        ["Station", "Horses", "Cost", "Share"], [["North", "12", "£300", "60%"], ["South", "8", "£4", "40%"]]
    )
    assert read
    assert read.unread == ("Cost", "Share")


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (["Supplier", "Amount"], [["Oats Ltd", "£1,200"]]),
        (["Item", "When"], [["Stable", "2024"]]),
        (["Station", "Horses"], [["North", "12"], ["North", "8"]]),
        (["Station", "Horses"], [["North"], ["South", "8"]]),
        (["Station", "Horses"], []),
        ([], [["North", "8"]]),
        (["Number"], [["8"]]),
    ],
)
def test_what_is_no_table_of_counts_is_not_read(head: list[str], rows: list[list[str]]) -> None:
    assert read_pasted(head, rows) is None


def test_words_and_periods_are_no_figures() -> None:
    assert not has_figures([["North", "yes"], ["2023/24", "none"]])
    assert has_figures([["North", "£3"]])


@given(st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=5), st.lists(st.text(max_size=6), max_size=4))
def test_no_table_stops_it_and_what_is_read_names_each_cell_once(rows: list[list[str]], head: list[str]) -> None:
    if read := read_pasted(head, rows):
        assert len({cell.labels for cell in read.cells}) == len(read.cells)
        assert all(len(cell.labels) == len(read.columns) for cell in read.cells)
