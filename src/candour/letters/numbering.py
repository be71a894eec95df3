"""How people number what they ask and answer: the mark at the start of a line, read as a value.

`1.`, `1)`, `(1)`, `Q1`, `Question One`, `1a`, `1.2`, `a)`, `(iv)`, a bullet, `REQUEST 1:`. A mark is only a candidate:
whether it opens a question, a part, or is a date that fell at a line start, depends on what stands around it, which
`candour.letters.request` knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What sort of mark stands at the start of a line."""

    GROUP = "group"
    """It heads several questions, or stands for one: `REQUEST 1:`, a line that is only `A`."""
    NAMED = "named"
    """It says that it is a question: `Q1.`, `Question 1`, `FOI Q1.`"""
    NUMBER = "number"
    NUMBER_LETTER = "number and letter"
    DOTTED = "dotted"
    LETTER = "letter"
    ROMAN = "roman"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: `printed` as it stands, `number` and `letter` as far as it has them, `width` to the words after it.

    `group` is the request that the mark itself names: `Request 2, question 1`.
    """

    kind: MarkKind
    printed: str
    width: int
    number: int = 0
    letter: str = ""
    group: int = 0

    @property
    def label(self) -> str:
        """The mark without its punctuation: "1", "1a", "b", "iv"; empty for a bullet."""
        return f"{self.number or ''}{self.letter}"


_WORDS = {
    word: value
    for value, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
_NUMBER = r"(?P<number>\d{1,2}|" + "|".join(_WORDS) + r")\b"
_GROUP = re.compile(rf"(?:request|part)\s{{1,3}}{_NUMBER}\s{{0,3}}[:.\u2013-]?\s{{0,3}}$", re.IGNORECASE)
_LETTER_GROUP = re.compile(r"(?P<letter>[A-H])\s{0,3}[:.]?\s{0,3}$")
_NAMED = re.compile(
    rf"(?:request\s{{1,3}}(?P<group>\d{{1,2}})\s{{0,2}}[,:\u2013-]\s{{0,2}})?(?:foi\s{{1,2}})?(?:questions?|q|part(?=\s{{1,2}}\d{{1,2}}\s?[:.)]\s))\s{{0,2}}(?:no\.?\s{{0,2}})?(?P<number>\d{{1,2}}|{'|'.join(_WORDS)})"
    r"(?P<letter>[a-h])?\b(?:\s{0,2}\(\d{1,2}\))?\s{0,3}[.):\u2013-]?\s{0,8}",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"(?:,|&|and\b|to\b)\s{0,3}(?:q|questions?)?\s{0,3}\d", re.IGNORECASE)
_DOTTED = re.compile(r"(?P<number>\d{1,2})(?P<rest>(?:\.\d{1,2}){1,3})[.)]?\s{1,8}(?=[A-Z“\u2018\"']|\u00a3?\d[\d,]*$)")
_NUMBER_LETTER = re.compile(r"\(?(?P<number>\d{1,2})\.?\s?(?P<letter>[a-h])(?:[.):]\s{0,8}|\s{1,8}(?=[A-Z]))")
_PLAIN_NUMBER = re.compile(
    r"(?:\((?P<round>\d{1,2})\)|(?P<number>\d{1,2})(?:\)|\.(?!\d)|:(?!\d)|\s?[\u2013-](?=\s{1,4}(?:[A-Za-z]|\u00a3?\d[\d,.]*$))"
    r"|(?=\s{1,4}(?:How|What|Which|When|Where|Who|Why|Please|(?:The )?(?:[Tt]otal )?(?:[Nn]umber|[Cc]ost|[Nn]ames?"
    r"|[Aa]mount|[Dd]ates?|[Tt]ypes?) of|Of (?:those|these)|Do you|Does the|Has the|Have you|Is there|Are there)\s)))"
    r"\s{0,8}"
)
_LETTER = re.compile(r"(?:\((?P<round>[A-Za-z])\)|(?P<letter>[A-Za-z])\)|(?P<dot>[a-z])\.(?=\s))\s{0,8}")
_ROMAN = re.compile(r"\(?(?P<letter>viii|vii|vi|iv|ix|iii|ii|i|v|x)[.)](?=\s|$)\s{0,8}")
_BULLET = re.compile(r"(?:[-*•▪●◦·‣\u2013\u2014]|o(?=\t))(?=\s)\s{1,8}|[•▪●◦‣]")
_MAY_OPEN = re.compile(r"[\W\d]|[a-z]\b|[ivx]{2,4}[.)]|request|part|foi|q", re.IGNORECASE)
"""How every mark begins, and hardly any other line: most lines of a letter need no more than this one look."""
_OPENING_QUOTE = re.compile(r"[“\"'\u2018]\s?(?=\(?\d{1,2}[.)])")


def read_mark(line: str) -> Mark | None:
    """The mark that `line` begins with; None when it begins with words. `line` has no spaces before it."""
    if not _MAY_OPEN.match(line):
        return None
    quote = _OPENING_QUOTE.match(line)
    offset = quote.end() if quote else 0
    for kind, pattern in _PATTERNS:
        found = pattern.match(line, offset)
        if found and not (kind is MarkKind.NAMED and _SEVERAL.match(line, found.end())):
            return _as_mark(kind, found)
    return None


def inline_number(text: str, number: int, start: int, end: int) -> tuple[int, Mark] | None:
    """Where the mark `number.`, before a capital letter, or `number)` stands inside a paragraph; None when nowhere."""
    found = re.compile(rf"(?<=\s){number}(?:\)\s{{1,8}}|\.\s{{1,8}}(?=[A-Z]|$))").search(text, start, end)
    return (found.start(), Mark(MarkKind.NUMBER, found.group().strip(), len(found.group()), number)) if found else None


def list_mark(type_: str, number: int) -> str:
    """The mark of an item of a numbered list, as a page prints it: `3.`, `c)`, `iii)`; `type_` as HTML names it."""
    if type_ in {"a", "A"}:
        letters = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return f"{letters if type_ == 'a' else letters.upper()})"
    if type_ in {"i", "I"}:
        return f"{_roman(number)})"
    return f"{number}." if type_ == "1" else "-"


def _roman(number: int) -> str:
    values = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    found = ""
    for value, letters in values:
        found += letters * (number // value)
        number %= value
    return found


_PATTERNS = (
    (MarkKind.GROUP, _GROUP),
    (MarkKind.GROUP, _LETTER_GROUP),
    (MarkKind.NAMED, _NAMED),
    (MarkKind.DOTTED, _DOTTED),
    (MarkKind.NUMBER_LETTER, _NUMBER_LETTER),
    (MarkKind.NUMBER, _PLAIN_NUMBER),
    (MarkKind.ROMAN, _ROMAN),
    (MarkKind.LETTER, _LETTER),
    (MarkKind.BULLET, _BULLET),
)


def _as_mark(kind: MarkKind, found: re.Match[str]) -> Mark:
    groups = found.groupdict()
    number = groups.get("number") or groups.get("round") or "0"
    letter = groups.get("letter") or groups.get("dot") or groups.get("rest") or ""
    if kind is MarkKind.LETTER:
        letter, number = (groups["round"] or letter).lower(), "0"
    elif kind is not MarkKind.GROUP:
        letter = letter.lower()
    value = _WORDS.get(number.lower()) or int(number)
    return Mark(kind, found.group().strip(), found.end(), value, letter, int(groups.get("group") or 0))
