"""The course of a request: its events followed one by one on a calendar, and what each did to the time.

The history has passed `clock_checks.check`; here only dates are compared. Where an event came too late to have its
effect it is noted as a finding and the time runs on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from candour.law.calendars import WorkingCalendar
from candour.law.clock_checks import WHOLE
from candour.law.clock_events import (
    ClarificationAsked,
    ClarificationGiven,
    CommissionerComplaint,
    ComplexityExtended,
    DecisionNotice,
    Event,
    ExtensionNotified,
    FeePaid,
    FeesNotice,
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
from candour.law.clock_limits import Regime, TimeLimit, time_limit
from candour.law.clock_values import Finding, FindingKind


@dataclass
class Pause:
    """The time under a fees notice: its day, the last day to pay, and the day of payment, in time or not."""

    notice: FeesNotice
    pay_by: date
    paid: date | None = None

    @property
    def over(self) -> bool:
        """Whether the fee was paid in time, so that the time runs on without the days between."""
        return self.paid is not None and self.paid <= self.pay_by


@dataclass
class MoreTime:
    """An extension that was notified in time: of which questions, and to which day."""

    event: ExtensionNotified | ComplexityExtended
    questions: frozenset[str]


@dataclass
class Review:
    """An internal review: what it was asked after, until when it was extended, and when it was over."""

    asked: InternalReviewAsked
    after: date | None
    extended: date | None = None
    answered: date | None = None
    withdrawn: date | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is owed."""
        return not self.answered and not self.withdrawn


@dataclass
class Course:
    """What has happened to the request by its latest event.

    received: the receipt. receipt: the date of receipt in law, which clarification moves (FOIA s10(6)(b)). asked: the
    clarification waited for. answered: each question with the day of its answer. answered_early: those answered while
    nothing was owed.
    """

    regime: Regime
    calendar: WorkingCalendar
    received: Received
    receipt: date = field(init=False)
    asked: ClarificationAsked | None = None
    clarified: bool = False
    pauses: list[Pause] = field(default_factory=list)
    more_time: list[MoreTime] = field(default_factory=list)
    answered: dict[str, date] = field(default_factory=dict)
    answered_early: set[str] = field(default_factory=set)
    responses: list[Responded] = field(default_factory=list)
    transferred: date | None = None
    withdrawn: date | None = None
    reviews: list[Review] = field(default_factory=list)
    complaint: CommissionerComplaint | None = None
    complaint_withdrawn: bool = False
    notice: DecisionNotice | None = None
    taken: dict[str, StepTaken] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.receipt = self.received.on

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions by name, or the one of a request taken whole."""
        return self.received.questions or (WHOLE,)

    @property
    def complete(self) -> bool:
        """Whether every question is answered."""
        return len(self.answered) == len(self.questions)

    @property
    def last_answer(self) -> date | None:
        """When the last response went out."""
        return self.responses[-1].on if self.responses else None

    def covers(self, review: Review) -> bool:
        """Whether the review was asked for when everything was answered, and no later response is left out of it."""
        if not self.complete or self.last_answer is None or review.asked.on < max(self.answered.values()):
            return False
        return review.asked.on >= self.last_answer or review.open or (review.answered or date.min) >= self.last_answer

    @property
    def unpaid(self) -> Pause | None:
        """The fees notice under which nothing is owed: not paid yet, or not in time."""
        return self.pauses[-1] if self.pauses and not self.pauses[-1].over else None

    @property
    def suspended(self) -> bool:
        """Whether nothing is owed until the clarification or the fee comes."""
        return bool(self.asked or self.unpaid)

    @property
    def disregarded(self) -> dict[date, str]:
        """The days from each fees notice to its payment, both inclusive (FOIA s10(2); R-33), with the reason."""
        days: dict[date, str] = {}
        for pause in self.pauses:
            if pause.over and pause.paid:
                why = (
                    f"disregarded: fees notice given on {long_date(pause.notice.on)}, "
                    f"fee received on {long_date(pause.paid)}"
                )
                length = (pause.paid - pause.notice.on).days + 1
                days.update(dict.fromkeys((pause.notice.on + timedelta(days=n) for n in range(length)), why))
        return days

    def limit(self, name: str) -> TimeLimit:
        """The time limit of that name for this request. Raises UnknownLimit."""
        return time_limit(self.regime, name, self.received.on)

    def plain_due(self) -> date:
        """The last day of the plain period. Raises PastHorizon."""
        return self.calendar.after(self.receipt, self.limit("response").working_days, self.disregarded)

    def latest_due(self) -> date:
        """The last day of the longest period that an extension can give. Raises PastHorizon, UnknownLimit."""
        return self.calendar.after(self.receipt, self.limit("extended_response").working_days, self.disregarded)

    def extended_due(self, more: MoreTime) -> date:
        """The day that the extension gives: its estimate, at most the latest and never before the plain date.

        An estimate that is no working day is taken as the next one.
        """
        latest = self.latest_due()
        if isinstance(more.event, ComplexityExtended):
            return latest
        estimate = min(self.calendar.next_working(min(more.event.estimate, latest)), latest)
        return max(self.plain_due(), estimate)

    def review_due(self, review: Review) -> date:
        """The last day to answer the review."""
        plain = self.limit("review").last_day(review.asked.on, self.calendar)
        if not review.extended:
            return plain
        latest = self.limit("extended_review").last_day(review.asked.on, self.calendar)
        return max(plain, min(self.calendar.next_working(min(review.extended, latest)), latest))

    def review_request_due(self, answered: date) -> date:
        """The last day to ask for a review of what was answered that day.

        FOISA s20(5) counts from the end of the time to answer, unless the answer came after it; the others from the
        answer.
        """
        start = max(self.plain_due(), answered) if self.regime is Regime.FOISA else answered
        return self.limit("review_request").last_day(start, self.calendar)

    def complaint_due(self, review: Review) -> date | None:
        """The day by which a complaint about the outcome of the review is expected; None while there is no outcome."""
        return self.limit("complaint").last_day(review.answered, self.calendar) if review.answered else None

    def follow(self, event: Event) -> None:
        """The course one event further. Raises PastHorizon."""
        _STEPS[type(event)](self, event)

    def find(self, kind: FindingKind, event: Event, says: str, rule: str) -> None:
        """Note what came late or had no effect."""
        self.findings.append(Finding(kind, event, says, rule))

    def too_late(self, on: date) -> bool:
        """Whether the plain period was over before that day, and ran."""
        return not self.suspended and on > self.plain_due()


def follow(events: tuple[Event, ...], regime: Regime, calendar: WorkingCalendar) -> Course:
    """The course of a checked history in legal order. Raises PastHorizon."""
    first, *further = events
    assert isinstance(first, Received)
    course = Course(regime, calendar, first)
    for event in further:
        course.follow(event)
    return course


def _clarification_asked(course: Course, event: ClarificationAsked) -> None:
    if course.too_late(event.on):
        course.find(
            FindingKind.CLARIFICATION_LATE,
            event,
            f"Clarification was asked for on {long_date(event.on)}, after the answer was due on "
            f"{long_date(course.plain_due())}; the date stays.",
            f"{course.limit('clarification_reply').basis}; R-46",
        )
        return
    course.asked = event


def _clarification_given(course: Course, event: ClarificationGiven) -> None:
    if course.asked:
        course.receipt, course.asked, course.clarified = event.on, None, True
        course.more_time.clear()


def _fees_notice(course: Course, event: FeesNotice) -> None:
    if not course.asked and event.on > course.plain_due():
        course.find(
            FindingKind.FEES_NOTICE_LATE,
            event,
            f"The fees notice went on {long_date(event.on)}, after the answer was due on "
            f"{long_date(course.plain_due())}; the date stays.",
            f"{course.limit('response').basis}; R-30",
        )
        return
    if course.unpaid:
        course.pauses.pop()
    course.pauses.append(Pause(event, course.limit("fee_payment").last_day(event.on, course.calendar)))


def _fee_paid(course: Course, event: FeePaid) -> None:
    pause = course.unpaid
    if not pause:
        return
    pause.paid = event.on
    if not pause.over:
        course.find(
            FindingKind.FEE_LATE,
            event,
            f"The fee came on {long_date(event.on)}, after the last day to pay, {long_date(pause.pay_by)}; "
            "nothing has to be answered on this request any more.",
            f"{course.limit('fee_payment').basis}; R-30",
        )


def _more_time(course: Course, event: ExtensionNotified | ComplexityExtended) -> None:
    if course.too_late(event.on):
        course.find(
            FindingKind.EXTENSION_LATE,
            event,
            f"The notice of more time went on {long_date(event.on)}, after the last day for it, "
            f"{long_date(course.plain_due())}; the date stays.",
            _extension_rule(course),
        )
        return
    named = event.questions if isinstance(event, ExtensionNotified) else ()
    open_now = (question for question in course.questions if question not in course.answered)
    course.more_time.append(MoreTime(event, frozenset(named or open_now)))


def _extension_rule(course: Course) -> str:
    return f"{course.limit('extended_response').basis}; {'R-131' if course.regime is Regime.EIR else 'R-47'}"


def _transferred(course: Course, event: Transferred) -> None:
    course.transferred = event.on


def _responded(course: Course, event: Responded) -> None:
    questions = event.questions or tuple(known for known in course.questions if known not in course.answered)
    for question in questions:
        if question not in course.answered:
            course.answered[question] = event.on
            if course.suspended or course.transferred:
                course.answered_early.add(question)
    course.responses.append(event)


def _withdrawn(course: Course, event: Withdrawn) -> None:
    if not course.complete and not course.transferred:
        course.withdrawn = event.on
    course.complaint_withdrawn = course.complaint is not None and course.notice is None
    for review in course.reviews:
        if review.open:
            review.withdrawn = event.on


def _review_asked(course: Course, event: InternalReviewAsked) -> None:
    basis = course.limit("review_request").basis
    review = Review(event, course.last_answer)
    course.reviews.append(review)
    if review.after is None:
        if not course.more_time and not course.transferred and not course.too_late(event.on):
            course.find(
                FindingKind.REVIEW_TOO_EARLY,
                event,
                f"A review was asked for on {long_date(event.on)}, before there was an answer and before one was due.",
                basis,
            )
        return
    due = course.review_request_due(review.after)
    if event.on > due:
        course.find(
            FindingKind.REVIEW_REQUEST_LATE,
            event,
            f"The review was asked for on {long_date(event.on)}, after {long_date(due)}; the authority may accept it.",
            basis,
        )


def _review_extended(course: Course, event: ReviewExtended) -> None:
    review = course.reviews[-1]
    plain = course.review_due(review)
    basis = course.limit("extended_review").basis
    if event.on > plain:
        course.find(
            FindingKind.REVIEW_EXTENSION_LATE,
            event,
            f"More time for the review was taken on {long_date(event.on)}, after it was due on {long_date(plain)}; "
            "the date stays.",
            f"{basis}; R-102",
        )
        return
    review.extended = event.until
    latest = course.limit("extended_review").last_day(review.asked.on, course.calendar)
    if event.until > latest:
        course.find(
            FindingKind.REVIEW_TOO_LONG,
            event,
            f"The review was extended to {long_date(event.until)}; the clock allows {long_date(latest)} at most.",
            f"{basis}; R-102",
        )


def _review_answered(course: Course, event: InternalReviewAnswered) -> None:
    review = course.reviews[-1]
    review.answered = event.on
    due = course.review_due(review)
    if event.on > due:
        course.find(
            FindingKind.REVIEW_LATE,
            event,
            f"The review was answered on {long_date(event.on)}; it was due on {long_date(due)}.",
            course.limit("review").basis,
        )


def _complaint(course: Course, event: CommissionerComplaint) -> None:
    course.complaint = event
    basis = course.limit("complaint").basis
    review = course.reviews[-1] if course.reviews else None
    due = course.complaint_due(review) if review else None
    if due and event.on > due:
        course.find(
            FindingKind.COMPLAINT_LATE,
            event,
            f"The complaint was made on {long_date(event.on)}, after {long_date(due)}.",
            f"{basis}; R-110",
        )
    overdue = not course.complete and course.too_late(event.on)
    if not due and not overdue and not (review and review.open and event.on > course.review_due(review)):
        course.find(
            FindingKind.COMPLAINT_TOO_EARLY,
            event,
            "The complaint was made before an internal review was over; the Commissioner need not decide it yet.",
            f"{basis}; R-110",
        )


def _decision_notice(course: Course, event: DecisionNotice) -> None:
    course.notice = event


def _step_taken(course: Course, event: StepTaken) -> None:
    course.taken[event.step] = event
    assert course.notice is not None
    due = next(step.by for step in course.notice.steps if step.name == event.step)
    if event.on > due:
        course.find(
            FindingKind.STEP_LATE,
            event,
            f"The step “{event.step}” was taken on {long_date(event.on)}; the decision notice wanted it by "
            f"{long_date(due)}.",
            "FOIA s50(4), s54; R-111, R-112" if course.regime is not Regime.FOISA else "FOISA s49, s53",
        )


_STEPS: dict[type[Event], Callable[[Course, Any], None]] = {
    ClarificationAsked: _clarification_asked,
    ClarificationGiven: _clarification_given,
    FeesNotice: _fees_notice,
    FeePaid: _fee_paid,
    ExtensionNotified: _more_time,
    ComplexityExtended: _more_time,
    Transferred: _transferred,
    Responded: _responded,
    Withdrawn: _withdrawn,
    InternalReviewAsked: _review_asked,
    ReviewExtended: _review_extended,
    InternalReviewAnswered: _review_answered,
    CommissionerComplaint: _complaint,
    DecisionNotice: _decision_notice,
    StepTaken: _step_taken,
}
