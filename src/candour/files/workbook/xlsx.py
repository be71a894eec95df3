"""XLSX and XLSM: a closed-world inspection, and the visible part anew. ECMA-376; [MS-XLSX]."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import local, parse
from candour.files.masked import listed, masked, plain
from candour.files.office.parts import OfficeParts
from candour.files.office.sweep import Sweep
from candour.files.opc import Package, open_package
from candour.files.visible import Grid, Visible
from candour.files.workbook import write
from candour.files.workbook.book import SHEET_TYPES, Book, SheetEntry, read_book
from candour.files.workbook.charts import ChartPlace, NotDrawn, Redrawing, places, title_of
from candour.files.workbook.hidden_parts import HiddenParts
from candour.files.workbook.overlay import Measures, covered
from candour.files.workbook.second_reader import SheetSum, disagreement, read_grid
from candour.files.workbook.sheet import SheetReader
from candour.files.workbook.sheet_layout import SheetRead, column_veils, default_veil
from candour.files.workbook.shown import ShownSheet, Span
from candour.files.workbook.strings import Strings, read_strings
from candour.files.workbook.styles import Styles, read_styles
from candour.files.workbook.tail import Tail, TailReader
from candour.files.workbook.write import write_seen
from candour.files.zipped import open_archive

SHEET_CODES = {"hidden": "X.sheet_hidden", "veryHidden": "X.sheet_veryhidden"}
"""The code of each state of a sheet that is not shown."""

_MOST_REMEMBERED = 400_000
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*/>")


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a workbook. Raises `Blocked`."""
    reader = WorkbookReader(data, context)
    try:
        return reader.inspect()
    except Blocked as blocked:
        raise Blocked(blocked.reason, (*reader.inspected.findings, *blocked.findings)) from None


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The sheets, rows and columns that are shown, with the text that is displayed. Raises `Blocked`."""
    return write_seen(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """A workbook that this package wrote, as another library reads it."""
    return read_grid(data)


def blank() -> bytes:
    """A workbook as this package writes it with nothing in it."""
    return write.blank()


class WorkbookReader:
    """Reads one workbook through and through."""

    def __init__(self, data: bytes, context: Context) -> None:
        self.data = data
        self.context = context
        self.inspected = Inspected()
        self.grid = Grid()
        self.uncached: list[str] = []
        self.sums: list[SheetSum] = []
        self.shown: dict[str, tuple[int, ShownSheet]] = {}
        self.charted: list[ChartPlace] = []
        self.sweep = Sweep()
        self.closed: set[str] = set()
        self.modules: set[str] = set()
        self.main = ""

    def inspect(self) -> Inspected:
        """The whole inspection."""
        archive = open_archive(self.data, self.context.budget, look_on=True)
        self.inspected.findings += archive.findings
        self.inspected.blocked = archive.blocked
        package = open_package(archive)
        main = package.main()
        book = read_book(package, main, self.inspected)
        self.closed = book.closed
        self.main = main
        self.modules = {sheet.name for sheet in book.sheets if sheet.kind in {"module", "macrosheet", "dialogsheet"}}
        styles_part, styles, strings_part, strings = self._frame(package, main)
        theme = next(package.targets(main, "theme"), None)
        own = {main, styles_part, strings_part, theme} | {sheet.part for sheet in book.sheets if sheet.part}
        reader = SheetReader(strings, styles, self.inspected, since_1904=book.since_1904)
        for sheet in book.sheets:
            try:
                self._sheet(sheet, package, reader, styles)
            except Blocked as blocked:  # the rest is still looked at, so that the report is whole
                self.inspected.blocked = self.inspected.blocked or blocked.reason
                self.inspected.findings += blocked.findings
            self.context.budget.check_time()
        if strings_part:
            strings.report(strings_part, self.inspected)
        self._redraw(package)
        self._other_parts(package, book, {part for part in own if part})
        self.inspected.visible = self.grid
        self.sweep.report(self.inspected)
        if self.uncached:
            self.inspected.refused = (
                "Some formulas have no stored result, so nobody can say what they show: "
                f"{listed(self.uncached, 12)}. Open the workbook in Excel, save it, and upload it again."
            )
        self._compare()
        return self.inspected

    def _compare(self) -> None:
        """Whether a second reader sees the same sheets and cells."""
        data = self._without(self.modules) if self.modules else self.data
        if not self.inspected.blocked and (difference := disagreement(data, self.sums)):
            self.inspected.findings.append(found("G.readers_disagree", "workbook", 1, difference))
            self.inspected.blocked = (
                f"Two readers disagree on what the workbook shows: {difference}. "
                "Open it in Excel, save it, and upload it again."
            )

    def _without(self, names: set[str]) -> bytes:
        """The workbook without the entries of modules and macro sheets, which the second reader cannot open."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.data)) as old, zipfile.ZipFile(buffer, "w") as new:
            for info in old.infolist():
                data = old.read(info)
                if info.filename == self.main:
                    root = parse(data, info.filename)
                    for entry in [entry for entry in root.iter() if local(entry) == "sheet"]:
                        parent = entry.getparent()
                        if parent is not None and entry.get("name") in names:
                            parent.remove(entry)
                    data = etree.tostring(root)
                new.writestr(info.filename, data, zipfile.ZIP_STORED)
        return buffer.getvalue()

    def _frame(self, package: Package, main: str) -> tuple[str | None, Styles, str | None, Strings]:
        archive = package.archive
        names = set(archive.names())
        styles_part = next((part for part in package.targets(main, "styles") if part in names), None)
        theme = next((part for part in package.targets(main, "theme") if part in names), None)
        styles = read_styles(
            archive.read(styles_part) if styles_part else None,
            styles_part or "",
            archive.read(theme) if theme else None,
            theme or "",
        )
        strings_part = next((part for part in package.targets(main, "sharedStrings") if part in names), None)
        strings = Strings()
        if strings_part:
            with archive.open(strings_part) as stream:
                strings = read_strings(stream, strings_part, styles, self.inspected)
        if styles.names:
            for name in styles.names:
                self.inspected.hidden.add(name)
            words = masked("; ".join(styles.names))
            self.inspected.findings.append(found("X.style_name", styles_part or "styles", len(styles.names), words))
        hidden = sum(style.protected_hidden for style in styles.cells)
        if hidden:
            self.inspected.findings.append(found("X.prot_hidden", styles_part or "styles", hidden))
        self.inspected.know((styles_part is not None) + (theme is not None) + (strings_part is not None))
        return styles_part, styles, strings_part, strings

    def _sheet(self, sheet: SheetEntry, package: Package, reader: SheetReader, styles: Styles) -> None:
        code = SHEET_CODES.get(sheet.state, "")
        if sheet.state not in {"visible", *SHEET_CODES}:
            raise Blocked(f"The file is damaged: nobody can say whether the sheet {masked(sheet.name)} is shown.")
        if sheet.kind == "module":
            self.inspected.findings.append(found("X.macrosheet", sheet.name, 1, "a module of macros without cells"))
            self.inspected.hidden.add(sheet.name)
            self.inspected.know()
            return
        if sheet.kind in {"missing", "unknown"} or sheet.part not in package.types:
            raise Blocked(f"The file is damaged: its sheet {masked(sheet.name)} is not there. Ask for it again.")
        if sheet.kind != "worksheet":
            self._other_sheet(sheet, package, code)
            return
        read = SheetRead()
        veils: dict[int, str] = {}
        ready: list[bool] = []

        def column_veil(column: int) -> str:
            if not ready:
                veils.update(column_veils(read.columns))
                ready.append(True)
            if column < read.first_column:
                return "X.frozen_away"
            if column in veils or any(span.first <= column <= span.last for span in read.columns):
                return veils.get(column, "")
            return default_veil(read)

        shown = ShownSheet(sheet.name, self.inspected, sheet_veil=code, column_veil=column_veil, remote="X.remote_cell")
        read.states_shown_rows = _states_shown_rows(package, sheet.part)
        with package.archive.open(sheet.part) as stream:
            root = reader.read(stream, sheet.part, shown, read)
        tail_reader = TailReader(sheet.name, sheet.part, styles, self.inspected, sheet.name)
        tail_reader.between_rows = read.loose
        tail = tail_reader.read(root)
        self.sweep.take(root, sheet.part)
        if not code:
            self._cover(sheet, package, shown, read, tail)
        finished = shown.finish()
        self._report_sheet(sheet, shown, read, code)
        self.sums.append(SheetSum(sheet.name, sheet.state == "visible" or sheet.name in self.closed, read.sum))
        if not code:
            self.charted += places(package, sheet.part, sheet.name, len(self.grid.sheets))
            self.shown[sheet.name.casefold()] = len(self.grid.sheets), shown
            self.grid.sheets.append(finished)
        self.inspected.know()

    def _cover(self, sheet: SheetEntry, package: Package, shown: ShownSheet, read: SheetRead, tail: Tail) -> None:
        """Blank what stands under merges, shapes and conditions that hide."""
        spans: list[tuple[Span, str]] = []
        for merge in tail.merges:
            spans.append((Span(merge.top, merge.left + 1, merge.top, merge.right), "X.under_merge"))
            spans.append((Span(merge.top + 1, merge.left, merge.bottom, merge.right), "X.under_merge"))
        spans += [(span, "X.cond_format") for span in tail.hiding]
        widths = {
            column: 0.0 if span.hidden else span.width * 7 + 5
            for span in read.columns
            for column in range(span.first, min(span.last, span.first + 512) + 1)
        }
        heights = {row: points * 4 / 3 for row, points in read.heights.items()}
        measures = Measures(widths, read.default_width * 7 + 5, heights, read.default_height * 4 / 3)
        for drawing in package.targets(sheet.part, "drawing"):
            if drawing in package.types:
                root = parse(package.archive.read(drawing), drawing)
                spans += [(span, "X.overlay") for span in covered(root, measures)]
        shown.blank([entry for entry in spans if entry[0].bottom >= entry[0].top and entry[0].right >= entry[0].left])

    def _report_sheet(self, sheet: SheetEntry, shown: ShownSheet, read: SheetRead, code: str) -> None:
        findings = self.inspected.findings
        name = sheet.name
        if code and code not in shown.tallies:
            findings.append(found(code, name, 0, "an empty sheet"))
        if code:
            self.inspected.hidden.add(name)
        if read.all_hidden and "X.zero_height_default" not in shown.tallies:
            findings.append(found("X.zero_height_default", name, 0, "all rows are hidden but for those listed"))
        if read.formulas:
            findings.append(found("X.formula", name, read.formulas))
        if read.external:
            findings.append(found("X.formula_external", name, len(read.external), masked("; ".join(read.external[:3]))))
        if read.literals:
            findings.append(found("X.formula_literal", name, len(read.literals), masked("; ".join(read.literals[:3]))))
        if read.broken:
            findings.append(found("X.broken_formula", name, len(read.broken), listed(read.broken)))
        if read.uncached:
            findings.append(found("X.formula_uncached", name, len(read.uncached), listed(read.uncached)))
            if not code:
                self.uncached += [f"{name}!{cell}" for cell in read.uncached]
        collapsed = read.collapsed + sum(span.collapsed for span in read.columns)
        if collapsed:
            findings.append(found("X.outline_collapsed", name, collapsed))
        if read.phonetic:
            findings.append(found("X.phonetic", name, read.phonetic))

    def _other_sheet(self, sheet: SheetEntry, package: Package, code: str) -> None:
        if code:
            self.inspected.findings.append(found(code, sheet.name, 0, sheet.kind))
        if sheet.kind in {"dialogsheet", "macrosheet"}:
            data = package.archive.read(sheet.part)
            OfficeParts(package, self.inspected, self.context).report("X.macrosheet", sheet.part, data)
            if b"sheetProtection" in data:
                self.inspected.findings.append(found("X.sheet_protection", sheet.name, 1))
        elif not code:
            self.charted += places(package, sheet.part, sheet.name, None)
        kinds = {"chartsheet", "worksheet"}
        if sheet.kind in kinds:
            self.inspected.hidden.add(sheet.name)
        self.inspected.know()

    def _other_parts(self, package: Package, book: Book, own: set[str]) -> None:
        office = OfficeParts(package, self.inspected, self.context)
        office.titles = book.titles
        office.sweep = self.sweep
        self.sweep.know((*book.titles, *(sheet.name for sheet in book.sheets)))
        seen: set[str] = set()
        for text in self.grid.texts():
            seen.add(text.strip())
            if len(seen) > _MOST_REMEMBERED:
                break
        office.seen = lambda text: text.strip() in seen
        parts: dict[str, set[str]] = {}
        for source, arrows in package.relationships.items():
            for arrow in arrows:
                if not arrow.external and source != "" and arrow.target not in own:
                    parts.setdefault(arrow.target, set()).add(arrow.type)
        reachable = package.reachable()
        unlisted = sorted(part for part, kinds in parts.items() if kinds & SHEET_TYPES and part in package.types)
        for part in unlisted:
            office.report("X.sheet_unlisted", part, package.archive.read(part))
            self.inspected.know()
            del parts[part]
        hidden = HiddenParts(package, self.inspected, office)
        self._sweep_frame(package, own)
        done = hidden.inspect({part: kinds for part, kinds in parts.items() if part in reachable})
        office.inspect(own | done | set(unlisted))
        others = office.charts - len({place.part for place in self.charted})
        if others > 0:
            self.inspected.lost.append(f"{others} charts could not be drawn anew: the figures are in the cells alone.")
        if office.pictures:
            self.inspected.lost.append(f"{office.pictures} pictures.")
        drawn = {word for chart in self.grid.charts for word in chart.words}
        if words := [word for word in office.words if word not in drawn]:
            self.inspected.lost.append(f"Words in shapes and charts: {masked('; '.join(words), 300)}")
        self._lost_cells()

    def _redraw(self, package: Package) -> None:
        """The charts that draw on nothing but what a reader sees; the others are lost, each with the reason."""
        redrawing = Redrawing(self.grid, self.shown)
        for place in self.charted:
            data = package.archive.read(place.part)
            try:
                self.grid.charts.append(redrawing.draw(place, data))
            except NotDrawn as why:
                called = f" “{title}”" if (title := plain(title_of(data, place.part), 80)) else ""
                self.inspected.lost.append(f"The chart{called} on the sheet {plain(place.sheet, 40)}: {why}.")
        if self.grid.charts:
            count = len(self.grid.charts)
            what = "1 chart is drawn" if count == 1 else f"{count} charts are drawn"
            self.inspected.lost.append(f"{what} anew from the cells: colours, labels and layout are not those it had.")

    def _sweep_frame(self, package: Package, own: set[str]) -> None:
        """The words of the workbook part, of the styles and of the theme, which are small."""
        for part in own:
            kinds = {
                arrow.type for arrows in package.relationships.values() for arrow in arrows if arrow.target == part
            }
            if kinds & {"officeDocument", "styles", "theme"} and package.types.get(part, "").endswith("xml"):
                self.sweep.take(parse(package.archive.read(part), part), part)

    def _lost_cells(self) -> None:
        """What some reader may have seen and the rebuilt file does not show."""
        words = {
            "X.zero_height_default": "Rows of {place} that are hidden by default, though some programs show them.",
            "X.frozen_away": "{count} cells that frozen panes keep out of reach, from {place} on.",
            "X.overlay": "{count} cells of {place} under pictures, shapes or charts.",
            "X.remote_cell": "{count} cells far away from the rest, from {place} on.",
            "X.cond_format": "Cells that conditional formats hide or mark ({place}).",
            "X.sparkline": "{count} small charts in cells ({place}).",
            "X.header_footer": "Words above and below the pages of {place}.",
            "X.hyperlink": "The addresses of {count} links ({place}); their words stay.",
            "X.comments": "{count} notes ({place}).",
            "X.threaded_comments": "{count} comments ({place}).",
        }
        for finding in self.inspected.findings:
            if finding.code in words:
                self.inspected.lost.append(words[finding.code].format(place=finding.place, count=f"{finding.count:,}"))


def _states_shown_rows(package: Package, part: str) -> bool:
    """Whether a sheet whose rows are all hidden lists empty rows, as programs do to say that they are shown."""
    with package.archive.open(part) as stream:
        head = stream.read(8192)
    if b"zeroHeight" not in head:
        return False
    data = package.archive.read(part)
    return any(b"hidden" not in match.group() for match in _EMPTY_ROW.finditer(data))
