"""Clearance: a letter is frozen, a second person reads exactly those bytes, and clears their digest.

Whatever is changed afterwards voids the clearance: at once when a decision is saved, and once more when the letter is
sent, by composing it again and comparing.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.answering.letter import (
    load_letter,
)
from candour.desk.audit_trail.writing import lock_letter, record
from candour.desk.clearing.chain import is_through, step_of, why_no_step
from candour.desk.clearing.frozen import composes_the_same, letter_facts, package_digest
from candour.desk.clearing.void import let_go, void
from candour.desk.models import (
    Event,
    EventKind,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.safe_figures.ledger import told_by_tables
from candour.desk.safe_figures.protect import table_faults
from candour.desk.workflow import require, why_not_allowed


def clear(response_pk: int, digest: str, actor: StaffMember) -> Response:
    """Clear exactly the bytes that `digest` names.

    Raises NotAllowed when the person may not clear, or made the letter; Refused when it is no longer up, or is not what
    the person read.
    """
    with transaction.atomic():
        response = lock_letter(response_pk)
        if reason := why_not_clear(response, actor):
            raise NotAllowed(reason)
        require(event_about(response, "clear"), response.case, actor)
        if response.state != ResponseState.AWAITING_CLEARANCE:
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        if digest != response.digest or package_digest(response, list(response.files.all())) != digest:
            raise Refused("The letter is not the one that you read. Read it again before you clear it.")
        if said := response.comments.filter(settled_at=None).count():
            open_ones = "a comment that is" if said == 1 else f"{said} comments that are"
            these = "it" if said == 1 else "them"
            raise Refused(f"The letter has {open_ones} not settled. Settle {these}, or send the letter back.")
        if not composes_the_same(response):
            void(response, actor, "The case has changed since the letter was put up.")
            raise_after = (
                "The case has changed since this letter was put up, so it is void. The officer has to put it up again."
            )
        elif found := _unsafe_figures(response):
            raise_after = f"{' '.join(found)} Send the letter back until that is done."
        else:
            raise_after = ""
            _take_step(response, actor)
    if raise_after:
        raise Refused(raise_after)
    return response


def why_not_clear(response: Response, actor: StaffMember) -> str:
    """Why the person may not clear the letter, whatever its state; empty when they may."""
    if reason := why_not_allowed(event_about(response, "clear"), response.case.authority_id, actor):
        return reason
    if actor.pk in _makers(response):
        # Who could not clear it anyway is told that, which is what does not change.
        others = "" if step_of(response, actor) else why_no_step(response, actor)
        return others or "You had a hand in this letter, so another approver has to clear it."
    return why_no_step(response, actor)


def bypass(response_pk: int, digest: str, reason: str, actor: StaffMember) -> Response:
    """Clear the letter in an emergency without the steps that are open; the reason is shown with it for ever.

    Raises NotAllowed when the person may not, or made the letter; Refused when it is not what the person read.
    """
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "bypass"), response.case, actor)
        if actor.pk in _makers(response):
            raise NotAllowed("You had a hand in this letter, so another manager has to bypass its clearance.")
        if response.state != ResponseState.AWAITING_CLEARANCE:
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        if not reason.strip():
            raise Refused("Give the reason why the letter cannot wait.")
        if digest != response.digest or package_digest(response, list(response.files.all())) != digest:
            raise Refused("The letter is not the one that you read. Read it again before you clear it.")
        if not composes_the_same(response):
            raise Refused("The case has changed since this letter was put up. Put it up again.")
        # Who is in a hurry passes over people, and over nothing that protects those whom the figures are about.
        if found := _unsafe_figures(response):
            raise Refused(" ".join(found))
        left = [step for step in response.steps.all() if step.is_open]
        for step in left:
            step.bypassed, step.done_at, step.digest = True, timezone.now(), digest
            step.save()
        response.bypassed_because = reason.strip()
        named = ", ".join(step.name for step in left)
        record(response.case, EventKind.BYPASSED, actor, f"Without: {named}.", reason.strip(), letter_facts(response))
        _clear_all(response, actor)
        return response


def _unsafe_figures(response: Response) -> list[str]:
    """What is wrong with the tables of the letter, or what they tell together with all that left before."""
    if response.kind != LetterKind.ANSWER:
        return []
    held = load_letter(response)
    return table_faults(held) or [each.words for each in told_by_tables(held).findings]


def _take_step(response: Response, actor: StaffMember) -> None:
    """Write down the step that the person takes; the last one clears the letter."""
    step = step_of(response, actor)
    assert step is not None
    step.done_by, step.done_at, step.digest = actor, timezone.now(), response.digest
    step.save()
    steps = list(response.steps.all())
    if len(steps) > 1:
        said = f"{step.name}: {'seen' if step.informs else 'cleared'}, digest {response.digest[:16]}."
        record(response.case, EventKind.STEP_CLEARED, actor, said, facts=letter_facts(response))
    if is_through(steps) and not step.informs:
        _clear_all(response, actor)


def _clear_all(response: Response, actor: StaffMember) -> None:
    response.state = ResponseState.CLEARED
    response.cleared_by = actor
    response.cleared_at = timezone.now()
    response.cleared_digest = response.digest
    response.save()
    record(response.case, EventKind.CLEARED, actor, f"Digest {response.digest[:16]}.", facts=letter_facts(response))


def event_about(response: Response, event: str) -> str:
    """The event as the workflow names it: of an answer, or of a letter that is none."""
    if response.kind == LetterKind.HAND_OVER and event == "send":
        return "hand_over"
    return event if response.kind == LetterKind.ANSWER else f"{event}_notice"


def send_back(response_pk: int, reason: str, actor: StaffMember) -> None:
    """Give the letter back to the officer with a reason. Raises NotAllowed, Refused."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "send_back"), response.case, actor)
        if response.state not in (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED):
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        let_go(response, reason)
        record(response.case, EventKind.SENT_BACK, actor, why=reason, facts=letter_facts(response))


def _makers(response: Response) -> set[int | None]:
    """Everyone who wrote what the letter says: who put it up, and who saved a decision that it holds."""
    if response.kind != LetterKind.ANSWER:
        return {response.prepared_by_id}
    writers = response.case.events.filter(kind__in=_WROTE).values_list("actor", flat=True)
    return {response.prepared_by_id, *writers}


def made_decisions(actor: StaffMember, cases: Collection[int]) -> QuerySet[Event, int]:
    """The keys of those of the cases in which the person wrote what an answer says, and so cannot clear it."""
    written = Event.objects.filter(case__in=cases, kind__in=_WROTE, actor=actor)
    return written.values_list("case", flat=True).distinct()


_WROTE = (EventKind.DECISION_SAVED, EventKind.DECISION_COMPLETED, EventKind.FIGURE)
