"""Pictures on a page of which less is seen than is stored: under a box, cut by a clip, outside the page."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from pypdfium2 import raw

from candour.files.findings import Severity
from candour.files.pages.canvas import FORM, IMAGE, PATH, SHADING, Canvas, Counted, Drawn, changed
from candour.files.pages.sight import Sight
from candour.files.pages.tally import Tally

_SCALE = 1.0
_MOST_IMAGES = 10
_LEAST_SIDE = 12
"""Pixels: smaller pictures are bullets and lines."""
_LEAST_COVERED = 60
"""Square points of a picture with something on it that a flat cover must hide before it is told."""
_DARK = 90
_MOST_COVERS = 2000


def tell_pictures(canvas: Canvas, sight: Sight, number: int, tally: Tally) -> None:
    """Find pictures that are partly or wholly kept from the reader, and boxes that stand in a line of text."""
    images = [drawn for drawn in canvas.objects if drawn.type == IMAGE and _large(drawn)]
    for drawn in sorted(images, key=_area, reverse=True)[:_MOST_IMAGES]:
        _tell_picture(canvas, drawn, number, tally)
    _tell_boxes(canvas, sight, number, tally)


def _large(drawn: Drawn) -> bool:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(drawn.handle, width, height)
    return width.value >= _LEAST_SIDE and height.value >= _LEAST_SIDE


def _bounds(handle: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _area(drawn: Drawn) -> float:
    left, bottom, right, top = _bounds(drawn.handle)
    return abs((right - left) * (top - bottom))


def _tell_picture(canvas: Canvas, drawn: Drawn, number: int, tally: Tally) -> None:
    place = f"page {number}"
    scale = canvas.scale(_SCALE)
    base = canvas.draw(scale)
    others = [other for other in canvas.objects if other.type != FORM and other is not drawn]
    with canvas.without(others):
        alone = canvas.draw(scale)
    shown = alone[:, :, :3].min(axis=2) < 250
    if not shown.any():
        if _has_content(drawn):
            tally.add("P.image_hidden", place, plainly="a picture of which nothing is drawn on the page")
        return
    if not drawn.containers:
        _tell_clip(canvas, drawn, place, tally)
    later = [
        o for o in canvas.objects if o.order > drawn.order and o.type in {PATH, SHADING, IMAGE} and not o.containers
    ]
    if not later:
        return
    busy = np.zeros(shown.shape, dtype=np.bool_)
    busy[:, 1:] |= changed(alone[:, 1:], alone[:, :-1])
    busy[1:, :] |= changed(alone[1:, :], alone[:-1, :])
    over = changed(alone, base)
    detail = Counted(busy & over)
    page_size = canvas.size
    boxes = canvas.to_pixels(np.array([_bounds(cover.handle) for cover in later[:_MOST_COVERS]]), base.shape)
    for index in np.flatnonzero(detail.within(boxes) >= _LEAST_COVERED * scale * scale):
        if not _is_flat(base, boxes[index]):
            continue
        scan = _area(drawn) > 0.5 * page_size[0] * page_size[1]
        dark = _darkness(base, boxes[index]) < _DARK
        severity = Severity.CRITICAL if scan or dark else Severity.MODERATE
        tally.add("P.image_covered", place, plainly="a picture goes on under a box", severity=severity)


def _is_flat(base: np.ndarray[Any, Any], box: np.ndarray[Any, Any]) -> bool:
    inner = _inside(base, box)
    return inner.size > 0 and int((inner.max(axis=(0, 1)) - inner.min(axis=(0, 1))).max()) < 24


def _darkness(base: np.ndarray[Any, Any], box: np.ndarray[Any, Any]) -> float:
    inner = _inside(base, box)
    return float(inner.mean()) if inner.size else 255.0


def _inside(base: np.ndarray[Any, Any], box: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    left, top, right, bottom = np.ceil(box[0]) + 1, np.ceil(box[1]) + 1, np.floor(box[2]) - 1, np.floor(box[3]) - 1
    return base[max(0, int(top)) : max(0, int(bottom)), max(0, int(left)) : max(0, int(right)), :3]


def _has_content(drawn: Drawn) -> bool:
    bitmap = raw.FPDFImageObj_GetBitmap(drawn.handle)
    if not bitmap:
        return True
    size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
    content = np.frombuffer(ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), size), dtype=np.uint8)
    raw.FPDFBitmap_Destroy(bitmap)
    return bool(content.size) and int(content.max()) - int(content.min()) > 16


def _tell_clip(canvas: Canvas, drawn: Drawn, place: str, tally: Tally) -> None:
    """A picture of which a clip or the edge of the page cuts away more than a twentieth."""
    left, bottom, right, top = _bounds(drawn.handle)
    area = (right - left) * (top - bottom)
    if area <= 0:
        return
    pixels = canvas.to_pixels(np.array([[left, bottom, right, top]]), (1000, 1000))[0]
    on_page = max(0.0, min(pixels[2], 1000) - max(pixels[0], 0)) * max(0.0, min(pixels[3], 1000) - max(pixels[1], 0))
    whole = max(1e-9, (pixels[2] - pixels[0]) * (pixels[3] - pixels[1]))
    clip = _clip_box(drawn.handle)
    inside = area
    if clip is not None:
        wide = min(right, clip[2]) - max(left, clip[0])
        high = min(top, clip[3]) - max(bottom, clip[1])
        inside = max(0.0, wide) * max(0.0, high)
    if min(on_page / whole, inside / area) < 0.95 and _has_content(drawn):
        share = 1 - min(on_page / whole, inside / area)
        tally.add("P.image_clipped", place, plainly=f"{share:.0%} of a picture is cut away but still stored")


def _clip_box(handle: Any) -> tuple[float, float, float, float] | None:
    path = raw.FPDFPageObj_GetClipPath(handle)
    count = raw.FPDFClipPath_CountPaths(path) if path else 0
    box: tuple[float, float, float, float] | None = None
    for number in range(max(0, count)):
        xs, ys = [], []
        for index in range(raw.FPDFClipPath_CountPathSegments(path, number)):
            segment = raw.FPDFClipPath_GetPathSegment(path, number, index)
            x, y = ctypes.c_float(), ctypes.c_float()
            if segment and raw.FPDFPathSegment_GetPoint(segment, x, y):
                xs.append(x.value)
                ys.append(y.value)
        if not xs:
            continue
        one = (min(xs), min(ys), max(xs), max(ys))
        box = (
            one if box is None else (max(box[0], one[0]), max(box[1], one[1]), min(box[2], one[2]), min(box[3], one[3]))
        )
    return box


def _tell_boxes(canvas: Canvas, sight: Sight, number: int, tally: Tally) -> None:
    """Dark boxes in a line of text with nothing on or under them: their length tells how long the name was."""
    if not sight.glyphs:
        return
    page = np.array([[glyph.box[0], glyph.box[1], glyph.box[2], glyph.box[3]] for glyph in sight.glyphs])
    boxes = [
        _bounds(drawn.handle)
        for drawn in canvas.objects
        if drawn.type == PATH and not drawn.containers and _dark_fill(drawn.handle)
    ]
    if not boxes:
        return
    pixels = canvas.to_pixels(np.array(boxes), (round(sight.height), round(sight.width)))
    for left, top, right, bottom in pixels.tolist():
        if not (5 <= bottom - top <= 30 and 8 <= right - left <= 400):
            continue
        middle = (top + bottom) / 2
        on_line = (page[:, 1] < middle) & (page[:, 3] > middle)
        within = on_line & (page[:, 2] > left) & (page[:, 0] < right)
        beside = on_line & (page[:, 2] > left - 20) & (page[:, 0] < right + 20)
        if not within.any() and beside.any():
            tally.add("P.redaction_width", f"page {number}", plainly=f"a box {right - left:.0f} points long in a line")


def _dark_fill(handle: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(handle, mode, stroke) or mode.value == raw.FPDF_FILLMODE_NONE:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
    return alpha.value > 200 and max(red.value, green.value, blue.value) < 60
