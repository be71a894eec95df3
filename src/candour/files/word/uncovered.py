"""The blocks of a part of a DOCX with bars for what drawings in front of the text may lie over."""

from __future__ import annotations

from candour.files.markup import Element
from candour.files.word.body import Body
from candour.files.word.covers import (
    ANYWHERE,
    Cover,
    Reach,
    barred_blocks,
    can_be_told,
    least_line,
    margins_of,
    settled,
)
from candour.files.word.floating import PlacedPicture, VisibleBlock


def uncovered(body: Body, content: Element, styles: Element | None) -> tuple[list[VisibleBlock], list[str]]:
    """The blocks of the running text, and the texts that are gone.

    Raises `LookupError` where nobody can tell what is covered.
    """
    blocks = list(body.finished())
    page = margins_of(content)
    covers = [cover for cover in (settled(cover, page) for cover in body.covers) if cover is not None]
    if not covers:
        return blocks, []
    boxed = any(not isinstance(block, PlacedPicture) for block in covers[0].own)
    if not can_be_told(content, boxes=int(boxed and len(body.covers) == 1)):
        raise LookupError
    body.notes_barred = True
    return barred_blocks(blocks, covers, body.apart, least_line([content, styles]))


def behind(body: Body) -> tuple[list[VisibleBlock], list[str]]:
    """The blocks of a header or a footer, and the texts that are gone.

    Headers and footers lie behind the running text, so what floats in them covers their own words alone.
    """
    blocks = list(body.finished())
    covers = [Cover(0, Reach(0, ANYWHERE), cover.own) for cover in body.covers]
    return barred_blocks(blocks, covers, body.apart) if covers else (blocks, [])
