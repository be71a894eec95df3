"""The analytical engine, and the only module that knows it: DuckDB for data sets, PostgreSQL for data that lies there.

Statements use `?` for values and the SQL that both understand wherever a count is made; only the import uses what
DuckDB alone has.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
from numpy.typing import NDArray

from candour.records.findings import RecordsError

MEMORY = "CANDOUR_RECORDS_MEMORY"
"""The variable that says how much memory the engine may take before it goes to disk, such as 2GB."""

_MEMORY = "2GB"


class Engine(Protocol):
    """Somewhere that a count can run."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The result of a query."""
        ...


class DuckDB:
    """A data set in a file, or in memory where no path is given. Raises RecordsError where the file is none of ours."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False, spill: Path | None = None) -> None:
        try:
            self._connection = duckdb.connect(
                str(path) if path else ":memory:", read_only=read_only and path is not None
            )
        except duckdb.Error as error:
            said = str(error)
            if "lock" in said.lower():
                raise RecordsError(
                    f"{path}: somebody else is importing into it. Try again when they are done."
                ) from error
            raise RecordsError(f"{path}: this is no data set, or it is damaged.") from error
        folder = spill or (path.parent if path else None)
        self._connection.execute(f"SET memory_limit = '{_memory()}'")
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute("SET threads = 2")
        if folder:
            self._connection.execute("SET temp_directory = ?", [str(folder / ".records-spill")])
        # Nothing in a statement may reach other files or fetch extensions.
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The result of a query."""
        return self._done(statement, values).fetchall()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Do something that has no result."""
        self._done(statement, values)

    def one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The single value that a query gives."""
        found = self._done(statement, values).fetchone()
        return found[0] if found else None

    def _done(self, statement: str, values: Sequence[Any]) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement, list(values))
        except duckdb.OutOfMemoryException as error:
            raise RecordsError(f"There is not enough memory, or disk to go to. {MEMORY} allows more memory.") from error
        except duckdb.IOException as error:
            raise RecordsError(f"The data set cannot be written or read: {' '.join(str(error).split())}") from error

    def append(self, table: str, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> None:
        """Add rows, given column by column."""
        batch = {name: _array(values) for name, values in columns.items()}
        self._connection.register("candour_batch", batch)
        try:
            listed = ", ".join(columns)
            self._connection.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM candour_batch")
        finally:
            self._connection.unregister("candour_batch")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # the engine may have given the transaction up itself
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class PostgreSQL:
    """A table of typed rows that lies in PostgreSQL; needs the extra `postgres`."""

    def __init__(self, address: str) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise RecordsError(
                "Counting in PostgreSQL needs the extra “postgres”: pip install candour[postgres]."
            ) from error
        try:
            self._connection = psycopg.connect(address, autocommit=True)
        except psycopg.Error as error:
            raise RecordsError(f"PostgreSQL cannot be reached: {' '.join(str(error).split())}") from error

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The result of a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(_for_psycopg(statement), list(values))
            return cursor.fetchall() if cursor.description else []

    def copy(self, table: str, columns: Mapping[str, str], rows: Iterator[Sequence[Any]]) -> None:
        """Make a table, in the place of one of that name, and fill it; `columns` gives the type of each."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_for_psycopg(f"DROP TABLE IF EXISTS {table}"))
            cursor.execute(_for_psycopg(f"CREATE TABLE {table} ({', '.join(f'{n} {t}' for n, t in columns.items())})"))
            with cursor.copy(_for_psycopg(f"COPY {table} ({', '.join(columns)}) FROM STDIN")) as copy:
                for row in rows:
                    copy.write_row(row)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _for_psycopg(statement: str) -> Any:
    return statement.replace("%", "%%").replace("?", "%s")


def _array(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _memory() -> str:
    wanted = os.environ.get(MEMORY, _MEMORY).strip()
    digits = wanted.upper().removesuffix("GB").removesuffix("MB")
    if not digits.isdecimal() or wanted.upper() == digits:
        raise RecordsError(f"{MEMORY} has to be a size such as 2GB or 512MB.")
    return wanted


def identifier(name: str) -> str:
    """The name of a table as given by a person, with its schema if there is one. Raises RecordsError."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?", name):
        raise RecordsError(f"“{name}” cannot name a table: use letters, figures and _, and a point after the schema.")
    return name
