"""A protected table read back from its CSV: what every cell prints."""

from __future__ import annotations

import csv
import io

import numpy as np
from numpy.typing import NDArray

from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.distinct import DistinctTable

_WITHHELD = frozenset({"primary", "secondary"})


def read_protected(
    text: str, table: CountTable | DistinctTable, printed: NDArray[np.bool_] | None = None
) -> dict[Labels, int | None]:
    """The printed number of each cell of `table`, None where it is withheld; of those that are `printed` alone.

    Raises TableError where a column, a cell or a number is missing or wrong.
    """
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    names = [dimension.name for dimension in table.dimensions]
    known = {labels for cell, labels in enumerate(table.cells()) if printed is None or printed[cell]}
    found: dict[Labels, int | None] = {}
    for line, row in enumerate(rows, start=2):
        if missing := [name for name in [*names, "value"] if row.get(name) is None]:
            raise TableError(f"Line {line}: there is no column “{missing[0]}”.")
        labels = tuple(row[name] for name in names)
        if labels not in known:
            raise TableError(f"Line {line}: {table.name(labels)} is no cell of the table.")
        if labels in found:
            raise TableError(f"Line {line}: {table.name(labels)} is given twice.")
        value = row["value"]
        if value and not (value.isascii() and value.isdigit()):
            raise TableError(f"Line {line}: {table.name(labels)} is “{value}”: give a whole number, or nothing.")
        status = row.get("status") or ""
        if status and (status in _WITHHELD) == bool(value):
            says = "withheld" if status in _WITHHELD else "shown"
            raise TableError(
                f"Line {line}: {table.name(labels)} is called {status}, which is {says}, but is “{value}”."
            )
        found[labels] = int(value) if value else None
    if absent := known - found.keys():
        raise TableError(f"{table.name(min(absent))} is missing.")
    return found
