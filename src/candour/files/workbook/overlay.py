"""Pictures, shapes and charts that lie over cells: which cells nobody sees under them. ECMA-376 part 1, 20.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from candour.files.markup import Element, local
from candour.files.workbook.shown import Span

_EMU_OF_A_PIXEL = 9525
_WHOLE = 0.9
"""The share of a cell that must be covered before it counts as covered."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How wide columns and how high rows are, in pixels."""

    widths: dict[int, float]
    width: float
    heights: dict[int, float]
    height: float

    def across(self, column: int) -> float:
        """The width of a column."""
        return self.widths.get(column, self.width)

    def down(self, row: int) -> float:
        """The height of a row."""
        return self.heights.get(row, self.height)


def covered(root: Element, measures: Measures) -> Iterator[Span]:
    """The cells that lie wholly under something that is not transparent."""
    for anchor in root.iter():
        if local(anchor) in _ANCHORS and any(_opaque(child) for child in _present(anchor)):
            span = _span(anchor, measures)
            if span is not None and span.bottom >= span.top and span.right >= span.left:
                yield span


_ANCHORS = {"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"}


def _present(anchor: Element) -> Iterator[Element]:
    """What an anchor holds, also inside the alternatives for newer programs."""
    for child in anchor:
        if local(child) in {"AlternateContent", "Choice", "Fallback"}:
            yield from _present(child)
        else:
            yield child


def _opaque(element: Element) -> bool:
    """A picture, a chart, or a shape that is not left unfilled, and that is shown."""
    kind = local(element)
    if kind not in {"pic", "sp", "graphicFrame", "grpSp"}:
        return False
    for child in element.iter():
        if local(child) == "cNvPr":
            if (child.get("hidden") or "") in {"1", "true"}:
                return False
            break
    if kind in {"pic", "graphicFrame"}:
        return True
    properties = next((child for child in element if local(child) == "spPr"), None)
    if properties is None:
        return any(_opaque(child) for child in element)
    fills = {local(child) for child in properties}
    if "noFill" in fills:
        return False
    if fills & {"solidFill", "gradFill", "blipFill", "pattFill", "grpFill"}:
        return not any(
            local(child) == "alpha" and int(child.get("val") or 100_000) < 90_000 for child in properties.iter()
        )
    return any(local(child) == "fillRef" and child.get("idx") not in {None, "0"} for child in element.iter())


def _span(anchor: Element, measures: Measures) -> Span | None:
    parts = {local(child): child for child in anchor}
    start, place = parts.get("from"), parts.get("pos")
    if start is not None:
        column, column_off, row, row_off = _corner(start)
    elif place is not None:
        column, column_off = _at(_pixels(place.get("x")), measures.across)
        row, row_off = _at(_pixels(place.get("y")), measures.down)
    else:
        return None
    if (end := parts.get("to")) is not None:
        last_column, last_off, last_row, last_row_off = _corner(end)
        right = last_column if last_off >= _WHOLE * measures.across(last_column) else last_column - 1
        bottom = last_row if last_row_off >= _WHOLE * measures.down(last_row) else last_row - 1
    else:
        size = parts.get("ext")
        if size is None:
            return None
        right = _reach(column, column_off + _pixels(size.get("cx")), measures.across)
        bottom = _reach(row, row_off + _pixels(size.get("cy")), measures.down)
    left = column if column_off <= (1 - _WHOLE) * measures.across(column) + 3 else column + 1
    top = row if row_off <= (1 - _WHOLE) * measures.down(row) + 3 else row + 1
    return Span(top, left, bottom, right)


def _reach(first: int, length: float, size: object) -> int:
    """The last column or row that is covered to nine tenths."""
    assert callable(size)
    number = first
    while length >= _WHOLE * size(number) and number - first < 20_000:
        length -= size(number)
        number += 1
    return number - 1


def _at(length: float, size: Callable[[int], float]) -> tuple[int, float]:
    """The column or row at a distance from the corner of the sheet, and how far into it."""
    number = 0
    while length >= size(number) > 0 and number < 20_000:
        length -= size(number)
        number += 1
    return number, length


def _corner(element: Element) -> tuple[int, float, int, float]:
    values = {local(child): child.text or "0" for child in element}

    def number(name: str) -> float:
        try:
            return float(values.get(name, "0"))
        except ValueError:
            return 0.0

    pixel = _EMU_OF_A_PIXEL
    return int(number("col")), number("colOff") / pixel, int(number("row")), number("rowOff") / pixel


def _pixels(text: str | None) -> float:
    try:
        return float(text or 0) / _EMU_OF_A_PIXEL
    except ValueError:
        return 0.0
