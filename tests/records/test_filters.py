"""The language of filters: what it finds, and how it refuses."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.records.dataset import DataSet
from candour.records.description import read_description
from candour.records.filters import parse_filter
from candour.records.findings import RecordsError

from .extracts import CONDUCT, asked, conduct

DESCRIPTION = read_description(CONDUCT)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return conduct(tmp_path_factory.mktemp("filters"))


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ('rank = "constable"', 3),
        ("rank = 'PC'", 3),
        ('Rank != "constable"', 4),
        ('not rank = "constable"', 4),
        ("rank is blank", 2),
        ("rank is not blank", 5),
        ('nature in ("theft", "assault")', 6),
        ('nature not in ("theft")', 3),
        ('nature contains "hef"', 4),
        ("received < 2023-01-01", 3),
        ("received between 2023-03-31 and 01/04/2023", 2),
        ('received >= 2023-01-01 and (nature = "assault" or status = "suspended")', 2),
        ('`Case Ref` = "C1" or case_ref = "C2"', 4),
        ("status = “suspended”", 3),
        ('nature = "it\\"s"', 0),
    ],
)
def test_a_filter_keeps_the_rows_that_it_says(held: DataSet, where: str, rows: int) -> None:
    assert asked(held, "rows", where=where).total == rows


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ('rnk = "pc"', "There is no column “rnk”. The columns are case_ref, officer, rank"),
        ("rank = constable", "put the text “constable” in quotation marks"),
        ("rank", "after a column stands"),
        ('rank = "pc" nature = "x"', "join tests with “and” or “or”"),
        ('(rank = "pc"', "a bracket is not closed"),
        ("received > 30/02/2023", "February 2023 has 28 days"),
        ('received > "soon"', "“soon” is no date. “Received” needs a date"),
        ("rank is empty", "after “is” stands “blank”"),
        ('rank in "pc"', "after “in” stands a list"),
        ("", "The filter is empty"),
        ("rank = ;", "cannot be read at “;”"),
        ("rank =", "a value is missing"),
        ("not " * 60 + 'rank = "pc"', "nested too deeply"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_with_the_place(where: str, said: str) -> None:
    with pytest.raises(RecordsError, match=said.replace("(", r"\(")):
        parse_filter(where, DESCRIPTION)


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_condition_or_a_clear_refusal(text: str) -> None:
    with suppress(RecordsError):
        assert parse_filter(text, DESCRIPTION).sql


@given(st.text(min_size=1, max_size=30))
def test_no_part_of_a_value_reaches_the_statement(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    found = parse_filter(f"nature = {quoted}", DESCRIPTION)
    assert found.values == (text,)
    assert found.sql == "(coalesce(lower(c_nature) = lower(?), false))"
