"""What the columns of a table mean: for each label its condition, what they all cover, and what they leave out.

`Other` is what the labels beside it leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Column, Ledger, Release
from candour.tables.ledger.limits import Groups, days_of
from candour.tables.ledger.places import Condition, Picked, normal, periods

_OTHERS = frozenset({"other", "others", "all other", "all others", "any other", "other (all)"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the labels of a column stand for."""

    dimension: str
    of: Mapping[str, Condition]
    whole: Condition | None
    rest: Condition | None


def meaning_of(ledger: Ledger, release: Release, at: int, column: Column, groups: Groups) -> Meaning:
    """What a column means. Raises LedgerError for a label of a column of periods that is none."""
    where = f"Release {release.reference}, column {column.name}"
    labels = dict.fromkeys(cell.labels[at] for cell in release.cells if len(cell.labels) > at)
    labels.pop(TOTAL, None)
    if column.is_period:
        days = {label: days_of(column.meanings.get(label, (label,))[0], where) for label in labels}
        whole = periods(span for each in days.values() for span in each.spans)
        return Meaning(column.dimension or ledger.dates, days, whole if days else None, None)
    dimension = column.dimension or column.name
    picked: dict[str, Condition] = {}
    named: set[str] = set()
    for label in labels:
        is_group = groups(dimension, label) != {normal(label)}
        if normal(label) in _OTHERS and label not in column.meanings and not is_group:
            continue
        members = frozenset().union(*(groups(dimension, meant) for meant in column.meanings.get(label, (label,))))
        picked[label] = Picked(members)
        named |= members
    others = [label for label in labels if label not in picked]
    picked |= {label: Picked(frozenset(named), out=True) for label in others}
    rest = None if others or not named else Picked(frozenset(named), out=True)
    return Meaning(dimension, picked, None, rest)
