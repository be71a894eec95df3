"""What is visible and should not be: names, identifiers, raw data, another shape than was declared."""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pytest

from candour.files.catalogue import catalogue
from candour.files.findings import Finding, Severity
from candour.files.plain_sight import Shape, SmallCount, WrongShape, blocks, look, shown_small_counts
from candour.files.visible import Document, Grid, Paragraph, Rows, Sheet, Table

FORCES = [
    word.title()
    for word in tomllib.loads((files("candour.files.plain_sight") / "forces.toml").read_text(encoding="utf-8"))["words"]
    if word not in {"total", "england", "wales", "england and wales", "united kingdom"}
][:46]


def grid(*tables: Iterable[list[str]]) -> Grid:
    return Grid([Sheet(f"Sheet{number}", Rows(rows)) for number, rows in enumerate(tables, 1)])


def force_table(count: int) -> list[list[str]]:
    return [["Police force", "2021/22", "2022/23", "Change"]] + [
        [f"{force} Police", str(100 + 7 * number), str(120 + 9 * number), f"{number}.5%"]
        for number, force in enumerate(FORCES[:count])
    ]


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


@pytest.mark.parametrize("count", [43, 46])
def test_a_table_of_all_forces_does_not_alarm(count: int) -> None:
    findings = look(grid(force_table(count)), (Shape.read(f"{count} x 4 police force"),))
    assert not [finding for finding in findings if finding.severity.grave]


def test_a_file_of_officers_in_place_of_a_table_of_ranks_blocks() -> None:
    officers = [["Surname", "Initial", "Rank", "Location", "Unit", "Service Number"]] + [
        ["Okafor", "S", "Constable", "Exampletown", "Response", f"10{number:04d}"] for number in range(9_483)
    ]
    findings = look(grid(officers), (Shape.read("9 x 2 rank"),))
    assert {"V.shape", "V.raw_data", "V.heading_person", "V.heading_staff", "V.heading_together"} <= codes(findings)
    assert blocks(findings)


def test_a_declared_shape_may_count_its_totals_or_leave_them_out() -> None:
    table = [*force_table(43), ["Total", "1", "2", "3"]]
    for rows in ("43", "44", "40-50"):
        assert "V.shape" not in codes(look(grid(table), (Shape.read(f"{rows} x 4"),)))
    for shape in ("42 x 4", "45 x 4", "43 x 5", "43 x 4 year"):
        assert "V.shape" in codes(look(grid(table), (Shape.read(shape),)))
    assert "V.shape" in codes(look(grid(table, table), (Shape.read("43 x 4"),)))


def test_titles_above_and_notes_below_a_table_are_no_rows() -> None:
    table = [["Complaints by force, 2021 to 2023"], [], *force_table(43), [], ["Source: returns of forces, as at June"]]
    assert not look(grid(table), (Shape.read("43 x 4 police force"),))


@pytest.mark.parametrize("text", ["", "43", "x 4", "four x 5", "9-3 x 2"])
def test_a_shape_that_cannot_be_read_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(WrongShape):
        Shape.read(text)


def test_rows_that_are_declared_to_be_people_are_a_finding() -> None:
    assert "V.rows_are_people" in codes(look(grid(force_table(43)), (Shape.read("43 x 4 officer"),)))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["Sarah Okafor", "Mohammed Khan", "David Jones", "Theft"], "V.names"),
        (["AB123456C"], "V.national_insurance"),
        (["943 476 5919", "9434765919", "4010232137"], "V.nhs_number"),
        (["B12 8QX"], "V.postcode"),
        (["07700 900123"], "V.phone"),
        (["sarah.okafor@force.example"], "V.email"),
        (["AB12 CDE"], "V.registration_mark"),
        (["03/05/1961", "12/01/1990", "1/1/1975", "30/12/1988", "5/5/1955"], "V.birth_date"),
        (["20/123456/23"], "V.crime_reference"),
        (["PC 1234 attended"], "V.collar_number"),
        (["MORGA657054SM9IJ"], "V.driving_licence"),
    ],
)
def test_an_identifier_in_a_cell_is_found_and_masked(cells: list[str], code: str) -> None:
    findings = look(grid([["Category", "Note"], *([cell, "x"] for cell in cells)]))
    found = next(finding for finding in findings if finding.code == code)
    assert found.count >= len(cells) - 1
    assert not any(cell in found.evidence for cell in cells)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Her NI number is AB123456C.", "V.national_insurance"),
        ("The victim, born 3 May 1990, said", "V.birth_date"),
        ("Date of birth: 03/05/90", "V.birth_date"),
        ("Sarah Okafor was seen by DC 4567", "V.names_in_text"),
        ("Sarah Okafor was seen by DC 4567", "V.collar_number"),
        ("the vehicle with registration P123 ABC", "V.registration_mark"),
    ],
)
def test_an_identifier_in_running_text_is_found(text: str, code: str) -> None:
    assert code in codes(look(Document([Paragraph(text)])))


def test_a_letterhead_is_something_to_look_at_and_a_list_of_addresses_is_grave() -> None:
    head = Document([Paragraph("Information Unit, B12 8QX, 0121 496 0123, foi@force.example, 0300 123 1113")])
    assert not [finding for finding in look(head) if finding.severity.grave]
    many = Document([Paragraph(f"{number} High Street, B12 {number}QX") for number in range(1, 9)])
    assert [finding for finding in look(many) if finding.code == "V.postcode" and finding.severity is Severity.HIGH]


def test_a_pasted_list_of_names_is_found_in_lines_and_in_tables_of_a_document() -> None:
    names = ["Sarah Okafor", "Mohammed Khan", "David Jones", "Emma Wilson", "Ian Fraser"]
    assert "V.names" in codes(look(Document([Paragraph(name) for name in names])))
    assert "V.names" in codes(look(Document([Table((("Who", "When"), *((name, "May") for name in names)))])))


def test_categories_of_contact_over_counts_are_no_contact_details() -> None:
    table = [["Force", "Email", "Telephone", "Address"], *([force, "12", "30", "7"] for force in FORCES[:20])]
    assert not [finding for finding in look(grid(table)) if finding.code.startswith("V.heading")]


def test_free_text_many_rows_and_many_columns_are_found() -> None:
    words = "the officer went to the house and spoke to the man who lives there"
    assert "V.free_text" in codes(look(grid([["Summary", "n"], *([words, "9"] for _ in range(12))])))
    assert "V.many_rows" in codes(look(grid([["a", "b"], *(["Theft", "9"] for _ in range(451))])))
    assert "V.many_columns" in codes(
        look(grid([[f"h{n}" for n in "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs"], ["1"] * 45]))
    )


def test_small_counts_and_the_percentages_that_reveal_them_are_found() -> None:
    table = [
        ["Force", "Officers", "Dismissed", "Share"],
        ["Exampleshire", "40", "3", "7.5%"],
        ["Other", "900", "60", "6.7%"],
    ]
    seen = list(shown_small_counts(table))
    assert [count.place for count in seen if not count.percentage] == ["row 2, column 3"]
    assert [count.place for count in seen if count.percentage] == ["row 2, column 4"]
    assert {"V.small_count", "V.percentage"} <= codes(look(grid(table)))


def test_percentages_alone_that_fit_only_a_small_total_are_found() -> None:
    sevenths = [["Outcome", "Share"], ["A", "14.3%"], ["B", "28.6%"], ["C", "57.1%"]]
    assert [count.percentage for count in shown_small_counts(sevenths)] == [True]
    assert not list(
        shown_small_counts([["Outcome", "Share"], ["A", "14.1%"], ["B", "28.9%"], ["C", "57.0%"], ["D", "3.3%"]])
    )


@pytest.mark.parametrize(
    "table",
    [
        [
            ["Outcome", "Officers", "Share"],
            ["Dismissed", "<5", "7.5%"],
            ["Other", "37", "92.5%"],
            ["Total", "40", "100%"],
        ],
        [["Force", "Share", "Officers"], ["Exampleshire", "7.5%", "40"]],
        [["Force", "Officers", "% dismissed"], ["Exampleshire", "40", "7.5"]],
        [["Force", "Officers", "Dismissal rate"], ["Exampleshire", "40", "7.5%"]],
        [["Outcome", "Share (n=40)"], ["Dismissed", "7.5%"]],
        [["Outcome", "Percentage of 40 officers"], ["Dismissed", "7.5"]],
    ],
)
def test_a_percentage_tells_a_small_count_by_a_total_that_stands_anywhere_beside_it(table: list[list[str]]) -> None:
    telling = [count for count in shown_small_counts(table) if count.percentage]
    assert [count.place.partition(",")[0] for count in telling] == ["row 2"] or telling[0].place.startswith("row 2")


@pytest.mark.parametrize(
    "table",
    [
        [["Force", "Officers", "Share"], ["Exampleshire", "4000", "7.5%"], ["Total", "90000", "100%"]],
        [["Force", "Officers", "Change in %"], ["Exampleshire", "40", "7.5"]],
        [["Force", "Officers", "2023 to 2024"], ["Exampleshire", "40", "7.5%"], ["Other", "900", "-2.0%"]],
        [["Index", "Force", "Share"], ["40", "Exampleshire", "7.5%"]],
        [["Force", "Officers", "Strength"], ["Exampleshire", "40", "7.5"]],
    ],
)
def test_other_figures_and_shares_of_many_tell_no_small_count(table: list[list[str]]) -> None:
    assert not [count for count in shown_small_counts(table) if count.percentage]


def test_names_and_identifiers_in_titles_headings_and_names_of_sheets_are_found() -> None:
    rows = [["Prepared by sarah.okafor@force.example"], ["Month", "PC 1234", "Sergeant"], ["May", "12", "30"]]
    assert {"V.email", "V.collar_number"} <= codes(look(grid(rows)))
    people = [["Month", "Sarah Okafor", "Mohammed Khan", "David Jones"], ["May", "12", "30", "44"]]
    assert {"V.names", "V.names_in_text"} <= codes(look(grid(people)))
    sheets = Grid([Sheet(name, Rows([["a", "b"], ["c", "9"]])) for name in ("Okafor", "Emma Wilson", "Ian Fraser")])
    assert "V.names" in codes(look(sheets))


def test_a_name_inside_a_cell_of_words_is_something_to_look_at() -> None:
    seen = look(grid([["Outcome", "Note"], ["Upheld", "Complaint made by Sarah Okafor"], ["Other", "none"]]))
    assert [(found.code, found.place) for found in seen] == [("V.names_in_text", "Sheet1, row 2, column 2")]
    assert "Okafor" not in seen[0].evidence


def test_months_and_districts_as_headings_and_names_of_sheets_are_no_people() -> None:
    months = ["January", "March", "April", "May", "June", "August"]
    table = [["Force", *months], *([force, *["120"] * 6] for force in FORCES[:9])]
    named = Grid([Sheet(name, Rows(table)) for name in months])
    assert not [finding for finding in look(named) if finding.code.startswith("V.names")]


def test_a_caller_may_judge_small_counts_itself() -> None:
    def judge(table: object) -> list[SmallCount]:
        return [SmallCount("cell B2", percentage=False, evidence="inferable")]

    findings = look(grid([["a", "b"], ["x", "500"]]), small_counts=judge)
    assert [finding.evidence for finding in findings] == ["inferable"]


def test_every_code_of_plain_sight_says_what_to_do_and_where_it_comes_from() -> None:
    entries = [entry for code, entry in catalogue().items() if code.startswith("V.")]
    assert len(entries) > 25
    assert all(entry.advice and entry.source and entry.recovery for entry in entries)


def rows_of(path: Path, most: int = 3_000) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as file:
        return [row for row, _ in zip(csv.reader(file), range(most), strict=False)]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("met/met-police-complaints.csv", {"V.heading_case"}),
        ("philadelphia/complaints_2015.csv", {"V.free_text", "V.heading_person", "V.heading_staff"}),
        ("philadelphia/complaints.against.police.findings.csv", {"V.heading_case", "V.heading_staff"}),
        ("nyc/Civilian_Complaint_Review_Board__Penalties.csv", {"V.heading_case"}),
        (
            "chicago/complaints-accused_2000-2023_2023-08_p053540.csv.gz",
            {"V.names", "V.heading_person", "V.heading_birth"},
        ),
        (
            "chicago/complaints-complaints-clear_2000-2022_2022-09.csv.gz",
            {"V.free_text", "V.heading_case"},
        ),
    ],
)
def test_case_level_data_that_was_really_released_alarms(shared: Path, file: str, expected: set[str]) -> None:
    seen = codes(look(grid(rows_of(shared / "data" / file))))
    assert expected <= seen
    assert seen & {"V.raw_data", "V.many_rows"}


@pytest.mark.parametrize("file", ["iopc_bbc/iopc_forfunnel.csv", "tables/S.csv", "uk_police_directory/wdtk-police.csv"])
def test_tables_of_counts_and_lists_of_forces_do_not_alarm(shared: Path, file: str) -> None:
    findings = look(grid(rows_of(shared / "data" / file)))
    assert not [finding for finding in findings if finding.severity.grave]
