"""The statements of a release's table: its cells, what it does not list, and the shares and averages beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from candour.tables.dimensions import TOTAL
from candour.tables.ledger.columns import Meaning, meaning_of
from candour.tables.ledger.ledger import Beside, Labels, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.limits import Groups, meet
from candour.tables.ledger.marks import Reading, is_percentage
from candour.tables.ledger.naming import namer_of
from candour.tables.ledger.places import Place
from candour.tables.ledger.statement import Statement, with_range, with_ratio


def of_table(
    ledger: Ledger,
    index: int,
    release: Release,
    *,
    population: Place,
    groups: Groups,
    reading: Reading,
    counted: frozenset[str],
) -> list[Statement]:
    """What a table states; `counted`: the units that some release counts, of which others are only averaged.

    Raises LedgerError, naming the release and the cell.
    """
    table = _Table(ledger, index, release, population=population, groups=groups, reading=reading)
    found = [table.of_cell(cell) for cell in release.cells]
    if release.cells:
        found += table.unlisted()
    return found + [table.of_beside(each, counted) for each in release.beside]


class _Table:
    """A table with the meanings of its columns."""

    def __init__(
        self, ledger: Ledger, index: int, release: Release, *, population: Place, groups: Groups, reading: Reading
    ) -> None:
        self.index, self.release, self.reading = index, release, reading
        self.where = f"Release {release.reference}"
        self.meanings: Sequence[Meaning] = [
            meaning_of(ledger, release, at, column, groups) for at, column in enumerate(release.columns)
        ]
        for meaning in self.meanings:
            if meaning.whole is not None:
                population = meet(population, meaning.dimension, meaning.whole, self.where)
        self.population = population
        self.places: dict[Labels, Place] = {(): population}
        self.name: Callable[[Labels], str] = namer_of(release)
        self.seen: set[Labels] = set()

    def of_cell(self, cell: PrintedCell) -> Statement:
        """What a cell states."""
        name = self.name(cell.labels)
        self._check(cell.labels, name)
        if cell.labels in self.seen:
            raise LedgerError(f"{self.where}: {name} is given twice.")
        self.seen.add(cell.labels)
        plain = self._plain(cell.labels, name, primary=cell.primary, accepted=bool(cell.accepted))
        if not is_percentage(cell.printed):
            return with_range(plain, cell.printed, f"{self.where}: {name}", self.reading)
        if not self.release.percent_of:
            raise LedgerError(
                f"{self.where}: {name} is “{cell.printed}”: say under percent_of which columns’ total it is a share of."
            )
        return self._share(plain, cell.printed, self.release.percent_of)

    def of_beside(self, said: Beside, counted: frozenset[str]) -> Statement:
        """What a percentage or an average states that is printed beside a cell."""
        name = self.name(said.labels)
        self._check(said.labels, name)
        if bool(said.of) == bool(said.average_of):
            raise LedgerError(
                f"{self.where}: {name}, “{said.printed}”: say what it is a share of, or what it averages."
            )
        if said.of:
            return self._share(self._plain(said.labels, name), said.printed, said.of)
        release = self.release
        base = release.unit, release.distinct, self._place(said.labels, name), 0
        plain = replace(
            self._plain(said.labels, name),
            unit=said.average_of,
            distinct=False,
            averaged=said.average_of not in counted,
        )
        return with_ratio(plain, said.printed, f"{self.where}: {name}", base)

    def unlisted(self) -> list[Statement]:
        """That there is none of what the columns do not list, where they list everything."""
        return [
            replace(
                self._plain((), f"{column.name}: what is not listed"),
                place=meet(self.population, meaning.dimension, meaning.rest, self.where),
                upper=0,
                unlisted=meaning.dimension,
            )
            for column, meaning in zip(self.release.columns, self.meanings, strict=True)
            if meaning.rest is not None and column.complete
        ]

    def _check(self, labels: Labels, name: str) -> None:
        if len(labels) != len(self.release.columns):
            raise LedgerError(f"{self.where}: {name} has {len(labels)} labels for {len(self.release.columns)} columns.")

    def _plain(self, labels: Labels, name: str, *, primary: bool = False, accepted: bool = False) -> Statement:
        release = self.release
        return Statement(
            self.index,
            name,
            labels,
            release.unit,
            release.distinct,
            release.extracted,
            self._place(labels, name),
            primary=primary,
            accepted=accepted,
        )

    def _place(self, labels: Labels, name: str) -> Place:
        """The place of a cell; cells that begin with the same labels share the way there."""
        known = self.places.get(labels)
        if known is None:
            place, at = self._place(labels[:-1], name), len(labels) - 1
            known = self.places[labels] = place if labels[at] == TOTAL else self._within(place, at, labels[at], name)
        return known

    def _within(self, place: Place, at: int, label: str, name: str) -> Place:
        meaning = self.meanings[at]
        if label not in meaning.of:
            raise LedgerError(f"{self.where}: the table has no {self.release.columns[at].name} “{label}”.")
        return meet(place, meaning.dimension, meaning.of[label], f"{self.where}: {name}")

    def _share(self, plain: Statement, printed: str, along: Labels) -> Statement:
        names = [column.name for column in self.release.columns]
        if unknown := [each for each in along if each not in names]:
            raise LedgerError(f"{self.where}: percent_of names “{unknown[0]}”, which is no column.")
        whole = tuple(TOTAL if name in along else label for name, label in zip(names, plain.labels, strict=True))
        base = self.release.unit, self.release.distinct, self._place(whole, plain.name), 0
        return with_ratio(plain, printed, f"{self.where}: {plain.name}", base)
