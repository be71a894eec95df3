"""How far a case has got, and what comes next: derived from its decisions and its letter, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce

from candour.desk.models import (
    Authority,
    Case,
    Decision,
    Publication,
    PublicationDecision,
    Question,
    QuestionPart,
    Response,
    ResponseState,
)
from candour.desk.models.response import LIVE_STATES, LetterKind
from candour.law.working_days import foia_calendar


class Stage(TextChoices):
    """The stages of a case, in order."""

    NEW = "new", "New"
    DECIDING = "deciding", "Deciding"
    READY = "ready", "Ready for clearance"
    AWAITING_CLEARANCE = "awaiting_clearance", "Awaiting clearance"
    CLEARED = "cleared", "Cleared, to be sent"
    SENT = "sent", "Sent"
    PUBLISHED = "published", "Published"


_DONE = (Stage.SENT, Stage.PUBLISHED)

NEXT_STEP = {
    Stage.NEW: "Check the questions and decide them",
    Stage.DECIDING: "Decide the remaining questions",
    Stage.READY: "Read the letter and put it up for clearance",
    Stage.AWAITING_CLEARANCE: "An approver reads and clears the letter",
    Stage.CLEARED: "Send the letter",
    Stage.SENT: "Publish the answer",
    Stage.PUBLISHED: "Nothing: the case is closed",
}

TAG_COLOURS = {
    Stage.NEW: "blue",
    Stage.DECIDING: "yellow",
    Stage.READY: "turquoise",
    Stage.AWAITING_CLEARANCE: "purple",
    Stage.CLEARED: "orange",
    Stage.SENT: "green",
    Stage.PUBLISHED: "grey",
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
        """How many questions are decided."""
        return f"{self.decided} of {self.questions} decided"


def with_standing(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what their standing is computed from, in the same query."""
    live = Response.objects.filter(case=OuterRef("pk"), kind=LetterKind.ANSWER, state__in=LIVE_STATES)
    undecided_part = Exists(QuestionPart.objects.filter(question=OuterRef("pk")).exclude(decisions__completed=True))
    whole = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=True, completed=True))
    by_part = Exists(Decision.objects.filter(question=OuterRef("pk"), part__isnull=False, completed=True))
    decided = Question.objects.filter(case=OuterRef("pk")).filter(whole | (by_part & ~undecided_part))
    counted = decided.order_by().values("case").annotate(total=Count("pk")).values("total")
    return cases.annotate(
        question_total=Count("questions", distinct=True),
        decided_total=Coalesce(Subquery(counted), 0),
        decision_total=Count("decisions", distinct=True),
        open_decisions=Count("decisions", filter=Q(decisions__completed=False), distinct=True),
        letter_state=Subquery(live.values("state")[:1]),
        is_published=Exists(Publication.objects.filter(response__case=OuterRef("pk"))),
        publication_choice=Subquery(
            PublicationDecision.objects.filter(response__case=OuterRef("pk"))
            .order_by("-at", "-pk")
            .values("choice")[:1]
        ),
    )


def standing(case: Case, today: date) -> Standing:
    """Where the case, which `with_standing` has annotated, stands today."""
    values = vars(case)
    decided, questions = values["decided_total"] or 0, values["question_total"]
    stage = _stage(values, decided, questions)
    left = foia_calendar().between(today, case.due) if case.due and stage not in _DONE else None
    return Standing(
        stage, decided, questions, case.due, left, late=bool(case.due and today > case.due and stage not in _DONE)
    )


_ALL_DECIDED = Q(open_decisions=0, decided_total=F("question_total"))
_NO_LETTER = Q(letter_state__isnull=True)
_RULES = {
    Stage.NEW: _NO_LETTER & Q(decision_total=0),
    Stage.DECIDING: _NO_LETTER & Q(decision_total__gt=0) & ~_ALL_DECIDED,
    Stage.READY: _NO_LETTER & Q(decision_total__gt=0) & _ALL_DECIDED,
    Stage.AWAITING_CLEARANCE: Q(letter_state=ResponseState.AWAITING_CLEARANCE),
    Stage.CLEARED: Q(letter_state__in=(ResponseState.CLEARED, ResponseState.SENDING)),
    Stage.SENT: Q(letter_state=ResponseState.SENT, is_published=False),
    Stage.PUBLISHED: Q(is_published=True),
}
"""What each stage is, in terms of what `with_standing` annotates; each case is in exactly one."""


def in_stage(cases: QuerySet[Case], stage: Stage) -> QuerySet[Case]:
    """Those of the annotated cases that are in the stage."""
    return cases.filter(_RULES[stage])


def still_open(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the annotated cases on which something remains to be done."""
    return cases.exclude(Q(is_published=True)).exclude(Q(publication_choice=PublicationDecision.Choice.NOT))


def case_standing(case: Case, today: date) -> Standing:
    """Where one case stands today, in a query of its own."""
    return standing(with_standing(Case.objects.filter(pk=case.pk)).get(), today)


def stage_counts(authority: Authority) -> dict[Stage, int]:
    """How many cases of the force are in each stage, in one query."""
    counts = {stage.value: Count("pk", filter=rule) for stage, rule in _RULES.items()}
    found = with_standing(authority.cases.all()).aggregate(**counts)
    return {stage: found[stage.value] for stage in Stage}


def _stage(values: dict[str, object], decided: int, questions: int) -> Stage:
    state = values["letter_state"]
    if values["is_published"]:
        return Stage.PUBLISHED
    if state == ResponseState.SENT:
        return Stage.SENT
    if state in (ResponseState.CLEARED, ResponseState.SENDING):
        return Stage.CLEARED
    if state == ResponseState.AWAITING_CLEARANCE:
        return Stage.AWAITING_CLEARANCE
    if not values["decision_total"]:
        return Stage.NEW
    if questions and decided == questions and not values["open_decisions"]:
        return Stage.READY
    return Stage.DECIDING
