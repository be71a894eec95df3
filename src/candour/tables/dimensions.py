"""The categories of a table along one dimension, and the groups they add up to.

A dimension is a tree: categories (offence `Theft`) are the leaves, groups (`Acquisitive crime`) stand above them
level by level, and `Total` is the root. Every node is a label that a table can print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from candour.tables.csv import TableError

TOTAL = "Total"
"""The label of every margin."""


@dataclass(frozen=True)
class Dimension:
    """One dimension: its categories in order, and for each level above them the group of each category.

    Raises TableError where a label stands for two things: a group named like a category, or either named `Total`.
    """

    name: str
    categories: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse labels that a reader of the table could not tell apart."""
        if not self.categories:
            raise TableError(f"“{self.name}” has no category.")
        for level in self.levels:
            if len(level) != len(self.categories):
                raise TableError(f"“{self.name}”: each of the {len(self.categories)} categories needs one group.")
        seen: dict[str, str] = {TOTAL: "the margin"}
        for what, labels in self._strata():
            for label in labels:
                if not label:
                    raise TableError(f"“{self.name}” has {what} without a label.")
                if label in seen:
                    raise TableError(f"“{self.name}”: “{label}” is {what} and also {seen[label]}. Rename one of them.")
                seen[label] = what

    def _strata(self) -> list[tuple[str, tuple[str, ...]]]:
        groups = [("a group", tuple(dict.fromkeys(level))) for level in self.levels]
        return [("a category", self.categories), *groups]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Every label in the order in which a table prints them: categories, groups level by level, `Total`."""
        return (*(label for _, labels in self._strata() for label in labels), TOTAL)

    @cached_property
    def ancestors(self) -> NDArray[np.int64]:
        """For each category, the nodes that count it: itself first, its groups, `Total` last."""
        place = {label: index for index, label in enumerate(self.nodes)}
        columns = [self.categories, *self.levels, (TOTAL,) * len(self.categories)]
        return np.array([[place[label] for label in column] for column in columns], dtype=np.int64).T

    def members(self, label: str) -> tuple[int, ...]:
        """The categories that `label` counts, by their place. Raises KeyError for a label of no node."""
        node = self._places[label]
        return tuple(int(index) for index in np.flatnonzero((self.ancestors == node).any(axis=1)))

    @cached_property
    def nodes_known(self) -> frozenset[str]:
        """Every label, to be asked for."""
        return frozenset(self.nodes)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label: index for index, label in enumerate(self.nodes)}

    def merged(self, merging: Mapping[str, str]) -> Dimension:
        """The dimension with categories put together: `merging` gives the new label of each category that changes.

        Raises TableError where categories of different groups would be put together.
        """
        labels = tuple(merging.get(category, category) for category in self.categories)
        kept = tuple(dict.fromkeys(labels))
        levels = []
        for level in self.levels:
            groups: dict[str, str] = {}
            for label, group in zip(labels, level, strict=True):
                if groups.setdefault(label, group) != group:
                    raise TableError(f"“{label}” would put together categories of “{groups[label]}” and “{group}”.")
            levels.append(tuple(groups[label] for label in kept))
        return Dimension(self.name, kept, tuple(levels))

    def climbed(self) -> Dimension:
        """The dimension with the groups of the lowest level in the place of the categories.

        Raises TableError where there are no groups.
        """
        if not self.levels:
            raise TableError(f"“{self.name}” has no groups to climb to.")
        kept = tuple(dict.fromkeys(self.levels[0]))
        first = [self.levels[0].index(group) for group in kept]
        return Dimension(self.name, kept, tuple(tuple(level[at] for at in first) for level in self.levels[1:]))


def climb(name: str, categories: Sequence[str], parents: Sequence[tuple[str, Mapping[str, str]]]) -> Dimension:
    """A dimension from its categories and, level by level, the group of each label of the level below.

    `parents` pairs the name of each level with its mapping. Raises TableError where a label has no group.
    """
    levels: list[tuple[str, ...]] = []
    below: tuple[str, ...] = tuple(categories)
    for level, mapping in parents:
        for label in below:
            if label not in mapping:
                raise TableError(f"“{label}” has no {level}.")
        below = tuple(mapping[label] for label in below)
        levels.append(below)
    return Dimension(name, tuple(categories), tuple(levels))


def parents_of(pairs: Iterable[tuple[str, str, int]], child: str, parent: str) -> dict[str, str]:
    """The one group of each label, from pairs of label and group with the line each stands on.

    Raises TableError for a label with two groups.
    """
    found: dict[str, tuple[str, int]] = {}
    for label, group, line in pairs:
        known = found.setdefault(label, (group, line))
        if known[0] != group:
            raise TableError(
                f"Line {line}: {child} “{label}” has the {parent} “{group}”, but “{known[0]}” on line {known[1]}."
                " A category has one group."
            )
    return {label: group for label, (group, _) in found.items()}


def chain_of(child: str, hierarchy: Mapping[str, str]) -> tuple[str, ...]:
    """The columns above a column, nearest first. Raises TableError where they lead back to where they began."""
    chain = [child]
    while chain[-1] in hierarchy:
        above = hierarchy[chain[-1]]
        chain.append(above)
        if above in chain[:-1]:
            raise TableError(f"The hierarchy goes in a loop: {' = '.join(chain)}.")
    return tuple(chain[1:])
