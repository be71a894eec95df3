"""Two tables that join: the rows of an extract with the columns of another that says more of each case or person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from candour.records.cleaning import clean, whole
from candour.records.description import Column, Description, name_of, names_for
from candour.records.engine import DuckDB
from candour.records.findings import Findings, RecordsError
from candour.records.staging import Staged, stage


@dataclass(frozen=True, slots=True)
class Join:
    """Another extract, and the headings (the same in both) by which each row finds its one row there."""

    path: Path
    on: tuple[str, ...]


def stage_joined(  # noqa: PLR0917  two files, what is known of them, and where they go
    engine: DuckDB, path: Path, join: Join, description: Description | None, findings: Findings, sheet: str = ""
) -> Staged:
    """As `stage`, with the columns of the other extract after those of the first.

    Raises RecordsError where a heading is missing, or the other extract has two rows for one key.
    """
    header = description.header if description else None
    left = stage(engine, path, None, findings, sheet or (description.sheet if description else ""), header)
    engine.run("ALTER TABLE staged RENAME TO left_rows")
    right = stage(engine, join.path, None, findings)
    engine.run("ALTER TABLE staged RENAME TO right_rows")
    pairs = [(_place(path, left, name), _place(join.path, right, name)) for name in join.on]
    keys = ", ".join(whole(clean(f"r{at}")) for _, at in pairs)
    twice = engine.rows(
        f"SELECT {keys}, count(*), min(line), max(line) FROM right_rows GROUP BY {keys}"
        " HAVING count(*) > 1 ORDER BY min(line) LIMIT 1"
    )
    if twice:
        *key, times, first, last = twice[0]
        shown = ", ".join(f"“{'' if part is None else part}”" for part in key)
        raise RecordsError(
            f"{join.path.name}: {shown} stands on {times:,} rows, from line {first:,} to line {last:,}. "
            "The table that is joined needs one row for each key; join the tables the other way round."
        )
    test = " AND ".join(f"{whole(clean(f'l.r{a}'))} = {whole(clean(f'j.r{b}'))}" for a, b in pairs)
    joined = {at for _, at in pairs}
    further = [column for at, column in enumerate(right.columns) if at not in joined]
    names = names_for(column.heading for column in (*left.columns, *further))
    columns = tuple(
        Column(name, column.heading, column.kind) for name, column in zip(names, (*left.columns, *further), strict=True)
    )
    texts = [f"l.r{at}" for at in range(len(left.columns))]
    texts += [f"j.r{at}" for at in range(len(right.columns)) if at not in joined]
    if description:
        columns, texts = _described(path, join, description, columns, texts)
    listed = ", ".join(f"{text} AS r{at}" for at, text in enumerate(texts))
    engine.run(
        f"CREATE TEMP TABLE staged AS SELECT l.seq, l.line, {listed} FROM left_rows l LEFT JOIN right_rows j ON {test}"
    )
    _tell(engine, join, test, findings)
    engine.run("DROP TABLE left_rows")
    engine.run("DROP TABLE right_rows")
    digest = hashlib.sha256(f"{left.digest} {right.digest}".encode()).hexdigest()
    return Staged(digest, left.sheet, columns, left.rows)


def _place(path: Path, staged: Staged, heading: str) -> int:
    for at, column in enumerate(staged.columns):
        if name_of(column.heading) == name_of(heading):
            return at
    known = ", ".join(f"“{column.heading}”" for column in staged.columns)
    raise RecordsError(f"{path.name}: there is no column “{heading}” to join by. The headings are {known}.")


def _described(
    path: Path, join: Join, description: Description, columns: tuple[Column, ...], texts: list[str]
) -> tuple[tuple[Column, ...], list[str]]:
    """The columns that the description keeps: from the first table, else from the other."""
    places: dict[str, int] = {}
    for at, column in enumerate(columns):
        places.setdefault(name_of(column.heading), at)
        places.setdefault(column.name, at)
    missing = [each.heading for each in description.kept if name_of(each.heading) not in places]
    if missing:
        known = ", ".join(f"“{column.heading}”" for column in columns)
        raise RecordsError(
            f"Neither {path.name} nor {join.path.name} has a column “{missing[0]}”. The headings are {known}."
        )
    return description.kept, [texts[places[name_of(each.heading)]] for each in description.kept]


def _tell(engine: DuckDB, join: Join, test: str, findings: Findings) -> None:
    alone = int(
        engine.one(f"SELECT count(*) FROM left_rows l WHERE NOT EXISTS (SELECT 1 FROM right_rows j WHERE {test})")
    )
    unused = int(
        engine.one(f"SELECT count(*) FROM right_rows j WHERE NOT EXISTS (SELECT 1 FROM left_rows l WHERE {test})")
    )
    if alone:
        findings.assume(f"{alone:,} rows have no row in {join.path.name}; its columns are blank there.")
    if unused:
        findings.assume(f"{unused:,} rows of {join.path.name} belong to no row and are not counted.")
