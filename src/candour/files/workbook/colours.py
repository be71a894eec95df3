"""Colours of text and of what is behind it, and whether one can be told from the other."""

from __future__ import annotations

import colorsys

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

NEAR = 24
"""Sum of the differences of red, green and blue below which no reader tells two colours apart."""

FAINT = 1.15
"""The ratio of contrast below which letters cannot be read on their ground (WCAG 2.2, 1.4.3, asks for 4.5)."""

_INDEXED = [
    "000000",
    "FFFFFF",
    "FF0000",
    "00FF00",
    "0000FF",
    "FFFF00",
    "FF00FF",
    "00FFFF",
    "000000",
    "FFFFFF",
    "FF0000",
    "00FF00",
    "0000FF",
    "FFFF00",
    "FF00FF",
    "00FFFF",
    "800000",
    "008000",
    "000080",
    "808000",
    "800080",
    "008080",
    "C0C0C0",
    "808080",
    "9999FF",
    "993366",
    "FFFFCC",
    "CCFFFF",
    "660066",
    "FF8080",
    "0066CC",
    "CCCCFF",
    "000080",
    "FF00FF",
    "FFFF00",
    "00FFFF",
    "800080",
    "800000",
    "008080",
    "0000FF",
    "00CCFF",
    "CCFFFF",
    "CCFFCC",
    "FFFF99",
    "99CCFF",
    "FF99CC",
    "CC99FF",
    "FFCC99",
    "3366FF",
    "33CCCC",
    "99CC00",
    "FFCC00",
    "FF9900",
    "FF6600",
    "666699",
    "969696",
    "003366",
    "339966",
    "003300",
    "333300",
    "993300",
    "993366",
    "333399",
    "333333",
]
"""The palette of ECMA-376 part 1, 18.8.27, numbers 0 to 63."""


def from_hex(text: str) -> Colour | None:
    """A colour from `RRGGBB` or `AARRGGBB`, with or without `#`; None for anything else."""
    digits = text.strip().lstrip("#")[-6:]
    try:
        value = int(digits, 16) if len(digits) == 6 else None
    except ValueError:
        return None
    return None if value is None else (value >> 16, value >> 8 & 255, value & 255)


def indexed(number: int, *, text: bool) -> Colour | None:
    """A colour of the palette; 64 and above are the system's colours for text and for what is behind it."""
    if 0 <= number < len(_INDEXED):
        return from_hex(_INDEXED[number])
    return BLACK if text else WHITE


def tinted(colour: Colour, tint: float) -> Colour:
    """A colour made lighter (tint above 0) or darker. ECMA-376 part 1, 18.8.19."""
    if not tint:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def alike(one: Colour, other: Colour) -> bool:
    """Whether nobody can read text of one colour on the other."""
    apart = [abs(left - right) for left, right in zip(one, other, strict=True)]
    return sum(apart) < NEAR or (max(apart) < 40 and _contrast(one, other) < FAINT and min(*one, *other) > 150)


def _contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
