"""The proof that a table protects: stored with its release, and checked again without the solver that found it.

It holds the method and settings, the versions of the solvers, the digests of what went in and what came out, and the
alternative registers. To check it, one adds up whole numbers: each register must reproduce every number that is shown,
and together they must leave every sensitive count as uncertain as the rules ask. The proof tells the true counts, so it
stays inside the force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from candour.tables.alternatives import Alternative, Evidence, alternative, disproved
from candour.tables.attacker import knowledge
from candour.tables.cells import CellSystem, cell_system
from candour.tables.counts import CountTable, Labels
from candour.tables.insiders import insiders_of
from candour.tables.protection import Override, Protection, demands, public_classes, sensitive_classes
from candour.tables.suppress import Suppression

_SOLVERS = ("highspy", "numba", "numpy")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was done to a table, and the registers that show that it protects.

    `cells`: how many sensitive cells there are; `smallest_interval`: the narrowest range that an attacker is left
    with for one of them, largest less smallest count, None where there are none. `least`: no safe table withholds
    fewer cells. `minimal`: no single withheld cell can be shown again; None where that was not proven. `cheapest`: no
    safe table loses less, by the weights of what readers need. `registers`: the alternative registers, each as pairs
    of innermost cell and difference.
    """

    method: str
    settings: dict[str, Any]
    solvers: dict[str, str]
    input_digest: str
    output_digest: str
    cells: int
    smallest_interval: int | None
    least: int
    minimal: bool | None
    registers: tuple[tuple[tuple[int, int], ...], ...]
    safe: bool
    cheapest: bool = False

    @classmethod
    def of_suppression(cls, result: Suppression, input_digest: str, output_digest: str) -> Proof:
        """The proof of a table made by suppression."""
        evidence = result.evidence
        safe = not evidence.missing and not disproved(result.system, ~result.withheld, result.registers)
        if result.protection.insiders:
            safe = safe and not insiders_of(result.system, result.sensitive, evidence.demands).missing(result.registers)
        known = knowledge(result.system, result.sensitive, result.protection, result.copies)
        safe = safe and all(known.allows(register) for register in result.registers)
        protection = result.protection
        return cls(
            method="suppress",
            settings=protection.settings(),
            solvers={name: version(name) for name in _SOLVERS},
            input_digest=input_digest,
            output_digest=output_digest,
            cells=int(result.copies[result.sensitive].sum()),
            smallest_interval=smallest_interval(evidence),
            least=result.least,
            minimal=result.minimal,
            registers=tuple(
                tuple(zip(one.cells.tolist(), one.amounts.tolist(), strict=True)) for one in result.registers
            ),
            safe=safe,
            cheapest=result.cheapest,
        )

    def summary(self) -> dict[str, Any]:
        """What may be said of it outside."""
        return {
            "safe": self.safe,
            "cells": self.cells,
            "smallest_interval": self.smallest_interval,
            "least": self.least,
            "minimal": self.minimal,
            "minimality": "proven" if self.minimal else "not proven",
            "cheapest": self.cheapest,
            "method": self.method,
            "settings": self.settings,
            "solvers": self.solvers,
            "input": self.input_digest,
            "output": self.output_digest,
        }

    def as_data(self) -> dict[str, Any]:
        """The whole proof, for the file that stays with the release inside the force."""
        return {**self.summary(), "registers": [[list(pair) for pair in one] for one in self.registers]}


def smallest_interval(evidence: Evidence) -> int | None:
    """The narrowest range of counts that the registers leave for a sensitive class."""
    if not evidence.demands.count:
        return None
    return int((evidence.highest - evidence.lowest).min())


def read_proof(data: Any) -> Proof:
    """A proof from what `Proof.as_data` gave. Raises ValueError where it is none."""
    if not isinstance(data, dict):
        raise ValueError("This is no proof of a table: it is no JSON object.")  # noqa: TRY004  wrong input, no bug
    try:
        return Proof(
            method=str(data["method"]),
            settings=dict(data["settings"]),
            solvers={str(name): str(number) for name, number in dict(data["solvers"]).items()},
            input_digest=str(data["input"]),
            output_digest=str(data["output"]),
            cells=int(data["cells"]),
            smallest_interval=None if data["smallest_interval"] is None else int(data["smallest_interval"]),
            least=int(data["least"]),
            minimal=data["minimal"],
            registers=tuple(tuple((int(cell), int(by)) for cell, by in one) for one in data["registers"]),
            safe=bool(data["safe"]),
            cheapest=bool(data.get("cheapest", False)),
        )
    except KeyError as error:
        raise ValueError(f"This is no proof of a table: “{error.args[0]}” is missing.") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"This is no proof of a table: {error}.") from error


def faults(
    proof: Proof,
    table: CountTable,
    shown: Mapping[Labels, int | None],
    overrides: Mapping[Labels, Override] | None = None,
) -> list[str]:
    """Why `proof` does not prove that printing `shown` protects `table`; empty where it does.

    `shown` gives every cell's printed number, None where it is withheld; `overrides` are the cells that a person
    decided on, of which the proof says nothing since its summary may be told outside. Nothing is taken from the proof
    but the registers: which cells are sensitive, what they add up to and what must be believable is worked out anew.
    """
    protection = Protection.of_settings(proof.settings, overrides)
    system = cell_system(table, with_zeros=protection.with_zeros)
    found = _misprints(system, shown)
    if found:
        return found
    withheld = _withheld(system, shown) & ~public_classes(system, protection)
    sensitive = sensitive_classes(system, protection)
    if (open_ := np.flatnonzero(sensitive & ~withheld)).size:
        return [f"{system.name(int(open_[0]))} is sensitive and shown."]
    registers = []
    for pairs in proof.registers:
        cells = np.array([cell for cell, _ in pairs], dtype=np.int64)
        if ((cells < 0) | (cells >= len(system.inner))).any():
            return ["An alternative register names a cell that the table does not have."]
        registers.append(alternative(system, cells, np.array([by for _, by in pairs], dtype=np.int64)))
    if reason := disproved(system, ~withheld, registers):
        return [f"The proof fails: {reason}."]
    known = knowledge(system, sensitive, protection, _copies(system, shown))
    if not all(known.allows(register) for register in registers):
        return ["The proof fails: an alternative register is ruled out by a mark, or by a percentage beside the table."]
    wanted = demands(system, sensitive, protection)
    if protection.insiders and (unmet := insiders_of(system, sensitive, wanted).missing(registers)):
        return [f"Somebody who knows a case of their own can tell more: {unmet:,} beliefs are not proven."]
    return _unmet(system, Evidence(system, wanted, list[Alternative](registers)))


def _misprints(system: CellSystem, shown: Mapping[Labels, int | None]) -> list[str]:
    found = []
    for labels, class_ in system.cells():
        value = shown.get(labels)
        true = int(system.value[class_]) if class_ >= 0 else 0
        if value is not None and value != true:
            found.append(f"{system.table.name(labels)} is printed as {value:,}, but is {true:,}.")
    return found


def _withheld(system: CellSystem, shown: Mapping[Labels, int | None]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    withheld = np.ones(len(system.value), dtype=np.bool_)
    for labels, class_ in system.cells():
        if class_ >= 0 and shown.get(labels) is not None:
            withheld[class_] = False
    return withheld


def _copies(system: CellSystem, shown: Mapping[Labels, int | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many cells of each class are printed, as a number or as a mark."""
    classes = [class_ for labels, class_ in system.cells() if class_ >= 0 and labels in shown]
    return np.bincount(np.array(classes, dtype=np.int64), minlength=len(system.value))


def _unmet(system: CellSystem, evidence: Evidence) -> list[str]:
    lacking = np.flatnonzero(evidence.lacks_down | evidence.lacks_up)
    return [
        f"No alternative register leaves {system.name(int(evidence.demands.target[i]))} uncertain enough."
        for i in lacking
    ]
