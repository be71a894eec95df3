"""What a ledger states, figure by figure: so many of this unit, in this place, in the register as it stood that day.

This is where labels get their meaning: groups become their members, `Total` the population of its release, `Other` what
the labels beside it leave, a period its days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Column, Figure, Labels, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.marks import Range, Reading, is_percentage, read_count, read_ratio
from candour.tables.ledger.periods import period_in_words, read_period
from candour.tables.ledger.places import Condition, Periods, Picked, Place, normal, periods

_OTHERS = frozenset({"other", "others", "all other", "all others", "any other", "other (all)"})


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
    not list, and this is the dimension of the column; such a statement is nothing to protect.
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


def statements(ledger: Ledger) -> list[Statement]:
    """Every figure of every release; what a correction says otherwise is left out of the release that it corrects.

    Raises LedgerError, naming the release and the cell, where a label or a figure cannot be understood.
    """
    groups = _groups(ledger)
    found = [
        each for index, release in enumerate(ledger.releases) for each in _of_release(ledger, index, release, groups)
    ]
    return _corrected(ledger, found)


def _groups(ledger: Ledger) -> Callable[[str, str], frozenset[str]]:
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


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the labels of a column stand for."""

    dimension: str
    of: Mapping[str, Condition]
    whole: Condition | None
    rest: Condition | None


def _of_release(
    ledger: Ledger, index: int, release: Release, groups: Callable[[str, str], frozenset[str]]
) -> list[Statement]:
    where = f"Release {release.reference}"
    population = _population(ledger, release, groups)
    meanings = [_meaning(ledger, release, at, column, groups) for at, column in enumerate(release.columns)]
    for meaning in meanings:
        if meaning.whole is not None:
            population = _meet(population, meaning.dimension, meaning.whole, where)
    zero = any(cell.printed.strip().casefold() in {"0", "none", "nil", "zero"} for cell in release.cells)
    reading = Reading(release.rounding, {normal(mark): range_ for mark, range_ in release.marks.items()}, zero)
    found: list[Statement] = []
    seen: set[Labels] = set()
    namer = _namer(release)
    for cell in release.cells:
        name = namer(cell.labels)
        if len(cell.labels) != len(release.columns):
            raise LedgerError(f"{where}: {name} has {len(cell.labels)} labels for {len(release.columns)} columns.")
        if cell.labels in seen:
            raise LedgerError(f"{where}: {name} is given twice.")
        seen.add(cell.labels)
        place = population
        for meaning, label in zip(meanings, cell.labels, strict=True):
            if label != TOTAL:
                place = _meet(place, meaning.dimension, meaning.of[label], f"{where}: {name}")
        found.append(
            _of_cell(
                index,
                release,
                cell,
                name=name,
                place=place,
                population=population,
                meanings=meanings,
                reading=reading,
            )
        )
    found += [
        Statement(
            index,
            f"{release.columns[at].name}: what is not listed",
            (),
            release.unit,
            release.distinct,
            release.extracted,
            _meet(population, meaning.dimension, meaning.rest, where),
            upper=0,
            unlisted=meaning.dimension,
        )
        for at, meaning in enumerate(meanings)
        if meaning.rest is not None and release.columns[at].complete and release.cells
    ]
    plain = _population(ledger, release, groups)
    found += [
        _of_figure(ledger, index, release, figure, population=plain, groups=groups, reading=reading)
        for figure in release.figures
    ]
    return found


def _population(ledger: Ledger, release: Release, groups: Callable[[str, str], frozenset[str]]) -> Place:
    place = Place()
    where = f"Release {release.reference}"
    for out, limits in ((False, release.where), (True, release.without)):
        for dimension, labels in limits.items():
            place = _meet(place, dimension, _condition(ledger, dimension, labels, groups, where, out=out), where)
    if release.period:
        place = _meet(place, ledger.dates, _days(release.period, where), where)
    return place


def _condition(
    ledger: Ledger,
    dimension: str,
    labels: Labels,
    groups: Callable[[str, str], frozenset[str]],
    where: str,
    *,
    out: bool = False,
) -> Condition:
    if dimension == ledger.dates:
        spans = periods(span for label in labels for span in _days(label, where).spans)
        return _outside(spans) if out else spans
    return Picked(frozenset().union(*(groups(dimension, label) for label in labels)), out)


def _outside(days: Periods) -> Periods:
    ends = [0, *(day for span in days.spans for day in span), date.max.toordinal()]
    return periods((ends[at], ends[at + 1]) for at in range(0, len(ends), 2) if ends[at] < ends[at + 1])


def _days(text: str, where: str) -> Periods:
    span = read_period(text)
    if span is None:
        raise LedgerError(
            f"{where}: “{text}” is no period. Write it as 2023, 2022/23, Q1 2023, March 2023 or as two dates with “to”."
        )
    return Periods((span,))


def _meet(place: Place, dimension: str, condition: Condition, where: str) -> Place:
    try:
        return place.meet(dimension, condition)
    except TypeError:
        raise LedgerError(
            f"{where}: “{dimension}” has labels here and periods there. Say of every column of it that it is a period."
        ) from None


def _meaning(
    ledger: Ledger, release: Release, at: int, column: Column, groups: Callable[[str, str], frozenset[str]]
) -> _Meaning:
    where = f"Release {release.reference}, column {column.name}"
    labels = dict.fromkeys(cell.labels[at] for cell in release.cells if len(cell.labels) > at)
    labels.pop(TOTAL, None)
    if column.is_period:
        days = {label: _days(column.meanings.get(label, (label,))[0], where) for label in labels}
        whole = periods(span for each in days.values() for span in each.spans)
        return _Meaning(column.dimension or ledger.dates, days, whole if days else None, None)
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
    return _Meaning(dimension, picked, None, rest)


def _of_cell(
    index: int,
    release: Release,
    cell: PrintedCell,
    *,
    name: str,
    place: Place,
    population: Place,
    meanings: list[_Meaning],
    reading: Reading,
) -> Statement:
    where = f"Release {release.reference}: {name}"
    plain = Statement(
        index,
        name,
        cell.labels,
        release.unit,
        release.distinct,
        release.extracted,
        place,
        primary=cell.primary,
        accepted=bool(cell.accepted),
    )
    if is_percentage(cell.printed):
        if not release.percent_of:
            raise LedgerError(
                f"{where} is “{cell.printed}”: say under percent_of which columns’ total it is a share of."
            )
        names = [column.name for column in release.columns]
        if unknown := [each for each in release.percent_of if each not in names]:
            raise LedgerError(f"Release {release.reference}: percent_of names “{unknown[0]}”, which is no column.")
        base = population
        for column, meaning, label in zip(names, meanings, cell.labels, strict=True):
            if column not in release.percent_of and label != TOTAL:
                base = _meet(base, meaning.dimension, meaning.of[label], where)
        return _with_ratio(plain, cell.printed, where, (release.unit, release.distinct, base, 0))
    return _with_range(plain, cell.printed, where, reading)


def _with_range(plain: Statement, printed: str, where: str, reading: Reading) -> Statement:
    try:
        lower, upper = read_count(printed, reading)
    except TableError as error:
        raise LedgerError(f"{where}: {error}") from error
    return _but(plain, lower=lower, upper=upper)


def _with_ratio(
    plain: Statement, printed: str, where: str, base: tuple[str, bool, Place, int], scale: int = 1
) -> Statement:
    ends = read_ratio(printed)
    if ends is None:
        raise LedgerError(f"{where} is “{printed}”, which is no percentage, rate or average.")
    unit, distinct, place, number = base
    return _but(plain, ratio=Ratio(ends[0] / scale, ends[1] / scale, unit, distinct, place, number))


def _but(plain: Statement, *, lower: int = 0, upper: int | None = None, ratio: Ratio | None = None) -> Statement:
    return replace(plain, lower=lower, upper=upper, ratio=ratio)


def _of_figure(
    ledger: Ledger,
    index: int,
    release: Release,
    figure: Figure,
    *,
    population: Place,
    groups: Callable[[str, str], frozenset[str]],
    reading: Reading,
) -> Statement:
    unit = figure.unit or release.unit
    labels = [f"{dimension} {label}" for dimension, label in figure.where.items()]
    named = ", ".join([*labels, *_limits(release)]) or "everything"
    where = f"Release {release.reference}: {named}"
    plain = Statement(
        index,
        named,
        tuple(figure.where.values()),
        unit,
        release.distinct and unit == release.unit,
        release.extracted,
        _limited(ledger, population, figure.where, groups, where),
        primary=figure.primary,
        accepted=bool(figure.accepted),
    )
    distinct = plain.distinct
    if figure.per:
        if figure.population < 1:
            raise LedgerError(f"{where}: a rate needs the population it is of, 1 or more.")
        return _with_ratio(plain, figure.printed, where, ("", False, Place(), figure.population), figure.per)
    if figure.average_of:
        # So many of another unit to each: the other unit is what is divided.
        plain = Statement(
            index,
            named,
            plain.labels,
            figure.average_of,
            False,
            release.extracted,
            plain.place,
            accepted=plain.accepted,
        )
        base = _limited(ledger, population, figure.where, groups, where)
        return _with_ratio(plain, figure.printed, where, (unit, distinct, base, 0))
    if is_percentage(figure.printed):
        base = _limited(ledger, population, figure.of or {}, groups, where)
        return _with_ratio(plain, figure.printed, where, (unit, distinct, base, 0))
    return _with_range(plain, figure.printed, where, Reading(None, reading.marks, reading.prints_zero))


def _limited(
    ledger: Ledger,
    population: Place,
    limits: Mapping[str, str],
    groups: Callable[[str, str], frozenset[str]],
    where: str,
) -> Place:
    place = population
    for dimension, label in limits.items():
        if label != TOTAL:
            place = _meet(place, dimension, _condition(ledger, dimension, (label,), groups, where), where)
    return place


def _namer(release: Release) -> Callable[[Labels], str]:
    """Names for the cells of a release: their labels but for totals, and what the release is limited to."""
    limits = _limits(release)
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


def _limits(release: Release) -> list[str]:
    limits = [f"{name} {' or '.join(labels)}" for name, labels in release.where.items()]
    limits += [f"{name} not {' or '.join(labels)}" for name, labels in release.without.items()]
    return [*limits, *([release.period] if release.period else [])]


def _corrected(ledger: Ledger, found: list[Statement]) -> list[Statement]:
    """Without what a later release says to have been wrong: a figure that it prints otherwise in the same place."""
    place_of = {release.reference: index for index, release in enumerate(ledger.releases)}
    right: dict[tuple[int, str, bool, Place], tuple[Range, Ratio | None]] = {}
    for each in found:
        wrong = ledger.releases[each.release].corrects
        if wrong:
            right[place_of[wrong], each.unit, each.distinct, each.place] = (each.lower, each.upper), each.ratio
    kept = []
    for each in found:
        key = each.release, each.unit, each.distinct, each.place
        says = right.get(key)
        if says is None or says == ((each.lower, each.upper), each.ratio) or each.upper is None:
            kept.append(each)
    return kept
