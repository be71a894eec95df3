"""The count itself: one query for all cells and margins, in SQL that DuckDB and PostgreSQL both run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from candour.records.axes import Axis, axis, in_order
from candour.records.counted import Counted
from candour.records.dataset import DataSet
from candour.records.description import PERSON, ROW, UNITS, Description
from candour.records.engine import Engine
from candour.records.filters import Condition, parse_filter
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition
from candour.tables.counts import Labels
from candour.tables.dimensions import TOTAL

PART = "part"
NONE = "None of these"
"""The label of what is in none of the parts; with it, parts that do not overlap add up to their total."""

_SHOWN = 12


@dataclass(frozen=True)
class Place:
    """Where a count runs: the engine, the table of typed rows, and the condition for the rows that are valid."""

    engine: Engine
    table: str
    valid: str
    source: Mapping[str, Any]
    beside: Path | None = None


def count_data_set(data_set: DataSet, definition: CountDefinition) -> Counted:
    """Count in a data set: its current rows, or those of the edition that the definition names. Raises RecordsError."""
    table, valid = data_set.table(definition.edition)
    editions = data_set.editions
    if not editions:
        raise RecordsError("Nothing has been imported into the data set yet.")
    edition = next((each for each in editions if each.number == definition.edition), editions[-1])
    source = {
        "data_set": data_set.description.title,
        "edition": edition.number,
        "extract": edition.name,
        "sha256": edition.digest,
        "imported": edition.imported.isoformat(),
        "as_at": edition.as_at.isoformat() if edition.as_at else None,
    }
    return count(Place(data_set.engine, table, valid, source, data_set.folder), data_set.description, definition)


def count(place: Place, description: Description, definition: CountDefinition) -> Counted:
    """Count by the definition. Raises RecordsError where a column, a key or a filter cannot be used."""
    axes = [axis(name, definition, description, place.beside) for name in definition.by]
    key = _key(definition, description)
    bounded = _bounded(definition, description)
    conditions = [Condition(place.valid, ()), *bounded]
    chosen = _filter(definition.where, place, description)
    if chosen:
        conditions.append(chosen)
    found, pairs = _cells(place, axes, key, conditions, once=definition.once)
    values: dict[Labels, int] = {}
    notes = []
    if definition.parts:
        values.update({(TOTAL, *cell): value for cell, value in found.items()})
        for part in definition.parts:
            picked = _filter(part.where, place, description)
            assert picked is not None
            those, more = _cells(place, axes, key, [*conditions, picked], once=definition.once)
            values.update({(part.label, *cell): value for cell, value in those.items()})
            pairs |= more
        notes += _about_parts(definition, place, description, axes, key, conditions, values)
    else:
        values = found
    labels = [_categories(values, at + bool(definition.parts), each, pairs) for at, each in enumerate(axes)]
    groups = [_groups(each, known, pairs) for each, known in zip(axes, labels, strict=True)]
    names = [each.name for each in axes]
    if definition.parts:
        rest = (NONE,) if any(cell[0] == NONE for cell in values) else ()
        labels.insert(0, (*(part.label for part in definition.parts), *rest))
        groups.insert(0, ())
        names.insert(0, PART)
    if not axes and not definition.parts:
        values = {(): next(iter(found.values()), 0)}
    told = [*_definition_notes(definition, description, axes, place), *notes]
    told += _unknown_notes(place, description, definition, conditions, chosen)
    counted = Counted(
        definition,
        definition.unit,
        tuple(names),
        tuple(labels),
        tuple(groups),
        values,
        additive=False,
        notes=(),
        source=place.source,
    )
    additive = _adds_up(counted)
    repeated = () if additive else _repeated(counted)
    if axes and not additive and repeated != (PART,):
        told.append(
            f"One of the {definition.unit} can stand in several categories{_of(repeated)}: every total is counted for "
            "itself, and is not the sum of its parts."
        )
    return replace(counted, additive=additive, notes=tuple(told), repeated=repeated)


def _of(names: Sequence[str]) -> str:
    return f" of {' and of '.join(names)}" if names else ""


def _repeated(counted: Counted) -> tuple[str, ...]:
    """The dimensions along which some total, or subtotal, is not the sum of its parts."""
    found = []
    for place, name in enumerate(counted.dimensions):
        others = [nodes for at, nodes in enumerate(counted.nodes) if at != place]
        labels, groups = counted.labels[place], counted.groups[place]
        families: dict[str, list[str]] = {TOTAL: list(labels), **{group: [] for group in groups}}
        for label, group in zip(labels, groups, strict=False):
            families[group] = [*families[group], label]
        for total, parts in families.items():
            if any(
                sum(counted.value((*cell[:place], part, *cell[place:])) for part in parts)
                != counted.value((*cell[:place], total, *cell[place:]))
                for cell in product(*others)
            ):
                found.append(name)
                break
    return tuple(found)


def _filter(text: str, place: Place, description: Description) -> Condition | None:
    return parse_filter(text, description, place.table, place.valid, place.beside) if text.strip() else None


def _key(definition: CountDefinition, description: Description) -> str:
    """What tells one unit from another: a key, or the row itself where each row is one."""
    role = UNITS[definition.unit]
    if definition.once and role != PERSON and not description.keys.get(role):
        raise RecordsError(f"Counting each once needs a key of {definition.unit}.")
    if description.keys.get(role) and role != ROW:
        return f"k_{role}"
    if role in {ROW, description.row}:
        return "row_id"
    known = [unit for unit, each in UNITS.items() if description.keys.get(each) or each in {ROW, description.row}]
    raise RecordsError(
        f"The data set does not say what tells {definition.unit} apart. It can count {', '.join(known)}; "
        f"name the columns under keys.{role} in its description."
    )


def _bounded(definition: CountDefinition, description: Description) -> list[Condition]:
    """The conditions that bound the time."""
    found = []
    if definition.since or definition.until:
        wanted = description.date_to_go_by(definition.date)
        if not wanted:
            raise RecordsError("A period needs a date to go by; name its column.")
        column = description.column(wanted)
        if definition.since:
            found.append(Condition(f"c_{column.name} >= CAST(? AS DATE)", (definition.since,)))
        if definition.until:
            found.append(Condition(f"c_{column.name} <= CAST(? AS DATE)", (definition.until,)))
    if definition.as_at:
        if not description.opened:
            raise RecordsError("What was open on a day needs the column of the opening date: opened = “…”.")
        opened = f"c_{description.column(description.opened).name}"
        found.append(Condition(f"{opened} <= CAST(? AS DATE)", (definition.as_at,)))
        if description.closed:
            closed = f"c_{description.column(description.closed).name}"
            found.append(Condition(f"({closed} IS NULL OR {closed} > CAST(? AS DATE))", (definition.as_at,)))
    return found


def _cells(
    place: Place, axes: Sequence[Axis], key: str, conditions: Sequence[Condition], *, once: bool
) -> tuple[dict[Labels, int], set[tuple[str, str, str]]]:
    """Every cell with its margins, and for each axis with subtotals the pairs of category and group."""
    where = " AND ".join(condition.sql for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    picked = [f"{each.sql} AS d{at}" for at, each in enumerate(axes)]
    picked += [f"{each.group_sql} AS g{at}" for at, each in enumerate(axes) if each.group_sql]
    names = [f"d{at}" for at in range(len(axes))]
    names += [f"g{at}" for at, each in enumerate(axes) if each.group_sql]
    listed = ", ".join([*names, "k"])
    inner = f"SELECT {', '.join([*picked, f'{key} AS k'])} FROM {place.table} WHERE {where}"
    base = f"SELECT DISTINCT {listed} FROM ({inner}) x WHERE k IS NOT NULL"
    if once and names:
        each_once = ", ".join(
            f"CASE WHEN count(DISTINCT {name}) > 1 THEN {axes[int(name[1:])].several} ELSE min({name}) END AS {name}"
            for name in names
        )
        base = f"SELECT {each_once}, k FROM ({base}) y GROUP BY k"
    if not axes:
        total = place.engine.rows(f"SELECT count(DISTINCT k) FROM ({base}) b", values)
        return {(): int(total[0][0])}, set()
    choices = [
        [(f"d{at}", "category"), *([(f"g{at}", "group")] if each.group_sql else []), ("", "total")]
        for at, each in enumerate(axes)
    ]
    sets = [[name for name, _ in combination if name] for combination in product(*choices)]
    flags = ", ".join(f"GROUPING({name})" for name in names)
    statement = (
        f"SELECT {flags}, {', '.join(names)}, count(DISTINCT k) FROM ({base}) b"
        f" GROUP BY GROUPING SETS ({', '.join('(' + ', '.join(each) + ')' for each in sets)})"
    )
    cells: dict[Labels, int] = {}
    for row in place.engine.rows(statement, values):
        held = dict(zip(names, zip(row[: len(names)], row[len(names) : 2 * len(names)], strict=True), strict=True))
        cells[tuple(_label(each, at, held) for at, each in enumerate(axes))] = int(row[-1])
    pairs: set[tuple[str, str, str]] = set()
    for at, each in enumerate(axes):
        if each.group_sql:
            found = place.engine.rows(f"SELECT DISTINCT d{at}, g{at} FROM ({base}) b", values)
            pairs |= {(each.name, each.label(label), str(group)) for label, group in found}
    return cells, pairs


def _label(each: Axis, at: int, held: Mapping[str, tuple[int, object]]) -> str:
    rolled, value = held[f"d{at}"]
    if not rolled:
        return each.label(value)
    if each.group_sql and not held[f"g{at}"][0]:
        return _group_label(str(held[f"g{at}"][1]))
    return TOTAL


def _group_label(group: str) -> str:
    return f"All {group}"


def _categories(values: Mapping[Labels, int], at: int, each: Axis, pairs: set[tuple[str, str, str]]) -> tuple[str, ...]:
    """The categories of an axis that occur; its subtotals and the margin are none."""
    found = {labels[at] for labels in values} - {TOTAL}
    if each.group_sql:
        found = {label for name, label, _ in pairs if name == each.name}
    return in_order(found, each)


def _groups(each: Axis, labels: Sequence[str], pairs: set[tuple[str, str, str]]) -> tuple[str, ...]:
    """The subtotal of each category. Raises RecordsError where a category has two."""
    if not each.group_sql:
        return ()
    found: dict[str, str] = {}
    for name, label, group in sorted(pairs):
        if name == each.name and found.setdefault(label, group) != group:
            raise RecordsError(
                f"“{label}” has the subtotals “{found[label]}” and “{group}” in {each.group_name}; a category has one."
            )
    return tuple(_group_label(found[label]) for label in labels)


def _adds_up(counted: Counted) -> bool:
    """Whether every margin and subtotal is the sum of the innermost cells under it."""
    if not counted.dimensions:
        return False
    members = []
    for labels, groups in zip(counted.labels, counted.groups, strict=True):
        under = {label: [label] for label in labels} | {TOTAL: list(labels)}
        for label, group in zip(labels, groups, strict=False):
            under.setdefault(group, []).append(label)
        members.append(under)
    sums: dict[Labels, int] = {}
    above = [
        {label: [node for node, under in each.items() if label in under] for label in each[TOTAL]} for each in members
    ]
    innermost = [set(labels) for labels in counted.labels]
    for labels, value in counted.values.items():
        if all(label in names for label, names in zip(labels, innermost, strict=True)):
            for node in product(*(each[label] for each, label in zip(above, labels, strict=True))):
                sums[node] = sums.get(node, 0) + value
    return all(sums.get(labels, 0) == value for labels, value in counted.values.items())


def _about_parts(  # noqa: PLR0917  what the parts are compared by
    definition: CountDefinition,
    place: Place,
    description: Description,
    axes: Sequence[Axis],
    key: str,
    conditions: Sequence[Condition],
    values: dict[Labels, int],
) -> list[str]:
    """Whether the parts overlap, and what is in none of them, which is put beside them in `values`."""
    picked = [found for part in definition.parts if (found := _filter(part.where, place, description))]
    tests = " OR ".join(f"({each.sql})" for each in picked)
    either = Condition(f"({tests})", tuple(value for each in picked for value in each.values))
    inside, _ = _cells(place, axes, key, [*conditions, either], once=definition.once)
    whole = (TOTAL,) * len(axes)
    covered, total = inside.get(whole, 0), values[TOTAL, *whole]
    if covered < total:
        everything = {cell[1:]: value for cell, value in values.items() if cell[0] == TOTAL}
        values.update({(NONE, *cell): value - inside.get(cell, 0) for cell, value in everything.items()})
    each_part = [values.get((part.label, *whole), 0) for part in definition.parts]
    notes = [f"“{part.label}” is where {part.where}." for part in definition.parts]
    if sum(each_part) > covered:
        notes.append(
            f"The parts overlap: together they hold {covered:,} {definition.unit}, and their counts add up to "
            f"{sum(each_part):,}."
        )
    if covered < total:
        notes.append(f"{total - covered:,} of the {total:,} {definition.unit} are in none of the parts.")
    return notes


def _definition_notes(
    definition: CountDefinition, description: Description, axes: Sequence[Axis], place: Place
) -> list[str]:
    role = UNITS[definition.unit]
    names = description.keys.get(role, ())
    if names:
        headings = " and ".join(f"“{description.column(name).heading}”" for name in names)
        notes = [f"Counted are {definition.unit}, each once in every figure, told apart by {headings}."]
    else:
        notes = [f"Counted are {definition.unit}; each row of the extract is one."]
    notes += [f"By {each.name}: {each.about}." for each in axes]
    notes += [f"Subtotals of {each.name} are by {each.group_name}." for each in axes if each.group_name]
    if definition.where.strip():
        notes.append(f"Only where {' '.join(definition.where.split())}.")
    if definition.since or definition.until:
        heading = description.column(description.date_to_go_by(definition.date)).heading
        begin = f" from {_day(definition.since)}" if definition.since else ""
        end = f" to {_day(definition.until)}" if definition.until else ""
        notes.append(f"Only where “{heading}” is{begin}{end}.")
    if definition.as_at:
        opened = description.column(description.opened).heading
        closed = (
            f", and “{description.column(description.closed).heading}” was blank or later" if description.closed else ""
        )
        notes.append(f"As at the end of {_day(definition.as_at)}: “{opened}” was that day or before{closed}.")
    if definition.once:
        notes.append("Each is counted in one category only; those in several stand under “More than one”.")
    source = place.source
    if source:
        as_at = f", true as at {source['as_at']}" if source.get("as_at") else ""
        notes.append(
            f"From “{source['data_set']}”, edition {source['edition']}: {source['extract']}{as_at}"
            f" (SHA-256 {str(source['sha256'])[:12]}…)."
        )
    return notes


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def _unknown_notes(
    place: Place,
    description: Description,
    definition: CountDefinition,
    conditions: Sequence[Condition],
    chosen: Condition | None,
) -> list[str]:
    """What the count does not know: units without a key, persons not identified, values that no row has."""
    notes = []
    where = " AND ".join(condition.sql for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    role = UNITS[definition.unit]
    if role == PERSON:
        states = dict(
            place.engine.rows(
                f"SELECT person_state, count(DISTINCT row_id) FROM {place.table} WHERE {where}"
                " AND person_state <> 'known' GROUP BY person_state ORDER BY person_state",
                values,
            )
        )
        said = {
            "blank": "name nobody",
            "not identified": "name somebody not identified",
            "no person": "name something that is no person",
        }
        for state, times in states.items():
            notes.append(f"Not counted: {int(times):,} rows {said.get(str(state), str(state))}.")
    elif role != ROW and description.keys.get(role):
        missing = place.engine.rows(
            f"SELECT count(DISTINCT row_id) FROM {place.table} WHERE {where} AND k_{role} IS NULL",
            values,
        )[0][0]
        if missing:
            notes.append(f"Not counted: {int(missing):,} rows name no {role}.")
    for name, label in chosen.named if chosen else ():
        there = place.engine.rows(
            f"SELECT 1 FROM {place.table} WHERE {place.valid} AND lower(c_{name}) = lower(?) LIMIT 1",
            [label],
        )
        if not there:
            known = place.engine.rows(
                f"SELECT c_{name}, count(*) FROM {place.table} WHERE {place.valid} AND c_{name} IS NOT NULL"
                f" GROUP BY c_{name} ORDER BY count(*) DESC, c_{name} LIMIT {_SHOWN}"
            )
            listed = ", ".join(f"“{value}”" for value, _ in known)
            notes.append(f"No row has “{label}” in “{description.column(name).heading}”; there are {listed}.")
    return notes
