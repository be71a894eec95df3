"""Dates that moved without their officer: a holiday that was proclaimed, or a step of somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from candour.desk.models import Case, Event, EventKind, StaffMember

TOLD_FOR = timedelta(days=14)
"""So long a date that moved is told of."""


@dataclass(frozen=True, slots=True)
class MovedDate:
    """A case whose date is another since `on`: from what to what, and why, as its trail has it."""

    case: Case
    on: date
    says: str


def moved_dates(person: StaffMember, today: date) -> list[MovedDate]:
    """The open cases of the person whose date others moved of late, the last first; each once, in one query."""
    since = timezone.now() - TOLD_FOR
    events = Event.objects.filter(
        kind=EventKind.REDATED, at__gte=since, case__officer=person, case__final_stage="", case__destroyed_at=None
    )
    others = events.exclude(actor=person).select_related("case").order_by("-sequence")
    last = {event.case_id: event for event in reversed(others)}
    return [
        MovedDate(event.case, timezone.localtime(event.at).date(), event.in_words)
        for event in sorted(last.values(), key=lambda event: -event.sequence)
        if event.case is not None and timezone.localtime(event.at).date() <= today
    ]
