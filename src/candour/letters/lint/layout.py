"""Whose words are whose: the authority's own, laid out apart from the requester's, with page furniture set aside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from candour.letters.lint.words import Composer, Words
from candour.letters.passages import Block
from candour.letters.read.furniture import read_page
from candour.letters.read.language import refuse_other_languages
from candour.letters.read.parts import Answered, Parts, find_parts

_CHARACTERS_TO_A_THE = 250
"""English prose has “the” more often than this; what has it less often is looked at for another language."""
_QUOTING = "> \t\xa0\u2028\u2029\r\n\v\f\x1c\x1d\x1e\x85"


@dataclass(frozen=True)
class Layout:
    """A letter in its two voices. `answered`: the questions of a letter that answers each below itself."""

    own: Words
    asked: Words
    parts: Parts
    files: tuple[str, ...]

    @property
    def answered(self) -> tuple[Answered, ...]:
        """Questions with their answers, where the letter weaves them."""
        return self.parts.answered


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page: where it starts, and its words."""

    start: int
    words: str

    def piece(self, first: int, last: int) -> tuple[int, str] | None:
        """The words between two offsets of the page, with the offset of the first of them."""
        low = max(0, first - self.start)
        cut = self.words[low : max(low, last - self.start)]
        stripped = cut.lstrip(_QUOTING)
        words = stripped.rstrip()
        return (self.start + low + len(cut) - len(stripped), words) if words else None


def lay_out(text: str) -> Layout:
    """The letter that `text` holds. Raises UnreadableText."""
    page = read_page(text)
    if page.own.count(" the ") * _CHARACTERS_TO_A_THE < len(page.own):
        refuse_other_languages(page.own)
    parts = find_parts(page.own)
    shown = page.own.splitlines(keepends=True)
    lines = [_Line(*line) for line in zip(accumulate(map(len, shown), initial=0), shown, strict=False)]
    answers = [block for answered in parts.answered for block in answered.answer]
    blocks = sorted([*parts.head, *parts.response, *parts.tail, *answers], key=lambda block: block.start)
    own, taken = _authority(lines, blocks)
    asked = _requester(lines, taken) if parts.request or parts.answered else Composer().finish()
    return Layout(own, asked, parts, page.files)


def _authority(lines: Sequence[_Line], blocks: Sequence[Block]) -> tuple[Words, set[int]]:
    """The words of the authority's blocks, and the lines that they fill."""
    composer, taken = Composer(), set[int]()
    starts = [line.start for line in lines]
    ends = [block.start for block in blocks[1:]] + [lines[-1].start + len(lines[-1].words)] if lines else []
    for block, limit in zip(blocks, ends, strict=True):
        number = bisect_right(starts, block.start) - 1
        pieces, missing = list[tuple[int, str]](), len(block.text) + block.text_start - block.start
        while missing > 0 and number < len(lines) and starts[number] < max(limit, block.start + 1):
            piece = lines[number].piece(block.start, limit)
            if piece:
                taken.add(number)
                pieces.append(piece)
                missing -= len(piece[1]) + 1 + (piece[0] - block.start if len(pieces) == 1 else 0)
            elif pieces:
                break
            number += 1
        composer.paragraph(pieces)
    return composer.finish(), taken


def _requester(lines: Sequence[_Line], taken: set[int]) -> Words:
    """The words on the lines that are not the authority's; a line that goes on in lower case is joined on."""
    composer, run = Composer(), list[tuple[int, str]]()
    for number, line in enumerate(lines):
        piece = None if number in taken else line.piece(line.start, line.start + len(line.words))
        if run and (piece is None or not piece[1][:1].islower() or _is_item(piece[1])):
            composer.paragraph(run)
            run = []
        if piece:
            run.append(piece)
    composer.paragraph(run)
    return composer.finish()


def _is_item(words: str) -> bool:
    return words[1:2] in {")", "."} or words[2:3] == ")"
