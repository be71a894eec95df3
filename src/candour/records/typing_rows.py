"""Staged text as typed rows: every different value of a column is read once, and what it means is joined back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from candour.records.cleaning import clean, whole
from candour.records.description import ALLEGATION, CASE, PERSON, ROW, Column, Description, Kind
from candour.records.engine import DuckDB
from candour.records.findings import MOST_LISTED, Findings, Problem, RecordsError
from candour.records.readings import (
    BLANKS,
    ERRORS,
    NOT_UNDERSTOOD,
    Unread,
    in_figures,
    is_month_first,
    is_serial,
    read_date,
    read_number,
    read_yes_no,
)
from candour.records.staging import Staged
from candour.records.vocabulary import vocabulary_for

MOST_VALUES = 200_000
"""A column of categories with more different values than this is text."""

UNIDENTIFIED = frozenset({"unknown", "unidentified", "not known", "not identified", "anonymous", "unknown officer"})
NO_PERSON = frozenset({"organisational", "organizational", "organisation", "organisation only", "force"})
"""Words that stand in a column of persons everywhere for somebody not identified, and for no person at all."""

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_TYPES = {Kind.DATE: "DATE", Kind.NUMBER: "DOUBLE", Kind.YES_NO: "BOOLEAN"}
_PART = "chr(31)"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text of a column means: one value, or several; `bad` says why it was not understood."""

    raw: str
    values: tuple[str | None, ...]
    bad: str = ""


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
    _blank_words(engine, description, findings)
    joins, picked = [], []
    for at, column in enumerate(description.kept):
        if column.kind in {Kind.KEY, Kind.TEXT} and not column.parts:
            picked.append(f"t.r{at} AS c_{column.name}")
            continue
        if column.kind is Kind.CATEGORY and not column.parts and _too_many(engine, at, column, findings):
            picked.append(f"t.r{at} AS c_{column.name}")
            continue
        _map(engine, at, column, description, findings, beside)
        joins.append(f"LEFT JOIN m{at} ON t.r{at} = m{at}.raw")
        held = _TYPES.get(column.kind)
        picked.append(f"CAST(m{at}.value AS {held or 'VARCHAR'}) AS c_{column.name}")
        if held:
            picked.append(f"coalesce(m{at}.bad, false) AS bad_{column.name}")
    _identify(engine, description, findings)
    engine.run("DROP TABLE IF EXISTS typed")
    engine.run(
        f"CREATE TEMP TABLE typed AS SELECT t.seq, t.line, t.content, t.identity, t.occurrence, {', '.join(picked)}"  # noqa: S608  names of ours
        f" FROM marked t {' '.join(joins)}"
    )
    engine.run("DROP TABLE marked")
    _key_columns(engine, description, findings)


def _tidy(engine: DuckDB, staged: Staged, description: Description) -> None:
    """The table `tidied`: only the columns kept, in their order, tidied, with the digests that tell rows apart."""
    kept = description.kept
    texts = []
    for at, column in enumerate(kept):
        text = clean(f"r{staged.at(column.name)}")
        texts.append(f"{whole(text) if column.kind is Kind.KEY else text} AS r{at}")
    digest = _digest([f"r{at}" for at in range(len(kept))])
    names = description.keys.get(ROW, ())
    identity = _digest([f"r{at}" for at, column in enumerate(kept) if column.name in names]) if names else digest
    engine.run("DROP TABLE IF EXISTS tidied")
    engine.run(
        f"CREATE TEMP TABLE tidied AS SELECT *, {digest} AS content, {identity} AS identity"  # noqa: S608  names of ours
        f" FROM (SELECT seq, line, {', '.join(texts)} FROM staged) t"
    )
    engine.run("DROP TABLE staged")


def _digest(columns: Sequence[str]) -> str:
    return f"md5_number(concat_ws({_PART}, {', '.join(f'coalesce({name}, chr(30))' for name in columns)}))"


def _blank_words(engine: DuckDB, description: Description, findings: Findings) -> None:
    """Words such as N/A become blanks; the digests are made before, so that they stay what the file says."""
    words = sorted(BLANKS | {word.casefold() for word in description.blanks} - {""})
    marks = ", ".join("?" for _ in words)
    for at, column in enumerate(description.kept):
        found = engine.rows(
            f"SELECT r{at}, count(*) FROM tidied WHERE lower(r{at}) IN ({marks}) GROUP BY r{at} ORDER BY r{at}", words  # noqa: S608  names of ours
        )
        if found:
            engine.run(f"UPDATE tidied SET r{at} = NULL WHERE lower(r{at}) IN ({marks})", words)  # noqa: S608  names of ours
            told = ", ".join(f"“{word}” ({times:,} times)" for word, times in found)
            findings.assume(f"{told} is read as blank.", column.heading)


def _too_many(engine: DuckDB, at: int, column: Column, findings: Findings) -> bool:
    if engine.one(f"SELECT approx_count_distinct(r{at}) FROM tidied") <= MOST_VALUES:  # noqa: S608  a number of ours
        return False
    findings.assume(f"It has more than {MOST_VALUES:,} different values and is read as text.", column.heading)
    return True


def _map(
    engine: DuckDB, at: int, column: Column, description: Description, findings: Findings, beside: Path | None
) -> None:
    """The table `m<at>`: for each different text of a column what it means, one row for each value."""
    raws = [
        (str(raw), int(times))
        for raw, times in engine.rows(
            f"SELECT r{at}, count(*) FROM tidied WHERE r{at} IS NOT NULL GROUP BY r{at} ORDER BY count(*) DESC, r{at}"  # noqa: S608  a number of ours
        )
    ]
    if column.kind in {Kind.CATEGORY, Kind.KEY, Kind.TEXT}:
        meanings = _categories(column, raws, findings, beside)
    else:
        meanings = _typed(column, raws, findings)
    del description
    engine.run(f"DROP TABLE IF EXISTS m{at}")
    engine.run(f"CREATE TEMP TABLE m{at} (raw VARCHAR, value VARCHAR, bad BOOLEAN)")
    pairs = [(meaning.raw, value, bool(meaning.bad)) for meaning in meanings for value in meaning.values]
    if pairs:
        raw, value, bad = zip(*pairs, strict=True)
        engine.append(f"m{at}", {"raw": raw, "value": value, "bad": bad})
    _report(engine, at, column, [meaning for meaning in meanings if meaning.bad], findings)


def _report(engine: DuckDB, at: int, column: Column, bad: Sequence[Meaning], findings: Findings) -> None:
    """List the lines on which something was not understood."""
    for meaning in bad:
        lines = engine.rows(
            f"SELECT line FROM tidied WHERE r{at} = ? ORDER BY seq LIMIT {MOST_LISTED + 1}",  # noqa: S608  a number of ours
            [meaning.raw],
        )
        for (line,) in lines:
            findings.report(Problem(int(line), column.heading, meaning.raw, meaning.bad))


def _typed(column: Column, raws: Sequence[tuple[str, int]], findings: Findings) -> list[Meaning]:
    texts = [raw for raw, _ in raws]
    month_first = column.month_first
    if column.kind is Kind.DATE:
        if month_first is None:
            month_first = is_month_first(texts)
            if in_figures(texts):
                why = {True: "some have a day above 12 in second place", False: "some have a day above 12 in first place"}
                said = why.get(month_first, "none shows the order, and the force writes the day first") if month_first is not None else "none shows the order; the day is taken to come first"
                findings.assume(
                    f"Dates in figures are read with the {'month' if month_first else 'day'} first: {said}.",
                    column.heading,
                )
        if serials := sum(times for raw, times in raws if is_serial(raw)):
            findings.assume(f"{serials:,} numbers are read as a spreadsheet’s count of days.", column.heading)
    meanings = []
    for raw in texts:
        try:
            if column.kind is Kind.DATE:
                value = read_date(raw, month_first=bool(month_first)).isoformat()
            elif column.kind is Kind.NUMBER:
                value = repr(read_number(raw))
            else:
                value = "true" if read_yes_no(raw) else "false"
        except Unread as error:
            meanings.append(Meaning(raw, (None,), str(error)))
        else:
            meanings.append(Meaning(raw, (value,)))
    return meanings


def _categories(
    column: Column, raws: Sequence[tuple[str, int]], findings: Findings, beside: Path | None
) -> list[Meaning]:
    """Categories as labels: several in one cell parted, known terms given their label, spellings put together."""
    terms = None
    if column.terms:
        name, _, which = column.terms.rpartition("/")
        lists = vocabulary_for(name, beside).lists
        if which not in lists:
            raise RecordsError(f"The vocabulary “{name}” has no list “{which}”. It has {', '.join(lists)}.")
        terms = lists[which]
    spelled: dict[str, str] = {}
    other: dict[str, int] = {}
    mapped: dict[str, tuple[str, int]] = {}
    merged: dict[str, set[str]] = {}
    meanings = []
    several = 0
    for raw, times in raws:
        if ERRORS.fullmatch(raw):
            meanings.append(Meaning(raw, (NOT_UNDERSTOOD,), "is an error of the spreadsheet and no value."))
            continue
        pieces = _pieces(raw, column.parts) or [raw]
        several += times if len(pieces) > 1 else 0
        labels = []
        for piece in pieces:
            term = terms.term(piece) if terms else None
            if term:
                if term.label != piece:
                    mapped[piece] = (term.label, mapped.get(piece, ("", 0))[1] + times)
                labels.append(term.label)
                continue
            if terms:
                other[piece] = other.get(piece, 0) + times
            label = piece if column.kind is Kind.KEY else spelled.setdefault(piece.casefold(), piece)
            if label != piece:
                merged.setdefault(label, set()).add(piece)
            labels.append(label)
        meanings.append(Meaning(raw, tuple(dict.fromkeys(labels))))
    if several:
        findings.assume(f"{several:,} cells hold several values, and each of them is counted.", column.heading)
    for label, pieces_merged in list(merged.items())[:20]:
        findings.assume(
            f"“{label}” is also written {', '.join(f'“{piece}”' for piece in sorted(pieces_merged)[:5])}; they are one category.",
            column.heading,
        )
    for piece, (label, times) in list(mapped.items())[:40]:
        findings.assume(f"“{piece}” ({times:,} times) is read as “{label}”.", column.heading)
    if other and terms:
        shown = ", ".join(f"“{piece}” ({times:,})" for piece, times in list(other.items())[:10])
        findings.assume(
            f"{len(other):,} values are not in the vocabulary “{column.terms}” and stay as they are: {shown}.",
            column.heading,
        )
    return meanings


def _pieces(raw: str, parts: str) -> list[str]:
    if not parts:
        return [raw]
    if parts == "list":
        return [first or second for first, second in _QUOTED.findall(raw) if (first or second).strip()]
    return [piece for piece in (" ".join(each.split()) for each in raw.split(parts)) if piece]


def _identify(engine: DuckDB, description: Description, findings: Findings) -> None:
    """The table `marked`: `tidied` with the number of each row among those of one identity.

    Without a key of rows, rows that are exactly alike are counted each. With one they are the same row, once; rows that
    share a key and differ are refused.
    """
    kept = description.kept
    engine.run("DROP TABLE IF EXISTS alike")
    engine.run(
        "CREATE TEMP TABLE alike AS SELECT identity, count(*) AS times, count(DISTINCT content) AS kinds, min(line) AS line"
        " FROM tidied GROUP BY identity HAVING count(*) > 1"
    )
    repeats = int(engine.one("SELECT coalesce(sum(times - 1), 0) FROM alike") or 0)
    names = description.keys.get(ROW, ())
    if names:
        _refuse_twice(engine, description, names, "SELECT identity FROM alike WHERE kinds > 1", "identify a row")
        engine.run(
            "CREATE TEMP TABLE marked AS SELECT t.*, 1 AS occurrence FROM tidied t LEFT JOIN alike a ON t.identity = a.identity"
            " WHERE a.identity IS NULL OR t.seq = (SELECT min(s.seq) FROM tidied s WHERE s.identity = t.identity)"
            if repeats
            else "CREATE TEMP TABLE marked AS SELECT *, 1 AS occurrence FROM tidied"
        )
        if repeats:
            findings.assume(f"{repeats:,} rows repeat another row exactly, key and all; each is counted once.")
    else:
        engine.run(
            "CREATE TEMP TABLE marked AS SELECT t.*, CASE WHEN a.identity IS NULL THEN 1 ELSE"
            " row_number() OVER (PARTITION BY t.identity ORDER BY t.seq) END AS occurrence"
            " FROM tidied t LEFT JOIN alike a ON t.identity = a.identity"
            if repeats
            else "CREATE TEMP TABLE marked AS SELECT *, 1 AS occurrence FROM tidied"
        )
        if repeats:
            findings.assume(f"{repeats:,} rows are exactly like another row; each is counted.")
    single = description.keys.get(description.row, ())
    if single and description.row != ROW:
        at = [number for number, column in enumerate(kept) if column.name in single]
        digest = _digest([f"r{number}" for number in at])
        query = (
            f"SELECT identity FROM marked WHERE {digest} IN"  # noqa: S608  names of ours
            f" (SELECT {digest} FROM marked GROUP BY 1 HAVING count(DISTINCT identity) > 1)"
        )
        _refuse_twice(engine, description, single, query, f"identify a {description.row}, one on each row")
    engine.run("DROP TABLE tidied")


def _refuse_twice(
    engine: DuckDB, description: Description, names: Sequence[str], identities: str, claim: str
) -> None:
    kept = description.kept
    at = [number for number, column in enumerate(kept) if column.name in names]
    shown = ", ".join(f"r{number}" for number in at)
    found = engine.rows(
        f"SELECT {shown}, count(*), min(line), max(line) FROM tidied WHERE identity IN ({identities})"  # noqa: S608  names of ours
        f" GROUP BY {shown} HAVING count(*) > 1 ORDER BY min(line) LIMIT 1"
    )
    if not found:
        return
    *values, times, first, last = found[0]
    key = ", ".join(f"“{'' if value is None else value}”" for value in values)
    headings = " and ".join(f"“{kept[number].heading}”" for number in at)
    raise RecordsError(
        f"The key is not unique: {headings} should {claim}, but {key} stands on {times:,} rows that differ, first on lines "
        f"{first:,} and {last:,}. Name further columns in the key, or say what a row stands for."
    )


def _key_columns(engine: DuckDB, description: Description, findings: Findings) -> None:
    """Add what tells cases, persons and allegations apart, and whether a person is one that can be counted."""
    for role in (CASE, PERSON, ALLEGATION):
        engine.run(f"ALTER TABLE typed ADD COLUMN k_{role} VARCHAR")
    engine.run("ALTER TABLE typed ADD COLUMN person_state VARCHAR")
    sets = []
    for role in (CASE, PERSON, ALLEGATION):
        if names := description.keys.get(role, ()):
            texts = [f"CAST(c_{name} AS VARCHAR)" for name in names]
            filled = " OR ".join(f"{text} IS NOT NULL" for text in texts)
            joined = f"concat_ws({_PART}, {', '.join(f'coalesce({text}, {chr(39) * 2})' for text in texts)})"
            sets.append(f"k_{role} = CASE WHEN {filled} THEN {joined if len(texts) > 1 else texts[0]} END")
    if sets:
        engine.run(f"UPDATE typed SET {', '.join(sets)}")  # noqa: S608  names of ours
    names = description.keys.get(PERSON, ())
    if not names:
        return
    unidentified = sorted(UNIDENTIFIED | {word.casefold() for word in description.unidentified})
    nobody = sorted(NO_PERSON | {word.casefold() for word in description.no_person})
    states = (("no person", nobody), ("not identified", unidentified))
    tests = []
    values: list[str] = []
    for state, words in states:
        each = [f"lower(CAST(c_{name} AS VARCHAR)) IN ({', '.join('?' for _ in words)})" for name in names]
        tests.append(f"WHEN {' OR '.join(each)} THEN '{state}'")
        values += words * len(names)
    engine.run(
        f"UPDATE typed SET person_state = CASE WHEN k_person IS NULL THEN 'blank' {' '.join(tests)} ELSE 'known' END",  # noqa: S608  names of ours
        values,
    )
    engine.run("UPDATE typed SET k_person = NULL WHERE person_state <> 'known'")
    heading = description.column(names[0]).heading
    for state, times in engine.rows(
        "SELECT person_state, count(*) FROM typed WHERE person_state <> 'known' GROUP BY person_state ORDER BY 1"
    ):
        said = {"blank": "name nobody", "no person": "name something that is no person"}.get(state, "name somebody not identified")
        findings.assume(f"{times:,} rows {said}; they are not counted as persons.", heading)
    _outlier(engine, heading, findings)


def _outlier(engine: DuckDB, heading: str, findings: Findings) -> None:
    """A person in far more rows than any other may stand for many: tell it, and count it as one until somebody says."""
    top = engine.rows(
        "SELECT k_person, count(*) FROM typed WHERE k_person IS NOT NULL GROUP BY k_person ORDER BY count(*) DESC, k_person LIMIT 2"
    )
    if len(top) == 2 and top[0][1] >= 100 and top[0][1] >= 20 * top[1][1]:
        (name, times), (_, next_most) = top
        findings.assume(
            f"“{name}” stands in {times:,} rows, and the next most frequent in {next_most:,}: it may stand for many people. "
            "It is counted as one person; name it under “unidentified” if it is none.",
            heading,
        )
