"""Rows read many at a time are the rows read one by one: the same cells, the same lines, the same errors."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.records.cleaning import clean
from candour.records.dataset import DataSet
from candour.records.delimited import delimited_blocks, delimited_rows, examine
from candour.records.description import read_description
from candour.records.engine import DuckDB
from candour.records.findings import RecordsError

from .extracts import CONDUCT, HEADINGS, ROWS, write

TEXT = st.lists(st.sampled_from(["a", "b,", '"', '""', "\n", "\r\n", "\r", ",", "x y", "  ", "\0", "é"]), max_size=40)


def one_by_one(path: Path) -> tuple[list[tuple[int, list[str]]], str]:
    rows = []
    try:
        rows += delimited_rows(path, examine(path))
    except RecordsError as error:
        return [], str(error)
    return rows, ""


def many(path: Path, first: int, size: int) -> tuple[list[tuple[int, list[str]]], str]:
    rows = []
    try:
        for lines, cells in delimited_blocks(path, examine(path), first, size):
            rows += zip(lines, cells, strict=True)
    except RecordsError as error:
        return [], str(error)
    return rows, ""


@settings(max_examples=300, deadline=None)
@given(pieces=TEXT, first=st.integers(1, 4), size=st.integers(1, 4))
def test_blocks_of_any_size_hold_the_same_rows_lines_and_errors(pieces: list[str], first: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.csv"
        path.write_bytes(("head\n" + "".join(pieces)).encode())
        assert many(path, first, size) == one_by_one(path)


@pytest.mark.parametrize("odd", ["  ", "\t", "\v", "\f", "\u00a0", "\u200b", "\ufeff", "\0", "x\r\ny"])
def test_odd_white_space_anywhere_is_tidied(tmp_path: Path, odd: str) -> None:
    rows = [*ROWS, (f"C9{odd}x", "P9", "PC", "", "Theft", "01/01/2024", "")]
    held = DataSet.create(None, read_description(CONDUCT))
    held.import_extract(write(tmp_path / "odd.csv", rows), accept=True)
    expected = {"\0": "C9x", "x\r\ny": "C9x yx"}.get(odd, "C9 x")
    found = held.engine.rows("SELECT c_case_ref FROM rows WHERE c_officer = 'P9'")
    assert found == [(expected,)]


def test_odd_white_space_across_two_readings_of_the_file_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "extract.csv"
    for odd in ("  ", "\u200b"):
        for chunk in range(1, 24):
            monkeypatch.setattr("candour.records.delimited._CHUNK", chunk)
            path.write_text(f"a,b\nsome{odd}words,2\n", encoding="utf-8")
            assert not examine(path).is_even
    path.write_text("\ufeffa,b\r\nsome words,2\r\n", encoding="utf-8", newline="")
    monkeypatch.undo()
    assert examine(path).is_even


def test_a_row_that_is_no_record_is_found_among_very_many(tmp_path: Path) -> None:
    many_rows = [(f"C{at}", f"P{at}", "PC", "", "Theft", "01/01/2024", "") for at in range(6_000)]
    many_rows[4_100] = HEADINGS
    many_rows[5_200] = ("Total", "", "", "", "", "", "5198")
    held = DataSet.create(None, read_description(CONDUCT))
    done = held.import_extract(write(tmp_path / "many.csv", many_rows), accept=True)
    assert done.rows == 5_998
    said = [str(each) for each in done.assumptions]
    assert any("headings stand again on line 4,102" in each for each in said)
    assert any("Totals stand on line 5,202" in each for each in said)
    lines = held.engine.rows("SELECT line, c_case_ref FROM rows WHERE line IN (2, 4101, 4103, 6001) ORDER BY line")
    assert lines == [(2, "C0"), (4101, "C4099"), (4103, "C4101"), (6001, "C5999")]


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab é."), max_size=8).filter(lambda text: "  " not in text))
def test_text_without_odd_white_space_is_tidied_to_the_same(text: str) -> None:
    engine = DuckDB()
    engine.run("CREATE TABLE texts AS SELECT ? AS v", [text])
    whole, quick = (engine.one(f"SELECT {clean('v', even=even)} FROM texts") for even in (False, True))  # noqa: S608
    assert whole == quick
    engine.close()
