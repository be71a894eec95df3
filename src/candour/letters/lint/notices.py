"""Letters that do not answer yet: clarification, fees, and more time for the public interest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from candour.law.working_days import RESPONSE_DAYS, PastHorizon, due_date, foia_calendar
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import absolute, qualified
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase
from candour.letters.read.header import read_date

_UNCLEAR = phrase(
    r"\b(?:unclear|not clear|ambiguous|which|what (?:you|period|time|type|do you)|whether|do you mean"
    r"|specif|time ?frame|period|define|definition|because|in order to|so that|identify|locate|mean by)\b"
    r"|\?"
)
_CLOCK = phrase(
    r"\b(?:20|twenty)[- ](?:working[- ])?days?\b|\bclock\b|\btime (?:limit|will|runs|starts|for)\b"
    r"|\b(?:statutory|response) (?:time|period|deadline)",
    "20",
    "twenty",
    "clock",
    "time",
    "period",
    "deadline",
)
_ANSWERS = phrase(r"\brefusal notice|\bdecided to|\b(?:we|i) (?:do not )?hold\b|\bdisclos(?:e|ed|ing)\b|\bexempt")
_AMOUNT = phrase(r"£ ?\d", "£")
_MONTHS = phrase(r"\b(?:three|3) months", "months")
_PAY = phrase(
    r"\bcheque|\bbacs\b|\bbank (?:transfer|account|details)|\bcard\b|\bpay(?:able|ment)? (?:by|to|online"
    r"|at|via|can|should|may)|\bonline\b|\bpostal order",
    "cheque",
    "bacs",
    "bank",
    "card",
    "pay",
    "online",
    "postal",
)
_STAFF = phrase(
    r"\b(?:staff|officer|employee)s?'? (?:time|costs?|hours?)|\bhours? (?:of )?(?:work|staff)"
    r"|£ ?25(?:\.00)? (?:per|an|a) hour|\btime (?:spent|taken) (?:in |to )?(?:locat|retriev|extract|search"
    r"|redact)",
    "staff",
    "officer",
    "employee",
    "hour",
    "time",
)
_OVER_LIMIT = phrase(
    r"\bsection 13\b|\bexceeds? the (?:appropriate|cost) limit|\bnot (?:being )?charg", "section 13", "exceed", "charg"
)
_UNDECIDED = phrase(
    r"\b(?:no|not(?: yet)?) (?:yet )?(?:made|reached|come to|taken|a|final)?\s?(?:a |any "
    r"|final )*(?:decision|conclusion|determination)|\bhave not (?:yet )?(?:made|reached|completed"
    r"|concluded|decided)|\bstill (?:considering|weighing)|\byet to (?:be )?(?:decide|reach|determin"
    r"|complete)|\bdecision has (?:not )?(?:yet )?been",
    "decision",
    "conclusion",
    "determination",
    "have not",
    "still",
    "yet to",
)
_DATE = re.compile(
    r"(?P<date>\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december),? \d{4}|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})"
)
_BY = phrase(
    r"\b(?:by|on or before|no later than|until|expect|estimate|anticipat|hope)\b[^.\n]{0,100}?" + _DATE.pattern,
    "by",
    "before",
    "later",
    "until",
    "expect",
    "estimate",
    "anticipat",
    "hope",
)
_OUTER_LIMIT = 2 * RESPONSE_DAYS


def _asks_only(document: Document) -> bool:
    """Whether the letter asks for clarification and answers nothing."""
    return not document.cites and document.is_of(KindOfLetter.CLARIFICATION) and not document.own.has(_ANSWERS)


def _extends(document: Document) -> bool:
    """Whether the letter takes more time for the public interest test."""
    return not document.gives and document.is_of(KindOfLetter.EXTENSION)


@check("L-CLR-01")
def what_is_unclear(document: Document) -> Iterator[Spot]:
    """Clarification is asked for, without a question and without a reason."""
    if _asks_only(document) and not document.own.has(_UNCLEAR):
        yield document.first_words


@check("L-CLR-02")
def when_time_runs(document: Document) -> Iterator[Spot]:
    """Clarification is asked for, without a word on the time."""
    if _asks_only(document) and not document.own.has(_CLOCK):
        yield document.first_words


@check("L-FEE-01")
def fees_incomplete(document: Document) -> Iterator[Spot]:
    """A fees notice lacks one of its three parts."""
    if not document.is_of(KindOfLetter.FEES):
        return
    parts = (("the amount", _AMOUNT), ("the three months", _MONTHS), ("how to pay", _PAY))
    lacking = [name for name, sign in parts if not document.own.has(sign)]
    if lacking:
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"missing: {', '.join(lacking)}")


@check("L-FEE-02")
def staff_time(document: Document) -> Iterator[Spot]:
    """A fees notice charges for time, and the request is not over the limit."""
    if document.is_of(KindOfLetter.FEES) and not document.own.has(_OVER_LIMIT):
        found = document.own.first(_STAFF)
        if found:
            yield document.own.at(found)


@check("L-EXT-01")
def extended_late(document: Document) -> Iterator[Spot]:
    """The notice is dated after day 20."""
    received, dated = document.dates.received, document.dates.dated
    if received is None or dated is None or document.desk.moved or not _extends(document):
        return
    try:
        due = due_date(received)
    except PastHorizon:
        return
    if dated > due:
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"received {received}, due {due}, dated {dated}")


@check("L-EXT-02")
def extended_for_what(document: Document) -> Iterator[Spot]:
    """No exemption is named, or only absolute ones."""
    if _extends(document) and not any(qualified(item) or not absolute(item) for item in document.provisions):
        yield document.first_words


@check("L-EXT-03")
def no_estimate(document: Document) -> Iterator[Spot]:
    """No statement that nothing is decided, or no date."""
    if not _extends(document):
        return
    parts = (
        ("that no decision is reached", document.own.has(_UNDECIDED)),
        ("the date expected", _promised(document) is not None),
    )
    lacking = [name for name, there in parts if not there]
    if lacking:
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"missing: {', '.join(lacking)}")


@check("L-EXT-04")
def past_forty(document: Document) -> Iterator[Spot]:
    """The date expected lies past the fortieth working day."""
    received = document.dates.received
    promised = _promised(document) if _extends(document) else None
    if received is None or promised is None:
        return
    try:
        limit = foia_calendar().after(received, _OUTER_LIMIT)
    except PastHorizon:
        return
    if promised > limit:
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"{promised}; the fortieth working day is {limit}")


def _promised(document: Document) -> date | None:
    """The date by which an answer is promised."""
    found = document.own.first(_BY)
    return read_date(found["date"]) if found else None
