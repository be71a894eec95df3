"""A text on one line, its white space made single, that still knows where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from candour.letters.passages import Block

_WORD = re.compile(r"\S+")
_JOINT = " ¶ "


class Flat:
    """The words of a text from `start` on, joined by single spaces."""

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._within: list[int] = []
        self._original: list[int] = []
        words: list[str] = []
        length = 0
        for found in _WORD.finditer(text, start, len(text) if end is None else end):
            self._within.append(length)
            self._original.append(found.start())
            words.append(found.group())
            length += len(found.group()) + 1
        self.text = " ".join(words)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the flat text stood."""
        return self._at(start), self._at(max(start, end - 1)) + 1

    def _at(self, index: int) -> int:
        word = max(0, bisect_right(self._within, index) - 1)
        return self._original[word] + index - self._within[word] if self._original else 0


class Joined:
    """The words of several blocks on one line, each with its mark, parted so that no phrase runs over a boundary."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = [block.unmarked for block in blocks]
        self._starts: list[int] = []
        length = 0
        for block in self._blocks:
            self._starts.append(length)
            length += len(block.text) + len(_JOINT)
        self.text = _JOINT.join(block.text for block in self._blocks)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the joined text stands in the original."""
        return self._at(start), self._at(max(start, end - 1)) + 1

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The span of the sentence, within its block, that a match stands in."""
        index = max(0, bisect_right(self._starts, start) - 1)
        block, offset = self._blocks[index], self._starts[index]
        first = max((found.end() for found in _SENTENCE.finditer(block.text, 0, max(0, start - offset))), default=0)
        after = _SENTENCE.search(block.text, min(max(0, end - offset), len(block.text)))
        last = after.start() + 1 if after else len(block.text)
        return self.span(offset + first, offset + max(last, first + 1))

    def _at(self, index: int) -> int:
        if not self._blocks:
            return 0
        number = max(0, bisect_right(self._starts, index) - 1)
        block = self._blocks[number]
        return block.at(min(index - self._starts[number], len(block.text)))


_SENTENCE = re.compile(r"[.?!][”\"’)]?\s+(?=[A-Z“\"‘(])")
