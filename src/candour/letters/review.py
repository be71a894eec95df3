"""The letter that tells the outcome of an internal review, question by question (s45 Code, chapter 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from candour.law.decision import Outcome
from candour.letters.compose import rights_sections
from candour.letters.gaps import Gap
from candour.letters.model import Block, Facts, Letter, Paragraph, Quote, Section, SectionKind, Sender, day
from candour.letters.reasons import paragraphs
from candour.letters.wording import Wording, english


class Result(StrEnum):
    """What a review makes of a decision."""

    UPHELD = "upheld"
    VARIED = "varied"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One decision as reviewed: its name and question, the result, the reasons, and what is decided instead."""

    name: str
    about: str
    asked: str
    result: Result
    reasons: str
    outcome: Outcome | None = None
    given: str = ""


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """Everything that the letter is composed from."""

    sender: Sender
    reference: str
    subject: str
    received: date
    asked_on: date
    answered_on: date
    dated: date
    findings: tuple[Reviewed, ...]
    requester: str = ""
    signatory: str = ""
    review_contact: str = ""


def review_gaps(review: ReviewOutcome, expected: tuple[str, ...]) -> tuple[Gap, ...]:
    """What keeps the letter from being complete; `expected` names every decision of the answer that is reviewed."""
    return tuple(_gaps(review, expected))


def _gaps(review: ReviewOutcome, expected: tuple[str, ...]) -> Iterator[Gap]:
    found = {each.name for each in review.findings}
    for name in expected:
        if name not in found:
            yield Gap(name, "Say what the review makes of it", "a review is a fresh decision on the whole answer")
    for each in review.findings:
        if not each.reasons.strip():
            yield Gap(each.name, "Give the reasons", "the requester is told why (s45 Code, chapter 5)")
        if each.result is not Result.UPHELD and each.outcome is None:
            yield Gap(each.name, "Say what is decided instead", "a changed decision needs an outcome of its own")
        if each.outcome and each.outcome.facts.gives and not each.given.strip():
            yield Gap(each.name, "Say what is disclosed now", "what is given has to be in the letter")
    if review.dated < review.asked_on:
        yield Gap("the letter", "Date it on or after the day of the request for review", "no answer precedes a request")


def compose_review(review: ReviewOutcome, wording: Wording | None = None) -> Letter:
    """The letter of a review that has no gaps. Raises ValueError when it has, so far as the letter itself shows."""
    if lacking := review_gaps(review, ()):
        raise ValueError("; ".join(f"{gap.about}: {gap.what}" for gap in lacking))
    words = wording or english()
    facts = (
        ("Our reference", review.reference),
        ("Review asked for", day(review.asked_on)),
        ("Date of this letter", day(review.dated)),
    )
    told = words.say("review_opening", asked=day(review.asked_on), answered=day(review.answered_on))
    opening = Section(SectionKind.OPENING, words.say("opening_title"), (Facts(facts), Paragraph(told)))
    rights = [section for section in rights_sections(review, words) if section.kind is not SectionKind.INTERNAL_REVIEW]
    greeting = words.say("salutation", requester=review.requester) if review.requester else ""
    return Letter(
        sender=review.sender,
        reference=review.reference,
        subject=review.subject,
        received=review.received,
        dated=review.dated,
        salutation=greeting or words.say("salutation_public"),
        sections=(opening, *(_finding(each, words) for each in review.findings), *rights),
    )


def _finding(each: Reviewed, words: Wording) -> Section:
    blocks: list[Block] = [Quote(each.asked)] if each.asked else []
    blocks += [Paragraph(words.say(f"review_{each.result.value}"), strong=True), *paragraphs(each.reasons)]
    if each.outcome:
        label = each.outcome.label
        blocks.append(Paragraph(words.say("review_now", outcome=f"{label[0].lower()}{label[1:]}"), strong=True))
        blocks += paragraphs(each.given)
    title = words.say("review_question_title", name=each.name, result=each.result.value)
    return Section(SectionKind.ANSWER, title, tuple(blocks), about=(each.about,) if each.about else ())
