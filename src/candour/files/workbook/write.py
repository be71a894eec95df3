"""A grid of displayed text as a fresh XLSX and as CSV files. The same grid gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import xlsxwriter

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.limits import MIB
from candour.files.visible import Area, Chart, Grid, Rows, Series, Sheet
from candour.files.workbook.draw import CHART_GROUPINGS, CHART_KINDS, draw
from candour.files.workbook.rows import write_rows

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""As far as a sheet goes."""

_FIXED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)%?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]")
_LONGEST_CELL = 32_767


def write_seen(inspected: Inspected, context: Context) -> Rebuilt:
    """What an inspection saw of a workbook, written anew. Raises `Blocked` where it may not be."""
    if inspected.blocked or inspected.refused:
        raise Blocked(inspected.blocked or inspected.refused or "")
    assert isinstance(inspected.visible, Grid)
    return write_outputs(inspected.visible, context, inspected.lost)


def write_outputs(grid: Grid, context: Context, lost: list[str]) -> Rebuilt:
    """A workbook, and a CSV file for each sheet with something in it. Raises `Blocked` when no sheet is shown."""
    charts = [_clean_chart(chart) for chart in grid.charts]
    grid = Grid([Sheet(name, Rows(map(_clean_row, sheet.rows))) for name, sheet in _named(grid)], charts)
    if not grid.sheets:
        raise Blocked("Nothing in the file is shown to a reader, so there is nothing to send.")
    workbook = _workbook(grid)
    if len(workbook) > context.budget.limits.output // 2:
        raise Blocked(f"The rebuilt file is larger than {context.budget.limits.output // 2 // MIB:,} MB.")
    outputs = [Output(f"{context.stem}.xlsx", "xlsx", workbook, grid)]
    many = len(grid.sheets) > 1
    for sheet in grid.sheets:
        if not sheet.rows.filled:
            continue
        shown = Grid([Sheet("", Rows([as_text(cell) for cell in row] for row in sheet.rows))])
        name = f"{context.stem} - {sheet.name}.csv" if many else f"{context.stem}.csv"
        outputs.append(Output(name, "csv", _csv(shown.sheets[0]), shown))
        context.budget.check_time()
    return Rebuilt(outputs, grid, lost)


def blank() -> bytes:
    """A workbook as it is written here with nothing in it."""
    area = Area(0, 1, 0, 2, 0)
    series = (Series(area, area, "a"),)
    charts = [Chart(kind, grouping, "a", "a", "a", series, 0) for kind in CHART_KINDS for grouping in CHART_GROUPINGS]
    return _workbook(Grid([Sheet("Sheet1", Rows([["a"], ["1"], ["1.50"]]))], charts))


def as_text(cell: str) -> str:
    """A cell for CSV: one that a spreadsheet would run is preceded by an apostrophe, unless it is a plain number."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def clean(text: str) -> str:
    """A displayed text without what is not displayed: control characters, invisible ones, marks of direction."""
    text = _INVISIBLE.sub("", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return text[:_LONGEST_CELL]


def _clean_row(row: list[str]) -> list[str]:
    return [clean(cell) if cell and not (cell.isascii() and cell.isprintable()) else cell for cell in row]


def _clean_chart(chart: Chart) -> Chart:
    return replace(
        chart,
        title=clean(chart.title),
        across=clean(chart.across),
        upward=clean(chart.upward),
        series=tuple(replace(series, name=clean(series.name)) for series in chart.series),
    )


def _named(grid: Grid) -> list[tuple[str, Sheet]]:
    """Names of sheets that a workbook may have, all different."""
    taken: set[str] = set()
    named = []
    for number, sheet in enumerate(grid.sheets, 1):
        name = clean(_FORBIDDEN.sub(" ", sheet.name)).strip().strip("'")[:31].strip() or f"Table {number}"
        if name.casefold() in taken or name.casefold() == "history":
            name = f"{name[:26]} {number}"
        taken.add(name.casefold())
        named.append((name, sheet))
    return named


def _workbook(grid: Grid) -> bytes:
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _FIXED})
    formats: dict[str, int] = {}
    for sheet in grid.sheets:
        if sheet.rows.count > MOST_ROWS or sheet.rows.width > MOST_COLUMNS:
            raise Blocked(f"The sheet {sheet.name} is larger than a workbook can hold. Split it.")
        write_rows(sheet.rows, book.add_worksheet(sheet.name), book, formats)
    draw(grid, book)
    book.close()
    return buffer.getvalue()


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    width = max(1, sheet.rows.width)
    # A single column is quoted, since a bar or a semicolon in it would be taken for what parts cells.
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL if width == 1 else csv.QUOTE_MINIMAL)
    writer.writerows([*row, *[""] * (width - len(row))] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")
