"""`candour count` and `candour records` at the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from records.extracts import CONDUCT, HEADINGS, ROWS, write
from typer.testing import CliRunner, Result

from candour.cli import app


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write(tmp_path / "conduct.csv", ROWS)


@pytest.fixture
def description(tmp_path: Path) -> Path:
    path = tmp_path / "conduct.toml"
    path.write_text(CONDUCT, encoding="utf-8")
    return path


@pytest.fixture
def data_set(tmp_path: Path, extract: Path, description: Path) -> Path:
    path = tmp_path / "conduct.records"
    assert run("records", "import", path, extract, "--describe", description).exit_code == 0
    return path


def test_json_has_the_shape_that_other_programs_rely_on(data_set: Path) -> None:
    done = run(
        "count",
        data_set,
        "--by",
        "year,nature",
        "--unit",
        "persons",
        "--where",
        'rank = "constable"',
        "--period",
        "financial",
        "--format",
        "json",
    )
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert {"unit", "dimensions", "cells", "notes"} <= set(data)
    assert data["unit"] == "persons"
    assert data["dimensions"] == ["year", "nature"]
    assert {"year": "2022/23", "nature": "Theft", "value": 1} in data["cells"]
    assert data["cells"][-1] == {"year": "Total", "nature": "Total", "value": 1}
    assert data["additive"] is False
    assert any('Only where rank = "constable"' in note for note in data["notes"])


def test_csv_has_the_cells_with_the_notes_beneath(data_set: Path) -> None:
    done = run("count", data_set, "--by", "nature", "--unit", "cases", "--format", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["nature", "cases"]
    assert ["Total", "5"] in rows
    assert any("told apart by “Case Ref”" in row[0] for row in rows if row)


def test_a_table_for_people_has_the_last_dimension_across(data_set: Path) -> None:
    done = run("count", data_set, "--by", "nature,year", "--unit", "cases")
    assert done.stdout.splitlines()[0].split() == ["nature", "2022", "2023", "Not", "recorded", "Total"]


def test_an_extract_is_counted_directly_with_and_without_a_description(extract: Path, description: Path) -> None:
    for more in ([], ["--describe", description]):
        done = run("count", extract, "--unit", "cases", *more)
        assert done.exit_code == 0
        assert done.stdout.startswith("5 cases")
        assert "assumed: Rank: “PC” (2 times) is read as “Constable”." in done.stderr


def test_an_extract_comes_from_standard_input_too(extract: Path) -> None:
    done = CliRunner().invoke(app, ["count", "-", "--unit", "cases"], input=extract.read_bytes())
    assert done.exit_code == 0
    assert done.stdout.startswith("5 cases")


def test_parts_of_one_question_stand_in_one_table(data_set: Path) -> None:
    done = run(
        "count",
        data_set,
        "--unit",
        "persons",
        "--part",
        'Suspended: status = "suspended"',
        "--part",
        'Left: status = "resigned"',
    )
    assert [line.split() for line in done.stdout.splitlines()[:5]] == [
        ["part", "persons"],
        ["Suspended", "1"],
        ["Left", "1"],
        ["None", "of", "these", "1"],
        ["Total", "3"],
    ]


def test_an_extract_imported_again_changes_nothing(data_set: Path, extract: Path) -> None:
    before = run("count", data_set, "--unit", "cases", "--by", "nature").stdout
    done = run("records", "import", data_set, extract)
    assert done.exit_code == 0
    assert "in the data set already, as edition 1; nothing was changed" in done.stdout
    assert run("count", data_set, "--unit", "cases", "--by", "nature").stdout == before


def test_a_saved_count_is_asked_again_and_ends_with_1_where_it_changed(data_set: Path, tmp_path: Path) -> None:
    assert run("count", data_set, "--unit", "cases", "--by", "nature", "--save", "q1").exit_code == 0
    assert run("records", "ask", data_set, "q1").exit_code == 0
    newer = write(tmp_path / "newer.csv", [*ROWS, ("C9", "P9", "PS", "", "Fraud", "01/01/2024", "")])
    assert "1 new, 7 there already" in run("records", "import", data_set, newer).stdout
    done = run("records", "ask", data_set, "q1", "--format", "json", "--rows")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert {"labels": ["Fraud"], "before": 0, "now": 1} in data["changed"]
    assert data["rows"] == {"new": 1, "gone": 0, "changed": 0}
    assert data["row_changes"][0]["values"]["Case Ref"] == "C9"
    assert "Since edition 1: 2 figures changed; 1 rows new" in run("records", "ask", data_set, "q1").stdout


def test_a_description_is_proposed_corrected_and_used(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "proposed.toml"
    done = run("records", "describe", extract, "-o", out)
    assert done.exit_code == 0
    assert "# Assumed:" in out.read_text(encoding="utf-8")
    assert run("count", extract, "--describe", out, "--unit", "cases").stdout.startswith("5 cases")


def test_what_a_data_set_is_can_be_shown_without_any_row(data_set: Path) -> None:
    data = json.loads(run("records", "show", data_set, "--format", "json").stdout)
    assert data["keys"] == {"case": ["case_ref"], "person": ["officer"]}
    assert data["editions"][0]["rows"] == len(ROWS)
    assert "P1" not in run("records", "show", data_set).stdout


def test_counts_are_protected_and_drawn(data_set: Path, tmp_path: Path) -> None:
    counts, safe, figure = tmp_path / "counts.csv", tmp_path / "safe.csv", tmp_path / "figure.html"
    counts.write_text("nature,n\nTheft,20\nAssault,9\nFraud,3\nArson,8\n", encoding="utf-8")
    run("protect", counts, "--count", "n", "-o", safe)
    done = run("records", "chart", safe, "-o", figure, "--title", "Cases by nature")
    assert done.exit_code == 0
    assert "withheld" in figure.read_text(encoding="utf-8")
    assert run("records", "chart", counts, "-o", figure, "--title", "No").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", 'rnk = "pc"'], "There is no column “rnk”. The columns are case_ref, officer, rank, status"),
        (["--by", "colour"], "There is no column “colour”"),
        (["--unit", "people"], "“people” is no unit. Units are cases, persons, allegations, rows"),
        (["--period", "lunar"], "“lunar” is no period"),
        (["--as-at", "30/02/2023"], "February 2023 has 28 days"),
        (["--part", "Suspended"], "write a label, a colon and a filter"),
        (["--edition", "7"], "There is no edition 7"),
        (["--join", "other.csv"], "--join and --on go together"),
        (["--by", "year,year"], "named twice"),
        (["--since", "2024-01-01", "--until", "2023-01-01"], "after the last"),
    ],
)
def test_bad_use_is_one_line_and_ends_with_2(data_set: Path, arguments: list[str], said: str) -> None:
    done = run("count", data_set, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_an_import_that_fails_leaves_nothing_behind(tmp_path: Path, description: Path) -> None:
    bad = write(tmp_path / "bad.csv", [*ROWS, ("C8", "P8", "PC", "", "Theft", "30/02/2023", "")])
    path = tmp_path / "new.records"
    done = run("records", "import", path, bad, "--describe", description)
    assert done.exit_code == 2
    assert "line 9, Received: “30/02/2023” is no date: February 2023 has 28 days. Nothing was imported" in done.stderr
    assert not path.exists()
    done = run("records", "import", path, bad, "--describe", description, "--accept", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)[0]["problems"][0]["line"] == 9


def test_files_that_are_not_there_or_no_extracts_are_refused(tmp_path: Path) -> None:
    for arguments in (
        ["count", tmp_path / "none.csv"],
        ["count", tmp_path],
        ["records", "describe", tmp_path / "none.xlsx"],
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1
    assert run("records", "import", tmp_path / "x.csv", tmp_path / "y.csv").exit_code == 2


def test_two_tables_are_joined_for_one_count(tmp_path: Path) -> None:
    cases = write(tmp_path / "cases.csv", [("C1", "01/02/2022"), ("C2", "01/02/2023")], ("Case Ref", "Date opened"))
    people = write(tmp_path / "people.csv", [("C1", "P1"), ("C2", "P1"), ("C2", "P2")], ("Case Ref", "Officer No"))
    done = run(
        "count", people, "--join", cases, "--on", "Case Ref", "--by", "year", "--unit", "persons", "--format", "json"
    )
    assert done.exit_code == 0, done.stderr
    assert [cell["value"] for cell in json.loads(done.stdout)["cells"]] == [1, 2, 2]
    done = run("count", cases, "--join", people, "--on", "Case Ref", "--unit", "cases")
    assert done.exit_code == 2
    assert "“C2” stands on 2 rows" in done.stderr


def test_the_headings_of_the_examples_are_those_described() -> None:
    assert len(HEADINGS) == len(ROWS[0])
