"""Styles of an OpenDocument spreadsheet, as far as they decide what is shown. OpenDocument 1.3 part 3, 16 and 20."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local
from candour.files.workbook.colours import BLACK, WHITE, Colour, alike, from_hex

_LENGTH = re.compile(r"^(-?[\d.]+)(mm|cm|in|pt|pc|px)$")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}


def points(text: str | None) -> float | None:
    """A length in points; None where there is none."""
    match = _LENGTH.match(text or "")
    return float(match[1]) * _POINTS[match[2]] if match else None


@dataclass(slots=True)
class OdsStyle:
    """A style with what it says itself; `parent` says the rest."""

    parent: str | None = None
    display: bool = True
    width: float | None = None
    height: float | None = None
    colour: Colour | None = None
    fill: Colour | None = None
    size: float | None = None
    hidden: bool = False
    """Text that is formatted as not displayed."""
    maps: list[str] = field(default_factory=list)
    """The styles that conditions lay over this one."""


@dataclass(slots=True)
class OdsStyles:
    """Every style by its name."""

    named: dict[str, OdsStyle] = field(default_factory=dict)

    def add(self, elements: Iterable[Element]) -> None:
        """Take the styles under some elements (`office:styles`, `office:automatic-styles`)."""
        for group in elements:
            for element in group:
                if local(element) in {"style", "default-style"}:
                    family = attribute(element, "family") or ""
                    name = attribute(element, "name") or f"*{family}"
                    self.named[name] = _style(element, family)

    def chain(self, name: str | None) -> list[OdsStyle]:
        """A style and those that it builds on, nearest first."""
        out: list[OdsStyle] = []
        seen: set[str] = set()
        while name and name in self.named and name not in seen:
            seen.add(name)
            out.append(self.named[name])
            name = self.named[name].parent
        return out

    def veil(self, name: str | None, behind: Colour | None = None) -> str:
        """Why text of a style is not seen: a code, or an empty text. `behind` is the fill where the style has none."""
        chain = self.chain(name)
        if any(style.hidden for style in chain):
            return "F.vanish_text"
        size = next((style.size for style in chain if style.size is not None), None)
        if size is not None and size <= 2:
            return "F.white_text"
        colour = next((style.colour for style in chain if style.colour is not None), BLACK)
        return "F.white_text" if alike(colour, self.fill(name) or behind or WHITE) else ""

    def fill(self, name: str | None) -> Colour | None:
        """What is behind the text of a style."""
        return next((style.fill for style in self.chain(name) if style.fill is not None), None)

    def conditions(self, name: str | None) -> bool:
        """Whether a condition may lay a style over this one that hides."""
        return any(self.veil(other) for style in self.chain(name) for other in style.maps)


def _style(element: Element, family: str) -> OdsStyle:
    style = OdsStyle(attribute(element, "parent-style-name") or (f"*{family}" if family else None))
    for child in element:
        name = local(child)
        if name == "table-properties":
            style.display = (attribute(child, "display") or "true") != "false"
        elif name == "table-column-properties":
            style.width = points(attribute(child, "column-width"))
        elif name == "table-row-properties":
            style.height = points(attribute(child, "row-height"))
        elif name == "table-cell-properties":
            behind = attribute(child, "background-color")
            style.fill = from_hex(behind) if behind and behind != "transparent" else None
        elif name == "text-properties":
            colour = attribute(child, "color")
            style.colour = from_hex(colour) if colour else None
            style.size = points(attribute(child, "font-size"))
            style.hidden = attribute(child, "display") == "none"
            behind = attribute(child, "background-color")
            if behind and behind != "transparent" and style.fill is None:
                style.fill = from_hex(behind)
        elif name == "map":
            style.maps.append(attribute(child, "apply-style-name") or "")
    return style
