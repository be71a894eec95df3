"""Which paragraphs and pictures a drawing in front of the text may lie over, where the file says where it is.

Nobody can lay a document out as the sender’s program did. But a drawing that is placed by its paragraph covers nothing
above where it begins, and what follows in one column takes up room: so there is a last paragraph that it can reach. All
that it may reach becomes a bar; where even that cannot be said, the document is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from candour.files.markup import Element, attribute, local, text_of
from candour.files.visible import Paragraph, Table
from candour.files.word.looks import BLOCK
from candour.files.word.styles import child

Kept = TypeVar("Kept")

COVERED = (
    "A shape or a picture lies over the text, and nobody can tell from the file which words it covers. "
    "Delete the words under it, or set it “in line with text” (in Writer: anchored as a character), and upload the "
    "file again."
)
BARRED = (
    "{count:,} paragraphs, cells or pictures that a shape or a picture lies over, or may lie over: bars stand there. "
    "To keep them, set what lies in front “in line with text” (in Writer: anchored as a character), and upload the "
    "file again."
)

ANYWHERE = 1 << 40
"""EMU: further than any page."""

_LEAST = 50_800
"""EMU (four points): no line that can be read is lower."""

_LEAST_TWIPS, _LEAST_HALF_POINTS = 80, 8
_TWIP, _HALF_POINT = 635, 6_350
_HIGHEST = 22 * 914_400
"""EMU: no page of Word is higher."""


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where a drawing reaches, in EMU below the top of its `place` (paragraph, page, margin …).

    None where the file leaves it to the program.
    """

    top: int | None
    bottom: int | None
    place: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Margins:
    """The page in EMU: its height, and the least that any section leaves free above and below its text."""

    height: int | None
    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Cover:
    """A drawing over the text: the number of the block that it belongs to, its reach, and what it shows itself."""

    block: int
    reach: Reach
    own: tuple[object, ...] = field(default=(), compare=False)


def reach_of(anchor: Element) -> Reach:
    """The reach of a floating drawing."""
    position, extent = child(anchor, "positionV"), child(anchor, "extent")
    place = (attribute(position, "relativeFrom") or "") if position is not None else ""
    place = "paragraph" if place == "line" else place
    height = _whole(attribute(extent, "cy")) if extent is not None else None
    offset, align = child(position, "posOffset"), child(position, "align")
    top = _whole(text_of(offset)) if offset is not None else None
    if top is None and align is not None and text_of(align).strip() == "top" and place in {"page", "topMargin"}:
        top = 0
    return Reach(top, None if top is None or height is None else top + height, place)


def margins_of(root: Element) -> Margins:
    """The page of a document whose sections may differ."""
    heights = {_whole(attribute(size, "h")) for size in root.iter() if local(size) == "pgSz"}
    edges = [margin for margin in root.iter() if local(margin) == "pgMar"]
    above = [abs(_whole(attribute(margin, "top")) or 0) for margin in edges]
    below = [abs(_whole(attribute(margin, "bottom")) or 0) for margin in edges]
    height = next(iter(heights)) if len(heights) == 1 else None
    return Margins(
        None if height is None else height * _TWIP, min(above, default=0) * _TWIP, min(below, default=0) * _TWIP
    )


def settled(cover: Cover, margins: Margins) -> Cover | None:
    """A cover as one that is placed by its paragraph; None for one in the margin, where no text stands.

    Raises `LookupError` where nobody can tell.
    """
    top, bottom = cover.reach.top, cover.reach.bottom
    if top is None or bottom is None:
        raise LookupError
    if cover.reach.place == "paragraph":
        return cover
    if cover.reach.place == "margin":
        top, bottom = top + margins.above, bottom + margins.above
    elif cover.reach.place in {"bottomMargin", "bottom-margin-area"} and margins.height is not None:
        top, bottom = (edge + margins.height - margins.below for edge in (top, bottom))
    elif cover.reach.place not in {"page", "topMargin", "top-margin-area"}:
        raise LookupError
    if top >= 0 and bottom <= margins.above:
        return None
    if margins.height is not None and top >= margins.height - margins.below:
        return None
    if cover.block == 0:  # the first paragraph is on the first page, and not above the margin
        return Cover(0, Reach(min(0, top - margins.above), bottom - margins.above), cover.own)
    raise LookupError


def can_be_told(root: Element, *, boxes: int = 0) -> bool:
    """Whether the text of a document runs in one column from top to bottom, in lines that are not pressed together.

    `boxes` is how many boxes with words of their own may be there.
    """
    found = 0
    for element in root.iter():
        name = local(element)
        if name == "txbxContent" and not any(local(above) == "Fallback" for above in element.iterancestors()):
            found += 1
        if found > boxes or name in {"framePr", "tblpPr", "titlePg"}:
            return False
        if name == "cols" and (attribute(element, "num") or "1") != "1":
            return False
        if name == "spacing" and attribute(element, "lineRule") == "exact" and _less(element, "line", _LEAST_TWIPS):
            return False
        if name in {"sz", "szCs"} and _less(element, "val", _LEAST_HALF_POINTS):
            return False
    return True


def least_line(roots: Iterable[Element | None]) -> int:
    """How low a line of text can be, in EMU, given everything that sets a size (the text, its styles)."""
    sizes = [10 * 2 * _HALF_POINT]
    for root in roots:
        for element in root.iter() if root is not None else ():
            name = local(element)
            if name in {"sz", "szCs"} and (size := _whole(attribute(element, "val"))):
                sizes.append(abs(size) * _HALF_POINT)
            elif name == "spacing" and attribute(element, "lineRule") == "exact":
                sizes.append(abs(_whole(attribute(element, "line")) or 0) * _TWIP)
            elif name == "spacing" and (line := _whole(attribute(element, "line"))) and line < 240:
                sizes.append(_LEAST)
    return max(_LEAST, min(sizes))


def barred_blocks(
    blocks: list[Kept],
    covers: list[Cover],
    apart: Iterable[object] = (),
    least: int = _LEAST,
    columned: Iterable[object] = (),
) -> tuple[list[Kept | Paragraph | Table], list[str]]:
    """The blocks with a bar for each that a drawing may lie over; and the texts that are gone.

    `apart` are the blocks that have a place of their own and take up none in the column, `columned` those that stand
    beside one another. Raises `LookupError` where a drawing may reach one of these.
    """
    beside = {id(block) for block in columned}
    floating = {id(block) for block in apart}
    reached: set[int] = set()
    for cover in covers:
        own = {id(block) for block in cover.own}
        touched = set(_reached(blocks, cover, (floating, beside), least))
        if any(id(blocks[number]) in beside for number in touched):
            raise LookupError
        reached |= {number for number in touched if id(blocks[number]) not in own}
    kept: list[Kept | Paragraph | Table] = []
    gone: list[str] = []
    for number, block in enumerate(blocks):
        if number not in reached:
            kept.append(block)
        elif isinstance(block, Table):
            gone += [cell for row in block.rows for cell in row]
            kept.append(Table(tuple(tuple(BLOCK if cell else "" for cell in row) for row in block.rows)))
        else:
            gone.append(block.text if isinstance(block, Paragraph) else "")
            level, mark = (block.level, block.list_mark) if isinstance(block, Paragraph) else (0, "")
            kept.append(Paragraph(BLOCK, level, mark))
    return kept, gone


def _reached(blocks: list[Kept], cover: Cover, aside: tuple[set[int], set[int]], least: int) -> Iterable[int]:
    """The numbers of the blocks that a cover may lie over: those of the column by counting, the others if near."""
    floating, beside = aside
    column = [
        number
        for number, block in enumerate(blocks)
        if isinstance(block, Paragraph | Table) and id(block) not in floating | beside
    ]
    place = sum(number < cover.block for number in column)
    top, bottom = cover.reach.top or 0, cover.reach.bottom or 0
    first = max(0, place - (-(top // least) if top < 0 else 0))
    last = place + max(0, -(-bottom // least))
    start = cover.block if first == place else column[first - 1] + 1 if first else 0
    stop = column[last + 1] if last + 1 < len(column) else len(blocks)
    page = _HIGHEST // least
    early = column[first - page] if first > page else 0
    late = column[last + page] if last + page < len(column) else len(blocks)
    for number, block in enumerate(blocks):
        within = (early, late) if id(block) in floating else (start, stop)
        if within[0] <= number < within[1]:
            yield number


def _less(element: Element, name: str, least: int) -> bool:
    try:
        return abs(int(float(attribute(element, name) or least))) < least
    except ValueError:
        return True


def _whole(text: str | None) -> int | None:
    try:
        return int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
