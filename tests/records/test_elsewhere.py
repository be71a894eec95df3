"""The same count on PostgreSQL: the same statements, the same cells. CANDOUR_DATABASE names the server."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from candour.records.counting import Place, count
from candour.records.dataset import DataSet
from candour.records.elsewhere import copy_rows
from candour.records.engine import PostgreSQL, identifier
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition, Part, Period

from .extracts import CONDUCT, ROWS, asked, imported, write

ADDRESS = os.environ.get("CANDOUR_DATABASE", "")
TABLE = f"records_test_{os.getpid()}"
SPLIT = (
    CONDUCT.replace('heading = "Nature"', 'heading = "Nature"\nparts = ";"')
    .replace("[keys]", "[keys]")
    .replace('heading = "Status"\nterms = "police-misconduct/status"', 'heading = "Status"\nkind = "yes-no"')
)
QUESTIONS = [
    CountDefinition("persons", ("year", "rank", "nature"), period=Period.FINANCIAL),
    CountDefinition("cases", ("quarter",), period=Period.FINANCIAL),
    CountDefinition("rows", ("month", "status"), groups={"rank": "groups"}),
    CountDefinition("rows", ("rank",), groups={"rank": "groups"}),
    CountDefinition("persons", ("nature",), once=True),
    CountDefinition("persons", ("year",), once=True),
    CountDefinition(
        "cases", (), 'nature != "theft" and not (rank in ("pc", "ps")) or received between 2022-01-01 and 2023-01-01'
    ),
    CountDefinition(
        "allegations", ("received", "nature"), "nature contains 'the%f' or status = yes or closed is blank"
    ),
    CountDefinition("cases", ("rank",), as_at=datetime.date(2023, 4, 1)),
    CountDefinition("persons", ("nature",), parts=(Part("a", "status = yes"), Part("b", 'rank = "constable"'))),
    CountDefinition("rows", ("year:closed",), since=datetime.date(2022, 1, 1), until=datetime.date(2024, 12, 31)),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataSet, Place]]:
    if not ADDRESS.startswith("postgres"):
        pytest.skip("no PostgreSQL is at hand: CANDOUR_DATABASE names none")
    rows = [
        [*row[:3], "Y" if row[3] == "Suspended" else "N" if row[3] else "", f"{row[4]};Other", *row[5:]] for row in ROWS
    ]
    folder = tmp_path_factory.mktemp("elsewhere")
    held, _ = imported(
        write(folder / "conduct.csv", [*rows, ("C7", "P4", "PC", "Y", "The%ft", "30/02/2023", "")]), SPLIT, accept=True
    )
    assert copy_rows(held, ADDRESS, TABLE) > len(ROWS)
    engine = PostgreSQL(ADDRESS)
    yield held, Place(engine, TABLE, "until_edition IS NULL", {})
    engine.rows(f"DROP TABLE {TABLE}")
    engine.close()


@pytest.mark.parametrize("definition", QUESTIONS, ids=lambda each: f"{each.unit} by {' '.join(each.by)}")
def test_postgresql_counts_every_cell_as_duckdb_does(both: tuple[DataSet, Place], definition: CountDefinition) -> None:
    held, place = both
    there = count(place, held.description, definition)
    here = asked(
        held,
        definition.unit,
        *definition.by,
        **{
            name: getattr(definition, name)
            for name in ("where", "period", "as_at", "since", "until", "parts", "groups", "once")
        },
    )
    assert dict(there.cells()) == dict(here.cells())
    assert there.total > 0
    assert there.additive == here.additive
    beneath = [note for note in here.notes if not note.startswith("From ")]
    assert list(there.notes) == beneath


def test_the_real_extract_of_the_met_counts_alike_in_both(shared: Path) -> None:
    if not ADDRESS.startswith("postgres"):
        pytest.skip("no PostgreSQL is at hand: CANDOUR_DATABASE names none")
    description = (
        '[keys]\ncase = ["case_ref"]\nperson = ["subject_ref"]\n'
        '[columns.case_ref]\nheading = "Case Ref"\nkind = "key"\n'
        '[columns.subject_ref]\nheading = "Subject Ref"\nkind = "key"\n'
    )
    held, _ = imported(shared / "data/met/met-police-complaints.csv", description)
    table = f"{TABLE}_met"
    assert copy_rows(held, ADDRESS, table) == 58_129
    engine = PostgreSQL(ADDRESS)
    try:
        place = Place(engine, table, "until_edition IS NULL", {})
        assert count(place, held.description, CountDefinition("persons")).total == 22_061
        assert count(place, held.description, CountDefinition("cases")).total == 31_271
    finally:
        engine.rows(f"DROP TABLE {table}")
        engine.close()


@pytest.mark.parametrize("name", ["rows; DROP TABLE x", "a b", "1st", "a.b.c", ""])
def test_what_cannot_name_a_table_is_refused(name: str) -> None:
    with pytest.raises(RecordsError, match="cannot name a table"):
        identifier(name)


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(RecordsError, match="PostgreSQL cannot be reached"):
        PostgreSQL("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
