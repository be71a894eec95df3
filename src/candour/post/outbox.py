"""The outbox: what is to leave is stored with what asked for it, tried until the mail server takes it, and never twice.

An attempt has two moments. Before the last command of the dialogue with the server it is certain that it does not have
the message: a process that dies there is followed by another attempt. After it nobody can know, so that the message
stays HANDING_OVER until a person has looked, and no program tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case
from candour.desk.jobs import enqueue
from candour.desk.models import Authority, Case, InternalReview, Job, JobState, Response, StaffMember
from candour.post.models import OPEN_STATES, MailState, OutgoingMail, Purpose
from candour.post.outgoing import NotTaken, OutgoingMessage, Unknown, hand_over, message_bytes

JOB = "post.deliver"
GIVES_UP_AFTER = timedelta(days=2)
"""How long a server that does not take a message is asked again."""

_DEAD = timedelta(minutes=5)
"""An attempt that began so long ago and has not reached its last moment belonged to a process that died."""

_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
"""How long to wait after the first attempt that failed, the second, and so on; the last for all later ones."""

Settle = Callable[[OutgoingMail], None]


def put(
    message: OutgoingMessage,
    purpose: Purpose,
    authority: Authority,
    *,
    case: Case | None = None,
    response: Response | None = None,
    review: InternalReview | None = None,
    asked_by: StaffMember | None = None,
) -> OutgoingMail:
    """Store the message to be sent, with its bytes, within the caller's transaction; a job will try it."""
    now = timezone.now()
    stored = OutgoingMail.objects.create(
        authority=authority,
        case=case,
        response=response,
        review=review,
        purpose=purpose,
        key=message.key,
        sender=message.sender,
        recipient=message.recipient,
        subject=message.subject,
        content=message_bytes(message),
        asked_by=asked_by,
        asked_at=now,
        next_at=now,
    )
    _try_later(stored)
    return stored


def deliver(mail_pk: int, settle: Settle, is_unchanged: Callable[[OutgoingMail], bool] | None = None) -> OutgoingMail:
    """Try to hand the message over, unless it is not due, settled, or tried by another process.

    `settle` is called in the transaction that writes that the message was taken, or that it will not be tried again.
    `is_unchanged` tells whether its bytes are those that were put in; others are not sent.
    """
    mail = _claim(mail_pk)
    if mail is None:
        return OutgoingMail.objects.defer("content").get(pk=mail_pk)
    if is_unchanged is not None and not is_unchanged(mail):
        return _settled(mail, MailState.REFUSED, "not offered: its bytes were changed while it waited", settle)
    try:
        hand_over(
            bytes(mail.content),
            parseaddr(mail.sender)[1],
            mail.recipient,
            lambda: _mark(mail, MailState.CONNECTING, MailState.HANDING_OVER),
        )
    except NotTaken as refusal:
        return _not_taken(mail, refusal, settle)
    except _NotMine:
        return OutgoingMail.objects.defer("content").get(pk=mail_pk)
    except Unknown as error:
        _say(mail, f"The line broke before the mail server answered ({error}).")
        mail.refresh_from_db(fields=("state", "said"))
        return mail
    return _settled(mail, MailState.TAKEN, "", settle)


def take_back(mail_pk: int, settle: Settle) -> bool:
    """Take the message out of the outbox, if no attempt is under way; whether that was done."""
    with transaction.atomic():
        mail = _locked(mail_pk)
        if mail.state != MailState.WAITING:
            return False
        _write(mail, MailState.TAKEN_BACK, "")
        settle(mail)
        return True


def stop(mail_pk: int, settle: Settle) -> bool:
    """Keep the message from leaving; False where it may be at the mail server already, and is then not tried again.

    Before the last command of the dialogue the server does not have it: who is at work on it finds it gone.
    """
    with transaction.atomic():
        mail = _locked(mail_pk)
        if mail.state in {MailState.WAITING, MailState.CONNECTING}:
            _write(mail, MailState.TAKEN_BACK, "Stopped.")
            settle(mail)
            return True
        mail.stopped = True
        mail.save(update_fields=("stopped",))
        return False


def resolve(mail_pk: int, *, was_taken: bool) -> None:
    """Write what a person found out about a message of which nobody knew whether the server took it."""
    with transaction.atomic():
        mail = _locked(mail_pk)
        if mail.state in {MailState.HANDING_OVER, MailState.CONNECTING}:
            _write(mail, MailState.TAKEN if was_taken else MailState.TAKEN_BACK, "A person looked it up.")


def send_again(mail_pk: int) -> None:
    """Put a message back of which a person found out that the server does not have it."""
    with transaction.atomic():
        mail = _locked(mail_pk)
        if mail.state == MailState.HANDING_OVER:
            mail.state, mail.said, mail.next_at = MailState.WAITING, "", timezone.now()
            mail.save(update_fields=("state", "said", "next_at"))
            _try_later(mail, timedelta(0))


def mail_of(letter: Response | InternalReview) -> OutgoingMail | None:
    """The message by which the letter is being sent or was sent, without its bytes."""
    live = letter.outgoing_mail.filter(state__in=(*OPEN_STATES, MailState.TAKEN))
    return live.defer("content").first()


def progress(mail: OutgoingMail | None, *, is_sending: bool) -> dict[str, Any]:
    """What a page says of the sending of a letter: its message, whether it was interrupted, and whether it waits."""
    return {
        "mail": mail,
        "interrupted": is_sending and (mail is None or is_interrupted(mail)),
        "waits": mail is not None and mail.state == MailState.WAITING,
    }


def is_interrupted(mail: OutgoingMail) -> bool:
    """Whether nobody can know what became of the message, and no attempt is at work on it."""
    began = mail.claimed_at or mail.asked_at
    return mail.state == MailState.HANDING_OVER and (bool(mail.said) or began < timezone.now() - _DEAD)


def hurry(mail_pk: int) -> None:
    """Let a message that waits be tried now."""
    OutgoingMail.objects.filter(pk=mail_pk, state=MailState.WAITING).update(next_at=timezone.now())


def due(authority: Authority | None = None) -> list[int]:
    """The messages that are to be tried now, the oldest first."""
    now = timezone.now()
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING, next_at__lte=now)
    dead = OutgoingMail.objects.filter(state=MailState.CONNECTING, claimed_at__lt=now - _DEAD)
    found = waiting | dead
    if authority is not None:
        found = found.filter(authority=authority)
    return list(found.order_by("next_at", "pk").values_list("pk", flat=True))


class _NotMine(Exception):
    """Another process took the attempt over, because this one was taken for dead."""


def _claim(mail_pk: int) -> OutgoingMail | None:
    with transaction.atomic():
        mail = _locked(mail_pk)
        now = timezone.now()
        waits = mail.state == MailState.WAITING and mail.next_at <= now
        dead = mail.state == MailState.CONNECTING and mail.claimed_at is not None and mail.claimed_at < now - _DEAD
        if not (waits or dead):
            return None
        mail.state, mail.claimed_at, mail.attempts = MailState.CONNECTING, now, mail.attempts + 1
        mail.save(update_fields=("state", "claimed_at", "attempts"))
        # Whoever dies from here on is followed by this job, which finds the attempt dead.
        _try_later(mail, _DEAD + timedelta(seconds=5))
        return mail


def _mark(mail: OutgoingMail, before: MailState, after: MailState) -> None:
    mine = OutgoingMail.objects.filter(pk=mail.pk, state=before, claimed_at=mail.claimed_at)
    if not mine.update(state=after, said=""):
        raise _NotMine
    mail.state = after


def _not_taken(mail: OutgoingMail, refusal: NotTaken, settle: Settle) -> OutgoingMail:
    now = timezone.now()
    if refusal.is_final:
        return _settled(mail, MailState.REFUSED, refusal.says, settle)
    if now - mail.asked_at > GIVES_UP_AFTER:
        return _settled(mail, MailState.REFUSED, f"not taken within two days: {refusal.says}", settle)
    with transaction.atomic():
        stored = _locked(mail.pk)
        if stored.state == MailState.TAKEN_BACK:
            return stored
        if not stored.stopped:
            stored.state, stored.said = MailState.WAITING, refusal.says[:300]
            stored.next_at = now + _WAITS[min(stored.attempts, len(_WAITS)) - 1]
            stored.save(update_fields=("state", "said", "next_at"))
            _try_later(stored, stored.next_at - now)
            return stored
    return _settled(mail, MailState.REFUSED, "not offered again: it was stopped", settle)


def _settled(mail: OutgoingMail, state: MailState, said: str, settle: Settle) -> OutgoingMail:
    with transaction.atomic():
        if mail.case_id is not None:
            # The case first, as whoever takes a letter back does: two that lock in turn would wait for each other.
            lock_case(mail.case_id)
        stored = _locked(mail.pk)
        if stored.state == MailState.TAKEN_BACK:
            return stored
        _write(stored, state, said)
        settle(stored)
        return stored


def _write(mail: OutgoingMail, state: MailState, said: str) -> None:
    mail.state, mail.said, mail.settled_at = state, said[:300], timezone.now()
    mail.save(update_fields=("state", "said", "settled_at"))
    # What is settled needs no attempt any more; the list of background work is for what matters.
    Job.objects.filter(kind=JOB, key__startswith=f"{mail.pk} ", state=JobState.QUEUED).delete()


def _say(mail: OutgoingMail, words: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(said=words[:300])


def _try_later(mail: OutgoingMail, wait: timedelta = timedelta(seconds=20)) -> None:
    """Have a job try the message; each attempt has one of its own, so that one that died is not mistaken for the next.

    The first comes a little later than the attempt of whoever put the message in, so that both do not meet.
    """
    enqueue(
        JOB,
        f"{mail.pk} {mail.attempts} {mail.state}",
        {"mail": mail.pk},
        authority=mail.authority,
        case=mail.case,
        not_before=timezone.now() + wait,
    )


def _locked(mail_pk: int) -> OutgoingMail:
    return OutgoingMail.objects.select_for_update(of=("self",)).select_related("authority", "case").get(pk=mail_pk)
