"""`candour protect` with what a person says of single cells, of marks and of weights; and stopped while it works."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
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
def folder(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str, **files: str) -> tuple[int, dict[tuple[str, str], tuple[str, str]], str]:
    """The exit code, every printed cell with its status, and what was said; `files` become options of their name."""
    named = []
    for option, content in files.items():
        path = folder / f"{option}.csv"
        path.write_text(content, encoding="utf-8")
        named += [f"--{option}", str(path)]
    out = folder / "out.csv"
    done = CliRunner().invoke(
        app, ["protect", str(folder / "table.csv"), *MEANT, "-o", str(out), *options, *named], catch_exceptions=False
    )
    if not out.exists():
        return done.exit_code, {}, done.stderr
    rows = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    cells = {(row["offence"], row["year"]): (row["value"], row["status"]) for row in rows}
    return done.exit_code, cells, done.stderr


def test_what_was_published_elsewhere_is_shown_and_taken_to_be_known(folder: Path) -> None:
    code, cells, _ = run(folder, public="offence,year,value,where\nArson,2022,1,a newspaper\n")
    assert code == 0
    assert cells["Arson", "2022"] == ("1", "shown")
    assert cells["Fraud", "2023"] == ("", "primary")
    code, _, said = run(folder, public="offence,year,value\nArson,2022,2\n")
    assert (code, "was published as 2, but is 1 here" in said) == (2, True)


def test_a_decision_on_a_cell_needs_a_reason_and_its_proof_is_checked_with_it(folder: Path) -> None:
    decided = "offence,year,decision,reason\nTheft,2022,protect,One street\n"
    proof = folder / "proof.json"
    code, cells, _ = run(folder, "--proof", str(proof), override=decided)
    assert (code, cells["Theft", "2022"]) == (0, ("", "primary"))
    again = ["protect", str(folder / "table.csv"), *MEANT, "--proof", str(proof), "--verify", str(folder / "out.csv")]
    done = CliRunner().invoke(app, [*again, "--override", str(folder / "override.csv")])
    assert done.exit_code == 0
    code, _, said = run(folder, override="offence,year,decision,reason\nTheft,2022,protect,\n")
    assert (code, "give the reason" in said) == (2, True)


def test_a_group_of_few_people_is_sensitive_in_every_count(folder: Path) -> None:
    few = "dimension,label,people\noffence,Assault,30\n"
    code, cells, _ = run(folder, "--least-population", "50", population=few)
    assert code == 0
    assert {cells["Assault", year][1] for year in ("2022", "2023", "Total")} == {"primary"}
    code, _, said = run(folder, population=few)
    assert (code, "needs --least-population" in said) == (2, True)


def test_what_cannot_occur_and_is_counted_is_refused(folder: Path) -> None:
    code, _, said = run(folder, impossible="offence,year\nArson,Total\n")
    assert (code, "said to be impossible, but cases are counted" in said) == (2, True)
    code, _, said = run(folder, impossible="offence,year\nTotal,Total\n")
    assert (code, "no combination can occur" in said) == (2, True)


def test_a_mark_of_small_counts_holds_or_is_refused(folder: Path) -> None:
    readers = folder / "readers.csv"
    code, _, said = run(folder, "--mark", "<5")
    assert (code, "one mark for all" in said) == (2, True)
    code, _, said = run(folder, "--mark", "<7")
    assert (code, "that mark would be false" in said) == (2, True)
    code, cells, _ = run(folder, "--mark", "<5", "--aim", "undetermined", "--readers", str(readers))
    assert code == 0
    words = readers.read_text(encoding="utf-8-sig")
    assert "Arson,2022,<5" in words
    assert words.count("*") == sum(status == "secondary" for _, status in cells.values())
    run(folder, "--mark", "[x]", "--readers", str(readers))
    assert "Arson,2022,[x]" in readers.read_text(encoding="utf-8-sig")


def test_a_percentage_that_tells_a_small_count_is_refused_by_name(folder: Path) -> None:
    code, _, said = run(folder, percentages="offence,year,percent,of\nArson,2022,2.3,offence\n")
    assert (code, "offence Arson, year 2022" in said) == (2, True)
    code, cells, _ = run(folder, percentages="offence,year,percent,of\nTheft,2022,45.5,offence\n")
    assert (code, cells["Theft", "2022"]) == (0, ("20", "shown"))
    code, _, said = run(folder, percentages="offence,year,percent,of\nTheft,2022,46.5,offence\n")
    assert (code, "is not the share of" in said) == (2, True)


def test_what_readers_need_most_is_kept(folder: Path) -> None:
    _, plain, _ = run(folder)
    hidden = next(cell for cell, (_, status) in plain.items() if status == "secondary")
    weights = f"offence,year,weight\n{hidden[0]},{hidden[1]},1000\n"
    code, cells, _ = run(folder, weights=weights)
    assert (code, cells[hidden][1]) == (0, "shown")
    assert run(folder, "--weight", "year=2023:5", "--weight", "offence:2")[0] == 0
    code, _, said = run(folder, "--weight", "ward=1:5")
    assert (code, "no dimension “ward”" in said) == (2, True)


def test_parts_without_the_rest_are_read_and_the_rest_is_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "officers.csv"
    path.write_text("sex,year,n\nTotal,2022,20\nFemale,2022,18\nTotal,2023,30\nFemale,2023,12\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(
        app, ["protect", str(path), "--count", "n", "--of-which", "sex=Female", "-o", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert {row["sex"] for row in rows} == {"Female", "Total"}
    both = {row["sex"]: row["value"] for row in rows if row["year"] == "2022"}
    assert "" in both.values(), "18 of 20 tells that there are 2 others"
    path.write_text("sex,year,n\nTotal,2022,20\nFemale,2022,21\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["protect", str(path), "--count", "n", "--of-which", "sex=Female"])
    assert (done.exit_code, "more than the total" in done.stderr) == (2, True)


def test_a_hierarchy_of_another_table_is_left_out_and_half_of_one_is_refused(folder: Path) -> None:
    code, cells, said = run(folder, "--hierarchy", "force=region")
    assert (code, "the table has neither column" in said) == (0, True)
    assert "Property" in {offence for offence, _ in cells}
    code, _, said = run(folder, "--hierarchy", "year=decade")
    assert (code, "no column “decade”" in said) == (2, True)


def test_totals_of_people_are_given_and_protected(tmp_path: Path) -> None:
    path, out, proof = tmp_path / "people.csv", tmp_path / "out.csv", tmp_path / "proof.json"
    path.write_text("offence,n\nTheft,20\nFraud,9\nArson,1\nTotal,25\n", encoding="utf-8")
    plain = ["protect", str(path), "--count", "n", "--distinct", "offence", "--proof", str(proof)]
    done = CliRunner().invoke(app, [*plain, "-o", str(out), "--format", "json"], catch_exceptions=False)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["proof"]["safe"]
    assert "Arson,,primary" in out.read_text(encoding="utf-8")
    assert CliRunner().invoke(app, [*plain, "--verify", str(out)]).exit_code == 0
    stricter = CliRunner().invoke(app, [*plain, "--threshold", "10", "--verify", str(out)])
    assert stricter.exit_code == 1
    assert "threshold is 5 in it, and 10 is asked for" in stricter.stdout
    out.write_text(out.read_text(encoding="utf-8").replace("Arson,,primary", "Arson,1,shown"), encoding="utf-8")
    assert CliRunner().invoke(app, [*plain, "--verify", str(out)]).exit_code == 1


def wait_until_it_minds(pid: int) -> None:
    """Until the command has taken SIGTERM into its own hands; before that, loading, it ends as any program does."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(1200):
        caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status.read_text(encoding="utf-8"))
        if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see when the command listens")
@pytest.mark.parametrize(("number", "after"), [(signal.SIGTERM, 0.5), (signal.SIGINT, 4.0)])
def test_stopped_while_it_works_it_leaves_a_safe_table_or_none(tmp_path: Path, number: int, after: float) -> None:
    random = np.random.default_rng(1)
    lines = [
        "force,offence,year,outcome,n",
        *(f"F{a},O{b},Y{c},R{d},{random.poisson(2)}" for a, b, c, d in np.ndindex(9, 12, 6, 6)),
    ]
    table, out, proof = tmp_path / "table.csv", tmp_path / "out.csv", tmp_path / "proof.json"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plain = [sys.executable, "-m", "candour.cli", "protect", str(table), "--count", "n", "--proof", str(proof)]
    work = subprocess.Popen([*plain, "-o", str(out)], stderr=subprocess.PIPE, text=True, env={**os.environ})
    wait_until_it_minds(work.pid)
    time.sleep(after)
    work.send_signal(number)
    said = work.communicate(timeout=120)[1]
    assert "Traceback" not in said
    if out.exists():
        again = subprocess.run([*plain, "--verify", str(out)], capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stdout
    else:
        assert work.returncode != 0
        assert not proof.exists()
