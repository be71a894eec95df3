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


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        (["x,G,-1"], [], "Line 2: a x is “-1”: a count is a whole number of 0 or more"),
        (["x,G,1.5"], [], "Line 2: a x is “1.5”: a count is a whole number of 0 or more"),
        (["x,G,1", "y,G,3", "Total,G,5"], [], "Line 4: a Total is 5, but its parts add up to 4"),
        (["x,G,1", "y,G,3", "G,G,9"], [], "Line 4: a G is 9, but its parts add up to 4"),
        (["x,G,1", "y,H,3"], ["--hierarchy", "g=a"], "The hierarchy goes in a loop: a = g = a"),
        (["x,G,1", "x,H,3"], [], "Line 3: a “x” has the g “H”, but “G” on line 2. A category has one group"),
        (["x,Total,1", "y,Total,3"], [], "“a”: “Total” is a group and also the margin"),
        (["x,G,1", "total,G,1"], [], "Line 3: a is “total”. Write “Total” for the sum"),
        (["x,G,1", "x,G,1"], [], "Line 3: a x is given twice, first on line 2"),
        (["x,G,1", "Total,G,1", "Total,G,1"], [], "Line 4: a Total is given twice, first on line 3"),
    ],
)
def test_bad_counts_are_refused_by_place_and_nothing_is_written(
    rows: list[str], options: list[str], words: str, tmp_path: Path
) -> None:
    path, outs = tmp_path / "bad.csv", tmp_path / "out"
    path.write_text("\n".join(["a,g,n", *rows, ""]), encoding="utf-8")
    outs.mkdir()
    files = ["-o", str(outs / "o.csv"), "--readers", str(outs / "r.csv"), "--proof", str(outs / "p.json")]
    done = CliRunner().invoke(app, ["protect", str(path), "--count", "n", "--hierarchy", "a=g", *options, *files])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr
    assert not list(outs.iterdir())


@pytest.mark.parametrize("ratio", ["45.5%", "9 %", "12.5"])
@pytest.mark.parametrize("more", [[], ["--distinct", "a"]])
def test_a_column_of_percentages_or_averages_is_not_printed_as_categories(
    ratio: str, more: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(f"a,n,share\nx,2,{ratio}\ny,20,54\nTotal,22,100\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["protect", str(path), "--count", "n", *more])
    assert done.exit_code == 2
    assert f"Line 2: share is “{ratio}”: percentages and averages are no categories" in done.stderr
    assert CliRunner().invoke(app, ["protect", str(path), "--count", "n", "--by", "a", *more]).exit_code == 0


def test_a_million_cells_are_refused_before_they_take_any_room(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = (f"a{number},b{number},c{number},1\n" for number in range(100))
    path.write_text("a,b,c,n\n" + "".join(rows), encoding="utf-8")
    done = CliRunner().invoke(app, ["protect", str(path), "--count", "n", "-o", str(tmp_path / "out.csv")])
    assert done.exit_code == 2
    assert "1,030,301 cells with its margins; 400,000 are the most" in done.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("method", ["suppress", "round"])
def test_where_one_file_cannot_be_written_none_is(table: str, method: str, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    files = ["-o", str(tmp_path / "o.csv"), "--proof", str(tmp_path / "none" / "p.json")]
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--method", method, *files])
    assert done.exit_code == 2
    assert f"{tmp_path / 'none' / 'p.json'}: No such file or directory" in done.stderr
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("a,b\n", 2, "proof.json: no JSON: line 1"),
        ("[1]", 2, "This is no proof of a table"),
        ('{"safe": true}', 2, "This is no proof of a table: “method” is missing"),
        ("", 2, "no JSON"),
        ('"threshold": "x"', 1, "threshold is x in it, and 5 is asked for"),
        ('"threshold": 2', 1, "threshold is 2 in it, and 5 is asked for"),
    ],
)
def test_a_proof_that_is_none_or_was_altered_is_told_in_words(
    table: str, content: str, code: int, words: str, tmp_path: Path
) -> None:
    safe, proof = tmp_path / "safe.csv", tmp_path / "proof.json"
    CliRunner().invoke(app, ["protect", table, *MEANT, "-o", str(safe), "--proof", str(proof)])
    altered = proof.read_text().replace('"threshold": 5', content) if "threshold" in content else content
    proof.write_text(altered)
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--proof", str(proof), "--verify", str(safe)])
    assert done.exit_code == code
    assert words in done.stderr + done.stdout
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_a_safe_table_that_is_none_is_the_file_that_is_named(table: str, tmp_path: Path) -> None:
    safe, proof = tmp_path / "safe.csv", tmp_path / "proof.json"
    CliRunner().invoke(app, ["protect", table, *MEANT, "--readers", str(safe), "--proof", str(proof)])
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--proof", str(proof), "--verify", str(safe)])
    assert done.exit_code == 2
    assert f"{safe}: Line 2: there is no column “value”" in done.stderr


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


def test_rounding_makes_every_figure_a_multiple_and_adds_up(table: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sixteen bytes or more")
    plain = ["protect", table, *MEANT, "--method", "round", "--key", str(key), "--format", "json"]
    done = CliRunner().invoke(app, plain)
    data = json.loads(done.stdout)
    values = {(cell["offence"], cell["year"]): cell["value"] for cell in data["cells"]}
    assert all(value % 5 == 0 for value in values.values())
    assert values["Total", "2022"] == values["Property", "2022"] + values["Person", "2022"]
    assert {cell["status"] for cell in data["cells"]} == {"rounded"}
    assert data["proof"]["known_small"] == 0
    assert CliRunner().invoke(app, plain).stdout == done.stdout


def test_rounding_without_a_key_says_what_that_means(table: str) -> None:
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--method", "round"])
    assert "under a key drawn for this run" in done.stderr


def test_coarsening_proposes_tables_without_small_counts(table: str, tmp_path: Path) -> None:
    out = tmp_path / "coarse.csv"
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--method", "coarsen", "-o", str(out)])
    assert done.exit_code == 0
    assert "nothing needs hiding" in done.stdout
    values = [int(row["value"]) for row in csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))]
    assert all(value == 0 or value >= 5 for value in values)


@pytest.mark.parametrize("option", ["--zeros", "--view=year"])
def test_options_of_suppression_do_not_go_with_other_methods(table: str, option: str) -> None:
    done = CliRunner().invoke(app, ["protect", table, *MEANT, "--method", "coarsen", option])
    assert done.exit_code == 2
    assert "go with the method “suppress”" in done.stderr
