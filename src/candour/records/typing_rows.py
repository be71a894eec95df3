"""Staged text as typed rows: every different value of a column is read once, and what it means is joined back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from candour.records.cleaning import clean, lines, whole
from candour.records.description import ALLEGATION, CASE, LINES, PERSON, ROW, Column, Description, Kind
from candour.records.engine import DuckDB
from candour.records.findings import MOST_LISTED, Findings, Problem, RecordsError
from candour.records.meanings import Meaning, categories, typed
from candour.records.readings import BLANKS
from candour.records.staging import Staged

MOST_VALUES = 200_000
"""A column of categories with more different values than this is text."""

UNIDENTIFIED = frozenset({"unknown", "unidentified", "not known", "not identified", "anonymous", "unknown officer"})
NO_PERSON = frozenset({"organisational", "organizational", "organisation", "organisation only", "force"})
"""Words that stand in a column of persons everywhere for somebody not identified, and for no person at all."""

_TYPES = {Kind.DATE: "DATE", Kind.NUMBER: "DOUBLE", Kind.YES_NO: "BOOLEAN"}
_PART = "chr(31)"


def columns_of(description: Description) -> dict[str, str]:
    """The columns of the table `rows` of a data set, with their types, as DuckDB and PostgreSQL both know them."""
    held = {"row_id": "BIGINT", "from_edition": "INTEGER", "until_edition": "INTEGER", "line": "BIGINT"}
    for column in description.kept:
        held[f"c_{column.name}"] = _TYPES.get(column.kind, "VARCHAR").replace("DOUBLE", "DOUBLE PRECISION")
        if column.kind in _TYPES:
            held[f"bad_{column.name}"] = "BOOLEAN"
    for role in (CASE, PERSON, ALLEGATION):
        held[f"k_{role}"] = "VARCHAR"
    held["person_state"] = "VARCHAR"
    return held


def type_rows(
    engine: DuckDB, staged: Staged, description: Description, findings: Findings, beside: Path | None = None
) -> None:
    """Make the table `typed` from `staged`: the columns of the data set, `content`, `identity` and `occurrence`.

    Raises RecordsError where a key that has to be unique is not.
    """
    _tidy(engine, staged, description)
    words = sorted(BLANKS | {word.casefold() for word in description.blanks} - {""})
    joins, picked = [], []
    for at, column in enumerate(description.kept):
        findings.watch(f"Understanding “{column.heading}”", at, len(description.kept))
        as_text = column.kind in {Kind.KEY, Kind.TEXT} and not column.parts
        if as_text or (column.kind is Kind.CATEGORY and not column.parts and _too_many(engine, at, column, findings)):
            picked.append(f"{_unblank(engine, at, column, words, findings)} AS c_{column.name}")
            continue
        _map(engine, at, column, words, findings, beside)
        joins.append(f"LEFT JOIN m{at} ON t.r{at} = m{at}.raw")
        held = _TYPES.get(column.kind)
        picked.append(f"CAST(m{at}.value AS {held or 'VARCHAR'}) AS c_{column.name}")
        if held:
            picked.append(f"coalesce(m{at}.bad, false) AS bad_{column.name}")
    source = _told_apart(engine, description, findings)
    inner = (
        f"SELECT t.seq, t.line, t.content, t.identity, t.occurrence, {', '.join(picked)}"
        f" FROM {source} t {' '.join(joins)}"
    )
    engine.run("DROP TABLE IF EXISTS typed")
    engine.run(f"CREATE TEMP TABLE typed AS {_with_keys(engine, description, inner)}")
    engine.run("DROP TABLE tidied")
    if description.keys.get(PERSON):
        _tell_persons(engine, description.column(description.keys[PERSON][0]).heading, findings)


def _tidy(engine: DuckDB, staged: Staged, description: Description) -> None:
    """The table `tidied`: only the columns kept, in their order, tidied, with the digests that tell rows apart."""
    kept = description.kept
    texts = []
    for at, column in enumerate(kept):
        raw = f"r{staged.at(column.name)}"
        text = clean(lines(raw)) if column.parts == LINES else clean(raw, even=staged.is_even)
        texts.append(f"{whole(text) if column.kind is Kind.KEY else text} AS r{at}")
    digest = _digest([f"r{at}" for at in range(len(kept))])
    names = description.keys.get(ROW, ())
    identity = _digest([f"r{at}" for at, column in enumerate(kept) if column.name in names]) if names else digest
    engine.run("DROP TABLE IF EXISTS tidied")
    engine.run(
        f"CREATE TEMP TABLE tidied AS SELECT *, {digest} AS content, {identity} AS identity"
        f" FROM (SELECT seq, line, {', '.join(texts)} FROM staged) t"
    )
    engine.run("DROP TABLE staged")


def _digest(columns: Sequence[str]) -> str:
    return f"md5_number(concat_ws({_PART}, {', '.join(f'coalesce({name}, chr(30))' for name in columns)}))"


def _unblank(engine: DuckDB, at: int, column: Column, words: Sequence[str], findings: Findings) -> str:
    """The expression for a column of text, with words such as N/A as blank; the digests keep what the file says."""
    listed = ", ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in words)
    longest = max(map(len, words))
    test = f"length({{0}}) <= {longest} AND lower({{0}}) IN ({listed})"
    found = engine.rows(
        f"SELECT r{at}, count(*) FROM tidied WHERE {test.format(f'r{at}')} GROUP BY r{at} ORDER BY r{at}"
    )
    _tell_blanks(found, column, findings)
    return f"CASE WHEN {test.format(f't.r{at}')} THEN NULL ELSE t.r{at} END" if found else f"t.r{at}"


def _tell_blanks(found: Sequence[tuple[object, ...]], column: Column, findings: Findings) -> None:
    if found:
        told = ", ".join(f"“{word}” ({times:,} times)" for word, times in sorted(found, key=str))
        findings.assume(f"{told} is read as blank.", column.heading)


def _too_many(engine: DuckDB, at: int, column: Column, findings: Findings) -> bool:
    if engine.one(f"SELECT approx_count_distinct(r{at}) FROM tidied") <= MOST_VALUES:
        return False
    findings.assume(f"It has more than {MOST_VALUES:,} different values and is read as text.", column.heading)
    return True


def _map(  # noqa: PLR0917  the reading of one column
    engine: DuckDB, at: int, column: Column, words: Sequence[str], findings: Findings, beside: Path | None
) -> None:
    """The table `m<at>`: for each different text of a column what it means, one row for each value."""
    raws = [
        (str(raw), int(times))
        for raw, times in engine.rows(
            f"SELECT r{at}, count(*) FROM tidied WHERE r{at} IS NOT NULL GROUP BY r{at} ORDER BY count(*) DESC, r{at}"
        )
    ]
    _tell_blanks([each for each in raws if each[0].casefold() in words], column, findings)
    raws = [each for each in raws if each[0].casefold() not in words]
    if column.kind in {Kind.CATEGORY, Kind.KEY, Kind.TEXT}:
        meanings = categories(column, raws, findings, beside)
    else:
        meanings = typed(column, raws, findings)
    engine.run(f"DROP TABLE IF EXISTS m{at}")
    engine.run(f"CREATE TEMP TABLE m{at} (raw VARCHAR, value VARCHAR, bad BOOLEAN)")
    pairs = [(meaning.raw, value, bool(meaning.bad)) for meaning in meanings for value in meaning.values]
    if pairs:
        raw, value, bad = zip(*pairs, strict=True)
        engine.append(f"m{at}", {"raw": raw, "value": value, "bad": bad})
    _report(engine, at, column, [meaning for meaning in meanings if meaning.bad], findings)


def _report(engine: DuckDB, at: int, column: Column, bad: Sequence[Meaning], findings: Findings) -> None:
    """List the lines on which something was not understood."""
    if not bad:
        return
    engine.run("DROP TABLE IF EXISTS not_understood")
    engine.run("CREATE TEMP TABLE not_understood (raw VARCHAR)")
    engine.append("not_understood", {"raw": [meaning.raw for meaning in bad]})
    why = {meaning.raw: meaning.bad for meaning in bad}
    found = engine.rows(
        f"SELECT t.line, n.raw FROM tidied t JOIN not_understood n ON t.r{at} = n.raw ORDER BY t.seq"
        f" LIMIT {MOST_LISTED}"
    )
    for line, raw in found:
        findings.report(Problem(int(line), column.heading, str(raw), why[raw]))
    findings.not_understood += int(
        engine.one(f"SELECT count(*) FROM tidied t JOIN not_understood n ON t.r{at} = n.raw")
    ) - len(found)


def _told_apart(engine: DuckDB, description: Description, findings: Findings) -> str:
    """The rows of `tidied` with the number of each among those of one identity, as the source of a query.

    Without a key of rows, rows that are exactly alike are counted each. With one they are the same row, once; rows that
    share a key and differ are refused.
    """
    engine.run("DROP TABLE IF EXISTS alike")
    engine.run(
        "CREATE TEMP TABLE alike AS SELECT identity, count(*) AS times, min(seq) AS first FROM tidied"
        " GROUP BY identity HAVING count(*) > 1"
    )
    repeats = int(engine.one("SELECT coalesce(sum(times - 1), 0) FROM alike") or 0)
    names = description.keys.get(ROW, ())
    if names:
        _refuse_twice(engine, description, names, "identify a row")
    single = description.keys.get(description.row, ())
    if single and description.row != ROW:
        _refuse_twice(engine, description, single, f"identify a {description.row}, one on each row")
    if not repeats:
        return "(SELECT *, 1 AS occurrence FROM tidied)"
    if names:
        findings.assume(f"{repeats:,} rows repeat another row exactly, key and all; each is counted once.")
        return (
            "(SELECT d.*, 1 AS occurrence FROM tidied d LEFT JOIN alike a ON d.identity = a.identity"
            " WHERE a.identity IS NULL OR d.seq = a.first)"
        )
    findings.assume(f"{repeats:,} rows are exactly like another row; each is counted.")
    return (
        "(SELECT d.*, CASE WHEN a.identity IS NULL THEN 1 ELSE"
        " row_number() OVER (PARTITION BY a.identity ORDER BY d.seq) END AS occurrence"
        " FROM tidied d LEFT JOIN alike a ON d.identity = a.identity)"
    )


def _refuse_twice(engine: DuckDB, description: Description, names: Sequence[str], claim: str) -> None:
    kept = description.kept
    at = [number for number, column in enumerate(kept) if column.name in names]
    shown = ", ".join(f"r{number}" for number in at)
    some = " OR ".join(f"r{number} IS NOT NULL" for number in at)
    found = engine.rows(
        f"SELECT {shown}, count(*), min(line), max(line) FROM tidied WHERE {some} GROUP BY {shown}"
        " HAVING count(*) > 1 AND count(DISTINCT content) > 1 ORDER BY min(line) LIMIT 1"
    )
    if not found:
        return
    *values, times, first, last = found[0]
    key = ", ".join(f"“{'' if value is None else value}”" for value in values)
    headings = " and ".join(f"“{kept[number].heading}”" for number in at)
    raise RecordsError(
        f"The key is not unique: {headings} should {claim}, but {key} stands on {times:,} rows that differ, from line "
        f"{first:,} to line {last:,}. Name further columns in the key, or say what a row stands for."
    )


def _with_keys(engine: DuckDB, description: Description, inner: str) -> str:
    """The query with what tells cases, persons and allegations apart, and whether a person can be counted."""
    keys = []
    for role in (CASE, PERSON, ALLEGATION):
        texts = [f"CAST(c_{name} AS VARCHAR)" for name in description.keys.get(role, ())]
        filled = " OR ".join(f"{text} IS NOT NULL" for text in texts)
        joined = f"concat_ws({_PART}, {', '.join(f'coalesce({text}, {chr(39) * 2})' for text in texts)})"
        found = (
            f"CASE WHEN {filled} THEN {joined} END" if len(texts) > 1 else next(iter(texts), "CAST(NULL AS VARCHAR)")
        )
        keys.append(f"{found} AS k_{role}")
    query = f"SELECT *, {', '.join(keys)} FROM ({inner}) i"
    names = description.keys.get(PERSON, ())
    if not names:
        return f"SELECT *, CAST(NULL AS VARCHAR) AS person_state FROM ({query}) k"
    words = dict.fromkeys(UNIDENTIFIED | {each.casefold() for each in description.unidentified}, "not identified")
    words |= dict.fromkeys(NO_PERSON | {each.casefold() for each in description.no_person}, "no person")
    engine.run("DROP TABLE IF EXISTS nobody")
    engine.run("CREATE TEMP TABLE nobody (word VARCHAR, state VARCHAR)")
    engine.append("nobody", {"word": list(words), "state": list(words.values())})
    joins = " ".join(
        f"LEFT JOIN nobody n{at} ON lower(CAST(k.c_{name} AS VARCHAR)) = n{at}.word" for at, name in enumerate(names)
    )
    states = ", ".join(f"n{at}.state" for at in range(len(names)))
    stated = (
        f"SELECT k.*, CASE WHEN k.k_person IS NULL THEN 'blank' ELSE coalesce({states}, 'known') END AS person_state"
    )
    return (
        "SELECT * REPLACE (CASE WHEN person_state = 'known' THEN k_person END AS k_person)"
        f" FROM ({stated} FROM ({query}) k {joins}) s"
    )


def _tell_persons(engine: DuckDB, heading: str, findings: Findings) -> None:
    for state, times in engine.rows(
        "SELECT person_state, count(*) FROM typed WHERE person_state <> 'known' GROUP BY person_state ORDER BY 1"
    ):
        said = {"blank": "name nobody", "no person": "name something that is no person"}
        findings.assume(
            f"{times:,} rows {said.get(state, 'name somebody not identified')}; they are not counted as persons.",
            heading,
        )
    _outlier(engine, heading, findings)


def _outlier(engine: DuckDB, heading: str, findings: Findings) -> None:
    """A person in far more rows than any other may stand for many: tell it, and count it as one until somebody says."""
    top = engine.rows(
        "SELECT k_person, count(*) FROM typed WHERE k_person IS NOT NULL GROUP BY k_person"
        " ORDER BY count(*) DESC, k_person LIMIT 2"
    )
    if len(top) == 2 and top[0][1] >= 100 and top[0][1] >= 20 * top[1][1]:
        (name, times), (_, next_most) = top
        findings.assume(
            f"“{name}” stands in {times:,} rows, and the next most frequent in {next_most:,}: it may stand for many "
            "people. It is counted as one person; name it under “unidentified” if it is none.",
            heading,
        )
