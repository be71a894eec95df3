"""What an answer gives, as releases of the ledger: each agreed table, and the figures in the words of the letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import count

from django.utils import timezone

from candour.desk.answering.letter import keys_of_decisions
from candour.desk.models import Case, LetterFigure, ProtectedCounts
from candour.desk.safe_figures.methods import Candidate
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.ledger.ledger import Column, Figure, Ledger, PrintedCell, Release
from candour.tables.ledger.marks import Rounding
from candour.tables.ledger.periods import read_period

_DATES = "date"
"""The dimension of dates, as every ledger of the desk calls it."""


def agreed_tables_of(case: Case) -> list[ProtectedCounts]:
    """The tables of counts that the answer gives."""
    found = ProtectedCounts.objects.filter(decision__in=keys_of_decisions(case), exhibit__isnull=False)
    return [each for each in found.select_related("decision__case__authority").order_by("pk") if each.is_agreed]


def release_of_counts(counts: ProtectedCounts, ledger: Ledger) -> Release:
    """An agreed table as a release, under the reference of its case and a number where that is taken."""
    stored = counts.candidate(counts.method)
    assert stored is not None and "refused" not in stored
    candidate = Candidate.of_data({**stored, "proof": counts.proof})
    decided = {labels: each.reason for labels, each in counts.decided_cells.items() if not each.sensitive}
    decided |= {tuple(each["labels"]): each["reason"] for each in counts.overrides if each.get("public")}
    proof = counts.proof
    marks = candidate.marks
    return Release(
        free_reference(counts.decision.case.reference, "table", ledger),
        extract_day(counts),
        counts.unit,
        counts.title,
        distinct=bool(counts.repeated),
        where=_limits(counts.only),
        without=_limits(counts.without),
        period=counts.period,
        columns=tuple(_column(dimension) for dimension in candidate.dimensions),
        cells=tuple(
            PrintedCell(
                cell.labels,
                marks.get(cell.labels, "") if cell.value is None else str(cell.value),
                cell.status.value == "primary",
                decided.get(cell.labels, ""),
            )
            for cell in candidate.cells
        ),
        rounding=Rounding(int(proof["base"]), max(int(proof["within"]), int(proof["base"]) - 1))
        if counts.method == "round"
        else None,
        corrects=counts.corrects if counts.corrects in {each.reference for each in ledger.releases} else "",
    )


def releases_of_figures(figures: Iterable[LetterFigure], ledger: Ledger, reference: str) -> list[Release]:
    """The figures of one register as releases, one for each unit and day of the extract."""
    kinds: dict[tuple[str, date], list[LetterFigure]] = {}
    for each in figures:
        kinds.setdefault((each.unit, each.extracted or timezone.localdate(each.said_at)), []).append(each)
    made = []
    for (unit, extracted), group in kinds.items():
        release = Release(
            free_reference(f"{reference} letter", "part", ledger),
            extracted,
            unit,
            "Figures in the letter",
            distinct=any(known.distinct and known.unit == unit for known in ledger.releases),
            figures=tuple(_figure(each) for each in group),
        )
        made.append(release)
        ledger = ledger.with_release(release)
    return made


def extract_day(counts: ProtectedCounts) -> date:
    """The day on which the register stood as counted: as said, else the day on which the table was agreed."""
    if counts.extracted:
        return counts.extracted
    return timezone.localdate(counts.agreed_at) if counts.agreed_at else timezone.localdate()


def population_in_words(release: Release) -> str:
    """What a release is limited to, for people; empty for everything."""
    words = [f"only {name} {' or '.join(labels)}" for name, labels in release.where.items()]
    words += [f"without {name} {' or '.join(labels)}" for name, labels in release.without.items()]
    return "; ".join([*words, *([release.period] if release.period else [])])


def free_reference(stem: str, what: str, ledger: Ledger) -> str:
    """A reference that no release of a ledger has: the stem, or the stem with what it is and a number."""
    taken = {each.reference for each in ledger.releases}
    return stem if stem not in taken else next(n for at in count(2) if (n := f"{stem} {what} {at}") not in taken)


def _figure(figure: LetterFigure) -> Figure:
    dated = {_DATES: figure.period} if figure.period else {}
    of = None if figure.of is None else {**dated, **figure.of}
    return Figure(
        {**figure.where, **dated},
        figure.printed,
        figure.unit,
        of,
        figure.per,
        figure.population,
        figure.average_of,
        quote=figure.sentence,
        accepted=figure.accepted,
    )


def _limits(stored: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(labels) for name, labels in stored.items()}


def _column(dimension: Dimension) -> Column:
    labels = [label for label in dimension.nodes if label != TOTAL]
    groups = {
        category: tuple(level[at] for level in dimension.levels) for at, category in enumerate(dimension.categories)
    }
    return Column(
        dimension.name,
        is_period=all(read_period(label) for label in labels),
        groups=groups if dimension.levels else {},
    )
