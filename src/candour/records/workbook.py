"""Sheets of a workbook as rows of text: XLSX, XLS, ODS. calamine reads them, xlrd an old XLS that calamine cannot."""

from __future__ import annotations

import re
import struct
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import olefile
import python_calamine
import xlrd
from lxml import etree

from candour.records.delimited import Row
from candour.records.findings import RecordsError

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
Merged = tuple[int, int, int, int]
"""A merged range: top, left, bottom, right, counted from 0."""

_LARGEST_UNPACKED = 2_000_000_000
_UNSAVED_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*[^>/])?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_EMPTY_TEXT = re.compile(rb'\bt="str"')
"""A formula may result in an empty text, and says so."""

_UNSAVED_ODS = re.compile(rb"<table:table-cell\b(?=[^>]*\btable:formula=)(?![^>]*\boffice:value-type=)[^>]*>")
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_OLE = b"\xd0\xcf\x11\xe0"


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets in order. Raises RecordsError where the workbook cannot be opened."""
    return list(_opened(path).sheet_names)


def sheet_rows(path: Path, sheet: str) -> tuple[list[Row], tuple[Merged, ...]]:
    """Every row of a sheet as text with its number, counted from 1, and the merged ranges.

    Dates become `2024-03-31`, whole numbers lose their `.0`. Raises RecordsError where the workbook cannot be read, or
    holds formulas whose results were not saved.
    """
    book = _opened(path)
    if sheet not in book.sheet_names:
        raise RecordsError(f"{path.name}: there is no sheet “{sheet}”. The sheets are {_listed(book.sheet_names)}.")
    if isinstance(book, _OldBook):
        return book.rows(sheet), ()
    _refuse_unsaved_formulas(path, sheet)
    try:
        cells = book.get_sheet_by_name(sheet)
        found = cells.to_python(skip_empty_area=False)
        merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in cells.merged_cell_ranges or ())
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise RecordsError(f"{path.name}, sheet “{sheet}”: the sheet is damaged ({error}).") from error
    return [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(found, start=1)], merged


def cell_text(value: Any) -> str:
    """A cell as text: one form for each kind of value."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _opened(path: Path) -> Any:
    with path.open("rb") as file:
        begin = file.read(8)
    if not begin:
        raise RecordsError(f"{path.name}: the file is empty.")
    if begin.startswith(_OLE):
        _refuse_locked_ole(path)
    elif begin.startswith(b"PK"):
        _refuse_zip(path)
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise _locked(path) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise _locked(path) from error
        if begin.startswith(_OLE):
            return _OldBook(path, error)
        raise _damaged(path, error) from error
    except BaseException as error:  # a Rust panic is no Exception, and must not end the program
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(path, error) from error


def _locked(path: Path) -> RecordsError:
    return RecordsError(f"{path.name}: the workbook is locked with a password. Save a copy without one.")


def _damaged(path: Path, error: BaseException) -> RecordsError:
    return RecordsError(f"{path.name}: this is no workbook, or it is damaged ({error}). Open and save it again.")


def _refuse_locked_ole(path: Path) -> None:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            if ole.exists("EncryptedPackage"):
                raise _locked(path)
    except (OSError, ValueError, IndexError, struct.error) as error:  # olefile reads a damaged file as far as it goes
        raise _damaged(path, error) from error


def _refuse_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_UNPACKED:
                raise RecordsError(f"{path.name}: unpacked, the workbook is larger than 2 GB and is not read.")
            if "META-INF/manifest.xml" in packed.namelist() and b"encryption-data" in packed.read(
                "META-INF/manifest.xml"
            ):
                raise _locked(path)
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from error


def _refuse_unsaved_formulas(path: Path, sheet: str) -> None:
    """A formula whose result was not saved reads as an empty cell, and would be counted as a blank."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        if "content.xml" in packed.namelist():
            if unsaved := len(_UNSAVED_ODS.findall(packed.read("content.xml"))):
                raise _unsaved(path, sheet, f"{unsaved:,} cells hold")
            return
        part = _part_of(packed, sheet)
        if part is None:
            return
        content = packed.read(part)
    found = [cell for cell in _UNSAVED_FORMULA.findall(content) if not _EMPTY_TEXT.search(cell)]
    if found:
        first = _REFERENCE.search(found[0])
        others = f" and {len(found) - 1:,} more hold" if len(found) > 1 else " holds"
        raise _unsaved(path, sheet, f"cell {first[1].decode() if first else '?'}{others}")


def _unsaved(path: Path, sheet: str, where: str) -> RecordsError:
    return RecordsError(
        f"{path.name}, sheet “{sheet}”: {where} a formula whose result was not saved. "
        "Open the workbook in a spreadsheet program, save it, and import it again."
    )


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """Where in an XLSX the cells of a sheet are."""
    names = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    book = etree.fromstring(packed.read("xl/workbook.xml"), parser)
    rels = etree.fromstring(packed.read("xl/_rels/workbook.xml.rels"), parser)
    if book is None or rels is None:
        return None
    wanted = None
    for element in book.iter("{*}sheet"):
        if element.get("name") == sheet:
            wanted = next((value for key, value in element.attrib.items() if str(key).endswith("}id")), None)
    for relation in rels.iter("{*}Relationship"):
        if relation.get("Id") == wanted:
            target = str(relation.get("Target", "")).lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in names else None
    return None


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


class _OldBook:
    """An XLS that calamine refused, read by xlrd."""

    def __init__(self, path: Path, first: BaseException) -> None:
        try:
            self._book = xlrd.open_workbook(str(path), on_demand=True)
        except xlrd.XLRDError as error:
            raise (_locked(path) if "encrypted" in str(error).lower() else _damaged(path, first)) from error
        except Exception as error:  # xlrd raises whatever a damaged record leads to
            raise _damaged(path, first) from error
        self.sheet_names: list[str] = self._book.sheet_names()

    def rows(self, name: str) -> list[Row]:
        sheet = self._book.sheet_by_name(name)
        return [
            (at + 1, [self._text(sheet.cell(at, column)) for column in range(sheet.ncols)]) for at in range(sheet.nrows)
        ]

    def _text(self, cell: Any) -> str:
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return cell_text(xlrd.xldate_as_datetime(cell.value, self._book.datemode))
            except (xlrd.xldate.XLDateError, OverflowError, ValueError):
                return cell_text(cell.value)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "Yes" if cell.value else "No"
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
        return cell_text(cell.value)
