"""The figures as tables for a page and as a file for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candour.desk.statistics.fields import groups
from candour.desk.statistics.quarters import Quarter, QuarterFigures
from candour.law import Outcome
from candour.tables import write_csv


@dataclass(frozen=True, slots=True)
class Row:
    """One field, with its figure for each quarter."""

    code: str
    label: str
    part: bool
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The fields of one group by quarter."""

    title: str
    source: str
    quarters: tuple[str, ...]
    rows: tuple[Row, ...]


def tables_of(quarters: Sequence[QuarterFigures]) -> list[FigureTable]:
    """One table for each group of fields; the share in time stands below the first."""
    heads = tuple(each.quarter.short for each in quarters)
    found = [
        FigureTable(
            group.title,
            group.source,
            heads,
            tuple(
                Row(
                    field.code,
                    field.label,
                    bool(field.within),
                    tuple(f"{each.figures[field.name]:,}" for each in quarters),
                )
                for field in group.fields
            ),
        )
        for group in groups()
    ]
    share = Row(
        "", "Share of the answered that was in time", part=False, figures=tuple(q.percent_in_time for q in quarters)
    )
    first = found[0]
    return [FigureTable(first.title, first.source, heads, (*first.rows, share)), *found[1:]]


def sections_table(sections: dict[str, dict[Quarter, int]], quarters: Sequence[Quarter]) -> FigureTable:
    """In how many answered requests each section was relied on."""
    rows = tuple(
        Row(f"3.S{section}", f"Section {section}", part=False, figures=tuple(f"{found[q]:,}" for q in quarters))
        for section, found in sections.items()
    )
    heads = tuple(quarter.short for quarter in quarters)
    return FigureTable("Exemptions relied on", "quarterly return, part 3; each counted once for a request", heads, rows)


def questions_table(questions: dict[Outcome, dict[Quarter, int]], quarters: Sequence[Quarter]) -> FigureTable:
    """How many questions came to each outcome."""
    rows = tuple(
        Row("", outcome.label, part=False, figures=tuple(f"{found[q]:,}" for q in quarters))
        for outcome, found in questions.items()
    )
    heads = tuple(quarter.short for quarter in quarters)
    return FigureTable("Questions answered, by outcome", "the decisions on single questions; in no return", heads, rows)


def figures_csv(
    quarters: Sequence[QuarterFigures],
    sections: dict[str, dict[Quarter, int]],
    questions: dict[Outcome, dict[Quarter, int]] | None = None,
) -> bytes:
    """Every figure on a line of its own: quarter, code, name, label, value."""
    columns = ("Quarter", "Code", "Name", "Field", "Value")
    rows = [
        (each.quarter.short, field.code, field.name, field.label, str(each.figures[field.name]))
        for each in quarters
        for group in groups()
        for field in group.fields
    ]
    rows += [
        (quarter.short, f"3.S{section}", f"section_{section}", f"Section {section} relied on", str(count))
        for section, found in sections.items()
        for quarter, count in sorted(found.items())
    ]
    rows += [
        (quarter.short, "", f"questions_{outcome}", f"Questions: {outcome.label}", str(count))
        for outcome, found in (questions or {}).items()
        for quarter, count in sorted(found.items())
    ]
    return write_csv(columns, rows, ())
