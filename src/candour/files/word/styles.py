"""Styles of a DOCX: what a run inherits. ECMA-376 part 1, 17.7 (styles) and 17.3.2 (run properties)."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local
from candour.files.word.looks import Looks, hexed

_ON = {"", "1", "true", "on"}
_HEADINGS = {f"heading {level}": level for level in range(1, 10)} | {"title": 1, "subtitle": 2}


def child(element: Element | None, name: str) -> Element | None:
    """The first child of a name, whatever its namespace."""
    if element is None:
        return None
    return next((inner for inner in element if local(inner) == name), None)


def value(element: Element | None, name: str, attribute_name: str = "val") -> str | None:
    """The value of a child; None where there is no such child."""
    inner = child(element, name)
    return None if inner is None else (attribute(inner, attribute_name) or "")


def is_on(element: Element | None, name: str) -> bool | None:
    """A switch: on, off, or None where it is not set."""
    text = value(element, name)
    return None if text is None else text.casefold() in _ON


def shading(properties: Element | None) -> str:
    """The background colour of `w:shd`: its fill, or its colour where the pattern is solid."""
    shade = child(properties, "shd")
    if shade is None:
        return ""
    pattern = attribute(shade, "val") or "clear"
    if pattern == "solid":
        return hexed(attribute(shade, "color")) or "000000"
    fill = hexed(attribute(shade, "fill"))
    return fill or _THEMED.get(attribute(shade, "themeFill") or "", "")


_THEMED = {"background1": "FFFFFF", "light1": "FFFFFF", "text1": "000000", "dark1": "000000"}


_PRESSED = 100
"""Twips: letters pressed into this width, or drawn together by it, are a blot."""

_LIFTED = 1_000
"""Half-points: letters lifted or lowered by this are on no page with their line."""


def applied(looks: Looks, properties: Element | None) -> Looks:
    """How text looks after some run properties (`w:rPr`) on top of what it looked like before."""
    if properties is None:
        return looks
    for element in properties:
        name, text = local(element), attribute(element, "val") or ""
        if name in {"vanish", "specVanish"}:
            looks = looks.with_(vanish=text.casefold() in _ON if name == "vanish" else looks.vanish)
        elif name == "color":
            looks = looks.with_(colour=hexed(text) or _THEMED.get(attribute(element, "themeColor") or "", ""))
        elif name == "sz" and (size := _number(text)) is not None:
            looks = looks.with_(size=size / 2)
        elif name == "highlight":
            looks = looks.with_(under="" if text == "none" else hexed(text))
        elif name == "shd":
            looks = looks.with_(under=shading(properties))
        elif name in {"w", "fitText", "spacing"} and _is_pressed(name, text):
            looks = looks.with_(size=min(looks.size, 1.0))
        elif name == "position" and (lifted := _number(text)) is not None and abs(lifted) >= _LIFTED:
            looks = looks.with_(vanish=True)
        elif name == "textFill":
            looks = looks.with_(clear=_is_clear(element), colour=_fill_colour(element) or looks.colour)
    return looks


def _is_pressed(name: str, text: str) -> bool:
    """Whether letters are so narrow, or drawn so close together, that they are a blot."""
    number = _number(text.rstrip("%"))
    if number is None:
        return False
    return number <= {"w": 5, "fitText": _PRESSED, "spacing": -_PRESSED}[name]


def _is_clear(fill: Element) -> bool:
    """Whether a fill leaves the text transparent."""
    for element in fill.iter():
        if local(element) == "noFill":
            return True
        if local(element) == "alpha" and (alpha := _number((attribute(element, "val") or "").rstrip("%"))) is not None:
            return alpha >= 90_000
    return False


def _fill_colour(fill: Element) -> str:
    return next((hexed(attribute(element, "val")) for element in fill.iter() if local(element) == "srgbClr"), "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(slots=True)
class _Style:
    element: Element
    kind: str
    name: str
    based_on: str


@dataclass(slots=True)
class Styles:
    """The styles of one document by their identifiers."""

    styles: dict[str, _Style] = field(default_factory=dict)
    defaults: Looks = field(default_factory=Looks)
    default_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Element | None) -> Styles:
        """From the root of the part of styles; None where a document has none."""
        styles = cls()
        for element in root if root is not None else ():
            if local(element) == "docDefaults":
                styles.defaults = applied(Looks(size=10.0), child(child(element, "rPrDefault"), "rPr"))
            elif local(element) == "style":
                number, kind = attribute(element, "styleId") or "", attribute(element, "type") or "paragraph"
                styles.styles[number] = _Style(
                    element, kind, (value(element, "name") or number).casefold(), value(element, "basedOn") or ""
                )
                if (attribute(element, "default") or "").casefold() in _ON - {""}:
                    styles.default_of[kind] = number
        return styles

    def chain(self, number: str) -> list[Element]:
        """A style and what it is based on, the base first."""
        chain: list[Element] = []
        seen: set[str] = set()
        while number in self.styles and number not in seen:
            seen.add(number)
            chain.append(self.styles[number].element)
            number = self.styles[number].based_on
        return chain[::-1]

    def paragraph(self, properties: Element | None, inherited: Looks) -> tuple[Looks, str]:
        """How the text of a paragraph looks before its runs change that, and the identifier of its style."""
        number = value(properties, "pStyle") or self.default_of.get("paragraph", "")
        looks = inherited
        for style in self.chain(number):
            looks = applied(looks, child(style, "rPr"))
            if shade := shading(child(style, "pPr")):
                looks = looks.with_(behind=shade)
        if shade := shading(properties):
            looks = looks.with_(behind=shade)
        return looks, number

    def run(self, properties: Element | None, paragraph: Looks) -> Looks:
        """How a run looks."""
        looks = paragraph
        for style in self.chain(value(properties, "rStyle") or ""):
            looks = applied(looks, child(style, "rPr"))
        return applied(looks, properties)

    def heading(self, properties: Element | None, number: str) -> int:
        """The level of a heading (1 to 6); 0 for running text."""
        outline = value(properties, "outlineLvl")
        for style in [self.styles[number]] if number in self.styles else []:
            seen: set[str] = set()
            current: _Style | None = style
            while current is not None and current.based_on not in seen:
                if current.name in _HEADINGS:
                    return min(_HEADINGS[current.name], 6)
                outline = outline or value(child(current.element, "pPr"), "outlineLvl")
                seen.add(current.based_on)
                current = self.styles.get(current.based_on)
        return int(outline) + 1 if outline and outline.isdigit() and int(outline) < 6 else 0

    def numbering(self, number: str) -> Element | None:
        """The list that a paragraph style puts its paragraphs into (`w:numPr`)."""
        for style in reversed(self.chain(number)):
            if (properties := child(child(style, "pPr"), "numPr")) is not None:
                return properties
        return None

    def cell(self, number: str, regions: set[str]) -> tuple[str, Looks]:
        """What a table style gives to a cell in some of its regions (`firstRow` …): the shading, and how text looks."""
        looks, shade = self.defaults, ""
        for style in self.chain(number):
            looks = applied(looks, child(style, "rPr"))
            shade = shading(child(style, "tcPr")) or shade
            for part in style:
                if local(part) == "tblStylePr" and (attribute(part, "type") or "") in regions:
                    looks = applied(looks, child(part, "rPr"))
                    shade = shading(child(part, "tcPr")) or shade
        return shade, looks
