"""What the clock says: deadlines, findings, the period being counted, and where a request stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from candour.law.calendars import Day
from candour.law.clock_events import Event
from candour.law.clock_limits import Binding


class DeadlineKind(StrEnum):
    """What is due."""

    RESPONSE = "response"
    """The answer or refusal notice within the plain period."""
    EXTENSION_NOTICE = "extension_notice"
    """The notice that more time is taken; it has to go within the plain period."""
    EXTENDED_RESPONSE = "extended_response"
    CLARIFICATION_REPLY = "clarification_reply"
    FEE_PAYMENT = "fee_payment"
    REVIEW_REQUEST = "review_request"
    REVIEW = "review"
    COMPLAINT = "complaint"
    APPEAL = "appeal"
    STEP = "step"
    """A step of a decision notice."""


class Party(StrEnum):
    """Whose deadline it is."""

    AUTHORITY = "authority"
    REQUESTER = "requester"
    EITHER = "either"


class Status(StrEnum):
    """What became of a deadline."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    """Done, or ended, after the day."""
    SUSPENDED = "suspended"
    """Nothing is owed until the clarification or the fee comes; the date will be counted anew."""
    ENDED = "ended"
    """The request ended before the day came."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date by which something has to be done.

    due: the last day in time; under SUSPENDED, the day it would have been. basis: the provision, for a duty, or what
    else it rests on. met_on: when it was done, in time or late. late_by: working days after the due day, when it was
    done late. what: the questions, or the step, that it concerns. explanation: all of it in a sentence.
    """

    kind: DeadlineKind
    due: date
    basis: str
    binding: Binding
    party: Party
    status: Status
    explanation: str
    met_on: date | None = None
    late_by: int = 0
    what: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status is Status.OPEN


class FindingKind(StrEnum):
    """What came late, or went without effect."""

    RESPONSE_LATE = "response_late"
    CLARIFICATION_LATE = "clarification_late"
    FEES_NOTICE_LATE = "fees_notice_late"
    FEE_LATE = "fee_late"
    EXTENSION_LATE = "extension_late"
    ESTIMATE_TOO_LATE = "estimate_too_late"
    REVIEW_REQUEST_LATE = "review_request_late"
    REVIEW_TOO_EARLY = "review_too_early"
    REVIEW_EXTENSION_LATE = "review_extension_late"
    REVIEW_TOO_LONG = "review_too_long"
    REVIEW_LATE = "review_late"
    COMPLAINT_TOO_EARLY = "complaint_too_early"
    COMPLAINT_LATE = "complaint_late"
    STEP_LATE = "step_late"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was late or had no effect: what, by which event, in a sentence, and on what rule."""

    kind: FindingKind
    event: Event
    says: str
    rule: str


class State(StrEnum):
    """Where a request stands; the values are its words."""

    RUNNING = "The time to answer is running"
    WAITING_FOR_CLARIFICATION = "Waiting for clarification from the requester"
    WAITING_FOR_FEE = "Waiting for the fee"
    EXTENDED = "More time was taken"
    PARTLY_ANSWERED = "Answered in part"
    ANSWERED = "Answered"
    TRANSFERRED = "Transferred to another authority"
    WITHDRAWN = "Withdrawn"
    LAPSED = "Lapsed"
    UNDER_REVIEW = "Under internal review"
    REVIEWED = "Reviewed"
    WITH_THE_COMMISSIONER = "With the Commissioner"
    STEPS_ORDERED = "Steps of a decision notice are to be taken"
    CLOSED = "Closed"

    @property
    def over(self) -> bool:
        """Whether nothing more is expected of the authority."""
        return self in _OVER


_OVER = frozenset({State.TRANSFERRED, State.WITHDRAWN, State.LAPSED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Period:
    """The period that runs, or that ran last: every day with the reason why it counts or not.

    due: its last day; None while the time is suspended, and then the days end with what suspended it.
    """

    name: str
    start: date
    due: date | None
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """What an extension of the time to answer would come to if it were claimed on a day.

    notice_by: the last day for the notice. latest: the latest date that it can give. why_not: why there can be none.
    conditions: what it takes, in words.
    """

    notice_by: date | None = None
    latest: date | None = None
    why_not: str = ""
    conditions: str = ""

    @property
    def possible(self) -> bool:
        """Whether it can be claimed."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Summary:
    """The clock as one line of a page.

    state, words: where the request stands. next_deadline: what has to be done first, if anything. days_left: working
    days from today to it, negative once it has passed; None when there is none, or when a count would be past the
    horizon. what_next: what somebody has to do, as a sentence. if_nothing: what follows if nobody does it.
    """

    state: State
    words: str
    next_deadline: Deadline | None
    days_left: int | None
    overdue: bool
    what_next: str
    if_nothing: str
    findings: tuple[Finding, ...]
