"""What each question of a response came to, and where the response says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.citations import cited, exact
from candour.letters.read.cues import cues
from candour.letters.read.flat import Joined
from candour.letters.read.outcome import ReadOutcome, judge, of_parts, signals, signals_of, told
from candour.letters.read.parts import Parts
from candour.letters.read.scopes import Passage, find_passages, headed_reasons, named_questions
from candour.letters.read.tree import Lines, Place, QuestionRead
from candour.letters.request import AskedQuestion, split_request

_REFUSING = {ReadOutcome.REFUSED, ReadOutcome.PARTIAL, ReadOutcome.NCND, ReadOutcome.COST_REFUSAL, ReadOutcome.MIXED}

_ENDS_OF_LABELS = " .:)-\u2013"


def joined(blocks: Iterable[Block]) -> str:
    """The words of blocks on one line, each with its mark, parted so that no citation runs over a boundary."""
    return Joined(list(blocks)).text


def said_at(blocks: Sequence[Block], outcome: ReadOutcome | None, lines: Lines) -> Place | None:
    """The sentence that shows the outcome; None where it follows from more than one sentence."""
    if outcome is None or not blocks:
        return None
    words = Joined(blocks)
    for signal in signals_of(outcome):
        if found := cues().outcomes[signal.value].search(words.text):
            return lines.place(*words.sentence(*found.span()))
    return None


def read_questions(
    parts: Parts, exemptions: tuple[Provision, ...], lines: Lines
) -> tuple[tuple[QuestionRead, ...], bool]:
    """The questions, and whether each one's outcome is read from its own answer."""
    if parts.answered:
        return _answered_questions(parts, exemptions, lines), True
    asked = split_request(parts.request).questions
    names = tuple(_name(question) for question in asked)
    if not asked and (named := named_questions(parts.response)):
        return _only_named(named, parts.response, exemptions, lines), True
    if len(asked) == 1:
        said = signals(joined(parts.response), exemptions)
        outcome = told(joined(parts.response)) or _by_parts(asked[0], parts.response) or judge(said)
        limbs = exemptions if outcome in _REFUSING else ()
        said_place = said_at(parts.response, outcome, lines)
        return (
            QuestionRead(names[0], asked[0].text, outcome, limbs, (), _asked_at(asked[0], parts, lines), said_place),
        ), True
    passages = find_passages(parts.response, names)
    read = []
    for name, question in zip(names, asked, strict=True):
        outcome, limbs, blocks = _answer(name, passages, exemptions)
        where = _asked_at(question, parts, lines)
        read.append(QuestionRead(name, question.text, outcome, limbs, (), where, said_at(blocks, outcome, lines)))
    if read and not passages:
        return _alike(read, parts, exemptions, lines), True
    return tuple(read), bool(read) and all(question.outcome for question in read)


def _only_named(
    names: tuple[str, ...], response: Sequence[Block], exemptions: tuple[Provision, ...], lines: Lines
) -> tuple[QuestionRead, ...]:
    """Questions that are known by the answers that name them alone: the request was lost from the page."""
    passages = find_passages(response, names)
    read: list[QuestionRead] = []
    for name in names:
        outcome, limbs, blocks = _answer(name, passages, exemptions)
        named_at = next((lines.of(passage.blocks[0]) for passage in passages if name in passage.about), None)
        read.append(QuestionRead(name, "", outcome, limbs, (), named_at, said_at(blocks, outcome, lines)))
    return tuple(read)


def _alike(
    read: list[QuestionRead], parts: Parts, exemptions: tuple[Provision, ...], lines: Lines
) -> tuple[QuestionRead, ...]:
    """Questions that the response answers all at once: each comes to the same, where it comes to one thing only."""
    outcome = judge(signals(joined(parts.response), exemptions))
    if outcome in {None, ReadOutcome.MIXED, ReadOutcome.PARTIAL}:
        return tuple(read)
    place = said_at(parts.response, outcome, lines)
    limbs = exemptions if outcome in _REFUSING else ()
    return tuple(replace(question, outcome=outcome, exemptions=limbs, outcome_place=place) for question in read)


def _asked_at(question: AskedQuestion, parts: Parts, lines: Lines) -> Place:
    words = parts.request[question.start : question.end].rstrip()
    start = parts.request_start + question.start
    return lines.place(start, start + len(words))


def _name(question: AskedQuestion) -> str:
    """The number that tells a question from every other: `R1.2` is question 2 of `Request 1`."""
    if not question.group:
        return question.number
    digits = re.search(r"\d+", question.group)
    return f"R{digits.group()}.{question.number}" if digits else f"{question.group}.{question.number}"


def _answered_questions(parts: Parts, exemptions: tuple[Provision, ...], lines: Lines) -> tuple[QuestionRead, ...]:
    """Questions of a letter that answers each below itself, with reasons that may stand in sections of their own."""
    names = tuple(answered.number for answered in parts.answered)
    reasons = headed_reasons(parts.response, names)
    read: list[QuestionRead] = []
    for answered in parts.answered:
        words = joined(answered.answer)
        own = cited(words)
        outcome = told(words) or judge(signals(words, own)) or _given(words)
        elsewhere = [
            provision
            for reason in reasons
            if answered.number in reason.about
            for provision in cited(joined(reason.blocks))
        ]
        limbs = exact([*own, *elsewhere]) or (exemptions if len(names) == 1 else ())
        limbs = limbs if outcome in _REFUSING else ()
        where, said_place = lines.place(answered.start, answered.end), said_at(answered.answer, outcome, lines)
        read.append(QuestionRead(answered.number, answered.text, outcome, limbs, (), where, said_place))
    return tuple(read)


def announces_its_answer(blocks: Sequence[Block]) -> bool:
    """Whether a response says that it follows below, and nothing in it puts the decision off."""
    announced = any(cues().answers_below.fullmatch(block.text) for block in blocks)
    return announced and not cues().undecided.search(joined(blocks))


def _given(words: str) -> ReadOutcome | None:
    """An answer that refuses nothing is the information itself, unless it says that nothing is decided yet."""
    return ReadOutcome.FULL if words.strip() and not cues().undecided.search(words) else None


def _by_parts(question: AskedQuestion, response: Sequence[Block]) -> ReadOutcome | None:
    """The outcome of a lone question whose parts are answered under marks of their own."""
    letters = tuple(part.letter for part in question.parts)
    passages = find_passages(response, letters) if letters else []
    return of_parts(_answer(letter, passages, ())[0] for letter in letters) if passages else None


def _answer(
    name: str, passages: list[Passage], exemptions: tuple[Provision, ...]
) -> tuple[ReadOutcome | None, tuple[Provision, ...], list[Block]]:
    """What the passages say of one question, and which blocks say it.

    A passage about the question itself goes before one about its whole request.
    """
    own = [passage for passage in passages if name in passage.about]
    exactly = [passage for passage in own if not passage.whole_group] or own
    outcomes: list[tuple[ReadOutcome, tuple[Provision, ...]]] = []
    for passage in exactly:
        words = joined(passage.blocks)
        limbs = cited(words)
        outcome = judge(signals(words, limbs))
        if outcome is None and (limbs := _named_above(passage, exemptions)):
            outcome = ReadOutcome.REFUSED
        advises = bool(outcomes) and bool(cues().advises.match(passage.blocks[0].text))
        if outcome is None and not advises and passage.direct and len(words.rstrip(_ENDS_OF_LABELS)) > passage.label:
            outcome = ReadOutcome.FULL
        if outcome:
            outcomes.append((outcome, limbs))
    if not outcomes:
        return None, (), []
    outcome = of_parts(found for found, _ in outcomes)
    limbs = exact(provision for _, cites in outcomes for provision in cites)
    blocks = [block for passage in exactly for block in passage.blocks]
    return outcome, (limbs or exemptions) if outcome in _REFUSING else (), blocks


def _named_above(passage: Passage, exemptions: tuple[Provision, ...]) -> tuple[Provision, ...]:
    """The limbs of the section named just above a passage, as the response cites them in full elsewhere."""
    sections = {provision.section for provision in cited(joined(passage.before))}
    return tuple(provision for provision in exemptions if provision.section in sections)
