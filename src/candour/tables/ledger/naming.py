"""Names for the figures of a release, as a finding says them: their labels, and what the release is limited to."""

from __future__ import annotations

from collections.abc import Callable

from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Labels, Release
from candour.tables.ledger.periods import period_in_words, read_period
from candour.tables.ledger.places import periods


def namer_of(release: Release) -> Callable[[Labels], str]:
    """Names for the cells of a release: their labels but for totals, and what the release is limited to."""
    limits = limits_in_words(release)
    whole: dict[int, list[str]] = {}
    for at, column in enumerate(release.columns):
        if column.is_period:
            listed = dict.fromkeys(cell.labels[at] for cell in release.cells if len(cell.labels) > at)
            days = [span for each in listed if each != TOTAL and (span := read_period(each))]
            whole[at] = [period_in_words(span) for span in periods(days).spans]

    def name(labels: Labels) -> str:
        pairs = list(zip(release.columns, labels, strict=False))
        named = [f"{column.name} {label}" for column, label in pairs if label != TOTAL]
        for at, days in whole.items():
            named += days if at < len(labels) and labels[at] == TOTAL else []
        return ", ".join([*named, *limits]) or "everything"

    return name


def limits_in_words(release: Release) -> list[str]:
    """What a release is limited to."""
    limits = [f"{name} {' or '.join(labels)}" for name, labels in release.where.items()]
    limits += [f"{name} not {' or '.join(labels)}" for name, labels in release.without.items()]
    return [*limits, *([release.period] if release.period else [])]
