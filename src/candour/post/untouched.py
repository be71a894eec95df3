"""What nobody has acted on: mail that waits too long, and open cases in which no person has done anything for days.

A request is not lost with a noise. It lies under mail of which nobody said what it is, or in a case that was opened and
then forgotten, and is found when the requester complains.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import Authority, Case, Decision
from candour.desk.publishing.decision import beginning_of
from candour.desk.stage import still_open
from candour.post.models import EntryState, QueueEntry

MAIL_WAITS, CASE_WAITS = 1, 5
"""After how many working days a message, and a case in which nothing is decided, is told of."""


def mail_nobody_read(authority: Authority, today: date) -> QuerySet[QueueEntry]:
    """The messages that wait for a person since more than a working day, the oldest first."""
    waiting = authority.mail.filter(state=EntryState.WAITING, message__stored_at__lt=_since(today, MAIL_WAITS))
    return waiting.order_by("message__stored_at", "pk")


def cases_nobody_took_up(authority: Authority, today: date) -> QuerySet[Case]:
    """The open cases without a decision in which no person took a step for a working week; the earliest due first."""
    since = _since(today, CASE_WAITS)
    cases = still_open(authority.cases.filter(destroyed_at=None, created_at__lt=since))
    undecided = cases.exclude(pk__in=Decision.objects.filter(case__authority=authority).values("case"))
    touched = undecided.annotate(touched=Max("events__at", filter=Q(events__actor__isnull=False)))
    return touched.filter(Q(touched=None) | Q(touched__lt=since)).select_related("officer").order_by("due", "pk")


def _since(today: date, days: int) -> datetime:
    return beginning_of(working_calendar().before(today, days))
