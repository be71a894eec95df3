"""Words laid out for searching: one line of text per paragraph, in lower case, each character with its place.

Typographic quotes, dashes and spaces are made plain, one for one, and line breaks inside a paragraph become spaces, so
that a pattern is written once and every match can be traced back to the text as given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.letters.lint.findings import Spot

BREAK = "\n\n"
"""What parts two paragraphs; no pattern that forbids a line break crosses it."""

_SPACES = dict.fromkeys("\t\xa0\u2007\u202f\ufeff\u200b\r\v\f", " ")
_MARKS = {
    **dict.fromkeys("\u2019\u2018", "'"),
    **dict.fromkeys("\u201c\u201d", '"'),
    **dict.fromkeys("\u2013\u2014\u2011\u2010", "-"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A pattern in lower case, and words of which one must stand in a paragraph before the pattern is tried there."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...] = ()


def phrase(pattern: str, *needles: str) -> Phrase:
    """A pattern to be found in lower-case words with plain quotes and dashes."""
    return Phrase(re.compile(pattern), needles)


@dataclass
class Words:
    """Paragraphs of somebody's words. `text` is for searching, `cased` has the same length and keeps capitals."""

    text: str
    cased: str
    paragraphs: tuple[tuple[int, int], ...]
    _starts: list[int] = field(repr=False)
    _origins: list[int] = field(repr=False)
    _firsts: dict[Phrase, re.Match[str] | None] = field(default_factory=dict, repr=False)
    _there: dict[Phrase, bool] = field(default_factory=dict, repr=False)
    _all: dict[Phrase, list[re.Match[str]]] = field(default_factory=dict, repr=False)
    _sentences: dict[int, list[int]] = field(default_factory=dict, repr=False)
    _holding: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def origin(self, position: int) -> int:
        """The offset, in the text as given, of the character at `position`."""
        piece = max(0, bisect_right(self._starts, position) - 1)
        return self._origins[piece] + position - self._starts[piece]

    def spot(self, start: int, end: int, detail: str = "", question: str | None = None) -> Spot:
        """The place of a span of these words in the text as given."""
        return Spot(self.origin(start), self.origin(max(start, end - 1)) + 1, detail, question)

    def at(self, found: re.Match[str], detail: str = "") -> Spot:
        """The place of a match."""
        return self.spot(found.start(), found.end(), detail)

    def find(self, sought: Phrase) -> Iterator[re.Match[str]]:
        """Every match, in order; only paragraphs that hold one of its needles are searched."""
        if sought in self._all:
            yield from self._all[sought]
            return
        found: list[re.Match[str]] = []
        held = {number for needle in sought.needles for number in self._paragraphs_with(needle)}
        spans = [self.paragraphs[number] for number in sorted(held)] if sought.needles else [(0, len(self.text))]
        for start, end in spans:
            for match in sought.pattern.finditer(self.text, start, end):
                found.append(match)
                yield match
        # Only who asks to the end gets here: a search broken off has not seen every match.
        self._all[sought] = found

    def first(self, sought: Phrase, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first match, within bounds where they are given."""
        if end is not None or start:
            return sought.pattern.search(self.text, start, len(self.text) if end is None else end)
        if sought not in self._firsts:
            self._firsts[sought] = next(self.find(sought), None)
        return self._firsts[sought]

    def has(self, sought: Phrase, start: int = 0, end: int | None = None) -> bool:
        """Whether there is a match; unlike for the first one, any paragraph settles it."""
        if end is not None or start or not sought.needles or sought in self._firsts:
            return self.first(sought, start, end) is not None
        if sought not in self._there:
            self._there[sought] = self._is_there(sought)
        return self._there[sought]

    def paragraph(self, position: int) -> int:
        """The number of the paragraph that `position` stands in."""
        return max(0, bisect_right(self.paragraphs, (position, len(self.text))) - 1)

    def words(self, paragraph: int) -> str:
        """The words of one paragraph, as searched."""
        start, end = self.paragraphs[paragraph]
        return self.text[start:end]

    def sentence(self, position: int) -> tuple[int, int]:
        """The bounds of the sentence that `position` stands in."""
        number = self.paragraph(position)
        if number not in self._sentences:
            start, end = self.paragraphs[number]
            ends = [found.end() for found in _SENTENCE_END.finditer(self.text, start, end)]
            self._sentences[number] = [start, *ends, *([end] if not ends or ends[-1] < end else [])]
        bounds = self._sentences[number]
        at = min(max(1, bisect_right(bounds, position)), len(bounds) - 1)
        return bounds[at - 1], bounds[at]

    def _is_there(self, sought: Phrase) -> bool:
        """Whether a paragraph matches, asked needle by needle."""
        searched: set[int] = set()
        for needle in sought.needles:
            for number in self._paragraphs_with(needle):
                if number not in searched and sought.pattern.search(self.text, *self.paragraphs[number]):
                    return True
                searched.add(number)
        return False

    def _paragraphs_with(self, needle: str) -> tuple[int, ...]:
        """The numbers of the paragraphs that hold these words."""
        if needle not in self._holding:
            found: list[int] = []
            position = self.text.find(needle)
            while position >= 0:
                number = self.paragraph(position)
                found.append(number)
                position = self.text.find(needle, self.paragraphs[number][1])
            self._holding[needle] = tuple(found)
        return self._holding[needle]


_SENTENCE_END = re.compile(r"[.?!;](?=\s)(?<!\bs\.)(?<!\bno\.)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)")


@dataclass
class Composer:
    """Builds `Words` piece by piece; a piece is a run of one line, with its offset in the text as given."""

    _lines: list[str] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _origins: list[int] = field(default_factory=list)
    _paragraphs: list[tuple[int, int]] = field(default_factory=list)

    def paragraph(self, pieces: list[tuple[int, str]]) -> None:
        """Add a paragraph of pieces (offset, words), joined by spaces."""
        if not pieces:
            return
        start = place = self._paragraphs[-1][1] + len(BREAK) if self._paragraphs else 0
        for origin, words in pieces:
            self._starts.append(place)
            self._origins.append(origin)
            place += len(words) + 1
        self._lines.append(" ".join([words for _, words in pieces]))
        self._paragraphs.append((start, place - 1))

    def finish(self) -> Words:
        """The words as laid out."""
        cased = _replaced(BREAK.join(self._lines), _SPACES)
        starts, origins = self._starts or [0], self._origins or [0]
        return Words(lower(cased), cased, tuple(self._paragraphs) or ((0, 0),), starts, origins)


def lower(text: str) -> str:
    """The text in lower case with plain quotes and dashes, character for character."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return _replaced(small, _MARKS)


def _replaced(text: str, plain: dict[str, str]) -> str:
    """The text with each odd character made plain; many times as fast as `translate` where few of them stand."""
    for odd, instead in plain.items():
        text = text.replace(odd, instead)
    return text
