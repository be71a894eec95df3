"""Styles of an ODT: what text inherits, and the marks of its lists. OpenDocument 1.3 part 3, 16 and 20."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local
from candour.files.word.looks import Looks, hexed
from candour.files.word.numbering import BULLET, formatted

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_SIZE = re.compile(r"([\d.]+)(pt|in|cm|mm|px|pc)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "pc": 12.0}
EMU = 12_700
"""English metric units in a point."""


def points(text: str | None) -> float | None:
    """A length in points; None where it is none (a percentage, nothing)."""
    match = _SIZE.fullmatch((text or "").strip().lstrip("-"))
    if match is None:
        return None
    size = float(match.group(1)) * _POINTS[match.group(2)]
    return -size if (text or "").strip().startswith("-") else size


@dataclass(slots=True)
class OdfStyles:
    """The styles of content.xml and styles.xml by family and name."""

    styles: dict[tuple[str, str], Element] = field(default_factory=dict)
    defaults: dict[str, Element] = field(default_factory=dict)
    lists: dict[str, Element] = field(default_factory=dict)
    layouts: dict[str, Element] = field(default_factory=dict)
    outline: Element | None = None
    _looks: dict[tuple[str, str | None, Looks], Looks] = field(default_factory=dict)

    def read(self, root: Element) -> None:
        """Take the styles of one part."""
        for element in root.iter():
            name = local(element)
            if name == "style":
                self.styles[attribute(element, "family") or "", attribute(element, "name") or ""] = element
            elif name == "default-style":
                self.defaults[attribute(element, "family") or ""] = element
            elif name == "list-style":
                self.lists[attribute(element, "name") or ""] = element
            elif name == "page-layout":
                self.layouts[attribute(element, "name") or ""] = element
            elif name == "outline-style":
                self.outline = element

    def chain(self, family: str, name: str | None) -> list[Element]:
        """A style and its parents, the default first."""
        chain: list[Element] = []
        seen: set[str] = set()
        while name and name not in seen and (family, name) in self.styles:
            seen.add(name)
            style = self.styles[family, name]
            chain.append(style)
            name = attribute(style, "parent-style-name")
        if family in self.defaults:
            chain.append(self.defaults[family])
        return chain[::-1]

    def looks(self, family: str, name: str | None, before: Looks) -> Looks:
        """How text looks in a style, on top of what it looked like before."""
        key = (family, name, before)
        if key not in self._looks:
            self._looks[key] = self._looked(family, name, before)
        return self._looks[key]

    def _looked(self, family: str, name: str | None, before: Looks) -> Looks:
        for style in self.chain(family, name) if family != "text" else self._own(family, name):
            for properties in style:
                kind = local(properties)
                if kind == "text-properties":
                    before = _text(before, properties)
                elif kind in {"paragraph-properties", "table-cell-properties", "section-properties"}:
                    colour = attribute(properties, "background-color")
                    if colour and colour != "transparent":
                        before = before.with_(behind=hexed(colour) or "?")
        return before

    def _own(self, family: str, name: str | None) -> list[Element]:
        return [style for style in self.chain(family, name) if local(style) != "default-style"]

    def in_columns(self, name: str | None) -> bool:
        """Whether a section sets its text in several columns."""
        return any(
            local(inner) == "columns" and (attribute(inner, "column-count") or "1") != "1"
            for style in self.chain("section", name)
            for inner in style.iter()
        )

    def property(self, family: str, name: str | None, key: str) -> str:
        """One attribute of the properties of a style, from the nearest style that sets it."""
        text = ""
        for style in self.chain(family, name):
            for properties in style:
                if (own := attribute(properties, key)) is not None:
                    text = own
        return text

    def list_of(self, name: str | None) -> str:
        """The list style that a paragraph style names."""
        return next(
            (own for style in self.chain("paragraph", name)[::-1] if (own := attribute(style, "list-style-name"))), ""
        )


def _text(looks: Looks, properties: Element) -> Looks:
    for key, text in properties.attrib.items():
        name = str(key).rpartition("}")[2]
        value = str(text)
        if name == "display":
            looks = looks.with_(vanish=value == "none")
        elif name == "color":
            looks = looks.with_(colour=hexed(value))
        elif name == "use-window-font-color" and value == "true":
            looks = looks.with_(colour="")
        elif name == "background-color":
            looks = looks.with_(under="" if value == "transparent" else hexed(value))
        elif name == "font-size" and (size := points(value)) is not None:
            looks = looks.with_(size=size)
        elif name == "text-scale" and value.rstrip("%").isdigit() and int(value.rstrip("%")) <= 5:
            looks = looks.with_(size=1.0)
    return looks


@dataclass(slots=True)
class ListMarks:
    """Counts the paragraphs of lists, so that each gets the mark that a reader sees."""

    styles: OdfStyles
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def restart(self, style: str) -> None:
        """A new list begins."""
        self.counters.pop(style, None)

    def next(self, style: str, level: int, start: int | None = None) -> str:
        """The mark of the next item of a list on a level (from 1)."""
        return self._mark(self.styles.lists.get(style), style, level, start)

    def heading(self, level: int) -> str:
        """The number of the next heading; empty where headings have none."""
        return self._mark(self.styles.outline, "outline", level, None) if self.styles.outline is not None else ""

    def _mark(self, element: Element | None, style: str, level: int, start: int | None) -> str:
        kinds = {_whole(attribute(inner, "level")): inner for inner in element} if element is not None else {}
        kept = kinds.get(level)
        counters = self.counters.setdefault(style, {})
        for deeper in [key for key in counters if key > level]:
            del counters[deeper]
        if kept is None:
            return ""
        if local(kept) != "list-level-style-number" and local(kept) != "outline-level-style":
            return BULLET if local(kept) == "list-level-style-bullet" else ""
        first = start if start is not None else _whole(attribute(kept, "start-value"), 1)
        counters[level] = first if start is not None else counters.get(level, first - 1) + 1
        if not attribute(kept, "num-format"):
            return ""
        shown = _whole(attribute(kept, "display-levels"), 1)
        numbers = []
        for place in range(max(1, level - shown + 1), level + 1):
            form = _FORMATS.get(attribute(kinds.get(place, kept), "num-format") or "", "decimal")
            if form != "none":
                numbers.append(formatted(counters.get(place, 1), form))
        return f"{attribute(kept, 'num-prefix') or ''}{'.'.join(numbers)}{attribute(kept, 'num-suffix') or ''}".strip()


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isdigit() else otherwise
