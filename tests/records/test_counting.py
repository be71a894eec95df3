"""What a count says: units, periods, margins, parts, blanks, and what is printed beneath."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from candour.records.dataset import DataSet
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition, Part, Period, definition_of

from .extracts import CONDUCT, ROWS, asked, conduct, figures, imported, write


@pytest.fixture
def held(tmp_path: Path) -> DataSet:
    return conduct(tmp_path)


def test_cases_persons_allegations_and_rows_are_four_different_counts(held: DataSet) -> None:
    assert [asked(held, unit).total for unit in ("cases", "persons", "allegations", "rows")] == [5, 3, 7, 7]


def test_who_is_not_identified_or_no_person_is_not_counted_and_said(held: DataSet) -> None:
    notes = " ".join(asked(held, "persons").notes)
    assert "1 rows name somebody not identified" in notes
    assert "1 rows name something that is no person" in notes


def test_the_same_day_belongs_to_one_calendar_and_another_financial_year(held: DataSet) -> None:
    assert figures(asked(held, "cases", "year")) == {"2022": 1, "2023": 3, "Not recorded": 1, "Total": 5}
    assert figures(asked(held, "cases", "year", period=Period.FINANCIAL)) == {
        "2022/23": 2,
        "2023/24": 2,
        "Not recorded": 1,
        "Total": 5,
    }


@pytest.mark.parametrize(
    ("day", "calendar", "financial"),
    [
        ("31/03/2023", "2023 Q1", "2022/23 Q4"),
        ("01/04/2023", "2023 Q2", "2023/24 Q1"),
        ("30/06/2023", "2023 Q2", "2023/24 Q1"),
        ("31/12/2023", "2023 Q4", "2023/24 Q3"),
        ("01/01/2024", "2024 Q1", "2023/24 Q4"),
    ],
)
def test_quarters_begin_in_january_or_in_april(tmp_path: Path, day: str, calendar: str, financial: str) -> None:
    held, _ = imported(write(tmp_path / "one.csv", [("C1", "P1", "PC", "", "", day, "")]))
    assert asked(held, "cases", "quarter").labels == ((calendar,),)
    assert asked(held, "cases", "quarter", period=Period.FINANCIAL).labels == ((financial,),)


def test_months_stand_in_the_order_of_time(held: DataSet) -> None:
    found = asked(held, "rows", "month").labels[0]
    assert found == ("Apr 2022", "Mar 2023", "Apr 2023", "Dec 2023", "Not recorded")


def test_a_year_of_another_date_can_be_asked(held: DataSet) -> None:
    assert figures(asked(held, "rows", "year:closed")) == {"2023": 1, "2024": 1, "Not recorded": 5, "Total": 7}


def test_distinct_persons_do_not_add_up_and_the_table_says_so(held: DataSet) -> None:
    counted = asked(held, "persons", "nature")
    assert figures(counted) == {"Assault": 1, "Theft": 2, "Not recorded": 1, "Total": 3}
    assert not counted.additive
    assert any("not the sum of its parts" in note for note in counted.notes)
    with pytest.raises(RecordsError, match="do not add up"):
        counted.count_table()


def test_each_person_once_makes_a_table_that_adds_up(held: DataSet) -> None:
    counted = asked(held, "persons", "nature", once=True)
    assert figures(counted) == {"Theft": 1, "More than one": 1, "Not recorded": 1, "Total": 3}
    assert counted.additive
    assert counted.count_table().value(("Total",)) == 3


def test_the_four_parts_of_one_question_stand_in_one_table_with_what_is_in_none(held: DataSet) -> None:
    parts = (
        Part("a) suspended", 'status = "suspended"'),
        Part("b) restricted", 'status = "restricted duties"'),
        Part("c) working normally", 'status = "serving"'),
        Part("d) left", 'status in ("resigned", "retired", "dismissed", "left")'),
    )
    counted = asked(held, "persons", parts=parts)
    assert figures(counted) == {
        "a) suspended": 1,
        "b) restricted": 1,
        "c) working normally": 0,
        "d) left": 1,
        "Total": 3,
    }
    counted = asked(held, "cases", parts=(Part("theft", 'nature = "theft"'), Part("assault", 'nature = "assault"')))
    assert "The parts overlap: together they hold 4 cases, and their counts add up to 5." in counted.notes
    assert "1 of the 5 cases are in none of the parts." in counted.notes
    assert not counted.additive


def test_parts_that_do_not_overlap_add_up_with_what_is_in_none_and_can_be_protected(held: DataSet) -> None:
    parts = (Part("a) suspended", 'status = "suspended"'), Part("b) restricted", 'status = "restricted duties"'))
    counted = asked(held, "persons", parts=parts)
    assert figures(counted) == {"a) suspended": 1, "b) restricted": 1, "None of these": 1, "Total": 3}
    assert counted.additive
    assert counted.count_table().value(("Total",)) == 3
    by_rank = asked(held, "persons", "rank", parts=parts)
    assert by_rank.value(("None of these", "Chief Inspector")) == 1
    with pytest.raises(RecordsError, match="“Total” cannot be the label of a part"):
        asked(held, "persons", parts=(Part("Total", "rank is blank"),))


def test_the_bounds_of_distinct_persons_stand_beside_their_totals(held: DataSet) -> None:
    counted = asked(held, "persons", "nature", "year")
    assert counted.repeated == ("nature", "year")
    data = counted.as_data()
    assert data["repeated"] == ["nature", "year"]
    for entry in data["bounds"]:
        assert entry["least"] <= entry["value"] <= entry["most"]
    assert {"nature": "Total", "year": "Total", "value": 3, "least": 2, "most": 4} in data["bounds"]
    assert "can stand in several categories of nature and of year" in " ".join(counted.notes)
    assert asked(held, "rows", "nature").repeated == ()


def test_what_was_open_on_a_day_is_counted_as_at_its_end(held: DataSet) -> None:
    def open_on(year: int, month: int, day: int) -> int:
        return asked(held, "rows", as_at=datetime.date(year, month, day)).total

    assert open_on(2022, 4, 2) == 0
    assert open_on(2022, 4, 3) == 3
    assert open_on(2023, 6, 29) == 5
    assert open_on(2023, 6, 30) == 4, "closed that day is closed at its end"


def test_a_period_includes_its_first_and_last_day(held: DataSet) -> None:
    first, last = datetime.date(2023, 3, 31), datetime.date(2023, 4, 1)
    assert asked(held, "rows", since=first, until=last).total == 2


def test_subtotals_come_from_the_groups_of_the_vocabulary(held: DataSet) -> None:
    counted = asked(held, "rows", "rank", groups={"rank": "groups"})
    assert figures(counted)["All Federated ranks"] == 5
    assert figures(counted)["Constable"] == 3, "a detective constable is a constable"
    assert counted.labels[0][:2] == ("Constable", "Sergeant"), "in the order of the vocabulary"
    assert counted.additive
    assert counted.count_table().value(("All Federated ranks",)) == 5


def test_a_category_with_two_groups_is_refused(held: DataSet) -> None:
    with pytest.raises(RecordsError, match="a category has one"):
        asked(held, "rows", "nature", groups={"nature": "rank"})


def test_two_dimensions_have_both_margins(held: DataSet) -> None:
    counted = asked(held, "cases", "nature", "year")
    assert counted.value(("Theft", "2023")) == 2
    assert counted.value(("Theft", "Total")) == 3
    assert counted.value(("Total", "2023")) == 3
    assert counted.value(("Assault", "2024")) == 0


def test_what_is_printed_beneath_names_unit_dates_extract_and_filter(held: DataSet) -> None:
    notes = "\n".join(asked(held, "persons", "year", where='rank = "pc"', period=Period.FINANCIAL).notes)
    for part in (
        "told apart by “Officer”",
        "(1 April to 31 March) of “Received”",
        "conduct.csv",
        'Only where rank = "pc"',
    ):
        assert part in notes


def test_a_value_that_no_row_has_is_told_with_those_there_are(held: DataSet) -> None:
    notes = asked(held, "rows", where='nature = "fraud"').notes
    assert any("No row has “fraud” in “Nature”; there are “Theft”, “Assault”." in note for note in notes)


def test_a_unit_without_a_key_is_refused_with_those_that_can_be_counted(tmp_path: Path) -> None:
    description = CONDUCT.replace('person = ["officer"]', "")
    held, _ = imported(write(tmp_path / "conduct.csv", ROWS), description)
    with pytest.raises(RecordsError, match="It can count cases, allegations, rows"):
        asked(held, "persons")


def test_an_empty_count_is_a_table_of_zeros_and_no_error(held: DataSet) -> None:
    counted = asked(held, "cases", "nature", where='nature = "arson"')
    assert list(counted.cells()) == [(("Total",), 0)]


def test_several_people_in_one_cell_are_counted_each_and_the_row_once(tmp_path: Path) -> None:
    description = CONDUCT.replace('heading = "Officer"\nkind = "key"', 'heading = "Officer"\nkind = "key"\nparts = ";"')
    rows = [("C1", "P1; P2 ;P3", "", "", "Theft", "", ""), ("C2", "P3", "", "", "Theft", "", "")]
    held, done = imported(write(tmp_path / "several.csv", rows), description)
    assert asked(held, "persons").total == 3
    assert asked(held, "rows").total == 2
    assert figures(asked(held, "rows", "officer")) == {"P1": 1, "P2": 1, "P3": 2, "Total": 2}
    assert any("1 cells hold several values" in str(each) for each in done.assumptions)


def test_not_means_that_no_value_of_the_cell_is_it(tmp_path: Path) -> None:
    description = CONDUCT.replace('heading = "Nature"', 'heading = "Nature"\nparts = ";"')
    rows = [("C1", "P1", "", "", "Theft;Fraud", "", ""), ("C2", "P2", "", "", "Fraud", "", "")]
    held, _ = imported(write(tmp_path / "several.csv", rows), description)
    assert asked(held, "cases", where='nature != "theft"').total == 1
    assert asked(held, "cases", where='not nature = "theft"').total == 1
    assert asked(held, "cases", where='nature = "theft"').total == 1


def test_a_definition_survives_being_stored(held: DataSet) -> None:
    definition = CountDefinition(
        "persons",
        ("year", "rank"),
        'nature = "theft"',
        Period.FINANCIAL,
        "closed",
        datetime.date(2024, 1, 1),
        parts=(Part("a", "rank is blank"),),
        groups={"rank": "groups"},
        once=True,
    )
    assert definition_of(definition.as_data()) == definition


def test_a_data_set_without_rows_is_not_counted() -> None:
    from candour.records.description import read_description

    with pytest.raises(RecordsError, match="Nothing has been imported"):
        asked(DataSet.create(None, read_description(CONDUCT)), "rows")
