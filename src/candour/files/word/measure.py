"""Lengths as WordprocessingML writes them: whole numbers of twips, twenty to a point."""

MINUTE = 40
"""Twips (two points): a line or row of this exact height shows nothing."""


def whole(text: str | None) -> int:
    """The number in an attribute; 0 where there is none."""
    try:
        return int(float(text)) if text else 0
    except ValueError:
        return 0
