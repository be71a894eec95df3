"""The fonts of the PDF, which come from locked packages so that every machine sets a letter alike, and what they draw.

Source Sans 3 sets the letter; the Noto fonts beside it draw other scripts and emoji. Neither draws Chinese, Japanese
or Korean. PDF/UA admits no character without a glyph, so one that no font draws is written by its number: [U+4E2D].
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path

PACKAGES = ("fontpkg_source_sans_3", "manimgx_fonts")
FAMILIES = (
    "Source Sans 3",
    "Noto Sans",
    *(
        f"Noto Sans {script}"
        for script in (
            *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew"),
            *("Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Symbols", "Tamil", "Telugu"),
            "Thai",
        )
    ),
    "Noto Emoji",
)

_JOINS_ON = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_NEEDS_NO_GLYPH = re.compile("[\u200c\u200d\ufe00-\ufe0f]")


@cache
def folders() -> tuple[Path, ...]:
    """The folders that hold the font files."""
    return tuple(sorted({file.parent for file in _files()}))


def clusters(text: str) -> list[str]:
    """The text in pieces that no line break may part: a character with its marks, an emoji with its joiners."""
    found: list[str] = []
    for character in text:
        joined = bool(found) and (
            unicodedata.category(character).startswith("M")
            or _JOINS_ON.match(character) is not None
            or found[-1].endswith("\u200d")
        )
        if joined:
            found[-1] += character
        else:
            found.append(character)
    return found


def drawable(text: str, *, strictly: bool = False) -> str:
    """The text with every character that no font draws written by its number.

    Strictly: only what the letter's own font draws stays. That is the way out when a mark and the character it stands
    on are in different fonts.
    """
    if text.isascii():
        return text
    return "".join(_drawn(cluster, strictly) for cluster in clusters(unicodedata.normalize("NFC", text)))


def _drawn(cluster: str, strictly: bool) -> str:
    needed = {ord(character) for character in _NEEDS_NO_GLYPH.sub("", cluster)}
    fonts = _coverage()[:1] if strictly else _coverage()
    if any(needed <= font for font in fonts):
        return cluster
    if len(cluster) > 1:
        return "".join(_drawn(character, strictly) for character in cluster)
    return f"[U+{ord(cluster):04X}]"


def _files() -> list[Path]:
    roots = [Path(str(resources.files(package))) for package in PACKAGES]
    return [file for root in roots for file in sorted((*root.rglob("*.ttf"), *root.rglob("*.otf")))]


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    """The code points that each upright font draws; the letter's own font is first."""
    return tuple(_code_points(file.read_bytes()) for file in _files() if "Italic" not in file.name)


def _code_points(font: bytes) -> frozenset[int]:
    """The code points in a font's character map (OpenType `cmap`, formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">HHL", font, start + 4 + 8 * index)[2]
        kind = struct.unpack_from(">H", font, at)[0]
        if kind == 4:
            found |= _segments(font, at)
        elif kind == 12:
            groups = struct.unpack_from(">L", font, at + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found)


def _segments(font: bytes, at: int) -> set[int]:
    """The code points of a format 4 map: segments whose glyphs follow from an offset or stand in a list."""
    doubled = struct.unpack_from(">H", font, at + 6)[0]
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 2 * doubled)
    listed_at = at + 16 + 3 * doubled
    listed = struct.unpack_from(f">{count}H", font, listed_at)
    found = set()
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if listed[index]:
                place = listed_at + 2 * index + listed[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", font, place)[0]
                if not glyph:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                found.add(code)
    return found
