"""Stopping it: everything of the case that readers, recipients and areas can still reach, within one transaction.

It stops more than may be needed. What was stopped in vain can be sent and asked again; what left cannot be called back.
"""

from __future__ import annotations

import uuid

from django.utils import timezone

from candour.desk.audit_trail.writing import record
from candour.desk.breaches.post_of_case import stop_waiting
from candour.desk.breaches.stopped import VOID
from candour.desk.clearing.void import void
from candour.desk.models import Case, EventKind, Hold, Publication, Response, StaffMember, Task, TaskState
from candour.desk.models.response import ResponseState
from candour.desk.publishing.publish import withdraw
from candour.letters.model import day as written_day

TOLD_READERS = "This answer has been withdrawn while it is being checked."
"""What readers see in the place of an entry: nothing of what is wrong with it, which would lead others to a copy."""
_PENDING = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)


def contain(case: Case, number: int, actor: StaffMember, *, end_links: bool) -> list[str]:
    """Stop it, within the caller's transaction and with the case locked; what was done, a line each. Raises Refused."""
    hold_case(case, number, actor)
    return [
        *_withdraw_entries(case, actor),
        *stop_waiting(case.pk, actor),
        *_take_letters_back(case, actor),
        *(_end_links(case, actor) if end_links else ()),
        "The case is held, so that nothing of it is destroyed.",
    ]


def hold_case(case: Case, number: int, actor: StaffMember) -> None:
    """Keep the case beyond its time for as long as nobody lifts that."""
    kind = Hold.Kind.BREACH
    if case.holds.filter(kind=kind, lifted_at__isnull=True).exists():
        return
    why = f"Personal data breach {number}."
    Hold.objects.create(case=case, kind=kind, why=why, placed_by=actor, placed_at=timezone.now())
    record(case, EventKind.HELD, actor, f"Held: {kind.label.lower()}.", why)


def let_go_of_case(case: Case, actor: StaffMember) -> None:
    """Lift that hold, where it turned out that there was no breach."""
    held = case.holds.filter(kind=Hold.Kind.BREACH, lifted_at__isnull=True)
    if held.update(lifted_at=timezone.now(), lifted_by=actor):
        record(case, EventKind.HELD, actor, f"No longer held: {Hold.Kind.BREACH.label.lower()}.")


def _withdraw_entries(case: Case, actor: StaffMember) -> list[str]:
    entries = Publication.objects.filter(response__case=case, withdrawn_at__isnull=True).order_by("published_at", "pk")
    done = []
    for entry in entries:
        withdraw(entry.pk, TOLD_READERS, actor)
        day = written_day(timezone.localtime(entry.published_at).date())
        done.append(f"The entry of {day} was taken off the disclosure log, with its files.")
    if not done:
        return ["Nothing of the case was on the disclosure log."]
    return [*done, "A log that was exported as plain files still has it: export it anew, and put it in its place."]


def _take_letters_back(case: Case, actor: StaffMember) -> list[str]:
    """Have every letter that is up or cleared checked and cleared anew: it may hold the same."""
    pending = list(Response.objects.select_for_update().filter(case=case, state__in=_PENDING))
    for letter in pending:
        void(letter, actor, VOID)
    return [
        f"The {letter.get_kind_display().lower()} of {written_day(letter.dated)} is void: it has to be put up "
        "and cleared anew."
        for letter in pending
    ]


def _end_links(case: Case, actor: StaffMember) -> list[str]:
    """End every link through which an area can still read a question or give something."""
    tasks = case.tasks.select_for_update(of=("self",)).select_related("area").filter(expires_at__gt=timezone.now())
    done = []
    for task in tasks.exclude(state=TaskState.REVOKED):
        _end(task)
        done.append(f"The link of {task.area} was ended.")
        record(case, EventKind.TASK, actor, f"{task.area}: link ended, because of a personal data breach.")
    return done or ["No link of a business area was live."]


def _end(task: Task) -> None:
    task.link, task.expires_at = uuid.uuid4(), timezone.now()
    if task.state == TaskState.OPEN:
        task.state = TaskState.REVOKED
    task.save(update_fields=("link", "expires_at", "state"))
