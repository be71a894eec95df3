"""Editions of an extract: what is the same, what is new, what changed, and how counts follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.records import asking_again
from candour.records.asking_again import ask_again, row_changes, save, saved
from candour.records.dataset import DataSet
from candour.records.description import read_description
from candour.records.findings import RecordsError

from .extracts import CONDUCT, ROWS, asked, conduct, write

KEYED = CONDUCT.replace("[keys]\n", '[keys]\nrow = ["case_ref", "officer", "nature"]\n')


def data_set(description: str = CONDUCT) -> DataSet:
    return DataSet.create(None, read_description(description))


def test_a_whole_new_extract_takes_the_place_of_the_last(tmp_path: Path) -> None:
    held = conduct(tmp_path)
    done = held.import_extract(write(tmp_path / "next.csv", [*ROWS[1:], ("C9", "P9", "PS", "", "Fraud", "", "")]))
    assert (done.same, done.new, done.gone) == (6, 1, 1)
    assert asked(held, "rows").total == 7
    assert asked(held, "rows", edition=1).total == 7
    assert asked(held, "persons", where='officer = "P9"', edition=1).total == 0


def test_overlapping_editions_are_put_together_without_counting_a_row_twice(tmp_path: Path) -> None:
    held = data_set('editions = "add"\n' + CONDUCT)
    held.import_extract(write(tmp_path / "one.csv", ROWS[:5]))
    done = held.import_extract(write(tmp_path / "two.csv", ROWS[2:]))
    assert (done.same, done.new, done.gone) == (3, 2, 0)
    assert asked(held, "rows").total == len(ROWS)


def test_a_row_that_changed_is_known_by_its_key(tmp_path: Path) -> None:
    held = data_set(KEYED)
    held.import_extract(write(tmp_path / "one.csv", ROWS))
    changed = ("C2", "P1", "DC", "Dismissed", "Theft", "31/03/2023", "01/05/2024")
    done = held.import_extract(write(tmp_path / "two.csv", [*ROWS[:3], changed, *ROWS[4:]]))
    assert (done.same, done.new, done.changed, done.gone) == (6, 0, 1, 0)
    assert asked(held, "rows", where='status = "dismissed"').total == 1
    assert asked(held, "rows", where='status = "dismissed"', edition=1).total == 0


def test_rows_exactly_alike_are_counted_each_and_said_so(tmp_path: Path) -> None:
    held = data_set()
    done = held.import_extract(write(tmp_path / "twice.csv", [ROWS[0], ROWS[0], ROWS[1]]))
    assert asked(held, "rows").total == 3
    assert any("1 rows are exactly like another row; each is counted." in str(each) for each in done.assumptions)
    fewer = held.import_extract(write(tmp_path / "once.csv", [ROWS[0], ROWS[1]]))
    assert (fewer.same, fewer.gone) == (2, 1)


def test_with_a_key_a_repeated_row_is_the_same_row(tmp_path: Path) -> None:
    held = data_set(KEYED)
    done = held.import_extract(write(tmp_path / "twice.csv", [ROWS[0], ROWS[0], ROWS[1]]))
    assert asked(held, "rows").total == 2
    assert any("each is counted once" in str(each) for each in done.assumptions)


def test_a_key_that_is_not_unique_is_refused_with_its_lines(tmp_path: Path) -> None:
    held = data_set(KEYED)
    other = ("C1", "P1", "PS", "", "Theft", "", "")
    with pytest.raises(RecordsError, match=r"“C1”, “P1”, “Theft” stands on 2 rows that differ, from line 2 to line 3"):
        held.import_extract(write(tmp_path / "twice.csv", [ROWS[0], other]))
    assert held.editions == ()


def test_a_case_said_to_be_one_row_is_refused_where_it_is_several(tmp_path: Path) -> None:
    held = data_set(CONDUCT.replace('row = "allegation"', 'row = "case"'))
    with pytest.raises(RecordsError, match="“Case Ref” should identify a case, one on each row, but “C1” stands on 3"):
        held.import_extract(write(tmp_path / "cases.csv", ROWS))


def test_a_saved_count_is_asked_again_and_compared_row_by_row(tmp_path: Path) -> None:
    held = data_set(KEYED)
    held.import_extract(write(tmp_path / "one.csv", ROWS))
    save(held, "by nature", asked(held, "persons", "nature", where="officer is not blank"))
    assert ask_again(held, "by nature").cells == ()
    changed = ("C2", "P1", "DC", "Dismissed", "Theft", "31/03/2023", "01/05/2024")
    new = ("C9", "P9", "PS", "", "Fraud", "01/01/2024", "")
    held.import_extract(write(tmp_path / "two.csv", [*ROWS[:3], changed, *ROWS[4:6], new]))
    again = ask_again(held, "by nature")
    assert [(each.labels, each.before, each.now) for each in again.cells] == [
        (("Fraud",), 0, 1),
        (("Not recorded",), 1, 0),
    ]
    assert again.row_totals == {"new": 1, "gone": 1, "changed": 1}
    rows = row_changes(held, again.counted.definition, 1, 2)
    assert {each.what: each.line for each in rows} == {"changed": 5, "new": 8, "gone": 8}
    altered = next(each for each in rows if each.what == "changed")
    assert altered.before == {"Status": "Suspended", "Closed": ""}
    assert altered.values["Status"] == "Dismissed"


def test_all_rows_that_changed_are_numbered_even_where_not_all_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_again, "MOST_ROWS", 1)
    held = data_set(KEYED)
    held.import_extract(write(tmp_path / "one.csv", ROWS))
    save(held, "all", asked(held, "rows"))
    others = [(f"D{at}", "P1", "PC", "", "Theft", "", "") for at in range(3)]
    altered = [(*row[:3], "Left", *row[4:]) for row in ROWS[3:5]]
    held.import_extract(write(tmp_path / "two.csv", [*altered, *others]))
    again = ask_again(held, "all")
    assert again.row_totals == {"new": 3, "gone": 5, "changed": 2}
    rows = row_changes(held, again.counted.definition, 1, 2)
    assert sorted(each.what for each in rows) == ["changed", "gone", "new"]


def test_an_unknown_saved_count_is_refused_with_those_there_are(tmp_path: Path) -> None:
    held = conduct(tmp_path)
    save(held, "all", asked(held, "rows"))
    with pytest.raises(RecordsError, match="Saved are “all”"):
        ask_again(held, "none")
    assert [each.name for each in saved(held)] == ["all"]


def test_a_data_set_is_read_again_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "conduct.records"
    with DataSet.create(path, read_description(CONDUCT)) as held:
        held.import_extract(write(tmp_path / "conduct.csv", ROWS))
    with DataSet.open(path, read_only=True) as held:
        assert asked(held, "cases").total == 5
        assert held.editions[0].name == "conduct.csv"
        assert held.report(1)["rows"] == len(ROWS)


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.records"
    path.write_text("no data base")
    with pytest.raises(RecordsError, match="no data set, or it is damaged"):
        DataSet.open(path)
    with pytest.raises(RecordsError, match="no such data set"):
        DataSet.open(tmp_path / "absent.records")
