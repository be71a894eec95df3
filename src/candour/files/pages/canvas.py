"""A page as pixels: drawing it with chosen objects left out, and the way from points to pixels."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Boxes = NDArray[np.float64]
"""Rows of left, bottom, right, top."""

TEXT, PATH, IMAGE, SHADING, FORM = (
    raw.FPDF_PAGEOBJ_TEXT,
    raw.FPDF_PAGEOBJ_PATH,
    raw.FPDF_PAGEOBJ_IMAGE,
    raw.FPDF_PAGEOBJ_SHADING,
    raw.FPDF_PAGEOBJ_FORM,
)

CONTRAST = 20
"""Steps of 255 in any colour channel by which a pixel must change before a reader notices."""

_MOST_PIXELS = 16_000_000
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Drawn:
    """One object of a page's content, forms unfolded; `order` counts in the order of painting."""

    handle: Any
    type: int
    order: int
    address: int
    containers: tuple[Any, ...] = ()


@dataclass(slots=True)
class Canvas:
    """A page whose annotations are part of its content, ready to be drawn again and again."""

    page: pdfium.PdfPage
    objects: list[Drawn] = field(default_factory=list)
    _ways: dict[tuple[int, int], tuple[NDArray[np.float64], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.objects = list(_unfold(self.page))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as the page is shown, its rotation applied."""
        width, height = self.page.get_size()
        return float(width), float(height)

    def scale(self, wanted: float) -> float:
        """The wanted pixels to a point, or as many as a page of this size may have."""
        width, height = self.size
        return float(min(wanted, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5))

    def draw(self, scale: float) -> Pixels:
        """The page on white as rows of pixels of four bytes: red, green, blue, and one that is always 255."""
        bitmap = self.page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, maybe_alpha=False)
        pixels: Pixels = np.array(bitmap.to_numpy(), dtype=np.uint8, copy=True, order="C")
        bitmap.close()
        pixels[:, :, 3] = 255
        return pixels

    @contextmanager
    def without(self, objects: Iterable[Drawn]) -> Iterator[None]:
        """The page with some objects left out, for as long as the block runs."""
        left_out = list(objects)
        for drawn in left_out:
            raw.FPDFPageObj_SetIsActive(drawn.handle, False)
        try:
            yield
        finally:
            for drawn in left_out:
                raw.FPDFPageObj_SetIsActive(drawn.handle, True)

    def to_pixels(self, boxes: Boxes, shape: tuple[int, ...]) -> Boxes:
        """Boxes in points of the page as boxes in pixels: left, top, right, bottom."""
        origin, across, up = self._way(shape[1], shape[0])
        corners = [
            origin + np.outer(boxes[:, x], across) + np.outer(boxes[:, y], up)
            for x, y in ((0, 1), (2, 1), (0, 3), (2, 3))
        ]
        stacked = np.stack(corners)
        low, high = stacked.min(axis=0), stacked.max(axis=0)
        return np.column_stack([low[:, 0], low[:, 1], high[:, 0], high[:, 1]])

    def _way(self, width: int, height: int) -> tuple[NDArray[np.float64], ...]:
        """Where the origin of the page lies in a drawing of this size, and one point across and up from there."""
        if (width, height) not in self._ways:
            step = 1000.0
            origin = self._device(0.0, 0.0, width, height)
            across = (self._device(step, 0.0, width, height) - origin) / step
            up = (self._device(0.0, step, width, height) - origin) / step
            self._ways[width, height] = (origin, across, up)
        return self._ways[width, height]

    def _device(self, x: float, y: float, width: int, height: int) -> NDArray[np.float64]:
        finer = 256
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page.raw, 0, 0, width * finer, height * finer, 0, x, y, across, down)
        return np.array([across.value / finer, down.value / finer])


def changed(before: Pixels, after: Pixels, contrast: int = CONTRAST) -> Mask:
    """Where two drawings differ so much that a reader notices."""
    difference = np.maximum(before, after)
    difference -= np.minimum(before, after)
    # The four bytes of a pixel are compared at once: a reduction over so short an axis takes ten times as long.
    mask: Mask = (np.ascontiguousarray(difference) >= contrast).view(np.uint32)[:, :, 0] != 0
    return mask


class Counted:
    """How many pixels of a mask lie in each of many boxes, by summed areas."""

    def __init__(self, mask: Mask) -> None:
        self.height, self.width = mask.shape
        self._sums = np.zeros((self.height + 1, self.width + 1), dtype=np.int32)
        np.cumsum(np.cumsum(mask, axis=0, dtype=np.int32), axis=1, out=self._sums[1:, 1:])

    def within(self, boxes: Boxes) -> NDArray[np.int64]:
        """The count for each box of pixels; what lies outside the drawing counts nothing."""
        left = np.clip(np.floor(boxes[:, 0]).astype(np.int64), 0, self.width)
        top = np.clip(np.floor(boxes[:, 1]).astype(np.int64), 0, self.height)
        right = np.clip(np.ceil(boxes[:, 2]).astype(np.int64), left, self.width)
        bottom = np.clip(np.ceil(boxes[:, 3]).astype(np.int64), top, self.height)
        sums = self._sums
        inside: NDArray[np.int64] = (
            sums[bottom, right].astype(np.int64) - sums[top, right] - sums[bottom, left] + sums[top, left]
        )
        return inside


def flattened(document: pdfium.PdfDocument, number: int) -> Canvas:
    """A page of a document with the annotations and form fields that a screen shows made part of the content."""
    page = document[number]
    _drop_hidden_annotations(page)
    # Drawing the annotations once gives a look to those that the file leaves to the reader to draw.
    page.render(scale=0.05, may_draw_forms=False, draw_annots=True).close()
    if raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.close()
        page = document[number]
    return Canvas(page)


_HIDDEN, _NO_VIEW = 2, 32


def _drop_hidden_annotations(page: pdfium.PdfPage) -> None:
    """Take away annotations that a screen does not show, and those on layers: flattening would draw some of them."""
    for index in reversed(range(raw.FPDFPage_GetAnnotCount(page.raw))):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        flags = raw.FPDFAnnot_GetFlags(annotation)
        hidden = bool(flags & (_HIDDEN | _NO_VIEW)) or bool(raw.FPDFAnnot_HasKey(annotation, b"OC"))
        raw.FPDFPage_CloseAnnot(annotation)
        if hidden:
            raw.FPDFPage_RemoveAnnot(page.raw, index)


def _unfold(page: pdfium.PdfPage) -> Iterator[Drawn]:
    top = [raw.FPDFPage_GetObject(page.raw, index) for index in range(raw.FPDFPage_CountObjects(page.raw))]
    for order, (handle, kind, containers) in enumerate(_inside(top, ())):
        yield Drawn(handle, kind, order, ctypes.addressof(handle.contents), containers)


def _inside(handles: list[Any], containers: tuple[Any, ...]) -> Iterator[tuple[Any, int, tuple[Any, ...]]]:
    for handle in handles:
        if not handle:
            continue
        kind = raw.FPDFPageObj_GetType(handle)
        yield handle, kind, containers
        if kind == FORM and len(containers) < _DEEPEST:
            count = raw.FPDFFormObj_CountObjects(handle)
            inner = [raw.FPDFFormObj_GetObject(handle, index) for index in range(count)]
            yield from _inside(inner, (*containers, handle))
