"""Whether a text is English, as far as its commonest words tell."""

from __future__ import annotations

import re

from candour.letters.read.source import UnreadableText

_ENGLISH = frozenset(
    ["the", "of", "to", "and", "a", "in", "is", "that", "for", "it", "on", "be", "with", "as", "are", "this", "by", "was", "at", "from", "or", "not", "have", "an", "you", "your", "we", "our", "which", "will", "i", "has", "were", "please", "any", "if", "their", "they", "under", "been", "but", "all", "there", "these", "may", "can"]
)
_OTHERS = frozenset(
    ["le", "la", "les", "des", "et", "est", "une", "dans", "pour", "que", "qui", "pas", "vous", "nous", "sur", "der", "die", "das", "und", "ist", "nicht", "mit", "ein", "eine", "den", "von", "zu", "auf", "el", "los", "las", "y", "en", "por", "una", "del", "se", "il", "di", "che", "un", "per", "non", "sono", "con", "yr", "y", "o", "yn", "i", "ac", "ar", "wedi", "eich", "ei", "mae", "bod", "hwn", "gan", "am", "nid", "w", "z", "na", "nie", "jest", "do", "się", "oraz", "przez", "dla", "że", "het", "een", "van", "niet", "dat", "voor", "zijn", "os", "um", "não", "com", "para"]
)
_WORD = re.compile(r"[^\W\d_]{1,30}")
_FOI = re.compile(r"freedom of information|\bFOI(?:A|SA)?\b", re.IGNORECASE)
_OTHER_SCRIPT = re.compile(r"[^\u0000-\u024f]")
_SAMPLE = 30_000
_ENOUGH = 60


def refuse_other_languages(text: str) -> None:
    """Raise UnreadableText when the text is in another language than English.

    Short texts, tables and lists pass: only a text of some length with hardly any of the words that every English
    sentence needs, and with those of another language or no word of freedom of information, is refused.
    """
    words = _WORD.findall(text[:_SAMPLE].lower())
    letters = "".join(words)
    if len(letters) > 2 * _ENOUGH and len(_OTHER_SCRIPT.findall(letters)) * 2 > len(letters):
        raise UnreadableText("The text is not in English: it is in another script.")
    if len(words) < _ENOUGH:
        return
    english = sum(word in _ENGLISH for word in words) / len(words)
    others = sum(word in _OTHERS and word not in _ENGLISH for word in words) / len(words)
    if english < 0.12 and others > max(0.1, 1.5 * english):
        raise UnreadableText("The text is not in English: letters in other languages are not read.")
    if english < 0.02 and not _FOI.search(text[:_SAMPLE]) and _is_prose(text[:_SAMPLE]):
        raise UnreadableText("The text is not in English, or is no letter: it has none of the words of one.")


def _is_prose(text: str) -> bool:
    """Whether the text runs on in sentences, as a table or a list of names does not."""
    return len(re.findall(r"[^\W\d_]{2,}[ ,]+[^\W\d_]{2,}[ ,]+[^\W\d_]{2,}[^\n]{10,}[.!?](?:\s|$)", text)) > 3
