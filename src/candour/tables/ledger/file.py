"""A ledger as files: a folder with one file for each release, or one file of JSON or TOML.

A folder holds `ledger.json` (what holds between releases; it may be missing) and `releases/` with a JSON file for each
release, one cell to a line, so that a version control system shows what was entered when.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from candour.tables.csv import TableError
from candour.tables.ledger.ledger import Beside, Column, Figure, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.marks import Range, Rounding

FOLDER = "releases"
_FILE = "ledger.json"


def read_ledger(path: Path) -> Ledger:
    """The ledger in a folder or a file. Raises LedgerError where it is none, OSError where it cannot be read."""
    if path.is_dir():
        about = path / _FILE
        data = _json(about) if about.exists() else {}
        files = sorted((path / FOLDER).glob("*.json")) if (path / FOLDER).is_dir() else []
        if not about.exists() and not files:
            raise LedgerError(f"{path} holds no ledger: there is no {_FILE} and no release in {FOLDER}.")
        return ledger_of(data, [_json(file) for file in files])
    if path.suffix == ".toml":
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise LedgerError(f"{path.name} is no TOML: {error}.") from error
    else:
        data = _json(path)
    return ledger_of(data)


def add_release(path: Path, release: Release) -> Path:
    """Enter a release into the ledger in a folder or a JSON file, which is made where it is missing; where it went.

    Raises LedgerError where its reference is taken, or the ledger is a file of another kind.
    """
    if path.suffix == ".toml":
        raise LedgerError(f"{path.name} is TOML, which is only read. Keep the ledger in a folder or as JSON.")
    known = read_ledger(path) if path.exists() and (not path.is_dir() or any(path.iterdir())) else Ledger()
    known.with_release(release)
    if path.suffix == ".json":
        data = _json(path) if path.exists() else {}
        written = [*data.get("releases", []), release_as_data(release)]
        path.write_text(_ledger_text({**data, "releases": written}), encoding="utf-8")
        return path
    (path / FOLDER).mkdir(parents=True, exist_ok=True)
    file = path / FOLDER / file_name(release)
    file.write_text(release_text(release), encoding="utf-8")
    return file


def read_release_file(path: Path) -> Release:
    """The one release in a file of the folder. Raises LedgerError where it is none."""
    return release_of(_json(path))


def replace_in_file(path: Path, change: Callable[[list[Release]], list[Release]]) -> None:
    """Write the releases of a JSON file as they are after a change. Raises LedgerError where it is no ledger."""
    data = _json(path)
    releases = change([release_of(each) for each in data.get("releases", [])])
    path.write_text(_ledger_text({**data, "releases": list(map(release_as_data, releases))}), encoding="utf-8")


def file_name(release: Release) -> str:
    """The name of a release's file: its day and reference, and a few digits that no other reference has."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", release.reference).strip("-")[:60] or "release"
    mark = hashlib.sha256(release.reference.encode()).hexdigest()[:6]
    return f"{release.extracted.isoformat()}_{plain}_{mark}.json"


def ledger_of(data: Mapping[str, Any], releases: list[Mapping[str, Any]] | None = None) -> Ledger:
    """The ledger from plain data. Raises LedgerError where something is missing or of the wrong kind."""
    if not isinstance(data.get("releases", []), list):
        raise LedgerError("The releases of the ledger are not a list.")
    listed = [*data.get("releases", []), *(releases or [])]
    try:
        return Ledger(
            tuple(release_of(each) for each in listed),
            {str(name): _labels_by(meanings) for name, meanings in dict(data.get("groups", {})).items()},
            tuple(map(str, data.get("changing", []))),
            bool(data.get("withdrawn", False)),
            {str(less): str(more) for less, more in dict(data.get("at_most", {})).items()},
            tuple((_cell(one), _cell(two)) for one, two in data.get("same", [])),
            str(data.get("dates", "date")),
        )
    except (AttributeError, TypeError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise LedgerError(f"The ledger cannot be read: {error}.") from error


def release_of(data: Mapping[str, Any]) -> Release:
    """A release from plain data. Raises LedgerError, naming the release, where something is missing or wrong."""
    if not isinstance(data, Mapping):
        raise LedgerError("A release is not a set of named values.")
    reference = str(data.get("reference", "")).strip()
    where = f"Release {reference or 'without a reference'}"
    if unknown := [name for name in data if name not in _RELEASE_KEYS]:
        raise LedgerError(f"{where}: “{unknown[0]}” is nothing that a release has.")
    try:
        rounding = data.get("rounding")
        return Release(
            reference=reference,
            extracted=_date(data.get("extracted"), f"{where}: the day of the extract"),
            unit=str(data.get("unit", "cases")),
            title=str(data.get("title", "")),
            published=_date(data["published"], f"{where}: the day of publication") if data.get("published") else None,
            by=str(data.get("by", "")),
            distinct=bool(data.get("distinct", False)),
            where=_labels_by(data.get("where", {})),
            without=_labels_by(data.get("without", {})),
            period=str(data.get("period", "")),
            columns=tuple(_column(each, where) for each in data.get("columns", [])),
            cells=tuple(_printed(each, where) for each in data.get("cells", [])),
            figures=tuple(_figure(each, where) for each in data.get("figures", [])),
            rounding=Rounding(int(rounding["base"]), int(rounding.get("within", int(rounding["base"]) - 1)))
            if rounding
            else None,
            marks={str(mark): _range(ends, where) for mark, ends in dict(data.get("marks", {})).items()},
            percent_of=_strings(data.get("percent_of", [])),
            corrects=str(data.get("corrects", "")),
            beside=tuple(_beside(each, where) for each in data.get("beside", [])),
            withdrawn_on=_date(data["withdrawn_on"], f"{where}: the day on which it was withdrawn")
            if data.get("withdrawn_on")
            else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(f"{where} cannot be read: {error}") from error


def release_as_data(release: Release) -> dict[str, Any]:
    """A release as plain data, without what is left at its default."""
    data: dict[str, Any] = {"reference": release.reference, "extracted": release.extracted.isoformat()}
    data["unit"] = release.unit
    plain = ("title", "by", "distinct", "period", "corrects")
    data |= {name: getattr(release, name) for name in plain if getattr(release, name)}
    data |= {
        name: day.isoformat() for name in ("published", "withdrawn_on") if (day := getattr(release, name)) is not None
    }
    for name in ("where", "without"):
        if limits := getattr(release, name):
            data[name] = {dimension: list(labels) for dimension, labels in limits.items()}
    if release.rounding:
        data["rounding"] = {"base": release.rounding.base, "within": release.rounding.within}
    if release.marks:
        data["marks"] = {mark: list(ends) for mark, ends in release.marks.items()}
    if release.percent_of:
        data["percent_of"] = list(release.percent_of)
    data["columns"] = [_column_as_data(each) for each in release.columns]
    data["cells"] = [_cell_as_data(cell) for cell in release.cells]
    if release.beside:
        data["beside"] = [_beside_as_data(each) for each in release.beside]
    if release.figures:
        data["figures"] = [_figure_as_data(each) for each in release.figures]
    return {name: value for name, value in data.items() if value not in ([], {})}


def release_text(release: Release) -> str:
    """A release as JSON with one cell to a line."""
    return _text(release_as_data(release)) + "\n"


def ledger_digest(ledger: Ledger) -> str:
    """The SHA-256 of everything in the ledger, in the order of its references."""
    content = {
        "groups": {name: {label: list(each) for label, each in inner.items()} for name, inner in ledger.groups.items()},
        "changing": list(ledger.changing),
        "withdrawn": ledger.withdrawn,
        "at_most": dict(ledger.at_most),
        "same": [[[reference, list(labels)] for reference, labels in pair] for pair in ledger.same],
        "dates": ledger.dates,
        "releases": [release_as_data(each) for each in ledger.releases],
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _text(data: Mapping[str, Any]) -> str:
    parts = []
    for name, value in data.items():
        if name in {"cells", "figures", "beside"}:
            rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f"  {json.dumps(name)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}"


def _ledger_text(data: Mapping[str, Any]) -> str:
    about = {name: value for name, value in data.items() if name != "releases"}
    releases = ",\n".join(_text(each) for each in data["releases"])
    head = "".join(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n" for name, value in about.items())
    return "{\n" + head + '"releases": [\n' + releases + "\n]}\n"


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise LedgerError(f"{path.name} is no JSON: line {error.lineno}, {error.msg}.") from error
    except RecursionError as error:
        raise LedgerError(f"{path.name} is nested too deeply to be a ledger.") from error
    if not isinstance(data, dict):
        raise LedgerError(f"{path.name} is no ledger: it should be one object with named values.")
    return data


def _date(value: Any, what: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise LedgerError(f"{what} is “{value or ''}”. Write it as 2024-03-31.") from None


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value))


def _labels_by(value: Any) -> dict[str, tuple[str, ...]]:
    return {str(name): _strings(labels) for name, labels in dict(value).items()}


def _cell(value: Any) -> tuple[str, tuple[str, ...]]:
    reference, *labels = value
    return str(reference), _strings(labels)


def _range(value: Any, where: str) -> Range:
    if value is None:
        return 0, None
    low, high = value
    if not isinstance(low, int) or not (high is None or isinstance(high, int)) or low < 0 or (high or low) < low:
        raise LedgerError(f"{where}: a mark means a least and a most count, such as [1, 4].")
    return low, high


def _column(value: Any, where: str) -> Column:
    data = {"name": value} if isinstance(value, str) else dict(value)
    if unknown := [name for name in data if name not in _COLUMN_KEYS]:
        raise LedgerError(f"{where}: “{unknown[0]}” is nothing that a column has.")
    if not str(data.get("name", "")).strip():
        raise LedgerError(f"{where}: a column has no name.")
    return Column(
        str(data["name"]),
        str(data.get("dimension", "")),
        bool(data.get("period", False)),
        bool(data.get("complete", True)),
        _labels_by(data.get("groups", {})),
        _labels_by(data.get("meanings", {})),
    )


def _column_as_data(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {"name": column.name}
    if column.dimension:
        data["dimension"] = column.dimension
    if column.is_period:
        data["period"] = True
    if not column.complete:
        data["complete"] = False
    for name in ("groups", "meanings"):
        if meant := getattr(column, name):
            data[name] = {label: list(each) for label, each in meant.items()}
    return data


def _printed(value: Any, where: str) -> PrintedCell:
    if isinstance(value, Mapping):
        labels = _strings(value.get("labels", ()))
        return PrintedCell(
            labels, _figure_text(value.get("printed")), bool(value.get("primary")), str(value.get("accepted", ""))
        )
    *labels, last = value
    rest: list[Any] = [last]
    if str(last) in _STATUSES and len(labels) > 1:
        *labels, printed = labels
        rest = [printed, last]
    if not labels:
        raise LedgerError(f"{where}: a cell needs its labels and what is printed.")
    return PrintedCell(_strings(labels), _figure_text(rest[0]), rest[-1] == "primary")


def _cell_as_data(cell: PrintedCell) -> Any:
    if cell.accepted or cell.printed in _STATUSES:
        data = {
            "labels": list(cell.labels),
            "printed": cell.printed,
            "primary": cell.primary,
            "accepted": cell.accepted,
        }
        return {name: value for name, value in data.items() if value}
    return [*cell.labels, cell.printed, *(["primary"] if cell.primary else [])]


def _figure_text(value: Any) -> str:
    return "" if value is None else str(value)


def _figure(value: Any, where: str) -> Figure:
    data = dict(value)
    if unknown := [name for name in data if name not in _FIGURE_KEYS]:
        raise LedgerError(f"{where}: “{unknown[0]}” is nothing that a figure has.")
    return Figure(
        {str(name): str(label) for name, label in dict(data.get("where", {})).items()},
        _figure_text(data["printed"]),
        str(data.get("unit", "")),
        None if data.get("of") is None else {str(name): str(label) for name, label in dict(data["of"]).items()},
        int(data.get("per", 0)),
        int(data.get("population", 0)),
        str(data.get("average_of", "")),
        str(data.get("quote", "")),
        bool(data.get("primary", False)),
        str(data.get("accepted", "")),
    )


def _figure_as_data(figure: Figure) -> dict[str, Any]:
    data: dict[str, Any] = {"where": dict(figure.where), "printed": figure.printed}
    names = ("unit", "per", "population", "average_of", "quote", "primary", "accepted")
    data |= {name: getattr(figure, name) for name in names if getattr(figure, name)}
    if figure.of is not None:
        data["of"] = dict(figure.of)
    return data


def _beside(value: Any, where: str) -> Beside:
    data = dict(value)
    if unknown := [name for name in data if name not in _BESIDE_KEYS]:
        raise LedgerError(f"{where}: “{unknown[0]}” is nothing that a figure beside a cell has.")
    return Beside(
        _strings(data["labels"]),
        _figure_text(data["printed"]),
        _strings(data.get("of", ())),
        str(data.get("average_of", "")),
    )


def _beside_as_data(beside: Beside) -> dict[str, Any]:
    data: dict[str, Any] = {"labels": list(beside.labels), "printed": beside.printed}
    if beside.of:
        data["of"] = list(beside.of)
    if beside.average_of:
        data["average_of"] = beside.average_of
    return data


_STATUSES = frozenset({"primary", "secondary", "shown", "rounded"})
"""What may follow the printed figure in a row; only `primary` says more than the figure itself."""
_RELEASE_KEYS = frozenset(Release.__dataclass_fields__)
_COLUMN_KEYS = frozenset({"name", "dimension", "period", "complete", "groups", "meanings"})
_BESIDE_KEYS = frozenset(Beside.__dataclass_fields__)
_FIGURE_KEYS = frozenset(Figure.__dataclass_fields__)
