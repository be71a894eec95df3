"""Tables of distinct persons made safe, and what an attacker infers from one.

By integer programs, whose answers are checked in whole numbers.

The attacker knows every figure shown and the bounds of every total. Each belief that must be left is proven by another
set of counts that some people have, and that agrees with everything shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.counts import Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.distinct import DistinctTable
from candour.tables.proof import Proof
from candour.tables.protected import ProtectedCell, ProtectedTable, Status, cells_digest
from candour.tables.protection import Aim, Override, Protection
from candour.tables.suppress import Stopped

MOST_FIGURES = 1_500
"""Integer programs for more figures than this take longer than people wait."""

_ROOM = 60
_ALL, _ONE_WAY = 10.0, 3.0


@dataclass(frozen=True)
class _Belief:
    """A cell, and by how much its count must be able to differ: down if below 0, up if above."""

    labels: Labels
    change: int


def protect_distinct(
    table: DistinctTable, protection: Protection, going: Callable[[], bool] = lambda: True
) -> ProtectedTable:
    """The table with its small counts protected, and few others withheld; `going` is asked now and then.

    Raises Stopped where it was stopped before a safe table was found; TableError for rules that such a table cannot be
    protected by, too many figures, and small counts that follow from what is public already.
    """
    _refuse(table, protection)
    values = table.values.ravel()
    cells = {labels: table.members(labels) for labels in table.cells()}
    beliefs = _beliefs(table, protection)
    sensitive = _sensitive(table, protection)
    withheld = set(sensitive)
    worlds: list[NDArray[np.int64]] = []
    for belief in beliefs:
        if not going():
            raise Stopped
        if any(_meets(belief, world, values, cells) for world in worlds):
            continue
        world = _world(table, cells, withheld, belief, protection)
        if world is None:
            raise TableError(
                f"{table.name(belief.labels)} cannot be protected, because other figures are public already. "
                "Put categories together."
            )
        worlds.append(world)
        withheld |= {labels for labels, members in cells.items() if world[members].sum() != values[members].sum()}
    for labels in sorted(withheld - sensitive, key=lambda labels: (-_weight(labels), -table.value(labels), labels)):
        if not going():
            break
        rest = withheld - {labels}
        kept = [world for world in worlds if world[cells[labels]].sum() == values[cells[labels]].sum()]
        for belief in beliefs:
            if not any(_meets(belief, world, values, cells) for world in kept):
                world = _world(table, cells, rest, belief, protection, more=False)
                if world is None:
                    break
                kept.append(world)
        else:
            withheld, worlds = rest, kept
    return _protected(table, protection, withheld, sensitive, worlds)


def inferred(table: DistinctTable, shown: Mapping[Labels, int | None]) -> dict[Labels, tuple[int, int | None]]:
    """What an attacker infers of every withheld cell: the least and the greatest count, None for no end."""
    cells = {labels: table.members(labels) for labels in table.cells()}
    withheld = {labels for labels in cells if shown.get(labels) is None}
    found = {}
    for labels in sorted(withheld):
        ends: list[int | None] = []
        for sign in (1.0, -1.0):
            model = _model(table, cells, withheld)
            for member in cells[labels].tolist():
                model.changeColCost(member, sign)
            model.run()
            solved = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(round(sign * model.getInfo().objective_function_value) if solved else None)
        endless = ends[1] is None or ends[1] >= _top(table.values)
        found[labels] = (ends[0] or 0, None if endless else ends[1])
    return found


def distinct_faults(
    proof: Proof,
    table: DistinctTable,
    shown: Mapping[Labels, int | None],
    overrides: Mapping[Labels, Override] | None = None,
) -> list[str]:
    """Why `proof` does not prove that printing `shown` protects the table; empty where it does. Whole numbers only."""
    protection = Protection.of_settings(proof.settings, overrides)
    values = table.values.ravel()
    cells = {labels: table.members(labels) for labels in table.cells()}
    known = {labels for labels in cells if shown.get(labels) is not None} | protection.public
    found = [
        f"{table.name(labels)} is printed as {shown[labels]:,}, but is {table.value(labels):,}."
        for labels in cells
        if shown.get(labels) not in {None, table.value(labels)}
    ]
    found += [f"{table.name(labels)} is sensitive and shown." for labels in _sensitive(table, protection) & known]
    worlds = []
    for pairs in proof.registers:
        world = values.copy()
        for place, by in pairs:
            if not 0 <= place < len(world):
                return ["The proof names a figure that the table does not have."]
            world[place] += by
        if not table.is_possible(world):
            return ["The proof fails: no set of people has the counts of one of its registers."]
        if any(world[cells[labels]].sum() != values[cells[labels]].sum() for labels in known):
            return ["The proof fails: one of its registers changes a figure that is shown."]
        worlds.append(world)
    return found + [
        f"No register leaves {table.name(belief.labels)} uncertain enough."
        for belief in _beliefs(table, protection)
        if not any(_meets(belief, world, values, cells) for world in worlds)
    ]


def _refuse(table: DistinctTable, protection: Protection) -> None:
    if protection.aim is Aim.WIDTH or protection.insiders or protection.tells_small or protection.told:
        raise TableError(
            "Totals of people are protected under the aims “believable” and “undetermined”, with one mark for all."
        )
    if protection.full or protection.least_population:
        raise TableError("Full groups and small populations are not looked for in a table of people. Leave them out.")
    if table.values.size > MOST_FIGURES:
        raise TableError(
            f"The table has {table.values.size:,} figures; {MOST_FIGURES:,} are the most with such totals."
        )


def _sensitive(table: DistinctTable, protection: Protection) -> set[Labels]:
    least = 0 if protection.zeros else 1
    small = {labels for labels in table.cells() if least <= table.value(labels) < protection.threshold}
    for labels, decided in protection.overrides.items():
        small = small | {labels} if decided.sensitive else small - {labels}
    return small - protection.public


def _beliefs(table: DistinctTable, protection: Protection) -> list[_Belief]:
    found = []
    for labels in sorted(_sensitive(table, protection)):
        value = table.value(labels)
        if protection.aim is Aim.UNDETERMINED:
            found.append(_Belief(labels, 0))
            continue
        if value:
            found.append(_Belief(labels, -value))
        if value < protection.threshold:
            found.append(_Belief(labels, protection.threshold - value))
    return found


def _meets(
    belief: _Belief, world: NDArray[np.int64], values: NDArray[np.int64], cells: Mapping[Labels, NDArray[np.int64]]
) -> bool:
    members = cells[belief.labels]
    change = int(world[members].sum() - values[members].sum())
    if belief.change == 0:
        return change != 0
    return change <= belief.change if belief.change < 0 else change >= belief.change


def _top(values: NDArray[np.int64]) -> int:
    """More than any count that need be believed."""
    return int(values.max(initial=0)) * 2 + _ROOM


def _weight(labels: Labels) -> float:
    away = sum(label == TOTAL for label in labels)
    return _ALL if away == len(labels) else _ONE_WAY if away == len(labels) - 1 else 1.0


def _model(table: DistinctTable, cells: Mapping[Labels, NDArray[np.int64]], withheld: set[Labels]) -> highspy.Highs:
    """Every set of counts that some people have and that agrees with the cells that are not withheld."""
    values = table.values.ravel()
    model = highspy.Highs()
    # Presolve of HiGHS 1.15 was seen to give a wrong optimum for such a program, so it stays off.
    for option, setting in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("presolve", "off")):
        model.setOptionValue(option, setting)
    top = float(_top(values))
    columns = np.arange(len(values), dtype=np.int32)
    model.addVars(len(values), np.zeros(len(values)), np.full(len(values), top))
    model.changeColsIntegrality(len(values), columns, np.full(len(values), highspy.HighsVarType.kInteger))
    for total, parts in table.bounds:
        for part in parts.tolist():
            model.addRow(0.0, highspy.kHighsInf, 2, np.array([total, part], dtype=np.int32), np.array([1.0, -1.0]))
        places = np.append(parts, total).astype(np.int32)
        model.addRow(0.0, highspy.kHighsInf, len(places), places, np.append(np.ones(len(parts)), -1.0))
    for labels, members in cells.items():
        if labels not in withheld:
            true = float(values[members].sum())
            model.addRow(true, true, len(members), members.astype(np.int32), np.ones(len(members)))
    return model


def _world(
    table: DistinctTable,
    cells: Mapping[Labels, NDArray[np.int64]],
    withheld: set[Labels],
    belief: _Belief,
    protection: Protection,
    *,
    more: bool = True,
) -> NDArray[np.int64] | None:
    """Other counts that meet the belief, and change as little else as can be of what is shown; None where none do."""
    values = table.values.ravel()
    free = {labels for labels in cells if labels not in protection.public} if more else withheld
    model = _model(table, cells, free)
    big = float(_top(values)) * len(values)
    for labels in sorted(free - withheld):
        members = cells[labels]
        model.addVar(0.0, 1.0)
        switch = model.getNumCol() - 1
        model.changeColCost(switch, _weight(labels))
        model.changeColIntegrality(switch, highspy.HighsVarType.kInteger)
        places = np.append(members, switch).astype(np.int32)
        true = float(values[members].sum())
        model.addRow(-highspy.kHighsInf, true, len(places), places, np.append(np.ones(len(members)), -big))
        model.addRow(true, highspy.kHighsInf, len(places), places, np.append(np.ones(len(members)), big))
    members = cells[belief.labels]
    value = int(values[members].sum())
    for change in (belief.change,) if belief.change else (1, -1):
        ends = (-highspy.kHighsInf, float(value + change)) if change < 0 else (float(value + change), highspy.kHighsInf)
        model.addRow(*ends, len(members), members.astype(np.int32), np.ones(len(members)))
        model.run()
        solution = np.array(model.getSolution().col_value)
        if model.getModelStatus() == highspy.HighsModelStatus.kOptimal and len(solution):
            world: NDArray[np.int64] = np.rint(solution[: len(values)]).astype(np.int64)
            shown = [m for labels, m in cells.items() if labels not in free]
            if table.is_possible(world) and all(world[m].sum() == values[m].sum() for m in shown):
                return world
        model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
    return None


def _protected(
    table: DistinctTable,
    protection: Protection,
    withheld: set[Labels],
    sensitive: set[Labels],
    worlds: list[NDArray[np.int64]],
) -> ProtectedTable:
    values = table.values.ravel()
    printed = tuple(
        ProtectedCell(
            labels,
            None if labels in withheld else table.value(labels),
            Status.SHOWN if labels not in withheld else Status.PRIMARY if labels in sensitive else Status.SECONDARY,
        )
        for labels in table.cells()
    )
    registers = tuple(
        tuple((int(place), int(world[place] - values[place])) for place in np.flatnonzero(world != values))
        for world in worlds
    )
    spans = [
        max(counts) - min(counts)
        for labels in sensitive
        for counts in [[table.value(labels), *(int(world[table.members(labels)].sum()) for world in worlds)]]
    ]
    proof = Proof(
        "suppress",
        protection.settings() | {"distinct": table.repeated},
        {name: version(name) for name in ("highspy", "numpy")},
        distinct_digest(table),
        cells_digest(printed),
        len(sensitive),
        min(spans, default=None),
        len(sensitive),
        None,
        registers,
        safe=True,
    )
    shown = {cell.labels: cell.value for cell in printed}
    if distinct_faults(proof, table, shown, protection.overrides):
        raise TableError("No way was found to withhold figures so that the small counts are protected.")
    hidden = len(withheld)
    notes = (
        f"A person may stand in several categories of {table.repeated}: totals count each person once and are no sums.",
        *(
            [
                (
                    f"{hidden:,} of {len(printed):,} figures are not shown, so that nobody can be identified: counts "
                    f"below {protection.threshold}, and others from which these could be worked out. All carry the "
                    "same mark."
                )
            ]
            if hidden
            else []
        ),
    )
    return ProtectedTable(tuple(d.name for d in table.dimensions), table.unit, printed, proof, notes)


def distinct_digest(table: DistinctTable) -> str:
    """The SHA-256 of the true counts with their labels."""
    content = {
        "unit": table.unit,
        "repeated": table.repeated,
        "dimensions": [[d.name, list(d.categories), [list(level) for level in d.levels]] for d in table.dimensions],
        "values": table.values.ravel().tolist(),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
