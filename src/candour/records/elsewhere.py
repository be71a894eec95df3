"""The rows of a data set copied to where they outgrow one machine; the count there is the same SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from candour.records.dataset import DataSet
from candour.records.engine import PostgreSQL, identifier
from candour.records.typing_rows import columns_of

_BATCH = 50_000


def copy_rows(data_set: DataSet, address: str, table: str) -> int:
    """Make `table` in PostgreSQL from the current rows; how many there are. Raises RecordsError."""
    columns = columns_of(data_set.description)
    held, valid = data_set.table()
    total = 0

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal total
        last = 0
        listed = ", ".join(columns)
        while True:
            # A row with several values in a cell stands several times under one row_id; the whole of it comes at once.
            batch = data_set.engine.rows(
                f"SELECT {listed} FROM {held} WHERE {valid} AND row_id > ? AND row_id <= ? ORDER BY row_id",
                [last, last + _BATCH],
            )
            yield from batch
            total += len(batch)
            last += _BATCH
            if last >= int(data_set.engine.one(f"SELECT coalesce(max(row_id), 0) FROM {held}")):
                return

    engine = PostgreSQL(address)
    try:
        engine.copy(
            identifier(table),
            {name: kind.replace("DOUBLE PRECISION", "double precision") for name, kind in columns.items()},
            rows(),
        )
    finally:
        engine.close()
    return total
