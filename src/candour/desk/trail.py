"""Writing the trail: every step that changes a case goes through `record`, in the transaction of the step."""

from __future__ import annotations

from django.utils import timezone

from candour.desk.models import Case, Event, EventKind, StaffMember


def record(case: Case, kind: EventKind, actor: StaffMember | None, detail: str = "") -> Event:
    """Write one event. `detail` never names the requester: the trail is shown to people who decide."""
    return Event.objects.create(case=case, kind=kind, at=timezone.now(), actor=actor, detail=detail)
