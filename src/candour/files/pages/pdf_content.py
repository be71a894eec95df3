"""What the content of pages names but does not show: resources never drawn, texts of marked content, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from candour.files.findings import Severity
from candour.files.pages.pdf_history import bytes_of
from candour.files.pages.pdf_objects import text_of_stream
from candour.files.pages.tally import Tally

_COMMENT = re.compile(rb"^[ \t]*%([\x20-\x7e\xa0-\xff]{3,})\r?$", re.MULTILINE)
_DEEPEST = 16
_SHOWING = {"Tj", "TJ", "'", '"'}
_OPERATORS = {
    *("b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "DP", "EI"),
    *("EMC", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "INLINE IMAGE", "j", "J", "k", "K", "l", "m"),
    *("M", "MP", "n", "q", "Q", "re", "rg", "RG", "ri", "s", "S", "sc", "SC", "scn", "SCN", "sh", "T*", "Tc", "Td"),
    *("TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"'),
}
"""Every operator of ISO 32000-1, Annex A."""

_MARKED = {"/MCID", "/Lang", "/ActualText", "/Alt", "/E", "/Contents", "/T", "/Type", "/Subtype", "/Attached", "/BBox"}
"""Entries of marked content. ISO 32000-1, 14.6, 14.8.2.2 and 14.9."""

_SPOKEN = ("/ActualText", "/Alt", "/E", "/Contents", "/T")


def tell_content(pdf: pikepdf.Pdf, tally: Tally) -> list[int]:
    """Find what the content streams carry that leaves no mark on any page.

    Returns for each page how many bytes of text its own content shows, for comparison with what another reader draws.
    """
    shown = []
    reader = _Reader(tally)
    for number, page in enumerate(pdf.pages, 1):
        resources: Any = page.obj.get("/Resources", pikepdf.Dictionary())
        with suppress(AttributeError, pikepdf.PdfError):
            resources = page.resources
        reader.place = f"page {number}"
        reader.shown = 0
        reader.read(page.obj, resources)
        shown.append(reader.shown)
        for annotation in list(page.obj.get("/Annots", [])):
            for appearance in _appearances(annotation):
                reader.read(appearance, appearance.get("/Resources", resources))
    reader.tell_unused()
    return shown


def _appearances(annotation: Any) -> Iterator[Any]:
    states = annotation.get("/AP") if isinstance(annotation, pikepdf.Dictionary) else None
    if not isinstance(states, pikepdf.Dictionary):
        return
    for _, state in states.items():  # noqa: PERF102  pikepdf's dictionaries have no values()
        if isinstance(state, pikepdf.Stream):
            yield state
        elif isinstance(state, pikepdf.Dictionary):
            yield from (value for _, value in state.items() if isinstance(value, pikepdf.Stream))


@dataclass(slots=True)
class _Reader:
    """Reads content streams, those that others draw as well, and remembers what was offered and what was drawn."""

    tally: Tally
    place: str = ""
    shown: int = 0
    drawn: set[tuple[int, int]] = field(default_factory=set)
    offered: dict[tuple[int, int], Any] = field(default_factory=dict)
    done: set[tuple[int, int]] = field(default_factory=set)

    def read(self, holder: Any, resources: Any, depth: int = 0) -> None:
        """Read the content of a page, form or pattern."""
        if isinstance(holder, pikepdf.Stream):
            if holder.objgen in self.done or depth > _DEEPEST:
                return
            self.done.add(holder.objgen)
        for match in _COMMENT.finditer(_content_bytes(holder)):
            self.tally.add("P.content_comment", self.place, 1, match.group(1).decode("latin-1"))
        objects = _entries(resources, "/XObject")
        for value in objects.values():
            if isinstance(value, pikepdf.Stream):
                self.offered[value.objgen] = value
        self._read_inner(resources, depth)
        try:
            instructions = list(pikepdf.parse_content_stream(holder))
        except (pikepdf.PdfError, TypeError, ValueError):
            return
        for instruction in instructions:
            self._follow(str(instruction.operator), list(instruction.operands), objects, resources, depth)

    def _read_inner(self, resources: Any, depth: int) -> None:
        for pattern in _entries(resources, "/Pattern").values():
            if isinstance(pattern, pikepdf.Stream):
                self.read(pattern, pattern.get("/Resources", resources), depth + 1)
        for state in _entries(resources, "/ExtGState").values():
            mask = state.get("/SMask") if isinstance(state, pikepdf.Dictionary) else None
            group = mask.get("/G") if isinstance(mask, pikepdf.Dictionary) else None
            if isinstance(group, pikepdf.Stream):
                self.drawn.add(group.objgen)
                self.read(group, group.get("/Resources", resources), depth + 1)

    def _properties(self, properties: Any) -> None:
        """Entries of marked content that the standard does not know: a place for words."""
        for key, value in properties.items():
            if key not in _MARKED and isinstance(value, pikepdf.String):
                self.tally.add("P.unknown", self.place, 1, f"{key} {value}")

    def _follow(self, operator: str, operands: list[Any], objects: dict[str, Any], resources: Any, depth: int) -> None:
        if operator not in _OPERATORS:
            self.tally.add("P.unknown", self.place, 1, " ".join(map(str, operands)))
        elif operator == "Do" and operands:
            value = objects.get(str(operands[0]))
            if isinstance(value, pikepdf.Stream):
                self.drawn.add(value.objgen)
                if str(value.get("/Subtype")) == "/Form":
                    self.read(value, value.get("/Resources", resources), depth + 1)
        elif operator in _SHOWING and operands:
            self.shown += depth == 0 and _length(operands[-1])
        elif operator == "Tr" and operands and str(operands[0]) == "3":
            self.tally.add("P.invisible_text", self.place, plainly="text is drawn in mode 3", severity=Severity.LOW)
        elif len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
            self._properties(operands[1])
            for key in _SPOKEN:
                text = operands[1].get(key)
                if isinstance(text, pikepdf.String):
                    self.tally.add_text("P.actual_alt_text", self.place, str(text))

    def tell_unused(self) -> None:
        """Count what was offered and never drawn."""
        for identity, value in self.offered.items():
            if identity in self.drawn or identity == (0, 0):
                continue
            form = str(value.get("/Subtype")) == "/Form"
            light = form and len(bytes_of(value).strip()) < 40
            text = text_of_stream(value) if form else ""
            severity = Severity.LOW if light else None
            self.tally.add("P.unused_resource", f"object {identity[0]}", 1, text, severity=severity)


def _length(operand: Any) -> int:
    """How many bytes that are no spaces an operand shows."""
    pieces = list(operand) if isinstance(operand, pikepdf.Array) else [operand]
    return sum(len(bytes(piece).replace(b" ", b"")) for piece in pieces if isinstance(piece, pikepdf.String))


def _entries(resources: Any, key: str) -> dict[str, Any]:
    entries = resources.get(key) if isinstance(resources, pikepdf.Dictionary) else None
    return {str(name): value for name, value in entries.items()} if isinstance(entries, pikepdf.Dictionary) else {}


def _content_bytes(holder: Any) -> bytes:
    if isinstance(holder, pikepdf.Stream):
        return bytes_of(holder)
    contents = holder.get("/Contents") if isinstance(holder, pikepdf.Dictionary) else None
    if isinstance(contents, pikepdf.Stream):
        return bytes_of(contents)
    if isinstance(contents, pikepdf.Array):
        return b"\n".join(bytes_of(part) for part in list(contents) if isinstance(part, pikepdf.Stream))
    return b""
