"""XLS: a closed-world inspection, and the visible part anew. [MS-XLS]; [MS-CFB]."""

from __future__ import annotations

import contextlib
import io
import re
import struct
from collections.abc import Iterator
from typing import Any

import xlrd

from candour.files.catalogue import found
from candour.files.cfb import Compound, open_compound
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.masked import listed, masked
from candour.files.residue import words_in
from candour.files.visible import Grid, Visible
from candour.files.workbook.biff import BoundSheet, Walk, walk
from candour.files.workbook.second_reader import SheetSum, disagreement, read_grid
from candour.files.workbook.write import write_seen
from candour.files.workbook.xls_sheet import XlsSheet

_PROPERTIES: tuple[str, ...] = (
    "title",
    "subject",
    "author",
    "keywords",
    "comments",
    "template",
    "last_saved_by",
    "category",
    "manager",
)
_PROPERTIES += ("company", "presentation_target", "content_type", "status")
_HARMLESS = {"\x01compobj", "\x01ole", "\x03objinfo", "\x03linkinfo", "\x05documentsummaryinformation"}
_ODD = re.compile(r"[^A-Za-z0-9 .,;:-]+")
_TOLD = {"\x05summaryinformation"}


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a binary workbook. Raises `Blocked`."""
    inspected = Inspected()
    try:
        return _Reader(data, context, inspected).inspect()
    except Blocked as blocked:
        raise Blocked(blocked.reason, (*inspected.findings, *blocked.findings)) from None


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The sheets, rows and columns that are shown, as a fresh workbook. Raises `Blocked`."""
    return write_seen(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """A workbook as another library reads it."""
    return read_grid(data)


class _Reader:
    """Reads one binary workbook through and through."""

    def __init__(self, data: bytes, context: Context, inspected: Inspected) -> None:
        self.data = data
        self.context = context
        self.inspected = inspected
        self.twofold = False
        """Whether the file holds one workbook for old programs and one for new ones."""

    def inspect(self) -> Inspected:
        """The whole inspection."""
        if self.data.startswith(b"\xd0\xcf\x11\xe0"):
            compound = open_compound(self.data, self.context.budget)
            streams = {name.casefold(): name for name in compound.streams()}
            main = streams.get("workbook") or streams.get("book")
            if main is None:
                raise Blocked("The file is damaged: it holds no workbook. Ask for it again.")
            self.twofold = "workbook" in streams and "book" in streams
            if self.twofold and not _alike(compound, streams):
                self.inspected.findings.append(found("G.readers_disagree", "Book, Workbook", 1, "two workbooks in one"))
                self.inspected.blocked = (
                    "The file holds two different workbooks, one for old programs and one for new ones. "
                    "Save it in one form alone."
                )
            stream = compound.read(main)
            self._streams(compound, main)
            self._residue(compound)
        else:
            main, stream = "Workbook", self.data
        told = walk(stream, main, self.inspected, self.context.budget)
        if not any(finding.code == "B.encrypted" for finding in self.inspected.findings):
            self._cells(told)
        return self.inspected

    def _streams(self, compound: Compound, main: str) -> None:
        embedded: dict[str, int] = {}
        for name in compound.streams():
            if name == main or name.casefold() == "book":
                self.inspected.know()
                continue
            data = compound.read(name)
            code = _code_of(name)
            if code == "" or (code is None and not data):
                if name.casefold() in _HARMLESS | _TOLD:
                    pass
            elif code is None:
                self.inspected.wonder(name)
            elif code == "B.embedding":
                embedded[name.split("/")[0]] = embedded.get(name.split("/")[0], 0) + len(data)
            elif code == "B.signature":
                self.inspected.blocked = "The file is digitally signed. Upload a copy saved without the signature."
                self.inspected.findings.append(found(code, name, len(data)))
            elif data:
                evidence = _pivot(data) if code == "B.pivot_cache" else ""
                self.inspected.findings.append(found(code, name, len(data), evidence or self._words(data)))
            if code:
                self._hide(data)
            if code is not None:
                self.inspected.know()
        for storage, size in embedded.items():
            self.inspected.findings.append(found("B.embedding", storage, size))
        self._properties(compound)

    def _properties(self, compound: Compound) -> None:
        telling = []
        compound.check_properties()
        with contextlib.suppress(Exception):  # olefile raises whatever a damaged property set makes it raise
            metadata = compound.ole.get_metadata()
            for name in _PROPERTIES:
                value = getattr(metadata, name, None)
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
                if text.strip("\x00 ") and text.casefold() not in {"normal", "normal.dot"}:
                    telling.append(f"{name.replace('_', ' ')} {masked(text, 40)}")
                    self.inspected.hidden.add(text)
        if telling:
            self.inspected.findings.append(found("B.summary_info", "properties", len(telling), "; ".join(telling)))

    def _residue(self, compound: Compound) -> None:
        size = 0
        first = ""
        for place, content in compound.residue():
            words = [text for text in words_in(content, self.context.budget) if any(map(str.isalpha, text))]
            for text in words:
                self.inspected.hidden.add(text)
            size += len(content)
            first = first or place
        if size:
            self.inspected.findings.append(found("B.free_sector_residue", first, size))
        self.inspected.know()

    def _hide(self, data: bytes) -> None:
        for text in words_in(data, self.context.budget):
            self.inspected.hidden.add(text)

    def _words(self, data: bytes) -> str:
        words: list[str] = []
        for text in words_in(data, self.context.budget):
            if len(words) >= 6:
                break
            words.append(masked(text, 24))
        return " ".join(words)

    def _cells(self, told: Walk) -> None:
        book = _opened(self.data)
        strings = [text for text in getattr(book, "_sharedstrings", None) or [] if isinstance(text, str)]
        grid = Grid()
        sums: list[SheetSum] = []
        worksheets = iter(range(book.nsheets))
        for bound in _listed_sheets(book, told):
            name, state = bound.name, bound.state
            if bound.kind != "worksheet":
                self._other(name, state, bound.kind)
                continue
            number = next(worksheets, None)
            if number is None:
                raise Blocked("The file is damaged: it lists a sheet that is not there. Ask for it again.")
            sheet = XlsSheet(book, _loaded(book, number), state, self.inspected, loose=self.twofold)
            sheet.read(told.drawings.get(bound.begins, []))
            sums.append(SheetSum(name, state == 0, sheet.sum))
            finished = sheet.finish()
            if state == 0:
                grid.sheets.append(finished)
            self.inspected.know()
            self.context.budget.check_time()
        self._orphans(strings, told)
        if told.formulas:
            self.inspected.findings.append(found("B.formula", "cells", told.formulas))
        if told.literals:
            for text in told.literals:
                self.inspected.hidden.add(text)
            shown = masked("; ".join(told.literals[:3]))
            self.inspected.findings.append(found("B.formula_literal", "cells", len(told.literals), shown))
        if told.locks:
            self.inspected.findings.append(found("B.protection", "workbook", told.locks))
        if told.collapsed:
            self.inspected.findings.append(found("B.outline_collapsed", "rows", told.collapsed))
        self.inspected.visible = grid
        if not self.inspected.blocked and (difference := disagreement(self.data, sums)):
            self.inspected.findings.append(found("G.readers_disagree", "workbook", 1, difference))
            self.inspected.blocked = (
                f"Two readers disagree on what the workbook shows: {difference}. "
                "Open it in Excel, save it as XLSX, and upload that."
            )

    def _other(self, name: str, state: int, kind: str) -> None:
        if kind == "chart":
            self.inspected.lost.append(f"The chart on the sheet {name}.")
        else:
            self.inspected.findings.append(found("B.macrosheet", name, 1, kind))
        if state:
            code = "B.sheet_veryhidden" if state == 2 else "B.sheet_hidden"
            self.inspected.findings.append(found(code, name, 0, kind))
        self.inspected.hidden.add(name)

    def _orphans(self, strings: list[str], told: Walk) -> None:
        orphans = [text for index, text in enumerate(strings) if not told.strings[index] and text.strip()]
        for text in orphans:
            self.inspected.hidden.add(text)
        if orphans:
            shown = "; ".join(masked(text, 30) for text in orphans[:5])
            self.inspected.findings.append(found("B.sst_orphan", "shared strings", len(orphans), shown))


def _alike(compound: Compound, streams: dict[str, str]) -> bool:
    """Whether the workbook for old programs and the one for new programs hold the same cells."""
    books = [_opened(compound.read(streams[name])) for name in ("book", "workbook")]
    sheets = [[(sheet.visibility, *_plain_cells(sheet)) for sheet in book.sheets()] for book in books]
    return sheets[0] == sheets[1]


def _plain_cells(sheet: Any) -> Iterator[tuple[object, ...]]:
    """The rows of a sheet, texts without the letters that the two forms spell differently."""
    for number in range(sheet.nrows):
        values = sheet.row_values(number)
        yield tuple(_ODD.sub("", value) if isinstance(value, str) else value for value in values)


def _opened(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True, on_demand=True
        )
    except Exception as error:  # noqa: BLE001  the library raises whatever the damage makes it raise
        raise Blocked(
            f"The file is damaged: its cells cannot be read ({type(error).__name__}). Ask for it again."
        ) from None


def _loaded(book: Any, number: int) -> Any:
    """A worksheet. Raises `Blocked` when it is damaged."""
    try:
        return book.sheet_by_index(number)
    except Exception as error:  # noqa: BLE001  the library raises whatever the damage makes it raise
        raise Blocked(
            f"The file is damaged: a sheet cannot be read ({type(error).__name__}). Ask for it again."
        ) from None


def _listed_sheets(book: Any, told: Walk) -> list[BoundSheet]:
    """The sheets in the order of their tabs; files before Excel 5 hold a single one and no list."""
    if told.sheets:
        return told.sheets
    return [BoundSheet(0, 0, "worksheet", name) for name in book.sheet_names()]


def _code_of(name: str) -> str | None:
    """The code of a stream; an empty text for one that is harmless, None for one that is not known."""
    lower = name.casefold()
    top = lower.split("/")[0]
    if "/" not in lower and (lower in _HARMLESS or lower in _TOLD):
        return ""
    prefixes = (
        ("_vba_project_cur", "B.vba"),
        ("_vba_project", "B.vba"),
        ("vba", "B.vba"),
        ("_sx_db_cur", "B.pivot_cache"),
        ("mbd", "B.embedding"),
        ("lnk", "B.embedding"),
        ("objectpool", "B.embedding"),
        ("\x01ole10native", "B.embedding"),
        ("revision log", "B.revision_log"),
        ("user names", "B.revision_log"),
        ("ctls", "B.activex"),
        ("msodatastore", "B.xml_data"),
        ("xml", "B.xml_data"),
        ("list data", "B.query_table"),
        ("_xmlsignatures", "B.signature"),
        ("_signatures", "B.signature"),
        ("\x06dataspaces", "B.xml_data"),
    )
    return next((code for prefix, code in prefixes if top.startswith(prefix)), None)


def _pivot(stream: bytes) -> str:
    """The size of the data behind a pivot table, and the names of its columns."""
    rows = 0
    names: list[str] = []
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        if kind == 0xC6 and len(body) >= 4:
            rows = struct.unpack_from("<I", body)[0]
        elif kind == 0xC7 and len(body) > 16:
            wide = body[16] & 1
            count = struct.unpack_from("<H", body, 14)[0]
            raw = body[17 : 17 + count * (2 if wide else 1)]
            names.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
    return f"{rows:,} rows × {len(names)} columns behind a pivot table: {listed(names, 10)}" if names else ""
