"""What each event does to the course of a request, followed one by one on a calendar.

The history has passed `clock_checks.check`; here only dates are compared. Where an event came too late to have its
effect it is noted as a finding and the time runs on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from candour.law.calendars import WorkingCalendar
from candour.law.clock_course import Complaint, Course, MoreTime, Pause, Review
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
from candour.law.clock_limits import Regime
from candour.law.clock_values import FindingKind


def follow(events: tuple[Event, ...], regime: Regime, calendar: WorkingCalendar) -> Course:
    """The course of a checked history in legal order. Raises PastHorizon."""
    first, *further = events
    assert isinstance(first, Received)
    course = Course(regime, calendar, first)
    for event in further:
        _EFFECTS[type(event)](course, event)
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
    for complaint in course.complaints.values():
        if complaint.open:
            complaint.ended = event.on
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
    course.complaints[event.reference] = Complaint(event)
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
    course.complaints[event.reference].notice = event


def _complaint_ended(course: Course, event: ComplaintEnded) -> None:
    course.complaints[event.reference].ended = event.on


def _step_taken(course: Course, event: StepTaken) -> None:
    complaint = course.complaints[event.reference]
    complaint.taken[event.step] = event
    assert complaint.notice is not None
    due = next(step.by for step in complaint.notice.steps if step.name == event.step)
    if event.on > due:
        course.find(
            FindingKind.STEP_LATE,
            event,
            f"The step “{event.step}” was taken on {long_date(event.on)}; the decision notice wanted it by "
            f"{long_date(due)}.",
            "FOIA s50(4), s54; R-111, R-112" if course.regime is not Regime.FOISA else "FOISA s49, s53",
        )


_EFFECTS: dict[type[Event], Callable[[Course, Any], None]] = {
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
    ComplaintEnded: _complaint_ended,
    StepTaken: _step_taken,
}
