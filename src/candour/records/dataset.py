"""A data set in one file: its description, the editions imported into it, its rows, the counts saved with it.

A row is valid from one edition until another: `until_edition` is NULL while it is current. So every edition can be
counted again as it was, and two editions compared row by row.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from candour.records.describing import describe
from candour.records.description import ROW, Description, Editions, read_description, write_description
from candour.records.engine import DuckDB
from candour.records.findings import Assumption, Findings, Problem, RecordsError, Watch, unwatched
from candour.records.joining import Join, stage_joined
from candour.records.staging import stage
from candour.records.typing_rows import columns_of, type_rows

SUFFIX = ".records"
_FORMAT = 1


@dataclass(frozen=True)
class Imported:
    """What an import did. `known` is true where the same extract was in the data set already and nothing was done."""

    edition: int
    name: str
    digest: str
    rows: int
    new: int
    same: int
    changed: int
    gone: int
    set_aside: int
    not_understood: int
    known: bool = False
    assumptions: tuple[Assumption, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Edition:
    """One extract as imported: `as_at` is the day its data are true for, where that was said."""

    number: int
    name: str
    digest: str
    imported: datetime
    as_at: date | None
    rows: int


class NotUnderstood(RecordsError):
    """Rows of an extract were not understood, and nobody has agreed to that: nothing was imported."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.findings = findings
        first = findings.problems[0]
        more = f", and {findings.total - 1:,} more" if findings.total > 1 else ""
        super().__init__(
            f"{name}: {str(first).rstrip('.')}{more}. Nothing was imported. Say --accept to go on all the same."
        )


@dataclass
class DataSet:
    """A data set that is open. Close it, or use it as a context."""

    engine: DuckDB
    description: Description
    folder: Path | None = field(default=None)

    @classmethod
    def create(cls, path: Path | None, description: Description, folder: Path | None = None) -> DataSet:
        """A new data set; in memory where no path is given. Raises RecordsError where there is a file already."""
        if path and path.exists():
            raise RecordsError(f"{path}: there is a file of that name already.")
        engine = DuckDB(path)
        with engine.transaction():
            engine.run("CREATE TABLE about (format INTEGER, description VARCHAR)")
            engine.run("INSERT INTO about VALUES (?, ?)", [_FORMAT, write_description(description)])
            engine.run(
                "CREATE TABLE editions (number INTEGER, name VARCHAR, digest VARCHAR, imported VARCHAR, as_at VARCHAR,"
                " row_total BIGINT, report VARCHAR)"
            )
            held = ", ".join(f"{name} {kind}" for name, kind in columns_of(description).items())
            engine.run(f"CREATE TABLE rows ({held}, content UHUGEINT, identity UHUGEINT, occurrence BIGINT)")
            engine.run("CREATE TABLE saved (name VARCHAR, definition VARCHAR, result VARCHAR, edition INTEGER)")
        return cls(engine, description, folder)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> DataSet:
        """The data set in a file. Raises RecordsError where there is none."""
        if not path.is_file():
            raise RecordsError(f"{path}: there is no such data set.")
        engine = DuckDB(path, read_only=read_only)
        try:
            form, text = engine.rows("SELECT format, description FROM about")[0]
        except Exception as error:  # the engine's own error: a data base without our tables
            engine.close()
            raise RecordsError(f"{path}: this is no data set of records.") from error
        if form != _FORMAT:
            engine.close()
            raise RecordsError(f"{path}: the data set was made by another version of Candour.")
        return cls(engine, read_description(text, str(path)), path.parent)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions in the order in which they were imported."""
        found = self.engine.rows(
            "SELECT number, name, digest, imported, as_at, row_total FROM editions ORDER BY number"
        )
        return tuple(
            Edition(
                int(number),
                name,
                digest,
                datetime.fromisoformat(imported),
                date.fromisoformat(as_at) if as_at else None,
                int(rows),
            )
            for number, name, digest, imported, as_at, rows in found
        )

    def report(self, number: int) -> dict[str, Any]:
        """What the import of an edition assumed and did not understand, as it was told then."""
        found = self.engine.one("SELECT report FROM editions WHERE number = ?", [number])
        if found is None:
            raise RecordsError(f"There is no edition {number}.")
        report: dict[str, Any] = json.loads(found)
        return report

    def import_extract(
        self,
        path: Path,
        *,
        as_at: date | None = None,
        accept: bool = False,
        name: str = "",
        sheet: str = "",
        join: Join | None = None,
        watch: Watch = unwatched,
    ) -> Imported:
        """Import an extract as the next edition: all of it, or nothing.

        Rows that are in the data set already stay as they are. `accept` lets an import go on although some rows were
        not understood. Raises NotUnderstood where they were not, and RecordsError where the file cannot be used.
        """
        findings = Findings(watch=watch)
        shown = name or path.name
        staged = (
            stage_joined(self.engine, path, join, self.description, findings, sheet)
            if join
            else stage(self.engine, path, self.description, findings, sheet)
        )
        if known := next((each for each in self.editions if each.digest == staged.digest and not sheet), None):
            return Imported(known.number, shown, staged.digest, staged.rows, 0, staged.rows, 0, 0, 0, 0, known=True)
        type_rows(self.engine, staged, self.description, findings, self.folder)
        if findings.total and not accept:
            raise NotUnderstood(shown, findings)
        watch("Putting the rows into the data set", staged.rows, staged.rows)
        with self.engine.transaction():
            done = self._merge(shown, staged.digest, as_at, findings)
        self.engine.run("DROP TABLE IF EXISTS typed")
        return done

    def _merge(self, name: str, digest: str, as_at: date | None, findings: Findings) -> Imported:
        engine = self.engine
        edition = int(engine.one("SELECT coalesce(max(number), 0) + 1 FROM editions"))
        first = edition == 1
        total = int(
            engine.one("SELECT count(DISTINCT seq) FROM typed")
            if self._splits
            else engine.one("SELECT count(*) FROM typed")
        )
        same = changed = gone = 0
        if not first:
            same, changed, gone = self._compare(edition)
        columns = [
            column
            for column in columns_of(self.description)
            if column not in {"row_id", "from_edition", "until_edition", "line"}
        ]
        listed = ", ".join(columns)
        offset = int(engine.one("SELECT coalesce(max(row_id), 0) FROM rows"))
        there = "" if first else " WHERE NOT EXISTS (SELECT 1 FROM kept k WHERE k.seq = t.seq)"
        engine.run(
            f"INSERT INTO rows (row_id, from_edition, until_edition, line, {listed}, content, identity, occurrence)"
            f" SELECT t.seq + {offset}, {edition}, NULL, t.line, {listed}, t.content, t.identity, t.occurrence"
            f" FROM typed t{there}"
        )
        new = total - same - changed
        done = Imported(
            edition,
            name,
            digest,
            total,
            new,
            same,
            changed,
            gone,
            findings.set_aside,
            findings.not_understood,
            assumptions=tuple(findings.assumptions),
            problems=tuple(findings.problems),
        )
        engine.run(
            "INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                edition,
                name,
                digest,
                datetime.now(UTC).isoformat(timespec="seconds"),
                as_at.isoformat() if as_at else None,
                total,
                json.dumps(done.as_data()),
            ],
        )
        if not first:
            engine.run("DROP TABLE kept")
        return done

    @property
    def _splits(self) -> bool:
        return any(column.parts for column in self.description.kept)

    def _compare(self, edition: int) -> tuple[int, int, int]:
        """Tell which rows of the extract are there already; end those that changed or are gone. Same, changed, gone."""
        engine = self.engine
        engine.run("DROP TABLE IF EXISTS current_rows")
        engine.run(
            "CREATE TEMP TABLE current_rows AS SELECT DISTINCT row_id, content, identity, occurrence FROM rows"
            " WHERE until_edition IS NULL"
        )
        engine.run("DROP TABLE IF EXISTS kept")
        engine.run(
            "CREATE TEMP TABLE kept AS SELECT DISTINCT t.seq, c.row_id FROM typed t JOIN current_rows c"
            " ON t.identity = c.identity AND t.occurrence = c.occurrence AND t.content = c.content"
        )
        same = int(engine.one("SELECT count(*) FROM kept"))
        changed = 0
        if self.description.keys.get(ROW):
            engine.run("DROP TABLE IF EXISTS altered")
            engine.run(
                "CREATE TEMP TABLE altered AS SELECT DISTINCT c.row_id FROM typed t JOIN current_rows c"
                " ON t.identity = c.identity AND t.content <> c.content"
            )
            changed = int(engine.one("SELECT count(*) FROM altered"))
            engine.run(f"UPDATE rows SET until_edition = {edition} WHERE row_id IN (SELECT row_id FROM altered)")
        gone = 0
        if self.description.editions is Editions.REPLACE:
            absent = "until_edition IS NULL AND row_id NOT IN (SELECT row_id FROM kept)"
            gone = int(engine.one(f"SELECT count(DISTINCT row_id) FROM rows WHERE {absent}"))
            engine.run(f"UPDATE rows SET until_edition = {edition} WHERE {absent}")
        return same, changed, gone

    def table(self, edition: int | None = None) -> tuple[str, str]:
        """The table to count, and the condition for the rows valid in an edition (the last, if none is named)."""
        if edition is None:
            return "rows", "until_edition IS NULL"
        if not any(each.number == edition for each in self.editions):
            raise RecordsError(f"There is no edition {edition}.")
        return "rows", f"from_edition <= {int(edition)} AND (until_edition IS NULL OR until_edition > {int(edition)})"


@contextmanager
def opened_for_count(
    path: Path,
    description: Description | None,
    *,
    sheet: str = "",
    accept: bool = False,
    writable: bool = False,
    join: Join | None = None,
) -> Iterator[tuple[DataSet, tuple[Assumption, ...]]]:
    """The data set in a file, or a passing one made from an extract and forgotten again, with what was assumed for it.

    Raises RecordsError.
    """
    if path.suffix == SUFFIX:
        with DataSet.open(path, read_only=not writable) as stored:
            yield stored, ()
        return
    findings = Findings()
    if description is None:
        description, _ = describe(path, findings, sheet, join)
    with (
        tempfile.TemporaryDirectory(prefix="candour-records-") as folder,
        DataSet.create(Path(folder) / f"passing{SUFFIX}", description, path.parent) as passing,
    ):
        done = passing.import_extract(path, accept=accept, sheet=sheet, join=join)
        yield passing, tuple(dict.fromkeys([*findings.assumptions, *done.assumptions]))
