"""A protected table as a release: from the CSV that `candour protect -o` writes, and what has to be said of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Column, LedgerError, PrintedCell, Release
from candour.tables.ledger.marks import Range, Rounding
from candour.tables.ledger.periods import read_period

_STATUS = frozenset({"shown", "primary", "secondary", "rounded"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a release has besides its table; `groups`: for each column the groups of each label, nearest first."""

    reference: str
    extracted: date
    unit: str = "cases"
    title: str = ""
    by: str = ""
    distinct: bool = False
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period: str = ""
    groups: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    rounding: Rounding | None = None
    marks: Mapping[str, Range] = field(default_factory=dict)
    percent_of: tuple[str, ...] = ()
    corrects: str = ""


def release_of_table(text: str, entry: Entry) -> Release:
    """The release of a table with a column for each dimension, `value`, and perhaps `status`.

    A column whose labels are all periods is one of periods, unless `plain` names it. Raises LedgerError where the text
    is no such table.
    """
    where = f"Release {entry.reference}"
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise LedgerError(f"{where}: the table cannot be read: {error}.") from error
    heads = [head or "" for head in reader.fieldnames or ()]
    if "value" not in heads:
        raise LedgerError(f"{where}: the table has no column “value”. Give what `candour protect -o` writes.")
    names = [head for head in heads if head not in {"value", "status"}]
    for given in (*entry.groups, *entry.dimensions, *entry.incomplete, *entry.plain, *entry.percent_of):
        if given not in names:
            raise LedgerError(f"{where}: there is no column “{given}”. The columns are {', '.join(names) or 'none'}.")
    cells = []
    rounded = False
    for line, row in enumerate(rows, start=2):
        if None in row or any(row[head] is None for head in heads):
            raise LedgerError(f"{where}, line {line} has more or fewer cells than there are headings.")
        status = row.get("status", "")
        if status and status not in _STATUS:
            raise LedgerError(f"{where}, line {line}: “{status}” is no status of a cell.")
        rounded |= status == "rounded"
        cells.append(PrintedCell(tuple(row[name] for name in names), row["value"], status == "primary"))
    if not cells:
        raise LedgerError(f"{where}: the table has no cells.")
    if rounded and entry.rounding is None:
        raise LedgerError(f"{where}: its figures are rounded. Say to which base with --rounding.")
    labels = {name: {cell.labels[at] for cell in cells} - {TOTAL} for at, name in enumerate(names)}
    columns = tuple(
        Column(
            name,
            entry.dimensions.get(name, ""),
            name not in entry.plain and bool(labels[name]) and all(read_period(label) for label in labels[name]),
            name not in entry.incomplete,
            entry.groups.get(name, {}),
        )
        for name in names
    )
    return Release(
        entry.reference,
        entry.extracted,
        entry.unit,
        entry.title,
        None,
        entry.by,
        entry.distinct,
        entry.where,
        entry.without,
        entry.period,
        columns,
        tuple(cells),
        (),
        entry.rounding,
        entry.marks,
        entry.percent_of,
        entry.corrects,
    )


def groups_of(text: str, hierarchy: Mapping[str, str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each column its labels with their groups, nearest first, from a table that has both columns."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    rows = list(reader)
    heads = reader.fieldnames or ()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    above = set(hierarchy.values())
    for column in hierarchy:
        if column in above:
            continue
        chain = [column]
        while chain[-1] in hierarchy:
            chain.append(hierarchy[chain[-1]])
            if chain[-1] in chain[:-1]:
                raise TableError(f"The hierarchy goes in a loop: {' = '.join(chain)}.")
        if missing := [name for name in chain if name not in heads]:
            raise TableError(f"There is no column “{missing[0]}” in the table of groups.")
        found[column] = {row[column]: tuple(row[name] for name in chain[1:]) for row in rows if row[column]}
    return found
