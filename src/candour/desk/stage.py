"""How far a case has got, and what comes next: derived from its questions and their letters, never stored.

A case that is answered in stages is as far as what is still open of it; it is sent when every question is. It is closed
when, besides, each answer is on the log or somebody has decided that it is not to be. `Case.is_open` repeats that, to
find open cases by; `mark_open` alone writes it, with the event of the trail that can change it. A request that was
withdrawn, lapsed or went to another authority has ended, whatever of it is not answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce

from candour.desk.models import (
    AnsweredQuestion,
    Authority,
    Case,
    ClockEvent,
    Decision,
    PublicationDecision,
    Question,
    QuestionPart,
    Response,
    ResponseState,
)
from candour.desk.models.response import PENDING_STATES, LetterKind
from candour.law.working_days import foia_calendar


class Stage(TextChoices):
    """The stages of a case, in order."""

    NEW = "new", "New"
    DECIDING = "deciding", "Deciding"
    READY = "ready", "Ready for clearance"
    AWAITING_CLEARANCE = "awaiting_clearance", "Awaiting clearance"
    CLEARED = "cleared", "Cleared, to be sent"
    SENT = "sent", "Sent"
    CLOSED = "closed", "Closed"
    ENDED = "ended", "Ended without an answer"


DONE = (Stage.SENT, Stage.CLOSED, Stage.ENDED)
"""The stages in which no answer is owed: everything asked was answered, or the request has ended."""

_AT_ONCE = 500
_MORE_THAN_ANY = 10_000_000
"""More cases than any force has open."""

LAPSED = "lapsed"
"""The kind of clock event by which the desk closes a request whose requester did not answer in time."""

ENDS = {
    "withdrawn": "The requester withdrew it",
    LAPSED: "It lapsed: the requester did not answer in time",
    "transferred": "It went to another authority",
}
"""The kinds of clock event that end a request, with what they say of it."""

NEXT_STEP = {
    Stage.NEW: "Check the questions and decide them",
    Stage.DECIDING: "Decide the remaining questions",
    Stage.READY: "Read the letter and put it up for clearance",
    Stage.AWAITING_CLEARANCE: "An approver reads and clears the letter",
    Stage.CLEARED: "Send the letter",
    Stage.SENT: "Publish the answer",
    Stage.CLOSED: "The case is closed",
    Stage.ENDED: "The request has ended",
}

TAG_COLOURS = {
    Stage.NEW: "blue",
    Stage.DECIDING: "yellow",
    Stage.READY: "turquoise",
    Stage.AWAITING_CLEARANCE: "purple",
    Stage.CLEARED: "orange",
    Stage.SENT: "green",
    Stage.CLOSED: "grey",
    Stage.ENDED: "grey",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: its stage, what is next, when it is due and how many working days are left."""

    stage: Stage
    decided: int
    questions: int
    due: date | None
    days_left: int | None
    late: bool
    answered: int = 0
    ended_by: str = ""

    @property
    def days_late(self) -> int:
        """Working days since it was due."""
        return max(0, -(self.days_left or 0))

    @property
    def next_step(self) -> str:
        """What somebody has to do next."""
        return NEXT_STEP[self.stage]

    @property
    def colour(self) -> str:
        """The colour of the stage's tag."""
        return TAG_COLOURS[self.stage]

    @property
    def progress(self) -> str:
        """How many questions are decided, and how many of them answered already."""
        decided = f"{self.decided} of {self.questions} decided"
        return f"{decided}, {self.answered} of them answered" if self.in_stages else decided

    @property
    def why_ended(self) -> str:
        """Why the request has ended without an answer to all of it; empty where it has not."""
        return ENDS[self.ended_by] if self.stage is Stage.ENDED else ""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return self.stage in _OVER

    @property
    def can_be_taken_up(self) -> bool:
        """Whether the request goes on when clarification or a fee comes late: it lapsed, and nobody withdrew it."""
        return self.stage is Stage.ENDED and self.ended_by == LAPSED

    @property
    def in_stages(self) -> bool:
        """Whether some questions were answered and others not yet."""
        return self.answered > 0 and self.stage not in DONE


def with_standing(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what their standing is computed from, in the same query.

    Each column is a question of its own, so that a query which only filters by one asks no other.
    """
    letters = Response.objects.filter(case=OuterRef("pk"), kind=LetterKind.ANSWER)
    pending = letters.filter(state__in=PENDING_STATES)
    answered = AnsweredQuestion.objects.filter(case=OuterRef("pk"), response__state=ResponseState.SENT)
    undecided_part = Exists(QuestionPart.objects.filter(question=OuterRef("pk")).exclude(decisions__completed=True))
    whole = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=True, completed=True))
    by_part = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=False, completed=True))
    handed = Exists(AnsweredQuestion.objects.filter(question=OuterRef("pk"), response__kind=LetterKind.HAND_OVER))
    questions = Question.objects.filter(case=OuterRef("pk"))
    decisions = Decision.objects.filter(case=OuterRef("pk"))
    return cases.annotate(
        question_total=_number_of(questions),
        decided_total=_number_of(questions.filter(whole | (by_part & ~undecided_part) | handed)),
        decision_total=_number_of(decisions),
        open_decisions=_number_of(decisions.filter(completed=False)),
        letter_state=Subquery(pending.values("state")[:1]),
        answered_total=_number_of(answered.filter(question__isnull=False)),
        any_sent=Exists(answered),
        rest_open=Exists(decisions.filter(question__isnull=True)) & ~Exists(answered.filter(question__isnull=True)),
        awaits_publication=Exists(awaiting_publication(OuterRef("pk"))),
        ended_by=Subquery(endings(OuterRef("pk")).values("kind")[:1]),
    )


def endings(case: Any) -> QuerySet[ClockEvent]:
    """What ended the request, the last first; a lapse no more once clarification or the fee has come.

    `case`: a case or its key, or a reference to that of an outer query.
    """
    came = ClockEvent.objects.filter(
        case=OuterRef("case"), kind__in=("clarification_given", "fee_paid"), pk__gt=OuterRef("pk")
    )
    ended = ClockEvent.objects.filter(case=case, kind__in=ENDS)
    return ended.filter(~Q(kind=LAPSED) | ~Exists(came)).order_by("-on", "-pk")


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("case").annotate(total=Count("pk")).values("total")), 0)


def standing(case: Case, today: date) -> Standing:
    """Where the case, which `with_standing` has annotated, stands today."""
    values = vars(case)
    decided, questions = values["decided_total"] or 0, values["question_total"]
    stage = _stage(values, decided, questions)
    left = foia_calendar().between(today, case.due) if case.due and stage not in DONE else None
    return Standing(
        stage,
        decided,
        questions,
        case.due,
        left,
        late=bool(case.due and today > case.due and stage not in DONE),
        answered=values["answered_total"],
        ended_by=values["ended_by"] or "",
    )


_ALL_DECIDED = Q(open_decisions=0, decided_total=F("question_total"))
ANSWERED = Q(any_sent=True, letter_state__isnull=True, rest_open=False, answered_total=F("question_total"))
"""Everything asked was answered in a letter that was sent."""

_NOT_ENDED = Q(ended_by__isnull=True)
_OPEN = (
    _NOT_ENDED
    & Q(letter_state__isnull=True)
    & (Q(any_sent=False) | Q(rest_open=True) | Q(answered_total__lt=F("question_total")))
)
_RULES = {
    Stage.NEW: _OPEN & Q(decision_total=0),
    Stage.DECIDING: _OPEN & Q(decision_total__gt=0) & ~_ALL_DECIDED,
    Stage.READY: _OPEN & Q(decision_total__gt=0) & _ALL_DECIDED,
    Stage.AWAITING_CLEARANCE: _NOT_ENDED & Q(letter_state=ResponseState.AWAITING_CLEARANCE),
    Stage.CLEARED: _NOT_ENDED & Q(letter_state__in=(ResponseState.CLEARED, ResponseState.SENDING)),
    Stage.SENT: ANSWERED & Q(awaits_publication=True),
    Stage.CLOSED: ANSWERED & Q(awaits_publication=False),
    Stage.ENDED: ~_NOT_ENDED & ~ANSWERED,
}
"""What each stage is, in terms of what `with_standing` annotates; each case is in exactly one."""


_OVER = (Stage.CLOSED, Stage.ENDED)
OPEN_RULES = {stage: rule for stage, rule in _RULES.items() if stage not in _OVER}
"""The same for the stages of open cases."""


def in_stage(cases: QuerySet[Case], stage: Stage) -> QuerySet[Case]:
    """Those of the annotated cases that are in the stage."""
    if stage is Stage.CLOSED:
        return cases.filter(_NOT_ENDED | ANSWERED, is_open=False)
    if stage is Stage.ENDED:
        return cases.filter(_RULES[stage], is_open=False)
    return still_open(cases).filter(_RULES[stage])


def still_open(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the cases on which something remains to be done."""
    return cases.filter(is_open=True)


def mark_open(cases: QuerySet[Case]) -> None:
    """Write on each of the cases whether it is open, as the rules of the closed stage and of the ended one have it."""
    # Asked first and then written: as one statement, PostgreSQL asks the rules of every case for each of the cases.
    rules = _RULES[Stage.CLOSED] | _RULES[Stage.ENDED]
    over = set(with_standing(cases).filter(rules).order_by().values_list("pk", flat=True))
    said = list(cases.order_by().values_list("pk", "is_open"))
    for is_open in (False, True):
        wrong = [pk for pk, was in said if was is not is_open and (pk in over) is not is_open]
        for first in range(0, len(wrong), _AT_ONCE):
            Case.objects.filter(pk__in=wrong[first : first + _AT_ONCE]).update(is_open=is_open)


def awaiting_publication(case: Any) -> QuerySet[Response]:
    """The answers of the case that were sent, are not on the log, and of which nobody decided last that they stay off.

    `case`: a case or its key, or a reference to that of an outer query.
    """
    sent = Response.objects.filter(
        case=case, kind=LetterKind.ANSWER, state=ResponseState.SENT, publication__isnull=True
    )
    last = PublicationDecision.objects.filter(response=OuterRef("pk")).order_by("-at", "-pk").values("choice")[:1]
    choice: Any = Subquery(last)
    return sent.annotate(choice=choice).filter(Q(choice__isnull=True) | ~Q(choice=PublicationDecision.Choice.NOT))


def case_standing(case: Case, today: date) -> Standing:
    """Where one case stands today, in a query of its own."""
    return standing(with_standing(Case.objects.filter(pk=case.pk)).get(), today)


def stage_counts(authority: Authority) -> dict[Stage, int]:
    """How many cases of the force are in each stage, in three queries: the closed ones are only counted."""
    counts = {stage.value: Count("pk", filter=rule) for stage, rule in OPEN_RULES.items()}
    found = worked_out_once(with_standing(still_open(authority.cases.all()))).aggregate(**counts)
    return {**{stage: found[stage.value] for stage in OPEN_RULES}, **over_counts(authority)}


def worked_out_once(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The annotated cases as an inner query of their own, to count them by many rules.

    Without a limit the database writes each annotation anew into every rule that asks it.
    """
    return cases[:_MORE_THAN_ANY]


def over_counts(authority: Authority) -> dict[Stage, int]:
    """How many cases of the force are closed, and how many have ended without an answer, in two queries."""
    over = authority.cases.filter(is_open=False)
    # Few have ended; of the many that are closed nothing is asked but their number.
    marked = ClockEvent.objects.filter(case__authority=authority, kind__in=ENDS).order_by().values("case")
    ended = with_standing(over.filter(pk__in=marked)).filter(_RULES[Stage.ENDED]).count()
    return {Stage.CLOSED: over.count() - ended, Stage.ENDED: ended}


def _stage(values: dict[str, object], decided: int, questions: int) -> Stage:
    state = values["letter_state"]
    answered = values["any_sent"] and not values["rest_open"] and values["answered_total"] == questions
    if values["ended_by"] and not (answered and state is None):
        return Stage.ENDED
    if state in (ResponseState.CLEARED, ResponseState.SENDING):
        return Stage.CLEARED
    if state == ResponseState.AWAITING_CLEARANCE:
        return Stage.AWAITING_CLEARANCE
    if answered:
        return Stage.SENT if values["awaits_publication"] else Stage.CLOSED
    if not values["decision_total"]:
        return Stage.NEW
    if questions and decided == questions and not values["open_decisions"]:
        return Stage.READY
    return Stage.DECIDING
