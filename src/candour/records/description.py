"""What a data set is: what a row stands for, which columns identify what, what every column means. TOML in and out."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from candour.records.findings import RecordsError

PERSON, CASE, ALLEGATION, ROW = "person", "case", "allegation", "row"
LINES = "lines"
"""As `parts` of a column: each line of a cell is a value."""

UNITS = {"cases": CASE, "persons": PERSON, "allegations": ALLEGATION, "rows": ROW}
"""What can be counted, and the key that tells one from the other."""

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_RESERVED = frozenset({"year", "quarter", "month", "total", "part", "value", "and", "or", "not", "in", "is", "blank"})


class Kind(StrEnum):
    """What the values of a column are."""

    KEY = "key"
    CATEGORY = "category"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes-no"
    TEXT = "text"
    LEFT_OUT = "left-out"


class Editions(StrEnum):
    """What a later extract is: the whole register anew, or more of it beside what is there."""

    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `parts` says how several values in one cell are parted: a sign such as `;`, `lines`, or `list`.

    `terms` names a term list as `vocabulary/list`; `month_first` is None where the dates themselves show the order.
    """

    name: str
    heading: str
    kind: Kind = Kind.CATEGORY
    terms: str = ""
    parts: str = ""
    month_first: bool | None = None


@dataclass(frozen=True)
class Description:
    """A data set described. `row` is the unit of one row; keys map case, person, allegation and row to columns.

    `unidentified` are words that stand in the column of persons for somebody nobody has identified, `no_person` for
    what is no person at all. `date` is the column that periods go by; `opened` and `closed` bound what is open on a
    day.
    """

    name: str
    title: str
    row: str
    columns: tuple[Column, ...]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheet: str = ""
    header: int | None = None
    editions: Editions = Editions.REPLACE
    date: str = ""
    opened: str = ""
    closed: str = ""
    unidentified: tuple[str, ...] = ()
    no_person: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    fill_down: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a description that does not hold together."""
        names = [column.name for column in self.columns]
        if twice := next((name for at, name in enumerate(names) if name in names[:at]), None):
            raise RecordsError(f"The description has two columns “{twice}”.")
        for role in (PERSON, CASE, ALLEGATION, ROW):
            for name in self.keys.get(role, ()):
                self.column(name)
        if unknown := set(self.keys) - {PERSON, CASE, ALLEGATION, ROW}:
            raise RecordsError(f"There is no key “{min(unknown)}”; keys are case, person, allegation and row.")
        for what, name in (("date", self.date), ("opened", self.opened), ("closed", self.closed)):
            if name and self.column(name).kind is not Kind.DATE:
                raise RecordsError(f"{what} = “{name}”: that column holds no dates. Give it kind = “date”.")
        if len(self.keys.get(PERSON, ())) > 1 and any(self.column(name).parts for name in self.keys[PERSON]):
            raise RecordsError("A key of persons with several people in one cell has to be one column.")

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns that are imported."""
        return tuple(column for column in self.columns if column.kind is not Kind.LEFT_OUT)

    def column(self, name: str) -> Column:
        """A column by its name or heading, or by the end of its heading where no other has that end.

        So `rank` finds what stands under “Officer” and “Rank”. Raises RecordsError, naming the columns there are.
        """
        wanted = name_of(name)
        for column in self.kept:
            if name == column.name or wanted in {column.name, name_of(column.heading)}:
                return column
        under = [column for column in self.kept if name_of(column.heading).endswith(f"_{wanted}")]
        if len(under) == 1:
            return under[0]
        if under:
            listed = ", ".join(column.name for column in under)
            raise RecordsError(f"“{name}” stands over several columns. Say which: {listed}.")
        known = ", ".join(column.name for column in self.kept)
        raise RecordsError(f"There is no column “{name}”. The columns are {known}.")

    def has(self, name: str) -> bool:
        """Whether there is a column of that name or heading."""
        wanted = name_of(name)
        return any(wanted in {column.name, name_of(column.heading)} for column in self.kept)

    @property
    def has_dates(self) -> bool:
        """Whether any column holds dates."""
        return any(column.kind is Kind.DATE for column in self.kept)

    def date_to_go_by(self, wanted: str = "") -> str:
        """The column of dates that periods go by: the one wanted, the one described, or the only one there is."""
        dates = [column.name for column in self.kept if column.kind is Kind.DATE]
        return wanted or self.date or (dates[0] if len(dates) == 1 else "")

    def with_columns(self, columns: Iterable[Column]) -> Description:
        """The same with other columns."""
        return replace(self, columns=tuple(columns))


def name_of(heading: str) -> str:
    """The name of a column in filters and commands, from its heading: `Case Ref` is `case_ref`."""
    return _NOT_A_NAME.sub("_", heading.casefold()).strip("_") or "column"


def names_for(headings: Iterable[str]) -> list[str]:
    """A different name for each heading; a word that the filter language or a period uses gets `_column` after it."""
    found: list[str] = []
    for heading in headings:
        name = name_of(heading)
        name = f"{name}_column" if name in _RESERVED or name[0].isdigit() else name
        nth = sum(1 for other in found if other == name or re.fullmatch(re.escape(name) + r"_\d+", other))
        found.append(f"{name}_{nth + 1}" if name in found else name)
    return found


_KEYS = {
    "name": str,
    "title": str,
    "row": str,
    "sheet": str,
    "header": int,
    "editions": str,
    "date": str,
    "opened": str,
    "closed": str,
    "fill_down": bool,
    "unidentified": list,
    "no_person": list,
    "blanks": list,
    "keys": dict,
    "columns": dict,
}
_COLUMN_KEYS = {"heading": str, "kind": str, "terms": str, "parts": str, "month_first": bool}


def read_description(text: str, where: str = "the description") -> Description:
    """A description from TOML. Raises RecordsError, naming the entry, where it cannot be used."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecordsError(f"{where}: this is no TOML: {error}.") from error
    _check(data, _KEYS, where)
    columns = []
    for name, entry in data.get("columns", {}).items():
        if not isinstance(entry, dict):
            raise RecordsError(f"{where}: columns.{name} has to be a table, such as {{ heading = “Rank” }}.")
        _check(entry, _COLUMN_KEYS, f"{where}, column {name}")
        if name != name_of(name) or name in _RESERVED:
            raise RecordsError(f"{where}: “{name}” cannot name a column; use small letters, figures and _.")
        columns.append(_column(name, entry, where))
    if not columns:
        raise RecordsError(f"{where}: no column is described. `candour records describe FILE` proposes them.")
    keys = {role: _names(names, f"{where}, keys.{role}") for role, names in data.get("keys", {}).items()}
    try:
        return Description(
            name=name_of(data.get("name", "records")),
            title=data.get("title", data.get("name", "Records")),
            row=data.get("row", ROW),
            columns=tuple(columns),
            keys=keys,
            sheet=data.get("sheet", ""),
            header=data.get("header"),
            editions=Editions(data.get("editions", "replace")),
            date=data.get("date", ""),
            opened=data.get("opened", ""),
            closed=data.get("closed", ""),
            unidentified=_names(data.get("unidentified", []), f"{where}, unidentified"),
            no_person=_names(data.get("no_person", []), f"{where}, no_person"),
            blanks=_names(data.get("blanks", []), f"{where}, blanks"),
            fill_down=data.get("fill_down"),
        )
    except RecordsError as error:
        raise RecordsError(f"{where}: {error}") from error
    except ValueError as error:
        raise RecordsError(f"{where}: editions is “replace” or “add”.") from error


def _check(data: Mapping[str, Any], known: Mapping[str, type], where: str) -> None:
    for key, value in data.items():
        if key not in known:
            raise RecordsError(f"{where}: “{key}” is not known. Known are {', '.join(known)}.")
        if not isinstance(value, known[key]) or (known[key] is int and isinstance(value, bool)):
            raise RecordsError(f"{where}: “{key}” is of the wrong kind.")


def _column(name: str, entry: Mapping[str, Any], where: str) -> Column:
    try:
        kind = Kind(entry.get("kind", "category"))
    except ValueError:
        raise RecordsError(
            f"{where}, column {name}: “{entry['kind']}” is no kind. Kinds are {', '.join(Kind)}."
        ) from None
    return Column(
        name,
        entry.get("heading", name),
        kind,
        entry.get("terms", ""),
        entry.get("parts", ""),
        entry.get("month_first"),
    )


def _names(value: Any, where: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise RecordsError(f"{where} has to be a list of texts.")
    return tuple(listed)


def write_description(description: Description) -> str:
    """The description as TOML, as `read_description` reads it."""
    lines = [f"name = {_text(description.name)}", f"title = {_text(description.title)}"]
    lines.append(f"row = {_text(description.row)}")
    words = ("sheet", "date", "opened", "closed")
    lines += [f"{key} = {_text(value)}" for key in words if (value := getattr(description, key))]
    if description.header is not None:
        lines.append(f"header = {description.header}")
    if description.fill_down is not None:
        lines.append(f"fill_down = {_text(description.fill_down)}")
    lines.append(f"editions = {_text(description.editions.value)}")
    lists = ("unidentified", "no_person", "blanks")
    lines += [f"{key} = {_text(list(value))}" for key in lists if (value := getattr(description, key))]
    if description.keys:
        lines += ["", "[keys]", *(f"{role} = {_text(list(names))}" for role, names in description.keys.items())]
    for column in description.columns:
        lines += ["", f"[columns.{column.name}]", f"heading = {_text(column.heading)}"]
        lines.append(f"kind = {_text(column.kind.value)}")
        if column.terms:
            lines.append(f"terms = {_text(column.terms)}")
        if column.parts:
            lines.append(f"parts = {_text(column.parts)}")
        if column.month_first is not None:
            lines.append(f"month_first = {_text(column.month_first)}")
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    """A value as TOML: its texts, lists of texts and booleans are written as JSON writes them."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
