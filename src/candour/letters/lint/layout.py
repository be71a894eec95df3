"""Whose words are whose: the authority's own, laid out apart from the requester's, with page furniture set aside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from candour.letters.lint.own_form import Run, is_ours, question_named, runs
from candour.letters.lint.words import Composer, Words
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
    ours: bool = False
    headed: tuple[tuple[int, str | None], ...] = ()
    """In a letter of ours: where each heading stands that begins or ends the answer to a question, and its label."""

    @property
    def answered(self) -> tuple[Answered, ...]:
        """Questions with their answers, where the letter weaves them."""
        return self.parts.answered


class _Line(NamedTuple):
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


def lay_out(text: str, *, ours: bool = False) -> Layout:
    """The letter that `text` holds; `ours` says that it is known to be of our own form. Raises UnreadableText."""
    if ours or is_ours(text):
        return _ours(text)
    page = read_page(text)
    if page.own.count(" the ") * _CHARACTERS_TO_A_THE < len(page.own):
        refuse_other_languages(page.own)
    parts = find_parts(page.own)
    shown = page.own.splitlines(keepends=True)
    lines = [_Line(*line) for line in zip(accumulate(map(len, shown), initial=0), shown, strict=False)]
    spans = _requester_spans(parts)
    blocks, taken = _authority(lines, parts)
    rest = [number for number, line in enumerate(lines) if number not in taken and not line.words.isspace()]
    asked = [number for number in rest if _within(lines[number].start, spans)]
    blocks += _runs(lines, sorted(set(rest) - set(asked)), by_line=False)
    return Layout(_composed(sorted(blocks)), _composed(_runs(lines, asked, by_line=True)), parts, page.files)


def _ours(text: str) -> Layout:
    """The layout of a letter in our own form."""
    own, asked = list[Run](), list[Run]()
    headed = list[tuple[int, str | None]]()
    for run, quoted in runs(text):
        (asked if quoted else own).append(run)
        line = " ".join(words for _, words in run)
        label = None if quoted or len(run) > 1 else question_named(line)
        if label or line.startswith(_ENDS_ANSWERS):
            headed.append((run[0][0], label))
    return Layout(_composed(own), _composed(asked), Parts("", (), ()), (), ours=True, headed=tuple(headed))


_ENDS_ANSWERS = (
    "Any other information",
    "Refusal notice",
    "Why we ",
    "Why this ",
    "Published information that",
    "If you are not satisfied",
)


def _requester_spans(parts: Parts) -> list[tuple[int, int]]:
    """Where the requester's words stand; what the reader gives to neither voice is the authority's."""
    spans = [(answered.start, answered.end) for answered in parts.answered]
    return [*spans, (parts.request_start, parts.request_start + len(parts.request))]


def _within(offset: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in spans)


def _authority(lines: Sequence[_Line], parts: Parts) -> tuple[list[Run], set[int]]:
    """The paragraphs of the authority's blocks, and the lines that they fill."""
    answers = [block for answered in parts.answered for block in answered.answer]
    blocks = sorted([*parts.head, *parts.response, *parts.tail, *answers], key=lambda block: block.start)
    found, taken = list[Run](), set[int]()
    starts = [line.start for line in lines]
    ends = [block.start for block in blocks[1:]] + [lines[-1].start + len(lines[-1].words)] if lines else []
    for block, limit in zip(blocks, ends, strict=False):
        number = bisect_right(starts, block.start) - 1
        pieces, missing = Run(), len(block.text) + block.text_start - block.start
        while missing > 0 and number < len(lines) and starts[number] < max(limit, block.start + 1):
            piece = lines[number].piece(block.start, limit)
            if piece:
                taken.add(number)
                pieces.append(piece)
                missing -= len(piece[1]) + 1 + (piece[0] - block.start if len(pieces) == 1 else 0)
            elif pieces:
                break
            number += 1
        if pieces:
            found.append(pieces)
    return found, taken


def _runs(lines: Sequence[_Line], numbers: Sequence[int], *, by_line: bool) -> list[Run]:
    """Lines as paragraphs: one for each run without a gap, or one for each line that does not go on the one above."""
    found = list[Run]()
    last = -2
    for number in numbers:
        piece = lines[number].piece(lines[number].start, lines[number].start + len(lines[number].words))
        if piece is None:
            continue
        goes_on = number == last + 1 and (not by_line or (piece[1][:1].islower() and not _is_item(piece[1])))
        if goes_on:
            found[-1].append(piece)
        else:
            found.append([piece])
        last = number
    return found


def _composed(paragraphs: Sequence[Run]) -> Words:
    composer = Composer()
    for run in paragraphs:
        composer.paragraph(run)
    return composer.finish()


def _is_item(words: str) -> bool:
    return words[1:2] in {")", "."} or words[2:3] == ")"
