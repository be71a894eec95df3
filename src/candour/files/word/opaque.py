"""Which drawings lie over the text and let nothing through. ECMA-376 part 1, 20.1.8 (fills), 20.4; part 4, 14 (VML)."""

from __future__ import annotations

import re

from candour.files.markup import Element, attribute, local, text_of
from candour.files.word.looks import hexed
from candour.files.word.styles import child

_TRUE = {"1", "true", "on", "t", "yes"}
_STYLE = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_LINES = re.compile(
    r"line|lineInv|(?:straight|bent|curved)Connector\d|(?:left|right)(?:Bracket|Brace)|bracketPair|bracePair|arc"
)
"""Shapes that are lines alone."""

_THICK = 38_100
"""EMU (three points): a line of this thickness covers print as a bar does."""

_CLEAR = 50_000
"""Thousandths of a per cent: what lets more than half of what is under it through does not hide it."""

_WHOLE = 21_600
"""The side of a picture in the coordinates of the outline that text runs around."""


def covers(holder: Element) -> bool:
    """Whether a drawing (`wp:anchor`) floats in front of text and some of it is opaque."""
    if local(holder) != "anchor" or (attribute(holder, "behindDoc") or "").casefold() in _TRUE:
        return False
    if child(holder, "wrapNone") is None and not _is_entered(holder):
        return False
    return any(_is_opaque(element) for element in holder.iter())


def shape_fill(shape: Element) -> str:
    """The colour of a shape: RRGGBB, white where it has none, `?` where it cannot be told."""
    properties = child(shape, "spPr")
    for element in properties if properties is not None else ():
        if local(element) == "noFill":
            return "FFFFFF"
        if local(element) == "solidFill":
            return next(
                (hexed(attribute(colour, "val")) or "?" for colour in element if local(colour) == "srgbClr"), "?"
            )
        if local(element) in {"gradFill", "blipFill", "pattFill", "grpFill"}:
            return "?"
    return "?" if _styled(shape, "fillRef") else "FFFFFF"


def _is_entered(holder: Element) -> bool:
    """Whether somebody drew the outline that text keeps out of by hand, so that text may run under the drawing."""
    for name in ("wrapTight", "wrapThrough"):
        polygon = child(child(holder, name), "wrapPolygon")
        if polygon is None or (attribute(polygon, "edited") or "").casefold() not in _TRUE:
            continue
        for axis in ("x", "y"):
            places = [_number(attribute(point, axis)) for point in polygon]
            if not places or max(places) - min(places) < 0.8 * _WHOLE:
                return True
    return False


def _is_opaque(element: Element) -> bool:
    name = local(element)
    if name in {"pic", "graphicFrame", "chart", "relIds"}:
        return True
    return name in {"wsp", "sp", "cxnSp"} and (_is_filled(element) or _is_thick(element))


def _is_filled(shape: Element) -> bool:
    properties = child(shape, "spPr")
    geometry = child(properties, "prstGeom")
    if local(shape) == "cxnSp" or (geometry is not None and _LINES.fullmatch(attribute(geometry, "prst") or "")):
        return False
    for element in properties if properties is not None else ():
        if local(element) == "noFill":
            return False
        if local(element) == "solidFill":
            return not _lets_through(element)
        if local(element) in {"gradFill", "blipFill", "pattFill", "grpFill"}:
            return True
    return _styled(shape, "fillRef")


def _is_thick(shape: Element) -> bool:
    line = child(child(shape, "spPr"), "ln")
    if line is None or child(line, "noFill") is not None or _number(attribute(line, "w")) < _THICK:
        return False
    solid = child(line, "solidFill")
    if solid is None:
        return _styled(shape, "lnRef") or len(line) > 0
    return not _lets_through(solid)


def _lets_through(fill: Element) -> bool:
    for element in fill.iter():
        if local(element) == "alpha":
            text = attribute(element, "val") or ""
            share = _number(text.rstrip("%")) * (1000 if text.endswith("%") else 1)
            return share < _CLEAR
    return False


def _styled(shape: Element, name: str) -> bool:
    reference = child(child(shape, "style"), name)
    return reference is not None and (attribute(reference, "idx") or "0") != "0"


# VML


def styles_of(element: Element) -> dict[str, str]:
    """The CSS of a VML shape."""
    return {key.casefold(): text.strip().casefold() for key, text in _STYLE.findall(element.get("style") or "")}


def vml_covers(element: Element) -> bool:
    """Whether a shape or a group that stands directly in `w:pict` floats in front of text, some of it opaque."""
    style = styles_of(element)
    if style.get("position") != "absolute" or style.get("z-index", "0").startswith("-"):
        return False
    if style.get("visibility") == "hidden" or style.get("display") == "none":
        return False
    if any(local(inner) == "wrap" and attribute(inner, "type") not in {None, "none"} for inner in element):
        return False
    return any(_is_opaque_vml(inner) for inner in element.iter())


def _is_opaque_vml(element: Element) -> bool:
    name = local(element)
    if name == "imagedata":
        return True
    if name not in {"shape", "rect", "roundrect", "oval", "line", "polyline"}:
        return False
    style = styles_of(element)
    if style.get("visibility") == "hidden" or any(local(inner) == "textpath" for inner in element):
        return False
    weight = re.fullmatch(r"([\d.]+)pt", (attribute(element, "strokeweight") or "").strip())
    stroked = (attribute(element, "stroked") or "t").casefold() in _TRUE
    if stroked and weight is not None and float(weight.group(1)) * 12_700 >= _THICK:
        return True
    return name not in {"line", "polyline"} and _is_filled_vml(element)


def _is_filled_vml(element: Element) -> bool:
    fill = child(element, "fill")
    through = _number((attribute(fill, "opacity") or "1").rstrip("f%")) if fill is not None else 1.0
    text = (attribute(fill, "opacity") or "1") if fill is not None else "1"
    share = through / (65_536 if text.endswith("f") else 100 if text.endswith("%") else 1)
    if share < _CLEAR / 100_000:
        return False
    filled = attribute(element, "filled")
    if filled is None and fill is not None:
        filled = attribute(fill, "on")
    if filled is None:
        filled = _of_type(element)
    return (filled or "t").casefold() in _TRUE


def _of_type(element: Element) -> str | None:
    """What the type of a shape, which may stand anywhere in the part, says of its fill."""
    called = (attribute(element, "type") or "").removeprefix("#")
    if not called:
        return None
    for other in element.getroottree().getroot().iter():
        if local(other) == "shapetype" and other.get("id") == called:
            return attribute(other, "filled")
    return None


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def words_of(element: Element) -> str:
    """The words in a drawing."""
    return " ".join(text_of(inner) for inner in element.iter() if local(inner) == "t")
