"""The rows of a rebuilt sheet as markup, written at once and without an object for each cell. ECMA-376 part 1, 18.3.1.

`xlsxwriter` writes the frame of the workbook. Its own writer of cells takes several times as long, and takes a text
that looks like the markup of a rich text for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from candour.files.visible import Rows
from candour.files.workbook.numbers import as_number
from candour.files.workbook.shown import reference

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

_ESCAPE_LOOKALIKE = re.compile("(_x[0-9a-fA-F]{4}_)")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ENDS_IN_DIGITS = frozenset("0123456789%")
_AT_ONCE = 500


def write_rows(rows: Rows, page: Worksheet, book: xlsxwriter.Workbook, formats: dict[str, int]) -> None:
    """Write the rows into a sheet of a workbook with constant memory. `formats` are those that the workbook has."""
    if not rows.count or not rows.width:
        return
    lines = _lines(rows, book, formats)
    while piece := "".join(islice(lines, _AT_ONCE)):
        page.row_data_fh.write(piece)
    page.dim_rowmin, page.dim_rowmax = 0, rows.count - 1
    page.dim_colmin, page.dim_colmax = 0, rows.width - 1


def _lines(rows: Rows, book: xlsxwriter.Workbook, formats: dict[str, int]) -> Iterator[str]:
    letters = [reference(0, column)[:-1] for column in range(rows.width)]
    for number, row in enumerate(rows, 1):
        cells = []
        for letter, text in zip(letters, row, strict=False):
            if not text:
                continue
            if text.isdigit() and text.isascii() and len(text) < 12 and (text[0] != "0" or text == "0"):
                cells.append(f'<c r="{letter}{number}"><v>{text}</v></c>')
                continue
            value = as_number(text) if text[-1] in _ENDS_IN_DIGITS else None
            if value is None:
                cells.append(_text(f"{letter}{number}", text))
            elif value[1] == "General":
                cells.append(f'<c r="{letter}{number}"><v>{value[0]:.16G}</v></c>')
            else:
                style = _style(value[1], book, formats)
                cells.append(f'<c r="{letter}{number}" s="{style}"><v>{value[0]:.16G}</v></c>')
        if cells:
            yield f'<row r="{number}">{"".join(cells)}</row>'


def _text(place: str, text: str) -> str:
    if "_x" in text:
        text = _ESCAPE_LOOKALIKE.sub(r"_x005F\1", text)
    if "&" in text or "<" in text or ">" in text:
        text = text.translate(_MARKUP)
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    return f'<c r="{place}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _style(code: str, book: xlsxwriter.Workbook, formats: dict[str, int]) -> int:
    number = formats.get(code)
    if number is None:
        added = book.add_format({"num_format": code})
        number = formats[code] = added._get_xf_index()
    return number
