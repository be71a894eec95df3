"""Taking a letter back: what it says has changed, or it was sent back; its questions are open again."""

from __future__ import annotations

from candour.desk.answering.letter import (
    portion_of,
)
from candour.desk.audit_trail.writing import record
from candour.desk.clearing.frozen import composes_the_same, letter_facts, package_digest
from candour.desk.models import (
    Case,
    Decision,
    EventKind,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.models.response import LetterKind


def void_live_letter(case: Case, actor: StaffMember | None, reason: str) -> None:
    """Void a letter that is up for clearance or cleared, because what it says has changed."""
    waiting = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)
    for response in Response.objects.select_for_update().filter(case=case, kind=LetterKind.ANSWER, state__in=waiting):
        void(response, actor, reason)


def void_letter_about(decision: Decision, actor: StaffMember, reason: str, *, anew: bool = False) -> None:
    """Void the pending letter that answers what the decision is about; `anew`: it is a new one, or it goes.

    A letter about other questions stays, unless what it says of later letters has changed: a decision on any other
    information that is new, or that goes, does that.
    """
    waiting = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)
    pending = Response.objects.select_for_update().filter(
        case=decision.case_id, kind=LetterKind.ANSWER, state__in=waiting
    )
    for response in pending:
        held = portion_of(response)
        if decision.question_id in held.questions if decision.question_id else held.rest or anew:
            void(response, actor, reason)


def void_if_changed(response: Response, actor: StaffMember) -> str:
    """Void the cleared letter unless its bytes are those cleared and the case still composes to them; say why if so."""
    digest = package_digest(response, list(response.files.all()))
    taken = [step for step in response.steps.all() if not step.is_open]
    if digest != response.cleared_digest or any(step.digest != digest for step in taken):
        reason = "The files of this letter are not those that were cleared."
    elif not composes_the_same(response):
        reason = "The case has changed since this letter was cleared."
    else:
        return ""
    void(response, actor, reason)
    return f"{reason} It is void and was not sent: put the letter up again."


def void(response: Response, actor: StaffMember | None, reason: str) -> None:
    """Take the pending letter back: its questions are open again."""
    let_go(response, reason)
    record(response.case, EventKind.VOIDED, actor, why=reason, facts=letter_facts(response))


def let_go(response: Response, reason: str) -> None:
    """Make the letter void, and its questions open again; the trail is written by whoever asks for it."""
    response.state = ResponseState.VOID
    response.void_because = reason
    response.save(update_fields=("state", "void_because"))
    response.answered.all().delete()
