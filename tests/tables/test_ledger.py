"""The ledger as a file and what its figures mean: read, written, and refused in words that name release and cell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.tables.ledger.entry import Entry, groups_of, release_of_table
from candour.tables.ledger.file import (
    add_release,
    ledger_digest,
    ledger_of,
    read_ledger,
    release_as_data,
    release_of,
    release_text,
)
from candour.tables.ledger.ledger import Column, Figure, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.marks import Reading, Rounding, read_count, read_ratio
from candour.tables.ledger.periods import period_in_words, read_period
from candour.tables.ledger.statements import statements
from tables.ledgers import Drawn, drawn_ledgers

DAY = date(2024, 4, 1)


def days(start: str, last: str) -> tuple[int, int]:
    return date.fromisoformat(start).toordinal(), date.fromisoformat(last).toordinal() + 1


@pytest.mark.parametrize(
    ("text", "start", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2022/23", "2022-04-01", "2023-03-31"),
        ("FY 2022-23", "2022-04-01", "2023-03-31"),
        ("1999/2000", "1999-04-01", "2000-03-31"),
        ("2023-03", "2023-03-01", "2023-03-31"),
        ("Q1 2023", "2023-01-01", "2023-03-31"),
        ("Q4 2022/23", "2023-01-01", "2023-03-31"),
        ("Sept 2022", "2022-09-01", "2022-09-30"),
        ("January to March 2023", "2023-01-01", "2023-03-31"),
        ("2019 to 2023", "2019-01-01", "2023-12-31"),
        ("1 April 2023 to 29 February 2024", "2023-04-01", "2024-02-29"),
        ("12 months to March 2024", "2023-04-01", "2024-03-31"),
    ],
)
def test_a_period_is_the_days_that_people_mean(text: str, start: str, last: str) -> None:
    assert read_period(text) == days(start, last)


@pytest.mark.parametrize(
    "text", ["Theft", "", "2022/24", "31 June 2023 to 1 July 2023", "2023 to 2019", "13", "2023-13"]
)
def test_what_is_no_period_is_not_taken_for_one(text: str) -> None:
    assert read_period(text) is None


@settings(max_examples=60)
@given(st.dates(date(2001, 1, 1), date(2040, 1, 1)), st.integers(0, 900))
def test_a_period_in_words_is_read_back(start: date, many: int) -> None:
    span = start.toordinal(), start.toordinal() + many + 1
    assert read_period(period_in_words(span)) == span


@pytest.mark.parametrize(
    ("printed", "least", "most"),
    [
        ("1,204", 1204, 1204),
        ("three", 3, 3),
        ("none", 0, 0),
        ("", 0, None),
        ("withheld", 0, None),
        ("<5", 0, 4),
        ("fewer than five", 0, 4),
        ("5 or fewer", 0, 5),
        ("10+", 10, None),
        ("more than three", 4, None),
        ("between 2 and 4", 2, 4),
    ],
)
def test_a_printed_figure_leaves_the_counts_that_a_reader_sees(printed: str, least: int, most: int | None) -> None:
    assert read_count(printed, Reading()) == (least, most)


def test_below_five_is_one_to_four_where_zeros_are_printed() -> None:
    assert read_count("<5", Reading(prints_zero=True)) == (1, 4)


def test_a_rounded_figure_is_a_range_and_a_word_is_not() -> None:
    reading = Reading(Rounding(5, 2))
    assert read_count("10", reading) == (8, 12)
    assert read_count("0", reading) == (0, 2)
    assert read_count("ten", reading) == (10, 10)


def test_a_percentage_stands_for_everything_that_rounds_to_it() -> None:
    ends = read_ratio("12.5%")
    assert ends is not None
    assert (float(ends[0]), float(ends[1])) == (0.1245, 0.1255)


@settings(max_examples=30, deadline=None)
@given(drawn_ledgers())
def test_a_release_is_read_back_as_it_was_written(drawn: Drawn) -> None:
    for release in drawn.ledger.releases:
        assert release_of(json.loads(release_text(release))) == release


def test_everything_a_release_can_say_is_read_back() -> None:
    release = Release(
        "2024/117",
        DAY,
        unit="people",
        title="Dismissals",
        published=date(2024, 5, 1),
        by="A national body",
        distinct=True,
        where={"force": ("Northmarch",)},
        without={"rank": ("Inspector", "Sergeant")},
        period="2023",
        columns=(
            Column("kind", "offence", complete=False, groups={"Theft": ("Property",)}, meanings={"Both": ("A", "B")}),
        ),
        cells=(PrintedCell(("Theft",), "primary"), PrintedCell(("Both",), "3", accepted="annual report")),
        figures=(
            Figure({"offence": "Theft"}, "12%", of={}),
            Figure({}, "3.1", per=1000, population=5000, quote="3.1 in a thousand"),
            Figure({}, "2.5", average_of="allegations", primary=True),
        ),
        rounding=Rounding(5, 2),
        marks={"<5": (1, 4), "-": (0, 0), "*": (0, None)},
        percent_of=("kind",),
        corrects="",
    )
    assert release_of(json.loads(release_text(release))) == release


def test_a_folder_holds_a_file_for_each_release_and_none_twice(tmp_path: Path) -> None:
    one = Release("2024/117", DAY, columns=(Column("offence"),), cells=(PrintedCell(("Theft",), "9"),))
    file = add_release(tmp_path / "ledger", one)
    assert file.name.startswith("2024-04-01_2024-117_")
    add_release(tmp_path / "ledger", replace(one, reference="2024 117"))
    assert [each.reference for each in read_ledger(tmp_path / "ledger").releases] == ["2024 117", "2024/117"]
    with pytest.raises(LedgerError, match=r"2024/117 is in the ledger twice"):
        add_release(tmp_path / "ledger", one)


def test_one_file_of_json_is_added_to_and_toml_is_read(tmp_path: Path) -> None:
    one = Release("a", DAY, columns=(Column("offence"),), cells=(PrintedCell(("Theft",), "9", primary=True),))
    path = tmp_path / "ledger.json"
    path.write_text('{"changing": ["outcome"], "releases": []}')
    add_release(path, one)
    add_release(path, replace(one, reference="b"))
    known = read_ledger(path)
    assert known.changing == ("outcome",)
    assert known.releases[0] == one
    toml = tmp_path / "ledger.toml"
    toml.write_text(
        'changing = ["outcome"]\n[[releases]]\nreference = "a"\nextracted = 2024-04-01\ncolumns = ["offence"]\n'
        'cells = [["Theft", 9, "primary"]]\n[[releases]]\nreference = "b"\nextracted = 2024-04-01\n'
        'columns = ["offence"]\ncells = [["Theft", 9, "primary"]]\n'
    )
    assert read_ledger(toml) == known
    assert ledger_digest(read_ledger(toml)) == ledger_digest(known)
    with pytest.raises(LedgerError, match="only read"):
        add_release(toml, one)


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ({"extracted": "2024-04-01"}, "no reference"),
        ({"reference": "a"}, "Release a: the day of the extract"),
        ({"reference": "a", "extracted": "yesterday"}, "Release a: the day of the extract is “yesterday”"),
        (
            {"reference": "a", "extracted": "2024-04-01", "colums": []},
            "Release a: “colums” is nothing that a release has",
        ),
        ({"reference": "a", "extracted": "2024-04-01", "cells": [["9"]]}, "Release a: a cell needs its labels"),
        ({"reference": "a", "extracted": "2024-04-01", "marks": {"<5": [4, 1]}}, "Release a: a mark means"),
        ({"reference": "a", "extracted": "2024-04-01", "rounding": {"base": 1}}, "Release a"),
        ({"reference": "a", "extracted": "2024-04-01", "columns": [{}]}, "Release a: a column has no name"),
        ({"reference": "a", "extracted": "2024-04-01", "corrects": "b"}, "corrects b, which is not in the ledger"),
        (7, "not a set of named values"),
    ],
)
def test_what_is_no_release_is_refused_by_name(release: object, words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        ledger_of({"releases": [release]})


def stated(*cells: tuple[str, str], column: Column | None = None, **more: object) -> Ledger:
    release = Release(
        "2024/117",
        DAY,
        columns=(column or Column("offence"),),
        cells=tuple(PrintedCell((a,), b) for a, b in cells),
        **more,
    )
    return Ledger((release,))


@pytest.mark.parametrize(
    ("ledger", "words"),
    [
        (stated(("Theft", "abc")), "Release 2024/117: offence Theft: “abc” is no count"),
        (stated(("Theft", "-3")), "offence Theft: “-3” is no count"),
        (stated(("Theft", "3"), ("Theft", "4")), "offence Theft is given twice"),
        (stated(("Theft", "3%")), "offence Theft is “3%”: say under percent_of"),
        (stated(("Theft", "3%"), percent_of=("year",)), "percent_of names “year”"),
        (stated(("soon", "3"), column=Column("year", is_period=True)), "“soon” is no period"),
        (stated(("Theft", "3"), period="once"), "“once” is no period"),
        (stated(figures=(Figure({}, "0.2", per=1000),)), "a rate needs the population"),
        (Ledger(groups={"offence": {"A": ("B",), "B": ("A",)}}, releases=stated(("A", "3")).releases), "go in a loop"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_release_and_cell(ledger: Ledger, words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        statements(ledger)


def test_a_dimension_of_labels_and_periods_is_refused() -> None:
    with pytest.raises(LedgerError, match="“date” has labels here and periods there"):
        statements(stated(("2023", "3"), column=Column("date"), period="2023"))


PROTECTED = "offence,year,value,status\nTheft,2022,20,shown\nTheft,Total,,secondary\nTotal,Total,,primary\n"


def test_a_protected_table_becomes_a_release() -> None:
    release = release_of_table(PROTECTED, Entry("2024/117", DAY, groups={"offence": {"Theft": ("Property",)}}))
    assert [(column.name, column.is_period) for column in release.columns] == [("offence", False), ("year", True)]
    assert release.cells[0] == PrintedCell(("Theft", "2022"), "20")
    assert release.cells[2].primary
    plain = release_of_table(PROTECTED, Entry("2024/117", DAY, plain=frozenset({"year"})))
    assert not plain.columns[1].is_period


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("offence,n\nTheft,3\n", "no column “value”"),
        ("offence,value\n", "no cells"),
        ("offence,value,status\nTheft,3,hidden\n", "line 2: “hidden” is no status"),
        ("offence,value\nTheft,3,4\n", "line 2 has more or fewer cells"),
        ("offence,value,status\nTheft,5,rounded\n", "Say to which base"),
    ],
)
def test_what_is_no_protected_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        release_of_table(text, Entry("2024/117", DAY))


def test_groups_are_read_from_a_table_that_has_both_columns() -> None:
    text = "force,region,country,n\nNorthmarch,North,England,3\nWestvale,West,Wales,4\n"
    assert groups_of(text, {"force": "region", "region": "country"}) == {
        "force": {"Northmarch": ("North", "England"), "Westvale": ("West", "Wales")}
    }


def test_the_data_of_a_release_leave_out_what_was_not_said() -> None:
    assert set(release_as_data(Release("a", DAY))) == {"reference", "extracted", "unit"}
