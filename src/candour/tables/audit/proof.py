"""The proof of an audit: stored with the release, and proven again from the ledger without the solver that found it.

What is safe is shown by registers, each a list of how many cases there are where. Every printed figure is added up from
them anew, from what the ledger says and in whole numbers. What is told is shown by a combination of printed figures
that bounds the count, checked in fractions; where fractions do not reach, by trying whole numbers one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.axes import Axis, Box, box_of
from candour.tables.audit.building import build
from candour.tables.audit.exact import combination, is_bound, outside
from candour.tables.audit.releases import Audit, counted
from candour.tables.audit.rules import is_open
from candour.tables.audit.system import System, Universe
from candour.tables.ledger.file import ledger_digest
from candour.tables.ledger.ledger import Ledger, LedgerError
from candour.tables.ledger.places import Condition, Picked, Place, normal
from candour.tables.ledger.statement import Statement
from candour.tables.ledger.statements import statements
from candour.tables.protection import Protection

_SOLVERS = ("highspy", "numba", "numpy")
Point = tuple[Universe, Box]
"""One innermost cell of a universe by its atom in each dimension, or a box that is counted distinct."""


def proof_of(result: Audit) -> dict[str, Any]:
    """The proof of an audit as plain data. It tells registers that could be, not which one is."""
    proof: dict[str, Any] = {
        "safe": result.safe,
        "releases": result.releases,
        "ledger": ledger_digest(result.ledger),
        "settings": result.protection.settings(),
        "solvers": {name: version(name) for name in _SOLVERS},
        "eras": list(result.eras),
        "linked": result.linked,
        "doubting": result.doubting,
        "settled": result.settled,
        "registers": [],
        "findings": [],
        "repeats": [],
    }
    system, found = result.system, result.found
    if system is None or found is None:
        return proof
    proof["registers"] = [
        [[_point(system.places[at]), int(register[at])] for at in np.flatnonzero(register)]
        for register in found.registers
    ]
    for finding in (*result.findings, *result.already):
        releases = [at for at, each in enumerate(result.ledger.releases) if each.reference in set(finding.because)]
        told: dict[str, Any] = {
            **finding.as_data(),
            "target": finding.target,
            "already": finding in result.already,
        }
        if not finding.undecided:
            down, up = _asked(result.protection, system, finding.target, finding.lower, finding.upper)
            told["prices"] = {
                name: combination(system, finding.target, releases, up=is_up)
                for name, is_up, asked in (("lower", False, down), ("upper", True, up))
                if asked
            }
        proof["findings"].append(told)
    of = {counted(system, found, finding["target"]): finding["target"] for finding in proof["findings"]}
    named = set(of.values())
    proof["repeats"] = [
        [int(target), of[counted(system, found, int(target))]]
        for target in np.flatnonzero(found.told)
        if target not in named
    ]
    return proof


def _asked(protection: Protection, system: System, target: int, lower: int, upper: int | None) -> tuple[bool, bool]:
    """Whether the finding rests on its lower and on its upper end."""
    high = system.largest if upper is None else upper
    down, up = is_open(protection, np.array([system.targets[target].sensitive]), np.array([lower]), np.array([high]))
    return bool(down[0]), bool(up[0])


def _point(place: Point) -> list[Any]:
    (unit, distinct, era), box = place
    return [unit, distinct, era, [[name, list(atoms)] for name, atoms in box]]


def faults(proof: Mapping[str, Any], ledger: Ledger, rules: Protection | None = None) -> list[str]:
    """What the proof claims and does not prove of this ledger; empty where it proves everything.

    `rules`: those that are asked for, which the proof must name; any will do where it is None.
    Raises LedgerError where it is no proof of an audit.
    """
    try:
        if rules is not None and proof["settings"] != json.loads(json.dumps(rules.settings())):
            return ["The proof is of other rules than are asked for. Give the options with which the audit was made."]
        return _faults(proof, ledger)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(f"This is no proof of an audit: {error}.") from error


def _faults(proof: Mapping[str, Any], ledger: Ledger) -> list[str]:
    if proof["ledger"] != ledger_digest(ledger):
        return ["The proof is of another ledger: releases were added, or something in one was changed."]
    if not proof["settled"]:
        return ["The audit found no register that agrees with every release, so there is nothing to prove."]
    protection = Protection.of_settings(proof["settings"])
    stated = statements(ledger, doubting=bool(proof.get("doubting", False)))
    eras = [int(era) for era in proof["eras"]]
    if len(eras) != len(ledger.releases):
        return ["The proof does not say of every release which extract it was taken for."]
    system = build(ledger, stated, eras, linked=bool(proof["linked"]))
    registers = []
    for number, listed in enumerate(proof["registers"], start=1):
        register = _Register(system, listed)
        if fault := register.denies(ledger, stated, eras):
            return [f"Register {number} does not agree with {fault}."]
        registers.append(register)
    if not registers:
        return ["The proof holds no register."]
    found = [fault for told in proof["findings"] if (fault := _unproven(system, protection, ledger, told))]
    told = {int(each["target"]) for each in proof["findings"]}
    counts = np.array([register.counts() for register in registers])
    for target, finding in proof["repeats"]:
        if finding not in told or (counts[:, int(target)] != counts[:, finding]).any():
            return [f"{system.targets[int(target)].name} does not count what the finding beside it counts."]
    told |= {int(target) for target, _ in proof["repeats"]}
    sensitive = np.array([target.sensitive for target in system.targets], dtype=bool)
    down, up = is_open(protection, sensitive, counts.min(axis=0), counts.max(axis=0))
    found += [
        f"No register leaves {target.name} ({target.unit}) uncertain enough."
        for at, target in enumerate(system.targets)
        if (down[at] or up[at]) and at not in told
    ]
    found += [
        f"{each['cell']} is not shown to have been told before the last release."
        for each in proof["findings"]
        if each["already"] and (each["undecided"] or ledger.releases[-1].reference in each["because"])
    ]
    if proof["safe"] and any(not each["already"] for each in proof["findings"]):
        found.append("The proof calls a ledger safe in which it names findings.")
    return found


def _unproven(system: System, protection: Protection, ledger: Ledger, told: Mapping[str, Any]) -> str:
    """Why a finding is not proven; empty where it is."""
    target = int(told["target"])
    if told["undecided"]:
        return ""
    named = set(told["because"])
    releases = [at for at, each in enumerate(ledger.releases) if each.reference in named]
    down, up = _asked(protection, system, target, told["lower"], told["upper"])
    if not (down or up):
        return f"{told['cell']} is told by nothing: the range claimed breaks no rule."
    for name, is_up, asked in (("lower", False, down), ("upper", True, up)):
        if not asked:
            continue
        bound = int(told[name])
        prices = told["prices"].get(name)
        if prices and is_bound(system, target, releases, prices, bound, up=is_up):
            continue
        if outside(system, target, releases, bound, up=is_up) is not False:
            return f"{told['cell']} was not shown again to be {told[name]} or {'less' if is_up else 'more'}."
    return ""


class _Register:
    """A register as a proof lists it, added up by what the ledger says and not by the rows that the solver had."""

    def __init__(self, system: System, listed: Sequence[Any]) -> None:
        self.system = system
        self.cells: dict[Universe, dict[Box, int]] = {}
        for (unit, distinct, era, box), count in listed:
            where = tuple((str(name), tuple(int(atom) for atom in atoms)) for name, atoms in box)
            inside = self.cells.setdefault((str(unit), bool(distinct), int(era)), {})
            inside[where] = inside.get(where, 0) + int(count)

    def denies(self, ledger: Ledger, stated: Sequence[Statement], eras: Sequence[int]) -> str:
        """The figure that it does not agree with, in words; empty where it agrees with all."""
        if any(count < 0 for inside in self.cells.values() for count in inside.values()):
            return "itself: it has a count below 0"
        for each in stated:
            count = self._count((each.unit, each.distinct, eras[each.release]), each.place)
            where = f"release {ledger.releases[each.release].reference}, {each.name}"
            if each.ratio is None:
                if count < each.lower or (each.upper is not None and count > each.upper):
                    return where
                continue
            ratio = each.ratio
            base = ratio.number or self._count((ratio.unit, ratio.distinct, eras[each.release]), ratio.place)
            if base < 1 or not ratio.least * base <= count <= ratio.most * base:
                return where
        # What holds by arithmetic and between extracts is no figure of a release: the rows of the system say it.
        numbers = self._numbers()
        low, high = self.system.bounds([])
        sums = self.system.sums(numbers)
        return "what holds between its cells" if ((sums < low) | (sums > high)).any() else ""

    def counts(self) -> NDArray[np.int64]:
        """What each target counts."""
        return self.system.counts(self._numbers())

    def _numbers(self) -> NDArray[np.int64]:
        numbers = np.zeros(self.system.count, dtype=np.int64)
        for at, (universe, box) in enumerate(self.system.places):
            numbers[at] = self.cells.get(universe, {}).get(box, 0)
        return numbers

    def _count(self, universe: Universe, place: Place) -> int:
        inside = self.cells.get(universe, {})
        if universe[1]:
            return inside.get(box_of(place, self.system.axes), 0)
        return sum(
            count
            for box, count in inside.items()
            if all(
                _takes(self.system.axes[name], condition, dict(box).get(name)) for name, condition in place.conditions
            )
        )


def _takes(axis: Axis, condition: Condition, atoms: tuple[int, ...] | None) -> bool:
    """Whether a condition counts a cell, by one label or day of the atom it is in."""
    if atoms is None:
        return False
    (atom,) = atoms
    if isinstance(condition, Picked):
        label = normal(axis.labels[atom][0]) if axis.labels[atom] else None
        return (label in condition.labels) != condition.out
    day = axis.spans[atom][0][0] if axis.spans[atom] else None
    return day is not None and any(start <= day < end for start, end in condition.spans)
