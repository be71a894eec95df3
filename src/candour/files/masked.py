"""Evidence for the person who decides, masked so that the report gives nobody away."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 160
"""Characters of evidence that a report shows."""

_WORD = re.compile(r"[^\W_]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def masked(text: str, limit: int = LONGEST) -> str:
    """The shape of a text: each word keeps its first letter, digits become “0”, the rest dots: “J••• S••••, 00 M••”."""
    return _WORD.sub(_masked_word, plain(text, limit))


def plain(text: str, limit: int = LONGEST) -> str:
    """A text that may be shown as it is (names of columns, sheets, parts): one line, printable, cut to the limit."""
    line = " ".join(_UNPRINTABLE.sub(" ", text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def listed(texts: Iterable[str], limit: int = 8) -> str:
    """Names with commas between, the first few of them."""
    names = [plain(text, 40) for text in texts]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit:,} more" if len(names) > limit else "")


def _masked_word(match: re.Match[str]) -> str:
    word = match.group()
    if word[0].isdigit():
        return "0" * min(len(word), 12)
    return word[0] + "•" * min(len(word) - 1, 11)
