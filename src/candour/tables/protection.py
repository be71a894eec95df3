"""Which cells of a table are sensitive, and what it means that one is protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.counts import Labels
from candour.tables.csv import TableError


class Aim(StrEnum):
    """What an attacker must be left with about a sensitive cell."""

    BELIEVABLE = "believable"
    """That it may be 0 and that it may be as much as the threshold: not even "some, but few" is known."""

    WIDTH = "width"
    """A range of counts at least so wide."""

    UNDETERMINED = "undetermined"
    """More than one possible count. It may still be known that there are one to four people."""


@dataclass(frozen=True, slots=True)
class Override:
    """A decision of a person that a cell is sensitive, or is not, whatever its count, and why."""

    sensitive: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Protection:
    """The rules: counts of 1 to `threshold` - 1 are sensitive.

    `zeros`: so are counts of 0, since "none of this group", and "all of that group" beside it, can tell of everyone
    in it. `populations`: how many people each label stands for; in a group of fewer than `least_population` every
    count is sensitive. `insiders`: the attacker may also be anybody who knows a case of their own. `overrides`: cells
    that a person decided on. `width`: the range that Aim.WIDTH asks for.
    """

    threshold: int = 5
    aim: Aim = Aim.BELIEVABLE
    width: int = 0
    zeros: bool = False
    insiders: bool = False
    populations: Mapping[tuple[str, str], int] = field(default_factory=dict)
    least_population: int = 0
    overrides: Mapping[Labels, Override] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse settings that protect nothing."""
        if self.threshold < 1:
            raise TableError(
                f"The threshold is {self.threshold}: give the smallest count that may be shown, 1 or more."
            )
        if self.aim is Aim.WIDTH and self.width < 1:
            raise TableError("Say how wide the range of counts must be: 1 or more.")
        if self.insiders and self.aim is not Aim.BELIEVABLE:
            raise TableError("Protection against insiders asks that 0 and the threshold can be believed.")
        for labels, override in self.overrides.items():
            if not override.reason.strip():
                raise TableError(f"{', '.join(labels)}: give the reason for deciding on this cell.")

    def settings(self) -> dict[str, Any]:
        """The rules as a proof records them. What a person decided on single cells is kept apart, inside the force."""
        return {
            "threshold": self.threshold,
            "aim": self.aim.value,
            "width": self.width,
            "zeros": self.zeros,
            "insiders": self.insiders,
            "populations": [[*place, people] for place, people in sorted(self.populations.items())],
            "least_population": self.least_population,
        }

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any], overrides: Mapping[Labels, Override] | None = None) -> Protection:
        """The rules from what `settings` gave. Raises KeyError, TypeError or ValueError where they are none."""
        populations = {(str(name), str(label)): int(people) for name, label, people in settings["populations"]}
        return cls(
            threshold=int(settings["threshold"]),
            aim=Aim(settings["aim"]),
            width=int(settings["width"]),
            zeros=bool(settings["zeros"]),
            insiders=bool(settings["insiders"]),
            populations=populations,
            least_population=int(settings["least_population"]),
            overrides=overrides or {},
        )


def sensitive_classes(system: CellSystem, protection: Protection) -> NDArray[np.bool_]:
    """Of each class of cells, whether it is sensitive. Raises TableError for an override of no cell of the table."""
    small = system.value < protection.threshold
    sensitive: NDArray[np.bool_] = small if protection.zeros else small & (system.value > 0)
    sensitive = sensitive.copy()
    cells = list(system.table.cells()) if protection.overrides or protection.least_population else []
    if protection.least_population:
        for cell, labels in enumerate(cells):
            pairs = zip(system.table.dimensions, labels, strict=True)
            sizes = [protection.populations.get((dimension.name, label)) for dimension, label in pairs]
            class_ = system.class_of[cell]
            if class_ >= 0 and any(size is not None and size < protection.least_population for size in sizes):
                sensitive[class_] = True
    known = set(cells)
    for labels in protection.overrides:
        if labels not in known:
            raise TableError(f"The table has no cell {', '.join(labels)}.")
    for cell, labels in enumerate(cells):
        if (override := protection.overrides.get(labels)) and (class_ := system.class_of[cell]) >= 0:
            sensitive[class_] = override.sensitive
    return sensitive


@dataclass(frozen=True, eq=False)
class Demands:
    """What alternative registers must show: for each demand a class and how far its count must go.

    `down` and `up` are changes of the count: a register meets the demand when it changes the class by `down` or less,
    or by `up` or more; a side that nothing is asked of is None by `asks_down` and `asks_up`. Where `either` is true one
    side is enough.
    """

    target: NDArray[np.int64]
    down: NDArray[np.int64]
    up: NDArray[np.int64]
    either: bool

    @property
    def count(self) -> int:
        """How many sensitive classes there are."""
        return len(self.target)


def demands(system: CellSystem, sensitive: NDArray[np.bool_], protection: Protection) -> Demands:
    """What must be believable of each sensitive class, as changes of its count; 0 where the truth is enough."""
    target = np.flatnonzero(sensitive)
    value = system.value[target]
    if protection.aim is Aim.UNDETERMINED:
        return Demands(target, np.full(len(target), -1), np.full(len(target), 1), either=True)
    if protection.aim is Aim.WIDTH:
        down = np.minimum(value, protection.width // 2)
        return Demands(target, -down, protection.width - down, either=False)
    return Demands(target, -value, np.maximum(protection.threshold - value, 0), either=False)
