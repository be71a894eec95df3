"""Shared strings of a workbook: the texts that cells refer to, and those that none does. ECMA-376 part 1, 18.4."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, Streamed, local
from candour.files.masked import masked
from candour.files.workbook.colours import Colour
from candour.files.workbook.styles import Styles

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Runs = tuple[tuple[str, Colour | None, float], ...]
"""Pieces of a rich text with their own colour and size (0 where the cell's holds)."""


@dataclass(slots=True)
class Strings:
    """The texts by number, the pieces of those that have colours of their own, and which are used."""

    texts: list[str] = field(default_factory=list)
    rich: dict[int, Runs] = field(default_factory=dict)
    used: bytearray = field(default_factory=bytearray)
    phonetic: int = 0

    def report(self, part: str, inspected: Inspected) -> None:
        """`X.sst_orphan` and `X.phonetic`, once every cell was read."""
        orphans = [text for text, used in zip(self.texts, self.used, strict=True) if not used and text.strip()]
        for text in orphans:
            inspected.hidden.add(text)
        if orphans:
            shown = "; ".join(masked(text, 30) for text in orphans[:5])
            inspected.findings.append(found("X.sst_orphan", part, len(orphans), shown))
        if self.phonetic:
            inspected.findings.append(found("X.phonetic", part, self.phonetic))


def read_strings(stream: IO[bytes], part: str, styles: Styles, inspected: Inspected) -> Strings:
    """The shared strings."""
    strings = Strings()
    streamed = Streamed(stream, part, "si")
    for item in streamed.elements():
        text, runs, phonetic = read_text(item, styles, inspected)
        if runs:
            strings.rich[len(strings.texts)] = runs
        strings.texts.append(text)
        strings.phonetic += phonetic
    strings.used = bytearray(len(strings.texts))
    if streamed.root is not None:
        stray = [child for child in streamed.root if local(child) not in {"si", "extLst"}]
        for child in stray:
            inspected.wonder(f"{part}: {local(child) or 'a comment'}")
    return strings


def read_text(item: Element, styles: Styles, inspected: Inspected) -> tuple[str, Runs, int]:
    """A string item: its text, its coloured runs, and how many readings (furigana) it holds besides."""
    if _is_plain(item):
        return unescaped(item[0].text or ""), (), 0
    if item.text and not item.text.isspace():
        _stray(item.text, inspected)
    pieces: list[tuple[str, Colour | None, float]] = []
    phonetic = 0
    coloured = False
    for child in item:
        if child.tail and not child.tail.isspace():
            _stray(child.tail, inspected)
        for key, value in child.attrib.items() if child.attrib else ():
            if not str(key).endswith(("space", "sb", "eb", "fontId", "type", "alignment")):
                _stray(str(value), inspected)
        match local(child):
            case "t":
                pieces.append((child.text or "", None, 0.0))
            case "r":
                colour, size = _run_look(child, styles)
                coloured = coloured or colour is not None or size > 0
                pieces += [(text.text or "", colour, size) for text in child if local(text) == "t"]
            case "rPh":
                phonetic += 1
                inspected.hidden.add("".join(map(str, child.itertext())))
            case "phoneticPr":
                pass
            case other:
                inspected.wonder(f"shared strings: {other or 'a comment'}")
    text = unescaped("".join(piece for piece, _, _ in pieces))
    return text, tuple(pieces) if coloured else (), phonetic


def _is_plain(item: Element) -> bool:
    """Whether a string item is one text and nothing else, as nearly all are."""
    if len(item) != 1 or item.text:
        return False
    only = item[0]
    return str(only.tag).endswith("}t") and not only.tail and not only.attrib and not len(only)


def _stray(text: str, inspected: Inspected) -> None:
    """Words in a string item where no program shows them."""
    inspected.hidden.add(text)
    inspected.findings.append(found("O.unread_text", "shared strings", 1, masked(text)))


def unescaped(text: str) -> str:
    """A text with its `_x000D_` escapes as the characters that they stand for, and without control characters."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _run_look(run: Element, styles: Styles) -> tuple[Colour | None, float]:
    properties = next((child for child in run if local(child) == "rPr"), None)
    colour: Colour | None = None
    size = 0.0
    for child in properties if properties is not None else ():
        if local(child) == "color":
            colour = styles.colour(child, text=True)
        elif local(child) == "sz":
            try:
                size = float(child.get("val") or 0)
            except ValueError:
                size = 0.0
    return colour, size
