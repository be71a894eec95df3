"""Sheets as they come, counted without a description: every figure was counted by hand on the rows that stand here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from candour.records.counting import count_data_set
from candour.records.dataset import opened_for_count
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition

HEAD = ["Case Ref", "Officer ID", "Rank", "Allegation", "Date Received"]
BODY = [
    ["C1", "P1", "PC", "Theft", date(2023, 4, 1)],
    ["C1", "P2", "PC", "Assault", date(2023, 4, 1)],
    ["C2", "P1", "Sgt", "Theft", date(2024, 3, 31)],
    ["C3", "P3", "", "Fraud", date(2024, 4, 1)],
]
TEXT = (
    "Case Ref,Officer ID,Rank,Allegation,Date Received\nC1,P1,PC,Theft,01/04/2023\nC1,P2,PC,Assault,01/04/2023\n"
    "C2,P1,Sgt,Theft,31/03/2024\nC3,P3,,Fraud,01/04/2024\n"
)


def book(path: Path, *sheets: list[list[Any]], merged: tuple[tuple[int, int, int, int, str], ...] = ()) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as made:
        for rows in sheets:
            cells = made.add_worksheet()
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        cells.write(at, column, value)
            for top, left, bottom, right, text in merged:
                cells.merge_range(top, left, bottom, right, text)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def counted(path: Path, unit: str, *by: str, **more: Any) -> dict[str, int]:
    with opened_for_count(path, None, accept=more.pop("accept", False)) as (held, _):
        found = count_data_set(held, CountDefinition(unit, by, **more))
    return {" ".join(labels): value for labels, value in found.cells()}


PERSONS = {"Assault": 1, "Fraud": 1, "Theft": 1, "Total": 3}


def test_a_heading_under_a_merged_group_is_found_by_its_own_words(tmp_path: Path) -> None:
    groups = ((0, 0, 0, 1, "Identifiers"), (0, 2, 0, 4, "Details"))
    assert counted(book(tmp_path / "g.xlsx", [[], HEAD, *BODY], merged=groups), "persons", "allegation") == PERSONS


def test_words_that_stand_under_two_groups_have_to_be_told_apart(tmp_path: Path) -> None:
    rows = [
        [],
        ["Ref", "Finding", "Outcome", "Finding", "Outcome"],
        ["1", "x", "y", "p", "q"],
        ["2", "x", "y", "p", "r"],
    ]
    path = book(tmp_path / "g.xlsx", rows, merged=((0, 1, 0, 2, "Meeting"), (0, 3, 0, 4, "Hearing")))
    assert counted(path, "rows", "hearing_outcome") == {"q": 1, "r": 1, "Total": 2}
    with pytest.raises(
        RecordsError, match=r"“outcome” stands over several columns\. Say which: meeting_outcome, hearing_o"
    ):
        counted(path, "rows", "outcome")


def test_the_table_is_found_behind_a_cover_and_an_empty_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "c.xlsx", [["FOI request"], ["Contents"]], [], [HEAD, *BODY])
    assert counted(path, "persons", "allegation") == PERSONS


def test_texts_beneath_the_table_are_notes_and_no_records(tmp_path: Path) -> None:
    notes = [[], ["Total", None, None, None, 4], ["End of report"], ["Figures are provisional"]]
    assert counted(book(tmp_path / "n.xlsx", [HEAD, *BODY, *notes]), "rows", "allegation")["Total"] == 4
    narrow = [["Ref", "Rank"], ["1", "PC"], ["2", "PC"], [], ["Figures are provisional"]]
    assert counted(book(tmp_path / "w.xlsx", narrow), "rows", "rank") == {"Constable": 2, "Total": 2}


def test_a_text_alone_between_records_has_to_be_looked_at(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", TEXT.replace("C2,", "Moved to the new system,,,,\nC2,"))
    with pytest.raises(RecordsError, match=r"line 4, Case Ref: “Moved to the new system” stands alone on its row"):
        counted(path, "cases")


@pytest.mark.parametrize("sign", ["; ", "|", ", ", " / ", "\n"])
def test_several_officers_in_a_cell_are_several_persons(tmp_path: Path, sign: str) -> None:
    rows = [HEAD, ["C1", f"P1{sign}P2", "PC", "Theft", date(2023, 4, 1)], ["C2", "P1", "PC", "Theft", date(2023, 4, 1)]]
    rows += [["C3", f"P3{sign}P1", "PC", "Fraud", date(2023, 4, 1)], ["C4", "P2", "PC", "Fraud", date(2023, 4, 1)]]
    found = counted(book(tmp_path / "s.xlsx", rows), "persons", "allegation")
    assert found == {"Fraud": 3, "Theft": 2, "Total": 3}


def test_a_comma_parts_values_only_where_they_stand_alone_too(tmp_path: Path) -> None:
    path = text(tmp_path / "c.csv", 'Ref,Kind\n1,"Theft, Fraud"\n2,Theft\n3,Fraud\n4,"Abuse of power, position"\n')
    assert counted(path, "rows", "kind")["Total"] == 4
    assert "Theft, Fraud" in counted(path, "rows", "kind")
    path = text(tmp_path / "d.csv", 'Ref,Kind\n1,"Theft, Fraud"\n2,Theft\n3,Fraud\n4,Fraud\n')
    assert counted(path, "rows", "kind") == {"Fraud": 3, "Theft": 2, "Total": 4}


def test_a_column_that_is_said_to_hold_dates_is_one_although_some_days_do_not_exist(tmp_path: Path) -> None:
    path = text(tmp_path / "f.csv", TEXT.replace("31/03/2024", "30/02/2024"))
    with pytest.raises(RecordsError, match="line 4, Date Received: “30/02/2024” is no date: February 2024 has 29 days"):
        counted(path, "rows", "year")
    assert counted(path, "rows", "year", accept=True) == {"2023": 2, "2024": 1, "Not understood": 1, "Total": 4}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_nul_in_wide_text_is_taken_out_too(tmp_path: Path, encoding: str) -> None:
    path = text(tmp_path / "u.csv", TEXT.replace("Theft", "Th\0eft"), encoding)
    assert counted(path, "persons", "allegation") == PERSONS


def test_text_that_is_named_like_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    assert counted(text(tmp_path / "export.xls", TEXT), "persons", "allegation") == PERSONS


def test_a_column_of_years_is_counted_where_there_are_no_dates(tmp_path: Path) -> None:
    path = text(tmp_path / "y.csv", "Year,Offence\n2020,Theft\n2021,Theft\n2021,Fraud\n")
    assert counted(path, "rows", "year") == {"2020": 1, "2021": 2, "Total": 3}


def test_two_columns_of_one_heading_are_kept_apart(tmp_path: Path) -> None:
    path = text(tmp_path / "d.csv", "Ref,Date,Date,Rank\n1,01/01/2023,02/02/2024,PC\n2,01/01/2023,02/02/2025,PC\n")
    assert counted(path, "rows", "year:date_2") == {"2024": 1, "2025": 1, "Total": 2}


def test_a_heading_that_only_says_officer_tells_persons_apart(tmp_path: Path) -> None:
    path = text(tmp_path / "o.csv", "Officer,Offence\nA Smith,Theft\nA Smith,Fraud\nB Jones,Theft\n")
    assert counted(path, "persons", "offence") == {"Fraud": 1, "Theft": 2, "Total": 2}
