"""A worksheet of an OOXML workbook, row by row: what it shows, and what stands behind. ECMA-376 part 1, 18.3.1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO

from candour.files.findings import Blocked
from candour.files.format import Inspected
from candour.files.markup import Element, Streamed, local, text_of
from candour.files.workbook.colours import alike
from candour.files.workbook.number_format import Mask, display
from candour.files.workbook.sheet_layout import RowVeils, SheetRead, before_rows, column_number
from candour.files.workbook.shown import Cell, ShownSheet, reference
from candour.files.workbook.strings import Runs, Strings, read_text, unescaped
from candour.files.workbook.styles import TINY_FONT, CellStyle, Styles

_TRUE = {"1", "true"}
_MASKS = {Mask.EMPTY: "X.fmt_hide", Mask.LITERAL: "X.fmt_literal", Mask.CONDITION: "X.fmt_cond"}
_EXTERNAL = re.compile(r"\[\d+\]|\.xl[a-z]{1,2}\]|\\\\", re.IGNORECASE)
_LITERAL = re.compile(r'"((?:[^"]|""){3,})"')
_DIGITS = "0123456789"
_PRIVATE = ("{http://schemas.microsoft.com/office/", "{http://schemas.openxmlformats.org/")
"""Attributes that newer programs add: measures and identities."""

_CELL_ATTRIBUTES = frozenset({"r", "s", "t", "cm", "vm", "ph"})
_ROW_ATTRIBUTES = frozenset(
    [
        "r",
        "spans",
        "s",
        "customFormat",
        "ht",
        "hidden",
        "customHeight",
        "outlineLevel",
        "collapsed",
        "thickTop",
        "thickBot",
        "ph",
    ]
)


def is_plain(cell: Element, value_tag: str) -> bool:
    """Whether a cell holds a value and nothing else, words between its tags included."""
    if len(cell) != 1 or cell.text:
        return False
    value = cell[0]
    return bool(value.tag == value_tag and not value.tail and not len(value))


@dataclass(slots=True)
class Look:
    """What is decided once for each style: the format, and whether it hides what it is applied to."""

    style: CellStyle
    veil: str
    plain: bool


class SheetReader:
    """Reads one worksheet into a `ShownSheet`."""

    def __init__(self, strings: Strings, styles: Styles, inspected: Inspected, *, since_1904: bool) -> None:
        self.strings = strings
        self.styles = styles
        self.inspected = inspected
        self.since_1904 = since_1904
        self.looks = [_look(style) for style in styles.cells]
        self.displayed: dict[tuple[str, int], tuple[str, str, Mask, bool]] = {}
        self.letters: dict[str, int] = {}

    def read(self, stream: IO[bytes], part: str, shown: ShownSheet, read: SheetRead) -> Element:
        """All rows go to `shown` and `read`; returns the root with everything that is not a row."""
        streamed = Streamed(stream, part, "row", "sheetData")
        number = -1
        veils = RowVeils()
        for row in streamed.elements():
            if number < 0:
                before_rows(row.getroottree().getroot(), read, veils)
            stated = row.get("r")
            following = int(stated) - 1 if stated and stated.isdigit() else number + 1
            if following <= number:
                raise Blocked(
                    f"The file is damaged: {part} has rows out of order; programs differ on them. Save it anew."
                )
            number = following
            veil = veils.of(row, number, read)
            if row.tail and row.tail.strip():
                read.loose.append(row.tail)
            self.attributes(row, _ROW_ATTRIBUTES, shown, number, -1)
            shown.row(number, veil, self.cells(row, number, shown, read))
        assert streamed.root is not None
        if number < 0:
            before_rows(streamed.root, read, veils)
        return streamed.root

    def cells(self, row: Element, number: int, shown: ShownSheet, read: SheetRead) -> list[Cell]:
        """The filled cells of a row."""
        out: list[Cell] = []
        column = -1
        letters = self.letters
        cell_tag = f"{str(row.tag)[:-3]}c"
        value_tag = f"{cell_tag[:-1]}v"
        for element in row:
            if element.tag != cell_tag and local(element) != "c":
                self.beside_cells(element, number, max(column, 0), shown)
                continue
            if element.tail and not element.tail.isspace():
                shown.hide("O.unread_text", number, max(column, 0), element.tail)
            place = element.get("r")
            if place is None:
                column += 1
            else:
                name = place.rstrip(_DIGITS)
                found = letters.get(name)
                if found is None:
                    found = letters[name] = column_number(name)
                if found <= column:
                    raise Blocked(f"The file is damaged: cells of row {number + 1:,} are out of order. Save it anew.")
                column = found
            if not _CELL_ATTRIBUTES.issuperset(element.keys()):
                self.attributes(element, _CELL_ATTRIBUTES, shown, number, column)
            if is_plain(element, value_tag):
                cell = self.valued(element, element[0].text, number, column, shown, read)
            else:
                cell = self.cell(element, number, column, shown, read)
            if cell is not None:
                out.append(cell)
        return out

    def beside_cells(self, element: Element, number: int, column: int, shown: ShownSheet) -> None:
        """What stands in a row and is no cell."""
        if not local(element):
            shown.hide("O.markup_comment", number, column, element.text or "")
        elif local(element) == "extLst":
            shown.hide("X.extension", number, column, text_of(element))
        else:
            self.inspected.wonder(f"{shown.sheet.name}: {local(element)} in a row")

    def valued(  # noqa: PLR0917  one cell of one row
        self, element: Element, value: str | None, number: int, column: int, shown: ShownSheet, read: SheetRead
    ) -> Cell | None:
        """A cell that holds a value and nothing else, as nearly all do."""
        if value is None:
            return None
        kind = element.get("t", "n")
        look = self.look_number(element)
        if kind == "s":
            text, runs = self.shared(value)
            return self.text_cell(text, runs, look, number, column, shown, read)
        if kind == "str":
            return self.text_cell(unescaped(value), (), look, number, column, shown, read)
        return self.number_cell(value, kind, look, number, column, shown, read)

    def look_number(self, element: Element) -> int:
        """The number of the style of a cell."""
        style = element.get("s")
        return int(style) if style and style.isdigit() and int(style) < len(self.looks) else 0

    def cell(self, element: Element, number: int, column: int, shown: ShownSheet, read: SheetRead) -> Cell | None:
        """A cell, or None when it is empty."""
        value: str | None = None
        formula: Element | None = None
        inline: Element | None = None
        for child in element:
            name = child.tag[-1] if child.__class__ is Element and str(child.tag)[-2] == "}" else local(child)
            if child.tail and not child.tail.isspace():
                shown.hide("O.unread_text", number, column, child.tail)
            if name == "v" and value is None and not len(child):
                value = child.text
            elif name == "f":
                formula = child
            elif name == "is" and inline is None:
                inline = child
            else:
                self.odd(child, name, number, column, shown)
        if element.text and not element.text.isspace():
            shown.hide("O.unread_text", number, column, element.text)
        kind = element.get("t", "n")
        if formula is not None:
            self.formula(formula, value, kind, read, number, column)
        if kind == "inlineStr" and inline is not None:
            text, runs, phonetic = read_text(inline, self.styles, self.inspected)
            read.phonetic += phonetic
            return self.text_cell(text, runs, self.look_number(element), number, column, shown, read)
        return self.valued(element, value, number, column, shown, read)

    def odd(self, child: Element, name: str, number: int, column: int, shown: ShownSheet) -> None:
        """What stands in a cell beside one value and its formula. Raises `Blocked` for a second value."""
        if name in {"v", "is"}:
            raise Blocked("The file is damaged: a cell holds two values; programs differ on them. Save it anew.")
        if not name:
            shown.hide("O.markup_comment", number, column, child.text or "")
        elif name == "extLst":
            shown.hide("X.extension", number, column, text_of(child))
        else:
            self.inspected.wonder(f"{shown.sheet.name}: {name} in a cell")

    def attributes(self, element: Element, known: frozenset[str], shown: ShownSheet, number: int, column: int) -> None:
        """Attributes that are not of the format: what they say is shown nowhere."""
        for key, value in element.attrib.items():
            if str(key) not in known and not str(key).startswith(_PRIVATE) and not str(key).endswith("}space"):
                shown.hide("X.extension", number, max(column, 0), f"{key!s} {value!s}")

    def shared(self, value: str) -> tuple[str, Runs]:
        """A shared string. Raises `Blocked` for one that is not there."""
        index = int(value) if value.strip().isdigit() else -1
        if not 0 <= index < len(self.strings.texts):
            raise Blocked("The file is damaged: a cell refers to a text that is not there. Ask for it again.")
        self.strings.used[index] = 1
        return self.strings.texts[index], self.strings.rich.get(index, ()) if self.strings.rich else ()

    def text_cell(  # noqa: PLR0917  one cell of one row
        self, text: str, runs: Runs, look: int, number: int, column: int, shown: ShownSheet, read: SheetRead
    ) -> Cell | None:
        """A cell of text, without the pieces that cannot be read."""
        if not text:
            return None
        read.sum.add_text(number, column, text)
        style = self.looks[look]
        if not runs and style.plain:
            return Cell(column, text, "", style.veil)
        displayed = display(text, style.style.format)
        if displayed.mask is not Mask.NONE:
            code = _MASKS[displayed.mask]
            if displayed.text:
                shown.note(code, number, column, text)
            return Cell(column, displayed.text, text, style.veil or ("" if displayed.text else code))
        if not runs:
            return Cell(column, displayed.text, "", style.veil)
        kept = "".join(unescaped(piece) for piece, colour, size in runs if not self._unreadable(style, colour, size))
        if kept != text:
            shown.note("X.same_colour", number, column, text)
        return Cell(column, kept, text, "" if kept else "X.same_colour")

    def _unreadable(self, look: Look, colour: tuple[int, int, int] | None, size: float) -> bool:
        if colour is None and not size:
            return bool(look.veil)
        behind = look.style.fill or (255, 255, 255)
        return alike(colour or look.style.text, behind) or 0 < size <= TINY_FONT

    def number_cell(  # noqa: PLR0917  one cell of one row
        self, value: str, kind: str, look: int, number: int, column: int, shown: ShownSheet, read: SheetRead
    ) -> Cell | None:
        """A cell of a number, a truth value, an error or a date."""
        style = self.looks[look]
        if kind == "e":
            return Cell(column, value, "", style.veil)
        if kind == "d":
            read.sum.add_number(number, column)
            return Cell(column, value, "", style.veil)
        read.sum.add_number(number, column)
        if read.zeros_hidden and _is_zero(value):
            return Cell(column, "", value, "X.zeros_hidden")
        if style.plain and kind == "n" and value.isdigit() and len(value) < 11:
            return Cell(column, value, "", style.veil)
        known = self.displayed.get((value, look if kind == "n" else -look - 1))
        if known is None:
            known = self.display(value, kind, style)
            if len(self.displayed) < 300_000:
                self.displayed[value, look if kind == "n" else -look - 1] = known
        text, stored, mask, rounded = known
        if mask is not Mask.NONE:
            code = _MASKS[mask]
            if text:
                shown.note(code, number, column, stored)
            return Cell(column, text, stored, style.veil or ("" if text else code))
        if rounded:
            shown.note("X.precision", number, column, stored)
            return Cell(column, text, stored, style.veil)
        return Cell(column, text, "", style.veil)

    def display(self, value: str, kind: str, look: Look) -> tuple[str, str, Mask, bool]:
        """The displayed text, the stored one, the mask, and whether digits are not shown."""
        if kind == "b":
            shown = display(value.strip() in _TRUE, look.style.format)
            return shown.text, "TRUE" if value.strip() in _TRUE else "FALSE", shown.mask, False
        try:
            amount = float(value)
        except ValueError:
            raise Blocked("The file is damaged: a cell holds a number that is none. Ask for it again.") from None
        shown = display(amount, look.style.format, since_1904=self.since_1904)
        mask = shown.mask
        if mask is Mask.NONE and "[" in look.style.format and _conditional(look.style.format) and shown.rounded:
            mask = Mask.CONDITION
        return shown.text, value, mask, shown.rounded

    def formula(  # noqa: PLR0917  one cell of one row
        self, element: Element, value: str | None, kind: str, read: SheetRead, number: int, column: int
    ) -> None:
        """A formula: what it names, and whether its result is stored."""
        read.formulas += 1
        text = element.text or ""
        if not value and kind not in {"str", "inlineStr"}:
            read.uncached.append(reference(number, column))
        if not text:
            return
        if ("[" in text or "\\\\" in text) and _EXTERNAL.search(text):
            read.external.append(text)
            self.inspected.hidden.add(text)
        if '"' in text:
            for match in _LITERAL.finditer(text):
                read.literals.append(match[1])
                self.inspected.hidden.add(match[1])
        if "#REF!" in text and kind != "e" and value:
            read.broken.append(reference(number, column))


def _is_zero(value: str) -> bool:
    try:
        return float(value) == 0
    except ValueError:
        return False


def _look(style: CellStyle) -> Look:
    veil = "X.same_colour" if style.veils() else "X.tiny_font" if style.size <= TINY_FONT else ""
    return Look(style, veil, style.format in {"General", "@", "0", "GENERAL"})


def _conditional(code: str) -> bool:
    return re.search(r"\[(?:<|>|=)", code) is not None
