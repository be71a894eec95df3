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
from candour.desk.models import Case, EventKind
from candour.post import outbox
from candour.post.models import OutgoingMail, Purpose
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
        record(case, EventKind.ACKNOWLEDGED, None, "The requester was told the reference and the day of the answer.")
        return mail
