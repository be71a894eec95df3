"""One sheet of an OpenDocument spreadsheet: its rows and cells, shown or not. OASIS OpenDocument 1.3 part 3, 9."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, attribute, local, text_of
from candour.files.masked import masked
from candour.files.workbook.ods_styles import OdsStyles
from candour.files.workbook.second_reader import CellSum, SheetSum
from candour.files.workbook.shown import Cell, ShownSheet, Span
from candour.files.workbook.tail import spans

_TINY_ROW, _TINY_COLUMN = 2.0, 3.0
"""Points below which nothing can be read."""

_MOST_REPEATED = 2000
"""A filled row or cell that is repeated more often is a fill to the edge of the sheet, not data."""

_HIDDEN_FIELDS = {
    "hidden-text": "F.hidden-text",
    "hidden-paragraph": "F.hidden-paragraph",
    "conditional-text": "F.conditional-text",
}
_DRAWN = {"frame", "custom-shape", "rect", "ellipse", "line", "polygon", "polyline", "path", "g", "control", "caption"}
_DRAWN |= {"connector", "measure", "regular-polygon", "circle"}


class OdsSheet:
    """Reads the rows of one table into a `ShownSheet`."""

    def __init__(self, table: Element, styles: OdsStyles, inspected: Inspected) -> None:
        self.table = table
        self.name = attribute(table, "name") or ""
        self.styles = styles
        self.inspected = inspected
        self.number = 0
        self.columns: list[tuple[int, str, str | None]] = []
        """Runs of columns: how many, why they are not shown, their default style."""
        self.extra: list[tuple[str, int, str]] = []
        self.formulas = 0
        self.folded = 0
        self.external: list[str] = []
        self.annotations: list[str] = []
        self.links: list[str] = []
        self.conditions = 0
        self.overlays: list[tuple[Span, str]] = []
        self.cells = CellSum()
        visible = all(style.display for style in styles.chain(attribute(table, "style-name"))[:1])
        self.veil = "" if visible else "F.sheet_hidden"
        self._kinds(table)
        self._columns(table)
        self._veils = self._column_veils()
        self.sum = SheetSum(self.name, visible, self.cells)
        self.shown = ShownSheet(
            self.name,
            inspected,
            sheet_veil=self.veil,
            column_veil=lambda column: self._veils.get(column, ""),
            remote="F.remote_cell",
        )

    def _kinds(self, table: Element) -> None:
        """Tables that are no sheets of their own: copies of other files, scenarios; and locks."""
        for child in table:
            name = local(child)
            if name == "table-source":
                self.veil = self.veil or "F.external_cache"
                address = attribute(child, "href") or ""
                self.inspected.hidden.add(address)
                self.extra.append(("F.external_cache", 1, masked(address)))
            elif name == "scenario":
                self.veil = self.veil or "F.scenario"
                words = " ".join(map(str, child.attrib.values()))
                self.inspected.hidden.add(words)
                self.extra.append(("F.scenario", 1, masked(words)))
        if self.name.startswith("'file:") and not any(code == "F.external_cache" for code, _, _ in self.extra):
            self.veil = self.veil or "F.external_cache"
            self.extra.append(("F.external_cache", 1, masked(self.name)))
        if attribute(table, "protected") == "true":
            self.extra.append(("F.protection", 1, ""))

    def _columns(self, table: Element) -> None:
        for column in table.iter():
            if local(column) == "table-row":
                return
            if local(column) == "table-column":
                self.columns.append(
                    (
                        _repeated(column, "number-columns-repeated"),
                        self._column_veil(column),
                        attribute(column, "default-cell-style-name"),
                    )
                )

    def _column_veil(self, column: Element) -> str:
        if (attribute(column, "visibility") or "visible") != "visible" or _in_folded_group(
            column, "table-column-group"
        ):
            return "F.col_collapse"
        width = next(
            (style.width for style in self.styles.chain(attribute(column, "style-name")) if style.width is not None),
            None,
        )
        return "F.col_tiny" if width is not None and width < _TINY_COLUMN else ""

    def _column_veils(self) -> dict[int, str]:
        veils: dict[int, str] = {}
        first = 0
        for count, veil, _ in self.columns:
            if veil:
                veils.update(dict.fromkeys(range(first, min(first + count, 16_384)), veil))
            first += count
        return veils

    def _column_style(self, column: int) -> str | None:
        first = 0
        for count, _, style in self.columns:
            if column < first + count:
                return style
            first += count
        return None

    def row(self, row: Element) -> None:
        """One row, repeated as often as it says."""
        repeated = _repeated(row, "number-rows-repeated")
        veil = self._row_veil(row)
        times = repeated if repeated <= _MOST_REPEATED else 1
        cells = list(self._cells(row, self.number, times))
        if cells or veil:
            for offset in range(times if cells else 1):
                self.shown.row(self.number + offset, veil, cells)
        self.number += repeated

    def _row_veil(self, row: Element) -> str:
        visibility = attribute(row, "visibility") or "visible"
        if visibility == "filter":
            return "F.row_filter"
        folded = _in_folded_group(row, "table-row-group")
        self.folded += folded
        if visibility != "visible" or folded:
            return "F.row_collapse"
        height = next(
            (style.height for style in self.styles.chain(attribute(row, "style-name")) if style.height is not None),
            None,
        )
        return "F.row_tiny" if height is not None and height < _TINY_ROW else ""

    def _cells(self, row: Element, number: int, times: int) -> Iterator[Cell]:
        column = 0
        default = attribute(row, "default-cell-style-name")
        for cell in row:
            name = local(cell)
            if name not in {"table-cell", "covered-table-cell"}:
                if name:
                    self.inspected.wonder(f"{self.name}: {name} in a row")
                continue
            repeated = _repeated(cell, "number-columns-repeated")
            if len(cell) or attribute(cell, "value-type") or attribute(cell, "formula"):
                style = attribute(cell, "style-name") or default or self._column_style(column)
                for offset in range(repeated if repeated <= _MOST_REPEATED else 1):
                    yield self._cell(cell, number, column + offset, style, times, covered=name != "table-cell")
            column += repeated

    def _cell(self, cell: Element, number: int, column: int, style: str | None, times: int, *, covered: bool) -> Cell:
        if formula := attribute(cell, "formula"):
            self.formulas += 1
            if "file:" in formula or "dde(" in formula.lower():
                self.external.append(formula)
                self.inspected.hidden.add(formula)
        text, hidden = self._text(cell, number, column, style)
        kind = attribute(cell, "value-type") or ""
        stored = attribute(cell, "string-value" if kind == "string" else "value") or ""
        stored = (
            stored
            or attribute(cell, "date-value")
            or attribute(cell, "time-value")
            or attribute(cell, "boolean-value")
            or ""
        )
        self._count(kind, text + hidden, stored, number, column, times)
        veil = "F.under_merge" if covered else self.styles.veil(style)
        if self.styles.conditions(style):
            self.conditions += 1
        if kind == "string":
            stored = "" if stored.split() == text.split() else stored
        elif stored:
            veil, stored = self._masked(kind, text, stored, veil, number, column)
        return Cell(column, text, stored or hidden, veil or ("F.fmt_hide" if stored and not text else ""))

    def _masked(self, kind: str, text: str, stored: str, veil: str, number: int, column: int) -> tuple[str, str]:  # noqa: PLR0917  one cell of one row
        """Whether the displayed text tells the stored value."""
        if not text:
            return veil or "F.fmt_hide", stored
        if kind in {"float", "percentage", "currency"}:
            if not any(character.isdigit() for character in text):
                if float(stored or 0) != 0 and not text.startswith("#"):
                    self.shown.note("F.fmt_hide", number, column, stored)
                return veil, stored
            if not _tells(text, stored, percent=kind == "percentage"):
                self.shown.note("F.precision", number, column, stored)
                return veil, stored
            return veil, ""
        return veil, ""

    def _count(self, kind: str, text: str, stored: str, number: int, column: int, times: int) -> None:  # noqa: PLR0917  one cell of one row
        for offset in range(times):
            if kind in {"", "string"}:
                if text or stored:
                    self.cells.add_text(number + offset, column, stored if kind == "string" and stored else text)
            else:
                self.cells.add_number(number + offset, column)

    def _text(self, cell: Element, number: int, column: int, style: str | None) -> tuple[str, str]:
        """The words that a cell shows, and those that it does not."""
        lines: list[str] = []
        hidden: list[str] = []
        for child in cell:
            name = local(child)
            if name in {"p", "h"}:
                line: list[str] = []
                self._words(child, line, hidden, style, number, column)
                lines.append("".join(line))
            elif name == "annotation":
                text = " ".join(text_of(child).split())
                self.annotations.append(text)
                self.inspected.hidden.add(text)
            elif name in _DRAWN:
                self.cells.aside.add((number, column))
                self._drawn(child, number, column)
            elif name in {"detective", "cell-range-source", "list"}:
                if name == "cell-range-source":
                    self.external.append(attribute(child, "href") or "")
                    self.inspected.hidden.add(attribute(child, "href") or "")
                elif name == "list":
                    lines.append(" ".join(text_of(child).split()))
            elif name:
                self.inspected.wonder(f"{self.name}: {name} in a cell")
        return "\n".join(lines).strip("\n"), " ".join(hidden)

    def _words(  # noqa: PLR0917  one cell of one row
        self, element: Element, line: list[str], hidden: list[str], style: str | None, number: int, column: int
    ) -> None:
        """Text inside a paragraph: spaces, tabs, spans of their own style, links, fields."""
        line.append(element.text or "")
        for child in element:
            name = local(child)
            if name == "s":
                line.append(" " * min(_repeated(child, "c"), 200))
            elif name == "tab":
                line.append("\t")
            elif name == "line-break":
                line.append("\n")
            elif name in _HIDDEN_FIELDS:
                self._hide(_HIDDEN_FIELDS[name], child, hidden, number, column)
            elif name == "annotation":
                self.annotations.append(" ".join(text_of(child).split()))
                self.inspected.hidden.add(text_of(child))
            elif name == "span" and (code := self.styles.veil(attribute(child, "style-name"), self.styles.fill(style))):
                self._hide(code, child, hidden, number, column)
            elif name:
                if name == "a":
                    self.links.append(attribute(child, "href") or "")
                    self.inspected.hidden.add(attribute(child, "href") or "")
                self._words(child, line, hidden, style, number, column)
            line.append(child.tail or "")

    def _hide(self, code: str, element: Element, hidden: list[str], number: int, column: int) -> None:
        text = text_of(element) or attribute(element, "string-value") or ""
        for value in (text, *map(str, element.attrib.values())):
            self.inspected.hidden.add(value)
        hidden.append(text)
        self.shown.note(code, number, column, text)

    def shapes(self, element: Element) -> None:
        """Shapes of the sheet as a whole."""
        for child in element:
            self._drawn(child, 0, 0, placed=False)

    def _drawn(self, element: Element, number: int, column: int, *, placed: bool = True) -> None:
        """A picture, a chart or a shape: its words are lost, and what lies under it is not seen."""
        words = [text for child in element.iter() if local(child) == "p" and (text := text_of(child).strip())]
        for child in element.iter():
            if local(child) in {"title", "desc"} and (text := text_of(child).strip()):
                self.extra.append(("F.alt_text", 1, masked(text)))
                self.inspected.hidden.add(text)
        for word in words:
            self.inspected.hidden.add(word)
        if words:
            self.inspected.lost.append(f"Words in shapes on {self.name}: {masked('; '.join(words), 200)}")
        elif local(element) == "frame":
            self.inspected.lost.append(f"A picture or a chart on {self.name}.")
        end = (attribute(element, "end-cell-address") or "").rpartition(".")[2]
        if placed and end and local(element) != "line":
            for span in spans(end):
                self.overlays.append((Span(number, column, span.top - 1, span.right - 1), "F.overlay"))

    def report(self) -> None:
        """What was counted, once all rows were read."""
        findings = self.inspected.findings
        if self.veil:
            self.inspected.hidden.add(self.name)
            if self.veil not in self.shown.tallies:
                findings.append(found(self.veil, self.name, 0, "an empty sheet"))
        findings += [
            found(code, self.name, count, evidence) for code, count, evidence in self.extra if code != self.veil
        ]
        counted = (
            ("F.formula", self.formulas, ""),
            ("F.outline", self.folded, ""),
            ("F.external_link", len(self.external), masked("; ".join(self.external[:3]))),
            ("F.annotation", len(self.annotations), masked("; ".join(self.annotations))),
            ("F.hyperlink", len(self.links), masked("; ".join(self.links[:4]))),
            ("F.cond_format", self.conditions, "cells that a condition can hide"),
        )
        findings += [found(code, self.name, count, evidence) for code, count, evidence in counted if count]
        if self.annotations:
            self.inspected.lost.append(f"{len(self.annotations)} comments on {self.name}.")


def _repeated(element: Element, name: str) -> int:
    text = attribute(element, name) or "1"
    return max(1, int(text)) if text.isdigit() and len(text) < 9 else 1


def _in_folded_group(element: Element, name: str) -> bool:
    return any(local(above) == name and attribute(above, "display") == "false" for above in element.iterancestors())


_FIGURE = re.compile(r"-?\d[\d,. ]*")


def _tells(text: str, stored: str, *, percent: bool) -> bool:
    """Whether a displayed figure tells the whole stored one; where the text is no plain figure, nothing is claimed."""
    match = _FIGURE.search(text)
    if not match:
        return True
    try:
        shown = float(match.group().replace(",", "").replace(" ", ""))
        value = abs(float(stored)) * (100 if percent else 1)
    except ValueError:
        return True
    return abs(abs(shown) - value) <= 1e-9 * max(1.0, value)
