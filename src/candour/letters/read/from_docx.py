"""A Word document as text: its body in order, tables as rows, list items with the numbers that Word shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
import lxml.etree
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from candour.letters.numbering import list_mark
from candour.letters.read.source import Anchor, Source, TextBuilder, UnreadableText

_LARGEST_PART = 100_000_000
_LONG_CELL = 400
_DEEPEST_STYLE = 20
_TYPES = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I", "bullet": "-"}


@dataclass
class _Numbering:
    """Counts the items of every numbered list."""

    root: Any
    styles: dict[str, Any]
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)
    _levels: dict[tuple[str, int], tuple[str, str, str, int]] = field(default_factory=dict)

    def mark(self, paragraph: Any) -> str:
        """The mark that Word shows before the paragraph; empty when it is in no list."""
        number, level = self._place(paragraph)
        if not number or number == "0":
            return ""
        form, pattern, counter, start = self._level(number, level)
        if form in {"none", ""}:
            return ""
        count = self._counts.get((counter, level), start - 1) + 1
        self._counts[counter, level] = count
        for deeper in [key for key in self._counts if key[0] == counter and key[1] > level]:
            del self._counts[deeper]
        if form == "bullet":
            return "-"
        return self._filled(pattern, number, level) or list_mark(_TYPES.get(form, "1"), count)

    def _filled(self, pattern: str, number: str, level: int) -> str:
        """The level's own pattern, such as `%1.%2)`, with every number in it."""
        for upper in range(level + 1):
            form, _, counter, start = self._level(number, upper)
            count = self._counts.get((counter, upper), start)
            pattern = pattern.replace(f"%{upper + 1}", list_mark(_TYPES.get(form, "1"), count).rstrip(".)"))
        return pattern.strip()

    def _place(self, paragraph: Any) -> tuple[str, int]:
        own = _properties(paragraph, "w:numPr")
        style = _value(paragraph, "w:pStyle")
        for _ in range(_DEEPEST_STYLE):
            if own is not None or style not in self.styles:
                break
            above = self.styles[style]
            own, style = _properties(above, "w:numPr"), _value(above, "w:basedOn", direct=True)
        if own is None:
            return "", 0
        number, level = own.find(qn("w:numId")), own.find(qn("w:ilvl"))
        depth = level.get(qn("w:val"), "0") if level is not None else "0"
        return (number.get(qn("w:val"), "") if number is not None else ""), int(depth) if depth.isdigit() else 0

    def _level(self, number: str, level: int) -> tuple[str, str, str, int]:
        if (number, level) not in self._levels:
            self._levels[number, level] = self._read_level(number, level)
        return self._levels[number, level]

    def _read_level(self, number: str, level: int) -> tuple[str, str, str, int]:
        """The form, the pattern, the counter that it shares with other lists, and the first number of one level."""
        if self.root is None:
            return "bullet", "", number, 1
        place = f"w:num[@w:numId='{number}']" if number.isdigit() else "w:none"
        listed = self.root.find(place, self.root.nsmap)
        if listed is None:
            return "none", "", number, 1
        shared = listed.find(qn("w:abstractNumId")).get(qn("w:val"), "")
        override = listed.find(f"w:lvlOverride[@w:ilvl='{level}']", self.root.nsmap)
        found = self.root.find(f"w:abstractNum[@w:abstractNumId='{shared}']/w:lvl[@w:ilvl='{level}']", self.root.nsmap)
        if found is None:
            return "bullet", "", number, 1
        start = _number(override.find(qn("w:startOverride")) if override is not None else None, 0)
        counter = number if start else f"shared {shared}"
        first = start or _number(found.find(qn("w:start")), 1)
        return _at(found, "w:numFmt") or "decimal", _at(found, "w:lvlText"), counter, first


def from_docx(data: bytes) -> Source:
    """The text of a Word document. Raises UnreadableText when it is not one, is damaged, or holds no text."""
    _refuse_oversize(data)
    try:
        document: Any = docx.Document(io.BytesIO(data))
        body = document.element.body
        styles = {style.get(qn("w:styleId"), ""): style for style in document.styles.element.iter(qn("w:style"))}
        links = {key: part.target_ref for key, part in document.part.rels.items() if part.is_external}
        numbering = _Numbering(_numbering_root(document), styles)
        builder, anchors = TextBuilder(), list[Anchor]()
        _write(body, builder, numbering, anchors, links)
    except (OpcError, KeyError, ValueError, AttributeError, lxml.etree.LxmlError, zipfile.BadZipFile, OSError) as error:
        raise UnreadableText("The Word document is damaged and cannot be read.") from error
    text = builder.text()
    if not text.strip():
        raise UnreadableText("The Word document holds no text; if it shows a picture of a letter, it has to be typed.")
    return Source(text, "Word document", (), tuple(anchors))


def is_docx(data: bytes) -> bool:
    """Whether a zip file is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return "word/document.xml" in package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _refuse_oversize(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [part for part in package.infolist() if part.filename.endswith((".xml", ".rels"))]
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableText("The Word document is damaged and cannot be read.") from error
    if sum(part.file_size for part in parts) > _LARGEST_PART:
        raise UnreadableText("The Word document unpacks to more than a letter can hold, and is not read.")


def _numbering_root(document: Any) -> Any:
    parts = (part for part in document.part.package.iter_parts() if str(part.partname) == "/word/numbering.xml")
    part = next(parts, None)
    return None if part is None else lxml.etree.fromstring(part.blob)


def _write(
    parent: Any, builder: TextBuilder, numbering: _Numbering, anchors: list[Anchor], links: dict[str, str]
) -> None:
    for element in _blocks(parent):
        if element.tag == qn("w:p"):
            _paragraph(element, builder, numbering, anchors, links)
        elif _is_layout(element):
            for cell in element.iter(qn("w:tc")):
                if next(cell.iterancestors(qn("w:tc")), None) is None:
                    _write(cell, builder, numbering, anchors, links)
                    builder.end_paragraph()
        else:
            _table(element, builder)


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body or cell, content controls looked through."""
    for child in parent:
        if child.tag in {qn("w:p"), qn("w:tbl")}:
            yield child
        elif child.tag == qn("w:sdt"):
            for content in child.iterchildren(qn("w:sdtContent")):
                yield from _blocks(content)
        elif child.tag in {qn("w:ins"), qn("w:smartTag"), qn("w:customXml")}:
            yield from _blocks(child)


def _paragraph(
    element: Any, builder: TextBuilder, numbering: _Numbering, anchors: list[Anchor], links: dict[str, str]
) -> None:
    mark = numbering.mark(element)
    if not mark:
        builder.end_paragraph()
    quoted = "quote" in _value(element, "w:pStyle").lower()
    builder.indent = "    " if quoted else ""
    if mark:
        builder.mark(mark)
    for words, link in _runs(element):
        url = links.get(link, "")
        if url.startswith(("http://", "https://", "mailto:")):
            anchors.append(Anchor(words.strip(), url, builder.place))
        first, *rest = words.split("\n")
        builder.put(first)
        for line in rest:
            builder.end_line()
            builder.put(line)
    builder.end_line()
    builder.indent = ""
    if not mark:
        builder.end_paragraph()


def _runs(element: Any) -> Iterator[tuple[str, str]]:
    """The words of a paragraph, run by run, each with the link that it stands in; deleted words are not there."""
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        parent = node.getparent()
        if parent is None or parent.tag != qn("w:r") or _is_gone(node):
            continue
        link = next(node.iterancestors(qn("w:hyperlink")), None)
        key = link.get(qn("r:id"), "") if link is not None else ""
        words = {qn("w:t"): node.text or "", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}.get(node.tag, "\n")
        if words:
            yield words, key


def _is_gone(node: Any) -> bool:
    """Whether a reader of the document does not see the words: struck out, or the spare copy of a text box."""
    return any(
        ancestor.tag in {qn("w:del"), qn("w:moveFrom")} or ancestor.tag.endswith("}Fallback")
        for ancestor in node.iterancestors()
    )


def _table(table: Any, builder: TextBuilder) -> None:
    builder.end_paragraph()
    for row in table.iter(qn("w:tr")):
        cells = [" ".join("".join(words for words, _ in _runs(cell)).split()) for cell in row.iter(qn("w:tc"))]
        builder.put("  ".join(cells).strip())
        builder.end_line()
    builder.end_paragraph()


def _is_layout(table: Any) -> bool:
    """Whether a table only places text on the page: a cell holds a table, or as much as a paragraph or more."""
    if next(table.iterdescendants(qn("w:tbl")), None) is not None:
        return True
    return any(
        sum(len(node.text or "") for node in cell.iter(qn("w:t"))) > _LONG_CELL for cell in table.iter(qn("w:tc"))
    )


def _properties(element: Any, name: str) -> Any:
    properties = element.find(qn("w:pPr"))
    return None if properties is None else properties.find(qn(name))


def _value(element: Any, name: str, *, direct: bool = False) -> str:
    found = element.find(qn(name)) if direct else _properties(element, name)
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _at(element: Any, name: str) -> str:
    return _value(element, name, direct=True)


def _number(element: Any, default: int) -> int:
    value = "" if element is None else str(element.get(qn("w:val"), ""))
    return int(value) if value.isdigit() else default
