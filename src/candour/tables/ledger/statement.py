"""One figure of the ledger as a statement about the register: of what it counts, and what it says of that count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from candour.tables.csv import TableError
from candour.tables.ledger.ledger import Labels, LedgerError
from candour.tables.ledger.marks import Reading, read_count, read_ratio
from candour.tables.ledger.places import Place


@dataclass(frozen=True, slots=True)
class Ratio:
    """The figure divided by another, a count of `unit` at `place` or `number`, lies between `least` and `most`."""

    least: Fraction
    most: Fraction
    unit: str = ""
    distinct: bool = False
    place: Place = field(default_factory=Place)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of one release: the range of counts that it leaves possible by itself, or its ratio to another.

    `release` is the place of the release in the ledger. `unlisted`: this says that there is none of what a column does
    not list, and this is the dimension of the column; such a statement is nothing to protect. `averaged`: this is of a
    sum that is averaged, such as of days, and counts nobody.
    """

    release: int
    name: str
    labels: Labels
    unit: str
    distinct: bool
    extracted: date
    place: Place
    lower: int = 0
    upper: int | None = None
    ratio: Ratio | None = None
    primary: bool = False
    accepted: bool = False
    unlisted: str = ""
    averaged: bool = False


def with_range(plain: Statement, printed: str, where: str, reading: Reading) -> Statement:
    """A statement with the counts that a printed figure leaves possible. Raises LedgerError, beginning with `where`."""
    try:
        lower, upper = read_count(printed, reading)
    except TableError as error:
        raise LedgerError(f"{where}: {error}") from error
    return replace(plain, lower=lower, upper=upper)


def with_ratio(
    plain: Statement, printed: str, where: str, base: tuple[str, bool, Place, int], scale: int = 1
) -> Statement:
    """A statement with its ratio to a base: unit, whether distinct, place, and a number where it is known.

    `scale`: the figure is so many times the ratio. Raises LedgerError, beginning with `where`.
    """
    ends = read_ratio(printed)
    if ends is None:
        raise LedgerError(f"{where} is “{printed}”, which is no percentage, rate or average.")
    unit, distinct, place, number = base
    return replace(plain, ratio=Ratio(ends[0] / scale, ends[1] / scale, unit, distinct, place, number))
