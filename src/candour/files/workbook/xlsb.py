"""XLSB: a closed-world inspection, and the visible part anew. [MS-XLSB]."""

from __future__ import annotations

import struct
from collections import Counter

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import parse
from candour.files.masked import masked
from candour.files.opc import Package, Relationship, open_package
from candour.files.visible import Visible
from candour.files.workbook.book import Book, SheetEntry, kind_of_sheet
from candour.files.workbook.brt import brt_records, rk_number, wide_text, words_of
from candour.files.workbook.colours import BLACK, Colour, from_hex, indexed, tinted
from candour.files.workbook.number_format import BUILT_IN
from candour.files.workbook.overlay import Measures, covered
from candour.files.workbook.second_reader import SheetSum, read_grid
from candour.files.workbook.sheet import SheetReader
from candour.files.workbook.sheet_layout import ColumnSpan, SheetRead, column_veils
from candour.files.workbook.shown import Cell, ShownSheet, Span
from candour.files.workbook.strings import Strings
from candour.files.workbook.styles import CellStyle, Styles, read_styles
from candour.files.workbook.write import write_seen
from candour.files.workbook.xlsx import SHEET_CODES, WorkbookReader
from candour.files.zipped import open_archive

_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ERRORS |= {43: "#GETTING_DATA"}
_CELLS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62}
_FORMULAS = {8, 9, 10, 11}
_TOLD = {
    39: "X.defname",
    64: "X.data_validation",
    423: "X.custom_view",
    2071: "X.abspath",
    494: "X.hyperlink",
    479: "X.header_footer",
    548: "X.file_sharing",
    502: "X.scenario",
    397: "X.custom_sheet_view",
    463: "X.cond_format",
    639: "X.ole_object",
}
"""Records with words, by the code of what they are. What holds words and is not here is an extension."""

_HARMLESS_WORDS = {43, 44, 47, 48, 128, 153, 147, 19, 156, 2078, 2091, 3072, 161, 163, 165, 167, 507, 508}
"""Records whose words are names of fonts, formats, styles, versions or strings that cells show."""


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a binary workbook. Raises `Blocked`."""
    reader = _BinaryReader(data, context)
    try:
        return reader.inspect()
    except Blocked as blocked:
        raise Blocked(blocked.reason, (*reader.inspected.findings, *blocked.findings)) from None


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The sheets, rows and columns that are shown, as a fresh workbook. Raises `Blocked`."""
    return write_seen(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """A workbook as another library reads it."""
    return read_grid(data)


class _BinaryReader(WorkbookReader):
    """Reads a workbook whose sheets are records; its other parts are those of any workbook."""

    def inspect(self) -> Inspected:
        """The whole inspection."""
        archive = open_archive(self.data, self.context.budget)
        self.inspected.findings += archive.findings
        package = open_package(archive)
        main = package.main()
        book = self._book(package, main)
        styles, styles_part = self._styles(package, main)
        strings_part = next((part for part in package.targets(main, "sharedStrings") if part in package.types), None)
        strings = self._strings(package, strings_part) if strings_part else Strings()
        reader = SheetReader(strings, styles, self.inspected, since_1904=book.since_1904)
        for sheet in book.sheets:
            self._sheet_records(sheet, package, reader)
            self.context.budget.check_time()
        if strings_part:
            strings.report(strings_part, self.inspected)
        own = {main, styles_part, strings_part, *package.targets(main, "theme"), *(sheet.part for sheet in book.sheets)}
        self._other_parts(package, book, {part for part in own if part})
        self.inspected.visible = self.grid
        self._compare()
        return self.inspected

    def _book(self, package: Package, main: str) -> Book:
        book = Book(main)
        arrows: dict[str, Relationship] = {arrow.id: arrow for arrow in package.of(main)}
        told: Counter[str] = Counter()
        for kind, body in brt_records(package.archive.read(main)):
            if kind == 156:
                state = struct.unpack_from("<I", body)[0]
                identity, position = wide_text(body, 8)
                name, _ = wide_text(body, position)
                arrow = arrows.get(identity)
                if state not in _STATES:
                    raise Blocked(f"The file is damaged: nobody can say whether the sheet {masked(name)} is shown.")
                part = arrow.target if arrow else ""
                book.sheets.append(SheetEntry(name, _STATES[state], part, kind_of_sheet(arrow, identity)))
            elif kind == 153 and body:
                book.since_1904 = bool(body[0] & 1)
            else:
                self._words(kind, body, main, told)
                if kind == 39 and body and body[0] & 1:
                    told["X.defname_hidden"] += 1
        self._report_words(told, main)
        return book

    def _words(self, kind: int, body: bytes, place: str, told: Counter[str]) -> None:
        words = [] if kind in _HARMLESS_WORDS else words_of(body)
        for text in words:
            self.inspected.hidden.add(text)
        code = _TOLD.get(kind) or ("X.extension" if words else "")
        if code:
            told[code] += 1
            self._samples.setdefault((place, code), []).extend(masked(text, 30) for text in words[:2])

    def _report_words(self, told: Counter[str], place: str) -> None:
        for code, count in told.items():
            self.inspected.findings.append(
                found(code, place, count, "; ".join(self._samples.get((place, code), [])[:4]))
            )
        self.inspected.know()

    _samples: dict[tuple[str, str], list[str]]

    def __init__(self, data: bytes, context: Context) -> None:
        super().__init__(data, context)
        self._samples = {}

    def _styles(self, package: Package, main: str) -> tuple[Styles, str | None]:
        part = next((part for part in package.targets(main, "styles") if part in package.types), None)
        theme = next((part for part in package.targets(main, "theme") if part in package.types), None)
        styles = read_styles(None, "", package.archive.read(theme) if theme else None, theme or "")
        if part is None:
            return styles, None
        formats = dict(BUILT_IN)
        fonts: list[tuple[Colour, float]] = []
        fills: list[Colour | None] = []
        cells: list[CellStyle] = []
        inside = False
        for kind, body in brt_records(package.archive.read(part)):
            if kind == 44:
                formats[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
            elif kind == 43:
                size = struct.unpack_from("<H", body)[0] / 20
                fonts.append((_colour(body[12:20], styles, text=True) or BLACK, size))
            elif kind == 45:
                solid = struct.unpack_from("<I", body)[0] == 1
                fills.append(_colour(body[4:12], styles, text=True) if solid else None)
            elif kind in {617, 618}:
                inside = kind == 617
            elif kind == 47 and inside:
                code, font, fill = struct.unpack_from("<HHH", body, 2)
                text, size = fonts[font] if font < len(fonts) else (BLACK, 11.0)
                cells.append(
                    CellStyle(formats.get(code, "General"), text, fills[fill] if fill < len(fills) else None, size)
                )
        styles.cells = cells or styles.cells
        self.inspected.know()
        return styles, part

    def _strings(self, package: Package, part: str) -> Strings:
        strings = Strings()
        for kind, body in brt_records(package.archive.read(part)):
            if kind == 19:
                text, position = wide_text(body, 1)
                strings.texts.append(text)
                if body[0] & 2:
                    strings.phonetic += 1
                    for word in words_of(body[position:]):
                        self.inspected.hidden.add(word)
        strings.used = bytearray(len(strings.texts))
        self.inspected.know()
        return strings

    def _sheet_records(self, sheet: SheetEntry, package: Package, reader: SheetReader) -> None:  # noqa: C901  one branch for each kind
        code = SHEET_CODES.get(sheet.state, "")
        if sheet.kind == "module" or sheet.kind != "worksheet" or sheet.part not in package.types:
            if sheet.kind in {"missing", "unknown"}:
                raise Blocked(f"The file is damaged: its sheet {masked(sheet.name)} is not there. Ask for it again.")
            self._other_sheet(sheet, package, code)
            return
        read = SheetRead()
        told: Counter[str] = Counter()
        data = package.archive.read(sheet.part)
        merges = _frame(data, read)
        veils = column_veils(read.columns)
        shown = ShownSheet(
            sheet.name,
            self.inspected,
            sheet_veil=code,
            column_veil=lambda column: veils.get(column, ""),
            remote="X.remote_cell",
        )
        number, veil, cells = -1, "", list[Cell]()
        for kind, body in brt_records(data):
            if kind == 0:
                if number >= 0:
                    shown.row(number, veil, cells)
                number, veil, cells = _row(body, number, read)
            elif kind in _CELLS:
                read.formulas += kind in _FORMULAS
                cell = _cell(kind, body, number, reader, shown, read)
                if cell is not None:
                    cells.append(cell)
            elif kind not in {60, 176, 485}:
                self._words(kind, body, sheet.name, told)
                if kind == 163:
                    told["X.filter_active"] += 1
        if number >= 0:
            shown.row(number, veil, cells)
        if not code:
            shown.blank(_spans(merges, package, sheet, read))
        self._report_words(told, sheet.name)
        finished = shown.finish()
        self._report_sheet(sheet, shown, read, code)
        self.sums.append(SheetSum(sheet.name, sheet.state == "visible", read.sum))
        if not code:
            self.grid.sheets.append(finished)


def _frame(data: bytes, read: SheetRead) -> list[Span]:
    """Widths, default heights and merges, which stand before and after the rows."""
    merges = []
    bare = False
    for kind, body in brt_records(data):
        if kind not in _CELLS and bare:
            read.states_shown_rows = True  # an empty row is listed to say that it is shown
        bare = kind == 0 and not body[11] & 0x10
        if kind == 60 and len(body) >= 18:
            first, last, width = struct.unpack_from("<III", body)
            flags = struct.unpack_from("<H", body, 16)[0]
            read.columns.append(ColumnSpan(first, last, bool(flags & 1), width / 256, bool(flags & 0x1000)))
        elif kind == 485 and len(body) >= 9:
            read.all_hidden = bool(body[8] & 2)
            read.default_height = struct.unpack_from("<H", body, 6)[0] / 20
        elif kind == 176 and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            merges.append(Span(top, left, bottom, right))
    return merges


def _row(body: bytes, before: int, read: SheetRead) -> tuple[int, str, list[Cell]]:
    number = struct.unpack_from("<I", body)[0]
    if number <= before:
        raise Blocked("The file is damaged: its rows are out of order; programs differ on them. Save it anew.")
    height = struct.unpack_from("<H", body, 8)[0] / 20
    flags = body[11]
    read.collapsed += bool(flags & 0x08)
    veil = ""
    if flags & 0x10:
        veil = "X.row_hidden"
        read.heights[number] = 0.0
    elif height < 2:
        veil = "X.row_tiny"
    elif read.all_hidden and not read.states_shown_rows:
        veil = "X.zero_height_default"
    if height != read.default_height:
        read.heights.setdefault(number, height)
    return number, veil, []


def _cell(kind: int, body: bytes, number: int, reader: SheetReader, shown: ShownSheet, read: SheetRead) -> Cell | None:  # noqa: PLR0917  one cell of one row
    column, style = struct.unpack_from("<II", body)
    look = style & 0xFFFFFF
    look = look if look < len(reader.looks) else 0
    if kind == 1:
        return None
    if kind == 7:
        text, runs = reader.shared(str(struct.unpack_from("<I", body, 8)[0]))
        return reader.text_cell(text, runs, look, number, column, shown, read)
    if kind in {6, 8, 62}:
        text, _ = wide_text(body, 8 if kind != 62 else 9)
        return reader.text_cell(text, (), look, number, column, shown, read)
    if kind in {3, 11}:
        return reader.number_cell(_ERRORS.get(body[8], "#ERROR"), "e", look, number, column, shown, read)
    if kind in {4, 10}:
        return reader.number_cell(str(body[8]), "b", look, number, column, shown, read)
    value = rk_number(struct.unpack_from("<I", body, 8)[0]) if kind == 2 else struct.unpack_from("<d", body, 8)[0]
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return reader.number_cell(text, "n", look, number, column, shown, read)


def _spans(merges: list[Span], package: Package, sheet: SheetEntry, read: SheetRead) -> list[tuple[Span, str]]:
    spans = []
    for merge in merges:
        spans.append((Span(merge.top, merge.left + 1, merge.top, merge.right), "X.under_merge"))
        spans.append((Span(merge.top + 1, merge.left, merge.bottom, merge.right), "X.under_merge"))
    heights = {row: points * 4 / 3 for row, points in read.heights.items()}
    measures = Measures({}, read.default_width * 7 + 5, heights, read.default_height * 4 / 3)
    for drawing in package.targets(sheet.part, "drawing"):
        if drawing in package.types:
            root = parse(package.archive.read(drawing), drawing)
            spans += [(span, "X.overlay") for span in covered(root, measures)]
    return [entry for entry in spans if entry[0].bottom >= entry[0].top and entry[0].right >= entry[0].left]


def _colour(data: bytes, styles: Styles, *, text: bool) -> Colour | None:
    """A colour record of eight bytes. [MS-XLSB] 2.5.8."""
    if len(data) < 8:
        return None
    kind, index = data[0] >> 1, data[1]
    tint = struct.unpack_from("<h", data, 2)[0] / 32_767
    base: Colour | None = None
    if kind == 1:
        base = indexed(index, text=text)
    elif kind == 2:
        base = from_hex(data[4:7].hex())
    elif kind == 3 and index < len(styles.theme):
        base = styles.theme[index]
    return None if base is None else tinted(base, tint)
