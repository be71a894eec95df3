"""`candour protect` at the command line: what it reads, prints, proves and refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
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
MEANT = ["--count", "n", "--hierarchy", "offence=group"]


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_json_has_the_shape_that_other_programs_rely_on(table: str) -> None:
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--format", "json"])
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert data["unit"] == "cases"
    assert data["dimensions"] == ["offence", "year"]
    assert {"offence": "Theft", "year": "2022"}.items() <= data["cells"][0].items()
    statuses = {(cell["offence"], cell["year"]): cell["status"] for cell in data["cells"]}
    assert statuses["Arson", "2022"] == "primary"
    assert set(statuses.values()) == {"shown", "primary", "secondary"}
    assert all((cell["value"] is None) == (cell["status"] != "shown") for cell in data["cells"])
    assert data["proof"]["safe"] is True
    assert data["proof"]["cells"] == 2
    assert data["proof"]["smallest_interval"] >= 5
    assert len(data["cells"]) == 7 * 3


def test_the_csv_has_every_cell_with_margins_and_no_group_column(table: str, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "-o", str(out)])
    assert done.exit_code == 0
    assert "proven safe" in done.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8"))))
    assert list(rows[0]) == ["offence", "year", "value", "status"]
    assert {row["offence"] for row in rows} == {"Theft", "Fraud", "Arson", "Assault", "Property", "Person", "Total"}
    assert all((row["value"] == "") == (row["status"] != "shown") for row in rows)


def test_the_table_for_readers_has_one_mark(table: str, tmp_path: Path) -> None:
    out = tmp_path / "readers.csv"
    CliRunner().invoke(app, ["protect", table, *MEANT, "--readers", str(out)])
    words = out.read_text(encoding="utf-8-sig")
    assert words.startswith("offence,year,Cases")
    assert "withheld" in words
    assert "primary" not in words


def test_the_proof_is_checked_again_and_fails_where_a_number_was_put_back(table: str, tmp_path: Path) -> None:
    safe, proof = tmp_path / "safe.csv", tmp_path / "proof.json"
    CliRunner().invoke(app, ["protect", table, *MEANT, "-o", str(safe), "--proof", str(proof)])
    checking = ["protect", table, *MEANT, "--proof", str(proof), "--verify", str(safe)]
    done = CliRunner().invoke(app, checking)
    assert done.exit_code == 0
    assert "Proven again, in whole numbers: 2 sensitive cells" in done.stdout
    safe.write_text(safe.read_text().replace("Arson,2022,,primary", "Arson,2022,1,shown"))
    done = CliRunner().invoke(app, checking)
    assert done.exit_code == 1
    assert "offence Arson, year 2022 is sensitive and shown." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--count", "m"], "no column “m”"),
        (["--count", "n", "--hierarchy", "offence"], "write the column, = and the column of its groups"),
        (["--count", "n", "--hierarchy", "offence=group", "--hierarchy", "offence=year"], "two columns of groups"),
        (["--count", "n", "--aim", "hope"], "“hope” is no aim"),
        (["--count", "n", "--aim", "width"], "how wide"),
        (["--count", "n", "--verify", "x.csv"], "needs the proof"),
    ],
)
def test_bad_use_ends_in_one_line_and_2(table: str, arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(app, ["protect", table, *arguments])
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("content", ["", "a,n\nx,-1\n", "a,n\nx,1\nx,1\n", "\xff\xfe", "a,n\nTotal,3\n"])
def test_what_is_no_table_of_counts_ends_in_one_line_and_2(content: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content.encode("latin-1"))
    done = CliRunner().invoke(app, ["protect", str(path), "--count", "n"])
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1


SHARED = Path(__file__).parents[2] / "shared" / "data" / "tables"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the made-up registers are not here")
def test_the_register_s_is_safe_and_costs_no_more_than_the_best_safe_peer() -> None:
    plain = ["protect", str(SHARED / "S.csv"), "--count", "freq", "--hierarchy", "offence=ogroup", "--format", "json"]
    strong = json.loads(CliRunner().invoke(app, plain).stdout)
    assert strong["proof"]["safe"]
    assert strong["proof"]["smallest_interval"] >= 5
    weak = json.loads(CliRunner().invoke(app, [*plain, "--aim", "undetermined"]).stdout)
    assert weak["proof"]["safe"]
    assert sum(cell["value"] is None for cell in weak["cells"]) <= 262
