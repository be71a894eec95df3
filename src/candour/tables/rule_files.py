"""What a person says of single cells, read from delimited text: one row for each, a column for each dimension.

A column that is left out, or an empty cell, stands for the total. The label of a group or of the total, where that
makes sense, stands for everything beneath it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from candour.tables.attacker import UNBOUNDED
from candour.tables.cells import cell_system
from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.protection import Override, Protection, sensitive_classes
from candour.tables.read_counts import read_rows
from candour.tables.revealed import counts_averaged, counts_behind

_DECISIONS = {"protect": True, "show": False}


def _listed(text: str, table: CountTable, more: Sequence[str]) -> Iterator[tuple[int, Labels, Mapping[str, str]]]:
    """Each row: its line, the cell that it names, and what stands in the columns `more`, empty if nothing."""
    header, rows = read_rows(text)
    names = [dimension.name for dimension in table.dimensions]
    if unknown := [name for name in header if name not in names and name not in more]:
        raise TableError(f"There is no dimension “{unknown[0]}”. The dimensions are {', '.join(names)}.")
    for line, row in rows:
        said = dict(zip(header, row, strict=True))
        labels = tuple(said.get(name) or TOTAL for name in names)
        for dimension, label in zip(table.dimensions, labels, strict=True):
            if label not in dimension.nodes_known:
                raise TableError(f"Line {line}: {dimension.name} has no “{label}”.")
        yield line, labels, {name: said.get(name, "") for name in more}


def read_public(text: str, table: CountTable) -> frozenset[Labels]:
    """The cells published elsewhere. A column `value` is compared; others, `where` and `date`, are for people.

    Raises TableError where a published value is not the one of the table: then the two do not count the same.
    """
    found = set()
    for line, labels, said in _listed(text, table, ("value", "where", "date")):
        true = table.value(labels)
        if (value := said["value"].replace(",", "")) and value != str(true):
            raise TableError(
                f"Line {line}: {table.name(labels)} was published as {said['value']}, but is {true:,} here. The two do "
                "not count the same; leave the line out, and look at both with the audit of all releases."
            )
        found.add(labels)
    return frozenset(found)


def read_impossible(text: str, table: CountTable) -> NDArray[np.bool_]:
    """The combinations that cannot occur; a group or the total stands for all its categories.

    Raises TableError where everything is said to be impossible, or a case is counted in one.
    """
    impossible = np.zeros(table.counts.shape, dtype=np.bool_)
    for line, labels, _ in _listed(text, table, ("reason",)):
        if all(label == TOTAL for label in labels):
            raise TableError(f"Line {line} says that no combination can occur. Name a category.")
        impossible[np.ix_(*(d.members(label) for d, label in zip(table.dimensions, labels, strict=True)))] = True
    return impossible


def read_overrides(text: str, table: CountTable) -> dict[Labels, Override]:
    """The cells that a person decided on: columns `decision` (protect or show) and `reason`."""
    found: dict[Labels, Override] = {}
    for line, labels, said in _listed(text, table, ("decision", "reason")):
        if said["decision"] not in _DECISIONS:
            raise TableError(f"Line {line}: the decision is “{said['decision']}”: write protect or show.")
        if not said["reason"]:
            raise TableError(f"Line {line}: give the reason for deciding on {table.name(labels)}.")
        if labels in found:
            raise TableError(f"Line {line}: {table.name(labels)} is decided on twice.")
        found[labels] = Override(_DECISIONS[said["decision"]], said["reason"])
    return found


def read_populations(text: str, table: CountTable) -> dict[tuple[str, str], int]:
    """How many people a label stands for: columns `dimension`, `label` and `people`."""
    header, rows = read_rows(text)
    if missing := [name for name in ("dimension", "label", "people") if name not in header]:
        raise TableError(f"There is no column “{missing[0]}”. Give dimension, label and people.")
    known = {dimension.name: dimension.nodes_known for dimension in table.dimensions}
    found = {}
    for line, row in rows:
        said = dict(zip(header, row, strict=True))
        place, people = (said["dimension"], said["label"]), said["people"].replace(",", "")
        if place[1] not in known.get(place[0], ()):
            raise TableError(f"Line {line}: the table has no {place[0]} “{place[1]}”.")
        if not (people.isascii() and people.isdigit()):
            raise TableError(f"Line {line}: “{said['people']}” people: give a whole number.")
        found[place] = int(people)
    return found


def read_told(text: str, table: CountTable) -> tuple[dict[Labels, tuple[int, int]], frozenset[Labels]]:
    """What percentages and averages beside the table tell: the range of each count, and the counts told outright.

    Columns: `percent` with `of`, the dimension (or several, with ; between) along which the whole is taken; or
    `average`, of whole numbers over the cases of the cell. The whole is taken to be told as well: were it open, a
    register with another whole would have another percentage. Ties are taken to be settled, since a reader may know
    how the last place was rounded.
    """
    told: dict[Labels, tuple[int, int]] = {}
    outright = set()
    names = [dimension.name for dimension in table.dimensions]
    for line, labels, said in _listed(text, table, ("percent", "of", "average")):
        true = table.value(labels)
        if said["percent"]:
            along = [name.strip() for name in said["of"].split(";") if name.strip()]
            if not along or any(name not in names for name in along):
                raise TableError(f"Line {line}: say of which dimension it is a share: {', '.join(names)}.")
            whole_cell = tuple(TOTAL if n in along else label for n, label in zip(names, labels, strict=True))
            whole = table.value(whole_cell)
            if true not in counts_behind(said["percent"], whole):
                raise TableError(
                    f"Line {line}: {said['percent']} % is not the share of {table.name(labels)}: {true:,} of {whole:,}."
                )
            inside = counts_behind(said["percent"], whole, ties=False)
            ends = (min(inside[0], true), max(inside[-1], true)) if inside else (true, true)
            told[whole_cell] = whole, whole
            outright.add(whole_cell)
        elif said["average"]:
            possible = counts_averaged(said["average"], max(true * 2, 50))
            if true not in possible:
                raise TableError(f"Line {line}: {true:,} cases cannot have the average {said['average']}.")
            # From the first count on without a gap, any count may stand behind it; with gaps it is taken to be told.
            whole_range = possible == list(range(possible[0], possible[-1] + 1))
            ends = (possible[0], UNBOUNDED) if whole_range else (true, true)
        else:
            raise TableError(f"Line {line}: give a percent or an average.")
        low, high = told.get(labels, (0, UNBOUNDED))
        told[labels] = max(low, ends[0]), min(high, ends[1])
        if told[labels][0] == told[labels][1]:
            outright.add(labels)
    return told, frozenset(outright)


def with_told(text: str, table: CountTable, protection: Protection) -> Protection:
    """The rules with what percentages and averages tell, as `read_told` reads them.

    A count that they tell outright is public, unless it is sensitive: then suppression refuses it by name.
    """
    told, outright = read_told(text, table)
    system = cell_system(table, with_zeros=protection.with_zeros)
    sensitive = sensitive_classes(system, protection)
    classes = dict(system.cells())
    open_ = {labels for labels in outright if (class_ := classes[labels]) < 0 or not sensitive[class_]}
    return replace(protection, told=told, public=protection.public | open_)


def weights_of(asked: Sequence[str], table: CountTable, plain: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of each cell: `plain`, times what was asked for its labels, as `year=2024:5`.

    A dimension alone, as `year:5`, means the totals by that dimension. Raises TableError for what is no such thing.
    """
    names = [dimension.name for dimension in table.dimensions]
    weights = plain.copy()
    cells = list(table.cells())
    for each in asked:
        what, _, factor = each.rpartition(":")
        name, has_label, label = what.partition("=")
        if name not in names:
            raise TableError(f"--weight {each}: there is no dimension “{name}”; write as year=2024:5 or year:5.")
        at = names.index(name)
        if has_label and label not in table.dimensions[at].nodes_known:
            raise TableError(f"--weight {each}: {name} has no “{label}”.")
        times = _factor(factor, f"--weight {each}")
        for cell, labels in enumerate(cells):
            others = all(other == TOTAL for place, other in enumerate(labels) if place != at)
            if labels[at] == label if has_label else others and labels[at] != TOTAL:
                weights[cell] *= times
    return weights


def read_weights(text: str, table: CountTable, plain: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of each cell: `plain`, times the number in the column `weight` for the cells that are named."""
    weights = plain.copy()
    places = {labels: cell for cell, labels in enumerate(table.cells())}
    for line, labels, said in _listed(text, table, ("weight",)):
        weights[places[labels]] *= _factor(said["weight"], f"Line {line}")
    return weights


def _factor(text: str, where: str) -> float:
    try:
        factor = Fraction(text)
    except (ValueError, ZeroDivisionError):
        factor = Fraction(0)
    if not Fraction(1, 10**6) <= factor <= 10**6:
        raise TableError(f"{where}: “{text}” is no weight: give a number above 0, such as 5.")
    return float(factor)
