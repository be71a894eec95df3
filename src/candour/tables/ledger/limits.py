"""What labels stand for: groups for their members, `Total` for everything, a period for its days."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Labels, Ledger, LedgerError, Release
from candour.tables.ledger.periods import read_period
from candour.tables.ledger.places import Condition, Periods, Picked, Place, normal, outside, periods

Groups = Callable[[str, str], frozenset[str]]
"""For a dimension and a label, the labels without parts that it stands for."""


def groups_in(ledger: Ledger) -> Groups:
    """The labels without parts that a label stands for, from the groups of the ledger and of every release."""
    members: dict[tuple[str, str], set[str]] = {}
    for dimension, meanings in ledger.groups.items():
        for label, parts in meanings.items():
            members.setdefault((dimension, normal(label)), set()).update(map(normal, parts))
    for release in ledger.releases:
        for column in release.columns:
            for label, above in column.groups.items():
                for group in above:
                    members.setdefault((column.dimension or column.name, normal(group)), set()).add(normal(label))
    known: dict[tuple[str, str], frozenset[str]] = {}

    def expanded(dimension: str, label: str, below: tuple[str, ...] = ()) -> frozenset[str]:
        key = dimension, normal(label)
        if key in known:
            return known[key]
        if key[1] in below:
            raise LedgerError(f"The groups of “{dimension}” go in a loop: {' in '.join((*below, key[1]))}.")
        parts = members.get(key, set()) - {key[1]}
        inner = [expanded(dimension, part, (*below, key[1])) for part in parts]
        known[key] = frozenset().union(*inner) if parts else frozenset({key[1]})
        return known[key]

    return expanded


def population_of(ledger: Ledger, release: Release, groups: Groups) -> Place:
    """Whom a release is limited to, and when."""
    place = Place()
    where = f"Release {release.reference}"
    for out, limits in ((False, release.where), (True, release.without)):
        for dimension, labels in limits.items():
            place = meet(place, dimension, _condition(ledger, dimension, labels, groups, where, out=out), where)
    if release.period:
        place = meet(place, ledger.dates, days_of(release.period, where), where)
    return place


def _condition(
    ledger: Ledger,
    dimension: str,
    labels: Labels,
    groups: Groups,
    where: str,
    *,
    out: bool = False,
) -> Condition:
    if dimension == ledger.dates:
        spans = periods(span for label in labels for span in days_of(label, where).spans)
        return outside(spans) if out else spans
    return Picked(frozenset().union(*(groups(dimension, label) for label in labels)), out)


def days_of(text: str, where: str) -> Periods:
    """The days of a period. Raises LedgerError, beginning with `where`, for what is none."""
    span = read_period(text)
    if span is None:
        raise LedgerError(
            f"{where}: “{text}” is no period. Write it as 2023, 2022/23, Q1 2023, March 2023 or as two dates with “to”."
        )
    return Periods((span,))


def meet(place: Place, dimension: str, condition: Condition, where: str) -> Place:
    """The place with a further condition. Raises LedgerError, beginning with `where`, where dates meet labels."""
    try:
        return place.meet(dimension, condition)
    except TypeError:
        raise LedgerError(
            f"{where}: “{dimension}” has labels here and periods there. Say of every column of it that it is a period."
        ) from None


def limited(
    ledger: Ledger,
    population: Place,
    limits: Mapping[str, str],
    groups: Groups,
    where: str,
) -> Place:
    """A place with one label in each of some dimensions."""
    place = population
    for dimension, label in limits.items():
        if label != TOTAL:
            place = meet(place, dimension, _condition(ledger, dimension, (label,), groups, where), where)
    return place
