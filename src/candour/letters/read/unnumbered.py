"""Questions that bear no number, each with its answer below it.

Many offices paste the request under "please find our response below" and write under each question. The questions are
then told from the answers by their form alone: they end in a question mark, or stand as list items over plain
paragraphs, or are names of things ("Number of complaints received") after a line that asks for "the following:".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from candour.letters.numbering import MarkKind, read_mark
from candour.letters.passages import Block, Line, read_lines, read_paragraph
from candour.letters.read.cues import cues

_NUMBERED = {MarkKind.NAMED, MarkKind.NUMBER, MarkKind.NUMBER_LETTER, MarkKind.GROUP}
_SHORTEST_NAME, _LONGEST_NAME = 2, 30
_WORDY = 4
_FEWEST_TURNS = 2
_ASKS = re.compile(r"(?:q|question)\s?[.:]\s{1,4}(?=\S)", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:a|answer|response|reply)\s?[.:](?:\s|$)", re.IGNORECASE)
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
    if labelled := _labelled_turns(blocks):
        return labelled
    start = next((i + 1 for i, b in enumerate(blocks) if cues().answers_below.fullmatch(b.text)), 0)
    if not start or start == len(blocks):
        return None
    paragraphs = _paragraphs(own, blocks[start].start)
    end = next((i for i, p in enumerate(paragraphs) if _closes(p)), len(paragraphs))
    argues = next((i for i, p in enumerate(paragraphs[:end]) if _argues(p)), end)
    asked = _asked(paragraphs[:argues])
    asked += [False] * (end - argues) if asked else []
    runs = [
        (asks, tuple(paragraph for _, paragraph in run))
        for asks, run in groupby(zip(asked, paragraphs, strict=False), key=lambda pair: pair[0])
        if asks is not None
    ]
    if len(runs) == 2 and runs[0][0] and asked[0] is None and len(runs[0][1]) > 1:
        return _one_turn(paragraphs, asked, start, end)
    if len(runs) < 2 * _FEWEST_TURNS or len(runs) % 2 or not runs[0][0]:
        return None
    turns = tuple(Turn(asks, answer) for (_, asks), (_, answer) in zip(runs[::2], runs[1::2], strict=True))
    return Turns(start, turns, tuple(paragraphs[end:]))


def _one_turn(paragraphs: Sequence[Block], asked: Sequence[bool | None], start: int, end: int) -> Turns | None:
    """One question whose parts are a list, with the sentence that leads in to it; the answer is all that follows."""
    leads = asked.index(True)
    opens = leads - 1
    if not cues().asks_for_the_following.search(paragraphs[opens].text):
        return None
    answer = leads + next(i for i, asks in enumerate(asked[leads:]) if not asks)
    return Turns(
        start, (Turn(_as_one(paragraphs[opens:answer]), tuple(paragraphs[answer:end])),), tuple(paragraphs[end:])
    )


def _labelled_turns(blocks: Sequence[Block]) -> Turns | None:
    """The turns of a letter that sets `Q.` and `A.` before them and gives no numbers."""
    asks = [index for index, block in enumerate(blocks) if not block.mark and _ASKS.match(block.text)]
    if len(asks) < _FEWEST_TURNS:
        return None
    end = next((i for i in range(asks[-1] + 1, len(blocks)) if _closes(blocks[i])), len(blocks))
    turns: list[Turn] = []
    for first, last in pairwise([*asks, end]):
        answer = next((i for i in range(first + 1, last) if _ANSWERS.match(blocks[i].text)), 0)
        if not answer:
            return None
        turns.append(Turn(tuple(_unlabelled(block) for block in blocks[first:answer]), tuple(blocks[answer:last])))
    return Turns(asks[0], tuple(Turn(_as_one(turn.questions), turn.answer) for turn in turns), tuple(blocks[end:]))


def _closes(block: Block) -> bool:
    return not block.mark and (block.signs_off or bool(cues().closing.match(block.text)))


def _argues(block: Block) -> bool:
    """Whether the reasons for a refusal begin, in which lists are no questions."""
    return (
        not block.mark and "public interest" in block.text.lower() and bool(cues().heading_line.fullmatch(block.text))
    )


def _unlabelled(block: Block) -> Block:
    """A question without its `Q.`."""
    label = _ASKS.match(block.text)
    if label is None:
        return block
    width = label.end()
    pieces = ((0, block.at(width)), *((within - width, place) for within, place in block.pieces if within > width))
    return replace(block, text=block.text[width:], text_start=block.at(width), pieces=pieces)


def _as_one(questions: Sequence[Block]) -> tuple[Block, ...]:
    """What stands between one label and the next is one question."""
    return (replace(questions[0], text="\n".join(block.text for block in questions)),)


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
        forms = _without_lists_of_answers(rest) if requests or 2 * asking > len(listed) else []
    elif requests:
        forms = [paragraph.asks or _names_a_thing(paragraph) for paragraph in rest]
    else:
        forms = [paragraph.asks for paragraph in rest]
    return [*[None] * (leads + requests), *forms] if forms else []


def _without_lists_of_answers(paragraphs: Sequence[Block]) -> list[bool]:
    """Of each paragraph, whether it is a list item that asks: a list that an answer announces is part of the answer."""
    forms: list[bool] = []
    announced = False
    for index, paragraph in enumerate(paragraphs):
        listed = _is_listed(paragraph)
        if listed and index and not _is_listed(paragraphs[index - 1]):
            announced = announced or paragraphs[index - 1].text.endswith(":")
        forms.append(listed and (paragraph.asks or not announced))
    return forms


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
    if line.endswith("?") or (fitted and not following[0].islower()):
        return True
    return bool(cues().opens_an_ask.match(following) or cues().closing.match(following))
