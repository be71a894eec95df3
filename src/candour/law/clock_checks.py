"""Whether a history can be in law: every event in its order, and against the regime. No calendar is asked.

Everything here is settled by the order of events and by what they carry. Lateness is the clock's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from candour.law.catalogue import Kind, Limb, Nature, UnknownLimb, catalogue
from candour.law.clock_events import (
    ClarificationAsked,
    ClarificationGiven,
    CommissionerComplaint,
    ComplaintEnded,
    ComplexityExtended,
    DecisionNotice,
    Event,
    ExtensionNotified,
    FeePaid,
    FeesNotice,
    ImpossibleEvent,
    InternalReviewAnswered,
    InternalReviewAsked,
    Received,
    Responded,
    ReviewExtended,
    StepTaken,
    Transferred,
    Withdrawn,
    long_date,
)
from candour.law.clock_limits import Regime, has_limit
from candour.law.decision import Claim
from candour.law.provision import CitationError, Provision, parse_citation

WHOLE = ""
"""The one question of a request that is taken whole."""


@dataclass
class _So:
    """How far the history has got."""

    regime: Regime
    received: Received | None = None
    asked: bool = False
    fee: bool = False
    extended: set[str] = field(default_factory=set)
    extended_for_complexity: bool = False
    answered: set[str] = field(default_factory=set)
    last_answer: date | None = None
    ended: str = ""
    review: InternalReviewAsked | None = None
    review_extended: bool = False
    reviewed: bool = False
    complaints: dict[str, dict[str, bool] | None] = field(default_factory=dict)
    """By reference, the steps that the notice ordered and whether each was taken; None while undecided."""

    @property
    def questions(self) -> tuple[str, ...]:
        assert self.received is not None
        return self.received.questions or (WHOLE,)

    def rule(self, subject: str) -> str:
        """What the subject rests on under the regime."""
        return _RULES[subject][self.regime]

    @property
    def with_the_commissioner(self) -> list[str]:
        """The references of the complaints that are not decided."""
        return [reference for reference, steps in self.complaints.items() if steps is None]

    @property
    def complete(self) -> bool:
        """Whether every question is answered."""
        return self.answered >= set(self.questions)


def check(events: tuple[Event, ...], regime: Regime) -> None:
    """Nothing, when the history (in legal order) can be. Raises ImpossibleEvent for the first event that cannot."""
    if not events:
        raise ImpossibleEvent(None, "nothing was received", _RULES["clock"][regime])
    so = _So(regime)
    for event in events:
        _in_sequence(so, event)
        _CHECKS[type(event)](so, event)


def _in_sequence(so: _So, event: Event) -> None:
    if isinstance(event, Received):
        return
    if so.received is None:
        raise ImpossibleEvent(event, "it comes before the request was received", so.rule("clock"))
    if so.ended == "withdrawn":
        raise ImpossibleEvent(event, "the request was withdrawn; anything further is a new request", so.rule("request"))


def _no_longer_open(so: _So, event: Event, rule: str) -> None:
    if so.ended:
        raise ImpossibleEvent(event, f"the request had been {so.ended}", rule)
    if so.complete:
        raise ImpossibleEvent(event, "the request had been answered; what follows is a review or a new request", rule)


def _asked_for(so: _So, event: Event, named: tuple[str, ...]) -> tuple[str, ...]:
    for question in named:
        if question not in so.questions:
            known = ", ".join(so.questions) if so.questions != (WHOLE,) else "none by name"
            raise ImpossibleEvent(
                event, f"question “{question}” was not asked; the request has {known}", so.rule("request")
            )
    return named or tuple(question for question in so.questions if question not in so.answered)


def _received(so: _So, event: Received) -> None:
    if so.received:
        first = long_date(so.received.on)
        raise ImpossibleEvent(
            event, f"the request was already received on {first}; one request, one clock", so.rule("clock")
        )
    if len(set(event.questions)) < len(event.questions) or WHOLE in event.questions:
        raise ImpossibleEvent(event, "each question needs a name of its own", so.rule("request"))
    so.received = event


def _clarification_asked(so: _So, event: ClarificationAsked) -> None:
    _no_longer_open(so, event, so.rule("clarification"))
    if so.asked:
        why = "clarification was already asked for and has not come; record what came, or that it was withdrawn"
        raise ImpossibleEvent(event, why, so.rule("clarification"))
    if event.reply_by and event.reply_by < event.on:
        raise ImpossibleEvent(
            event, f"the reply would be due on {long_date(event.reply_by)}, before it", so.rule("clarification")
        )
    so.asked = True


def _clarification_given(so: _So, event: ClarificationGiven) -> None:
    _no_longer_open(so, event, so.rule("clarification"))
    if not so.asked:
        why = "nobody had asked for it; only information that the authority asked for resets the date of receipt"
        raise ImpossibleEvent(event, why, so.rule("clarification"))
    so.asked = False
    so.extended.clear()
    so.extended_for_complexity = False


def _fees_notice(so: _So, event: FeesNotice) -> None:
    _no_longer_open(so, event, so.rule("fees"))
    if event.amount <= 0:
        raise ImpossibleEvent(event, f"a fee of £{event.amount} is none", so.rule("fees"))
    so.fee = True


def _fee_paid(so: _So, event: FeePaid) -> None:
    if not so.fee:
        raise ImpossibleEvent(event, "no fees notice was open", so.rule("fees"))
    so.fee = False


def _extension(so: _So, event: ExtensionNotified) -> None:
    rule = "FOIA s10(3), s17(2); R-47"
    if so.regime is Regime.EIR:
        raise ImpossibleEvent(
            event,
            "under the EIR the public interest gives no more time; only complexity and volume do",
            "EIR reg 7(1); R-131",
        )
    if so.regime is Regime.FOISA:
        raise ImpossibleEvent(event, "FOISA gives no more time for the public interest", "FOISA s10; R-120")
    _no_longer_open(so, event, rule)
    _qualified(event)
    if event.estimate < event.on:
        raise ImpossibleEvent(event, f"the estimate, {long_date(event.estimate)}, lies before the notice", rule)
    questions = set(_asked_for(so, event, event.questions))
    if answered := sorted(questions & so.answered):
        raise ImpossibleEvent(event, f"question {', '.join(answered)} had been answered", rule)
    if questions & so.extended:
        raise ImpossibleEvent(event, "the time was already extended once, and cannot be twice", rule)
    so.extended |= questions


def qualified_limbs(cited: str, by_virtue_of: str = "") -> tuple[Limb, ...]:
    """The limbs cited, if the public interest test is owed for every one, so that s10(3) can give more time.

    Raises ValueError with the reason: no such limb, an absolute one, s12, s14, or one that cannot be claimed.
    """
    try:
        grounds = parse_citation(by_virtue_of) if by_virtue_of.strip() else ()
        limbs = tuple(catalogue().limb(provision) for provision in parse_citation(cited))
        tuple(catalogue().limb(ground) for ground in grounds)
    except (CitationError, UnknownLimb) as error:
        raise ValueError(f"it has to name a qualified exemption. {error}") from error
    for limb in limbs:
        if why := _why_not_qualified(limb, grounds):
            raise ValueError(why)
    return limbs


def _qualified(event: ExtensionNotified) -> None:
    try:
        qualified_limbs(event.limb, event.by_virtue_of)
    except ValueError as error:
        raise ImpossibleEvent(event, str(error), "FOIA s2(3), s10(3); R-47") from error


def _why_not_qualified(limb: Limb, grounds: tuple[Provision, ...]) -> str:
    name = limb.name[0].lower() + limb.name[1:]
    if limb.kind is Kind.PROCEDURE:
        return f"{name} is no exemption of Part II and carries no public interest test"
    if limb.kind is Kind.CONDITION:
        return f"{name} is only reached through another limb; name that one"
    if not limb.available:
        return f"{name} cannot be claimed by a police force"
    if limb.nature is Nature.DEPENDS and not set(grounds) & set(limb.by_virtue_of):
        choices = ", ".join(str(ground) for ground in limb.by_virtue_of)
        return f"{name} is absolute or qualified by virtue of its ground; name it: {choices}"
    if Claim((limb.provision,), grounds).absolute:
        through = f" by virtue of section {', '.join(map(str, grounds))}" if limb.nature is Nature.DEPENDS else ""
        return f"{name}{through} is absolute, so there is no public interest to weigh"
    return ""


def _complexity(so: _So, event: ComplexityExtended) -> None:
    rule = "EIR reg 7(1); R-131"
    if so.regime is not Regime.EIR:
        why = f"{so.regime.upper()} gives no more time for complexity or volume"
        raise ImpossibleEvent(event, why, "FOIA s10; R-47" if so.regime is Regime.FOIA else "FOISA s10; R-120")
    _no_longer_open(so, event, rule)
    if not event.complexity.strip() or not event.volume.strip():
        raise ImpossibleEvent(event, "the request has to be both complex and voluminous, and the notice say why", rule)
    if so.extended_for_complexity:
        raise ImpossibleEvent(event, "the time was already extended once, and cannot be twice", rule)
    so.extended_for_complexity = True


def _transferred(so: _So, event: Transferred) -> None:
    rule = so.rule("transfer")
    _no_longer_open(so, event, rule)
    if so.regime is not Regime.EIR and not event.agreed:
        why = "a request is passed on only if the requester agrees; without that, say where to ask and answer it"
        raise ImpossibleEvent(event, why, rule)
    so.ended = "transferred"


def _responded(so: _So, event: Responded) -> None:
    so.answered |= set(_asked_for(so, event, event.questions))
    so.last_answer = event.on
    if so.complete:
        so.fee = so.asked = False


def _withdrawn(so: _So, event: Withdrawn) -> None:
    if not so.complete and not so.ended:
        so.ended = "withdrawn"
        return
    crossed = so.last_answer == event.on
    if not crossed and not so.review and not so.with_the_commissioner:
        raise ImpossibleEvent(event, "nothing was open that could be withdrawn", so.rule("request"))
    so.review = None
    so.complaints.update({reference: {} for reference in so.with_the_commissioner})


def _review_asked(so: _So, event: InternalReviewAsked) -> None:
    rule = so.rule("review")
    if so.review:
        raise ImpossibleEvent(event, f"a review asked for on {long_date(so.review.on)} is still open", rule)
    so.review, so.review_extended = event, False


def _review_longer(so: _So, event: ReviewExtended) -> None:
    rule = so.rule("review")
    if not has_limit(so.regime, "extended_review"):
        raise ImpossibleEvent(event, "the time for the review is fixed by statute and cannot be extended", rule)
    if not so.review:
        raise ImpossibleEvent(event, "no review was open", rule)
    if so.review_extended:
        raise ImpossibleEvent(event, "the review was already extended once, and cannot be twice", rule)
    if not event.reasons.strip():
        raise ImpossibleEvent(event, "the requester has to be told the reasons", rule)
    if event.until < event.on:
        raise ImpossibleEvent(event, f"the new date, {long_date(event.until)}, lies before it", rule)
    so.review_extended = True


def _review_answered(so: _So, event: InternalReviewAnswered) -> None:
    if not so.review:
        raise ImpossibleEvent(event, "nobody had asked for a review", so.rule("review"))
    so.review, so.reviewed = None, True


def _complaint(so: _So, event: CommissionerComplaint) -> None:
    if event.reference in so.complaints:
        raise ImpossibleEvent(event, "the complaint was already recorded", so.rule("commissioner"))
    if so.regime is Regime.FOISA and not so.reviewed and not so.review:
        raise ImpossibleEvent(
            event, "a review has to be required before the Commissioner is asked", so.rule("commissioner")
        )
    so.complaints[event.reference] = None


def _decision_notice(so: _So, event: DecisionNotice) -> None:
    _undecided(so, event)
    names = [step.name for step in event.steps]
    if len(set(names)) < len(names):
        raise ImpossibleEvent(event, "each step needs a name of its own", so.rule("commissioner"))
    for step in event.steps:
        if step.by < event.on:
            why = f"the step “{step.name}” would be due on {long_date(step.by)}, before the notice"
            raise ImpossibleEvent(event, why, so.rule("commissioner"))
    so.complaints[event.reference] = dict.fromkeys(names, False)


def _complaint_ended(so: _So, event: ComplaintEnded) -> None:
    _undecided(so, event)
    so.complaints[event.reference] = {}


def _undecided(so: _So, event: DecisionNotice | ComplaintEnded) -> None:
    if event.reference not in so.complaints:
        raise ImpossibleEvent(event, "nobody had complained to the Commissioner", so.rule("commissioner"))
    if so.complaints[event.reference] is not None:
        raise ImpossibleEvent(event, "the complaint was already decided", so.rule("commissioner"))


def _step_taken(so: _So, event: StepTaken) -> None:
    steps = so.complaints.get(event.reference) or {}
    if event.step not in steps:
        raise ImpossibleEvent(event, f"no decision notice orders the step “{event.step}”", so.rule("commissioner"))
    if steps[event.step]:
        raise ImpossibleEvent(event, f"the step “{event.step}” was already taken", so.rule("commissioner"))
    steps[event.step] = True


_CHECKS: dict[type[Event], Callable[[_So, Any], None]] = {
    Received: _received,
    ClarificationAsked: _clarification_asked,
    ClarificationGiven: _clarification_given,
    FeesNotice: _fees_notice,
    FeePaid: _fee_paid,
    ExtensionNotified: _extension,
    ComplexityExtended: _complexity,
    Transferred: _transferred,
    Responded: _responded,
    Withdrawn: _withdrawn,
    InternalReviewAsked: _review_asked,
    ReviewExtended: _review_longer,
    InternalReviewAnswered: _review_answered,
    CommissionerComplaint: _complaint,
    DecisionNotice: _decision_notice,
    ComplaintEnded: _complaint_ended,
    StepTaken: _step_taken,
}

_RULES: dict[str, dict[Regime, str]] = {
    "request": {
        Regime.FOIA: "FOIA s1(1); R-10, R-15",
        Regime.EIR: "EIR reg 5(1); R-131",
        Regime.FOISA: "FOISA s1(1); R-120",
    },
    "clock": {
        Regime.FOIA: "FOIA s10(1), (6); R-40, R-41",
        Regime.EIR: "EIR reg 5(2); R-131",
        Regime.FOISA: "FOISA s10(1); R-120",
    },
    "clarification": {
        Regime.FOIA: "FOIA s1(3), s10(6)(b); R-41, R-46",
        Regime.EIR: "EIR reg 9(2), (4); R-41, R-46",
        Regime.FOISA: "FOISA s1(3), s10(1)(b); R-41, R-46",
    },
    "fees": {
        Regime.FOIA: "FOIA s9; R-30",
        Regime.EIR: "EIR reg 8; R-131",
        Regime.FOISA: "FOISA s9; R-120",
    },
    "transfer": {
        Regime.FOIA: "FOIA s16, s45 Code of Practice; R-48",
        Regime.EIR: "EIR reg 10; R-133",
        Regime.FOISA: "FOISA s15; R-48",
    },
    "review": {
        Regime.FOIA: "s45 Code of Practice, chapter 5; R-102",
        Regime.EIR: "EIR reg 11; R-133",
        Regime.FOISA: "FOISA ss20, 21; R-124",
    },
    "commissioner": {
        Regime.FOIA: "FOIA s50; R-110, R-111",
        Regime.EIR: "EIR reg 18, FOIA s50; R-110, R-111",
        Regime.FOISA: "FOISA ss47, 49; R-124",
    },
}
"""What each subject rests on under each regime: the provision, and the rule of the reference."""
