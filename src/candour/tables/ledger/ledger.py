"""The ledger of releases: everything about one register that was ever published, as it was printed.

A ledger says nothing that was not published, save which withheld figures are small (`primary`) and which small ones a
person decided to show. It is plain data: a folder or a file that can be kept under version control
(`candour.tables.ledger.file`), or rows of a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from candour.tables.csv import TableError
from candour.tables.ledger.marks import Range, Rounding

Labels = tuple[str, ...]


class LedgerError(TableError):
    """The ledger cannot be used: the message names the release, and the cell where there is one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a release's table, one for each dimension it prints.

    `dimension`: what it is called in the register, where the release has another name for it. `is_period`: its labels
    are periods of the dimension of dates. `complete`: cases of every label are in the table, so that those not listed
    have none. `groups`: for each label its groups, nearest first, whose totals the table prints. `meanings`: labels
    that stand for several labels of the register.
    """

    name: str
    dimension: str = ""
    is_period: bool = False
    complete: bool = True
    groups: Mapping[str, Labels] = field(default_factory=dict)
    meanings: Mapping[str, Labels] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell: its label in each column, what is printed, whether its count is small, why a small one is shown."""

    labels: Labels
    printed: str
    primary: bool = False
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure outside the table, such as one typed in a letter: what it counts and what is printed.

    `where`: the label in each dimension it is limited to; `of`: for a percentage, what it is a share of, `{}` for the
    whole population of the release. `per` and `population`: for a rate, so many of a population of so many.
    `average_of`: for an average, the unit of which there are so many to each of `unit`.
    """

    where: Mapping[str, str]
    printed: str
    unit: str = ""
    of: Mapping[str, str] | None = None
    per: int = 0
    population: int = 0
    average_of: str = ""
    quote: str = ""
    primary: bool = False
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A percentage or an average that is printed beside a cell: its label in each column, and what is printed.

    `of`: the columns at whose total a percentage is a share. `average_of`: what there are so many of to each case of
    the cell; where no release counts that, as for days, only the count behind the average is protected.
    """

    labels: Labels
    printed: str
    of: Labels = ()
    average_of: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One release: its table and its figures, with what they are of.

    `extracted`: the day on which the register stood as counted here. `where`, `without`: the population, as labels of
    dimensions it is limited to or leaves out; `period`: likewise in time. `distinct`: each cell counts distinct units
    (persons), so totals are no sums. `by`: the body that published it, empty for the force itself. `corrects`: the
    release whose figures were wrong. `percent_of`: percentages in the table are shares of the cell with these columns
    at their total. `withdrawn_on`: the day on which it was taken back, which nobody who read it forgets.
    """

    reference: str
    extracted: date
    unit: str = "cases"
    title: str = ""
    published: date | None = None
    by: str = ""
    distinct: bool = False
    where: Mapping[str, Labels] = field(default_factory=dict)
    without: Mapping[str, Labels] = field(default_factory=dict)
    period: str = ""
    columns: tuple[Column, ...] = ()
    cells: tuple[PrintedCell, ...] = ()
    figures: tuple[Figure, ...] = ()
    rounding: Rounding | None = None
    marks: Mapping[str, Range] = field(default_factory=dict)
    percent_of: Labels = ()
    corrects: str = ""
    beside: tuple[Beside, ...] = ()
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every release, and what holds between them.

    `groups`: for each dimension, labels that stand for several others. `changing`: dimensions in which a case may move
    between two extracts (outcome, status). `withdrawn`: whether cases can vanish from the register. `at_most`: units
    of which there are never more than of another (`people` than `cases`), cell by cell. `same`: pairs of cells, each
    as reference and labels, that count the same cases although they are called differently. `dates`: the name of the
    dimension of dates.
    """

    releases: tuple[Release, ...] = ()
    groups: Mapping[str, Mapping[str, Labels]] = field(default_factory=dict)
    changing: Labels = ()
    withdrawn: bool = False
    at_most: Mapping[str, str] = field(default_factory=dict)
    same: tuple[tuple[tuple[str, Labels], tuple[str, Labels]], ...] = ()
    dates: str = "date"

    def __post_init__(self) -> None:
        """Refuse two releases that one could not tell apart."""
        seen: set[str] = set()
        for release in self.releases:
            if not release.reference.strip():
                raise LedgerError("A release has no reference. Give each one the reference under which it was sent.")
            if release.reference in seen:
                raise LedgerError(f"Release {release.reference} is in the ledger twice. Give each its own reference.")
            seen.add(release.reference)
        for release in self.releases:
            if release.corrects and release.corrects not in seen:
                raise LedgerError(
                    f"Release {release.reference} corrects {release.corrects}, which is not in the ledger."
                )

    def with_release(self, release: Release) -> Ledger:
        """The ledger with one release more."""
        return Ledger(
            (*self.releases, release),
            self.groups,
            self.changing,
            self.withdrawn,
            self.at_most,
            self.same,
            self.dates,
        )
