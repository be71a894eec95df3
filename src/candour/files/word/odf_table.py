"""A table of an ODT as a reader sees it. OpenDocument 1.3 part 3, 9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candour.files.markup import Element, attribute, local, text_of
from candour.files.visible import Paragraph, Table
from candour.files.word.looks import Looks

if TYPE_CHECKING:
    from candour.files.word.odf_text import OdfBlock, OdfText


def read_table(text: OdfText, element: Element, looks: Looks) -> None:
    """One table: rows of cells of shown text; pictures and boxes in it follow it."""
    hidden_columns = _hidden_columns(element)
    rows: list[tuple[str, ...]] = []
    after: list[OdfBlock] = []
    for row in _rows(text, element):
        if attribute(row, "visibility") in {"collapse", "filter"}:
            text.hide(row, "F.row_collapse")
            continue
        cells: list[str] = []
        for cell in row:
            name = local(cell)
            repeated = min(int(attribute(cell, "number-columns-repeated") or 1), 1024) if name.endswith("cell") else 0
            if name == "covered-table-cell":
                text.hide(cell, "F.under_merge", quiet=True)
                cells += [""] * repeated
            elif name == "table-cell":
                if len(cells) in hidden_columns:
                    text.hide(cell, "F.col_collapse")
                    cells += [""] * repeated
                    continue
                cells += [_cell(text, cell, looks, after)] * repeated
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append(tuple(cells))
    if rows:
        width = max(len(row) for row in rows)
        text.blocks.append(Table(tuple(row + ("",) * (width - len(row)) for row in rows)))
    text.blocks += after


def _cell(text: OdfText, cell: Element, looks: Looks, after: list[OdfBlock]) -> str:
    inner = text.inner()
    inner.walk(cell, text.styles.looks("table-cell", attribute(cell, "style-name"), looks))
    text.covered = text.covered or inner.covered
    texts: list[str] = []
    for block in inner.blocks:
        if isinstance(block, Paragraph):
            texts.append(f"{block.list_mark} {block.text}" if block.list_mark else block.text)
        elif isinstance(block, Table):
            texts += ["\t".join(text for text in line if text) for line in block.rows]
        else:
            after.append(block)
    return "\n".join(texts)


def _rows(text: OdfText, element: Element) -> list[Element]:
    rows: list[Element] = []
    for inner in element:
        if local(inner) == "table-row":
            rows += [inner] * (
                1 if not text_of(inner) else min(int(attribute(inner, "number-rows-repeated") or 1), 1024)
            )
        elif local(inner) in {"table-rows", "table-header-rows", "table-row-group"}:
            rows += _rows(text, inner)
        elif local(inner) in {"title", "desc"}:
            text.hide(inner, "F.alt_text")
    return rows


def _hidden_columns(element: Element) -> set[int]:
    hidden: set[int] = set()
    place = 0
    for column in element.iter():
        if local(column) == "table-column":
            repeated = min(int(attribute(column, "number-columns-repeated") or 1), 1024)
            if attribute(column, "visibility") in {"collapse", "filter"}:
                hidden |= set(range(place, place + repeated))
            place += repeated
    return hidden
