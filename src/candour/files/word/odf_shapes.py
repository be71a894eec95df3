"""What floats over the text of an ODT: boxes, frames, pictures, shapes. OpenDocument 1.3 part 3, 10."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candour.files.markup import Element, attribute, local
from candour.files.word.covers import Cover
from candour.files.word.looks import Looks, hexed
from candour.files.word.odf_over import is_opaque, lies_over, reach_of_frame
from candour.files.word.odf_styles import points

if TYPE_CHECKING:
    from candour.files.word.odf_text import OdfText

SHAPES = {"rect", "custom-shape", "ellipse", "circle", "polygon", "path", "caption", "line", "polyline", "connector"}
SHAPES |= {"regular-polygon", "measure", "g", "frame", "a", "control", "text-box"}


@dataclass(frozen=True, slots=True)
class OdfPicture:
    """A picture that is shown: its entry, and the lengths that are cut off (points: top, right, bottom, left)."""

    entry: str
    clip: tuple[float, float, float, float]


def read_shape(text: OdfText, element: Element, looks: Looks) -> None:
    """One shape or frame: what it shows follows the paragraph; what it covers is said."""
    for inner in element:
        if local(inner) in {"title", "desc"}:
            text.hide(inner, "F.alt_text")
    style = attribute(element, "style-name")
    if _is_gone(text, element):
        text.hide(element, "F.hidden_shape", quiet=False)
        return
    before = len(text.after)
    over = lies_over(text.styles, element) and is_opaque(text.styles, element)
    _draw(text, element, style, looks, whole=not over)
    own = tuple(text.after[before:])
    if attribute(element, "anchor-type") != "as-char":
        text.apart += own
    if over:
        reach = reach_of_frame(text.styles, element)
        text.gathered.add("F.shape_over_text", text.part)
        text.covered = text.covered or reach is None or not text.outermost
        text.covers += [Cover(len(text.blocks), reach, own)] if reach is not None else []


def _draw(text: OdfText, element: Element, style: str | None, looks: Looks, *, whole: bool) -> None:
    """What a shape shows. Of a group that covers nothing as a whole, each shape is judged by itself."""
    name = local(element)
    if name in {"g", "a"}:
        if name == "a":
            text.link(element)
        for inner in element:
            if local(inner) not in SHAPES:
                continue
            if whole:
                read_shape(text, inner, looks)
            else:
                _draw(text, inner, attribute(inner, "style-name"), looks, whole=False)
    elif name == "frame":
        _frame(text, element, style)
    else:
        fill = hexed(text.styles.property("graphic", style, "fill-color"))
        background = fill if text.styles.property("graphic", style, "fill") == "solid" else ""
        _box(text, element, background or "?")


def _box(text: OdfText, element: Element, behind: str) -> None:
    inner = text.inner()
    inner.walk(element, Looks(behind=behind))
    text.covered = text.covered or inner.covered
    text.after += inner.blocks


def _frame(text: OdfText, element: Element, style: str | None) -> None:
    chosen = False
    for inner in element:
        name = local(inner)
        if name == "text-box":
            background = hexed(text.styles.property("graphic", style, "background-color"))
            _box(text, inner, background or "?")
            chosen = True
        elif name == "image":
            _image(text, inner, style, shown=not chosen)
            chosen = True
        elif name in {"object", "object-ole", "plugin", "applet", "floating-frame"}:
            text.lost["embedded objects"] = text.lost.get("embedded objects", 0) + 1
            text.gathered.into.hidden.add(values(inner))
            text.hide(inner, "F.embedding", quiet=True)
            if (href := attribute(inner, "href")) and not href.startswith(("./", "Object", "#")):
                text.gathered.add("F.external_link", text.part, href)
        elif name not in {"title", "desc", "event-listeners", "glue-point", "contour-polygon", "contour-path", ""}:
            text.unknown(inner)


def _image(text: OdfText, element: Element, style: str | None, *, shown: bool) -> None:
    href = (attribute(element, "href") or "").removeprefix("./")
    text.hide(element, "F.unread_text", quiet=True)
    if "://" in href or href.startswith(("/", "..")):
        text.gathered.add("F.external_link", text.part, href)
        return
    clip = _clip(text.styles.property("graphic", style, "clip"))
    if any(clip):
        text.gathered.add("F.crop", text.part)
    if href and shown:
        text.after.append(OdfPicture(href, clip))
        text.used.add(href)


def _is_gone(text: OdfText, element: Element) -> bool:
    if attribute(element, "display") in {"none", "printer"} or attribute(element, "visible") == "false":
        return True
    style = attribute(element, "style-name")
    if (attribute(element, "visibility") or "") == "hidden" or text.styles.property(
        "graphic", style, "opacity"
    ) == "0%":
        return True
    place = [points(attribute(element, axis)) for axis in ("x", "y")]
    return any(offset is not None and (offset > 1_600 or offset < -1_600) for offset in place)


def _clip(text: str) -> tuple[float, float, float, float]:
    match = re.fullmatch(r"rect\((.*)\)", text.strip())
    if match is None:
        return (0.0, 0.0, 0.0, 0.0)
    lengths = [max(0.0, points(part) or 0.0) for part in re.split(r"[,\s]+", match.group(1).strip())]
    top, right, bottom, left = [*lengths, 0.0, 0.0, 0.0, 0.0][:4]
    return (top, right, bottom, left)


def values(element: Element) -> str:
    """The words in the attributes of an element, without those that name styles and types."""
    return " ".join(
        str(text) for key, text in element.attrib.items() if not str(key).endswith(("style-name", "value-type"))
    )
