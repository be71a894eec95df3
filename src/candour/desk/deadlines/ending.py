"""The end of a request without an answer: withdrawn, passed on, or lapsed because nobody clarified or paid in time."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.clearing.void import void_live_letter
from candour.desk.deadlines.clock import clock_of, note_event, redate, require_possible
from candour.desk.models import Case, ClockEvent, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.desk.stage import LAPSED
from candour.desk.workflow import require
from candour.law.clock import State, Transferred, Withdrawn


def end_request(case: Case, event: Withdrawn | Transferred, actor: StaffMember | None) -> None:
    """Close the request because it was withdrawn or passed on; a letter that is up is void.

    Raises NotAllowed, Refused. What was sent already stays answered, and can still be published.
    """
    with transaction.atomic():
        lock_case(case.pk)
        require("end_request", case, actor)
        require_possible(case, event)
        void_live_letter(case, actor, "The request has ended.")
        note_event(case, event, actor)


def close_lapsed(case: Case, actor: StaffMember | None) -> None:
    """Close the request because no clarification or fee came in time. Raises NotAllowed; Refused before that day."""
    today = timezone.localdate()
    with transaction.atomic():
        lock_case(case.pk)
        require("end_request", case, actor)
        if not has_lapsed(case):
            raise Refused("The request has not lapsed: nothing was asked of the requester, or there is still time.")
        void_live_letter(case, actor, "The request has ended.")
        locked = Case.objects.get(pk=case.pk)
        ClockEvent.objects.create(case=locked, kind=LAPSED, on=today, recorded_by=actor)
        record(locked, EventKind.CLOCK, actor, "The request lapsed: the requester did not answer in time.")
        redate(locked, actor)


def has_lapsed(case: Case) -> bool:
    """Whether the requester’s time to clarify or to pay is over, and nothing came. Raises PastHorizon."""
    return clock_of(case).state_on(timezone.localdate()) is State.LAPSED
