"""What has been done on a case, as its page tells it to the person who reads it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.workflow import why_not_allowed

_MOST = 300
"""How many steps a page shows at most."""


def trail_of(case: Case, person: StaffMember) -> list[dict[str, Any]]:
    """The steps of the case, the latest first; of a breach only that there is one, to who may not read its record."""
    reads_breaches = not why_not_allowed("read_breaches", case.authority_id, person)
    return [
        {
            "title": event.get_kind_display(),
            "by": str(event.actor) if event.actor else "",
            "when": timezone.localtime(event.at),
            "text": event.in_words if event.kind != EventKind.BREACH or reads_breaches else "",
            "alarming": event.kind in {EventKind.BYPASSED, EventKind.BREACH},
        }
        for event in case.events.select_related("actor").order_by("-at", "-pk")[:_MOST]
    ]
