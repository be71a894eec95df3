"""What keeps a letter's text and tables within the page: where long words may break, how wide the columns are.

Widths are estimates, in em of the font, on the wide side; the page is set from them before it is typeset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from candour.letters.model import DataTable
from candour.letters.write.columns import WIDE
from candour.letters.write.fonts import clusters

BREAK = "\u200b"
"""Stands where a long word may be broken; `letter.typ` sets it as hardly any space."""

UPRIGHT, SIDEWAYS = 481.0, 728.0
"""The width of the text in points on A4, portrait and landscape, with margins of 2 cm."""

LONGEST_NAME = 9.5
"""In em, the longest name of a fact that has its value beside it."""

_SIZES = (9.5, 8.5, 7.5)
_HEADING = 1.05
_INSET = 10.0
_TIGHT_INSET = 5.0
_NARROWEST = 12.0
_PARTS = re.compile(r"[^/?&=._-]+[/?&=._-]*|[/?&=._-]+")
_LETTERS = {
    "iljtfrI.,:;'|!()[] -": 0.35,
    "csxyzvJ": 0.5,
    "0123456789": 0.52,
    "mwMW@%—…": 0.9,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is set: turned or not, the size of its type and the width of each column in points."""

    sideways: bool
    size: float
    inset: float
    widths: tuple[float, ...]


def em(text: str) -> float:
    """About how wide the text is, in em."""
    return sum(_em(character) for character in text)


def breakable(text: str, limit: float) -> str:
    """The text with places to break in each word wider than `limit` em: after punctuation, else anywhere."""
    return " ".join(word if em(word) <= limit else _broken(word, limit) for word in text.split(" "))


def layout(table: DataTable, scale: float = 1.0) -> Layout:
    """The largest type at which no word of the table has to break, on a page turned sideways if that is needed.

    `scale` is how much wider the font is than the PDF's.
    """
    rows = [table.columns, *table.rows]
    words = [scale * _HEADING * max(_longest_word(row[index]) for row in rows) for index in range(len(table.columns))]
    whole = [scale * _HEADING * max(em(row[index]) for row in rows) for index in range(len(table.columns))]
    inset = _INSET if len(words) <= WIDE else _TIGHT_INSET
    upright = [] if len(words) > WIDE else [(False, size) for size in _SIZES[:2]]
    for sideways, size in (*upright, *((True, size) for size in _SIZES)):
        space = SIDEWAYS if sideways else UPRIGHT
        least = [word * size + inset for word in words]
        if sum(least) <= space:
            wanted = [text * size + inset for text in whole]
            return Layout(sideways, size, inset, _spread(least, wanted, space))
    return Layout(True, _SIZES[-1], inset, _shared([word * _SIZES[-1] + inset for word in words], SIDEWAYS))


def fitted(text: str, width: float, layout: Layout) -> str:
    """A cell's text, breakable where a word is wider than its column."""
    return breakable(text, (width - layout.inset) / layout.size / _HEADING)


def _em(character: str) -> float:
    for letters, width in _LETTERS.items():
        if character in letters:
            return width
    if character.isascii():
        return 0.66 if character.isupper() else 0.57
    return 0.72 if ord(character) < 0x0900 else 1.35


def _longest_word(text: str) -> float:
    return max((em(word) for word in text.split(" ")), default=0.0)


def _broken(word: str, limit: float) -> str:
    parts = _PARTS.findall(word)
    return BREAK.join(part if em(part) <= limit / 2 else BREAK.join(clusters(part)) for part in parts)


def _spread(least: Sequence[float], wanted: Sequence[float], space: float) -> tuple[float, ...]:
    """Widths between the least and the wanted ones; what space is left goes where most is wanted."""
    spare = space - sum(least)
    want = [whole - word for word, whole in zip(least, wanted, strict=True)]
    part = min(1.0, spare / sum(want)) if sum(want) else 0.0
    return tuple(round(word + part * more, 2) for word, more in zip(least, want, strict=True))


def _shared(least: Sequence[float], space: float) -> tuple[float, ...]:
    """Widths that fill the space: a narrow column as wide as it needs, the others alike."""
    widths = [0.0] * len(least)
    left = space
    for done, index in enumerate(sorted(range(len(least)), key=least.__getitem__)):
        fair = left / (len(least) - done)
        widths[index] = round(max(min(least[index], fair), min(_NARROWEST, fair)), 2)
        left -= widths[index]
    return tuple(widths)
