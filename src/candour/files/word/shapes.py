"""Drawings in running text: pictures, text boxes, shapes over text. ECMA-376 part 1, 20.4; part 4, 14 (VML)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local, text_of
from candour.files.word.covers import Reach, reach_of
from candour.files.word.gathered import Gathered
from candour.files.word.opaque import covers, shape_fill, styles_of, vml_covers
from candour.files.word.styles import child

EMU_INCH = 914_400
_WIDEST = 22 * EMU_INCH
"""Word lays out no page wider than 22 inches: what lies beyond is on no page."""

_DUST = 36_000
"""EMU (one millimetre): what is smaller in both directions is not seen."""

_GENERIC = re.compile(
    r"(?:picture|image|text ?box|textfeld|rectangle|oval|line|straight connector|group|shape|chart|diagram|"
    r"object|graphic|"
    r"grafik|bild|freeform|canvas|connector|arrow|logo|table|zone de texte|rechteck|freihandform|content placeholder|"
    r"autoshape|wordart|line connector|frame|icon|ink|title|_x0000_\w+)[\s:_-]*\d*",
    re.IGNORECASE,
)
_TRUE = {"1", "true", "on", "t", "yes"}
_LENGTH = re.compile(r"(-?\d*\.?\d+)(pt|in|cm|mm|px|pc)")
"""A length on the page; one without a unit counts in the coordinates of a group."""

_VML_SHAPES = {"shape", "rect", "roundrect", "oval", "group", "line", "polyline"}
_UNITS = {"pt": 12_700, "in": 914_400, "cm": 360_000, "mm": 36_000, "px": 9_525, "pc": 152_400}


@dataclass(slots=True)
class Crop:
    """What share of a picture is cut off at each side, 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    @property
    def cuts(self) -> bool:
        """Whether anything is cut off."""
        return max(self.left, self.top, self.right, self.bottom) > 0.0005


@dataclass(slots=True)
class Drawn:
    """What one drawing shows: pictures (a relationship and a crop), text boxes (content, and what is behind it)."""

    pictures: list[tuple[str, Crop]] = field(default_factory=list)
    boxes: list[tuple[Element, str]] = field(default_factory=list)
    hidden_boxes: list[Element] = field(default_factory=list)
    charts: int = 0
    diagrams: int = 0
    floats: bool = False
    """Whether what is drawn has a place of its own, and none in the text."""
    reaches: list[Reach] = field(default_factory=list)
    """The reach of each part that is opaque and lies in front of the text."""


def read_drawing(root: Element, gathered: Gathered, place: str) -> Drawn:
    """A `w:drawing`: what of it is shown; what is not goes to the findings."""
    drawn = Drawn()
    for holder in root:
        if local(holder) not in {"inline", "anchor"}:
            continue
        gone = _is_gone(holder, gathered, place)
        for element in holder.iter():
            name = local(element)
            if name in {"docPr", "cNvPr"}:
                _described(element, gathered, place)
            elif name == "blip":
                _picture(element, drawn, gathered, place, gone=gone)
            elif name == "txbxContent":
                if gone or _in_hidden(element, holder):
                    drawn.hidden_boxes.append(element)
                else:
                    drawn.boxes.append((element, _fill(element)))
            elif name == "chart" and attribute(element, "id"):
                drawn.charts += not gone
            elif name == "relIds":
                drawn.diagrams += not gone
        drawn.floats = drawn.floats or local(holder) == "anchor"
        if not gone and covers(holder):
            gathered.add("D.shape_over_text", place)
            drawn.reaches.append(reach_of(holder))
    return drawn


def _is_gone(holder: Element, gathered: Gathered, place: str) -> bool:
    """Whether nothing of a drawing is seen: hidden, behind the text with words, too small, or off the page."""
    properties = child(holder, "docPr")
    if properties is not None and (attribute(properties, "hidden") or "").casefold() in _TRUE:
        gathered.add("O.hidden_shape", place, _words(holder))
        return True
    extent = child(holder, "extent")
    width, height = (_whole(attribute(extent, side)) for side in ("cx", "cy")) if extent is not None else (None, None)
    if width is not None and height is not None and width < _DUST and height < _DUST:
        gathered.add("D.tiny_shape", place, _words(holder))
        return True
    if local(holder) != "anchor":
        return False
    for axis, size in (("positionH", width), ("positionV", height)):
        position = child(holder, axis)
        offset = (
            _whole(text_of(inner))
            if position is not None and (inner := child(position, "posOffset")) is not None
            else None
        )
        margin = 0 if position is not None and attribute(position, "relativeFrom") == "page" else 2 * EMU_INCH
        if offset is not None and (offset > _WIDEST or offset + (size or 0) <= -margin):
            gathered.add("D.offpage_shape", place, _words(holder))
            return True
        if margin == 0 and offset is not None and offset >= _page(holder, axis):
            gathered.add("D.offpage_shape", place, _words(holder))
            return True
    if (attribute(holder, "behindDoc") or "").casefold() in _TRUE and _words(holder):
        gathered.add("D.behind_text", place, _words(holder))
        return True
    return False


def _page(holder: Element, axis: str) -> int:
    """How wide or how high the largest page of the document is, in EMU."""
    side, usual = ("w", 12_240) if axis == "positionH" else ("h", 16_838)
    root = holder.getroottree().getroot()
    sizes = [_whole(attribute(element, side)) or 0 for element in root.iter() if local(element) == "pgSz"]
    return max([usual, *sizes]) * 635


def _words(holder: Element) -> str:
    return " ".join(text_of(element) for element in holder.iter() if local(element) == "t")


def _in_hidden(element: Element, holder: Element) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is holder:
            return False
        if local(ancestor) in {"wsp", "sp", "grpSp", "wgp", "pic"}:
            for properties in ancestor:
                inner = properties if local(properties) == "cNvPr" else child(properties, "cNvPr")
                if inner is not None and (attribute(inner, "hidden") or "").casefold() in _TRUE:
                    return True
    return False


def _described(element: Element, gathered: Gathered, place: str) -> None:
    for name in ("descr", "title"):
        if text := (attribute(element, name) or "").strip():
            gathered.add("O.alt_text", place, text)
    called = (attribute(element, "name") or "").strip()
    if called and not _GENERIC.fullmatch(called):
        gathered.add("D.object_name", place, called)
    if local(element) == "cNvPr" and (attribute(element, "hidden") or "").casefold() in _TRUE:
        container = element.getparent()
        container = container.getparent() if container is not None else None
        gathered.add("O.hidden_shape", place, _words(container) if container is not None else "")


def _picture(element: Element, drawn: Drawn, gathered: Gathered, place: str, *, gone: bool) -> None:
    if (link := attribute(element, "link")) is not None and not attribute(element, "embed"):
        gathered.add("D.linked_picture", place, link)
    embedded = attribute(element, "embed")
    parent = element.getparent()
    crop = Crop()
    for sibling in parent if parent is not None else ():
        if local(sibling) == "srcRect":
            crop = Crop(*(max(0.0, _share(attribute(sibling, side))) for side in ("l", "t", "r", "b")))
    if crop.cuts:
        gathered.add("O.cropped_image", place)
    if embedded and not gone and not _in_hidden(element, element.getroottree().getroot()):
        drawn.pictures.append((embedded, crop))


def _share(text: str | None) -> float:
    if not text:
        return 0.0
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text) / 100_000
    except ValueError:
        return 0.0


def _fill(box: Element) -> str:
    """The colour behind a text box; `?` where it cannot be told."""
    for ancestor in box.iterancestors():
        if local(ancestor) == "wsp":
            return shape_fill(ancestor)
        if local(ancestor) in {"drawing", "pict", "body"}:
            break
    return "?"


def read_vml(root: Element, gathered: Gathered, place: str) -> Drawn:
    """A `w:pict` or the picture of a `w:object`."""
    drawn = Drawn()
    for element in root:
        if local(element) in _VML_SHAPES:
            style = styles_of(element)
            drawn.floats = drawn.floats or style.get("position") == "absolute"
            if vml_covers(element) and not _style_hides(style):
                gathered.add("D.shape_over_text", place)
                drawn.reaches.append(_vml_reach(style))
    for element in root.iter():
        name = local(element)
        if name in _VML_SHAPES:
            _vml_shape(element, gathered, place)
        elif name == "imagedata":
            _vml_picture(element, drawn, gathered, place)
        elif name == "txbxContent":
            if _vml_hidden(element):
                drawn.hidden_boxes.append(element)
            else:
                drawn.boxes.append((element, "?"))
        elif name == "textpath" and (text := attribute(element, "string")):
            gathered.add("D.watermark", place, text)
    return drawn


def _vml_shape(element: Element, gathered: Gathered, place: str) -> None:
    style = styles_of(element)
    if text := (attribute(element, "alt") or "").strip():
        gathered.add("O.alt_text", place, text)
    if (title := (attribute(element, "title") or "").strip()) and not _GENERIC.fullmatch(title):
        gathered.add("O.alt_text", place, title)
    if _style_hides(style):
        gathered.add("O.hidden_vml_shape", place, _words(element))


def _vml_reach(style: dict[str, str]) -> Reach:
    """Where a VML shape lies. Without a word of the style it is placed by its paragraph."""
    by = style.get("mso-position-vertical-relative", "text")
    said = style.get("margin-top") or style.get("top") or "0"
    top = 0.0 if said == "0" else _length(said)
    if style.get("mso-position-vertical", "absolute") != "absolute":
        top = None
    height = _length(style.get("height"))
    if top is None or height is None:
        return Reach(None, None)
    place = "paragraph" if by in {"text", "line"} else by
    return Reach(int(top), int(top + height), place)


def _vml_picture(element: Element, drawn: Drawn, gathered: Gathered, place: str) -> None:
    crop = Crop(
        *(max(0.0, _fraction(attribute(element, f"crop{side}"))) for side in ("left", "top", "right", "bottom"))
    )
    if crop.cuts:
        gathered.add("O.cropped_image", place)
    if title := (attribute(element, "title") or "").strip():
        gathered.add("O.alt_text", place, title)
    if (number := attribute(element, "id")) and not _vml_hidden(element):
        drawn.pictures.append((number, crop))


def _vml_hidden(element: Element) -> bool:
    return any(_style_hides(styles_of(ancestor)) for ancestor in element.iterancestors() if ancestor.get("style"))


def _style_hides(style: dict[str, str]) -> bool:
    if style.get("visibility") == "hidden" or style.get("display") == "none":
        return True
    for side, size in (("left", "width"), ("margin-left", "width"), ("top", "height"), ("margin-top", "height")):
        offset, extent = _length(style.get(side)), _length(style.get(size)) or 0
        if offset is not None and (offset > _WIDEST or offset + extent < -2 * EMU_INCH):
            return True
    return False


def _length(text: str | None) -> float | None:
    match = _LENGTH.fullmatch(text) if text else None
    return float(match.group(1)) * _UNITS[match.group(2)] if match else None


def _fraction(text: str | None) -> float:
    try:
        if not text:
            return 0.0
        return (
            float(text[:-1]) / 65_536 if text.endswith("f") else float(text.rstrip("%")) / (100 if "%" in text else 1)
        )
    except ValueError:
        return 0.0


def _whole(text: str | None) -> int | None:
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None


def alternatives(element: Element) -> Iterator[tuple[str, Element]]:
    """The branches of `mc:AlternateContent`: first the one that a present-day reader shows, then the others."""
    branches = [branch for branch in element if local(branch) in {"Choice", "Fallback"}]
    chosen = next((branch for branch in branches if local(branch) == "Choice" and _known(branch)), None)
    if chosen is None:
        chosen = next((branch for branch in branches if local(branch) == "Fallback"), None)
    for branch in branches:
        yield ("shown" if branch is chosen else "other"), branch


_UNDERSTOOD = (
    "http://schemas.microsoft.com/office/word/",
    "http://schemas.microsoft.com/office/drawing/",
    "http://schemas.openxmlformats.org/",
)


def _known(branch: Element) -> bool:
    needed = (branch.get("Requires") or "").split()
    return bool(needed) and all((branch.nsmap.get(prefix) or "").startswith(_UNDERSTOOD) for prefix in needed)
