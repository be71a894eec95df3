"""The workbook part: which sheets there are and which are shown, names, views, paths. ECMA-376 part 1, 18.2."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from candour.files.catalogue import found
from candour.files.findings import Severity
from candour.files.format import Inspected
from candour.files.markup import Element, attribute, local, parse, text_of
from candour.files.masked import masked, plain
from candour.files.opc import Package, Relationship
from candour.files.workbook.extensions import inspect_extensions

_TRUE = {"1", "true"}
_HARMLESS = {"fileVersion", "workbookPr", "workbookProtection", "bookViews", "functionGroups", "externalReferences"}
_HARMLESS |= {"calcPr", "pivotCaches", "smartTagPr", "smartTagTypes", "fileRecoveryPr", "revisionPtr"}
_BUILT_IN_NAMES = {"_xlnm.print_area", "_xlnm.print_titles", "_xlnm.criteria", "_xlnm.extract", "_xlnm.sheet_title"}
_PLACE = re.compile(r"^(?:'(?:[^']|'')+'|[\w.]+)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?$")
_KINDS = {
    "worksheet": "worksheet",
    "chartsheet": "chartsheet",
    "dialogsheet": "dialogsheet",
    "xlMacrosheet": "macrosheet",
    "xlIntlMacrosheet": "macrosheet",
}
SHEET_TYPES = frozenset(_KINDS)
"""The relationships that lead to sheets."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet in the list of the workbook: its name, its state (visible, hidden, veryHidden), its part and its kind."""

    name: str
    state: str
    part: str
    kind: str


@dataclass(slots=True)
class Book:
    """What the workbook part says."""

    part: str
    sheets: list[SheetEntry] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    since_1904: bool = False
    closed: set[str] = field(default_factory=set)
    """Sheets that the workbook itself calls shown, and that no reader gets to."""
    only_tab: int | None = None
    """The one sheet that is seen where the row of tabs is switched off; -1 where the window itself is hidden."""

    @property
    def titles(self) -> set[str]:
        """The names (folded) that the list of parts may hold: visible sheets, and names that are shown."""
        return {sheet.name.casefold() for sheet in self.sheets if sheet.state == "visible"} | {
            name.casefold() for name in self.names
        }


def read_book(package: Package, part: str, inspected: Inspected) -> Book:
    """The workbook part, with its findings."""
    book = Book(part)
    root = parse(package.archive.read(part), part)
    arrows = {arrow.id: arrow for arrow in package.of(part)}
    handlers: dict[str, Callable[[Element], None]] = {
        "fileSharing": lambda element: _sharing(element, part, inspected),
        "definedNames": lambda element: _names(element, part, inspected, book),
        "oleSize": lambda element: inspected.findings.append(
            found("X.ole_size", part, 1, plain(element.get("ref") or ""))
        ),
        "customWorkbookViews": lambda element: _views(element, part, inspected),
        "webPublishing": lambda _element: None,
        "webPublishObjects": lambda element: _published(element, part, inspected),
        "absPath": lambda element: _path(element, part, inspected),
        "extLst": lambda element: inspect_extensions(element, part, inspected),
    }
    for element in root:
        name = local(element)
        if name == "AlternateContent":
            for path in element.iter():
                if local(path) == "absPath":
                    _path(path, part, inspected)
        elif name == "sheets":
            for entry in element:
                arrow = arrows.get(attribute(entry, "id") or "")
                state = entry.get("state") or "visible"
                kind = kind_of_sheet(arrow, attribute(entry, "id") or "")
                book.sheets.append(SheetEntry(entry.get("name") or "", state, arrow.target if arrow else "", kind))
        elif name in handlers:
            handlers[name](element)
        elif name == "workbookPr":
            book.since_1904 = (element.get("date1904") or "") in _TRUE
            _code_name(element.get("codeName") or "", part, inspected)
        elif name == "bookViews":
            _windows(element, book)
        elif name not in _HARMLESS:
            inspected.wonder(f"{part}: {name or 'a comment'}")
    _close_tabs(book, part, inspected)
    inspected.know()
    return book


def kind_of_sheet(arrow: Relationship | None, identity: str) -> str:
    """The kind of a sheet by the relationship that leads to it; a sheet without one is a module of macros."""
    if not identity:
        return "module"
    return _KINDS.get(arrow.type, "unknown") if arrow else "missing"


def _code_name(name: str, part: str, inspected: Inspected) -> None:
    if name and name.casefold() not in _USUAL_CODE_NAMES:
        inspected.hidden.add(name)
        inspected.findings.append(found("X.code_name", part, 1, masked(name)))


def _windows(element: Element, book: Book) -> None:
    """Whether the windows of the workbook are shown, and whether they have tabs to get from sheet to sheet."""
    views = [view for view in element if local(view) == "workbookView"]
    if views and all((view.get("visibility") or "visible") != "visible" for view in views):
        book.only_tab = -1
    elif views and all((view.get("showSheetTabs") or "1") not in _TRUE for view in views):
        active = views[0].get("activeTab") or "0"
        book.only_tab = int(active) if active.isdigit() else 0


def _close_tabs(book: Book, part: str, inspected: Inspected) -> None:
    """Sheets that no tab leads to are hidden as good as others, unless there is but one."""
    shown = [number for number, sheet in enumerate(book.sheets) if sheet.state == "visible"]
    if book.only_tab is None or (len(shown) < 2 and book.only_tab >= 0):
        return
    names = [book.sheets[number].name for number in shown if number != book.only_tab]
    what = "the window of the workbook is hidden" if book.only_tab < 0 else "the row of tabs is switched off"
    inspected.findings.append(found("X.tabs_hidden", part, len(names), f"{what}: {masked('; '.join(names))}"))
    inspected.lost.append(f"Sheets that no tab leads to: {masked('; '.join(names), 200)}.")
    for number in shown:
        if number != book.only_tab:
            sheet = book.sheets[number]
            book.closed.add(sheet.name)
            book.sheets[number] = SheetEntry(sheet.name, "hidden", sheet.part, sheet.kind)


_USUAL_CODE_NAMES = {
    "thisworkbook",
    "diesearbeitsmappe",
    "этакнига",
    "cetclasseur",
    "estapasta_de_trabalho",
    "estelibro",
    "questa_cartella_di_lavoro",
    "tenskoroszyt",
    "tento_sešit",
    "denneprojektmappe",
    "denna_arbetsbok",
    "workbook",
}


def _sharing(element: Element, part: str, inspected: Inspected) -> None:
    if user := element.get("userName"):
        inspected.hidden.add(user)
        inspected.findings.append(found("X.file_sharing", part, 1, masked(user)))


def _views(element: Element, part: str, inspected: Inspected) -> None:
    names = [view.get("name") or "" for view in element]
    for name in names:
        inspected.hidden.add(name)
    inspected.findings.append(found("X.custom_view", part, len(names), masked("; ".join(names))))


def _published(element: Element, part: str, inspected: Inspected) -> None:
    targets = [item.get("destinationFile") or item.get("title") or "" for item in element]
    for target in targets:
        inspected.hidden.add(target)
    inspected.findings.append(found("X.web_publish", part, len(targets), masked("; ".join(targets))))


def _path(element: Element, part: str, inspected: Inspected) -> None:
    path = element.get("url") or ""
    inspected.hidden.add(path)
    inspected.findings.append(found("X.abspath", part, 1, masked(path)))


def _names(element: Element, part: str, inspected: Inspected, book: Book) -> None:
    for entry in element:
        name = entry.get("name") or ""
        value = text_of(entry).strip()
        for text in (name, value, entry.get("comment"), entry.get("description")):
            if text:
                inspected.hidden.add(text)
        hidden = (entry.get("hidden") or "") in _TRUE
        shown = f"{masked(name, 40)} = {masked(value, 60)}"
        if not hidden and name.casefold() not in _BUILT_IN_NAMES:
            book.names.append(name)
        codes = []
        if hidden:
            codes.append("X.defname_hidden")
        if "#REF!" in value:
            codes.append("X.defname_ref")
        elif "[" in value and "]" in value:
            codes.append("X.defname_external")
        elif value[:1] in {'"', "{"} or value.lstrip("=")[:1] in {'"', "{"} or _is_number(value):
            codes.append("X.defname_literal")
        elif not hidden and name.casefold() not in _BUILT_IN_NAMES and not _PLACE.match(value):
            codes.append("X.defname_literal" if '"' in value else "X.defname")
        elif not hidden and name.casefold() not in _BUILT_IN_NAMES:
            codes.append("X.defname")
        lighter = Severity.MODERATE if name.casefold() == "_xlnm._filterdatabase" else None  # the range of a filter
        inspected.findings += [found(code, f"{part}: {name}", 1, shown, severity=lighter) for code in codes]
        if entry.get("comment") or entry.get("description"):
            remark = f"{entry.get('comment') or ''} {entry.get('description') or ''}"
            inspected.findings.append(found("X.defname_literal", f"{part}: {name}", 1, masked(remark)))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
