"""One worksheet of a binary workbook, as xlrd reads it: its rows and cells, shown or not. [MS-XLS]."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import xlrd

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.visible import Sheet
from candour.files.workbook.colours import BLACK, WHITE, Colour, alike
from candour.files.workbook.number_format import Mask, display
from candour.files.workbook.second_reader import CellSum
from candour.files.workbook.shown import Cell, ShownSheet, Span

_CODES = {1: "B.sheet_hidden", 2: "B.sheet_veryhidden"}
_MASKS = {Mask.EMPTY: "B.fmt_hide", Mask.LITERAL: "B.fmt_literal", Mask.CONDITION: "B.fmt_cond"}
_TINY_ROW, _TINY_COLUMN = 40, 128
"""Twentieths of a point, and 256ths of a character, below which nothing can be read."""

_TINY_FONT = 40
"""Twentieths of a point."""

_COVERING = {5, 8, 2, 3, 6, 30}
"""Objects that hide what is under them: charts, pictures, rectangles, ovals, text boxes, shapes."""


class XlsSheet:
    """Reads one worksheet into a `ShownSheet`."""

    def __init__(self, book: Any, sheet: Any, state: int, inspected: Inspected, *, loose: bool) -> None:
        self.book = book
        self.sheet = sheet
        self.inspected = inspected
        self.sum = CellSum(loose=book.biff_version < 80 or loose)
        self.code = _CODES.get(state, "B.sheet_hidden" if state else "")
        self._looks: dict[int, tuple[str, str, Colour, Colour]] = {}
        self.shown = ShownSheet(
            sheet.name, inspected, sheet_veil=self.code, column_veil=self._column_veil, remote="B.remote_cell"
        )

    def read(self, drawings: list[tuple[int, bytes]]) -> None:
        """All rows, and what lies over them."""
        for number in range(self.sheet.nrows):
            veil = self._row_veil(number)
            cells = list(self._cells(number))
            if cells or veil:
                self.shown.row(number, veil, cells)
        spans = [(span, "B.overlay") for span in _covered(drawings)]
        for top, bottom, left, right in self.sheet.merged_cells:
            spans.append((Span(top, left + 1, top, right - 1), "B.under_merge"))
            spans.append((Span(top + 1, left, bottom - 1, right - 1), "B.under_merge"))
        self.shown.blank([entry for entry in spans if _is_whole(entry[0])])

    def finish(self) -> Sheet:
        """The sheet closed up, with its findings reported."""
        finished = self.shown.finish()
        findings = self.inspected.findings
        if self.code:
            self.inspected.hidden.add(self.sheet.name)
            if self.code not in self.shown.tallies:
                findings.append(found(self.code, self.sheet.name, 0, "an empty sheet"))
        if self.sheet.default_row_hidden and "B.zero_height_default" not in self.shown.tallies:
            findings.append(found("B.zero_height_default", self.sheet.name, 0))
        if self.shown.tallies.get("B.overlay"):
            self.inspected.lost.append(f"Cells of {self.sheet.name} under pictures, shapes or charts.")
        if self.shown.tallies.get("B.remote_cell"):
            self.inspected.lost.append(f"Cells of {self.sheet.name} far away from the rest.")
        return finished

    def _column_veil(self, column: int) -> str:
        info = self.sheet.colinfo_map.get(column)
        if info is None:
            return ""
        if info.hidden:
            return "B.col_hidden"
        return "B.col_tiny" if info.width < _TINY_COLUMN else ""

    def _row_veil(self, number: int) -> str:
        info = self.sheet.rowinfo_map.get(number)
        if info is None:
            return "B.zero_height_default" if self.sheet.default_row_hidden else ""
        if info.hidden:
            return "B.row_hidden"
        if info.height is not None and not info.has_default_height and info.height < _TINY_ROW:
            return "B.row_tiny"
        return ""

    def _cells(self, number: int) -> Iterator[Cell]:
        kinds = self.sheet.row_types(number)
        for column, value in enumerate(self.sheet.row_values(number)):
            kind = kinds[column]
            if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK} or value == "":
                continue
            cell = self._cell(number, column, kind, value)
            if cell is not None:
                yield cell

    def _cell(self, number: int, column: int, kind: int, value: Any) -> Cell | None:
        code, veil, _, _ = self._look(self.sheet.cell_xf_index(number, column))
        if kind == xlrd.XL_CELL_ERROR:
            return Cell(column, xlrd.error_text_from_code.get(value, "#ERROR"), "", veil)
        if kind == xlrd.XL_CELL_TEXT:
            self.sum.add_text(number, column, value)
            return self._text(number, column, value, code, veil)
        self.sum.add_number(number, column)
        if kind == xlrd.XL_CELL_BOOLEAN:
            shown = display(bool(value), code)
        else:
            if value == 0 and not self.sheet.show_zero_values:
                return Cell(column, "", "0", "B.zeros_hidden")
            shown = display(float(value), code, since_1904=bool(self.book.datemode))
        stored = repr(value) if shown.rounded or shown.mask is not Mask.NONE else ""
        if shown.mask is not Mask.NONE:
            mask = _MASKS[shown.mask]
            if shown.text:
                self.shown.note(mask, number, column, stored)
            return Cell(column, shown.text, stored, veil or ("" if shown.text else mask))
        if shown.rounded:
            conditional = "[<" in code or "[>" in code or "[=" in code
            self.shown.note("B.fmt_cond" if conditional else "B.precision", number, column, stored)
        return Cell(column, shown.text, stored, veil)

    def _text(self, number: int, column: int, value: str, code: str, veil: str) -> Cell:
        shown = display(value, code)
        if shown.mask is not Mask.NONE:
            mask = _MASKS[shown.mask]
            return Cell(column, shown.text, value, veil or ("" if shown.text else mask))
        runs = self.sheet.rich_text_runlist_map.get((number, column))
        if not runs:
            return Cell(column, shown.text, "", veil)
        kept = self._readable(value, runs, self.sheet.cell_xf_index(number, column))
        if kept != value:
            self.shown.note("B.same_colour", number, column, value)
        return Cell(column, kept, value if kept != value else "", "" if kept else "B.same_colour")

    def _readable(self, value: str, runs: list[tuple[int, int]], index: int) -> str:
        """A text without the pieces that have the colour of what is behind them."""
        _, veil, _, behind = self._look(index)
        pieces = [value[: runs[0][0]] if not veil else ""]
        for (start, font), end in zip(runs, [*(start for start, _ in runs[1:]), len(value)], strict=True):
            look = self.book.font_list[font] if font < len(self.book.font_list) else None
            colour = self._colour(look.colour_index, text=True) if look is not None else BLACK
            if not alike(colour, behind) and (look is None or look.height > _TINY_FONT):
                pieces.append(value[start:end])
        return "".join(pieces)

    def _look(self, index: int) -> tuple[str, str, Colour, Colour]:
        """The format code, the veil, the colour of the text and of what is behind it."""
        if index in self._looks:
            return self._looks[index]
        style = self.book.xf_list[index] if index < len(self.book.xf_list) else None
        if style is None:
            look = ("General", "", BLACK, WHITE)
        else:
            code = self.book.format_map.get(style.format_key)
            font = self.book.font_list[style.font_index] if style.font_index < len(self.book.font_list) else None
            behind = WHITE
            if style.background.fill_pattern == 1:
                behind = self._colour(style.background.pattern_colour_index, text=False)
            colour = self._colour(font.colour_index, text=True) if font is not None else BLACK
            veil = "B.same_colour" if alike(colour, behind) else ""
            if font is not None and 0 < font.height <= _TINY_FONT:
                veil = veil or "B.tiny_font"
            look = (code.format_str if code is not None else "General", veil, colour, behind)
        self._looks[index] = look
        return look

    def _colour(self, index: int, *, text: bool) -> Colour:
        colour = self.book.colour_map.get(index)
        return colour or (BLACK if text else WHITE)


def _is_whole(span: Span) -> bool:
    return span.bottom >= span.top and span.right >= span.left


def _covered(drawings: list[tuple[int, bytes]]) -> Iterator[Span]:
    """Cells that lie under objects: the anchor stands in the drawing record before the record of the object."""
    anchor: Span | None = None
    filled = True
    for kind, body in drawings:
        if kind == 0xEC:
            anchor = _anchor(body)
            filled = _filled(body)
        elif anchor is not None and len(body) >= 6:
            if struct.unpack_from("<H", body, 4)[0] in _COVERING and filled and _is_whole(anchor):
                yield anchor
            anchor = None


def _anchor(body: bytes) -> Span | None:
    """The rectangle of cells that an anchor covers wholly. [MS-XLS] 2.5.193."""
    position = body.rfind(b"\x00\x00\x10\xf0\x12\x00\x00\x00")
    if position < 0 or len(body) < position + 26:
        return None
    left, left_off, top, top_off, right, right_off, bottom, bottom_off = struct.unpack_from("<8H", body, position + 10)
    return Span(
        top if top_off < 40 else top + 1,
        left if left_off < 150 else left + 1,
        bottom if bottom_off > 230 else bottom - 1,
        right if right_off > 920 else right - 1,
    )


def _filled(body: bytes) -> bool:
    """Whether a shape is shown and filled. [MS-ODRAW] 2.3.7.43 and 2.3.4.44."""
    for number, bit in ((0x01BF, 0x10), (0x03BF, 0x02)):
        position = body.find(struct.pack("<H", number))
        if position < 0 or len(body) < position + 6:
            continue
        value = struct.unpack_from("<I", body, position + 2)[0]
        used, on = bool(value >> 16 & bit), bool(value & bit)
        if (number == 0x01BF and used and not on) or (number == 0x03BF and used and on):
            return False
    return True
