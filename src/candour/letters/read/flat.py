"""A text on one line, its white space made single, that still knows where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from candour.letters.passages import Block

_WORD = re.compile(r"\S+")
_JOINT = " ¶ "


class Flat:
    """The words of a text from `start` on, joined by single spaces."""

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._given = text
        self._bounds = (start, len(text) if end is None else end)
        self.text = " ".join(text[start:end].split())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the flat text stood."""
        return self._at(start), self._at(max(start, end - 1)) + 1

    def _at(self, index: int) -> int:
        within, original = self._places
        word = max(0, bisect_right(within, index) - 1)
        return original[word] + index - within[word] if original else 0

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        """Where each word begins in the flat text, and where it stood; many a text is searched in vain."""
        spans = [found.span() for found in _WORD.finditer(self._given, *self._bounds)]
        within = list(accumulate((end - start + 1 for start, end in spans), initial=0))
        return within[:-1], [start for start, _ in spans]


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
