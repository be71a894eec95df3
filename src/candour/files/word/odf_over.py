"""Which frames and shapes of an ODT lie over its text, and where. OpenDocument 1.3 part 3, 19 and 20 (style:wrap …)."""

from __future__ import annotations

from collections.abc import Iterable

from candour.files.markup import Element, attribute, local
from candour.files.word.covers import Reach
from candour.files.word.odf_styles import EMU, OdfStyles, points

_LINES = {"line", "connector", "polyline", "measure"}
_CONTENT = {"image", "object", "object-ole", "plugin", "applet", "floating-frame", "control"}
_BY_PARAGRAPH = {"", "paragraph", "paragraph-content", "char", "line", "baseline", "text"}
_THICK = 3.0
"""Points: a line of this thickness covers print as a bar does."""

_USUAL = 10.0
"""Points: no program sets text lower where the file does not ask for it."""

_LEAST = 4.0
"""Points: no line that can be read is lower."""


def lies_over(styles: OdfStyles, element: Element) -> bool:
    """Whether a frame or a shape has a place of its own, in front of text that does not keep out of its way."""
    style = attribute(element, "style-name")
    if (
        attribute(element, "anchor-type") == "as-char"
        or styles.property("graphic", style, "run-through") == "background"
    ):
        return False
    wrap = styles.property("graphic", style, "wrap")
    return wrap == "run-through" or (not wrap and local(element) not in {"frame", "a"})


def is_opaque(styles: OdfStyles, element: Element) -> bool:
    """Whether a frame, a shape or anything in a group lets nothing through."""
    name = local(element)
    if name in {"g", "a"}:
        return any(is_opaque(styles, inner) for inner in element if local(inner))
    style = attribute(element, "style-name")

    def given(key: str) -> str:
        return styles.property("graphic", style, key)

    if name == "control" or (name == "frame" and any(local(inner) in _CONTENT for inner in element)):
        return True
    stroke = points(given("stroke-width")) or 0.0
    if given("stroke") not in {"", "none"} and stroke >= _THICK:
        return True
    if name in _LINES or _share(given("opacity")) < 0.5:
        return False
    fill = given("fill")
    if name == "frame":
        return fill not in {"", "none"} or given("background-color") not in {"", "transparent"}
    return fill != "none"


def reach_of_frame(styles: OdfStyles, element: Element) -> Reach | None:
    """From where to where it reaches, below its paragraph; None where the file does not place it by that."""
    style = attribute(element, "style-name")
    position = styles.property("graphic", style, "vertical-pos")
    by = styles.property("graphic", style, "vertical-rel")
    height = points(attribute(element, "height"))
    top = 0.0 if position == "top" else points(attribute(element, "y") or "0pt")
    told = position in {"", "top", "from-top"} and by in _BY_PARAGRAPH and attribute(element, "transform") is None
    if not told or top is None or height is None or attribute(element, "anchor-type") not in {"paragraph", "char"}:
        return None
    return Reach(int(top * EMU), int((top + height) * EMU))


def runs_in_one_column(roots: Iterable[Element], *, boxes: int) -> bool:
    """Whether the text runs in one column from top to bottom, in lines that are not pressed together.

    `boxes` is how many boxes with words of their own may be there.
    """
    found = 0
    for root in roots:
        for element in root.iter():
            name = local(element)
            found += name == "text-box"
            several = name == "columns" and (attribute(element, "column-count") or "1") != "1"
            if found > boxes or (several and not _is_of_section(element)) or _is_pressed(element):
                return False
    return True


def least_line(roots: Iterable[Element]) -> int:
    """How low a line of text can be, in EMU, given everything that sets a size (the text, its styles)."""
    sizes, shares = [_USUAL], [1.0]
    for root in roots:
        for element in root.iter():
            for key in ("font-size", "line-height"):
                text = attribute(element, key) or ""
                if (size := points(text)) is not None:
                    sizes.append(size)
                elif text.endswith("%") and (share := _share(text)) < 1:
                    shares.append(share)
    return int(max(_LEAST, min(sizes) * min(shares)) * EMU)


def _is_of_section(columns: Element) -> bool:
    """Whether columns are those of a section; the page may have some as well."""
    parent = columns.getparent()
    return parent is not None and local(parent) == "section-properties"


def _is_pressed(element: Element) -> bool:
    """Whether something sets print or lines lower than can be read."""
    sizes = [points(attribute(element, key)) for key in ("font-size", "line-height")]
    line = attribute(element, "line-height") or ""
    return any(size is not None and size < _LEAST for size in sizes) or (line.endswith("%") and _share(line) < 0.5)


def _share(text: str) -> float:
    try:
        return float(text.rstrip("%")) / 100 if text else 1.0
    except ValueError:
        return 1.0
