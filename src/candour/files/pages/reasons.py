"""Why characters that leave no mark on the drawing of a page cannot be seen."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from candour.files.pages.canvas import IMAGE, PATH, SHADING, Boxes, Canvas, Counted, Drawn, Mask, Pixels, changed

_INVISIBLE_MODES = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_TINY = 1.0
"""Points: letters less high and less wide cannot be read at any usual size."""


class Why(StrEnum):
    """Why a character is not seen."""

    SEEN = "seen"
    INVISIBLE = "drawn in the invisible mode"
    OFF_PAGE = "outside the page"
    TINY = "too small to read"
    SAME_COLOUR = "in the colour of what is behind it"
    COVERED = "covered, clipped away, or on a layer that is off"
    BLANK = "drawn with glyphs that leave no ink"
    NO_FONT = "set in a font that is not here"
    """Not hidden, as far as anybody can tell here: a machine with the font shows it."""


def colour_of(get: Any, handle: Any) -> tuple[int, int, int, int] | None:
    """The fill or stroke colour of an object, by the function that reads it."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return (red.value, green.value, blue.value, alpha.value) if get(handle, red, green, blue, alpha) else None


def paint(objects: list[Drawn], shade: int) -> list[tuple[Any, Any, Any]]:
    """Give text objects one shade of grey; returns what `restore` needs."""
    before = []
    for drawn in objects:
        handle = drawn.handle
        before.append(
            (
                handle,
                colour_of(raw.FPDFPageObj_GetFillColor, handle),
                colour_of(raw.FPDFPageObj_GetStrokeColor, handle),
            )
        )
        raw.FPDFPageObj_SetFillColor(handle, shade, shade, shade, 255)
        raw.FPDFPageObj_SetStrokeColor(handle, shade, shade, shade, 255)
    return before


def restore(before: list[tuple[Any, Any, Any]]) -> None:
    """Give text objects their own colours again."""
    for handle, fill, stroke in before:
        if fill:
            raw.FPDFPageObj_SetFillColor(handle, *fill)
        if stroke:
            raw.FPDFPageObj_SetStrokeColor(handle, *stroke)


@dataclass(frozen=True, slots=True)
class Measured:
    """The characters of a page as they were measured.

    `owners` gives for each character the number of its text object; `points` are the boxes in points of the page,
    `pixels` the same in pixels of `base`, the page as it is drawn at `scale`; `ink` counts each one's own pixels.
    """

    objects: list[Drawn]
    texts: list[str]
    owners: NDArray[np.int64]
    points: Boxes
    pixels: Boxes
    seen: NDArray[np.bool_]
    ink: NDArray[np.int64]
    base: Pixels
    scale: float


def reasons(canvas: Canvas, found: Measured) -> list[Why]:
    """The reason for each character."""
    points, pixels, owners = found.points, found.pixels, found.owners
    result: list[Why] = [Why.SEEN] * len(owners)
    extent = np.maximum(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
    unseen = np.flatnonzero(~found.seen)
    tiny = (extent < _TINY) & (extent > 0) & np.array([text.isalnum() for text in found.texts])
    for index in np.flatnonzero(found.seen & tiny):
        result[index] = Why.TINY
    if not len(unseen):
        return result
    concerned = sorted({int(owners[index]) for index in unseen})
    objects = {number: found.objects[number] for number in concerned}
    modes = {number: raw.FPDFTextObj_GetTextRenderMode(drawn.handle) for number, drawn in objects.items()}
    recoloured = Counted(_recoloured(canvas, list(objects.values()), found.base, found.scale)).within(pixels)
    blank: dict[int, bool] = {}
    height, width = found.base.shape[:2]
    for index in unseen:
        number = int(owners[index])
        if modes[number] in _INVISIBLE_MODES:
            result[index] = Why.INVISIBLE
        elif _outside(pixels[index], width, height):
            result[index] = Why.OFF_PAGE
        elif tiny[index]:
            result[index] = Why.TINY
        elif found.ink[index] == 0:
            if number not in blank:
                blank[number] = _leaves_no_ink(canvas, objects[number])
            result[index] = _without_ink(
                canvas, objects[number], points[index], found.texts[index], blank=blank[number]
            )
        else:
            result[index] = Why.SAME_COLOUR if recoloured[index] else Why.COVERED
    return result


def _recoloured(canvas: Canvas, objects: list[Drawn], base: Pixels, scale: float) -> Mask:
    mask: Mask = np.zeros(base.shape[:2], dtype=np.bool_)
    for shade in (0, 255):
        before = paint(objects, shade)
        mask |= changed(base, canvas.draw(scale))
        restore(before)
    return mask


def _outside(box: NDArray[np.float64], width: int, height: int) -> bool:
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return not (0 <= middle_x < width and 0 <= middle_y < height)


def _without_ink(canvas: Canvas, drawn: Drawn, box: NDArray[np.float64], text: str, *, blank: bool) -> Why:
    """A character whose own drawing has no ink: clipped away, a blank glyph, or of a font that is not here.

    For Latin letters and digits another font always stands in, so without ink they are blank on purpose.
    """
    if not blank:
        return Why.COVERED
    font = raw.FPDFTextObj_GetFont(drawn.handle)
    if (font and raw.FPDFFont_GetIsEmbedded(font) == 1) or text.isascii():
        return Why.BLANK
    return Why.COVERED if _lies_under_something(canvas, drawn, box) else Why.NO_FONT


def _leaves_no_ink(canvas: Canvas, drawn: Drawn) -> bool:
    bitmap = raw.FPDFTextObj_GetRenderedBitmap(canvas.page.pdf.raw, canvas.page.raw, drawn.handle, 3.0)
    if not bitmap:
        return True
    size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
    content = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), size)
    raw.FPDFBitmap_Destroy(bitmap)
    return not content.strip(b"\x00")


def _lies_under_something(canvas: Canvas, text: Drawn, box: NDArray[np.float64]) -> bool:
    """Whether a later filled shape or picture encloses the middle of a box."""
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for drawn in canvas.objects:
        if drawn.order <= text.order or drawn.type not in {IMAGE, PATH, SHADING} or drawn.containers:
            continue
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not raw.FPDFPageObj_GetBounds(drawn.handle, left, bottom, right, top):
            continue
        if left.value <= across <= right.value and bottom.value <= up <= top.value and _filled(drawn):
            return True
    return False


def _filled(drawn: Drawn) -> bool:
    if drawn.type != PATH:
        return True
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(drawn.handle, mode, stroke)) and mode.value != raw.FPDF_FILLMODE_NONE
