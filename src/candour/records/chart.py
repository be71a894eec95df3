"""Bars from a protected table, as inline SVG with the data table beside it. What is not protected makes no chart."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from candour.records.findings import RecordsError
from candour.tables.dimensions import TOTAL

if TYPE_CHECKING:  # protected tables load numba and HiGHS, which a chart can do without
    from candour.tables.protected import ProtectedTable

_COLOURS = ("#1d70b8", "#d4351c", "#00703c", "#f47738", "#4c2c92", "#505a5f")
"""Of the GOV.UK palette; each has a contrast of 3 to 1 or more with white."""

_MARKS = ("", "M-2 6l8 -8M2 10l8 -8", "M3 4h2", "M0 4h8", "M4 0v8", "M0 4h8M4 0v8")
"""White lines over each colour."""

_LARGEST = 120
_LABEL, _BARS, _FIGURE = 230, 420, 70
_BAR, _GAP, _GROUP, _TOP = 18, 4, 26, 12
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a protected table prints: for each pair of labels the number, None where it is withheld."""

    title: str
    along: str
    across: str
    rows: tuple[str, ...]
    series: tuple[str, ...]
    values: Mapping[tuple[str, str], int | None]
    unit: str


def printed(table: ProtectedTable, title: str) -> Printed:
    """A protected table of one or two dimensions as it can be drawn, without its margins.

    Raises RecordsError where it has more dimensions; TypeError for anything but a protected table.
    """
    from candour.tables.protected import ProtectedTable as Protected

    if not isinstance(table, Protected):
        raise TypeError("a chart is drawn from a protected table only")
    return _printed(title, table.dimensions, [(cell.labels, cell.value) for cell in table.cells], table.unit)


def printed_csv(text: str, title: str, unit: str = "Count") -> Printed:
    """The same from the CSV that `candour protect -o` writes. Raises RecordsError for any other table."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    if not rows or rows[0][-2:] != ["value", "status"]:
        raise RecordsError("A chart is drawn from a protected table: the CSV that `candour protect -o` writes.")
    cells = []
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]) or (row[-2] and not row[-2].isdecimal()):
            raise RecordsError(f"Line {line} of the protected table cannot be read.")
        cells.append((tuple(row[:-2]), int(row[-2]) if row[-2] else None))
    return _printed(title, tuple(rows[0][:-2]), cells, unit)


def printed_for_readers(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], unit: str = "Count"
) -> Printed:
    """The same from the table that readers are given: words at the head of each row, figures or “withheld” beside them.

    Totals are left out. Raises RecordsError where the table is none of one or two dimensions, or cannot be drawn.
    """
    heads = [at for at, column in enumerate(columns) if at and not _is_margin(column)]
    kept = [row for row in rows if not _is_margin(row[0])]
    if any(row[at] != WITHHELD and not row[at].isdecimal() for row in rows for at in range(1, len(columns))):
        raise RecordsError("A chart shows a table of one or two dimensions.")
    if len(columns) == 2:
        single = [((row[0],), _figure(row[1])) for row in kept]
        return _printed(title, (columns[0],), single, columns[1] or unit)
    cells = [((row[0], columns[at]), _figure(row[at])) for row in kept for at in heads]
    return _printed(title, (columns[0], "what stands beside it"), cells, unit)


def _figure(text: str) -> int | None:
    return None if text == WITHHELD else int(text)


def _is_margin(label: str) -> bool:
    return label == TOTAL or label.endswith(", total")


def _printed(
    title: str, dimensions: tuple[str, ...], cells: Sequence[tuple[tuple[str, ...], int | None]], unit: str
) -> Printed:
    if len(dimensions) not in {1, 2}:
        raise RecordsError("A chart shows a table of one or two dimensions.")
    inner = [(labels, value) for labels, value in cells if TOTAL not in labels]
    rows = tuple(dict.fromkeys(labels[0] for labels, _ in inner))
    series = tuple(dict.fromkeys(labels[-1] for labels, _ in inner)) if len(dimensions) == 2 else ("",)
    if len(series) > len(_COLOURS) or len(rows) * len(series) > _LARGEST or not rows:
        raise RecordsError(
            f"A chart holds up to {len(_COLOURS)} categories side by side and {_LARGEST} bars; "
            f"this table has {len(series)} and {len(rows) * len(series)}. Count by fewer or coarser categories."
        )
    values = {(labels[0], labels[1] if len(labels) > 1 else ""): value for labels, value in inner}
    return Printed(title, dimensions[0], dimensions[1] if len(dimensions) > 1 else "", rows, series, values, unit)


def bar_chart(shown: Printed) -> str:
    """A figure in HTML: the bars as SVG with a title and a description, and the same figures as a table."""
    bars = (
        f'<div class="candour-chart__bars" role="region" aria-label={quoteattr(f"Bars: {shown.title}")} tabindex="0">'
        f"{_svg(shown)}</div>"
    )
    return f'<figure class="candour-chart">\n{bars}\n{_table(shown)}\n</figure>'


def _svg(shown: Printed) -> str:
    name = "chart-" + hashlib.sha256(f"{shown.title}{shown.rows}{shown.series}".encode()).hexdigest()[:8]
    largest = max([value for value in shown.values.values() if value is not None], default=0) or 1
    lines = []
    y = _TOP
    if shown.across:
        x = 0
        for at, label in enumerate(shown.series):
            lines.append(f'<rect x="{x}" y="{y}" width="14" height="14" fill="url(#{name}-{at})"/>')
            lines.append(_words(x + 20, y + 12, label))
            x += 34 + 8 * len(label)
            if x > _LABEL + _BARS and at + 1 < len(shown.series):
                x, y = 0, y + 22
        y += 34
    begin = y
    for row in shown.rows:
        if shown.across:
            lines.append(_words(0, y + 12, row, bold=True))
        for at, label in enumerate(shown.series):
            value = shown.values.get((row, label))
            length = round(_BARS * value / largest) if value else 0
            lines.append(_words(_LABEL - 8, y + 14, label or row, end=True))
            if length:
                lines.append(f'<rect x="{_LABEL}" y="{y}" width="{length}" height="{_BAR}" fill="url(#{name}-{at})"/>')
            if value is None:
                lines.append(
                    f'<path d="M{_LABEL + 3} {y + 2}h14v14h-14zl14 14m0 -14l-14 14" fill="none" stroke="#505a5f"/>'
                )
                lines.append(_words(_LABEL + 24, y + 14, WITHHELD))
            else:
                lines.append(_words(_LABEL + length + 6, y + 14, f"{value:,}"))
            y += _BAR + _GAP
        y += _GROUP - _BAR if shown.across else 2
    lines.append(f'<path d="M{_LABEL} {begin}V{y}" stroke="#0b0c0c" stroke-width="1"/>')
    width = _LABEL + _BARS + _FIGURE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + _TOP}" width="{width}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" font-family="inherit" font-size="14">\n'
        f'<title id="{name}-title">{escape(shown.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(_described(shown))}</desc>\n{_patterns(name, len(shown.series))}\n'
        + "\n".join(lines)
        + "\n</svg>"
    )


def _patterns(name: str, number: int) -> str:
    """What fills the bars of each category: a colour, and marks by which it is told without the colour."""
    kinds = "".join(
        f'<pattern id="{name}-{at}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="M0 0h8v8h-8z" fill="{_COLOURS[at]}"/>'
        + (f'<path d="{_MARKS[at]}" stroke="#ffffff" stroke-width="1.5" fill="none"/>' if _MARKS[at] else "")
        + "</pattern>"
        for at in range(number)
    )
    return f"<defs>{kinds}</defs>"


def _described(shown: Printed) -> str:
    known = {place: value for place, value in shown.values.items() if value is not None}
    hidden = len(shown.values) - len(known)
    by = f"{shown.along}, for {', '.join(shown.series)}" if shown.across else shown.along
    said = f"Bars of {shown.unit} by {by}."
    if known:
        high = max(known, key=lambda place: known[place])
        said += f" The highest is {', '.join(filter(None, high))} with {known[high]:,}."
    if hidden:
        said += f" {hidden} figures are withheld and have no bar." if hidden > 1 else " One figure is withheld."
    return said + " The table beside it holds every figure."


def _words(x: int, y: int, text: str, *, end: bool = False, bold: bool = False) -> str:
    marks = ' text-anchor="end"' if end else ""
    marks += ' font-weight="bold"' if bold else ""
    short = text if len(text) <= 32 else text[:31] + "…"
    return f'<text x="{x}" y="{y}" fill="#0b0c0c"{marks}>{escape(short)}</text>'


def _table(shown: Printed) -> str:
    heads = [shown.along, *(shown.series if shown.across else [shown.unit])]
    columns = "".join(
        f'<th scope="col" class="govuk-table__header{_right("header", at)}">{escape(head)}</th>'
        for at, head in enumerate(heads)
    )
    body = "\n".join(
        f'<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{escape(row)}</th>'
        + "".join(
            f'<td class="govuk-table__cell{_right("cell", 1)}">{WITHHELD if value is None else f"{value:,}"}</td>'
            for value in (shown.values.get((row, label)) for label in shown.series)
        )
        + "</tr>"
        for row in shown.rows
    )
    caption = f'<caption class="govuk-table__caption govuk-table__caption--s">{escape(shown.title)}</caption>'
    named = quoteattr(f"Figures: {shown.title}")
    return (
        f'<div class="candour-table-scroll" role="region" aria-label={named} tabindex="0">'
        f'<table class="govuk-table">{caption}\n'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{columns}</tr></thead>\n'
        f'<tbody class="govuk-table__body">\n{body}\n</tbody></table></div>'
    )


def _right(what: str, at: int) -> str:
    return f" govuk-table__{what}--numeric" if at else ""
