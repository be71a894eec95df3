"""Which characters of a page a reader sees, found by drawing the page with and without its text.

A character is seen when taking its text away changes enough of the pixels that its own ink covers. Text that overlaps
other text is taken away in turns, so that the ink of one line does not vouch for another beneath it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from candour.files.pages.canvas import TEXT, Boxes, Canvas, Counted, Drawn, Pixels, changed
from candour.files.pages.overlaps import in_turns
from candour.files.pages.reasons import Measured, Why, paint, reasons, restore

FINE = 2.0
"""Pixels to a point of the first look."""
FINER = 4.0
"""Pixels to a point of the second look, at pages where the first found something unseen."""

_INK = 110
_SEEN_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character at its place. `box` is left, top, right, bottom in points from the top left of the page as shown.

    `gap` is the white space that the reader's eye puts before it. `over_ink` tells of an unseen one whether something
    is drawn in its place.
    """

    text: str
    box: tuple[float, float, float, float]
    why: Why
    gap: str = ""
    over_ink: bool = False


@dataclass(slots=True)
class Sight:
    """What is seen of one page. Sizes in points."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that is seen; a gap stands where unseen characters were."""
        return _joined(self.glyphs, lambda glyph: glyph.why is Why.SEEN)

    @property
    def unseen(self) -> list[Glyph]:
        """The characters that are not seen."""
        return [glyph for glyph in self.glyphs if glyph.why not in {Why.SEEN, Why.NO_FONT}]

    @property
    def without_font(self) -> int:
        """How many characters are set in fonts that are not here, so that they are not drawn."""
        return sum(glyph.why is Why.NO_FONT for glyph in self.glyphs)

    def unseen_text(self, reasons: Iterable[Why] | None = None) -> str:
        """The text that is not seen, for the reasons given or for any."""
        wanted = set(Why) - {Why.SEEN, Why.NO_FONT} if reasons is None else set(reasons)
        return _joined(self.glyphs, lambda glyph: glyph.why in wanted)


@dataclass(slots=True)
class _Characters:
    """The characters of a page that leave ink, as columns."""

    texts: list[str]
    gaps: list[str]
    boxes: Boxes
    owners: NDArray[np.int64]
    objects: list[Drawn]


def look(canvas: Canvas) -> Sight:
    """What is seen of the text on a page."""
    width, height = canvas.size
    sight = Sight(width, height)
    characters = _characters(canvas)
    if not characters.texts:
        return sight
    turns = in_turns(characters.texts, characters.boxes, characters.owners, len(characters.objects))
    scale = canvas.scale(FINE)
    seen, ink, base, boxes = _measure(canvas, characters, turns, scale)
    if not seen.all() and canvas.scale(FINER) > scale:
        scale = canvas.scale(FINER)
        closer_seen, ink, base, boxes = _measure(canvas, characters, turns, scale)
        seen = closer_seen
    measured = Measured(
        objects=characters.objects,
        texts=characters.texts,
        owners=characters.owners,
        points=characters.boxes,
        pixels=boxes,
        seen=seen,
        ink=ink,
        base=base,
        scale=scale,
    )
    whys = reasons(canvas, measured)
    inked = seen if seen.all() else Counted(_edges(base)).within(boxes) > 0
    for index, text in enumerate(characters.texts):
        left, top, right, bottom = (float(side) / scale for side in boxes[index])
        gap = characters.gaps[index]
        sight.glyphs.append(Glyph(text, (left, top, right, bottom), whys[index], gap, bool(inked[index])))
    return sight


def _joined(glyphs: list[Glyph], wanted: Callable[[Glyph], bool]) -> str:
    pieces: list[str] = []
    broken = False
    for glyph in glyphs:
        if not wanted(glyph):
            broken = True
            continue
        pieces.append(glyph.gap or (" " if broken else ""))
        pieces.append(glyph.text)
        broken = False
    return "".join(pieces).strip()


def _characters(canvas: Canvas) -> _Characters:
    """Every character that is no white space. A character without a box of its own shares that of the one before."""
    texts: list[str] = []
    gaps: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    owners: list[int] = []
    drawn_texts = [drawn for drawn in canvas.objects if drawn.type == TEXT]
    numbers = {drawn.address: number for number, drawn in enumerate(drawn_texts)}
    if not drawn_texts:
        return _Characters(texts, gaps, np.zeros((0, 4)), np.zeros(0, dtype=np.int64), drawn_texts)
    page = canvas.page.get_textpage()
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    gap = ""
    for index in range(raw.FPDFText_CountChars(page.raw)):
        text = _character(raw.FPDFText_GetUnicode(page.raw, index))
        owner = raw.FPDFText_GetTextObject(page.raw, index)
        number = numbers.get(ctypes.addressof(owner.contents)) if owner else None
        if not text or text.isspace() or number is None:
            gap = "\n" if text in {"\n", "\r"} or gap == "\n" else gap or " "
            continue
        raw.FPDFText_GetCharBox(page.raw, index, left, right, bottom, top)
        box = (left.value, bottom.value, right.value, top.value)
        if boxes and (box[2] <= box[0] or box[3] <= box[1]) and owners[-1] == number and not gap:
            texts[-1] += text
            continue
        texts.append(text)
        gaps.append(gap)
        boxes.append(box)
        owners.append(number)
        gap = ""
    page.close()
    return _Characters(
        texts, gaps, np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(owners, dtype=np.int64), drawn_texts
    )


def _character(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    text = chr(code)
    if code in {0x0A, 0x0D}:
        return text
    if code in {0x02, 0xAD}:
        return "-"  # a hyphen at the end of a line
    return "\ufffd" if code in {0, 0xFFFE, 0xFFFF} else " " if code < 0x20 else text


def _measure(
    canvas: Canvas, characters: _Characters, turns: list[list[int]], scale: float
) -> tuple[NDArray[np.bool_], NDArray[np.int64], Pixels, Boxes]:
    """Which characters are seen, how much ink each has of its own, the page, and the boxes, at one scale."""
    base = canvas.draw(scale)
    boxes = canvas.to_pixels(characters.boxes, base.shape)
    seen = np.zeros(len(characters.texts), dtype=np.bool_)
    ink = np.zeros(len(characters.texts), dtype=np.int64)
    backdrop = [drawn for drawn in canvas.objects if drawn.type not in {TEXT, raw.FPDF_PAGEOBJ_FORM}]
    for turn in turns:
        members = np.isin(characters.owners, turn)
        objects = [characters.objects[number] for number in turn]
        with canvas.without(objects):
            difference = changed(base, canvas.draw(scale))
        own = _own_ink(canvas, characters, set(turn), backdrop, scale)
        own_ink = Counted(own).within(boxes[members])
        shown = Counted(own & difference).within(boxes[members])
        ink[members] = own_ink
        seen[members] = (own_ink > 0) & (shown >= np.minimum(_SEEN_SHARE * own_ink, np.maximum(1, own_ink)))
    return seen, ink, base, boxes


def _own_ink(
    canvas: Canvas, characters: _Characters, turn: set[int], backdrop: list[Drawn], scale: float
) -> NDArray[np.bool_]:
    """Where the text of one turn would leave ink if it were black and alone on white."""
    others = [drawn for number, drawn in enumerate(characters.objects) if number not in turn]
    before = paint([characters.objects[number] for number in turn], 0)
    with canvas.without([*backdrop, *others]):
        drawing = canvas.draw(scale)
    restore(before)
    mask: NDArray[np.bool_] = drawing[:, :, 1] <= 255 - _INK
    return mask


def _edges(base: Pixels) -> NDArray[np.bool_]:
    """Where a drawing changes from one pixel to the next: where there is something to see."""
    edges = np.zeros(base.shape[:2], dtype=np.bool_)
    edges[:, 1:] |= changed(base[:, 1:], base[:, :-1])
    edges[1:, :] |= changed(base[1:, :], base[:-1, :])
    return edges
