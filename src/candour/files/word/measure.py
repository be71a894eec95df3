"""Lengths as WordprocessingML writes them: whole numbers of twips, twenty to a point."""

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
