"""A text cut into the blocks that a reader sees: paragraphs and list items, each with its place in the original.

Blank lines part blocks, and so do list marks, greetings, sign-offs, and a line that ends a sentence short of the
margin. Quoting (`> `), tabs and non-breaking spaces are looked through; offsets are always those of the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from candour.letters.numbering import Mark, MarkKind, inline_number, read_mark

_QUOTING = re.compile(r" {0,8}(?:> {0,8}){1,20}")
_ODD_SPACES = "\t\xa0\u2007\u202f\ufeff\u200b"
_GREETING = re.compile(
    r"(?:dear|hi|hello|good (?:morning|afternoon|evening|day)|to whom|sirs?\b|madam|fao\b)", re.IGNORECASE
)
_SIGN_OFF = re.compile(
    r"(?:yours (?:faithfully|sincerely|truly)|(?:kind|best|warm|many) (?:regards|wishes|thanks)|regards\b|thanks\b"
    r"|thank you\b(?! for (?:your|the) (?:\w+ ){0,4}(?:request|e-?mail|letter|enquiry|application|correspondence)\b)"
    r"|cheers\b|all the best|with thanks|sent from my)",
    re.IGNORECASE,
)
_SHORT, _WHOLE, _UNWRAPPED, _WORDY = 60, 100, 250, 20


class Line(NamedTuple):
    """One line: where it stands in the original, and its words without quoting and odd spaces."""

    number: int
    start: int
    text_start: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or list item. `text_start`: where its words begin, after the mark. `gap`: a blank line is above."""

    start: int
    text_start: int
    text: str
    mark: Mark | None
    gap: bool
    line: int
    pieces: tuple[tuple[int, int], ...] = ()
    """Where each line begins: in `text`, and in the original."""

    @property
    def end(self) -> int:
        """Where its words end in the original."""
        return self.at(len(self.text))

    def at(self, index: int) -> int:
        """The place in the original of the character `index` of `text`."""
        within, original = 0, self.text_start
        for place in self.pieces:
            if place[0] > index:
                break
            within, original = place
        return original + index - within

    @property
    def greets(self) -> bool:
        """Whether it addresses the reader: `Dear …`."""
        return bool(_GREETING.match(self.text)) and len(self.text) < _WHOLE

    @property
    def signs_off(self) -> bool:
        """Whether it begins the end of a letter."""
        return bool(_SIGN_OFF.match(self.text))

    @property
    def asks(self) -> bool:
        """Whether it ends as a question does."""
        return self.text.rstrip("”\"'\u2019) ").endswith("?")

    @property
    def unmarked(self) -> Block:
        """The same block, its mark read as words."""
        if self.mark is None:
            return self
        words = f"{self.mark.printed} {self.text}".strip()
        shift = len(self.mark.printed) + 1
        own = self.pieces or ((0, self.text_start),)
        pieces = ((0, self.start), *((within + shift, original) for within, original in own))
        return replace(self, text_start=self.start, text=words, mark=None, pieces=pieces)


def read_lines(text: str) -> Iterator[Line]:
    """The lines of `text` that hold words."""
    offset = 0
    # One `replace` per space over the whole text costs a fraction of a `translate` per line.
    for space in _ODD_SPACES:
        text = text.replace(space, " ")
    for number, raw in enumerate(text.splitlines(keepends=True), start=1):
        quoting = _QUOTING.match(raw) if ">" in raw else None
        words = (raw[quoting.end() :] if quoting else raw).lstrip()
        yield Line(number, offset, offset + len(raw) - len(words), words.rstrip())
        offset += len(raw)


def read_blocks(text: str, starts: re.Pattern[str] | None = None, heads: re.Pattern[str] | None = None) -> list[Block]:
    """The blocks of `text`, in order.

    A line that `starts` matches begins a block wherever it stands; one that is all `heads` is a block of its own.
    """
    runs: list[tuple[list[Line], Mark | None, bool]] = []
    gap = False
    all_lines = list(read_lines(text))
    unwrapped = any(len(line.text) > _UNWRAPPED and line.text.count(" ") > _WORDY for line in all_lines)
    for line in all_lines:
        if not line.text:
            gap = True
            continue
        mark = read_mark(line.text)
        if mark and mark.kind is MarkKind.NAMED and runs and not gap and line.text[0].islower():
            mark = None
        if (
            not runs
            or gap
            or mark
            or _breaks(runs[-1][0][-1], line, unwrapped, starts)
            or (heads and line.text[0].isupper() and heads.fullmatch(runs[-1][0][-1].text))
        ):
            runs.append(([line], mark, gap))
        else:
            runs[-1][0].append(line)
        gap = False
    blocks = [_block(lines, mark, gap) for lines, mark, gap in runs]
    return with_inline_numbers(blocks, text)


def read_paragraph(lines: list[Line], start: int = 0, above: int = 0) -> Block:
    """Lines that make one paragraph or list item, as a block; read from `start` on, with `above` lines before it."""
    placed = [
        Line(above + line.number, start + line.start, start + line.text_start, line.text) for line in lines if line.text
    ]
    return _block(placed, read_mark(placed[0].text), gap=False)


def tidy(text: str) -> str:
    """Words with single spaces and without quoting; paragraphs stay apart by one line break."""
    return "\n".join(" ".join(block.unmarked.text.split()) for block in read_blocks(text))


def _breaks(before: Line, line: Line, unwrapped: bool, starts: re.Pattern[str] | None) -> bool:
    """Whether a new paragraph begins at `line` although no blank line says so; always where lines are not wrapped."""
    if _SIGN_OFF.match(line.text) or (len(before.text) < _SHORT and _GREETING.match(before.text)):
        return True
    if line.text[0].islower():
        return False
    end = before.text.rstrip("”\"'\u2019)")[-1:]
    if unwrapped or end in {"?", ":"}:
        return True
    if end in {".", "!", ";"} and not _SHORT <= len(before.text) <= _WHOLE:
        return True
    return bool(starts and starts.match(line.text))


def _block(lines: list[Line], mark: Mark | None, gap: bool) -> Block:
    first = lines[0]
    width = mark.width if mark else 0
    words, pieces = _run([(first.text_start + width, first.text[width:]), *((x.text_start, x.text) for x in lines[1:])])
    return Block(first.start, first.text_start + width, words, mark, gap, first.number, pieces)


def _run(lines: list[tuple[int, str]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Lines as one run of words, and where each begins in it and in the original."""
    words: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    for start, text in lines:
        begun = text.lstrip()
        if not begun:
            continue
        pieces.append((length, start + len(text) - len(begun)))
        words.append(begun.rstrip())
        length += len(words[-1]) + 1
    return " ".join(words), tuple(pieces)


def with_inline_numbers(blocks: list[Block], text: str) -> list[Block]:
    """Blocks parted once more where a list runs on inside a paragraph: `1. … 2. … 3. …`."""
    done: list[Block] = []
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.mark is None or block.mark.kind is not MarkKind.NUMBER:
            done.append(block)
            continue
        upcoming = after.mark.number if after and after.mark and after.mark.kind is MarkKind.NUMBER else 0
        done.extend(_parted(block, block.mark, text, after.start if after else len(text), upcoming))
    return done


def _parted(block: Block, mark: Mark, text: str, end: int, upcoming: int) -> list[Block]:
    cuts = [(block.start, block.text_start, mark)]
    number, position = mark.number + 1, block.text_start
    while number != upcoming and (found := inline_number(text, number, position, end)):
        start, mark = found
        position = start + mark.width
        cuts.append((start, position, mark))
        number += 1
    if len(cuts) == 1:
        return [block]
    ends = [start for start, _, _ in cuts[1:]] + [end]
    parted = []
    for (start, words, mark), stop in zip(cuts, ends, strict=True):
        run, pieces = _run([(words + line.text_start, line.text) for line in read_lines(text[words:stop])])
        line = block.line + text.count("\n", block.start, start)
        parted.append(Block(start, words, run, mark, block.gap and start == block.start, line, pieces))
    return parted
