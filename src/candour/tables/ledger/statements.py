"""What a ledger states, figure by figure: so many of this unit, in this place, in the register as it stood that day."""

from __future__ import annotations

from candour.tables.ledger.corrections import without_wrong
from candour.tables.ledger.figure_statements import of_figure
from candour.tables.ledger.ledger import Ledger, Release
from candour.tables.ledger.limits import Groups, groups_in, population_of
from candour.tables.ledger.marks import Reading
from candour.tables.ledger.places import normal
from candour.tables.ledger.statement import Statement
from candour.tables.ledger.table_statements import of_table


def statements(ledger: Ledger, *, doubting: bool = False) -> list[Statement]:
    """Every figure of every release; what a correction says otherwise is left out of the release that it corrects.

    `doubting` as of `candour.tables.ledger.corrections.without_wrong`.
    Raises LedgerError, naming the release and the cell, where a label or a figure cannot be understood.
    """
    groups = groups_in(ledger)
    counted = frozenset(
        unit for release in ledger.releases for unit in (release.unit, *(each.unit for each in release.figures)) if unit
    )
    found = [
        each
        for index, release in enumerate(ledger.releases)
        for each in _of_release(ledger, index, release, groups, counted)
    ]
    return without_wrong(ledger, found, doubting=doubting)


def _of_release(
    ledger: Ledger, index: int, release: Release, groups: Groups, counted: frozenset[str]
) -> list[Statement]:
    zero = any(cell.printed.strip().casefold() in {"0", "none", "nil", "zero"} for cell in release.cells)
    reading = Reading(release.rounding, {normal(mark): range_ for mark, range_ in release.marks.items()}, zero)
    population = population_of(ledger, release, groups)
    found = of_table(ledger, index, release, population=population, groups=groups, reading=reading, counted=counted)
    return found + [
        of_figure(
            ledger, index, release, figure, population=population, groups=groups, reading=reading, counted=counted
        )
        for figure in release.figures
    ]
