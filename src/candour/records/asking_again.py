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
from candour.records.findings import RecordsError, Watch, unwatched
from candour.records.question import CountDefinition, definition_of
from candour.tables.counts import Labels

MOST_ROWS = 10_000
"""Rows of each kind of change that are listed; beyond, only their number is told."""


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
    totals = row_totals(data_set, found.definition, found.edition, int(counted.source["edition"]))
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


def row_totals(data_set: DataSet, definition: CountDefinition, earlier: int, later: int) -> dict[str, int]:
    """How many rows are `new`, `gone` or `changed` between two editions, of all those that the filter keeps."""
    if earlier == later:
        return dict.fromkeys(_KINDS, 0)
    begin, values = _differing(data_set, definition, earlier, later)
    return {
        what: int(data_set.engine.rows(f"{begin} SELECT count(*) {rows}", values)[0][0])
        for what, (_, _, rows) in _KINDS.items()
    }


def row_changes(
    data_set: DataSet, definition: CountDefinition, earlier: int, later: int, watch: Watch = unwatched
) -> tuple[RowChange, ...]:
    """The rows behind the difference between two editions, of those that the filter keeps before or after.

    At most MOST_ROWS of each kind; those gone come last. They are case-level: show them only to people who may see
    such rows.
    """
    if earlier == later:
        return ()
    begin, values = _differing(data_set, definition, earlier, later)
    columns = data_set.description.kept
    found: list[tuple[bool, int, RowChange]] = []
    for at, (what, (shown, before, rows)) in enumerate(_KINDS.items()):
        watch("Comparing the rows", at, len(_KINDS))
        listed = ", ".join(f"CAST({row}.c_{column.name} AS VARCHAR)" for row in (shown, before) for column in columns)
        for number, line, *held in data_set.engine.rows(
            f"{begin} SELECT {shown}.row_id, {shown}.line, {listed} {rows} ORDER BY {shown}.row_id LIMIT {MOST_ROWS}",
            values,
        ):
            now, then = ([value or "" for value in half] for half in (held[: len(columns)], held[len(columns) :]))
            headed = list(zip((column.heading for column in columns), now, then, strict=True))
            change = RowChange(
                what,
                int(line),
                {heading: value for heading, value, _ in headed},
                {heading: old for heading, value, old in headed if old != value},
            )
            found.append((what == "gone", int(number), change))
    found.sort(key=lambda each: each[:2])
    return tuple(change for _, _, change in found)


_KINDS = {
    "new": ("n", "n", "FROM came n WHERE n.row_id NOT IN (SELECT came_id FROM pairs)"),
    "gone": ("g", "g", "FROM went g WHERE g.row_id NOT IN (SELECT went_id FROM pairs)"),
    "changed": ("n", "g", "FROM pairs JOIN came n ON n.row_id = came_id JOIN went g ON g.row_id = went_id"),
}
"""For each kind of change: which row is shown, which is the one before it, and where they come from."""


def _differing(data_set: DataSet, definition: CountDefinition, earlier: int, later: int) -> tuple[str, tuple[Any, ...]]:
    """The beginning of a query that has the rows of the one edition alone, those of the other, and which are pairs."""
    _, was = data_set.table(earlier)
    _, now = data_set.table(later)
    test: dict[str, str] = {}
    values: list[Any] = []
    for valid in (now, was):
        test[valid] = "true"
        if definition.where.strip():
            condition = parse_filter(definition.where, data_set.description, "rows", valid, data_set.folder)
            test[valid] = condition.sql
            values += condition.values

    def only(valid: str, other: str) -> str:
        # A row of which a cell had several values stands there once for each of them.
        return f"SELECT DISTINCT ON (row_id) * FROM rows WHERE {valid} AND NOT ({other}) AND {test[valid]}"

    keyed = "true" if data_set.description.keys.get(ROW) else "false"
    begin = (
        f"WITH came AS ({only(now, was)}), went AS ({only(was, now)}), pairs AS (SELECT n.row_id AS came_id,"
        f" g.row_id AS went_id FROM came n JOIN went g USING (identity, occurrence) WHERE {keyed})"
    )
    return begin, tuple(values)
