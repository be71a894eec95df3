"""The statutory clock: what the events of a request come to on a calendar.

Deadlines are never stored. `FoiaClock.replay(events, foia_calendar())` counts the whole history again, in whatever
order it was recorded, so that a corrected date or a holiday proclaimed later re-dates a case by itself. Each regime has
its own clock and takes its own calendar only: `FoiaClock`, `EirClock`, `FoisaClock`.

The strict reading is taken throughout: the day of receipt is day 0 whatever day it is (R-43), and what came too late to
move a date leaves it where it was, as a finding. The date of those who deem a weekend's request received on the next
working day (R-44) is `minority_due`, for information.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Generic, Self, TypeVar

from candour.law.calendars import (
    Day,
    EirCalendar,
    FoiaCalendar,
    FoisaCalendar,
    PastHorizon,
    WorkingCalendar,
    demand,
    foia_calendar,
)
from candour.law.clock_checks import check, qualified_limbs
from candour.law.clock_course import Course, follow
from candour.law.clock_deadlines import deadlines, late_findings
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
    ImpossibleEvent,
    InternalReviewAnswered,
    InternalReviewAsked,
    Received,
    Responded,
    ReviewExtended,
    StepOrdered,
    StepTaken,
    Transferred,
    Withdrawn,
    event_name,
    in_legal_order,
    long_date,
)
from candour.law.clock_limits import Binding, Regime, TimeLimit, has_limit, time_limit
from candour.law.clock_values import (
    Deadline,
    DeadlineKind,
    Extension,
    Finding,
    FindingKind,
    Party,
    Period,
    State,
    Status,
    Summary,
)

__all__ = [
    "Binding",
    "ClarificationAsked",
    "ClarificationGiven",
    "Clock",
    "CommissionerComplaint",
    "ComplexityExtended",
    "Deadline",
    "DeadlineKind",
    "DecisionNotice",
    "EirClock",
    "Event",
    "Extension",
    "ExtensionNotified",
    "FeePaid",
    "FeesNotice",
    "Finding",
    "FindingKind",
    "FoiaClock",
    "FoisaClock",
    "ImpossibleEvent",
    "InternalReviewAnswered",
    "InternalReviewAsked",
    "Party",
    "Period",
    "Received",
    "Regime",
    "Responded",
    "ReviewExtended",
    "State",
    "Status",
    "StepOrdered",
    "StepTaken",
    "Summary",
    "TimeLimit",
    "Transferred",
    "Window",
    "Withdrawn",
    "aggregation_window",
    "event_name",
    "qualified_limbs",
    "summary",
    "time_limit",
]

C = TypeVar("C", bound=WorkingCalendar)

_ANSWER = frozenset({DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE})
_LAPSES = {
    State.WAITING_FOR_CLARIFICATION: (DeadlineKind.CLARIFICATION_REPLY, State.LAPSED),
    State.WAITING_FOR_FEE: (DeadlineKind.FEE_PAYMENT, State.LAPSED),
    State.ANSWERED: (DeadlineKind.REVIEW_REQUEST, State.CLOSED),
    State.REVIEWED: (DeadlineKind.COMPLAINT, State.CLOSED),
}
"""What a state turns into once the requester's last day has passed."""


@dataclass(frozen=True)
class Clock(Generic[C]):
    """What the events of one request come to; made by `replay` of a regime's clock.

    received, receipt: the day it came, and the date of receipt in law, which clarification moves. state: where it
    stands after its last event; `state_on` knows what lapses with time. due: the last day to answer all of it; None
    while the time is suspended. minority_due: that day by R-44, where it differs, as information. period: the period
    that runs, day by day. findings: what came late or had no effect.
    """

    regime: ClassVar[Regime]
    calendar_type: ClassVar[type[WorkingCalendar]]

    calendar: C
    events: tuple[Event, ...]
    received: date
    receipt: date
    state: State
    due: date | None
    minority_due: date | None
    deadlines: tuple[Deadline, ...]
    findings: tuple[Finding, ...]
    period: Period
    _extension: Extension = field(repr=False)

    @classmethod
    def replay(cls, events: Iterable[Event], calendar: C) -> Self:
        """The clock of these events, recorded in any order; `LEGAL_ORDER` settles what came first on one day.

        Raises ImpossibleEvent for what cannot be in law, PastHorizon where the holidays are not known, WrongCalendar
        when the calendar is that of another regime.
        """
        if cls is Clock:
            raise TypeError("A request is counted under one law: replay it on FoiaClock, EirClock or FoisaClock")
        demand(calendar, cls.calendar_type)
        ordered = in_legal_order(events)
        check(ordered, cls.regime)
        course = follow(ordered, cls.regime, calendar)
        listed = deadlines(course)
        findings = (*course.findings, *late_findings(course, listed))
        due = _due(listed)
        return cls(
            calendar=calendar,
            events=ordered,
            received=course.received.on,
            receipt=course.receipt,
            state=_state(course),
            due=due,
            minority_due=_minority_due(course),
            deadlines=listed,
            findings=tuple(sorted(findings, key=lambda finding: (finding.event.on, finding.kind))),
            period=_period(course, due),
            _extension=_extension(course),
        )

    def explain(self) -> tuple[Day, ...]:
        """Every day of the current period, with the reason why it counts or not."""
        return self.period.days

    def deadline(self, kind: DeadlineKind) -> Deadline | None:
        """The last deadline of the kind; None when there is none."""
        return next((deadline for deadline in reversed(self.deadlines) if deadline.kind is kind), None)

    def state_on(self, today: date) -> State:
        """Where the request stands on that day: what nobody paid for, clarified or challenged in time is over."""
        if self.state not in _LAPSES:
            return self.state
        kind, then = _LAPSES[self.state]
        deadline = self.deadline(kind)
        over = deadline and (deadline.status is Status.LATE or (deadline.open and today > deadline.due))
        return then if over else self.state

    def next_deadline(self, today: date) -> Deadline | None:
        """The authority's earliest open deadline; failing that the requester's next one that has not passed."""
        if self.state_on(today).over:
            return None
        waiting = sorted((known for known in self.deadlines if known.open), key=lambda known: known.due)
        ours = [known for known in waiting if known.party is Party.AUTHORITY]
        others = [known for known in waiting if known.party is not Party.AUTHORITY and known.due >= today]
        return next(iter((*ours, *others)), None)

    def if_extended(self, today: date) -> Extension:
        """What an extension claimed on that day would change: by when the notice must go, and the latest date."""
        found = self._extension
        if found.possible and found.notice_by and today > found.notice_by:
            return replace(found, why_not=f"the notice had to go by {long_date(found.notice_by)}")
        return found

    def days_left(self, deadline: Deadline, today: date) -> int:
        """Working days from that day to the deadline, negative once it has passed. Raises PastHorizon."""
        left = self.calendar.between(today, deadline.due)
        return min(-1, left) if today > deadline.due else left


@dataclass(frozen=True)
class FoiaClock(Clock[FoiaCalendar]):
    """The clock of the Freedom of Information Act 2000."""

    regime: ClassVar[Regime] = Regime.FOIA
    calendar_type: ClassVar[type[WorkingCalendar]] = FoiaCalendar


@dataclass(frozen=True)
class EirClock(Clock[EirCalendar]):
    """The clock of the Environmental Information Regulations 2004."""

    regime: ClassVar[Regime] = Regime.EIR
    calendar_type: ClassVar[type[WorkingCalendar]] = EirCalendar


@dataclass(frozen=True)
class FoisaClock(Clock[FoisaCalendar]):
    """The clock of the Freedom of Information (Scotland) Act 2002."""

    regime: ClassVar[Regime] = Regime.FOISA
    calendar_type: ClassVar[type[WorkingCalendar]] = FoisaCalendar


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which requests have to fall to be added up, both inclusive."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def aggregation_window(first: date, calendar: FoiaCalendar | None = None) -> Window:
    """The sixty consecutive working days that begin with a request (SI 2004/3244 reg 5(2); R-73).

    Raises PastHorizon, and WrongCalendar for the calendar of another regime.
    """
    counted = demand(calendar or foia_calendar(), FoiaCalendar)
    return Window(first, time_limit(Regime.FOIA, "aggregation", first).last_day(first, counted))


def summary(clock: Clock[C], today: date) -> Summary:
    """The clock in words for a page: where the request stands, what is due next, how many working days are left."""
    state = clock.state_on(today)
    following = clock.next_deadline(today)
    left: int | None = None
    if following:
        try:
            left = clock.days_left(following, today)
        except PastHorizon:
            left = None
    overdue = bool(following and following.party is Party.AUTHORITY and today > following.due)
    return Summary(
        state=state,
        words=_words(clock, state, overdue=overdue, left=left),
        next_deadline=following,
        days_left=left,
        overdue=overdue,
        what_next=_what_next(clock, state, following, overdue=overdue),
        findings=clock.findings,
    )


def _words(clock: Clock[C], state: State, *, overdue: bool, left: int | None) -> str:
    if overdue:
        days = f" by {-left} working day{'s' if left < -1 else ''}" if left else ""
        return f"Overdue{days}"
    if state is State.LAPSED:
        why = "no clarification came" if clock.state is State.WAITING_FOR_CLARIFICATION else "the fee was not paid"
        return f"{state}: {why} in time"
    return state.value


_THINGS = {
    DeadlineKind.RESPONSE: "Answer the request",
    DeadlineKind.EXTENDED_RESPONSE: "Decide and answer the request",
    DeadlineKind.REVIEW: "Answer the internal review",
    DeadlineKind.STEP: "Take the step",
    DeadlineKind.REVIEW_REQUEST: "The requester may ask for an internal review",
    DeadlineKind.COMPLAINT: "The requester may complain to the Commissioner",
    DeadlineKind.APPEAL: "Either side may appeal to the Tribunal",
}


def _what_next(clock: Clock[C], state: State, following: Deadline | None, *, overdue: bool) -> str:
    if state is State.LAPSED:
        close = "Nothing has to be answered; close the request."
        reopens = "If the information comes after all, record it: a fresh period begins."
        return f"Close the request. {reopens}" if clock.state is State.WAITING_FOR_CLARIFICATION else close
    if not following:
        return "Wait for the Commissioner." if state is State.WITH_THE_COMMISSIONER else "Nothing: the request is over."
    by = long_date(following.due)
    if following.kind is DeadlineKind.CLARIFICATION_REPLY:
        fresh = time_limit(clock.regime, "response", clock.received).length
        return f"Record the clarification when it comes: {fresh} begin anew. Without it, close the request after {by}."
    if following.kind is DeadlineKind.FEE_PAYMENT:
        return f"Record the fee when it comes. If it has not come by {by}, the request lapses."
    thing = _THINGS[following.kind]
    if following.what:
        thing += f" ({', '.join(following.what)})"
    return f"{thing} at once: it was due on {by}." if overdue else f"{thing} by {by}."


def _due(listed: tuple[Deadline, ...]) -> date | None:
    answers = [deadline for deadline in listed if deadline.kind in _ANSWER]
    if any(deadline.status is Status.SUSPENDED for deadline in answers):
        return None
    return max(deadline.due for deadline in answers)


def _minority_due(course: Course) -> date | None:
    if course.suspended or course.calendar.is_working(course.receipt):
        return None
    deemed = course.calendar.next_working(course.receipt)
    return course.calendar.after(deemed, course.limit("response").working_days, course.disregarded)


def _state(course: Course) -> State:
    return _challenged(course) or _ended(course) or _running(course)


def _challenged(course: Course) -> State | None:
    if course.withdrawn:
        return None
    if course.notice:
        taken = all(step.name in course.taken for step in course.notice.steps)
        return State.CLOSED if taken else State.STEPS_ORDERED
    if course.complaint and not course.complaint_withdrawn:
        return State.WITH_THE_COMMISSIONER
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


def _period(course: Course, due: date | None) -> Period:
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


def _extension(course: Course) -> Extension:
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
