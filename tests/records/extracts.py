"""Small invented extracts, and how to count them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from candour.records.counted import Counted
from candour.records.counting import count_data_set
from candour.records.dataset import DataSet, Imported
from candour.records.description import read_description
from candour.records.question import CountDefinition

CONDUCT = """
name = "conduct"
title = "Conduct matters"
row = "allegation"
date = "received"
opened = "received"
closed = "closed"

[keys]
case = ["case_ref"]
person = ["officer"]

[columns.case_ref]
heading = "Case Ref"
kind = "key"

[columns.officer]
heading = "Officer"
kind = "key"

[columns.rank]
heading = "Rank"
terms = "police-misconduct/rank"

[columns.status]
heading = "Status"
terms = "police-misconduct/status"

[columns.nature]
heading = "Nature"

[columns.received]
heading = "Received"
kind = "date"

[columns.closed]
heading = "Closed"
kind = "date"
"""

HEADINGS = ("Case Ref", "Officer", "Rank", "Status", "Nature", "Received", "Closed")
ROWS = (
    ("C1", "P1", "PC", "Suspended", "Theft", "03/04/2022", "01/02/2024"),
    ("C1", "P1", "PC", "Suspended", "Assault", "03/04/2022", ""),
    ("C1", "P2", "Detective Sergeant", "Restricted", "Theft", "03/04/2022", ""),
    ("C2", "P1", "DC", "Suspended", "Theft", "31/03/2023", ""),
    ("C3", "Unknown", "", "", "Theft", "01/04/2023", "30/06/2023"),
    ("C4", "Organisational", "N/A", "", "Assault", "25/12/2023", ""),
    ("C5", "P3", "Chief Inspector", "Resigned", "", "", ""),
)


def write(path: Path, rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> Path:
    """An extract as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def imported(path: Path, description: str = CONDUCT, *, accept: bool = False) -> tuple[DataSet, Imported]:
    """A data set in memory with one extract in it."""
    held = DataSet.create(None, read_description(description))
    return held, held.import_extract(path, accept=accept)


def conduct(folder: Path) -> DataSet:
    """The conduct matters."""
    return imported(write(folder / "conduct.csv", ROWS))[0]


def asked(held: DataSet, unit: str, *by: str, **more: object) -> Counted:
    """A count."""
    return count_data_set(held, CountDefinition(unit, by, **more))  # type: ignore[arg-type]  # as the test gives them


def figures(counted: Counted) -> dict[str, int]:
    """The cells of a table of one dimension."""
    return {labels[0]: value for labels, value in counted.cells()}
