"""Questions that bear no number, each with its answer below it.

Many offices paste the request under "please find our response below" and write under each question. The questions are
then told from the answers by their form alone: they end in a question mark, or stand as list items over plain
paragraphs, or are names of things ("Number of complaints received") after a line that asks for "the following:".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from candour.letters.numbering import MarkKind, read_mark
from candour.letters.passages import Block, Line, read_lines, read_paragraph
from candour.letters.read.cues import cues

_NUMBERED = {MarkKind.NAMED, MarkKind.NUMBER, MarkKind.NUMBER_LETTER, MarkKind.GROUP}
_SHORTEST_NAME, _LONGEST_NAME = 2, 30
_WORDY = 4
_FEWEST_TURNS = 2
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Turn:
    """Questions asked one after the other, and the answer that stands below them all."""

    questions: tuple[Block, ...]
    answer: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a letter, the block at which they begin, and the paragraphs that close the letter after them."""

    start: int
    turns: tuple[Turn, ...]
    tail: tuple[Block, ...]


def unnumbered_turns(own: str, blocks: Sequence[Block]) -> Turns | None:
    """The turns of a letter with unnumbered questions; None where it has no such questions.

    There must be two turns at least, each with an answer: a lone question, or a table under a heading, is neither.
    """
    start = next((i + 1 for i, b in enumerate(blocks) if cues().answers_below.fullmatch(b.text)), 0)
    if not start or start == len(blocks):
        return None
    paragraphs = _paragraphs(own, blocks[start].start)
    end = next((i for i, p in enumerate(paragraphs) if cues().closing.match(p.text) or p.signs_off), len(paragraphs))
    asked = _asked(paragraphs[:end])
    runs = [
        (asks, tuple(paragraph for _, paragraph in run))
        for asks, run in groupby(zip(asked, paragraphs, strict=False), key=lambda pair: pair[0])
        if asks is not None
    ]
    if len(runs) < 2 * _FEWEST_TURNS or len(runs) % 2 or not runs[0][0]:
        return None
    turns = tuple(Turn(asks, answer) for (_, asks), (_, answer) in zip(runs[::2], runs[1::2], strict=True))
    return Turns(start, turns, tuple(paragraphs[end:]))


def _asked(paragraphs: Sequence[Block]) -> list[bool | None]:
    """Of each paragraph, whether it asks; None for one that only leads in. Empty where the questions are numbered."""
    kinds = [paragraph.mark.kind for paragraph in paragraphs if paragraph.mark]
    # One number alone is a wrapped citation, such as "section / 4."
    if MarkKind.NAMED in kinds or sum(kind in _NUMBERED for kind in kinds) > 1:
        return []
    leads = 0
    while leads < len(paragraphs) and cues().preamble.match(paragraphs[leads].text):
        leads += 1
    requests = leads < len(paragraphs) and bool(cues().asks_for_the_following.search(paragraphs[leads].text))
    rest = paragraphs[leads + requests :]
    listed = [paragraph for paragraph in rest if _is_listed(paragraph)]
    if rest and _is_listed(rest[0]):
        asking = sum(paragraph.asks or _names_a_thing(paragraph) for paragraph in listed)
        forms = [_is_listed(paragraph) for paragraph in rest] if requests or 2 * asking > len(listed) else []
    elif requests:
        forms = [paragraph.asks or _names_a_thing(paragraph) for paragraph in rest]
    else:
        forms = [paragraph.asks for paragraph in rest]
    return [*[None] * (leads + requests), *forms] if forms else []


def _is_listed(paragraph: Block) -> bool:
    return paragraph.mark is not None and paragraph.mark.kind is MarkKind.BULLET


def _names_a_thing(paragraph: Block) -> bool:
    """Whether a paragraph is a name and no sentence: a few words, no full stop, no figure but a year at its end."""
    words = paragraph.text.rstrip("* ")
    return (
        _SHORTEST_NAME <= len(words.split()) <= _LONGEST_NAME
        and (words[-1].isalpha() or words[-1] in "?)" or bool(_YEAR.search(words)))
        and not cues().response_start.match(words)
    )


def _paragraphs(own: str, start: int) -> list[Block]:
    """The paragraphs from `start` on: a line ends one where the first word of the next would have fitted."""
    lines = list(read_lines(own[start:]))
    # An address of a page cannot be wrapped and says nothing of the margin.
    margin = max((len(line.text) for line in lines if line.text.count(" ") > _WORDY), default=0)
    above = own.count("\n", 0, start)
    runs: list[list[Line]] = []
    gap = True
    for line in lines:
        if not line.text:
            gap = True
            continue
        if gap or read_mark(line.text) or _is_over(runs[-1][-1].text, line.text, margin):
            runs.append([])
        runs[-1].append(line)
        gap = False
    return [read_paragraph(run, start, above) for run in runs]


def _is_over(line: str, following: str, margin: int) -> bool:
    """Whether a paragraph ends with `line`: the first word of the line below would have fitted beside it."""
    fitted = len(line) + 1 + len(following.split(maxsplit=1)[0]) <= margin
    opens = cues().opens_an_ask.match(following) or cues().closing.match(following)
    return line.endswith("?") or bool(opens) or (fitted and not following[0].islower())
