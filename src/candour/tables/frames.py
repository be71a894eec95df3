"""A table of counts read from a DataFrame of any library, without that library.

DataFrames offer their columns through the Arrow PyCapsule interface (`__arrow_c_stream__`: pandas, polars, pyarrow,
DuckDB, modin, cuDF and others) or the older DataFrame interchange protocol (`__dataframe__`). Text, whole numbers,
categories, dates and yes or no can be categories of a table; a missing value is an empty cell and refused as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from candour.tables.arrow import arrow_columns
from candour.tables.counts import CountTable
from candour.tables.csv import TableError
from candour.tables.interchange import exchanged_columns
from candour.tables.read_counts import MOST_ROWS, Columns, table_of_rows


def read_frame(frame: Any, columns: Columns) -> CountTable:
    """The table of counts in a DataFrame: one row for each innermost cell, or one row for each case.

    As `read_counts`; a line in a message is the row, counted from 1. Raises TableError also for a column of a kind that
    cannot be read, an object that is no DataFrame, and more than MOST_ROWS rows.
    """

    def wanted(header: Sequence[str]) -> list[str]:
        if not header:
            raise TableError("The DataFrame has no column.")
        if twice := [name for index, name in enumerate(header) if name in header[:index]]:
            raise TableError(f"Two columns are headed “{twice[0]}”.")
        return _wanted(header, columns)

    found = _columns(frame, wanted)
    rows = list(zip(*found.values(), strict=True))
    if not rows:
        raise TableError("The DataFrame has columns but no rows.")
    if len(rows) > MOST_ROWS:
        raise TableError(f"The DataFrame has more than {MOST_ROWS:,} rows. Count them first.")
    return table_of_rows(list(found), list(enumerate(rows, start=1)), columns)


def _columns(frame: Any, wanted: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, list[str]]:
    if hasattr(frame, "__arrow_c_stream__"):
        try:
            return arrow_columns(frame, wanted)
        except ImportError:  # pandas offers Arrow's interface always, and has it only where pyarrow is installed
            pass
    if hasattr(frame, "__dataframe__"):
        return exchanged_columns(frame, wanted)
    raise TableError(f"A {type(frame).__name__} is no DataFrame that other programs can read.")


def _wanted(header: Sequence[str], columns: Columns) -> list[str]:
    """The columns that take part: with `by` only those named, so that no other column need be readable."""
    if not columns.by:
        return list(header)
    hierarchy = dict(columns.hierarchy or {})
    named = {*columns.by, *hierarchy, *hierarchy.values(), columns.count}
    return [name for name in header if name in named]
