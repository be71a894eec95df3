"""The course of a request: what its events have come to, and the dates that follow from that on a calendar.

`clock_effects.follow` takes it from event to event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from candour.law.calendars import WorkingCalendar
from candour.law.clock_checks import WHOLE
from candour.law.clock_events import (
    ClarificationAsked,
    CommissionerComplaint,
    ComplexityExtended,
    DecisionNotice,
    Event,
    ExtensionNotified,
    FeesNotice,
    InternalReviewAsked,
    Received,
    Responded,
    StepTaken,
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
class Complaint:
    """A complaint to the Commissioner: the notice on it with the steps taken, or that it ended without one."""

    made: CommissionerComplaint
    notice: DecisionNotice | None = None
    ended: date | None = None
    taken: dict[str, StepTaken] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the Commissioner has still to decide."""
        return not self.notice and not self.ended

    @property
    def steps_open(self) -> bool:
        """Whether the notice orders a step that was not taken."""
        return self.notice is not None and any(step.name not in self.taken for step in self.notice.steps)


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
    complaints: dict[str, Complaint] = field(default_factory=dict)
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

    def complaint_after(self, review: Review) -> date | None:
        """When a complaint was made about the review: the first one since its outcome, or one that was made before."""
        days = sorted(complaint.made.on for complaint in self.complaints.values())
        since = [day for day in days if review.answered is None or day >= review.answered]
        return next(iter((*since, *days)), None)

    def find(self, kind: FindingKind, event: Event, says: str, rule: str) -> None:
        """Note what came late or had no effect."""
        self.findings.append(Finding(kind, event, says, rule))

    def too_late(self, on: date) -> bool:
        """Whether the plain period was over before that day, and ran."""
        return not self.suspended and on > self.plain_due()
