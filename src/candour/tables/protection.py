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
    in it; `full`: only those beside which all of a group fall into one category of these dimensions. `populations`: how
    many people each label stands for; in a group of fewer than `least_population` every count is sensitive. `insiders`:
    the attacker may also be anybody who knows a case of their own. `overrides`: cells that a person decided on.
    `width`: the range that Aim.WIDTH asks for. `tells_small`: small counts carry a mark of their own, as “<5”, others
    another. `public`: cells that were published elsewhere. `told`: the range in which a count is known to lie, from a
    percentage or an average beside it.
    """

    threshold: int = 5
    aim: Aim = Aim.BELIEVABLE
    width: int = 0
    zeros: bool = False
    insiders: bool = False
    populations: Mapping[tuple[str, str], int] = field(default_factory=dict)
    least_population: int = 0
    overrides: Mapping[Labels, Override] = field(default_factory=dict)
    full: tuple[str, ...] = ()
    tells_small: bool = False
    public: frozenset[Labels] = frozenset()
    told: Mapping[Labels, tuple[int, int]] = field(default_factory=dict)

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
        if self.tells_small and self.aim is Aim.BELIEVABLE:
            raise TableError(
                "A mark of their own tells that counts are small, which the aim “believable” keeps from readers. Use "
                "one mark for all, or choose the aim “width” or “undetermined”."
            )
        if self.insiders and self.told:
            raise TableError(
                "Protection against insiders knows no percentages beside the table. Leave one of them out."
            )
        for labels, override in self.overrides.items():
            if not override.reason.strip():
                raise TableError(f"{', '.join(labels)}: give the reason for deciding on this cell.")

    def settings(self) -> dict[str, Any]:
        """The rules as a proof records them. What a person decided on single cells is kept apart, inside the force."""
        more = {
            "full": list(self.full),
            "tells_small": self.tells_small,
            "public": [list(labels) for labels in sorted(self.public)],
            "told": [[list(labels), *ends] for labels, ends in sorted(self.told.items())],
        }
        return {
            "threshold": self.threshold,
            "aim": self.aim.value,
            "width": self.width,
            "zeros": self.zeros,
            "insiders": self.insiders,
            "populations": [[*place, people] for place, people in sorted(self.populations.items())],
            "least_population": self.least_population,
            **{name: value for name, value in more.items() if value},
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
            full=tuple(str(name) for name in settings.get("full", [])),
            tells_small=bool(settings.get("tells_small", False)),
            public=frozenset(tuple(map(str, labels)) for labels in settings.get("public", [])),
            told={tuple(map(str, labels)): (int(low), int(high)) for labels, low, high in settings.get("told", [])},
        )

    @property
    def with_zeros(self) -> bool:
        """Whether a count of 0 may be sensitive."""
        return self.zeros or bool(self.full)


def sensitive_classes(system: CellSystem, protection: Protection) -> NDArray[np.bool_]:
    """Of each class of cells, whether it is sensitive; what is public already is not: nothing protects it any more.

    Raises TableError for an override or a published cell that the table does not have, or a dimension that it has not.
    """
    small = system.value < protection.threshold
    sensitive: NDArray[np.bool_] = small if protection.zeros else small & (system.value > 0)
    sensitive = sensitive.copy()
    if protection.full:
        sensitive |= _beside_full(system, protection.full)
    if protection.least_population:
        sensitive |= _few_people(system, protection)
    for labels, override in protection.overrides.items():
        if (class_ := _class(system, labels)) >= 0:
            sensitive[class_] = override.sensitive
    return sensitive & ~public_classes(system, protection)


def public_classes(system: CellSystem, protection: Protection) -> NDArray[np.bool_]:
    """Of each class, whether one of its cells was published elsewhere. Raises TableError for a cell of no table."""
    public = np.zeros(len(system.value), dtype=np.bool_)
    for labels in protection.public:
        if (class_ := _class(system, labels)) >= 0:
            public[class_] = True
    return public


def _class(system: CellSystem, labels: Labels) -> int:
    dimensions = system.table.dimensions
    if len(labels) != len(dimensions) or not all(
        label in dimension.nodes_known for dimension, label in zip(dimensions, labels, strict=True)
    ):
        raise TableError(f"The table has no cell {', '.join(labels)}.")
    place = [dimension.nodes.index(label) for dimension, label in zip(dimensions, labels, strict=True)]
    return int(system.class_of[np.ravel_multi_index(place, [len(dimension.nodes) for dimension in dimensions])])


def _few_people(system: CellSystem, protection: Protection) -> NDArray[np.bool_]:
    """The classes with a cell of a group of fewer people than is asked for."""
    found = np.zeros(len(system.value), dtype=np.bool_)
    for cell, labels in enumerate(system.table.cells()):
        pairs = zip(system.table.dimensions, labels, strict=True)
        sizes = [protection.populations.get((dimension.name, label)) for dimension, label in pairs]
        class_ = system.class_of[cell]
        if class_ >= 0 and any(size is not None and size < protection.least_population for size in sizes):
            found[class_] = True
    return found


def _beside_full(system: CellSystem, full: tuple[str, ...]) -> NDArray[np.bool_]:
    """The zeros of a group whose cases all fall into one category: only they can hide that it was all of them."""
    dimensions = system.table.dimensions
    names = [dimension.name for dimension in dimensions]
    if unknown := [name for name in full if name not in names]:
        raise TableError(f"There is no dimension “{unknown[0]}”. The dimensions are {', '.join(names)}.")
    found = np.zeros(len(system.value), dtype=np.bool_)
    classes = system.class_of.reshape([len(dimension.nodes) for dimension in dimensions])
    for name in full:
        axis = names.index(name)
        groups = np.moveaxis(classes, axis, -1)[..., : len(dimensions[axis].categories)]
        for group in groups.reshape(-1, groups.shape[-1]):
            possible = group[group >= 0]
            if np.count_nonzero(system.value[possible]) == 1:
                found[possible[system.value[possible] == 0]] = True
    return found


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
    """What must be believable of each sensitive class, as changes of its count; 0 where the truth is enough.

    Where a mark tells that a count is small, a range that is asked for lies among the small counts.
    """
    target = np.flatnonzero(sensitive)
    value = system.value[target]
    if protection.aim is Aim.UNDETERMINED:
        return Demands(target, np.full(len(target), -1), np.full(len(target), 1), either=True)
    if protection.aim is Aim.WIDTH:
        down = np.minimum(value, protection.width // 2)
        if protection.tells_small:
            lowest = 0 if protection.with_zeros else 1
            room = np.maximum(protection.threshold - 1 - value, 0)
            small = value < protection.threshold
            down = np.where(small, np.clip(protection.width - room, 0, np.maximum(value - lowest, 0)), down)
        return Demands(target, -down, protection.width - down, either=False)
    return Demands(target, -value, np.maximum(protection.threshold - value, 0), either=False)
