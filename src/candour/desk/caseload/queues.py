"""The queues of the caseload: what is mine, nobody's, due this week, late, or waits for somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices

from candour.desk.caseload.awaiting import ASKED
from candour.desk.models import (
    Absence,
    Authority,
    Case,
    ClockEvent,
    Referral,
    ResponseState,
    StaffMember,
    Task,
    TaskState,
)
from candour.desk.stage import ANSWERED, OPEN_RULES, Stage, over_counts, still_open, with_standing, worked_out_once


class Queue(TextChoices):
    """The queues, in the order in which they are shown."""

    MINE = "mine", "Mine"
    TEAM = "team", "My team’s"
    UNASSIGNED = "unassigned", "Nobody’s"
    LATE = "late", "Late"
    WEEK = "week", "Due this week"
    AWAITING = "awaiting", "Awaiting others"
    AWAY = "away", "Of people who are away"
    WATCHED = "watched", "Watched"


def with_queues(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases, annotated by `with_standing`, with whether the requester, a business area or a unit has to answer."""
    asked: Any = Q()
    for question, answer in ASKED.items():
        later = ClockEvent.objects.filter(case=OuterRef("case"), kind=answer, on__gte=OuterRef("on"))
        asked |= Q(kind=question) & ~Exists(later)
    return cases.annotate(
        awaits_requester=Exists(ClockEvent.objects.filter(asked, case=OuterRef("pk"))),
        awaits_area=Exists(Task.objects.filter(case=OuterRef("pk"), state=TaskState.OPEN)),
        awaits_advice=Exists(Referral.objects.filter(case=OuterRef("pk"), advised_at=None)),
    )


def in_queue(cases: QuerySet[Case], queue: Queue, person: StaffMember, today: date) -> QuerySet[Case]:
    """Those of the annotated cases that are in the queue of the person today; none that is closed."""
    return still_open(cases).filter(_rules(person, today)[queue])


def queue_counts(authority: Authority, person: StaffMember, today: date) -> dict[Queue, int]:
    """How many cases of the force are in each queue."""
    return counts(authority, person, today)[1]


def counts(authority: Authority, person: StaffMember, today: date) -> tuple[dict[Stage, int], dict[Queue, int]]:
    """How many cases of the force are in each stage, and in each queue of the person: both in three queries."""
    of_stages = {f"in_{stage.value}": rule for stage, rule in OPEN_RULES.items()}
    of_queues = {f"queue_{queue.value}": rule for queue, rule in _rules(person, today).items()}
    cases = worked_out_once(with_queues(with_standing(still_open(authority.cases.all()))))
    rules = {**of_stages, **of_queues}
    found = cases.aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})
    stages: dict[Stage, int] = {stage: found[f"in_{stage.value}"] for stage in OPEN_RULES}
    return stages | over_counts(authority), {queue: found[f"queue_{queue.value}"] for queue in Queue}


def _rules(person: StaffMember, today: date) -> dict[Queue, Q]:
    unsent = ~ANSWERED
    sunday = today + timedelta(days=6 - today.weekday())
    return {
        Queue.MINE: Q(officer=person),
        Queue.TEAM: Q(officer__in=_team(person)),
        Queue.UNASSIGNED: Q(officer__isnull=True),
        Queue.LATE: unsent & Q(due__lt=today),
        Queue.WEEK: unsent & Q(due__range=(today, sunday)),
        Queue.AWAITING: unsent & (Q(letter_state=ResponseState.AWAITING_CLEARANCE) | _AWAITS),
        Queue.AWAY: Q(officer__in=_away(person, today)),
        Queue.WATCHED: Q(pk__in=person.watches.values("case")),
    }


_AWAITS = Q(awaits_requester=True) | Q(awaits_area=True) | Q(awaits_advice=True)


def _team(person: StaffMember) -> QuerySet[StaffMember, Any]:
    """The people of the person’s team, themselves included; nobody where they have none."""
    return StaffMember.objects.filter(team=person.team_id, team__isnull=False).order_by().values("pk")


def _away(person: StaffMember, today: date) -> QuerySet[Absence, Any]:
    """Who of the force is away today."""
    away = Absence.objects.filter(person__authority=person.authority_id, first__lte=today, last__gte=today)
    return away.order_by().values("person")
