"""What a person does with a message that waits: it becomes a request, is put to a case, or is neither."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record, record_for_force
from candour.desk.intake.receive import Incoming, receive_request
from candour.desk.models import Authority, Case, EventKind, StaffMember
from candour.desk.publishing.masking import mask
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.workflow import require, require_of_force
from candour.post.models import IN_A_CASE, EntryState, OutgoingMail, QueueEntry
from candour.post.place import place
from candour.post.sight import mail_seen_by

MOST_AT_ONCE = 100
"""Messages that can be kept as not a request in one step."""
_NAMESPACE = uuid.UUID("6a1f3c1e-63a3-4b0c-9d3f-6a6a5f3f7a10")


def submission_of(entry: QueueEntry) -> uuid.UUID:
    """The number of the form that makes this message a request, the same each time: it opens one case."""
    return uuid.uuid5(_NAMESPACE, f"{entry.authority_id} {entry.message.identity}")


def make_request(entry_pk: int, incoming: Incoming, actor: StaffMember) -> Case:
    """Open a case for the message, which a person read and confirmed. Raises Refused where it was dealt with."""
    with _waiting(entry_pk, actor) as entry:
        assert entry.authority is not None
        case = receive_request(entry.authority, incoming, actor)
        _settle(entry, EntryState.NEW_REQUEST, actor, case=case)
        record(case, EventKind.MAIL, actor, "The request came as a message, which was read and confirmed.")
        return case


def put_to_case(entry_pk: int, case: Case, actor: StaffMember, *, also: bool = False) -> None:
    """Put a message that waits to a case of the force; `also` puts a copy of one that is with a case to this one.

    Raises NotAllowed for another force or a role that may not, Refused where somebody dealt with it meanwhile, it is
    with this case already, or the case takes no mail any more.
    """
    with transaction.atomic():
        lock_case(case.pk)
        entry = _locked(entry_pk, actor)
        require("put_mail", case, actor)
        if also != (entry.state in IN_A_CASE) or entry.state == EntryState.NOT_REQUEST:
            raise Refused("Somebody has dealt with this message already.")
        if QueueEntry.objects.filter(message=entry.message_id, case=case).exists():
            raise Refused(f"The message is with case {case.reference} already.")
        if also:
            entry = QueueEntry(message=entry.message, authority=entry.authority)
        _settle(entry, EntryState.ATTACHED, actor, case=case)
        record(case, EventKind.MAIL, actor, "A message was put to the case.")


def not_request(entry_pk: int, reason: str, actor: StaffMember) -> None:
    """Say that the message is no matter for the desk; it is kept. Raises Refused where it was dealt with."""
    with transaction.atomic():
        _lock_case_of(entry_pk)
        with _waiting(entry_pk, actor) as entry:
            _keep_as_not_request(entry, reason, actor)


def not_requests(
    authority: Authority, entries: Iterable[int], reason: str, actor: StaffMember
) -> tuple[int, list[QueueEntry]]:
    """Say of these messages, as far as the person sees them, that they are none: of how many it was said, which stay.

    Each is dealt with in a transaction of its own. One that was dealt with meanwhile stays, and one that seems to
    belong to a case: it has to be read by itself. Raises NotAllowed.
    """
    require_of_force("handle_post", authority, actor)
    done, stay = 0, []
    keys = mail_seen_by(actor).filter(pk__in=list(entries)[:MOST_AT_ONCE])
    for key in keys.values_list("pk", flat=True):
        with transaction.atomic():
            entry = _locked(key, actor)
            if entry.state != EntryState.WAITING or entry.suggested_id is not None:
                stay.append(entry)
            else:
                _keep_as_not_request(entry, reason, actor)
                done += 1
    return done, stay


def not_the_suggested(entry_pk: int, actor: StaffMember) -> None:
    """Say that the message does not belong to the case that it seemed to belong to; who wrote may then be seen."""
    with transaction.atomic():
        _lock_case_of(entry_pk)
        entry = _locked(entry_pk, actor)
        if entry.state != EntryState.WAITING:
            raise Refused("Somebody has dealt with this message already.")
        if entry.suggested is None:
            return
        require("take_mail_out", entry.suggested, actor)
        record(
            entry.suggested,
            EventKind.MAIL,
            actor,
            f"{actor} found that a message that names this case does not belong to it, and may see who wrote it.",
        )
        entry.suggested = None
        entry.why_waiting = "A person found that it does not belong to the case that it names."
        entry.save(update_fields=("suggested", "why_waiting"))


def take_back(entry_pk: int, reason: str, actor: StaffMember) -> None:
    """Put the message back into the queue. Raises Refused for one that became a request: that case stays."""
    with transaction.atomic():
        _lock_case_of(entry_pk)
        entry = _locked(entry_pk, actor)
        if entry.state == EntryState.WAITING:
            return
        if entry.state == EntryState.NEW_REQUEST:
            raise Refused("This message became a request, and a request that was received stays.")
        if entry.case is not None:
            require("take_mail_out", entry.case, actor)
            record(entry.case, EventKind.MAIL, actor, f"A message was taken out of the case: {reason}")
        elif entry.authority is not None:
            told = f"Message {entry.pk} was put back into the queue."
            record_for_force(entry.authority, EventKind.MAIL, actor, told, reason)
        if QueueEntry.objects.filter(message=entry.message_id, authority=entry.authority).exclude(pk=entry_pk).exists():
            # The message is elsewhere as well, so that this copy has nothing left to be decided.
            entry.delete()
            return
        entry.suggested = entry.case
        entry.state, entry.case, entry.by, entry.at = EntryState.WAITING, None, None, None
        entry.reason, entry.why_waiting = "", f"{actor} put it back: {reason}"[:300]
        entry.save()


def give_to_force(entry_pk: int, authority: Authority, actor: StaffMember) -> None:
    """Move a message that was sent to no force into the queue of one; what only an administrator does."""
    if not actor.is_superuser:
        raise NotAllowed("Only an administrator gives a message to a force.")
    with transaction.atomic():
        entry = QueueEntry.objects.select_for_update(of=("self",)).select_related("message").get(pk=entry_pk)
        if entry.authority_id is not None or entry.state != EntryState.WAITING:
            raise Refused("Somebody has dealt with this message already.")
        twin = QueueEntry.objects.filter(message=entry.message, authority=authority)
        if twin.exists():
            entry.delete()
            return
        entry.authority, entry.why_waiting = authority, ""
        place(entry, entry.message.read)


def deal_with_returned(mail_pk: int, how: str, actor: StaffMember) -> None:
    """Say how the requester was reached whom a message did not reach. Raises NotAllowed, Refused when it was said."""
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(of=("self",)).select_related("case").defer("content").get(pk=mail_pk)
        )
        assert mail.case is not None
        require("handle_mail", mail.case, actor)
        if not mail.is_unreached:
            raise Refused("Somebody has dealt with this message already.")
        mail.dealt_with = how
        mail.save(update_fields=("dealt_with",))
        record(mail.case, EventKind.MAIL, actor, "A message that did not reach the requester was dealt with.", how)


@contextmanager
def _waiting(entry_pk: int, actor: StaffMember) -> Iterator[QueueEntry]:
    with transaction.atomic():
        entry = _locked(entry_pk, actor)
        if entry.state != EntryState.WAITING:
            raise Refused("Somebody has dealt with this message already.")
        yield entry


def _lock_case_of(entry_pk: int) -> None:
    """Lock the case that the message is with, or seems to belong to: a case is locked before what hangs on it."""
    cases = QueueEntry.objects.values_list("case", "suggested").get(pk=entry_pk)
    for number in sorted(filter(None, cases)):
        lock_case(number)


def _locked(entry_pk: int, actor: StaffMember) -> QueueEntry:
    entry = (
        QueueEntry.objects.select_for_update(of=("self",))
        .select_related("message", "authority", "case", "suggested__requester")
        .get(pk=entry_pk)
    )
    if entry.authority is not None:
        require_of_force("handle_post", entry.authority, actor)
    elif not actor.is_superuser:
        raise NotAllowed("This message belongs to no force: an administrator gives it to one.")
    return entry


def _keep_as_not_request(entry: QueueEntry, reason: str, actor: StaffMember) -> None:
    _settle(entry, EntryState.NOT_REQUEST, actor, reason=reason)
    told = f"Message {entry.pk} was kept as not a request."
    if entry.suggested is not None:
        # In the trail of the case, which whoever is not to know of the case does not see.
        record(entry.suggested, EventKind.MAIL, actor, told, mask(reason, entry.suggested.requester))
    elif entry.authority is not None:
        record_for_force(entry.authority, EventKind.MAIL, actor, told, reason)


def _settle(
    entry: QueueEntry, state: EntryState, actor: StaffMember, *, case: Case | None = None, reason: str = ""
) -> None:
    entry.state, entry.case, entry.reason = state, case, reason
    entry.by, entry.at = actor, timezone.now()
    entry.save()
