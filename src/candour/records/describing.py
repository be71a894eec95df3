"""A description proposed for a file that nobody has described: every guess is told, so that a person can correct it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from candour.records.cleaning import clean
from candour.records.description import ALLEGATION, CASE, LINES, PERSON, ROW, Column, Description, Kind, name_of
from candour.records.engine import DuckDB
from candour.records.findings import Findings
from candour.records.joining import Join, stage_joined
from candour.records.readings import BLANKS, Unread, is_date_shaped, is_month_first, is_serial, read_number, read_yes_no
from candour.records.staging import Staged, stage
from candour.records.typing_rows import UNIDENTIFIED
from candour.records.vocabulary import TermList, plain, vocabulary

_VOCABULARIES = ("police-misconduct", "complaints-workforce-crime")
_SAMPLE = 3_000
_MOSTLY = 0.9
_SAID = 0.6
"""So many of the cells have to be written as dates where the heading says that they are dates."""

_KNOWN = 0.6
_ALONE = 0.75
"""So many of the pieces between commas have to be values of their own in other cells: a comma also stands in names."""

_MOST_CATEGORIES = 400
_LONG = 60
_IDENTIFIES = re.compile(r"\b(?:id|register|docket|ref|reference|no|number|num|urn|index|key|pin)\b|#")
_THEMSELVES = re.compile(
    r"(?:officer|subject|person|employee|staff member|accused|suspect|pseudonym|officer name|subject name|case)s?"
)
"""A heading that is nothing but the word for them stands over what identifies them."""

_WHOSE = (
    (ALLEGATION, re.compile(r"\ballegation|\bdiscipline\b")),
    (
        CASE,
        re.compile(r"\bcase|\bcomplaint|\bmatter|\bincident|\bcr\b|\bregister|\bdocket|\binvestigation|^ref$|\blog\b"),
    ),
    (
        PERSON,
        re.compile(r"\bsubject|\bofficer|\bperson|\baccused|\bemployee|\btax\b|\bwarrant|\bcollar|\bstaff|\bshoulder"),
    ),
)
_DATES = re.compile(r"\bdate\b|\bday\b|\breceived\b|\bopened\b|\bclosed\b|\bstart\b|\bon$|\bdisp\b|\bdob\b")
_OPENED = re.compile(r"\breceived|\brecorded|\bopened|\bstart|\bcomplaint date|\bdate$|\breport")
_CLOSED = re.compile(r"\bclosed|\bfinalised|\bconcluded|\bend\b|\bcompleted|\bclosing|\bdisp\b")


def describe(path: Path, findings: Findings, sheet: str = "", join: Join | None = None) -> tuple[Description, Staged]:
    """The description that a file suggests. Raises RecordsError where the file cannot be read.

    With another extract that joins, its columns are described as well.
    """
    held = DuckDB()
    try:
        return _described(held, path, findings, sheet, join)
    finally:
        held.close()


def _described(
    held: DuckDB, path: Path, findings: Findings, sheet: str, join: Join | None
) -> tuple[Description, Staged]:
    staged = stage_joined(held, path, join, None, findings, sheet) if join else stage(held, path, None, findings, sheet)
    columns = tuple(_column(held, staged, column, findings) for column in staged.columns)
    keys = _keys(columns)
    dates = [column for column in columns if column.kind is Kind.DATE]
    opened = next((each for each in dates if _OPENED.search(_words(each))), dates[0] if dates else None)
    closed = next((each for each in dates if _CLOSED.search(_words(each)) and each != opened), None)
    for role, names in keys.items():
        findings.assume(f"It tells one {role} from another.", next(c.heading for c in columns if c.name == names[0]))
    if opened:
        findings.assume("Years and months are taken from it unless another date is named.", opened.heading)
    stem = path.name.split(".")[0]
    proposed = Description(
        name=name_of(stem),
        title=stem.replace("_", " "),
        row=ROW,
        columns=columns,
        keys=keys,
        sheet=staged.sheet,
        date=opened.name if opened else "",
        opened=opened.name if opened else "",
        closed=closed.name if closed else "",
    )
    return proposed, staged


def _words(column: Column) -> str:
    return plain(column.heading) + (" #" if "#" in column.heading else "")


def _column(engine: DuckDB, staged: Staged, column: Column, findings: Findings) -> Column:
    """The kind of a column, and its term list, from its heading and its different values."""
    if column.kind is Kind.LEFT_OUT:
        return column
    raw = f"r{staged.at(column.name)}"
    found = engine.rows(
        f"SELECT {clean(raw)} AS v, count(*) FROM staged WHERE {clean(raw)} IS NOT NULL"
        f" GROUP BY v ORDER BY count(*) DESC, v LIMIT {_SAMPLE + 1}"
    )
    times = {str(value): int(often) for value, often in found if str(value).casefold() not in BLANKS}
    values = list(times)
    if not values:
        return replace(column, kind=Kind.TEXT)
    more = len(found) > _SAMPLE
    parted = _parts(values)
    if terms := _terms(column, [piece.strip() for value in values for piece in value.split(parted or "\0")]):
        if parted:
            findings.assume("Cells hold several values; each is counted.", column.heading)
        return replace(column, terms=terms, parts=parted)
    kind = _kind(column, times, more=more)
    if kind is Kind.DATE:
        return replace(column, kind=kind, month_first=is_month_first(values))
    if kind not in {Kind.CATEGORY, Kind.TEXT, Kind.KEY} or (kind is Kind.KEY and not _names_persons(column)):
        return replace(column, kind=kind)
    parts = _several_keys(values) if kind is Kind.KEY else parted
    if not parts and kind is not Kind.TEXT:
        parts = LINES if _several_lines(engine, raw) else ""
    if parts:
        findings.assume("Cells hold several values; each is counted.", column.heading)
        return replace(column, kind=Kind.KEY if kind is Kind.KEY else Kind.CATEGORY, parts=parts)
    return replace(column, kind=kind)


def _names_persons(column: Column) -> bool:
    return bool(_WHOSE[2][1].search(_words(column)))


def _several_lines(engine: DuckDB, raw: str) -> bool:
    """Whether cells hold a value on each of several lines, of which some stand alone in other cells as well."""
    found = engine.rows(f"SELECT DISTINCT {raw} FROM staged WHERE contains({raw}, chr(10)) LIMIT {_SAMPLE}")
    pieces = {" ".join(piece.split()) for (text,) in found for piece in str(text).splitlines()} - {""}
    if not pieces or sum(map(len, pieces)) > _LONG * len(pieces):
        return False
    listed = ", ".join("?" for _ in pieces)
    alone = engine.one(f"SELECT count(DISTINCT {clean(raw)}) FROM staged WHERE {clean(raw)} IN ({listed})", [*pieces])
    return int(alone) >= _KNOWN * len(pieces) or (len(found) > 1 and int(alone) > 0)


def _kind(column: Column, times: Mapping[str, int], *, more: bool) -> Kind:
    """The kind of a column by its different values, each with how often it stands; a share is of all its cells."""
    values = list(times)
    words = _words(column)
    if _share(times, read_yes_no) == 1 and len(values) > 1 and not _IDENTIFIES.search(words):
        return Kind.YES_NO
    identifies = bool(_IDENTIFIES.search(words) or _THEMSELVES.fullmatch(words))
    month_first = bool(is_month_first(values))
    dated = {value: often for value, often in times.items() if not is_serial(value) and not value.isdecimal()}
    said = bool(_DATES.search(words))
    shaped = {
        text: often
        for text, often in (times if said else dated).items()
        if is_date_shaped(text, month_first=month_first)
    }
    share = sum(shaped.values()) / max(1, sum((times if said else dated).values()))
    if (said and share >= _SAID) or (share >= _MOSTLY and len(dated) > 0.5 * len(values)):
        return Kind.DATE
    short = max(len(value) for value in values) <= _LONG
    if identifies and short and not _date_like(words):
        return Kind.KEY
    coded = any(value.startswith("0") and value.isdecimal() and len(value) > 1 for value in values)
    if _share(times, read_number) >= _MOSTLY and (more or len(values) > 30) and not coded:
        return Kind.NUMBER
    if more or len(values) > _MOST_CATEGORIES or sum(map(len, values)) > _LONG * 2 * len(values):
        return Kind.TEXT
    return Kind.CATEGORY


def _date_like(words: str) -> bool:
    return bool(re.search(r"\bdate\b|\btype\b|\bcategory\b|\bstatus\b|\boutcome\b|\bfindings?\b", words))


def _share(times: Mapping[str, int], read: Callable[[str], object]) -> float:
    good = 0
    for value, often in times.items():
        with suppress(Unread):
            read(value)
            good += often
    return good / max(1, sum(times.values()))


def _parts(values: Sequence[str]) -> str:
    """How several values in one cell are parted, where the pieces recur more than the cells do."""
    if all(value.startswith("[") and value.endswith("]") for value in values):
        return "list"
    alone = {value.casefold() for value in values}
    for sign in (";", "|"):
        cells = [value for value in values if sign in value]
        pieces = [piece for value in cells for piece in value.split(sign)]
        short = sum(map(len, pieces)) <= _LONG * len(pieces)
        known = sum(1 for piece in pieces if piece.strip().casefold() in alone)
        if cells and short and ((len(cells) >= 0.1 * len(values) and len(cells) > 1) or known):
            return sign
    for sign in (",", "/"):
        pieces = [piece.strip().casefold() for value in values if sign in value for piece in value.split(sign)]
        if pieces and all(pieces) and sum(piece in alone for piece in pieces) >= _ALONE * len(pieces):
            return sign
    return ""


def _several_keys(values: Sequence[str]) -> str:
    """How several keys in one cell are parted: so that each of them is written as a key that stands alone is."""
    for sign in (";", "|", ",", "/"):
        alone = {_shape(value) for value in values if sign not in value}
        pieces = [piece.strip() for value in values if sign in value for piece in value.split(sign)]
        if pieces and all(piece and _shape(piece) in alone for piece in pieces):
            return sign
    return ""


def _shape(text: str) -> str:
    """How a key is written: `CO/123` is `a/9`."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"[0-9]+", "9", text))


def _terms(column: Column, values: Sequence[str]) -> str:
    heading = plain(column.heading)
    for name in _VOCABULARIES:
        for entry in vocabulary(name).lists.values():
            if heading in entry.headings and _known(entry, values) >= _KNOWN:
                return f"{name}/{entry.id}"
    return ""


def _known(entry: TermList, values: Sequence[str]) -> float:
    told = [value for value in values if value.casefold() not in UNIDENTIFIED or entry.term(value)]
    return sum(1 for value in told if entry.term(value)) / max(1, len(told))


def _keys(columns: Sequence[Column]) -> dict[str, tuple[str, ...]]:
    """The first column of keys for each of case, person and allegation, by what its heading says."""
    keys: dict[str, tuple[str, ...]] = {}
    for column in columns:
        if column.kind is not Kind.KEY:
            continue
        words = _words(column)
        role = next((role for role, pattern in _WHOSE if pattern.search(words)), None)
        both = role == CASE and _WHOSE[2][1].search(words)
        if role and not both:
            keys.setdefault(role, (column.name,))
    return keys
