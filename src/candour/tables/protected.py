"""A table as it may leave: every cell with what is printed and why, and the proof that it protects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from candour.tables.counts import CountTable, Labels
from candour.tables.csv import write_csv
from candour.tables.layout import WITHHELD
from candour.tables.proof import Proof
from candour.tables.suppress import Suppression


class Status(StrEnum):
    """Why a cell is printed as it is."""

    SHOWN = "shown"
    PRIMARY = "primary"
    """Withheld because its own count is sensitive."""

    SECONDARY = "secondary"
    """Withheld because a sensitive count could be worked out from it."""

    ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class ProtectedCell:
    """One cell: its labels, the number printed, None where it is withheld, and its status."""

    labels: Labels
    value: int | None
    status: Status


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """Every cell in the order of printing, margins included, with the proof."""

    dimensions: tuple[str, ...]
    unit: str
    cells: tuple[ProtectedCell, ...]
    proof: Proof
    notes: tuple[str, ...] = ()
    small: frozenset[Labels] = frozenset()

    @property
    def hidden(self) -> int:
        """How many cells are withheld."""
        return sum(cell.value is None for cell in self.cells)

    def as_data(self) -> dict[str, Any]:
        """The table as `candour protect --format json` prints it."""
        return {
            "unit": self.unit,
            "dimensions": list(self.dimensions),
            "cells": [
                {
                    **dict(zip(self.dimensions, cell.labels, strict=True)),
                    "value": cell.value,
                    "status": cell.status.value,
                }
                for cell in self.cells
            ],
            "notes": list(self.notes),
            "proof": self.proof.summary(),
        }

    def as_csv(self) -> bytes:
        """The table for other programs: a column for each dimension, `value` (empty where withheld) and `status`.

        The status tells which of the withheld counts are small, so this is not what is published: see `for_readers`.
        """
        rows = [[*cell.labels, "" if cell.value is None else str(cell.value), cell.status.value] for cell in self.cells]
        return write_csv([*self.dimensions, "value", "status"], rows, mark=False)

    def for_readers(self, small: str = WITHHELD, other: str = WITHHELD) -> bytes:
        """The table as it may be published, as CSV, with a mark for every figure that is withheld, notes beneath.

        `small` marks the counts that the rules call small, `other` the rest: two marks only where the proof knows.
        """
        marks = {cell.labels: small if cell.labels in self.small else other for cell in self.cells}
        rows = [[*cell.labels, marks[cell.labels] if cell.value is None else str(cell.value)] for cell in self.cells]
        return write_csv([*self.dimensions, self.unit.capitalize()], rows, self.notes)


def suppressed(result: Suppression, printed: NDArray[np.bool_] | None = None) -> ProtectedTable:
    """The table of a suppression, with its proof; only the cells that are `printed`, in the order of printing."""
    system = result.system
    cells = [
        _cell(labels, class_, result) if class_ >= 0 else ProtectedCell(labels, 0, Status.SHOWN)
        for cell, (labels, class_) in enumerate(system.cells())
        if printed is None or printed[cell]
    ]
    return _with_proof(system.table, cells, result)


def _cell(labels: Labels, class_: int, result: Suppression) -> ProtectedCell:
    if not result.withheld[class_]:
        return ProtectedCell(labels, int(result.system.value[class_]), Status.SHOWN)
    return ProtectedCell(labels, None, Status.PRIMARY if result.sensitive[class_] else Status.SECONDARY)


def _with_proof(table: CountTable, cells: Sequence[ProtectedCell], result: Suppression) -> ProtectedTable:
    names = tuple(dimension.name for dimension in table.dimensions)
    proof = Proof.of_suppression(result, table_digest(table), cells_digest(cells))
    places = dict(result.system.cells()) if result.protection.tells_small else {}
    small = frozenset(
        cell.labels
        for cell in cells
        if cell.labels in places
        and cell.status is Status.PRIMARY
        and result.system.value[places[cell.labels]] < result.protection.threshold
    )
    return ProtectedTable(names, table.unit, tuple(cells), proof, _notes(cells, result), small)


def _notes(cells: Sequence[ProtectedCell], result: Suppression) -> tuple[str, ...]:
    hidden = sum(cell.value is None for cell in cells)
    if not hidden:
        return ()
    words = (
        f"{hidden:,} of {len(cells):,} figures are not shown, so that nobody can be identified: counts below "
        f"{result.protection.threshold}, and others from which these could be worked out. "
        + (
            "The small counts carry a mark of their own."
            if result.protection.tells_small
            else "All carry the same mark."
        )
    )
    return (words,)


def table_digest(table: CountTable) -> str:
    """The SHA-256 of the true counts with their labels."""
    content: dict[str, Any] = {
        "unit": table.unit,
        "dimensions": [[d.name, list(d.categories), [list(level) for level in d.levels]] for d in table.dimensions],
        "counts": table.counts.ravel().tolist(),
    }
    if table.impossible is not None:
        content["impossible"] = np.flatnonzero(table.impossible).tolist()
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def cells_digest(cells: Iterable[ProtectedCell]) -> str:
    """The SHA-256 of what is printed: labels and values, not why a cell is withheld."""
    content = [[*cell.labels, cell.value] for cell in cells]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
