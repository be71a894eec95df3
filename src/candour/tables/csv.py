"""Cells in and out as delimited text.

What a person pastes from a spreadsheet is tab-separated; a file may be comma-separated. Only the values a reader can
see come in, and a cell that a spreadsheet would run as a formula goes out so that it is read as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

MAX_CELLS = 20_000
"""More cells than this are not a table for a letter."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)%?")


class TableError(ValueError):
    """The text is not a table: the message says which line and why."""


def read_cells(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The column heads and the rows of a pasted or delimited table: tabs if there are any, else commas.

    Raises TableError when there is no heading line, no row, a line with more or fewer cells, or too much.
    """
    text = text.replace("\x00", "").lstrip("\ufeff")
    delimiter = "\t" if "\t" in text else ","
    try:
        lines = list(_numbered_records(text, delimiter))
    except csv.Error as error:
        raise TableError(f"The table cannot be read: {error}.") from error
    lines = [(number, [" ".join(cell.split()) for cell in line]) for number, line in lines]
    lines = [(number, line) for number, line in lines if any(line)]
    if len(lines) < 2:
        raise TableError("Give a line of column headings and at least one row beneath it.")
    (_, columns), *rows = lines
    if not all(columns[1:]):
        raise TableError("Every column after the first needs a heading.")
    for number, row in rows:
        if len(row) != len(columns):
            raise TableError(f"Line {number} has {len(row)} cells, but there are {len(columns)} headings.")
    if len(columns) * len(lines) > MAX_CELLS:
        raise TableError(f"The table has more than {MAX_CELLS:,} cells. Attach the figures in several tables.")
    return tuple(columns), tuple(tuple(row) for _, row in rows)


def _numbered_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it begins: a cell in quotation marks may run over several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for record in reader:
        yield begins, record
        begins = reader.line_num + 1


def write_csv(
    columns: Sequence[str], rows: Iterable[Sequence[str]], notes: Sequence[str] = (), *, mark: bool = True
) -> bytes:
    """A table as CSV in UTF-8, notes beneath after an empty line; with a byte order mark for spreadsheets, or without.

    A cell that a spreadsheet would take for a formula is preceded by an apostrophe, unless it is a plain number.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_as_text(cell) for cell in columns])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    if notes:
        writer.writerow([])
        writer.writerows([_as_text(note)] for note in notes)
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell) else cell
