"""The acknowledgement: a request has arrived, its reference, and the day by which it is answered.

It says nothing but what the request and the calendar give, so that it tells nothing of what the force holds.
"""

from __future__ import annotations

import hashlib
from email.utils import formataddr

from django.db import transaction
from django.template.loader import render_to_string

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.jobs import enqueue
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail, Purpose
from candour.post.outgoing import OutgoingMessage

ACKNOWLEDGE = "post.acknowledge"


def acknowledge_later(case: Case) -> None:
    """Have a job acknowledge the request, where the force wants that and the requester gave an e-mail address."""
    if case.authority.acknowledges and case.requester.email:
        enqueue(ACKNOWLEDGE, f"case {case.pk}", {"case": case.pk}, case=case)


def acknowledge(case: Case) -> OutgoingMail | None:
    """Put the acknowledgement into the outbox, once; None where there is no address to send it to."""
    if not case.requester.email:
        return None
    with transaction.atomic():
        lock_case(case.pk)
        known = case.outgoing_mail.filter(purpose=Purpose.ACKNOWLEDGEMENT).defer("content").first()
        if known:
            return known
        force = case.authority
        text = render_to_string("post/acknowledgement.txt", {"case": case, "force": force, "to": case.requester.name})
        message = OutgoingMessage(
            key=hashlib.sha256(f"acknowledgement {force.pk} {case.submission}".encode()).hexdigest()[:40],
            sender=formataddr((force.name, force.email)),
            recipient=case.requester.email,
            subject=f"Your request {case.reference}: we have received it",
            text=text,
            automatic=True,
        )
        mail = outbox.put(message, Purpose.ACKNOWLEDGEMENT, force, case=case)
        record(
            case,
            EventKind.ACKNOWLEDGED,
            None,
            "A message with the reference and the day of the answer goes to the requester.",
        )
        return mail


def settle(mail: OutgoingMail) -> None:
    """What the end of an acknowledgement means for its case: one that was refused is told of, as nobody sent it."""
    if mail.state == MailState.REFUSED and mail.case is not None:
        why = f"The mail server did not take it: {mail.said}."
        record(mail.case, EventKind.MAIL, None, "The acknowledgement did not reach the requester.", why)


def resolve_acknowledgement(mail_pk: int, *, was_taken: bool, actor: StaffMember) -> None:
    """Say what became of an acknowledgement whose sending was interrupted; one that was not sent is sent again.

    Raises NotAllowed, Refused when it was not interrupted.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.select_related("case").defer("content").get(pk=mail_pk)
        assert mail.case is not None
        lock_case(mail.case.pk)
        require("handle_mail", mail.case, actor)
        mail.refresh_from_db(fields=("state", "said", "claimed_at"))
        if mail.purpose != Purpose.ACKNOWLEDGEMENT or not outbox.is_interrupted(mail):
            raise Refused("The sending of this message was not interrupted.")
        if was_taken:
            outbox.resolve(mail.pk, was_taken=True)
            found = f"{actor} found that the acknowledgement whose sending was interrupted was sent."
        else:
            outbox.send_again(mail.pk)
            found = (
                f"{actor} found that the acknowledgement whose sending was interrupted was not sent. It is sent again."
            )
        record(mail.case, EventKind.MAIL, actor, found)
