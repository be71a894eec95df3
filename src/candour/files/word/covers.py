"""Which paragraphs a filled shape may lie over, where the file says how far it is from its paragraph.

Nobody can lay a document out as the sender’s program did. But a shape that is placed by its paragraph covers nothing
above where it begins, and what follows in one column takes up room: so there is a last paragraph that it can reach. All
that it may reach becomes a bar; where even that cannot be said, the document is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from candour.files.markup import Element, attribute, local, text_of
from candour.files.visible import Paragraph, Table
from candour.files.word.looks import BLOCK
from candour.files.word.styles import child

Kept = TypeVar("Kept")

_LEAST = 50_800
"""EMU (four points): no line that can be read is lower."""

_LEAST_TWIPS, _LEAST_HALF_POINTS = 80, 8


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where a shape reaches, in EMU below the top of the paragraph that it belongs to."""

    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Cover:
    """A shape over the text: the number of the block that it belongs to, and its reach."""

    block: int
    reach: Reach

    @property
    def first(self) -> int:
        """The first block that it may reach."""
        return self.block - (-(self.reach.top // _LEAST) if self.reach.top < 0 else 0)

    @property
    def last(self) -> int:
        """The last block that it may reach."""
        return self.block + max(0, -(-self.reach.bottom // _LEAST))


def reach_of(anchor: Element) -> Reach | None:
    """The reach of a floating drawing; None where it is not placed by its paragraph or line."""
    position, extent = child(anchor, "positionV"), child(anchor, "extent")
    if position is None or extent is None or attribute(position, "relativeFrom") not in {"paragraph", "line"}:
        return None
    offset = child(position, "posOffset")
    try:
        top = int(text_of(offset)) if offset is not None else None
        height = int(attribute(extent, "cy") or "")
    except ValueError:
        return None
    return None if top is None else Reach(top, top + height)


def can_be_told(root: Element) -> bool:
    """Whether the text of a document runs in one column from top to bottom, in lines that are not pressed together."""
    for element in root.iter():
        name = local(element)
        if name in {"framePr", "tblpPr", "footnoteReference", "endnoteReference", "txbxContent", "titlePg"}:
            return False
        if name == "cols" and (attribute(element, "num") or "1") != "1":
            return False
        if name == "spacing" and attribute(element, "lineRule") == "exact" and _less(element, "line", _LEAST_TWIPS):
            return False
        if name in {"sz", "szCs"} and _less(element, "val", _LEAST_HALF_POINTS):
            return False
    return True


def barred_blocks(blocks: list[Kept], covers: list[Cover]) -> tuple[list[Kept | Paragraph | Table], list[str]]:
    """The blocks with a bar for each that a shape may lie over; and the texts that are gone."""
    reached = {number for cover in covers for number in range(max(0, cover.first), cover.last + 1)}
    kept: list[Kept | Paragraph | Table] = []
    gone: list[str] = []
    for number, block in enumerate(blocks):
        if number not in reached:
            kept.append(block)
        elif isinstance(block, Paragraph):
            gone.append(block.text)
            kept.append(Paragraph(BLOCK, block.level, block.list_mark))
        elif isinstance(block, Table):
            gone += [cell for row in block.rows for cell in row]
            kept.append(Table(tuple(tuple(BLOCK if cell else "" for cell in row) for row in block.rows)))
    return kept, gone


def _less(element: Element, name: str, least: int) -> bool:
    try:
        return abs(int(float(attribute(element, name) or least))) < least
    except ValueError:
        return True
