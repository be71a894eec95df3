"""The queues of the caseload: what is mine, nobody's, due this week, late, or waits for somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices

from candour.desk.models import Authority, Case, ClockEvent, ResponseState, StaffMember
from candour.desk.stage import ANSWERED, still_open, with_standing


class Queue(TextChoices):
    """The queues, in the order in which they are shown."""

    MINE = "mine", "Mine"
    UNASSIGNED = "unassigned", "Nobody’s"
    LATE = "late", "Late"
    WEEK = "week", "Due this week"
    AWAITING = "awaiting", "Awaiting others"


_ANSWERS = {"clarification_asked": "clarification_given", "fees_notice": "fee_paid"}
"""What is asked of the requester, and the event that answers it."""


def with_queues(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases, annotated by `with_standing`, with what the queues need: whether the requester has to answer."""
    asked: Any = Q()
    for question, answer in _ANSWERS.items():
        later = ClockEvent.objects.filter(case=OuterRef("case"), kind=answer, on__gte=OuterRef("on"))
        asked |= Q(kind=question) & ~Exists(later)
    return cases.annotate(awaits_requester=Exists(ClockEvent.objects.filter(asked, case=OuterRef("pk"))))


def in_queue(cases: QuerySet[Case], queue: Queue, person: StaffMember, today: date) -> QuerySet[Case]:
    """Those of the annotated cases that are in the queue of the person today; none that is closed."""
    return still_open(cases).filter(_rules(person, today)[queue])


def queue_counts(authority: Authority, person: StaffMember, today: date) -> dict[Queue, int]:
    """How many cases of the force are in each queue, in one query."""
    cases = still_open(with_queues(with_standing(authority.cases.all())))
    rules = _rules(person, today)
    found = cases.aggregate(**{f"in_{queue.value}": Count("pk", filter=rules[queue]) for queue in Queue})
    return {queue: found[f"in_{queue.value}"] for queue in Queue}


def _rules(person: StaffMember, today: date) -> dict[Queue, Q]:
    unsent = ~ANSWERED
    sunday = today + timedelta(days=6 - today.weekday())
    return {
        Queue.MINE: Q(officer=person),
        Queue.UNASSIGNED: Q(officer__isnull=True),
        Queue.LATE: unsent & Q(due__lt=today),
        Queue.WEEK: unsent & Q(due__range=(today, sunday)),
        Queue.AWAITING: unsent & (Q(letter_state=ResponseState.AWAITING_CLEARANCE) | Q(awaits_requester=True)),
    }
