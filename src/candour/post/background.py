"""The post's kinds of background work."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from candour.desk.jobs import Run, job
from candour.desk.models import Case
from candour.desk.refusals import Refused
from candour.post import outbox
from candour.post.acknowledge import ACKNOWLEDGE, acknowledge, settle
from candour.post.models import OPEN_STATES, MailState, OutgoingMail, Purpose
from candour.post.send import attempt
from candour.post.send_review import attempt_review


@job(outbox.JOB, "Hand a message to the mail server", attempts=10)
def deliver(run: Run) -> dict[str, Any]:
    """Try a message of the outbox, if that is due; one that cannot go now asks for another job."""
    mail_pk = int(run.payload["mail"])
    _try(mail_pk)
    return {"says": OutgoingMail.objects.only("state").get(pk=mail_pk).get_state_display()}


def deliver_due() -> tuple[int, int]:
    """Try every message that waits, due or not: how many the mail server took, and how many still wait."""
    waiting = list(OutgoingMail.objects.filter(state=MailState.WAITING).values_list("pk", flat=True))
    for mail_pk in waiting:
        outbox.hurry(mail_pk)
    tried = sorted({*waiting, *outbox.due()})
    for mail_pk in tried:
        _try(mail_pk)
    states = OutgoingMail.objects.filter(pk__in=tried)
    return states.filter(state=MailState.TAKEN).count(), states.filter(state__in=OPEN_STATES).count()


def _try(mail_pk: int) -> None:
    purpose = OutgoingMail.objects.values_list("purpose", flat=True).get(pk=mail_pk)
    # What the mail server refuses is written to the case, where people see it.
    with suppress(Refused):
        if purpose == Purpose.LETTER:
            attempt(mail_pk)
        elif purpose == Purpose.REVIEW:
            attempt_review(mail_pk)
        else:
            outbox.deliver(mail_pk, settle)


@job(ACKNOWLEDGE, "Acknowledge a request")
def acknowledge_request(run: Run) -> dict[str, Any]:
    """Tell whoever asked that the request has arrived, under which reference, and by when it is answered."""
    case = Case.objects.select_related("authority", "requester").get(pk=run.payload["case"])
    try:
        mail = acknowledge(case)
    except Refused as refusal:
        return {"says": str(refusal)}
    if mail is None:
        return {"says": "No e-mail address was given."}
    return {"says": outbox.deliver(mail.pk, settle).get_state_display()}
