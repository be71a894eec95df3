"""What the post does about a breach: it keeps what waits from leaving, and tells what left."""

from __future__ import annotations

from candour.desk.breaches.post_of_case import Left
from candour.desk.models import StaffMember
from candour.post.models import OPEN_STATES, MailState, OutgoingMail, Purpose
from candour.post.outgoing import message_id
from candour.post.send import stop_letter
from candour.post.send_review import stop_review


def stop(case_pk: int, actor: StaffMember) -> list[str]:
    """Keep each letter and outcome of the case from leaving; what became of each, in words.

    An acknowledgement goes all the same: it holds a reference and a day, and nothing of an answer.
    """
    return [
        _told(mail, was_stopped=_stop(mail, actor))
        for mail in OutgoingMail.objects.filter(case=case_pk, state__in=OPEN_STATES)
        .exclude(purpose=Purpose.ACKNOWLEDGEMENT)
        .defer("content")
        .select_related("response")
        .order_by("pk")
    ]


def left(case_pk: int) -> list[Left]:
    """The messages of the case that the mail server took, the first one first."""
    taken = OutgoingMail.objects.filter(case=case_pk, state=MailState.TAKEN).order_by("settled_at", "pk")
    return [
        Left(mail.response_id, mail.get_purpose_display(), mail.settled_at, message_id(mail.key, mail.sender))
        for mail in taken.only("response_id", "purpose", "settled_at", "key", "sender")
    ]


def _stop(mail: OutgoingMail, actor: StaffMember) -> bool:
    if mail.response_id is not None:
        return stop_letter(mail.response_id, actor)
    return mail.review_id is not None and stop_review(mail.review_id, actor)


def _told(mail: OutgoingMail, *, was_stopped: bool) -> str:
    what = mail.response.get_kind_display() if mail.response else mail.get_purpose_display()
    if was_stopped:
        return f"{what}: stopped before the mail server took it."
    return (
        f"{what}: it could not be stopped, as the mail server may have it already. Look on the "
        "page of the case what became of it."
    )
