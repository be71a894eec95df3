"""What a worksheet has beside its rows, element by element. ECMA-376 part 1, 18.3.1.99."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, attribute, local, text_of
from candour.files.masked import masked, plain
from candour.files.workbook.extensions import inspect_extensions
from candour.files.workbook.shown import Span
from candour.files.workbook.styles import Styles

_TRUE = {"1", "true"}
_HARMLESS = {"dimension", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "phoneticPr", "printOptions"}
_HARMLESS |= {
    "pageMargins",
    "pageSetup",
    "rowBreaks",
    "colBreaks",
    "drawing",
    "legacyDrawing",
    "tableParts",
    "sortState",
}
_HARMLESS |= {"drawingHF", "legacyDrawingHF", "ignoredErrors"}
_CELL = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d+)$")


@dataclass(slots=True)
class Tail:
    """What the elements after the rows say of the cells: merges, and ranges whose condition hides what is in them."""

    merges: list[Span] = field(default_factory=list)
    hiding: list[Span] = field(default_factory=list)
    filters: list[Span] = field(default_factory=list)


class TailReader:
    """Reads every child of a worksheet's root that is not a row."""

    def __init__(self, name: str, part: str, styles: Styles, inspected: Inspected, tab: str) -> None:
        self.name = name
        self.part = part
        self.styles = styles
        self.inspected = inspected
        self.tab = tab
        self.tail = Tail()
        self.between_rows: list[str] = []
        self._readers: dict[str, Callable[[Element], None]] = {
            "sheetPr": self.properties,
            "sheetViews": self.views,
            "sheetProtection": self.protection,
            "protectedRanges": self.protection,
            "scenarios": self.scenarios,
            "autoFilter": self.filter,
            "dataConsolidate": self.consolidation,
            "customSheetViews": self.custom_views,
            "mergeCells": self.merges,
            "conditionalFormatting": self.conditions,
            "dataValidations": self.validations,
            "hyperlinks": self.links,
            "headerFooter": self.header_footer,
            "customProperties": lambda element: self.report("X.custom_sheet_prop", element, ("name",)),
            "cellWatches": lambda element: self.report("X.sheet_trace", element, ("r",)),
            "smartTags": lambda element: self.report("X.sheet_trace", element, ("key", "val")),
            "picture": lambda _element: self.add("X.hf_picture", 1, "a picture behind the sheet"),
            "oleObjects": self.objects,
            "controls": self.controls,
            "webPublishItems": lambda element: self.report("X.web_publish", element, ("destinationFile", "title")),
            "extLst": lambda element: inspect_extensions(element, self.name, self.inspected),
        }

    def read(self, root: Element) -> Tail:
        """Every child; one that is unknown blocks."""
        for child in root:
            name = local(child)
            if name == "AlternateContent":
                for choice in child:
                    for inner in choice:
                        self._one(inner, local(inner))
            else:
                self._one(child, name)
        self.loose_text(root)
        self.inspected.know()
        return self.tail

    def loose_text(self, root: Element) -> None:
        """Words between the elements of a sheet, which no program shows."""
        parts = [root.text, *(piece for child in root for piece in (child.tail, child.text)), *self.between_rows]
        words = [text.strip() for text in map(str, filter(None, parts)) if text.strip()]
        self.hide(words)
        if words:
            self.add("O.markup_comment", len(words), masked("; ".join(words)))

    def _one(self, element: Element, name: str) -> None:
        if name in self._readers:
            self._readers[name](element)
        elif not name:
            self.inspected.hidden.add(element.text or "")  # reported with the package
        elif name not in _HARMLESS:
            self.inspected.wonder(f"{self.part}: {name}")

    def add(self, code: str, count: int, evidence: str = "") -> None:
        """A finding in this sheet."""
        self.inspected.findings.append(found(code, self.name, count, evidence))

    def report(self, code: str, element: Element, names: tuple[str, ...]) -> None:
        """An element whose children's attributes are words that nobody is shown."""
        texts = [value for child in element.iter() for name in names if (value := child.get(name))]
        self.hide(texts)
        if texts:
            self.add(code, len(texts), masked("; ".join(texts)))

    def hide(self, texts: list[str]) -> None:
        """Words that the file holds and a reader does not see."""
        for text in texts:
            self.inspected.hidden.add(text)

    def properties(self, element: Element) -> None:
        """`sheetPr`: the name of the sheet in macros."""
        name = element.get("codeName") or ""
        if name and not re.fullmatch(r"(?i)(sheet|tabelle|feuil|hoja|foglio|blad|ark|planilha|лист|chart)\d*", name):
            self.hide([name])
            if name.casefold() != self.tab.casefold():
                self.add("X.code_name", 1, masked(name))

    def views(self, element: Element) -> None:
        """`sheetViews`: whether formulas are shown."""
        for view in element:
            if (view.get("showFormulas") or "") in _TRUE:
                self.add("X.formulas_shown", 1)

    def protection(self, _element: Element) -> None:
        """Protection is no safeguard, and no harm."""
        self.add("X.sheet_protection", 1)

    def scenarios(self, element: Element) -> None:
        """`scenarios`: other values of cells, and who entered them."""
        shown = []
        for scenario in element:
            words = [scenario.get(name) or "" for name in ("name", "user", "comment")]
            values = [cell.get("val") or "" for cell in scenario]
            self.hide([*words, *values])
            shown.append(f"{' '.join(words)}: {len(values)} cells")
        self.add("X.scenario", len(shown), masked("; ".join(shown)))

    def filter(self, element: Element) -> None:
        """`autoFilter` with conditions; the rows it hides are counted as hidden rows."""
        columns = [child for child in element if local(child) == "filterColumn"]
        values = [value for child in element.iter() if (value := child.get("val")) and local(child) != "top10"]
        self.hide(values)
        if columns:
            self.tail.filters += spans(element.get("ref") or "")
            self.add("X.filter_active", len(columns), f"{plain(element.get('ref') or '')}: {masked('; '.join(values))}")

    def consolidation(self, element: Element) -> None:
        """`dataConsolidate`: where figures were drawn together from."""
        self.report("X.consolidation", element, ("ref", "sheet", "name"))

    def custom_views(self, element: Element) -> None:
        """`customSheetViews`: views of other people, with their own filters."""
        for view in element:
            self.hide([text for text in map(str, view.itertext()) if text.strip()])
            self.hide([value for child in view.iter() if (value := child.get("val"))])
        self.add("X.custom_sheet_view", len(element))

    def merges(self, element: Element) -> None:
        """`mergeCells`: only the first cell of each is shown."""
        for merge in element:
            self.tail.merges += spans(merge.get("ref") or "")

    def conditions(self, element: Element) -> None:
        """`conditionalFormatting`: rules with words, and rules that hide."""
        for rule in element:
            if local(rule) != "cfRule":
                continue
            formulas = [text_of(child) for child in rule if local(child) == "formula"]
            literal = [text for text in (*formulas, rule.get("text") or "") if '"' in text or text == rule.get("text")]
            self.hide(literal)
            number = rule.get("dxfId") or ""
            style = self.styles.differential
            hides = number.isdigit() and int(number) < len(style) and style[int(number)].hides
            hides = hides or any(
                local(child) in {"iconSet", "dataBar"} and child.get("showValue") in {"0", "false"} for child in rule
            )
            if hides:
                self.tail.hiding += spans(element.get("sqref") or "")
            if hides or any(literal):
                what = "hides what it applies to" if hides else "words"
                self.add(
                    "X.cond_format", 1, f"{plain(element.get('sqref') or '', 60)}: {what} {masked('; '.join(literal))}"
                )

    def validations(self, element: Element) -> None:
        """`dataValidations`: lists, prompts and messages."""
        lists, prompts, rest = [], [], []
        for rule in element:
            formulas = [text_of(child).strip() for child in rule if local(child).startswith("formula")]
            words = [rule.get(name) or "" for name in ("prompt", "promptTitle", "error", "errorTitle")]
            self.hide([*formulas, *words])
            prompts += [word for word in words if word]
            lists += [text for text in formulas if text.startswith('"')]
            rest += [text for text in formulas if text and not text.startswith('"')]
        if lists:
            self.add("X.dv_literal_list", len(lists), masked("; ".join(lists)))
        if prompts:
            self.add("X.dv_prompt", len(prompts), masked("; ".join(prompts)))
        if rest:
            self.add("X.data_validation", len(rest), masked("; ".join(rest)))

    def links(self, element: Element) -> None:
        """`hyperlinks`: places, tips, and the text that a link was made with."""
        texts = [value for link in element for name in ("location", "tooltip", "display") if (value := link.get(name))]
        self.hide(texts)
        self.add("X.hyperlink", len(element), masked("; ".join(texts)))

    def header_footer(self, element: Element) -> None:
        """`headerFooter`: shown on paper; those that are not switched on are not even shown there."""
        used: list[str] = []
        unused: list[str] = []
        for child in element:
            text = text_of(child)
            name = local(child)
            on = not (
                (name.startswith("even") and (element.get("differentOddEven") or "") not in _TRUE)
                or (name.startswith("first") and (element.get("differentFirst") or "") not in _TRUE)
            )
            if text.strip():
                self.hide([_without_codes(text)])
                (used if on else unused).append(text)
        if used:
            self.add("X.header_footer", len(used), masked("; ".join(used)))
        if unused:
            self.add("X.header_footer_unused", len(unused), masked("; ".join(unused)))

    def objects(self, element: Element) -> None:
        """`oleObjects`: which program they belong to."""
        names = [attribute(child, "progId") or "?" for child in element.iter() if local(child) == "oleObject"]
        self.hide([value for child in element.iter() if (value := child.get("link"))])
        self.add("X.ole_object", len(names), plain("; ".join(dict.fromkeys(names))))

    def controls(self, element: Element) -> None:
        """`controls`: buttons and lists."""
        names = [child.get("name") or "?" for child in element.iter() if local(child) == "control"]
        self.hide(
            [*names, *(value for child in element.iter() if (value := child.get("macro") or child.get("altText")))]
        )
        self.add("X.control", len(names), masked("; ".join(names)))


def spans(text: str) -> Iterator[Span]:
    """The rectangles of a list of ranges such as `A1:B2 D4`; whole columns and rows as far as a sheet goes."""
    for piece in text.split():
        first, _, last = piece.partition(":")
        start, end = _place(first), _place(last or first)
        if start and end:
            yield Span(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def _place(text: str) -> tuple[int, int] | None:
    match = _CELL.match(text)
    if not match:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _without_codes(text: str) -> str:
    return re.sub(r'&"[^"]*"|&\d+|&K[0-9A-F]{6}|&[A-Z]', " ", text)
