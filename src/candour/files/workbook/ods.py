"""ODS: a closed-world inspection, and the visible part anew. OASIS OpenDocument 1.3 part 3."""

from __future__ import annotations

from collections.abc import Iterable

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import Element, Streamed, attribute, local, parse, text_of
from candour.files.masked import masked
from candour.files.odf import OpenDocument, headers_and_footers, inspect_entries, open_document
from candour.files.odf_sweep import AttributeSweep
from candour.files.visible import Grid, Visible
from candour.files.workbook.ods_sheet import OdsSheet
from candour.files.workbook.ods_styles import OdsStyles
from candour.files.workbook.second_reader import disagreement, read_grid
from candour.files.workbook.write import write_seen

_REPORTED = {
    "content-validations": "F.validation",
    "named-expressions": "F.named",
    "database-ranges": "F.dbrange",
    "data-pilot-tables": "F.datapilot",
    "label-ranges": "F.label_range",
    "dde-links": "F.dde",
    "tracked-changes": "F.tracked_changes",
    "consolidation": "F.external_link",
    "variable-decls": "F.user_field",
    "user-field-decls": "F.user_field",
    "sequence-decls": "",
    "calculation-settings": "",
    "forms": "F.form",
    "dde-connection-decls": "F.dde",
    "alphabetical-index-auto-mark-file": "F.external_link",
}
_OF_A_TABLE = {
    "forms": "F.form",
    "named-expressions": "F.named",
    "dde-source": "F.dde",
    "conditional-formats": "F.cond_format",
    "sparkline-groups": "F.cond_format",
    "title": "F.alt_text",
    "desc": "F.alt_text",
    "event-listeners": "F.macro",
}
_GROUPS = {"table-rows", "table-header-rows", "table-row-group"}
_COLUMNS = {"table-column", "table-columns", "table-header-columns", "table-column-group"}
_ELSEWHERE = {"table-source", "scenario", "soft-page-break", "table-protection"}
"""Read with the sheet, or without a word."""

_COUNTED = frozenset({"formula"})
"""Attributes of cells that the sheet reports by their number; their words would be as many as the cells."""

_TOP = {"scripts", "font-face-decls", "automatic-styles", "body", "styles", "master-styles"}


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a spreadsheet. Raises `Blocked`."""
    inspected = Inspected()
    try:
        return _Reader(data, context, inspected).inspect()
    except Blocked as blocked:
        raise Blocked(blocked.reason, (*inspected.findings, *blocked.findings)) from None


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The sheets, rows and columns that are shown, as a fresh workbook. Raises `Blocked`."""
    return write_seen(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """A spreadsheet as another library reads it."""
    return read_grid(data)


class _Reader:
    """Reads one spreadsheet through and through."""

    def __init__(self, data: bytes, context: Context, inspected: Inspected) -> None:
        self.data = data
        self.context = context
        self.inspected = inspected
        self.styles = OdsStyles()
        self.sheets: list[OdsSheet] = []
        self.sweeps = [AttributeSweep(part, _COUNTED) for part in ("content.xml", "styles.xml")]

    def inspect(self) -> Inspected:
        """The whole inspection."""
        document = open_document(self.data, self.context, self.inspected)
        own = {"content.xml"}
        if document.has("styles.xml"):
            own.add("styles.xml")
            styles = document.read("styles.xml")
            root = parse(styles, "styles.xml")
            self.styles.add(child for child in root if local(child).endswith("styles"))
            self.sweeps[1].take(root)
            if headers_and_footers(styles, self.inspected):
                self.inspected.lost.append("Words above and below the pages.")
        self._content(document)
        inspect_entries(document, self.context, self.inspected, own)
        self.inspected.know(len(own))
        for sheet in self.sheets:
            sheet.shown.blank([entry for entry in sheet.overlays if entry[0].bottom >= entry[0].top])
        grid = Grid([sheet.shown.finish() for sheet in self.sheets if not sheet.veil])
        for sheet in self.sheets:
            if sheet.veil:
                sheet.shown.finish()
            sheet.report()
        self.inspected.visible = grid
        entries = frozenset(document.archive.names())
        for sweep in self.sweeps:
            sweep.report(self.inspected, entries)
        self._compare()
        return self.inspected

    def _content(self, document: OpenDocument) -> None:
        with document.archive.open("content.xml") as stream:
            streamed = Streamed(stream, "content.xml", "table-row")
            current: Element | None = None
            for row in streamed.elements():
                table = next((above for above in row.iterancestors() if local(above) == "table"), None)
                if table is None:
                    continue
                if table is not current:
                    if current is None:
                        self._styles_of(row.getroottree().getroot())
                    current = table
                    self.sheets.append(OdsSheet(table, self.styles, self.inspected))
                self._beside(row.itersiblings(preceding=True), self.sheets[-1])
                self.sheets[-1].row(row)
                self.sweeps[0].take(row)
                self.context.budget.check_time()
        assert streamed.root is not None
        if current is None:
            self._styles_of(streamed.root)
        self._rest(streamed.root)
        self.sweeps[0].take(streamed.root)

    def _styles_of(self, root: Element) -> None:
        self.styles.add(child for child in root if local(child) == "automatic-styles")

    def _rest(self, root: Element) -> None:
        """Everything that is not a row."""
        for child in root:
            name = local(child)
            if name == "scripts" and len(child):
                self._report("F.macro", child, "content.xml")
            elif name and name not in _TOP:
                self.inspected.wonder(f"content.xml: {name}")
            elif name == "body":
                for content in child:
                    self._spreadsheet(content)

    def _spreadsheet(self, content: Element) -> None:
        if local(content) != "spreadsheet":
            if local(content):
                self.inspected.wonder(f"content.xml: {local(content)}")
            return
        for child in content:
            name = local(child)
            if name == "table":
                self._after(child)
            elif not name:
                continue
            elif name not in _REPORTED:
                self.inspected.wonder(f"content.xml: {name}")
            elif code := _REPORTED[name]:
                self._report(code, child, "content.xml")

    def _after(self, table: Element) -> None:
        """What a table still holds once its rows were read."""
        sheet = next((sheet for sheet in self.sheets if sheet.table is table), None)
        if sheet is not None:
            self._beside(table, sheet)
            return
        for child in table:
            if local(child) not in _COLUMNS:
                self._report("F.unread_text", child, attribute(table, "name") or "table")

    def _beside(self, children: Iterable[Element], sheet: OdsSheet) -> None:
        """What a table holds beside its rows; what stands before a row is forgotten with it, so it is read first."""
        for child in children:
            name = local(child)
            if not name or name == "table-row":
                continue
            self.sweeps[0].take(child)
            if name == "shapes":
                sheet.shapes(child)
            elif name in _GROUPS:
                self._beside(child, sheet)
            elif name in _OF_A_TABLE:
                self._report(_OF_A_TABLE[name], child, sheet.name)
            elif name not in _COLUMNS | _ELSEWHERE:
                self.inspected.wonder(f"{sheet.name}: {name} beside the rows")
                self.inspected.hidden.add(text_of(child))

    def _report(self, code: str, element: Element, place: str) -> None:
        """An element whose words and attributes nobody is shown."""
        words: list[str] = []
        for child in element.iter():
            for value in (child.text, *map(str, child.attrib.values())):
                if value and str(value).strip():
                    self.inspected.hidden.add(str(value))
            words += [value for key in ("name", "expression", "condition", "value") if (value := attribute(child, key))]
            if child.text and child.text.strip():
                words.append(child.text.strip())
        count = sum(1 for _ in element)
        if not count and not words:
            return
        self.inspected.findings.append(found(code, place, count or 1, masked("; ".join(words))))

    def _compare(self) -> None:
        if self.inspected.blocked:
            return
        if difference := disagreement(self.data, [sheet.sum for sheet in self.sheets]):
            self.inspected.findings.append(found("G.readers_disagree", "spreadsheet", 1, difference))
            self.inspected.blocked = (
                f"Two readers disagree on what the spreadsheet shows: {difference}. "
                "Open it in its own program, save it, and upload it again."
            )
