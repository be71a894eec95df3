"""What the clock is told of each case of the seeded year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from candour.desk.models import Case, ClockEvent, Response, ResponseState
from candour.law import format_provisions
from candour.law.calendars import FoiaCalendar
from candour.law.clock import FoiaClock, Received
from candour.site.year.made import Made
from candour.site.year.plan import Step

_KINDS = {
    "clarification": "clarification_asked",
    "clarified": "clarification_given",
    "extension": "extension_notified",
    "withdrawn": "withdrawn",
}
TOLD = {
    "clarification": "Asking for clarification",
    "clarified": "The clarification",
    "extension": "The public interest extension",
    "withdrawn": "The withdrawal",
}


def clock_events(each: Made, letters: list[Response]) -> list[ClockEvent]:
    """The events of the clock of one case, its answer last."""
    events = [
        ClockEvent(
            case=each.case,
            kind=_KINDS[step.what],
            on=timezone.localtime(step.at).date(),
            details=_details(each, step),
            recorded_by=each.by(step),
        )
        for step in each.planned.steps
        if step.what in _KINDS
    ]
    for letter in letters:
        if letter.state == ResponseState.SENT and letter.sent_at:
            on = timezone.localtime(letter.sent_at).date()
            events.append(
                ClockEvent(
                    case=each.case,
                    kind="responded",
                    on=on,
                    details={"questions": []},
                    letter=letter,
                    recorded_by=each.people["officer"],
                )
            )
    return events


def due_of(case: Case, events: list[ClockEvent], calendar: FoiaCalendar) -> date | None:
    """The date that the clock makes of the events."""
    from candour.desk.deadlines.clock import event_from

    told = [event_from(event.kind, event.on, event.details) for event in events]
    return FoiaClock.replay([Received(case.received), *told], calendar).due


def _details(each: Made, step: Step) -> dict[str, Any]:
    if step.what == "extension":
        # What may be extended for: the first qualified claim of the answer that is being weighed.
        claim = next(c for answer in each.answers for c in answer.decision.claims if c.wants_public_interest)
        return {
            "limb": format_provisions(claim.limbs),
            "by_virtue_of": format_provisions(claim.by_virtue_of),
            "estimate": step.why,
            "questions": [],
        }
    return {"reply_by": None} if step.what == "clarification" else {}
