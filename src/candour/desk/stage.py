"""How far a case has got, and what comes next: derived from its questions and their letters, never stored.

A case that is answered in stages is as far as what is still open of it; it is sent when every question is. It is closed
when, besides, each answer is on the log or somebody has decided that it is not to be. A request that was withdrawn,
lapsed or went to another authority has ended, whatever of it is not answered. Of these two alone, in which nothing is
left to be done, a copy is kept, `Case.final_stage`, to find the open cases by; `mark_final` alone writes it, with the
event of the trail that can change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce

from candour.desk.models import (
    AnsweredQuestion,
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

FINAL = (Stage.CLOSED, Stage.ENDED)
"""The stages in which nothing is left to be done."""

_AT_ONCE = 500

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
    Stage.AWAITING_CLEARANCE: "Others read and clear the letter",
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
        """Working days since it was due; a day of the weekend after it is already one, as on the clock."""
        return max(1, -(self.days_left or 0)) if self.late else 0

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
        return self.stage in FINAL

    @property
    def can_be_taken_up(self) -> bool:
        """Whether the request goes on when clarification or a fee comes late: it lapsed, and nobody withdrew it."""
        return self.stage is Stage.ENDED and self.ended_by == LAPSED

    @property
    def in_stages(self) -> bool:
        """Whether some questions were answered and others not yet."""
        return self.answered > 0 and self.stage not in DONE


def with_standing(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what their standing is computed from, in the same query."""
    return cases.annotate(**_facts())


@cache
def _facts() -> Mapping[str, Any]:
    """By its name, what is asked of each case; made once, for making it takes longer than asking it."""
    letters = Response.objects.filter(case=OuterRef("pk"), kind=LetterKind.ANSWER)
    pending = letters.filter(state__in=PENDING_STATES)
    # The letter's own case is named as well, for a database that would else look through every letter that was sent.
    sent = {"response__case": OuterRef("pk"), "response__state": ResponseState.SENT}
    answered = AnsweredQuestion.objects.filter(case=OuterRef("pk"), **sent)
    undecided_part = Exists(QuestionPart.objects.filter(question=OuterRef("pk")).exclude(decisions__completed=True))
    whole = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=True, completed=True))
    by_part = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=False, completed=True))
    handed = Exists(AnsweredQuestion.objects.filter(question=OuterRef("pk"), response__kind=LetterKind.HAND_OVER))
    questions = Question.objects.filter(case=OuterRef("pk"))
    decisions = Decision.objects.filter(case=OuterRef("pk"))
    return {
        "question_total": _number_of(questions),
        "decided_total": _number_of(questions.filter(whole | (by_part & ~undecided_part) | handed)),
        "decision_total": _number_of(decisions),
        "open_decisions": _number_of(decisions.filter(completed=False)),
        "letter_state": Subquery(pending.values("state")[:1]),
        "answered_total": _number_of(answered.filter(question__isnull=False)),
        "any_sent": _any_of(answered),
        "rest_decided": _any_of(decisions.filter(question__isnull=True)),
        "rest_sent": _any_of(answered.filter(question__isnull=True)),
        "awaits_publication": _any_of(awaiting_publication(OuterRef("pk"))),
        "ended_by": Subquery(endings(OuterRef("pk")).values("kind")[:1]),
    }


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


def _any_of(rows: QuerySet[Any]) -> Subquery:
    """The key of one of the rows, none where there are none.

    Unlike of EXISTS, PostgreSQL does not make a table of the rows of all cases of all years to look into.
    """
    return Subquery(rows.order_by().values("pk")[:1])


def standing(case: Case, today: date) -> Standing:
    """Where the case, which `with_standing` has annotated, stands today."""
    return standing_from(vars(case), today)


def standing_from(facts: Mapping[str, Any], today: date) -> Standing:
    """The same from the values of the annotated case, its `due` among them."""
    stage, due = stage_from(facts), facts["due"]
    is_owed = due is not None and stage not in DONE
    return Standing(
        stage,
        facts["decided_total"],
        facts["question_total"],
        due,
        foia_calendar().between(today, due) if is_owed else None,
        late=is_owed and today > due,
        answered=facts["answered_total"],
        ended_by=facts["ended_by"] or "",
    )


def stage_from(facts: Mapping[str, Any]) -> Stage:
    """The stage of a case by the values that `with_standing` annotates: each case is in exactly one."""
    state, questions = facts["letter_state"], facts["question_total"]
    rest_open = facts["rest_decided"] and not facts["rest_sent"]
    if state is None and facts["any_sent"] and not rest_open and facts["answered_total"] == questions:
        return Stage.SENT if facts["awaits_publication"] else Stage.CLOSED
    if facts["ended_by"]:
        return Stage.ENDED
    if state is not None:
        return Stage.AWAITING_CLEARANCE if state == ResponseState.AWAITING_CLEARANCE else Stage.CLEARED
    if not facts["decision_total"]:
        return Stage.NEW
    decided = questions and facts["decided_total"] == questions and not facts["open_decisions"]
    return Stage.READY if decided else Stage.DECIDING


def still_open(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the cases on which something remains to be done."""
    return cases.filter(final_stage="")


def mark_final(cases: QuerySet[Case]) -> None:
    """Write on each of the cases whether it is closed, has ended, or is open, as its questions and letters have it."""
    wrong: dict[str, list[int]] = {}
    for facts in with_standing(cases).order_by().values("pk", "final_stage", *_facts()).iterator():
        stage = stage_from(facts)
        final = stage.value if stage in FINAL else ""
        if facts["final_stage"] != final:
            wrong.setdefault(final, []).append(facts["pk"])
    for final, keys in wrong.items():
        for first in range(0, len(keys), _AT_ONCE):
            Case.objects.filter(pk__in=keys[first : first + _AT_ONCE]).update(final_stage=final)


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


@cache
def _asked() -> QuerySet[Case, dict[str, Any]]:
    """What `standing_from` needs of every case; made once, as `_facts` is."""
    asked: QuerySet[Case, dict[str, Any]] = with_standing(Case.objects.order_by()).values("pk", "due", *_facts())
    return asked


def standings(keys: Iterable[int], today: date) -> dict[int, Standing]:
    """Where each of the cases that these keys name stands today, in one query."""
    return {facts["pk"]: standing_from(facts, today) for facts in _asked().filter(pk__in=tuple(keys))}


def case_standing(case: Case, today: date) -> Standing:
    """Where one case stands today, in a query of its own. Raises Case.DoesNotExist."""
    return standing_from(_asked().get(pk=case.pk), today)
