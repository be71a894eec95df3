"""Charts of a workbook again: those that draw only on cells that a reader sees. ECMA-376 part 1, 21.2.

A chart is drawn anew from the displayed cells of the rebuilt sheets, never from the values that it remembers. One that
draws on anything else (hidden cells, another file, values of its own) is left out, and the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from candour.files.markup import Element, attribute, local, parse, text_of
from candour.files.masked import plain
from candour.files.opc import Package
from candour.files.visible import Area, Chart, Grid, Series
from candour.files.workbook.shown import ShownSheet

_KINDS = {
    "barChart": "column",
    "bar3DChart": "column",
    "lineChart": "line",
    "line3DChart": "line",
    "pieChart": "pie",
    "pie3DChart": "pie",
    "doughnutChart": "doughnut",
    "areaChart": "area",
    "area3DChart": "area",
    "scatterChart": "scatter",
    "radarChart": "radar",
}
_STACKED = {"stacked": "stacked", "percentStacked": "percent_stacked"}
_RANGE = re.compile(
    r"^(?:'((?:[^']|'')+)'|([\w.]+))!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$", re.IGNORECASE
)
_MOST_CELLS = 100_000
_FALSE = {"0", "false"}


class NotDrawn(Exception):
    """A chart cannot be drawn from what a reader sees; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """A chart part, and the sheet on which it is shown: its name, and its number among the rebuilt ones or None."""

    part: str
    sheet: str
    number: int | None


def places(package: Package, part: str, sheet: str, number: int | None) -> Iterator[ChartPlace]:
    """The charts that a sheet shows, in the order of its drawing."""
    for drawing in package.targets(part, "drawing"):
        if drawing not in package.types:
            continue
        arrows = {arrow.id: arrow.target for arrow in package.of(drawing)}
        for frame in parse(package.archive.read(drawing), drawing).iter():
            if local(frame) == "graphicFrame" and not _is_hidden(frame):
                for chart in frame.iter():
                    target = arrows.get(attribute(chart, "id") or "") if local(chart) == "chart" else None
                    if target in package.types:
                        yield ChartPlace(str(target), sheet, number)


class Redrawing:
    """Draws charts from the sheets that are shown. `sheets` leads from a name (folded) to its number and its cells."""

    def __init__(self, grid: Grid, sheets: Mapping[str, tuple[int, ShownSheet]]) -> None:
        self._grid = grid
        self._sheets = sheets
        self._cells: dict[int, dict[int, list[str]]] = {}

    def draw(self, place: ChartPlace, data: bytes) -> Chart:
        """The chart from the cells that are shown. Raises `NotDrawn`."""
        root = parse(data, place.part)
        plot = next((element for element in root.iter() if local(element) == "plotArea"), None)
        drawn = [element for element in plot if local(element).endswith("Chart")] if plot is not None else []
        if plot is None or len(drawn) != 1 or local(drawn[0]) not in _KINDS:
            raise NotDrawn("it is of a kind that is not drawn anew")
        kind = _KINDS[local(drawn[0])]
        if kind == "column" and _value(drawn[0], "barDir") == "bar":
            kind = "bar"
        hidden_too = any(local(element) == "plotVisOnly" and element.get("val") in _FALSE for element in root.iter())
        found = [self._series(one, hidden_too=hidden_too) for one in drawn[0] if local(one) == "ser"]
        series = [one for one in found if one is not None]
        if not series:
            raise NotDrawn("it draws nothing")
        titles = [_title(axis) for axis in plot if local(axis) in {"catAx", "dateAx", "valAx"}]
        chart = next(element for element in root.iter() if local(element) == "chart")
        first = next((one.values for one in series), None)
        assert first is not None
        return Chart(
            kind,
            _STACKED.get(_value(drawn[0], "grouping"), ""),
            _title(chart),
            titles[0] if titles else "",
            titles[1] if len(titles) > 1 else "",
            tuple(series),
            first.sheet if place.number is None else place.number,
        )

    def _series(self, element: Element, *, hidden_too: bool) -> Series | None:
        parts = {local(child): child for child in element}
        source = parts.get("val", parts.get("yVal"))
        if source is None:
            return None
        values = self._drawn_on(source, hidden_too=hidden_too)
        if values is None:
            raise NotDrawn("its figures stand in no cell")
        labels = parts.get("cat", parts.get("xVal"))
        return Series(
            values,
            self._drawn_on(labels, hidden_too=hidden_too) if labels is not None else None,
            self._name(parts.get("tx")),
        )

    def _name(self, element: Element | None) -> str:
        if element is None:
            return ""
        formula = next((inner for inner in element.iter() if local(inner) == "f"), None)
        if formula is None:
            return " ".join("".join(text_of(inner) for inner in element.iter() if local(inner) == "v").split())
        area = self._area(text_of(formula))
        return " ".join(text for text in self._texts(area) if text)

    def _drawn_on(self, element: Element, *, hidden_too: bool) -> Area | None:
        """The rebuilt cells that values or labels come from; None where they are written into the chart."""
        formula = next((inner for inner in element.iter() if local(inner) == "f"), None)
        points = [text_of(inner).strip() for inner in element.iter() if local(inner) == "pt"]
        if formula is None:
            if any(points):
                raise NotDrawn("it holds values that stand in no cell")
            return None
        area = self._area(text_of(formula), whole=hidden_too)
        if sum(1 for point in points if point) > sum(1 for text in self._texts(area) if text.strip()):
            raise NotDrawn("it draws on cells that a reader cannot see")
        return area

    def _area(self, formula: str, *, whole: bool = False) -> Area:
        """Where the shown cells of a range stand in the rebuilt sheets; with `whole`, none of them may be hidden."""
        if "[" in formula:
            raise NotDrawn("it draws on another file")
        match = _RANGE.match(formula.strip())
        if match is None:
            raise NotDrawn(f"it draws on {plain(formula, 60)}, which is no range of cells")
        name = (match[1] or match[2]).replace("''", "'")
        entry = self._sheets.get(name.casefold())
        if entry is None:
            raise NotDrawn(f"it draws on the sheet {plain(name, 40)}, which a reader cannot see")
        number, shown = entry
        top, bottom = sorted((int(match[4]) - 1, int(match[6] or match[4]) - 1))
        left, right = sorted((_column(match[3]), _column(match[5] or match[3])))
        if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
            raise NotDrawn("it draws on more cells than can be drawn")
        rows = _kept(top, bottom, shown.row_place)
        columns = _kept(left, right, shown.column_place)
        if not rows or not columns:
            raise NotDrawn("it draws on cells that a reader cannot see")
        if whole and (shown.hides_rows(top, bottom) or len(columns) < right - left + 1):
            raise NotDrawn("it draws on cells that a reader cannot see")
        return Area(number, rows[0], columns[0], rows[-1], columns[-1])

    def _texts(self, area: Area) -> Iterator[str]:
        cells = self._cells.get(area.sheet)
        if cells is None:
            cells = self._cells[area.sheet] = dict(
                zip(range(_MOST_CELLS), self._grid.sheets[area.sheet].rows, strict=False)
            )
        for number in range(area.top, area.bottom + 1):
            row = cells.get(number, [])
            yield from (row[column] if column < len(row) else "" for column in range(area.left, area.right + 1))


def title_of(data: bytes, part: str) -> str:
    """The title of a chart as it is shown, for a report."""
    root = parse(data, part)
    return next((_title(element) for element in root.iter() if local(element) == "chart"), "")


def _title(element: Element) -> str:
    title = next((child for child in element if local(child) == "title"), None)
    if title is None:
        return ""
    return " ".join("".join(text_of(inner) for inner in title.iter() if local(inner) == "t").split())


def _value(element: Element, name: str) -> str:
    return next((child.get("val") or "" for child in element if local(child) == name), "")


def _is_hidden(frame: Element) -> bool:
    return any(
        local(inner) == "cNvPr" and (inner.get("hidden") or "").lower() in {"1", "true", "on"} for inner in frame.iter()
    )


def _kept(first: int, last: int, place: Callable[[int], int | None]) -> list[int]:
    return [found for number in range(first, last + 1) if (found := place(number)) is not None]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
