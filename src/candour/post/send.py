"""Sending a cleared letter: exactly the cleared bytes, once.

Asking for it marks the letter as being sent and puts the message into the outbox, in one transaction. The first attempt
is made at once; where the mail server is away the outbox tries again by itself. Only the mail server's word, or a
person's where it cannot be known, makes the letter sent.
"""

from __future__ import annotations

import hashlib
import json
from email.utils import formataddr

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import last_facts, lock_letter, record
from candour.desk.breaches.stopped import VOID, is_stopped, stopped_at
from candour.desk.clearing.clear import event_about
from candour.desk.clearing.frozen import letter_facts
from candour.desk.clearing.void import void, void_if_changed
from candour.desk.deadlines.clock import note_sent
from candour.desk.models import EventKind, Response, ResponseFile, ResponseState, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.publishing.published_at_once import is_published_at_once
from candour.desk.refusals import Refused
from candour.desk.safe_figures.ledger import enter_releases
from candour.desk.workflow import require
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail, Purpose
from candour.post.outgoing import OutgoingFile, OutgoingMessage

_MESSAGE = "message"
"""The fact of an event of sending that holds the digest of the message: its two addresses and its bytes."""


def send(response_pk: int, actor: StaffMember, *, knows_it_is_public: bool = False) -> Response:
    """Send the letter by mail, or record that it was posted when the requester gave no e-mail address.

    The letter that is returned is sent, or is still being sent where the mail server is away: the outbox tries again.
    Raises NotAllowed for another force's letter, Refused when it is not cleared, has changed, the mail server will not
    take it, or it would be published at once and the person did not say that they know.
    """
    response, mail = _start(response_pk, actor, knows_it_is_public=knows_it_is_public)
    if mail is None:
        return _finish(response, actor)
    return attempt(mail.pk)


def attempt(mail_pk: int) -> Response:
    """Try to send the letter of a message in the outbox. Raises Refused when the mail server will not take it."""
    mail = outbox.deliver(mail_pk, _settle, _is_as_put)
    assert mail.response_id is not None
    response = Response.objects.select_related("case").get(pk=mail.response_id)
    if mail.state == MailState.REFUSED and response.state == ResponseState.CLEARED:
        raise Refused(f"The mail server did not take the letter ({mail.said}). Nothing was sent.")
    return response


def take_back(response_pk: int, actor: StaffMember) -> None:
    """Take a letter that waits in the outbox back: it is cleared and not sent. Raises NotAllowed, Refused."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        _require_resolvable(response, actor, "confirm_not_sent")
        mail = outbox.mail_of(response)
        if mail is None or not outbox.take_back(mail.pk, lambda _: None):
            raise Refused("This letter does not wait any more. Open the case again to see what became of it.")
        _to_cleared(response)
        record(response.case, EventKind.NOT_SENT, actor, "It was taken back before the mail server took it.")


def resolve_interrupted(response_pk: int, *, was_sent: bool, actor: StaffMember) -> Response:
    """Say what became of a letter whose sending was interrupted. Raises Refused when it was not."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        _require_resolvable(response, actor, "confirm_sent" if was_sent else "confirm_not_sent")
        mail = outbox.mail_of(response)
        if response.state != ResponseState.SENDING or (mail is not None and not outbox.is_interrupted(mail)):
            raise Refused("The sending of this letter was not interrupted.")
        if mail is not None:
            outbox.resolve(mail.pk, was_taken=was_sent)
        if not was_sent:
            _to_cleared(response)
            record(response.case, EventKind.NOT_SENT, actor, "The sending was interrupted before the letter went.")
            return response
    return _finish(response, actor)


def _require_resolvable(response: Response, actor: StaffMember, event: str) -> None:
    require(event if response.kind == LetterKind.ANSWER else "send_notice", response.case, actor)


def _start(response_pk: int, actor: StaffMember, *, knows_it_is_public: bool) -> tuple[Response, OutgoingMail | None]:
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "send"), response.case, actor)
        if response.state == ResponseState.SENT:
            raise Refused("This letter has already been sent.")
        if response.state == ResponseState.SENDING:
            raise Refused("This letter is being sent already.")
        if response.state != ResponseState.CLEARED:
            raise Refused("This letter has not been cleared.")
        if is_published_at_once(response.recipient) and not knows_it_is_public:
            raise Refused("Say that you know that this letter is published the moment it is sent.")
        changed = _void_if_stopped(response, actor) or void_if_changed(response, actor)
        mail = None
        if not changed:
            response.state = ResponseState.SENDING
            response.save(update_fields=("state",))
            facts = letter_facts(response)
            if response.recipient:
                mail = outbox.put(
                    _message(response),
                    Purpose.LETTER,
                    response.case.authority,
                    case=response.case,
                    response=response,
                    asked_by=actor,
                )
                facts = {**facts, _MESSAGE: _digest_of(mail)}
            record(response.case, EventKind.SENDING, actor, facts=facts)
    if changed:
        raise Refused(changed)
    return response, mail


def _void_if_stopped(response: Response, actor: StaffMember) -> str:
    """Void a letter that was cleared before a breach of its case was recorded; why, or nothing."""
    if not is_stopped(response.cleared_at, stopped_at(response.case_id)):
        return ""
    void(response, actor, VOID)
    return VOID


def stop_letter(response_pk: int, actor: StaffMember) -> bool:
    """Keep a letter that is being sent from leaving: it is cleared and not sent. False where it may have left already.

    The caller holds the case, and has asked whether the person may.
    """
    response = lock_letter(response_pk)
    mail = outbox.mail_of(response)
    if mail is None or not outbox.stop(mail.pk, lambda _: None):
        return False
    _to_cleared(response)
    record(response.case, EventKind.NOT_SENT, actor, "It was stopped before the mail server took it.")
    return True


def _is_as_put(mail: OutgoingMail) -> bool:
    """Whether the message is addressed and made as the trail has it from when it was put into the outbox."""
    begun = last_facts(mail.case_id, EventKind.SENDING)
    return begun is not None and begun.get(_MESSAGE) == _digest_of(mail)


def _digest_of(mail: OutgoingMail) -> str:
    envelope = json.dumps([mail.sender, mail.recipient]).encode()
    return hashlib.sha256(envelope + b"\n" + bytes(mail.content)).hexdigest()


def _settle(mail: OutgoingMail) -> None:
    """What the end of a message means for its letter."""
    assert mail.response_id is not None
    response = lock_letter(mail.response_id)
    if mail.state == MailState.TAKEN:
        _finish(response, mail.asked_by)
    elif response.state == ResponseState.SENDING:
        _to_cleared(response)
        record(response.case, EventKind.NOT_SENT, mail.asked_by, why=f"The mail server did not take it: {mail.said}.")


def _to_cleared(response: Response) -> None:
    response.state = ResponseState.CLEARED
    response.save(update_fields=("state",))


def _finish(response: Response, actor: StaffMember | None) -> Response:
    with transaction.atomic():
        response = lock_letter(response.pk)
        if response.state == ResponseState.SENT:
            return response
        response.state = ResponseState.SENT
        response.sent_at = timezone.now()
        response.save(update_fields=("state", "sent_at"))
        how = "by e-mail" if response.recipient else "by post"
        note_sent(response, actor)
        if response.kind == LetterKind.ANSWER:
            enter_releases(response)
        record(
            response.case,
            EventKind.SENT,
            actor,
            f"{response.get_kind_display()} sent {how}, digest {response.digest[:16]}.",
            facts=letter_facts(response),
        )
        return response


def _message(response: Response) -> OutgoingMessage:
    files = list(response.files.all())
    letters = {
        file.media_type.partition(";")[0]: bytes(file.content)
        for file in files
        if file.purpose == ResponseFile.Purpose.LETTER
    }
    authority = response.case.authority
    return OutgoingMessage(
        key=response.digest[:40],
        sender=formataddr((authority.name, authority.email)),
        recipient=response.recipient,
        subject=response.mail_subject,
        text=letters["text/plain"].decode(),
        html=letters["text/html"].decode(),
        files=[
            OutgoingFile(file.name, file.media_type, bytes(file.content))
            for file in files
            if file.purpose == ResponseFile.Purpose.ATTACHMENT or file.media_type == "application/pdf"
        ],
    )
