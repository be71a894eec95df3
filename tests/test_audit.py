"""`candour audit` at the command line: what it reads, finds, enters, proves and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from candour.cli import app

TABLE = """offence,group,year,n
Theft,Property,2022,20
Theft,Property,2023,31
Fraud,Property,2022,9
Fraud,Property,2023,3
Arson,Property,2022,1
Arson,Property,2023,6
Assault,Person,2022,14
Assault,Person,2023,11
"""
WITHOUT_ARSON = "offence,value,status\nTheft,20,shown\nFraud,9,shown\nAssault,14,shown\nTotal,43,shown\n"
ENTRY = ["--extracted", "2024-04-01"]
POPULATION = ["--period", "2022", "--without", "offence=Arson", *ENTRY]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with one protected table."""
    table, safe = tmp_path / "table.csv", tmp_path / "safe.csv"
    table.write_text(TABLE)
    plain = ["protect", str(table), "--count", "n", "--hierarchy", "offence=group", "-o", str(safe)]
    assert CliRunner().invoke(app, plain).exit_code == 0
    hierarchy = ["--hierarchy", "offence=group", "--groups", table]
    done = run(tmp_path / "ledger", safe, "--add", "--reference", "2024/117", *ENTRY, *hierarchy)
    assert done.exit_code == 0, done.output
    return tmp_path / "ledger"


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    path = tmp_path / "candidate.csv"
    path.write_text(WITHOUT_ARSON)
    return path


def test_one_protected_table_tells_nothing(ledger: Path) -> None:
    done = run(ledger, "--format", "json")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert (data["safe"], data["releases"], data["findings"]) == (True, 1, [])


def test_a_finding_has_the_shape_that_other_programs_rely_on(ledger: Path, candidate: Path) -> None:
    done = run(ledger, candidate, "--reference", "2025/031", *POPULATION, "--format", "json")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert data["safe"] is False
    assert data["releases"] == 2
    found = {each["cell"]: each for each in data["findings"]}
    arson = found["offence Arson, year 2022"]
    assert {"lower": 1, "upper": 1, "because": ["2024/117", "2025/031"]}.items() <= arson.items()


def test_people_are_told_which_releases_tell(ledger: Path, candidate: Path) -> None:
    done = run(ledger, candidate, "--reference", "2025/031", *POPULATION)
    assert done.exit_code == 1
    assert "told by release 2024/117 minus 2025/031." in done.stdout


def test_a_release_that_was_entered_is_audited_with_the_others(ledger: Path, candidate: Path) -> None:
    assert run(ledger, candidate, "--add", "--reference", "2025/031", *POPULATION).exit_code == 0
    done = run(ledger)
    assert done.exit_code == 1
    assert "offence Arson, year 2022" in done.stdout
    again = run(ledger, candidate, "--reference", "again", *POPULATION)
    assert again.exit_code == 0
    assert "told without this table already" in again.stdout


def test_a_weaker_aim_asks_for_less(ledger: Path, candidate: Path) -> None:
    done = run(ledger, candidate, "--threshold", "1", *POPULATION)
    assert done.exit_code in {0, 1}
    weak = run(ledger, candidate, "--aim", "undetermined", *POPULATION, "--format", "json")
    assert all(each["lower"] == each["upper"] for each in json.loads(weak.stdout)["findings"])


def test_the_proof_is_checked_again_and_fails_for_a_changed_ledger(
    ledger: Path, candidate: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"
    assert run(ledger, "--proof", proof).exit_code == 0
    done = run(ledger, "--verify", proof)
    assert (done.exit_code, done.stdout.startswith("Proven again")) == (0, True)
    run(ledger, candidate, "--add", "--reference", "2025/031", *POPULATION)
    done = run(ledger, "--verify", proof)
    assert done.exit_code == 1
    assert "another ledger" in done.stdout


def test_releases_that_contradict_each_other_are_named(ledger: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("offence,value\nTotal,45\n")
    done = run(ledger, other, "--reference", "2025/090", "--period", "2022", "--incomplete", "offence", *ENTRY)
    assert done.exit_code == 2
    assert "2024/117" in done.stderr
    assert "2025/090" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--aim", "hope"], "“hope” is no aim"),
        (["--extracted", "soon"], "write the day as 2024-03-31"),
        (["--where", "force"], "write the dimension, = and its labels"),
        (["--mark", "<5"], "write the mark"),
        (["--rounding", "five"], "write the base"),
        (["--hierarchy", "offence=group"], "name it with --groups"),
        (["--add"], "--add needs"),
        (["--period", "soon"], "“soon” is no period"),
        (["--incomplete", "kind"], "no column “kind”"),
    ],
)
def test_bad_use_ends_in_one_line_and_2(ledger: Path, candidate: Path, arguments: list[str], words: str) -> None:
    done = run(ledger, candidate, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"releases": [{}]}', '{"releases": 3}', '{"releases": [{"reference": "a"}]}', "\xff"]
)
def test_what_is_no_ledger_ends_in_one_line_and_2(content: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_bytes(content.encode("latin-1"))
    done = run(path)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1


def test_a_ledger_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    done = run(tmp_path / "none")
    assert done.exit_code == 2
    assert "No such file" in done.stderr


def test_percentages_beside_a_table_are_entered_with_it_and_audited(tmp_path: Path) -> None:
    safe, shares, total = tmp_path / "safe.csv", tmp_path / "shares.csv", tmp_path / "total.csv"
    safe.write_text("offence,year,value,status\nTheft,2022,,primary\nTheft,2023,,secondary\nTheft,Total,,secondary\n")
    shares.write_text("offence,year,percent,of\nTheft,2022,12.0,year\n")
    total.write_text("offence,value\nTheft,25\n")
    book = tmp_path / "book"
    entered = run(book, safe, "--add", "--reference", "A", "--percentages", shares, "--incomplete", "offence", *ENTRY)
    assert entered.exit_code == 0, entered.output
    done = run(book, total, "--reference", "B", "--period", "2022 to 2023", "--incomplete", "offence", *ENTRY)
    assert done.exit_code == 1
    assert "offence Theft, year 2022: the number of cases is 3, told by releases A and B together." in done.stdout


@pytest.mark.parametrize("name", ["book", "book.json"])
def test_a_release_is_marked_as_withdrawn_and_still_tells(tmp_path: Path, candidate: Path, name: str) -> None:
    book, whole = tmp_path / name, tmp_path / "whole.csv"
    whole.write_text("offence,value\nTheft,20\nFraud,9\nArson,1\nAssault,14\nTotal,44\n")
    assert run(book, whole, "--add", "--reference", "A", "--period", "2022", *ENTRY).exit_code == 0
    done = run(book, "--withdraw", "A", "--on", "2024-05-01")
    assert (done.exit_code, "Marked release A as withdrawn" in done.stdout) == (0, True)
    assert "Release A was withdrawn, but who read it still knows it." in run(book).stdout
    again = run(book, "--withdraw", "A")
    assert (again.exit_code, "was withdrawn on 2024-05-01 already" in again.stderr) == (2, True)
    assert "has no release B" in run(book, "--withdraw", "B").stderr
    assert "--on May: write the day" in run(book, "--withdraw", "A", "--on", "May").stderr
