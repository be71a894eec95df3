"""A second reader of the same workbook (calamine), and whether it sees what ours does.

Programs that differ on what a workbook shows are how a hidden sheet passes: one of the two is what the recipient has.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.files.findings import Blocked
from candour.files.visible import Grid, Rows, Sheet

_MASK = (1 << 64) - 1
_WHITE = re.compile(r"[\s\x00-\x1f]+|_x[0-9A-Fa-f]{4}_")
_DURATION = re.compile(r"^-?PT[\dHMS.,]+$")
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")

_MOST_REMEMBERED = 50_000
_contents: dict[str, str] = {}
"""Texts that were seen lately without their white space: columns repeat themselves."""


@dataclass(slots=True)
class CellSum:
    """A sum over filled cells that does not depend on their order: texts by place and content, numbers by place."""

    texts: int = 0
    numbers: int = 0
    digest: int = 0
    loose: bool = False
    """Whether letters beyond ASCII are left out: programs read those of files before Excel 97 by their own guess."""

    aside: set[tuple[int, int]] = field(default_factory=set, compare=False)
    """Cells that are not compared: the words of shapes in them are taken for their own by some."""

    def add_text(self, row: int, column: int, text: str) -> None:
        """Count a cell of text."""
        if self.aside and (row, column) in self.aside:
            return
        content = _contents.get(text)
        if content is None:
            content = "" if text in _ERRORS else _WHITE.sub("", text)
            if len(_contents) < _MOST_REMEMBERED:
                _contents[text] = content
        if self.loose:
            content = "".join(letter for letter in content if letter.isascii() and letter != "?")
        if not content:
            return
        self.texts += 1
        self.digest = self.digest + hash((row, column, content)) & _MASK

    def add_number(self, row: int, column: int) -> None:
        """Count a cell of a number, a date or a truth value."""
        if self.aside and (row, column) in self.aside:
            return
        self.numbers += 1
        self.digest = self.digest + hash((row, column)) & _MASK


@dataclass(slots=True)
class SheetSum:
    """A sheet as one reader sees it: its name, whether its tab is shown, and its cells."""

    name: str
    visible: bool
    cells: CellSum


def disagreement(data: bytes, sheets: list[SheetSum]) -> str:
    """What calamine sees otherwise, in plain words; an empty text when both agree.

    A workbook that calamine cannot open is a disagreement too: nobody has confirmed what it shows.
    """
    try:
        theirs = list(_sheets(data, sheets))
    except BaseException as error:  # the library raises its own errors for damage of every kind, and panics
        if not _is_about_the_file(error):
            raise
        return f"a second reader cannot open it ({str(error)[:80]})"
    if [sheet.name for sheet in sheets] != [sheet.name for sheet in theirs]:
        return f"one reader sees {len(sheets)} sheets, another {len(theirs)}, or other names"
    for ours, other in zip(sheets, theirs, strict=True):
        if ours.visible != other.visible:
            return f"readers differ on whether the sheet “{ours.name}” is shown"
        if ours.cells != other.cells:
            mine, seen = ours.cells.texts + ours.cells.numbers, other.cells.texts + other.cells.numbers
            if mine == seen:
                return f"readers see different cells in “{ours.name}”"
            return f"one reader sees {mine:,} filled cells in “{ours.name}”, another {seen:,}"
    return ""


def read_grid(data: bytes) -> Grid:
    """A workbook that this package wrote, as calamine sees it. Raises `Blocked` when it cannot be opened."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grid = Grid()
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            left = [""] * (sheet.start[1] if sheet.start else 0)
            filled = sheet.iter_rows() if sheet.height else ()
            grid.sheets.append(Sheet(name, Rows([*left, *map(_text, row)] for row in filled)))
    except BaseException as error:
        if not isinstance(error, CalamineError) and not _is_about_the_file(error):
            raise
        raise Blocked(f"a second reader cannot open it ({error})") from None
    return grid


def _is_about_the_file(error: BaseException) -> bool:
    """Whether a reader failed on what it read: a panic of the library is no `Exception` and must not pass as one."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _sheets(data: bytes, ours: list[SheetSum]) -> Iterator[SheetSum]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for metadata in book.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        same = next((sheet.cells for sheet in ours if sheet.name == metadata.name), CellSum())
        cells = CellSum(loose=same.loose, aside=same.aside)
        visible = metadata.visible == SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(metadata.name)
        left = sheet.start[1] if sheet.start else 0  # its rows begin at the top, its columns do not
        empty = [""] * sheet.width
        for number, row in enumerate(sheet.iter_rows() if sheet.height else ()):
            if row == empty:
                continue
            for column, value in enumerate(row, left):
                if isinstance(value, str):
                    if _DURATION.match(value):
                        cells.add_number(number, column)
                    elif value:
                        cells.add_text(number, column, value)
                else:
                    cells.add_number(number, column)
        yield SheetSum(metadata.name, visible, cells)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)
