"""A table of a DOCX part as a reader sees it: without rows and cells that were taken away, hidden or covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candour.files.markup import Element, attribute, local
from candour.files.visible import Paragraph, Table
from candour.files.word.looks import Looks
from candour.files.word.measure import MINUTE, is_off_the_page, whole
from candour.files.word.styles import child, is_on, shading, value
from candour.files.word.unseen import INSERTED, REMOVED

if TYPE_CHECKING:
    from candour.files.word.body import Body
    from candour.files.word.floating import VisibleBlock


def read_table(body: Body, element: Element, looks: Looks) -> None:
    """One table: rows of cells of shown text; pictures and boxes in it follow it."""
    properties = child(element, "tblPr")
    body.property_changes(properties)
    for name in ("tblCaption", "tblDescription"):
        if text := value(properties, name):
            body.gathered.add("O.alt_text", body.part, text)
    if _is_elsewhere(properties):
        body.gathered.add("D.vanish_text", body.part, body.take(element))
        return
    style = value(properties, "tblStyle") or body.styles.default_of.get("table", "")
    rows: list[tuple[str, ...]] = []
    after: list[VisibleBlock] = []
    lines = list(_rows(body, element))
    for number, row in enumerate(lines):
        row_properties = child(row, "trPr")
        body.property_changes(row_properties)
        if _row_removed(body, row, row_properties):
            continue
        cells = _cells(body, row, looks, style, _row_regions(number, len(lines)), after)
        if any(cell.strip() for cell in cells):
            rows.append(tuple(cells))
    if rows:
        width = max(len(row) for row in rows)
        body.blocks.append(Table(tuple(row + ("",) * (width - len(row)) for row in rows)))
    body.blocks += after


def _is_elsewhere(properties: Element | None) -> bool:
    """Whether a table floats or is indented beyond every page."""
    floating, indent = child(properties, "tblpPr"), child(properties, "tblInd")
    places = [attribute(floating, axis) for axis in ("tblpX", "tblpY")] if floating is not None else []
    places += [attribute(indent, "w")] if indent is not None else []
    return any(is_off_the_page(place) for place in places)


def _rows(body: Body, container: Element) -> list[Element]:
    rows: list[Element] = []
    for element in container:
        name = local(element)
        if name == "tr":
            rows.append(element)
        elif name in {"sdt", "customXml", "ins", "moveTo"}:
            if name == "sdt":
                body.control(element)
            elif name in INSERTED:
                body.tracked(element, name)
            content = child(element, "sdtContent") if name == "sdt" else element
            rows += _rows(body, content) if content is not None else []
        elif name in REMOVED:
            body.removed(element)
        else:
            body.mark(element)
    return rows


def _row_removed(body: Body, row: Element, properties: Element | None) -> bool:
    if properties is None:
        return False
    if child(properties, "ins") is not None:
        body.gathered.add("D.tracked_ins", body.part, by=attribute(child(properties, "ins") or row, "author") or "")
    if child(properties, "del") is not None:
        body.removed(row, by=child(properties, "del"))
        return True
    if is_on(properties, "hidden"):
        body.gathered.add("D.vanish_text", body.part, body.take(row))
        return True
    height = child(properties, "trHeight")
    if height is not None and attribute(height, "hRule") == "exact" and whole(attribute(height, "val")) <= MINUTE:
        body.gathered.add("D.tiny_row", body.part, body.take(row))
        return True
    return False


def _cells(  # noqa: PLR0917  one row of one table
    body: Body, row: Element, looks: Looks, style: str, regions: set[str], after: list[VisibleBlock]
) -> list[str]:
    cells: list[str] = []
    for element in _cell_elements(body, row):
        properties = child(element, "tcPr")
        body.property_changes(properties)
        merge = child(properties, "vMerge")
        span = max(1, min(whole(value(properties, "gridSpan")), 63))
        continued = merge is not None and (attribute(merge, "val") or "continue") == "continue"
        across = child(properties, "hMerge")
        continued = continued or (across is not None and (attribute(across, "val") or "continue") == "continue")
        if child(properties, "cellDel") is not None:
            body.removed(element, by=child(properties, "cellDel"))
            continue
        if child(properties, "cellIns") is not None:
            body.gathered.add(
                "D.tracked_ins", body.part, by=attribute(child(properties, "cellIns") or element, "author") or ""
            )
        if continued:
            if hidden := body.take(element).strip():
                body.gathered.add("D.under_merge", body.part, hidden)
            cells += [""] * span
            continue
        first_column = {"firstCol"} if not cells else set()
        shade, base = body.styles.cell(style, regions | first_column)
        shade = shading(properties) or shade
        base = base.with_(behind=shade or looks.behind)
        inner = body.inner()
        inner.walk(element, base)
        texts = []
        for block in inner.finished():
            if isinstance(block, Paragraph):
                texts.append(f"{block.list_mark} {block.text}" if block.list_mark else block.text)
            elif isinstance(block, Table):
                texts += ["\t".join(cell for cell in line if cell) for line in block.rows]
            else:
                after.append(block)
        cells += ["\n".join(texts), *[""] * (span - 1)]
    return cells


def _cell_elements(body: Body, row: Element) -> list[Element]:
    cells: list[Element] = []
    for element in row:
        name = local(element)
        if name == "tc":
            cells.append(element)
        elif name in {"sdt", "customXml"}:
            if name == "sdt":
                body.control(element)
            content = child(element, "sdtContent") if name == "sdt" else element
            cells += _cell_elements(body, content) if content is not None else []
        else:
            body.mark(element)
    return cells


def _row_regions(number: int, count: int) -> set[str]:
    regions = {"wholeTable", "band1Horz" if number % 2 else "band2Horz"}
    if number == 0:
        regions = {"wholeTable", "firstRow"}
    elif number == count - 1:
        regions.add("lastRow")
    return regions
