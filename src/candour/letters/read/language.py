"""Whether a text is English, as far as its commonest words tell."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from candour.letters.read.source import UnreadableText

_WORD = re.compile(r"[^\W\d_]{1,30}")
_FOI = re.compile(r"freedom of information|\bFOI(?:A|SA)?\b", re.IGNORECASE)
_OTHER_SCRIPT = re.compile(r"[^\u0000-\u024f]")
_SAMPLE = 30_000
_ENOUGH = 60


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """The commonest words of English, and of other languages."""
    text = resources.files("candour.letters.read").joinpath("language.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    english = frozenset(data["english"].split())
    return english, frozenset(data["others"].split()) - english


def refuse_other_languages(text: str) -> None:
    """Raise UnreadableText when the text is in another language than English.

    Short texts, tables and lists pass: only a text of some length with hardly any of the words that every English
    sentence needs, and with those of another language or no word of freedom of information, is refused.
    """
    words = _WORD.findall(text[:_SAMPLE].lower())
    letters = "".join(words)
    if not letters.isascii() and len(letters) > 2 * _ENOUGH and len(_OTHER_SCRIPT.findall(letters)) * 2 > len(letters):
        raise UnreadableText("The text is not in English: it is in another script.")
    if len(words) < _ENOUGH:
        return
    ours, theirs = _common()
    english = sum(map(ours.__contains__, words)) / len(words)
    others = sum(map(theirs.__contains__, words)) / len(words)
    if english < 0.12 and others > max(0.1, 1.5 * english):
        raise UnreadableText("The text is not in English: letters in other languages are not read.")
    if english < 0.02 and not _FOI.search(text[:_SAMPLE]) and _is_prose(text[:_SAMPLE]):
        raise UnreadableText("The text is not in English, or is no letter: it has none of the words of one.")


def _is_prose(text: str) -> bool:
    """Whether the text runs on in sentences, as a table or a list of names does not."""
    sentences = [line for line in text.splitlines() if line.rstrip()[-1:] in {".", "!", "?"} and line.count(" ") > 6]
    return len(sentences) > 3
