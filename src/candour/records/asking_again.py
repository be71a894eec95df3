"""The same count on the next extract: saved by name in the data set, asked again, and compared with last time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from candour.records.counted import Counted
from candour.records.counting import count_data_set
from candour.records.dataset import DataSet
from candour.records.description import ROW
from candour.records.filters import parse_filter
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition, definition_of
from candour.tables.counts import Labels

MOST_ROWS = 10_000
"""Changed rows that are listed; beyond, only their number is told."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A count saved: its definition, and the cells it had in the edition it was last asked of."""

    name: str
    definition: CountDefinition
    edition: int
    cells: Mapping[Labels, int]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One figure that is another now. A cell that there was not, or is no more, counts 0."""

    labels: Labels
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that came, went or changed between two editions: `new`, `gone` or `changed`, its line, its values.

    For a changed row `before` holds the values that were others.
    """

    what: str
    line: int
    values: Mapping[str, str]
    before: Mapping[str, str]


@dataclass(frozen=True)
class Again:
    """A count asked again: the counted table, what changed since, and how many rows are behind it."""

    name: str
    counted: Counted
    before_edition: int
    cells: tuple[CellChange, ...]
    row_totals: Mapping[str, int]

    def as_data(self) -> dict[str, Any]:
        """For JSON, without any row."""
        return {
            "name": self.name,
            "before_edition": self.before_edition,
            "edition": self.counted.source["edition"],
            "changed": [{"labels": list(each.labels), "before": each.before, "now": each.now} for each in self.cells],
            "rows": dict(self.row_totals),
            "count": self.counted.as_data(),
        }


def save(data_set: DataSet, name: str, counted: Counted) -> None:
    """Keep a count under a name, in the place of one of that name."""
    if not name.strip():
        raise RecordsError("A saved count needs a name.")
    cells = [[list(labels), value] for labels, value in counted.values.items()]
    engine = data_set.engine
    with engine.transaction():
        engine.run("DELETE FROM saved WHERE name = ?", [name])
        engine.run(
            "INSERT INTO saved VALUES (?, ?, ?, ?)",
            [name, replace(counted.definition, edition=None).as_text(), json.dumps(cells), counted.source["edition"]],
        )


def saved(data_set: DataSet) -> tuple[Saved, ...]:
    """The counts saved in a data set, by name."""
    return tuple(
        Saved(
            name,
            definition_of(json.loads(definition)),
            int(edition),
            {tuple(labels): int(value) for labels, value in json.loads(result)},
        )
        for name, definition, result, edition in data_set.engine.rows(
            "SELECT name, definition, result, edition FROM saved ORDER BY name"
        )
    )


def ask_again(data_set: DataSet, name: str) -> Again:
    """Count a saved definition on the current rows, and say what changed. Raises RecordsError for an unknown name."""
    kept = saved(data_set)
    found = next((each for each in kept if each.name == name), None)
    if found is None:
        listed = ", ".join(f"“{each.name}”" for each in kept) or "none yet"
        raise RecordsError(f"No count is saved as “{name}”. Saved are {listed}.")
    counted = count_data_set(data_set, found.definition)
    changed = compare(found.cells, counted)
    totals = dict.fromkeys(("new", "gone", "changed"), 0)
    for change in row_changes(data_set, found.definition, found.edition, int(counted.source["edition"])):
        totals[change.what] += 1
    return Again(name, counted, found.edition, changed, totals)


def compare(before: Mapping[Labels, int], counted: Counted) -> tuple[CellChange, ...]:
    """The figures that differ, in the order of the table; what there is no more comes last."""
    now = dict(counted.cells())
    places = [*now, *(labels for labels in before if labels not in now)]
    return tuple(
        CellChange(labels, before.get(labels, 0), now.get(labels, 0))
        for labels in places
        if before.get(labels, 0) != now.get(labels, 0)
    )


def row_changes(data_set: DataSet, definition: CountDefinition, earlier: int, later: int) -> tuple[RowChange, ...]:
    """The rows behind the difference between two editions, of those that the filter keeps before or after.

    These are case-level: show them only to people who may see such rows.
    """
    if earlier == later:
        return ()
    _, was = data_set.table(earlier)
    _, now = data_set.table(later)
    columns = [column.name for column in data_set.description.kept]
    headings = [column.heading for column in data_set.description.kept]
    listed = ", ".join(f"CAST(c_{name} AS VARCHAR)" for name in columns)

    def rows(valid: str, other: str) -> dict[tuple[Any, Any], tuple[int, dict[str, str]]]:
        test, values = "true", ()
        if definition.where.strip():
            condition = parse_filter(definition.where, data_set.description, "rows", valid, data_set.folder)
            test, values = condition.sql, condition.values
        found = data_set.engine.rows(
            f"SELECT row_id, identity, occurrence, line, {listed} FROM rows WHERE {valid} AND NOT ({other}) AND {test}"
            f" ORDER BY row_id LIMIT {MOST_ROWS}",
            values,
        )
        return {
            (identity, occurrence): (int(line), dict(zip(headings, (value or "" for value in held), strict=True)))
            for _, identity, occurrence, line, *held in found
        }

    new, gone = rows(now, was), rows(was, now)
    keyed = bool(data_set.description.keys.get(ROW))
    changes = []
    for key, (line, values) in new.items():
        if keyed and key in gone:
            _, old = gone.pop(key)
            before = {heading: old[heading] for heading in headings if old[heading] != values[heading]}
            changes.append(RowChange("changed", line, values, before))
        else:
            changes.append(RowChange("new", line, values, {}))
    changes += [RowChange("gone", line, values, {}) for line, values in gone.values()]
    return tuple(changes)
