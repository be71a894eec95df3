"""The deadlines of a course: each with its law, what became of it, and a sentence that says all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from candour.law.clock_checks import WHOLE
from candour.law.clock_course import Complaint, Course, MoreTime, Review
from candour.law.clock_events import ComplexityExtended, DecisionNotice, long_date
from candour.law.clock_limits import Binding, Regime, TimeLimit, has_limit
from candour.law.clock_values import Deadline, DeadlineKind, Finding, FindingKind, Party, Status


def deadlines(course: Course) -> tuple[Deadline, ...]:
    """Every deadline that has been set in motion, in the order in which the law reaches it. Raises PastHorizon."""
    return tuple(
        deadline
        for part in (_waiting, _responses, _review_requests, _reviews, _commissioner)
        for deadline in part(course)
    )


def late_findings(course: Course, all_deadlines: Iterable[Deadline]) -> Iterator[Finding]:
    """What only the whole course shows: answers that were late, and estimates beyond the longest period."""
    for deadline in all_deadlines:
        answers = deadline.kind in {DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE}
        if answers and deadline.status is Status.LATE and deadline.met_on:
            rule = f"{deadline.basis}; {'R-131' if course.regime is Regime.EIR else 'R-40'}"
            response = next(known for known in course.responses if known.on == deadline.met_on)
            yield Finding(FindingKind.RESPONSE_LATE, response, deadline.explanation, rule)
    for more in course.more_time:
        if isinstance(more.event, ComplexityExtended) or more.event.estimate <= course.latest_due():
            continue
        says = (
            f"The notice estimates {long_date(more.event.estimate)}; the clock allows "
            f"{long_date(course.latest_due())} at most, {course.limit('extended_response').length} after receipt."
        )
        rule = f"{course.limit('extended_response').basis}; R-47"
        yield Finding(FindingKind.ESTIMATE_TOO_LATE, more.event, says, rule)


@dataclass
class _Done:
    """What became of something that was due."""

    on: date | None = None
    suspended: bool = False
    excused: bool = False
    ended: date | None = None


def _deadline(
    course: Course,
    kind: DeadlineKind,
    due: date,
    limit: TimeLimit,
    done: _Done,
    *,
    party: Party = Party.AUTHORITY,
    counted: str = "",
    what: Iterable[str] = (),
) -> Deadline:
    named = tuple(name for name in what if name != WHOLE)
    status, late_by = _judge(course, due, done)
    basis = limit.basis + _NOT_LAW.get(limit.binding, "")
    questions = f"question{'s' if len(named) > 1 else ''} {', '.join(named)}"
    concerning = f" ({questions})" if named and kind is not DeadlineKind.STEP else ""
    return Deadline(
        kind=kind,
        due=due,
        basis=limit.basis,
        binding=limit.binding,
        party=party,
        status=status,
        explanation=(
            f"To {limit.name}{concerning}: by {long_date(due)}, {counted} ({basis}){_outcome(done, status, late_by)}."
        ),
        met_on=done.on,
        late_by=late_by,
        what=named,
    )


_NOT_LAW = {Binding.GUIDANCE: ", as the Commissioner puts it", Binding.PRACTICE: ", by usual practice"}


def _judge(course: Course, due: date, done: _Done) -> tuple[Status, int]:
    last = done.on or done.ended
    if last and last > due and not done.excused:
        return Status.LATE, working_days_late(course, due, last)
    if done.on:
        return Status.MET, 0
    if done.ended:
        return Status.ENDED, 0
    return (Status.SUSPENDED if done.suspended else Status.OPEN), 0


def working_days_late(course: Course, due: date, day: date) -> int:
    """Working days from the due day to a later one; a day within the weekend after it is already one late."""
    return max(1, course.calendar.between(due, day))


def _outcome(done: _Done, status: Status, late_by: int) -> str:
    days = f"{late_by} working day{'s' if late_by > 1 else ''}"
    if status is Status.LATE and done.on:
        return f"; done on {long_date(done.on)}, {days} late"
    if status is Status.LATE and done.ended:
        return f"; not done when the request ended on {long_date(done.ended)}, {days} after it was due"
    if done.on:
        return f"; done on {long_date(done.on)}, {'while nothing was owed' if done.excused else 'in time'}"
    if done.ended:
        return f"; the request ended on {long_date(done.ended)}"
    return "; suspended, so that nothing is owed now and the date will be counted anew" if done.suspended else ""


def _from_receipt(course: Course, days: int) -> str:
    what = "the date of receipt" if not course.clarified else "the clarification, which is the date of receipt"
    counted = f"{days} working days after {what}, {long_date(course.receipt)}"
    left_out = sum(course.calendar.is_working(day) and day > course.receipt for day in course.disregarded)
    return f"{counted}, not counting {left_out} under the fees notice" if left_out else counted


def _waiting(course: Course) -> Iterator[Deadline]:
    ended = course.withdrawn or course.transferred or (course.last_answer if course.complete else None)
    if course.asked:
        limit = course.limit("clarification_reply")
        due = course.asked.reply_by or limit.last_day(course.asked.on, course.calendar)
        counted = f"asked for on {long_date(course.asked.on)}"
        yield _deadline(
            course,
            DeadlineKind.CLARIFICATION_REPLY,
            due,
            limit,
            _Done(ended=min(ended, due) if ended else None),
            party=Party.REQUESTER,
            counted=counted if course.asked.reply_by else f"{limit.length} after it was {counted}",
        )
    for pause in course.pauses:
        limit = course.limit("fee_payment")
        began = "beginning with" if limit.beginning_with else "after"
        yield _deadline(
            course,
            DeadlineKind.FEE_PAYMENT,
            pause.pay_by,
            limit,
            _Done(on=pause.paid, ended=min(ended, pause.pay_by) if ended else None),
            party=Party.REQUESTER,
            counted=f"{limit.length} {began} the notice of {long_date(pause.notice.on)} for £{pause.notice.amount}",
        )


def _responses(course: Course) -> Iterator[Deadline]:
    ended = course.withdrawn or course.transferred
    plain, limit = course.plain_due(), course.limit("response")
    extended = frozenset[str]().union(*(more.questions for more in course.more_time))
    if rest := [question for question in course.questions if question not in extended]:
        counted = _from_receipt(course, limit.working_days)
        yield _deadline(
            course,
            DeadlineKind.RESPONSE,
            plain,
            limit,
            _answered(course, rest, ended),
            counted=counted,
            what=rest,
        )
    for more in course.more_time:
        yield from _extended(course, more, plain, ended)


def _extended(course: Course, more: MoreTime, plain: date, ended: date | None) -> Iterator[Deadline]:
    questions = [question for question in course.questions if question in more.questions]
    notice = _named(course.limit("response"), "give notice of more time", _NOTICES[course.regime])
    counted = _from_receipt(course, notice.working_days)
    yield _deadline(
        course,
        DeadlineKind.EXTENSION_NOTICE,
        plain,
        notice,
        _Done(on=more.event.on, excused=more.event.on > plain),
        counted=counted,
        what=questions,
    )
    limit = course.limit("extended_response")
    due = course.extended_due(more)
    counted = _from_receipt(course, limit.working_days)
    if due != course.latest_due():
        counted = f"as estimated on {long_date(more.event.on)}, at most {counted}"
    yield _deadline(
        course,
        DeadlineKind.EXTENDED_RESPONSE,
        due,
        limit,
        _answered(course, questions, ended),
        counted=counted,
        what=questions,
    )


_NOTICES = {Regime.FOIA: "FOIA s17(1), (2)", Regime.EIR: "EIR reg 7(3)", Regime.FOISA: ""}


def _named(limit: TimeLimit, name: str, basis: str) -> TimeLimit:
    return TimeLimit(name, basis, Binding.STATUTE, limit.since, limit.source, working_days=limit.working_days)


def _answered(course: Course, questions: list[str], ended: date | None) -> _Done:
    days = [course.answered.get(question) for question in questions]
    owed = [course.answered[known] for known in questions if known in course.answered.keys() - course.answered_early]
    last = max((day for day in days if day), default=None)
    if any(day is None for day in days):
        return _Done(suspended=course.suspended, excused=course.suspended, ended=ended)
    excused = not owed or (last is not None and max(owed) < last)
    return _Done(on=last, excused=excused)


def _review_requests(course: Course) -> Iterator[Deadline]:
    limit = course.limit("review_request")
    asked = [(review.after, review.asked.on) for review in course.reviews if review.after]
    if course.complete and course.last_answer and not any(course.covers(review) for review in course.reviews):
        ended = min((complaint.made.on for complaint in course.complaints.values()), default=None)
        due = course.review_request_due(course.last_answer)
        counted = _after_answer(course, limit, course.last_answer)
        done = _Done(ended=min(ended, due) if ended else None)
        yield _deadline(course, DeadlineKind.REVIEW_REQUEST, due, limit, done, party=Party.REQUESTER, counted=counted)
    for answered, on in asked:
        yield _deadline(
            course,
            DeadlineKind.REVIEW_REQUEST,
            course.review_request_due(answered),
            limit,
            _Done(on=on),
            party=Party.REQUESTER,
            counted=_after_answer(course, limit, answered),
        )


def _after_answer(course: Course, limit: TimeLimit, answered: date) -> str:
    if course.regime is Regime.FOISA and answered < course.plain_due():
        return f"{limit.length} after the time to answer ended on {long_date(course.plain_due())}"
    return f"{limit.length} after the response of {long_date(answered)}"


def _reviews(course: Course) -> Iterator[Deadline]:
    for review in course.reviews:
        plain = course.limit("review")
        due = course.review_due(review)
        limit = course.limit("extended_review") if review.extended else plain
        counted = f"{limit.length} after it was asked for on {long_date(review.asked.on)}"
        if review.extended and due != limit.last_day(review.asked.on, course.calendar):
            counted = f"as extended, at most {counted}"
        yield _deadline(
            course,
            DeadlineKind.REVIEW,
            due,
            limit,
            _Done(on=review.answered, ended=review.withdrawn or (course.withdrawn if review.open else None)),
            counted=counted,
        )
    for review, following in zip_longest(course.reviews, course.reviews[1:]):
        yield from _complaint(course, review, following)


def _complaint(course: Course, review: Review, following: Review | None) -> Iterator[Deadline]:
    if not review.answered:
        return
    made = course.complaint_after(review)
    # A further review takes the place of this one, unless the complaint was made before that.
    replaced = following.asked.on if following and (made is None or made > following.asked.on) else None
    limit = course.limit("complaint")
    due = limit.last_day(review.answered, course.calendar)
    yield _deadline(
        course,
        DeadlineKind.COMPLAINT,
        due,
        limit,
        _Done(ended=min(replaced, due)) if replaced else _Done(on=made),
        party=Party.REQUESTER,
        counted=f"{limit.length} after the outcome of the review on {long_date(review.answered)}",
    )


def _commissioner(course: Course) -> Iterator[Deadline]:
    for complaint in course.complaints.values():
        if complaint.notice:
            yield from _ordered(course, complaint, complaint.notice)


def _ordered(course: Course, complaint: Complaint, notice: DecisionNotice) -> Iterator[Deadline]:
    on = long_date(notice.on)
    for step in notice.steps:
        basis = "FOISA s49" if course.regime is Regime.FOISA else "FOIA s50(4)"
        limit = TimeLimit(f"take the step “{step.name}”", basis, Binding.STATUTE, course.received.on, "", days=1)
        taken = complaint.taken.get(step.name)
        counted = f"as the decision notice of {on} orders"
        done = _Done(on=taken.on if taken else None)
        yield _deadline(course, DeadlineKind.STEP, step.by, limit, done, counted=counted, what=(step.name,))
    if has_limit(course.regime, "appeal"):
        limit = course.limit("appeal")
        due = limit.last_day(notice.on, course.calendar)
        counted = f"{limit.length} after the decision notice of {on}"
        yield _deadline(course, DeadlineKind.APPEAL, due, limit, _Done(), party=Party.EITHER, counted=counted)
