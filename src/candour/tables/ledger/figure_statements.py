"""The statement of a figure outside a table, such as one typed in a letter: a count, a share, a rate, an average."""

from __future__ import annotations

from dataclasses import replace

from candour.tables.ledger.ledger import Figure, Ledger, LedgerError, Release
from candour.tables.ledger.limits import Groups, limited
from candour.tables.ledger.marks import Reading, is_percentage
from candour.tables.ledger.naming import limits_in_words
from candour.tables.ledger.places import Place
from candour.tables.ledger.statement import Statement, with_range, with_ratio


def of_figure(
    ledger: Ledger,
    index: int,
    release: Release,
    figure: Figure,
    *,
    population: Place,
    groups: Groups,
    reading: Reading,
    counted: frozenset[str],
) -> Statement:
    """What a figure states; `counted`: the units that some release counts. Raises LedgerError, naming the release."""
    unit = figure.unit or release.unit
    labels = [f"{dimension} {label}" for dimension, label in figure.where.items()]
    named = ", ".join([*labels, *limits_in_words(release)]) or "everything"
    where = f"Release {release.reference}: {named}"
    plain = Statement(
        index,
        named,
        tuple(figure.where.values()),
        unit,
        release.distinct and unit == release.unit,
        release.extracted,
        limited(ledger, population, figure.where, groups, where),
        primary=figure.primary,
        accepted=bool(figure.accepted),
    )
    if figure.per:
        if figure.population < 1:
            raise LedgerError(f"{where}: a rate needs the population it is of, 1 or more.")
        return with_ratio(plain, figure.printed, where, ("", False, Place(), figure.population), figure.per)
    if figure.average_of:
        # So many of another unit to each: the other unit is what is divided.
        other = figure.average_of
        divided = replace(plain, unit=other, distinct=False, primary=False, averaged=other not in counted)
        return with_ratio(divided, figure.printed, where, (unit, plain.distinct, plain.place, 0))
    if is_percentage(figure.printed):
        base = limited(ledger, population, figure.of or {}, groups, where)
        return with_ratio(plain, figure.printed, where, (unit, plain.distinct, base, 0))
    return with_range(plain, figure.printed, where, Reading(None, reading.marks, reading.prints_zero))
