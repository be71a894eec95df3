"""What a person is offered: pages that are nothing but the form of a step open only for who may take the step.

Whoever only reads would else fill in a form and be refused at its end. That a step is refused is decided by
`candour.desk.workflow` alone; here stands which page is the form of which step.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from candour.desk.models import StaffMember
from candour.desk.stage import Stage
from candour.desk.workflow import sees_cases, why_not_allowed, why_not_in, workflow

FORM_OF = {
    "desk:new-request": "receive",
    "desk:further-request": "join_request",
    "desk:aggregation": "look_for_requests",
    "desk:requester": "look",
    "desk:new-event": "record_event",
    "desk:new-task": "ask_area",
    "desk:new-referral": "refer",
    "desk:triage": "triage",
    "desk:profile": "set_profile",
    "desk:hand-over": "assign",
    "desk:move": "assign",
    "desk:watchers": "set_watchers",
    "desk:new-note": "note",
    "desk:add-table": "decide",
    "desk:new-counts": "decide",
    "desk:new-exhibit": "decide",
    "desk:new-file": "decide",
    "desk:count-choose": "decide",
    "desk:figure": "decide",
    "desk:review-new": "take_up_review",
    "desk:complaint-new": "handle_complaint",
    "desk:bundle": "export_bundle",
    "desk:breaches": "read_breaches",
    "desk:breach": "read_breaches",
    "desk:breach-case": "start_breach",
    "desk:breach-new": "start_breach",
    "desk:breach-known": "handle_breach",
    "desk:breach-risk": "handle_breach",
    "desk:breach-point": "handle_breach",
    "desk:breach-close": "handle_breach",
    "desk:breach-export": "handle_breach",
    "desk:ncnd-new": "keep_register",
    "desk:ncnd-disclosure": "keep_register",
    "desk:new-notice": "prepare_notice",
    "post:acknowledge": "acknowledge",
    "post:request-from-mail": "handle_post",
    "post:not-requests": "handle_post",
}
"""By the name of a page that is not for everybody who sees cases, the step of the workflow that it is for.

Such a page holds the form of one step and nothing else to be read, or is read by some alone.
"""


class May:
    """What somebody may do by their role, whatever the state of a case: `may.ask_area` in a template."""

    def __init__(self, person: StaffMember) -> None:
        self.person = person

    def __getitem__(self, event: str) -> bool:
        """Whether the step is theirs. Raises KeyError when the workflow has no such step."""
        if event not in workflow().events:
            raise KeyError(event)
        authority = self.person.authority_id
        return authority is not None and not why_not_allowed(event, authority, self.person)


class MayNow(May):
    """The same of a case that stands at a stage: a step that is refused there is not offered."""

    def __init__(self, person: StaffMember, stage: Stage) -> None:
        super().__init__(person)
        self.stage = stage

    def __getitem__(self, event: str) -> bool:
        """Whether the step is theirs, and is taken of no case or where this one stands. Raises KeyError as before."""
        of_a_case = workflow().events[event].concerns_a_case
        return super().__getitem__(event) and not (of_a_case and why_not_in(event, self.stage))


def why_not_offered(page: str, person: StaffMember) -> str:
    """Why the page is not for the person; empty when it is, or is no form of a step."""
    event = FORM_OF.get(page)
    return why_not_allowed(event, person.authority_id, person) if event and person.authority_id else ""


def what_may_be_done(request: HttpRequest) -> dict[str, Any]:
    """The context of staff pages: what the person may do. Public pages never look at who reads them."""
    match = request.resolver_match
    person = getattr(request, "user", None) if match and match.namespace in _STAFF_PAGES else None
    if not isinstance(person, StaffMember) or not sees_cases(person):
        return {}
    return {"may": May(person)}


_STAFF_PAGES = {"desk", "post", "portal-staff"}
