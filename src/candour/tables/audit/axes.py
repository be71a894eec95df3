"""The dimensions of a register cut as finely as any release cuts them, and the boxes that figures count.

An atom is a set of labels, or of days, that every figure counts together or not at all: the months from April to
December are one atom of a ledger of calendar and financial years. A box takes some atoms of some dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from candour.tables.ledger.ledger import LedgerError
from candour.tables.ledger.periods import period_in_words
from candour.tables.ledger.places import Condition, Periods, Picked, Place, normal

Box = tuple[tuple[str, tuple[int, ...]], ...]
"""For some dimensions, in the order of their names, the atoms that count; other dimensions count whole."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension in atoms: for each the labels it holds or its days, and which atoms each condition takes.

    `rest` is the atom of labels and days that no release names; -1 where a release names everything.
    """

    name: str
    labels: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]
    taken: Mapping[Condition, tuple[int, ...]]
    rest: int

    @property
    def size(self) -> int:
        """How many atoms there are."""
        return len(self.labels)

    def words(self, atoms: Sequence[int]) -> str:
        """Some atoms as a person writes them."""
        if any(self.spans):
            inside = sorted(span for atom in atoms for span in self.spans[atom])
            joined: list[tuple[int, int]] = []
            for start, end in inside:
                if joined and joined[-1][1] == start:
                    joined[-1] = joined[-1][0], end
                else:
                    joined.append((start, end))
            words = [period_in_words(span) for span in joined]
            return " and ".join([*words, *(["other times"] if self.rest in atoms else [])])
        if self.rest in atoms:
            others = [label for atom in range(self.size) if atom not in atoms for label in self.labels[atom]]
            return f"other than {' or '.join(others)}" if others else "any"
        return " or ".join(label for atom in atoms for label in self.labels[atom])


def axes(places: Iterable[Place], spelling: Mapping[str, str]) -> dict[str, Axis]:
    """The axis of each dimension that the places name. `spelling`: how a label was first printed.

    Raises LedgerError for a dimension of labels and periods both.
    """
    conditions: dict[str, dict[Condition, None]] = {}
    for place in places:
        for name, condition in place.conditions:
            conditions.setdefault(name, {})[condition] = None
    return {name: _axis(name, list(found), spelling) for name, found in sorted(conditions.items())}


def _axis(name: str, conditions: list[Condition], spelling: Mapping[str, str]) -> Axis:
    picks = [each for each in conditions if isinstance(each, Picked)]
    if picks and len(picks) < len(conditions):
        raise LedgerError(
            f"“{name}” is a dimension of labels in one release and of periods in another. Say of every column of it "
            "that it is a period, or give it another name."
        )
    if picks:
        labels = sorted(frozenset().union(*(each.labels for each in picks)))
        signatures = [tuple((label in each.labels) != each.out for each in picks) for label in labels]
        signatures.append(tuple(each.out for each in picks))
        atoms = {signature: at for at, signature in enumerate(dict.fromkeys(signatures))}
        inside: list[list[str]] = [[] for _ in atoms]
        for label, signature in zip(labels, signatures, strict=False):
            inside[atoms[signature]].append(spelling.get(label, label))
        rest = atoms[signatures[-1]]
        spans: list[list[tuple[int, int]]] = [[] for _ in atoms]
    else:
        days = [each for each in conditions if isinstance(each, Periods)]
        ends = sorted({day for each in days for span in each.spans for day in span})
        pieces = [(start, end) for start, end in pairwise(ends) if start < end]
        signatures = [
            tuple(any(a <= start and end <= b for a, b in each.spans) for each in days) for start, end in pieces
        ]
        signatures.append((False,) * len(days))
        atoms = {signature: at for at, signature in enumerate(dict.fromkeys(signatures))}
        inside = [[] for _ in atoms]
        spans = [[] for _ in atoms]
        for span, signature in zip(pieces, signatures, strict=False):
            spans[atoms[signature]].append(span)
        rest = atoms[signatures[-1]]
    ordered = list(atoms)
    taken = {
        condition: tuple(at for at, signature in enumerate(ordered) if signature[place])
        for place, condition in enumerate(conditions)
    }
    return Axis(name, tuple(map(tuple, inside)), tuple(map(tuple, spans)), taken, rest)


def box_of(place: Place, known: Mapping[str, Axis]) -> Box:
    """The box of a place: a dimension that counts whole is left out, so that equal places have equal boxes."""
    pairs = ((name, known[name].taken[condition]) for name, condition in place.conditions)
    return tuple((name, atoms) for name, atoms in pairs if len(atoms) < known[name].size)


def box_in_words(box: Box, known: Mapping[str, Axis]) -> str:
    """A box in words: `offence Arson, date January to March 2023`."""
    return ", ".join(f"{name} {known[name].words(atoms)}" for name, atoms in box) or "everything"


def latest_day(known: Mapping[str, Axis]) -> date | None:
    """The last day that any release counts."""
    ends = [end for axis in known.values() for spans in axis.spans for _, end in spans]
    return date.fromordinal(max(ends) - 1) if ends else None


def spelling_of(labels: Iterable[str]) -> dict[str, str]:
    """Each label, as it is compared, with how it was first printed."""
    first: dict[str, str] = {}
    for label in labels:
        first.setdefault(normal(label), label)
    return first


class TooLarge(LedgerError):
    """The ledger crosses more categories than an audit can try."""


class Grid:
    """The innermost cells of one unit: combinations of atoms, those put together that no figure tells apart.

    Cells in a box of `zeros` are left out. Raises TooLarge where more than `limit` combinations are left.
    """

    def __init__(self, known: Mapping[str, Axis], boxes: Sequence[Box], zeros: Sequence[Box], limit: int) -> None:
        self.axes = known
        self.names = sorted({name for box in boxes for name, _ in box})
        self._orders: dict[tuple[str, ...], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self._cells = self._possible(zeros, limit)
        first, class_of = self._classes(self._cells, boxes)
        self._coordinates = self._cells[first]
        self._numbers = np.random.default_rng(2).integers(1, 2**63, len(self._cells), dtype=np.uint64)
        self._class_numbers = np.zeros(len(first), dtype=np.uint64)
        np.add.at(self._class_numbers, class_of, self._numbers)
        self._tables: dict[tuple[str, ...], NDArray[np.uint64]] = {}
        self._class_tables: dict[tuple[str, ...], NDArray[np.uint64]] = {}

    @property
    def count(self) -> int:
        """How many classes of cells there are."""
        return len(self._coordinates)

    def _shape(self, names: Sequence[str]) -> list[int]:
        return [self.axes[name].size for name in names]

    def _codes(self, cells: NDArray[np.int16], names: Sequence[str], have: Sequence[str]) -> NDArray[np.int64]:
        codes = np.zeros(len(cells), dtype=np.int64)
        for name in names:
            codes = codes * self.axes[name].size + cells[:, have.index(name)]
        return codes

    def _possible(self, zeros: Sequence[Box], limit: int) -> NDArray[np.int16]:
        """Every combination of atoms, dimension by dimension, without those under a 0 as soon as that is known."""
        empty = _by_names(zeros)
        cells = np.zeros((1, 0), dtype=np.int16)
        have: list[str] = []
        for name in sorted(self.names, key=lambda name: (-sum(name in names for names in empty), self.axes[name].size)):
            size = self.axes[name].size
            if len(cells) * size > 8 * limit:
                raise TooLarge(_too_large(self.names, self.axes))
            cells = np.hstack([np.repeat(cells, size, axis=0), np.tile(np.arange(size), len(cells))[:, None]])
            cells = cells.astype(np.int16)
            have.append(name)
            for names, boxes in empty.items():
                if name in names and set(names) <= set(have):
                    table = np.zeros(self._shape(names), dtype=bool)
                    for box in boxes:
                        table[np.ix_(*(atoms for _, atoms in box))] = True
                    cells = cells[~table.ravel()[self._codes(cells, names, have)]]
            if len(cells) > limit:
                raise TooLarge(_too_large(self.names, self.axes))
        if () in empty:
            cells = cells[:0]
        order = [have.index(name) for name in self.names]
        return cells[:, order]

    def _classes(self, cells: NDArray[np.int16], boxes: Sequence[Box]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first cell of each class and the class of each cell: those in the same boxes have one pair of sums."""
        random = np.random.default_rng(0)
        sums = np.zeros((len(cells), 2), dtype=np.uint64)
        for names, group in _by_names(boxes).items():
            for column in range(2):
                table = np.zeros(self._shape(names), dtype=np.uint64)
                numbers = random.integers(1, 2**63, len(group), dtype=np.uint64)
                for box, number in zip(group, numbers, strict=True):
                    table[np.ix_(*(atoms for _, atoms in box))] += number
                sums[:, column] += table.ravel()[self._codes(cells, names, self.names)]
        _, first, class_of = np.unique(sums, axis=0, return_index=True, return_inverse=True)
        rank = np.empty(len(first), dtype=np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        return np.sort(first), rank[class_of.ravel()]

    def support(self, box: Box) -> NDArray[np.int64]:
        """The classes of cells that a box counts, in order."""
        names = tuple(name for name, _ in box)
        if names not in self._orders:
            codes = self._codes(self._coordinates, names, self.names)
            order = np.argsort(codes, kind="stable")
            starts = np.searchsorted(codes[order], np.arange(int(np.prod(self._shape(names))) + 1))
            self._orders[names] = order, starts
        order, starts = self._orders[names]
        shape = self._shape(names)
        codes = np.zeros(1, dtype=np.int64)
        for size, (_, atoms) in zip(shape, box, strict=True):
            codes = (codes[:, None] * size + np.array(atoms, dtype=np.int64)[None, :]).ravel()
        parts = [order[starts[code] : starts[code + 1]] for code in codes]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)

    def is_whole(self, box: Box) -> bool:
        """Whether a box is made of whole classes: nothing tells a part of one."""
        names = tuple(name for name, _ in box)
        if not set(names) <= set(self.names):
            return False
        atoms = np.ix_(*(atoms for _, atoms in box))
        inside = self._table(names)[atoms].sum(dtype=np.uint64)
        return bool(inside == self._class_table(names)[atoms].sum(dtype=np.uint64))

    def whole_crosses(self, names: Sequence[str]) -> NDArray[np.int64]:
        """The combinations of one atom of each dimension that are made of whole classes, one or more."""
        table = self._class_table(tuple(names))
        whole = (table == self._table(tuple(names))) & (table != 0)
        return np.argwhere(whole)

    def undivided(self, names: Sequence[str], boxes: Sequence[Box]) -> Iterator[tuple[int, tuple[int, ...], list[int]]]:
        """Along each dimension, two or more atoms that none of the boxes tells apart, beside one atom of each other.

        Each as the place of the dimension, one atom of the others in their order, and the atoms along it.
        """
        random = np.random.default_rng(3)
        signs = np.zeros(self._shape(names), dtype=np.uint64)
        for box in boxes:
            limits = dict(box)
            number = random.integers(1, 2**63, dtype=np.uint64)
            signs[np.ix_(*(limits.get(name, range(self.axes[name].size)) for name in names))] += number
        for at, name in enumerate(names):
            lines = np.moveaxis(signs, at, -1)
            for others in np.ndindex(lines.shape[:-1]):
                line = lines[others]
                values, counts = np.unique(line, return_counts=True)
                for value in values[(counts > 1) & (counts < self.axes[name].size)]:
                    yield at, others, np.flatnonzero(line == value).tolist()

    def _table(self, names: tuple[str, ...]) -> NDArray[np.uint64]:
        """The sum of the numbers of all cells in each combination of atoms."""
        if names not in self._tables:
            table = np.zeros(int(np.prod(self._shape(names))), dtype=np.uint64)
            np.add.at(table, self._codes(self._cells, names, self.names), self._numbers)
            self._tables[names] = table.reshape(self._shape(names))
        return self._tables[names]

    def _class_table(self, names: tuple[str, ...]) -> NDArray[np.uint64]:
        """The sum of the numbers of all classes, each where its first cell is, in each combination of atoms."""
        if names not in self._class_tables:
            table = np.zeros(int(np.prod(self._shape(names))), dtype=np.uint64)
            np.add.at(table, self._codes(self._coordinates, names, self.names), self._class_numbers)
            self._class_tables[names] = table.reshape(self._shape(names))
        return self._class_tables[names]

    def place(self, class_: int) -> Box:
        """One combination of atoms in a class, as a box."""
        return tuple((name, (int(at),)) for name, at in zip(self.names, self._coordinates[class_], strict=True))

    def group_codes(self, names: Sequence[str]) -> NDArray[np.int64]:
        """For each class, a number that is the same where the atoms of these dimensions are."""
        return self._codes(self._coordinates, [name for name in names if name in self.names], self.names)


def _by_names(boxes: Iterable[Box]) -> dict[tuple[str, ...], list[Box]]:
    grouped: dict[tuple[str, ...], list[Box]] = {}
    for box in boxes:
        grouped.setdefault(tuple(name for name, _ in box), []).append(box)
    return grouped


def _too_large(names: Sequence[str], known: Mapping[str, Axis]) -> str:
    sizes = " by ".join(f"{known[name].size:,} of “{name}”" for name in names)
    return f"The releases cross too many categories to be audited together ({sizes})."
