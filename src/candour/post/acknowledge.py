"""The acknowledgement: a request has arrived, its reference, and the day by which it is answered.

It says nothing but what the request and the calendar give, so that it tells nothing of what the force holds.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import formataddr

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.jobs import enqueue
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.letters.model import Letter, Paragraph, Section, SectionKind
from candour.letters.reasons import paragraphs
from candour.letters.write import write
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail, Purpose
from candour.post.outgoing import OutgoingMessage

ACKNOWLEDGE = "post.acknowledge"


def acknowledge_later(case: Case) -> None:
    """Have a job acknowledge the request, where the force wants that and the requester gave an e-mail address."""
    if case.authority.acknowledges and case.requester.email:
        enqueue(ACKNOWLEDGE, f"case {case.pk}", {"case": case.pk}, case=case)


def acknowledge(case: Case, actor: StaffMember | None = None) -> OutgoingMail | None:
    """Put the acknowledgement into the outbox, once; None where there is no address to send it to.

    Raises NotAllowed; Refused where the answer has been sent, or a person asks for what was acknowledged already.
    """
    with transaction.atomic():
        lock_case(case.pk)
        known = case.outgoing_mail.filter(purpose=Purpose.ACKNOWLEDGEMENT).defer("content").first()
        if known and actor is None:
            return known
        require("acknowledge", case, actor)
        if acknowledged_at(case):
            raise Refused("This request has been acknowledged already.")
        if not case.requester.email:
            return None
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
        mail = outbox.put(message, Purpose.ACKNOWLEDGEMENT, force, case=case, asked_by=actor)
        record(
            case,
            EventKind.ACKNOWLEDGED,
            actor,
            "A message with the reference and the day of the answer goes to the requester.",
        )
        return mail


def acknowledgement_to_post(case: Case, actor: StaffMember) -> bytes:
    """The acknowledgement as a PDF to be printed and posted, where the requester gave no e-mail address.

    It names who asked, so each time that it is made stands in the trail. Raises NotAllowed; Refused where it goes by
    e-mail, or the answer has been sent.
    """
    with transaction.atomic():
        lock_case(case.pk)
        require("acknowledge", case, actor)
        if case.requester.email:
            raise Refused("This acknowledgement goes by e-mail: nobody has to print it.")
        record(
            case,
            EventKind.ACKNOWLEDGED,
            actor,
            "A letter with the reference and the day of the answer was made, to go by post. It names who asked.",
        )
        return write(_letter(case), "pdf")


def body_of(case: Case) -> str:
    """What the requester is told, without who they are."""
    return render_to_string("post/acknowledgement_body.txt", {"case": case}).strip()


def acknowledged_at(case: Case) -> datetime | None:
    """When the request was acknowledged last; None where it was not."""
    events = case.events.filter(kind=EventKind.ACKNOWLEDGED).order_by("-sequence")
    return events.values_list("at", flat=True).first()


def _letter(case: Case) -> Letter:
    sender, words = case.authority.sender, case.authority.words
    signature = (words.say("closing"), *(line for line in (sender.unit, sender.name) if line))
    return Letter(
        sender=sender,
        reference=case.reference,
        subject="We have received your request",
        received=case.received,
        dated=timezone.localdate(),
        salutation=words.say("salutation", requester=case.requester.name),
        sections=(
            Section(SectionKind.OPENING, words.say("opening_title"), paragraphs(body_of(case))),
            Section(SectionKind.CLOSING, "", tuple(map(Paragraph, signature))),
        ),
        addressee=f"{case.requester.name}\n{case.requester.address}".strip(),
    )


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
