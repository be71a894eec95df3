"""How a run of text looks, and whether a reader can see it: colour on background, size, the mark “hidden”."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

BLOCK = "█████"
"""Stands for text under a fake redaction, always of one width: the length of a name is a hint at the name."""


TINY = 2.0
"""Points; at and below this, print is a line of dots."""

_NEAR = 24
_DARK = 60
_NAMED = {
    "black": "000000", "white": "FFFFFF", "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF",
    "blue": "0000FF", "red": "FF0000", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


class Seen(StrEnum):
    """What a reader sees of a run: the text, nothing because it is hidden, a bar, its background, or dots."""

    SHOWN = "shown"
    VANISHED = "D.vanish_text"
    REDACTED = "D.fake_redaction"
    SAME_COLOUR = "D.white_text"
    TINY = "D.tiny_text"


def barred(text: str) -> str:
    """A bar in place of a text, with a blank at each side where the text has one."""
    return f"{' ' if text[:1].isspace() else ''}{BLOCK}{' ' if text[-1:].isspace() else ''}"


@dataclass(frozen=True, slots=True)
class Looks:
    """The properties that decide. Colours are RRGGBB or empty for automatic; `size` in points.

    `behind` is the colour behind the paragraph (page, cell, shape), `?` where that is not known; `under` the one
    behind the run itself (shading, highlighting).
    """

    vanish: bool = False
    colour: str = ""
    size: float = 11.0
    under: str = ""
    behind: str = "FFFFFF"
    clear: bool = False

    def with_(self, **changes: object) -> Self:
        """A copy with some properties changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the names and types are those of the fields

    @property
    def seen(self) -> Seen:
        """What a reader sees of text that looks so."""
        if self.vanish:
            return Seen.VANISHED
        background = self.under or self.behind
        if self.under and is_dark(self.under) and (not self.colour or is_dark(self.colour)):
            return Seen.REDACTED
        if self.under and not self.colour and _faint("000000", self.under):
            return Seen.REDACTED
        if self.clear:
            return Seen.SAME_COLOUR
        if self.colour and background != "?" and (_near(self.colour, background) or _faint(self.colour, background)):
            return Seen.REDACTED if is_dark(background) else Seen.SAME_COLOUR
        if self.size <= TINY:
            return Seen.TINY
        return Seen.SHOWN

    @property
    def on_its_ground_only(self) -> bool:
        """Whether text is in the colour of paper and seen only because of a coloured ground."""
        return self.colour != "" and _near(self.colour, "FFFFFF") and (self.under or self.behind) != "FFFFFF"


def hexed(value: str | None) -> str:
    """A colour as RRGGBB, from that or from a name; empty for automatic, none or nonsense."""
    if not value:
        return ""
    value = value.strip().lstrip("#")
    if value in _NAMED:
        return _NAMED[value]
    value = value.upper()
    if len(value) == 3:
        value = "".join(character * 2 for character in value)
    return value if len(value) == 6 and all(character in "0123456789ABCDEF" for character in value) else ""


def is_dark(colour: str) -> bool:
    """Whether a colour is so dark that a bar of it hides black print."""
    return colour != "?" and bool(colour) and max(_channels(colour)) <= _DARK


def _near(one: str, other: str) -> bool:
    return all(abs(mine - theirs) <= _NEAR for mine, theirs in zip(_channels(one), _channels(other), strict=True))


def _faint(one: str, other: str) -> bool:
    """Whether a dark print stands on a ground as dark, so that a reader takes the two for one bar."""
    return max(_luminance(one), _luminance(other)) < 0.02


def _luminance(colour: str) -> float:
    red, green, blue = (float((part / 255) ** 2.2) for part in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
