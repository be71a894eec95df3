"""Lengths as WordprocessingML writes them, twenty to a point, and what is placed where nobody sees it."""

from __future__ import annotations

from candour.files.markup import Element, attribute
from candour.files.word.styles import child

FARTHEST = 20_000
"""Twentieths of a point from the edge of a page at which nothing is seen any more, whatever its size."""

MINUTE = 40
"""Twips (two points): a line or row of this exact height shows nothing."""


def whole(text: str | None) -> int:
    """The number in an attribute; 0 where there is none."""
    try:
        return int(float(text)) if text else 0
    except ValueError:
        return 0


def is_off_the_page(text: str | None) -> bool:
    """Whether a place in twentieths of a point is beyond every page."""
    return abs(whole(text)) >= FARTHEST


def is_out_of_sight(properties: Element | None) -> bool:
    """Whether a paragraph is laid out where nobody sees it. ECMA-376 part 1, 17.3.1.11, 12 and 33."""
    if properties is None:
        return False
    indent, frame, spacing = (child(properties, name) for name in ("ind", "framePr", "spacing"))
    far = (
        [attribute(indent, side) for side in ("left", "start", "firstLine", "right", "end")]
        if indent is not None
        else []
    )
    far += [attribute(frame, axis) for axis in ("x", "y")] if frame is not None else []
    if any(is_off_the_page(text) for text in far) or (frame is not None and _is_slit(frame)):
        return True
    exact = spacing is not None and attribute(spacing, "lineRule") == "exact"
    return exact and spacing is not None and 0 < whole(attribute(spacing, "line")) <= MINUTE


def _is_slit(frame: Element) -> bool:
    """Whether a frame is so low or narrow that nothing in it is seen."""
    exact = attribute(frame, "hRule") == "exact" and 0 < whole(attribute(frame, "h")) <= MINUTE
    return exact or 0 < whole(attribute(frame, "w")) <= MINUTE
