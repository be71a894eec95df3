"""Styles of an OOXML workbook, as far as they decide what a cell shows. ECMA-376 part 1, 18.8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local, parse
from candour.files.workbook.colours import BLACK, WHITE, Colour, alike, from_hex, indexed, tinted
from candour.files.workbook.number_format import BUILT_IN

_THEME_ORDER: tuple[str, ...] = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
)
_THEME_ORDER += ("hlink", "folHlink")

_NORMAL = {"Normal", "Default", "Standard", "Normaal", "Normale", "Обычный", "標準", "常规", "표준"}

_FORMAT_COLOUR = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color\s*\d{1,2})\]", re.IGNORECASE)
_NAMED = {"white": WHITE, "black": BLACK, "yellow": (255, 255, 0), "cyan": (0, 255, 255), "green": (0, 255, 0)}

TINY_FONT = 2.0
"""Points; letters of this size and less cannot be read."""


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How a cell looks: format code, colour of its text and of its fill (None: no fill), size of its text in points."""

    format: str = "General"
    text: Colour = BLACK
    fill: Colour | None = None
    size: float = 11.0
    protected_hidden: bool = False

    def veils(self, text: Colour | None = None) -> bool:
        """Whether text of this style (or of this colour) has the colour of what is behind it."""
        return alike(text or self.text, self.fill or WHITE)


@dataclass(frozen=True, slots=True)
class Differential:
    """A style laid over a cell's own by a condition or a table."""

    format: str | None = None
    text: Colour | None = None
    fill: Colour | None = None

    @property
    def hides(self) -> bool:
        """Whether the style alone makes a value unreadable."""
        if self.format is not None and not self.format.replace(";", "").replace('"', "").strip():
            return True
        if self.text is None:
            return self.fill is not None and alike(self.fill, BLACK)  # the letters of most cells are black
        return alike(self.text, self.fill or WHITE)


@dataclass(slots=True)
class Styles:
    """The cell styles by their number, and the differential ones."""

    cells: list[CellStyle] = field(default_factory=lambda: [CellStyle()])
    differential: list[Differential] = field(default_factory=list)
    theme: list[Colour] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Names that somebody gave to styles, which no reader of the cells sees."""

    def of(self, number: int) -> CellStyle:
        """A style by its number; the first one where there is no such number."""
        return self.cells[number] if 0 <= number < len(self.cells) else self.cells[0]

    def colour(self, element: Element | None, *, text: bool) -> Colour | None:
        """A colour element (`rgb`, `theme`, `indexed`, `tint`); None for automatic or none."""
        if element is None or element.get("auto") in {"1", "true"}:
            return None
        tint = _number(element.get("tint"), 0.0)
        base: Colour | None = None
        if (rgb := element.get("rgb")) is not None:
            base = from_hex(rgb)
        elif (theme := element.get("theme")) is not None and theme.isdigit() and int(theme) < len(self.theme):
            base = self.theme[int(theme)]
        elif (number := element.get("indexed")) is not None and number.isdigit():
            base = indexed(int(number), text=text)
        return None if base is None else tinted(base, tint)


def read_styles(data: bytes | None, part: str, theme: bytes | None, theme_part: str) -> Styles:
    """The styles of a workbook; the defaults where it has none."""
    styles = Styles(theme=_theme(theme, theme_part) if theme else [])
    if data is None:
        return styles
    root = parse(data, part)
    formats = dict(BUILT_IN)
    fonts: list[tuple[Colour, float]] = []
    fills: list[Colour | None] = []
    for group in root:
        match local(group):
            case "numFmts":
                for entry in group:
                    number = entry.get("numFmtId") or ""
                    if number.isdigit():
                        formats[int(number)] = entry.get("formatCode") or ""
            case "fonts":
                fonts = [_font(entry, styles) for entry in _entries(group)]
            case "fills":
                fills = [_fill(entry, styles) for entry in _entries(group)]
            case "cellXfs":
                styles.cells = [_cell_style(entry, formats, fonts, fills) for entry in _entries(group)] or styles.cells
            case "dxfs":
                styles.differential = [_differential(entry, styles) for entry in _entries(group)]
            case "cellStyles":
                styles.names += [entry.get("name") or "" for entry in _entries(group) if _is_named(entry)]
            case "tableStyles":
                styles.names += [entry.get("name") or "" for entry in _entries(group)]
            case _:
                pass
    return styles


def _is_named(entry: Element) -> bool:
    """Whether somebody named a style: those that programs bring along have a number."""
    name = entry.get("name") or ""
    return bool(name) and (entry.get("builtinId") is None or (entry.get("builtinId") == "0" and name not in _NORMAL))


def _entries(group: Element) -> Iterator[Element]:
    return (entry for entry in group if local(entry))


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local(child) == name), None)


def _font(entry: Element, styles: Styles) -> tuple[Colour, float]:
    size = _child(entry, "sz")
    return (
        styles.colour(_child(entry, "color"), text=True) or BLACK,
        _number(size.get("val") if size is not None else None, 11.0),
    )


def _fill(entry: Element, styles: Styles) -> Colour | None:
    pattern = _child(entry, "patternFill")
    if (gradient := _child(entry, "gradientFill")) is not None:
        stops = [styles.colour(_child(stop, "color"), text=False) or WHITE for stop in gradient]
        return stops[0] if stops and all(alike(stop, stops[0]) for stop in stops) else None
    if pattern is None or pattern.get("patternType") in {None, "none", "gray125", "gray0625"}:
        return None
    front = styles.colour(_child(pattern, "fgColor"), text=True)
    back = styles.colour(_child(pattern, "bgColor"), text=False)
    if pattern.get("patternType") == "solid":
        return front or BLACK  # the colour of the system’s text
    return back or front


def _cell_style(
    entry: Element, formats: dict[int, str], fonts: list[tuple[Colour, float]], fills: list[Colour | None]
) -> CellStyle:
    def number(name: str) -> int:
        text = entry.get(name) or "0"
        return int(text) if text.isdigit() else 0

    code = formats.get(number("numFmtId"), "General")
    font = fonts[number("fontId")] if number("fontId") < len(fonts) else (BLACK, 11.0)
    font = (_colour_of_format(code) or font[0], font[1])
    fill = fills[number("fillId")] if number("fillId") < len(fills) else None
    protection = _child(entry, "protection")
    hidden = protection is not None and (attribute(protection, "hidden") or "") in {"1", "true"}
    return CellStyle(code, font[0], fill, font[1], hidden)


def _colour_of_format(code: str) -> Colour | None:
    """The colour that a number format gives to every value: the same in each of its sections. ECMA-376 18.8.31."""
    sections = [section for section in code.split(";") if section.strip()]
    if not sections or "[" not in code:
        return None
    colours = {match[1].casefold() if (match := _FORMAT_COLOUR.search(section)) else "" for section in sections}
    if len(colours) != 1 or not (name := colours.pop()):
        return None
    number = name.removeprefix("color").strip()
    return indexed(int(number) + 7, text=True) if number.isdigit() else _NAMED.get(name)


def _differential(entry: Element, styles: Styles) -> Differential:
    code = _child(entry, "numFmt")
    font = _child(entry, "font")
    fill = _child(entry, "fill")
    pattern = _child(fill, "patternFill") if fill is not None else None
    behind = None
    if pattern is not None and pattern.get("patternType") != "none":
        behind = styles.colour(_child(pattern, "bgColor"), text=False) or styles.colour(
            _child(pattern, "fgColor"), text=True
        )
    return Differential(
        code.get("formatCode") if code is not None else None,
        styles.colour(_child(font, "color"), text=True) if font is not None else None,
        behind,
    )


def _theme(data: bytes, part: str) -> list[Colour]:
    colours: dict[str, Colour] = {}
    for element in parse(data, part).iter():
        if local(element) in _THEME_ORDER and len(element):
            value = element[0].get("lastClr") or element[0].get("val") or ""
            colours.setdefault(local(element), from_hex(value) or BLACK)
    defaults = {"lt1": WHITE, "lt2": WHITE}
    return [colours.get(name, defaults.get(name, BLACK)) for name in _THEME_ORDER]


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
