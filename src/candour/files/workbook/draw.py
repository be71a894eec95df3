"""Charts of a rebuilt workbook, drawn by references to its cells; no value is stored a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candour.files.visible import Area, Chart, Grid

if TYPE_CHECKING:
    import xlsxwriter

CHART_KINDS = ("column", "bar", "line", "pie", "doughnut", "area", "scatter", "radar")
CHART_GROUPINGS = ("", "stacked", "percent_stacked")
_GROUPED = {"column", "bar", "line", "area"}
_WITHOUT_AXES = {"pie", "doughnut"}
_ROWS_EACH = 16


def draw(grid: Grid, book: xlsxwriter.Workbook) -> None:
    """Put every chart of the grid beside the cells of its sheet, where it covers none."""
    pages = book.worksheets()
    drawn = [0] * len(pages)
    for chart in grid.charts:
        options: dict[str, Any] = {"type": chart.kind}
        if chart.kind == "scatter":
            options["subtype"] = "straight_with_markers"
        elif chart.grouping and chart.kind in _GROUPED:
            options["subtype"] = chart.grouping
        picture = book.add_chart(options)
        for series in chart.series:
            given: dict[str, Any] = {"values": _reference(grid, series.values)}
            if series.labels is not None:
                given["categories"] = _reference(grid, series.labels)
            if series.name:
                given["name"] = _as_text(series.name)
            picture.add_series(given)
        _name(picture, chart)
        width = grid.sheets[chart.sheet].rows.width
        pages[chart.sheet].insert_chart(1 + _ROWS_EACH * drawn[chart.sheet], width + 1 if width else 0, picture)
        drawn[chart.sheet] += 1


def _name(picture: Any, chart: Chart) -> None:
    picture.set_title({"name": _as_text(chart.title)} if chart.title else {"none": True})
    if chart.kind in _WITHOUT_AXES:
        return
    for title, axis in ((chart.across, picture.set_x_axis), (chart.upward, picture.set_y_axis)):
        if title:
            axis({"name": _as_text(title)})


def _as_text(text: str) -> str:
    """A name that the writer does not take for a formula."""
    return f" {text}" if text.startswith("=") else text


def _reference(grid: Grid, area: Area) -> list[Any]:
    return [grid.sheets[area.sheet].name, area.top, area.left, area.bottom, area.right]
