"""Where a course has come to: its state, the last day to answer, the period that runs, the extension still open."""

from __future__ import annotations

from datetime import date

from candour.law.calendars import Day, WorkingCalendar
from candour.law.clock_course import Course
from candour.law.clock_limits import Regime, has_limit
from candour.law.clock_values import Deadline, DeadlineKind, Extension, Period, State, Status

_ANSWER = frozenset({DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE})


def last_day(listed: tuple[Deadline, ...]) -> date | None:
    """The last day to answer all of it; None while the time is suspended."""
    answers = [deadline for deadline in listed if deadline.kind in _ANSWER]
    if any(deadline.status is Status.SUSPENDED for deadline in answers):
        return None
    return max(deadline.due for deadline in answers)


def minority_due(course: Course) -> date | None:
    """The last day by R-44, which deems a request of a day off received on the next working day; None if the same."""
    if course.suspended or course.calendar.is_working(course.receipt):
        return None
    deemed = course.calendar.next_working(course.receipt)
    return course.calendar.after(deemed, course.limit("response").working_days, course.disregarded)


def state(course: Course) -> State:
    """Where the request stands after its last event; a challenge comes before the end, the end before the time."""
    return _challenged(course) or _ended(course) or _running(course)


def _challenged(course: Course) -> State | None:
    if course.withdrawn:
        return None
    complaints = course.complaints.values()
    if any(complaint.steps_open for complaint in complaints):
        return State.STEPS_ORDERED
    if any(complaint.open for complaint in complaints):
        return State.WITH_THE_COMMISSIONER
    if any(complaint.notice for complaint in complaints):
        return State.CLOSED
    last = course.reviews[-1] if course.reviews else None
    if last and last.open:
        return State.UNDER_REVIEW
    reviewed = last and not last.withdrawn and (course.covers(last) or (course.transferred and not course.complete))
    return State.REVIEWED if reviewed else None


def _ended(course: Course) -> State | None:
    if course.withdrawn:
        return State.WITHDRAWN
    if course.transferred:
        return State.TRANSFERRED
    return State.ANSWERED if course.complete else None


def _running(course: Course) -> State:
    if course.asked:
        return State.WAITING_FOR_CLARIFICATION
    if course.unpaid:
        return State.WAITING_FOR_FEE
    extended = frozenset[str]().union(*(more.questions for more in course.more_time))
    if course.more_time and set(course.questions) <= extended | set(course.answered):
        return State.EXTENDED
    return State.PARTLY_ANSWERED if course.answered else State.RUNNING


def period(course: Course, due: date | None) -> Period:
    """The period that runs, or ran last, day by day: of the last review if there was one. Raises PastHorizon."""
    if course.reviews:
        review = course.reviews[-1]
        asked, until = review.asked.on, course.review_due(review)
        days = _days(course.calendar, asked, until, {}, "the day on which the review was asked for is day 0")
        return Period("internal review", asked, until, days)
    zero = "the clarification came: this is the date of receipt, day 0" if course.clarified else None
    disregarded = course.disregarded
    zero = zero or "the day of receipt is day 0"
    if due:
        return Period("answer", course.receipt, due, _days(course.calendar, course.receipt, due, disregarded, zero))
    stopped, why = _stopped(course)
    if stopped <= course.receipt:
        return Period("answer", course.receipt, None, (Day(course.receipt, counts=False, why=f"{zero}; {why}"),))
    before = _days(course.calendar, course.receipt, stopped, disregarded, zero)
    return Period("answer", course.receipt, None, (*before[:-1], Day(stopped, counts=False, why=why)))


def _stopped(course: Course) -> tuple[date, str]:
    stops = []
    if course.asked:
        stops.append((course.asked.on, "clarification was asked for: nothing is owed until it comes"))
    if course.unpaid:
        stops.append((course.unpaid.notice.on, "the fees notice was given: nothing is owed until the fee is paid"))
    return min(stops)


def _days(
    calendar: WorkingCalendar, start: date, until: date, disregarded: dict[date, str], zero: str
) -> tuple[Day, ...]:
    days = []
    for day in calendar.count(start, disregarded, zero):
        days.append(day)
        if day.date >= until:
            break
    return tuple(days)


def extension(course: Course) -> Extension:
    """What an extension would come to, whatever the day on which it is claimed. Raises PastHorizon."""
    if not has_limit(course.regime, "extended_response"):
        return Extension(why_not=f"{course.regime.upper()} gives no more time for the public interest")
    conditions = _CONDITIONS[course.regime]
    over = _ended(course)
    if over:
        return Extension(why_not=f"the request is {over.name.lower()}", conditions=conditions)
    extended = frozenset[str]().union(*(more.questions for more in course.more_time))
    if set(course.questions) <= extended | set(course.answered):
        return Extension(why_not="the time was already extended once, and cannot be twice", conditions=conditions)
    if course.suspended:
        return Extension(why_not="nothing is owed now; claim it once the time runs again", conditions=conditions)
    return Extension(course.plain_due(), course.latest_due(), conditions=conditions)


_CONDITIONS = {
    Regime.FOIA: (
        "Only for a qualified exemption that the notice names, to weigh the public interest; the notice says that no "
        "decision has been reached and estimates the date (FOIA s10(3), s17(1), (2))."
    ),
    Regime.EIR: "Only for a request that is both complex and voluminous; the notice says why (EIR reg 7).",
}
