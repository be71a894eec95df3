"""Sending a cleared letter: exactly the cleared bytes, once.

The letter is first marked as being sent, then handed to the mail server, then marked as sent. A process that dies in
between leaves it "being sent", and a person says what happened: it is never sent twice by itself.
"""

from __future__ import annotations

from email.utils import formataddr
from smtplib import SMTPException, SMTPRecipientsRefused

from django.db import transaction
from django.utils import timezone

from candour.desk.clear import event_about, letter_facts, void_if_changed
from candour.desk.clock import note_sent
from candour.desk.ledger import enter_releases
from candour.desk.models import EventKind, Response, ResponseFile, ResponseState, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.trail import lock_letter, record
from candour.desk.workflow import require
from candour.post.outgoing import OutgoingFile, OutgoingLetter, send_letter


def send(response_pk: int, actor: StaffMember) -> Response:
    """Send the letter by mail, or record that it was posted when the requester gave no e-mail address.

    Raises NotAllowed for another force's letter, Refused when it is not cleared, has changed, or the mail server fails.
    """
    response = _start(response_pk, actor)
    if response.recipient:
        try:
            send_letter(_outgoing(response))
        except (OSError, SMTPException) as error:
            why = _why(error, response)
            _take_back(response.pk, actor, why)
            raise Refused(
                f"The mail server did not take the letter ({why}). Nothing was sent: try again later."
            ) from error
    return _finish(response, actor)


def resolve_interrupted(response_pk: int, *, was_sent: bool, actor: StaffMember) -> Response:
    """Say what became of a letter whose sending was interrupted. Raises Refused when it was not."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        if response.kind == LetterKind.ANSWER:
            require("confirm_sent" if was_sent else "confirm_not_sent", response.case, actor)
        else:
            require("send_notice", response.case, actor)
        if response.state != ResponseState.SENDING:
            raise Refused("The sending of this letter was not interrupted.")
        if not was_sent:
            response.state = ResponseState.CLEARED
            response.save(update_fields=("state",))
            record(response.case, EventKind.NOT_SENT, actor, "The sending was interrupted before the letter went.")
            return response
    return _finish(response, actor)


def _start(response_pk: int, actor: StaffMember) -> Response:
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "send"), response.case, actor)
        if response.state == ResponseState.SENT:
            raise Refused("This letter has already been sent.")
        if response.state == ResponseState.SENDING:
            raise Refused("This letter is being sent by somebody else at this moment.")
        if response.state != ResponseState.CLEARED:
            raise Refused("This letter has not been cleared.")
        changed = void_if_changed(response, actor)
        if not changed:
            response.state = ResponseState.SENDING
            response.save(update_fields=("state",))
            record(response.case, EventKind.SENDING, actor, facts=letter_facts(response))
    if changed:
        raise Refused(changed)
    return response


def _take_back(response_pk: int, actor: StaffMember, why: str) -> None:
    """The letter is cleared and not sent, as before."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        if response.state == ResponseState.SENDING:
            response.state = ResponseState.CLEARED
            response.save(update_fields=("state",))
            record(response.case, EventKind.NOT_SENT, actor, why=f"The mail server did not take it: {why}.")


def _finish(response: Response, actor: StaffMember) -> Response:
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


def _why(error: Exception, response: Response) -> str:
    """What the server said, without the address of the requester, whom the desk does not show."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"it refused the recipient, code {', '.join(codes)}"
    return str(error).replace(response.recipient, "the requester")


def _outgoing(response: Response) -> OutgoingLetter:
    files = list(response.files.all())
    letters = {
        file.media_type.partition(";")[0]: bytes(file.content)
        for file in files
        if file.purpose == ResponseFile.Purpose.LETTER
    }
    authority = response.case.authority
    return OutgoingLetter(
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
