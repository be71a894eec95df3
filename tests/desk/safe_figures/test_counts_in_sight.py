"""What the counts in a sheet that is given tell: small ones that are shown, and withheld ones that follow."""

import pytest

from candour.desk.safe_figures.counts_in_sight import counts_of, told_by, with_counts
from candour.files.catalogue import found

FORCES = [f"Force {number}" for number in range(1, 44)]


def test_small_counts_are_named_by_their_row_and_column() -> None:
    table = counts_of("Figures", [["Force", "2022", "2023"], ["Avon", "10", "3"], ["Kent", "7", "12"]])
    assert table

    (small,) = told_by(table, 5)

    assert (small.code, small.count) == ("V.small_count", 1)
    assert "Avon, 2023" in small.evidence
    assert not told_by(table, 3)


def test_a_withheld_count_that_follows_from_the_totals_is_named_with_its_figure() -> None:
    rows = [
        ["Officers who left", "", "", ""],
        ["Force", "2022", "2023", "Total"],
        ["Avon", "10", "<5", "13"],
        ["Kent", "7", "9", "16"],
        ["Total", "17", "12", "29"],
    ]
    table = counts_of("Figures", rows)
    assert table

    (told,) = told_by(table, 5)

    assert (told.code, told.severity) == ("V.worked_out", "H")
    assert told.evidence == "Avon, 2023 is 3"


def test_withheld_counts_that_protect_each_other_are_no_finding() -> None:
    rows = [
        ["Force", "2022", "2023", "Total"],
        ["Avon", "*", "*", "13"],
        ["Kent", "*", "*", "16"],
        ["Total", "17", "12", "29"],
    ]
    table = counts_of("Figures", rows)
    assert table

    assert not told_by(table, 5)


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Address"], ["A. Person", "1 Street"], ["B. Person", "2 Street"]],
        [["Force", "Share"], ["Avon", "12%"], ["Kent", "7%"]],
        [["Only a note"]],
        [],
    ],
    ids=["names", "percentages", "a note", "nothing"],
)
def test_what_is_no_table_of_counts_is_left_to_the_gate(rows: list[list[str]]) -> None:
    seen = [found("V.small_count", "Figures, row 2, column 2", 1)]
    sheet = {"name": "Figures", "rows": rows, "row_count": len(rows), "column_count": 2}

    assert counts_of("Figures", rows) is None
    assert with_counts(seen, {"sheets": [sheet]}, 5) == seen


def test_the_tables_judge_takes_the_place_of_the_plain_rule_in_its_sheet_alone() -> None:
    rows = [["Force", "2023"], ["Avon", "3"], ["Kent", "12"]]
    sheet = {"name": "Figures", "rows": rows, "row_count": 3, "column_count": 2}
    seen = [
        found("V.small_count", "Figures, row 2, column 2", 1),
        found("V.small_count", "Other, row 2, column 2", 1),
        found("V.email", "Figures, row 9", 1),
    ]

    findings = with_counts(seen, {"sheets": [sheet]}, 5)

    assert [finding.code for finding in findings] == ["V.small_count", "V.email", "V.small_count"]
    assert "Avon, 2023" in findings[-1].evidence


@pytest.mark.parametrize("count", [43, 46])
def test_a_row_for_each_force_does_not_alarm(count: int) -> None:
    forces = [*FORCES, "BTP", "PSNI", "NCA"][:count]
    rows = [
        ["Force", "Horses", "Dogs"],
        *([force, str(20 + place), str(60 + place)] for place, force in enumerate(forces)),
    ]
    sheet = {"name": "Figures", "rows": rows, "row_count": len(rows), "column_count": 3}

    assert with_counts([], {"sheets": [sheet]}, 5) == []
