"""What can happen to a request: one frozen value to each kind of event, and the order that the law gives them.

The clock is what these come to; nothing is counted up or stored. An event that cannot be in law (clarification that
nobody asked for, an extension for an absolute exemption) is `ImpossibleEvent`. Whether one can be never depends on a
calendar, so no holiday added later can make the history of a case impossible. What merely comes late is no error but a
finding of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Received:
    """The request reached the authority, on any day and at any hour (FOIA s10(6); R-43, R-45).

    questions: what the questions are called, where the answer may come in stages; empty for a request taken whole.
    """

    on: date
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClarificationAsked:
    """The authority asked for what it reasonably requires to identify and locate the information (FOIA s1(3)).

    reply_by: after which day the authority said that it would close the request.
    """

    on: date
    reply_by: date | None = None


@dataclass(frozen=True, slots=True)
class ClarificationGiven:
    """The further information came; this is the new date of receipt (FOIA s10(6)(b); R-41, R-46)."""

    on: date


@dataclass(frozen=True, slots=True)
class FeesNotice:
    """A fees notice (FOIA s9(1)), or the notice of an advance payment (EIR reg 8(4)), of so many pounds."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeePaid:
    """The authority received the fee."""

    on: date


@dataclass(frozen=True, slots=True)
class ExtensionNotified:
    """Notice that the public interest is still being weighed, with an estimate of the date (FOIA s10(3), s17(2)).

    limb: the qualified limbs, as cited. by_virtue_of: the ground, for a limb that takes its nature from it (40(2)).
    questions: those whose decision takes longer; empty for the whole request.
    """

    on: date
    limb: str
    estimate: date
    by_virtue_of: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComplexityExtended:
    """Notice that the request is both complex and voluminous (EIR reg 7), with why it is the one and the other."""

    on: date
    complexity: str
    volume: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """The request went to another authority: under FOIA with the requester's agreement only (R-48), or EIR reg 10."""

    on: date
    to: str
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Responded:
    """An answer or a refusal notice went out, to the questions named or to all that were open."""

    on: date
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The requester withdrew the request, the review or the complaint: whatever was open."""

    on: date


@dataclass(frozen=True, slots=True)
class InternalReviewAsked:
    """The requester asked for an internal review (s45 Code; EIR reg 11; FOISA s20)."""

    on: date


@dataclass(frozen=True, slots=True)
class ReviewExtended:
    """The authority told the requester that the review takes until that day, and why (s45 Code, chapter 5)."""

    on: date
    until: date
    reasons: str


@dataclass(frozen=True, slots=True)
class InternalReviewAnswered:
    """The outcome of the internal review went out."""

    on: date


@dataclass(frozen=True, slots=True)
class CommissionerComplaint:
    """The Commissioner told the authority of a complaint (FOIA s50(1); FOISA s47). Each of several has a reference."""

    on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class StepOrdered:
    """One step that a decision notice requires, and by when (FOIA s50(4))."""

    name: str
    by: date


@dataclass(frozen=True, slots=True)
class DecisionNotice:
    """The Commissioner's decision notice on a complaint, with its steps; none when the complaint is not upheld."""

    on: date
    steps: tuple[StepOrdered, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintEnded:
    """A complaint ended without a decision notice: it was withdrawn, resolved, or not taken up (FOIA s50(2))."""

    on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """The authority took a step of the decision notice on a complaint, by its name."""

    on: date
    step: str
    reference: str = ""


Event = (
    Received
    | ClarificationAsked
    | ClarificationGiven
    | FeesNotice
    | FeePaid
    | ExtensionNotified
    | ComplexityExtended
    | Transferred
    | Responded
    | Withdrawn
    | InternalReviewAsked
    | ReviewExtended
    | InternalReviewAnswered
    | CommissionerComplaint
    | DecisionNotice
    | ComplaintEnded
    | StepTaken
)
"""Anything that can happen to a request."""

LEGAL_ORDER: tuple[type[Event], ...] = (
    Received,
    ClarificationAsked,
    ClarificationGiven,
    FeesNotice,
    FeePaid,
    ExtensionNotified,
    ComplexityExtended,
    Transferred,
    Responded,
    InternalReviewAsked,
    ReviewExtended,
    InternalReviewAnswered,
    CommissionerComplaint,
    DecisionNotice,
    ComplaintEnded,
    StepTaken,
    Withdrawn,
)
"""The order of events of one day: a request before what is done about it, a question before its answer, a notice before
its payment, what suspends or extends the time before the answer that it is for, and the end last."""

_ANSWERS: dict[type[Event], type[Event]] = {
    ClarificationAsked: ClarificationGiven,
    FeesNotice: FeePaid,
    InternalReviewAsked: InternalReviewAnswered,
}
"""What each of these waits for. If one is already open when the day begins, what closes it comes before a new one."""

NAMES: dict[type[Event], str] = {
    Received: "the receipt of the request",
    ClarificationAsked: "asking for clarification",
    ClarificationGiven: "the clarification",
    FeesNotice: "the fees notice",
    FeePaid: "the payment of the fee",
    ExtensionNotified: "the public interest extension",
    ComplexityExtended: "the extension for complexity and volume",
    Transferred: "the transfer",
    Responded: "the response",
    Withdrawn: "the withdrawal",
    InternalReviewAsked: "the request for an internal review",
    ReviewExtended: "the extension of the internal review",
    InternalReviewAnswered: "the outcome of the internal review",
    CommissionerComplaint: "the complaint to the Commissioner",
    DecisionNotice: "the decision notice",
    ComplaintEnded: "the end of the complaint",
    StepTaken: "the step taken",
}
"""Each kind of event as a sentence names it."""


def event_name(event: Event) -> str:
    """The event as a sentence names it: `the fees notice`."""
    return NAMES[type(event)]


class ImpossibleEvent(ValueError):
    """What is recorded cannot have happened in law; says which event it is, and by what rule.

    event: the event; None when there is none at all. rule: the provision, and the rule of the reference.
    """

    def __init__(self, event: Event | None, why: str, rule: str) -> None:
        self.event, self.rule = event, rule
        what = f"{NAMES[type(event)]} of {long_date(event.on)}" if event else "the history of the request"
        super().__init__(f"{what[0].upper()}{what[1:]} cannot be: {why} ({rule})")


def long_date(day: date) -> str:
    """The date as a sentence gives it: `Wed 20 March 2024`."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def in_legal_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events by date, and within a day as `LEGAL_ORDER` has them, whatever order they were recorded in."""
    left = sorted(events, key=lambda event: (event.on, LEGAL_ORDER.index(type(event)), repr(event)))
    return tuple(_answers_before_new_questions(left))


def _answers_before_new_questions(left: list[Event]) -> Iterator[Event]:
    waiting: set[type[Event]] = set()
    while left:
        event = left[0]
        closing = _ANSWERS.get(type(event))
        if closing in waiting:
            today = (later for later in left if later.on == event.on and type(later) is closing)
            event = next(today, event)
        left.remove(event)
        waiting.discard(type(event))
        if opened := _ANSWERS.get(type(event)):
            waiting.add(opened)
        yield event
