"""A response read back into its structure, for search, checking and comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.attachments import read_attachments
from candour.letters.read.citations import ABSOLUTE, NEEDS_HARM, cited, exact
from candour.letters.read.cues import cues
from candour.letters.read.furniture import read_page
from candour.letters.read.header import read_header
from candour.letters.read.outcome import ReadOutcome, Signal, judge, of_parts, signals, together, told
from candour.letters.read.parts import Parts, find_parts
from candour.letters.read.scopes import Passage, find_passages, headed_reasons
from candour.letters.request import AskedQuestion, split_request


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """One question as the response repeats it, and what it came to; outcome None where the text does not show it."""

    number: str
    text: str
    outcome: ReadOutcome | None
    exemptions: tuple[Provision, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response says. None stands for what the text does not show; without a response the flags are None."""

    authority: str | None
    reference: str | None
    received: date | None
    responded: date | None
    outcome: ReadOutcome | None
    questions: tuple[QuestionRead, ...]
    exemptions: tuple[Provision, ...]
    ncnd: bool | None
    refusal_notice: bool | None
    harm: bool | None
    public_interest_test: bool | None
    balance: bool | None
    internal_review: bool | None
    ico: bool | None
    attachments: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The reading as other programs rely on it."""
        return {
            "authority": self.authority,
            "reference": self.reference,
            "received": self.received.isoformat() if self.received else None,
            "responded": self.responded.isoformat() if self.responded else None,
            "outcome": self.outcome.value if self.outcome else None,
            "questions": [
                {
                    "number": question.number,
                    "text": question.text,
                    "outcome": question.outcome.value if question.outcome else None,
                    "exemptions": [str(provision) for provision in question.exemptions],
                }
                for question in self.questions
            ],
            "exemptions": [str(provision) for provision in self.exemptions],
            "ncnd": self.ncnd,
            "refusal_notice": self.refusal_notice,
            "harm": self.harm,
            "public_interest_test": self.public_interest_test,
            "balance": self.balance,
            "internal_review": self.internal_review,
            "ico": self.ico,
            "attachments": list(self.attachments),
        }


_REFUSING = {ReadOutcome.REFUSED, ReadOutcome.PARTIAL, ReadOutcome.NCND, ReadOutcome.COST_REFUSAL, ReadOutcome.MIXED}
_REFUSAL_NOTICE = re.compile(
    r"\brefusal notice\b|\bnotice under section 17\b|\bsection 17\s?\(\d\)|\bsection 17 of (?:the|this)", re.IGNORECASE
)
_HARM_HEADING = re.compile(r"\b(?:evidence of harm|prejudice test|harm test)\b(?!.{0,20}not required)", re.IGNORECASE)
_HARM = re.compile(r"\b(?:would|could|likely to)\b[^.]{0,80}?\b(?:prejudice|endanger)", re.IGNORECASE)
_FACTORS = re.compile(
    r"\b(?:factors|arguments|considerations) (?:in )?(?:favour(?:ing)?|for|against|supporting)\b|\boutweigh",
    re.IGNORECASE,
)
_TEST_HEADING = re.compile(r"(?:the )?public interest (?:test|considerations?)\b.{0,20}$", re.IGNORECASE)
_BALANCE = re.compile(r"\boutweigh|\bon balance\b|\bbalanc(?:e|ing) test\b", re.IGNORECASE)
_REVIEW = re.compile(
    r"\binternal review|\b(?:request(?:ed)?|ask for|ask us to|right to|entitled to"
    r"|requesting)(?: [\w\u2019']+){0,5} review(?:ed)?\b|\breview procedure",
    re.IGNORECASE,
)
_COMMISSIONER = re.compile(r"\bInformation Commissioner|\bICO\b|\bico\.org\.uk", re.IGNORECASE)


def read_text(text: str) -> Reading:
    """The structure of a response given as plain text.

    Raises UnreadableText when there is no response to read in it.
    """
    page = read_page(text)
    parts = find_parts(page.own)
    answers = [block for answered in parts.answered for block in answered.answer]
    body = sorted([*parts.response, *answers], key=lambda block: block.start)
    body_words, all_words = _joined(body), _joined([*parts.head, *body, *parts.tail])
    exemptions = cited(body_words)
    questions, shown = _questions(parts, exemptions)
    said = signals(body_words, exemptions)
    header = read_header(page.own, all_words)
    silent = not body_words.strip()
    return Reading(
        authority=header.authority,
        reference=header.reference,
        received=header.received,
        responded=header.responded,
        outcome=_whole(questions, shown, said, _joined(parts.response) if parts.answered else ""),
        questions=questions,
        exemptions=exemptions,
        ncnd=None if silent else _denies(body_words),
        refusal_notice=None if silent else bool(_REFUSAL_NOTICE.search(all_words)),
        harm=None if silent else _shows_harm(body, exemptions),
        public_interest_test=None if silent else _weighs(body, exemptions),
        balance=None if silent else _owes_balance(exemptions) and bool(_BALANCE.search(body_words)),
        internal_review=None if silent else bool(_REVIEW.search(all_words)),
        ico=None if silent else bool(_COMMISSIONER.search(all_words)),
        attachments=read_attachments(page.files, [*body, *parts.tail]),
    )


def _joined(blocks: Iterable[Block]) -> str:
    """The words of blocks on one line, each with its mark, parted so that no citation runs over a boundary."""
    return " ¶ ".join(block.unmarked.text for block in blocks)


def _questions(parts: Parts, exemptions: tuple[Provision, ...]) -> tuple[tuple[QuestionRead, ...], bool]:
    """The questions, and whether each one's outcome is read from its own answer."""
    if parts.answered:
        return _answered_questions(parts, exemptions), True
    asked = split_request(parts.request).questions
    names = tuple(_name(question) for question in asked)
    if len(asked) == 1:
        said = signals(_joined(parts.response), exemptions)
        outcome = told(_joined(parts.response)) or _by_parts(asked[0], parts.response) or judge(said)
        limbs = exemptions if outcome in _REFUSING else ()
        return (QuestionRead(names[0], asked[0].text, outcome, limbs),), True
    passages = find_passages(parts.response, names)
    read = [
        QuestionRead(name, question.text, *_answer(name, passages, exemptions))
        for name, question in zip(names, asked, strict=True)
    ]
    return tuple(read), bool(read) and all(question.outcome for question in read)


def _name(question: AskedQuestion) -> str:
    """The number that tells a question from every other: `R1.2` is question 2 of `Request 1`."""
    if not question.group:
        return question.number
    digits = re.search(r"\d+", question.group)
    return f"R{digits.group()}.{question.number}" if digits else f"{question.group}.{question.number}"


def _answered_questions(parts: Parts, exemptions: tuple[Provision, ...]) -> tuple[QuestionRead, ...]:
    """Questions of a letter that answers each below itself, with reasons that may stand in sections of their own."""
    names = tuple(answered.number for answered in parts.answered)
    reasons = headed_reasons(parts.response, names)
    read: list[QuestionRead] = []
    for answered in parts.answered:
        words = _joined(answered.answer)
        own = cited(words)
        outcome = told(words) or judge(signals(words, own)) or _given(words)
        elsewhere = [
            provision
            for reason in reasons
            if answered.number in reason.about
            for provision in cited(_joined(reason.blocks))
        ]
        limbs = exact([*own, *elsewhere]) or (exemptions if len(names) == 1 else ())
        read.append(QuestionRead(answered.number, answered.text, outcome, limbs if outcome in _REFUSING else ()))
    return tuple(read)


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
) -> tuple[ReadOutcome | None, tuple[Provision, ...]]:
    """What the passages say of one question; one about the question itself goes before one about its whole request."""
    own = [passage for passage in passages if name in passage.about]
    exactly = [passage for passage in own if not passage.whole_group] or own
    outcomes: list[tuple[ReadOutcome, tuple[Provision, ...]]] = []
    for passage in exactly:
        words = _joined(passage.blocks)
        limbs = cited(words)
        outcome = judge(signals(words, limbs))
        if outcome is None and (limbs := _named_above(passage, exemptions)):
            outcome = ReadOutcome.REFUSED
        if outcome is None and passage.direct and len(words) > len(passage.blocks[0].text):
            outcome = ReadOutcome.FULL
        if outcome:
            outcomes.append((outcome, limbs))
    if not outcomes:
        return None, ()
    outcome = of_parts(found for found, _ in outcomes)
    limbs = exact(provision for _, cites in outcomes for provision in cites)
    return outcome, (limbs or exemptions) if outcome in _REFUSING else ()


def _named_above(passage: Passage, exemptions: tuple[Provision, ...]) -> tuple[Provision, ...]:
    """The limbs of the section named just above a passage, as the response cites them in full elsewhere."""
    sections = {provision.section for provision in cited(_joined(passage.before))}
    return tuple(provision for provision in exemptions if provision.section in sections)


def _whole(questions: tuple[QuestionRead, ...], shown: bool, said: frozenset[Signal], other: str) -> ReadOutcome | None:
    """The outcome of the response; `other` holds what is said of any other information, under none of the questions."""
    each = [question.outcome for question in questions]
    if shown and None not in each and (outcome := together([*each, *filter(None, [told(other)])])):
        return outcome
    if len({question.outcome for question in questions if question.outcome}) > 1:
        return ReadOutcome.MIXED
    return judge(said)


def _denies(words: str) -> bool:
    return bool(cues().outcomes[Signal.NCND].search(words))


def _owes_balance(exemptions: Iterable[Provision]) -> bool:
    return any(provision.section not in ABSOLUTE for provision in exemptions)


def _shows_harm(blocks: Sequence[Block], exemptions: Iterable[Provision]) -> bool:
    if any(len(block.text) < 80 and _HARM_HEADING.search(block.text) for block in blocks):
        return True
    turns_on_harm = any(provision.section in NEEDS_HARM for provision in exemptions)
    return turns_on_harm and any(_HARM.search(block.text) for block in blocks)


def _weighs(blocks: Sequence[Block], exemptions: Iterable[Provision]) -> bool:
    if not _owes_balance(exemptions):
        return False
    return any(_FACTORS.search(block.text) or _TEST_HEADING.match(block.text) for block in blocks)
