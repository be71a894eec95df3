"""How a table is laid out for readers, and read back from what they see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables import TableError
from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension
from candour.tables.layout import WITHHELD, layout

OFFENCE = Dimension("Offence", ("Theft", "Arson", "Burglary"), (("Acquisitive", "Other", "Acquisitive"),))


def table(*sizes: int) -> CountTable:
    """A table with so many categories in each dimension."""
    dimensions = tuple(
        Dimension(f"d{at}", tuple(f"d{at}c{number}" for number in range(size))) for at, size in enumerate(sizes)
    )
    return CountTable(dimensions, np.arange(int(np.prod(sizes)), dtype=np.int64).reshape(sizes))


def test_groups_stand_together_with_their_total_and_the_total_stands_last() -> None:
    years = Dimension("Year", ("2024", "2025"))
    found = layout(CountTable((OFFENCE, years), np.ones((3, 2), dtype=np.int64)))
    assert found.columns == ("Offence", "2024", "2025", "Total")
    assert [head for (head,) in found.heads] == [
        "Theft",
        "Burglary",
        "Acquisitive, total",
        "Arson",
        "Other, total",
        "Total",
    ]


def test_one_dimension_is_a_list() -> None:
    found = layout(CountTable((OFFENCE,), np.ones(3, dtype=np.int64), "people"))
    assert found.columns == ("Offence", "People")


@pytest.mark.parametrize(
    ("sizes", "columns"),
    [((3, 13), 15), ((3, 14), 5), ((14, 3), 5), ((14, 14), 3), ((2, 2, 2), 4)],
)
def test_what_is_too_wide_for_a_page_is_turned_or_made_one_row_a_figure(sizes: tuple[int, ...], columns: int) -> None:
    assert len(layout(table(*sizes)).columns) == columns


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.data())
def test_what_was_printed_is_read_back(sizes: list[int], data: st.DataObject) -> None:
    counts = table(*sizes)
    arranged = layout(counts)
    hidden = data.draw(st.sets(st.sampled_from(list(counts.cells()))))
    shown = {labels: None if labels in hidden else counts.value(labels) for labels in counts.cells()}
    printed = {labels: WITHHELD if value is None else str(value) for labels, value in shown.items()}
    rows = arranged.rows(printed)
    assert arranged.read_back(arranged.columns, rows) == shown


@pytest.mark.parametrize(("row", "column", "text"), [(0, 1, "<5"), (0, 0, "Fraud"), (1, 1, "1.0"), (1, 1, "")])
def test_what_was_not_printed_so_is_refused(row: int, column: int, text: str) -> None:
    counts = table(2, 2)
    arranged = layout(counts)
    rows = arranged.rows({labels: str(counts.value(labels)) for labels in counts.cells()})
    rows[row][column] = text
    with pytest.raises(TableError):
        arranged.read_back(arranged.columns, rows)
    with pytest.raises(TableError):
        arranged.read_back(arranged.columns, rows[1:])
