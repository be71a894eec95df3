"""Where the request ends and the response begins, and which passage answers which question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from candour.letters.numbering import MarkKind, read_mark
from candour.letters.passages import Block, read_blocks, with_inline_numbers
from candour.letters.read.cues import cues
from candour.letters.read.outcome import told
from candour.letters.read.unnumbered import Turns, unnumbered_turns


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer below it, as letters print them that answer question by question."""

    number: str
    text: str
    answer: tuple[Block, ...]
    start: int = 0
    end: int = 0
    named: bool = False
    """Whether the letter itself calls it a question; a list of things held bears numbers, too."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A page in its parts; `answered` holds the questions when request and response are woven together.

    `request_start` is where the request begins on the page.
    """

    request: str
    response: tuple[Block, ...]
    tail: tuple[Block, ...]
    head: tuple[Block, ...] = ()
    answered: tuple[Answered, ...] = ()
    request_start: int = 0


_NUMERIC = {MarkKind.NAMED, MarkKind.NUMBER}
_ANSWER_HEADING = re.compile(r"(?:response|answer|a)\s?[:.\u2013-]?(?:\s|$)", re.IGNORECASE)
_ASKING = re.compile(
    r"(?:please|(?:can|could|would|will) you|how |what |which |when |where |who |why |i (?:would like"
    r"|request|wish|am (?:seeking|requesting|writing to (?:request|ask|obtain)))|under the)",
    re.IGNORECASE,
)
_SEVERAL_NAMED = re.compile(
    r"(?:(?:in|with) [a-z ]{4,24} )?(?:your )?(?:questions|qs?)\s?(?:\d{1,2}|one|two|three|four)(?:\s?\(\d\))?"
    r"\s?(?:,|&|and\b|to\b|-|\u2013)\s?(?:q(?:uestions?)?\s?)?(?:\d|one|two|three|four|five|six)",
    re.IGNORECASE,
)
_NEAR_TOP = 60
_HEADING_LENGTH = 60
_LONGEST_END = 40
_LONGEST_INTRODUCTION = 500


def find_parts(own: str) -> Parts:
    """The parts of a page without its furniture."""
    blocks = read_blocks(own, cues().response_start, cues().heading_line)
    if headed := _headed(blocks):
        return _part_by_question(blocks, headed)
    if turns := unnumbered_turns(own, blocks):
        return _part_by_turns(blocks, turns)
    start, labelled = _request_start(own, blocks)
    turn, until = _response_start(own, blocks, start, labelled=labelled)
    request, rest = [block for block in blocks[start:turn] if block.start < until], blocks[turn:]
    if not labelled and not _reads_like_a_request(request):
        request, rest = [], blocks[start:]
    if _nothing_else(rest) and (late := _after_the_list(request)):
        request, rest = request[:late], request[late:] + rest
        until = rest[0].start
    woven = _woven(request, rest) or (not labelled and (_answers_between(request) or _answers_beside(request)))
    if woven:
        parts = _part_by_question(blocks, start)
        if labelled or any(answered.text or answered.named for answered in parts.answered):
            return parts
        request, rest = [], blocks[start:]
    end = _closing(rest)
    begins = blocks[start].start if request else 0
    return Parts(
        own[begins:until] if request else "",
        tuple(rest[:end]),
        tuple(rest[end:]),
        tuple(blocks[:start]),
        request_start=begins,
    )


def _part_by_turns(blocks: list[Block], found: Turns) -> Parts:
    """The parts of a letter whose questions bear no number; questions asked together share the answer below them."""
    asked = [(question, turn.answer) for turn in found.turns for question in turn.questions]
    answered = [
        Answered(str(number), question.text, answer, question.start, question.end)
        for number, (question, answer) in enumerate(asked, 1)
    ]
    return Parts("", (), found.tail, tuple(blocks[: found.start]), tuple(answered))


def _part_by_question(blocks: list[Block], start: int) -> Parts:
    """The parts of a letter whose answers stand under their questions, from `start` on."""
    body = blocks[start:]
    end = _closing(body)
    answered, other = _answers(body[:end])
    return Parts("", tuple(other), tuple(body[end:]), tuple(blocks[:start]), tuple(answered))


def _headed(blocks: list[Block]) -> int:
    """Where the first question of a letter in our own form is headed: `Question 1` alone, its answer in fixed words."""
    alone = [i for i, block in enumerate(blocks) if block.mark and block.mark.kind is MarkKind.NAMED and not block.text]
    return alone[0] if alone and any(told(block.text[:400]) for block in blocks[alone[0] :]) else 0


def heads_a_section(block: Block) -> bool:
    """Whether a block is a heading, or opens a closing section, at which an answer to a question is over."""
    return block.mark is None and bool(cues().end_heading.match(block.text)) and len(block.text) < 2 * _HEADING_LENGTH


def _request_start(own: str, blocks: list[Block]) -> tuple[int, bool]:
    """Where the request begins, and whether words say so."""
    for index, block in enumerate(blocks[:_NEAR_TOP]):
        if not block.mark and (label := cues().request_label.match(block.text)):
            _take_label_off(blocks, index, label.end(), own)
            return index, True
        heading = len(block.text) < _HEADING_LENGTH and not block.mark and cues().request_heading.match(block.text)
        if heading or _introduces(block.text):
            return index + 1, True
    start = 0
    for index, block in enumerate(blocks[:12]):
        if block.greets or cues().preamble.match(block.text):
            start = index + 1
    return start, False


def _introduces(text: str) -> bool:
    """Whether a paragraph ends by announcing the request: `You asked for the following:`."""
    ends = cues().introduction_end.search(text[-_LONGEST_END:])
    return bool(ends and cues().request_introduction.search(text, max(0, len(text) - _LONGEST_INTRODUCTION)))


def _response_start(own: str, blocks: list[Block], start: int, *, labelled: bool) -> tuple[int, int]:
    """Where the response begins, and where the request ends: at a heading, or at the first sentence that answers."""
    if turn := _quoted_until(own, blocks, start):
        return turn, blocks[turn].start
    if labelled:
        for index in range(start, len(blocks)):
            block = blocks[index]
            if block.mark:
                continue
            if _heads_the_response(block):
                return index + 1, block.start
            if label := cues().response_label.match(block.text):
                _take_label_off(blocks, index, label.end(), own)
                return index, block.start
            if cues().numbered_response.fullmatch(block.text):
                return index, block.start
    for index in range(start, len(blocks)):
        block = blocks[index]
        if _heads_the_response(block) and _reads_like_a_request(blocks[start:index]):
            return index + 1, block.start
        if not block.mark and (_answers_here(block) or cues().closing.match(block.text)):
            return index, block.start
    if turn := _numbers_again(blocks, start):
        return turn, blocks[turn].start
    return len(blocks), len(own)


def _numbers_again(blocks: list[Block], start: int) -> int:
    """Where a list begins that numbers as many items again as the list before it: the answers; 0 where none does."""
    lists: list[list[int]] = []
    for index in range(start, len(blocks)):
        if not _is_numbered(blocks[index]):
            continue
        if lists and _number(blocks[index]) == len(lists[-1]) + 1:
            lists[-1].append(index)
        else:
            lists.append([index])
    again = len(lists) == 2 and len(lists[0]) == len(lists[1]) > 1 and _number(blocks[lists[1][0]]) == 1
    return lists[1][0] if again else 0


def _quoted_until(own: str, blocks: list[Block], start: int) -> int:
    """Where quoting ends when the request is quoted and the response is not; 0 where it is not so."""
    quoted = [own[block.start : block.start + 1] == ">" for block in blocks[start:]]
    return start + quoted.index(False) if quoted and quoted[0] and not all(quoted) else 0


def _heads_the_response(block: Block) -> bool:
    return not block.mark and len(block.text) < _HEADING_LENGTH and bool(cues().response_heading.fullmatch(block.text))


def _take_label_off(blocks: list[Block], index: int, width: int, own: str) -> None:
    """Read a block without the label that it opens with; a list may run on behind the label."""
    blocks[index:] = with_inline_numbers([_after_label(blocks[index], width), *blocks[index + 1 :]], own)


def _after_label(block: Block, width: int) -> Block:
    """A block without the label that it opens with, such as `Request:`; a mark after the label counts."""
    words = block.text[width:]
    start = block.at(width)
    pieces = ((0, start), *((within - width, place) for within, place in block.pieces if within > width))
    mark = read_mark(words)
    if mark is None:
        return Block(start, start, words, None, True, block.line, pieces)
    inner = tuple((within - mark.width, place) for within, place in pieces if within >= mark.width)
    text_start = start + mark.width
    return Block(start, text_start, words[mark.width :], mark, True, block.line, ((0, text_start), *inner))


def _answers_here(block: Block) -> bool:
    return not block.asks and bool(cues().response_start.match(block.text) or told(block.text[:400]))


def _reads_like_a_request(blocks: list[Block]) -> bool:
    if not blocks:
        return False
    first = blocks[0]
    numbered = any(block.mark and block.mark.kind in _NUMERIC for block in blocks)
    return numbered or any(block.asks for block in blocks) or bool(_ASKING.match(first.text))


def _woven(request: list[Block], rest: list[Block]) -> bool:
    """Whether answers stand under their questions: the numbering goes on after the first, or nothing else answers."""
    numbers = [block.mark.number for block in request if block.mark and block.mark.kind in _NUMERIC]
    named = any(block.mark and block.mark.kind is MarkKind.NAMED for block in request)
    if not request:
        # Where one answer is to several questions at once, the answers are told by what they name.
        return not any(_SEVERAL_NAMED.match(block.unmarked.text) for block in rest) and any(
            block.mark and block.mark.kind is MarkKind.NAMED and not block.mark.letter for block in rest
        )
    if any(block.mark and block.mark.kind is MarkKind.GROUP for block in request) or not numbers:
        return False
    later = [
        block.mark.number
        for block in rest
        if block.mark and (block.mark.kind is MarkKind.NAMED if named else block.mark.kind is MarkKind.NUMBER)
    ]
    return (bool(later) and later[0] == max(numbers) + 1) or _nothing_else(rest)


def _nothing_else(rest: list[Block]) -> bool:
    """Whether no answer was found after the request."""
    return not rest or bool(cues().closing.match(rest[0].text))


def _after_the_list(request: list[Block]) -> int:
    """Where paragraphs begin after a list of questions that runs on without answers; 0 where there is no such list."""
    marked = [index for index, block in enumerate(request) if _is_numbered(block)]
    if len(marked) < 2 or marked[-1] - marked[0] != len(marked) - 1:
        return 0
    after = marked[-1] + 1
    while after < len(request) and (request[after].mark or request[after].asks or not request[after].gap):
        after += 1
    return after if after < len(request) else 0


def _answers_between(request: list[Block]) -> bool:
    """Whether something that asks nothing stands between one numbered question mark and the next number."""
    return any(
        _is_numbered(first)
        and first.asks
        and not between.mark
        and not between.asks
        and _is_numbered(second)
        and _number(second) == _number(first) + 1
        for first, between, second in zip(request, request[1:], request[2:], strict=False)
    )


def _answers_beside(request: list[Block]) -> bool:
    """Whether answers stand beside their questions, on one line, as in `a. Which system? None`."""
    marked = [block for block in request if block.mark and block.mark.kind in {*_NUMERIC, MarkKind.LETTER}]
    beside = sum("? " in block.text and not block.asks for block in marked)
    return beside > 1 and 2 * beside > len(marked)


def _number(block: Block) -> int:
    """Where the mark of a question stands in the order of questions: its number, or that of its letter."""
    if block.mark is None:
        return 0
    return ord(block.mark.letter) - ord("a") + 1 if block.mark.kind is MarkKind.LETTER else block.mark.number


def _is_numbered(block: Block) -> bool:
    return block.mark is not None and block.mark.kind in _NUMERIC


def _closing(blocks: list[Block]) -> int:
    """Where the letter turns to rights and greetings."""
    for index, block in enumerate(blocks):
        if index and not block.mark and (block.signs_off or cues().closing.match(block.text)):
            return index
    return len(blocks)


def _answers(blocks: list[Block]) -> tuple[list[Answered], list[Block]]:
    """The questions of a woven letter with their answers, and the blocks that stand under none."""
    named = any(block.mark and block.mark.kind is MarkKind.NAMED for block in blocks)
    numbered = any(_is_numbered(block) for block in blocks)
    kind = MarkKind.NAMED if named else MarkKind.NUMBER if numbered else MarkKind.LETTER
    opens = _openings(blocks, kind)
    if not opens:
        return [], blocks
    answered: list[Answered] = []
    other = blocks[: opens[0]]
    for first, last in pairwise([*opens, len(blocks)]):
        stop = next((index for index in range(first + 1, last) if heads_a_section(blocks[index])), last)
        answered.append(_answered(blocks[first:stop]))
        other = other + blocks[stop:last]
    return answered, other


def _openings(blocks: list[Block], kind: MarkKind) -> list[int]:
    """The blocks at which a question opens, in the order of its number."""
    opens: list[int] = []
    number, group = 0, 0
    for index, block in enumerate(blocks):
        if block.mark is None or block.mark.kind is not kind:
            continue
        if block.mark.group != group:
            number, group = 0, block.mark.group
        here = _number(block)
        if number <= here <= number + 1 or (kind is MarkKind.NAMED and here > number):
            if here > number or block.mark.letter:
                opens.append(index)
            number = here
    return opens


def _answered(blocks: list[Block]) -> Answered:
    """One question and its answer, parted at the answer's heading, its fixed sentence, or the last question mark."""
    mark = blocks[0].mark
    number = (f"R{mark.group}." if mark.group else "") + mark.label if mark else ""
    turn = next((i for i, b in enumerate(blocks[1:], 1) if _ANSWER_HEADING.match(b.text) or _answers_here(b)), 0)
    asks = [index for index, block in enumerate(blocks[: turn or len(blocks)]) if block.asks]
    if not turn:
        alone = not blocks[0].text and not (len(blocks) > 1 and _reads_like_a_request(blocks[1:2]))
        turn = asks[-1] + 1 if asks else 1 if alone or blocks[0].text else 2
    question, answer = list(blocks[:turn]), list(blocks[turn:])
    end = max(block.end for block in question)
    text = "\n".join(block.text for block in question if block.text)
    if not answer:
        text, rest = _split_at_once(text)
        first = blocks[-1]
        begins = max(first.end - len(rest), first.start)
        answer = [Block(begins, begins, rest, None, False, first.line)] if rest else []
        end = begins if rest else end
        if not rest and len(blocks) == 1 and first.text and not _reads_like_a_request([first.unmarked]):
            text, answer, end = "", [first], first.text_start
    named = mark is not None and mark.kind is MarkKind.NAMED
    return Answered(number, text, tuple(answer), blocks[0].start, end, named)


def _split_at_once(text: str) -> tuple[str, str]:
    """A question and an answer on one line: `How many? Three`, `the number of complaints: 0`."""
    for joint in ("? ", ": "):
        before, found, after = text.rpartition(joint)
        if found:
            return before + joint.strip(), after
    return text, ""
