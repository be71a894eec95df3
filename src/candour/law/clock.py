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
from candour.law.clock_deadlines import deadlines, late_findings
from candour.law.clock_effects import follow
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
    StepOrdered,
    StepTaken,
    Transferred,
    Withdrawn,
    event_name,
    in_legal_order,
    long_date,
)
from candour.law.clock_limits import Binding, Regime, TimeLimit, time_limit
from candour.law.clock_standing import extension, last_day, minority_due, period, state
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
from candour.law.clock_words import if_nothing_is_done, standing_in_words, what_next

__all__ = [
    "Binding",
    "ClarificationAsked",
    "ClarificationGiven",
    "Clock",
    "CommissionerComplaint",
    "ComplaintEnded",
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
        due = last_day(listed)
        return cls(
            calendar=calendar,
            events=ordered,
            received=course.received.on,
            receipt=course.receipt,
            state=state(course),
            due=due,
            minority_due=minority_due(course),
            deadlines=listed,
            findings=tuple(sorted(findings, key=lambda finding: (finding.event.on, finding.kind))),
            period=period(course, due),
            _extension=extension(course),
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


def _still_owed(clock: Clock[C], following: Deadline | None) -> Deadline | None:
    """The deadline without the questions of it that were answered before."""
    answered = {question for event in clock.events if isinstance(event, Responded) for question in event.questions}
    if following is None or following.kind not in {DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE}:
        return following
    return replace(following, what=tuple(question for question in following.what if question not in answered))


def summary(clock: Clock[C], today: date) -> Summary:
    """The clock in words for a page: where the request stands, what is due next, how many working days are left."""
    now = clock.state_on(today)
    following = clock.next_deadline(today)
    left: int | None = None
    if following:
        try:
            left = clock.days_left(following, today)
        except PastHorizon:
            left = None
    overdue = bool(following and following.party is Party.AUTHORITY and today > following.due)
    return Summary(
        state=now,
        words=standing_in_words(now, clock.state, overdue=overdue, left=left),
        next_deadline=following,
        days_left=left,
        overdue=overdue,
        what_next=what_next(
            clock.received, clock.regime, now, clock.state, _still_owed(clock, following), overdue=overdue
        ),
        if_nothing=if_nothing_is_done(clock.regime, following, overdue=overdue),
        findings=clock.findings,
    )
