"""What the content of pages names but does not show: resources never drawn, texts of marked content, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf

from candour.files.findings import Severity
from candour.files.pages.pdf_history import bytes_of
from candour.files.pages.pdf_objects import text_of_stream
from candour.files.pages.tally import Tally

_COMMENT = re.compile(rb"^[ \t]*%([\x20-\x7e\xa0-\xff]{3,})\r?$", re.MULTILINE)
_SPOKEN = ("/ActualText", "/Alt", "/E", "/Contents", "/T")


def tell_content(pdf: pikepdf.Pdf, tally: Tally) -> None:
    """Find what the content streams carry that leaves no mark on any page."""
    drawn: set[tuple[int, int]] = set()
    offered: dict[tuple[int, int], Any] = {}
    read: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        with suppress(AttributeError, pikepdf.PdfError):
            resources = page.resources
        _read(page.obj, resources, f"page {number}", tally, drawn, offered, read)
        for annotation in list(page.obj.get("/Annots", [])):
            for appearance in _appearances(annotation):
                _read(appearance, appearance.get("/Resources", resources), f"page {number}", tally, drawn, offered, read)
    for identity, value in offered.items():
        if identity in drawn or identity == (0, 0):
            continue
        text = text_of_stream(value) if str(value.get("/Subtype")) == "/Form" else ""
        light = str(value.get("/Subtype")) == "/Form" and len(bytes_of(value).strip()) < 40
        tally.add("P.unused_resource", f"object {identity[0]}", 1, text, severity=Severity.LOW if light else None)


def _appearances(annotation: Any) -> Iterator[Any]:
    states = annotation.get("/AP") if isinstance(annotation, pikepdf.Dictionary) else None
    if not isinstance(states, pikepdf.Dictionary):
        return
    for _, state in states.items():
        if isinstance(state, pikepdf.Stream):
            yield state
        elif isinstance(state, pikepdf.Dictionary):
            yield from (value for _, value in state.items() if isinstance(value, pikepdf.Stream))


def _read(
    holder: Any,
    resources: Any,
    place: str,
    tally: Tally,
    drawn: set[tuple[int, int]],
    offered: dict[tuple[int, int], Any],
    read: set[tuple[int, int]],
    depth: int = 0,
) -> None:
    if isinstance(holder, pikepdf.Stream):
        if holder.objgen in read or depth > 16:
            return
        read.add(holder.objgen)
    for match in _COMMENT.finditer(_content_bytes(holder)):
        tally.add("P.content_comment", place, 1, match.group(1).decode("latin-1"))
    objects = resources.get("/XObject", pikepdf.Dictionary()) if isinstance(resources, pikepdf.Dictionary) else {}
    for _, value in list(objects.items()):
        if isinstance(value, pikepdf.Stream):
            offered[value.objgen] = value
    for pattern in _values(resources, "/Pattern"):
        _read(pattern, pattern.get("/Resources", resources), place, tally, drawn, offered, read, depth + 1)
    for state in _values(resources, "/ExtGState"):
        mask = state.get("/SMask") if isinstance(state, pikepdf.Dictionary) else None
        group = mask.get("/G") if isinstance(mask, pikepdf.Dictionary) else None
        if isinstance(group, pikepdf.Stream):
            drawn.add(group.objgen)
            _read(group, group.get("/Resources", resources), place, tally, drawn, offered, read, depth + 1)
    try:
        instructions = pikepdf.parse_content_stream(holder, "Do BDC DP Tr")
    except (pikepdf.PdfError, TypeError, ValueError):
        return
    for instruction in instructions:
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator == "Do" and operands:
            value = objects.get(str(operands[0]))
            if isinstance(value, pikepdf.Stream):
                drawn.add(value.objgen)
                if str(value.get("/Subtype")) == "/Form":
                    _read(value, value.get("/Resources", resources), place, tally, drawn, offered, read, depth + 1)
        elif operator == "Tr" and operands and str(operands[0]) == "3":
            tally.add("P.invisible_text", place, 1, plainly="text is drawn in mode 3", severity=Severity.LOW)
        elif len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
            for key in _SPOKEN:
                text = operands[1].get(key)
                if isinstance(text, pikepdf.String):
                    tally.add_text("P.actual_alt_text", place, str(text))


def _values(resources: Any, key: str) -> list[Any]:
    if not isinstance(resources, pikepdf.Dictionary):
        return []
    entries = resources.get(key)
    if not isinstance(entries, pikepdf.Dictionary):
        return []
    return [
        value
        for _, value in entries.items()
        if isinstance(value, pikepdf.Stream) or (key == "/ExtGState" and isinstance(value, pikepdf.Dictionary))
    ]


def _content_bytes(holder: Any) -> bytes:
    if isinstance(holder, pikepdf.Stream):
        return bytes_of(holder)
    contents = holder.get("/Contents") if isinstance(holder, pikepdf.Dictionary) else None
    if isinstance(contents, pikepdf.Stream):
        return bytes_of(contents)
    if isinstance(contents, pikepdf.Array):
        return b"\n".join(bytes_of(part) for part in list(contents) if isinstance(part, pikepdf.Stream))
    return b""
