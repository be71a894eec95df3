"""Words of an answer that may name somebody: found by their form, shown to the person who decides on publication.

A program cannot know who may be named: an inspector who signed, a councillor, a victim. So nothing of this is taken
out by itself; each is offered, ticked, to the person who reads the page.
"""

from __future__ import annotations

import re

from candour.desk.publishing.masking import REMOVED, change_text
from candour.letters.model import Letter

MOST = 40
"""So many are offered; a text with more has to be read all the same."""

_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Cllr|Councillor|PC|DC|PS|DS|DI|DCI|DSU|Sgt|Sergeant|Inspector|Constable"
    "|Superintendent"
)
_NAMED = re.compile(
    rf"\b(?:{_TITLES})\.?[ \t]+[^\W\d_a-z][\w’'-]*(?:[ \t]+[^\W\d_a-z][\w’'-]+)?"  # a title and one or two names
    r"|\b(?:named|called)[ \t]+[^\W\d_a-z][\w’'-]+(?:[ \t]+[^\W\d_a-z][\w’'-]+)?"
    r"|\b(?:[Bb]orn(?: on)?|[Dd]ate of birth:?|DOB:?)[ \t]+\d{1,2}(?:[ ./-]\w+){1,2}"
)

_SIGNED = re.compile(
    r"(?:[Yy]ours[ \t]+(?:faithfully|sincerely|truly)|[Rr]egards|[Tt]hanks|[Bb]est wishes)[,.]?[ \t]*\n\s*"
    r"(?P<name>[^\W\d_a-z][\w’'.-]*(?:[ \t]+[^\W\d_a-z][\w’'.-]*){1,2})[ \t]*(?:\n|$)"
)
"""Who signed: two or three words with capitals that stand alone beneath the close of a letter."""

_NO_PERSON = re.compile(r"\b(?:Council|Police|Team|Officer|Support|Unit|Department|Office|Service|Services)\b")


def suspects(letter: Letter) -> tuple[str, ...]:
    """What in the letter may name somebody, each once, in the order in which it stands there."""
    found: dict[str, None] = {}

    def gather(text: str) -> str:
        named = [match.group() for match in _NAMED.finditer(text)]
        signed = [match["name"] for match in _SIGNED.finditer(text) if not _NO_PERSON.search(match["name"])]
        for words in (*named, *signed):
            if REMOVED[1:9] not in words:
                found.setdefault(words.strip(), None)
        return text

    change_text((letter.subject, letter.sections), gather)
    return tuple(found)[:MOST]
