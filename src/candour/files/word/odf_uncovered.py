"""The blocks of an ODT with bars for what frames and shapes in front of the text may lie over."""

from __future__ import annotations

from candour.files.markup import Element, attribute, local
from candour.files.word.covers import ANYWHERE, BARRED, Cover, Reach, barred_blocks
from candour.files.word.odf_over import least_line, runs_in_one_column
from candour.files.word.odf_shapes import OdfPicture
from candour.files.word.odf_styles import EMU, OdfStyles, points
from candour.files.word.odf_text import OdfText


def uncover(read: OdfText, roots: list[Element]) -> list[str]:
    """Put bars into the running text; says what is lost by that. `covered` is set where nobody can tell."""
    covers = read.covers
    if read.covered or not covers:
        return []
    boxed = len(covers) == 1 and any(not isinstance(block, OdfPicture) for block in covers[0].own)
    if not runs_in_one_column(roots, boxes=int(boxed)):
        read.covered = True
        return []
    try:
        read.blocks, gone = barred_blocks(read.blocks, covers, read.apart, least_line(roots), read.columned)
    except LookupError:
        read.covered = True
        return []
    if read.notes:  # they stand at the foot of some page, where what lies over the text may end
        read.notes, of_notes = barred_blocks(read.notes, [Cover(0, Reach(0, ANYWHERE))])
        gone += of_notes
    return _told(read, gone)


def uncover_edge(read: OdfText, master: Element, kind: str) -> list[str]:
    """The same for a header or a footer of a kind of pages: all its own words are taken to be covered.

    A drawing that may reach out of it, over the running text of every page, sets `covered`.
    """
    if not read.covers:
        return []
    room = _room(read.styles, master, kind)
    footer = kind.startswith("footer")
    for cover in read.covers:
        top, bottom = cover.reach.top or 0, cover.reach.bottom or 0
        if (top < 0) if footer else (bottom > room):
            read.covered = True
            return []
    everywhere = [Cover(0, Reach(0, ANYWHERE), cover.own) for cover in read.covers]
    read.blocks, gone = barred_blocks(read.blocks, everywhere, read.apart)
    return _told(read, gone)


def _told(read: OdfText, gone: list[str]) -> list[str]:
    for text in gone:
        read.gathered.add("F.shape_over_text", read.part, text)
    return [BARRED.format(count=len(gone))] if gone else []


def _room(styles: OdfStyles, master: Element, kind: str) -> int:
    """The least height of a header with the room below it, in EMU; 0 where the page layout does not say."""
    layout = styles.layouts.get(attribute(master, "page-layout-name") or "")
    name = f"{kind.partition('-')[0]}-style"
    room = 0.0
    for edge in layout if layout is not None else ():
        if local(edge) == name:
            for properties in edge:
                heights = [points(attribute(properties, key)) or 0.0 for key in ("height", "min-height")]
                room = max(heights) + (points(attribute(properties, "margin-bottom")) or 0.0)
    return int(room * EMU)
