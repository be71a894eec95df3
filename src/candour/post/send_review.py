"""Sending the outcome of a review: exactly the letter that was frozen, once, through the outbox as every other letter.

Asking for it freezes the letter, marks the review as being sent and puts the message into the outbox, in one
transaction. What the mail server will not take opens the review again.
"""

from __future__ import annotations

import hashlib
from datetime import date
from email.utils import formataddr

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import record
from candour.desk.deadlines.clock import note_event
from candour.desk.models import EventKind, InternalReview, ReviewFile, ReviewState, StaffMember
from candour.desk.publishing.published_at_once import goes_public
from candour.desk.refusals import Refused
from candour.desk.reviewing.review import locked_review, outcome_of, require_reviewer, what_it_lacks
from candour.desk.workflow import require
from candour.law.clock import InternalReviewAnswered
from candour.letters.review import compose_review
from candour.letters.stored import to_plain
from candour.letters.write import FORMATS, write
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail, Purpose
from candour.post.outgoing import OutgoingFile, OutgoingMessage

_FORMATS = ("txt", "html", "pdf")


def send_review(
    review_pk: int, version: int, actor: StaffMember, *, knows_it_is_public: bool = False
) -> InternalReview:
    """Send the outcome of the review by mail, or record that it goes by post where there is no address.

    The review that is returned is answered, or is still being sent where the mail server is away: the outbox tries
    again. Only the reviewer may. Raises NotAllowed; Refused when something is missing, the review has changed since
    `version`, the mail server will not take the letter, or it would be published at once and the reviewer did not say
    that they know.
    """
    with transaction.atomic():
        review = _start(review_pk, version, actor, knows_it_is_public=knows_it_is_public)
        if not review.case.requester.email:
            return _finish(review_pk, actor, "by post")
        mail = outbox.put(
            _outgoing(review),
            Purpose.REVIEW,
            review.case.authority,
            case=review.case,
            review=review,
            asked_by=actor,
        )
    return attempt_review(mail.pk)


def attempt_review(mail_pk: int) -> InternalReview:
    """Try to send the review of a message in the outbox. Raises Refused when the mail server will not take it."""
    mail = outbox.deliver(mail_pk, _settle)
    assert mail.review_id is not None
    review = InternalReview.objects.select_related("case").get(pk=mail.review_id)
    if mail.state == MailState.REFUSED and review.state == ReviewState.OPEN:
        raise Refused(f"The mail server did not take the letter ({mail.said}). Nothing was sent.")
    return review


def take_back_review(review_pk: int, actor: StaffMember) -> None:
    """Take an outcome that waits in the outbox back: the review is open again. Raises NotAllowed, Refused."""
    with transaction.atomic():
        review = locked_review(review_pk)
        require("review", review.case, actor)
        mail = outbox.mail_of(review)
        if mail is None or not outbox.take_back(mail.pk, lambda _: None):
            raise Refused("This letter does not wait any more. Open the review again to see what became of it.")
        _reopen(review, actor, "It was taken back before the mail server took it.")


def stop_review(review_pk: int, actor: StaffMember) -> bool:
    """Keep an outcome that is being sent from leaving: the review is open again. False where it may have left already.

    The caller holds the case, and has asked whether the person may.
    """
    review = locked_review(review_pk)
    mail = outbox.mail_of(review)
    if mail is None or not outbox.stop(mail.pk, lambda _: None):
        return False
    _reopen(review, actor, "It was stopped before the mail server took it.")
    return True


def resolve_review(review_pk: int, *, was_sent: bool, actor: StaffMember) -> InternalReview:
    """Say what became of a review whose sending was interrupted. Raises NotAllowed, Refused when it was not."""
    with transaction.atomic():
        review = locked_review(review_pk)
        require("review", review.case, actor)
        mail = outbox.mail_of(review)
        if review.state != ReviewState.SENDING or (mail is not None and not outbox.is_interrupted(mail)):
            raise Refused("The sending of this review was not interrupted.")
        if mail is not None:
            outbox.resolve(mail.pk, was_taken=was_sent)
        if was_sent:
            return _finish(review_pk, actor, "by e-mail")
        return _reopen(review, actor, "The sending was interrupted before the letter went.")


def _settle(mail: OutgoingMail) -> None:
    """What the end of a message means for its review."""
    assert mail.review_id is not None
    if mail.state == MailState.TAKEN:
        _finish(mail.review_id, mail.asked_by, "by e-mail")
        return
    review = locked_review(mail.review_id)
    if review.state == ReviewState.SENDING:
        _reopen(review, mail.asked_by, f"The mail server did not take it: {mail.said}.")


def _start(review_pk: int, version: int, actor: StaffMember, *, knows_it_is_public: bool) -> InternalReview:
    today = timezone.localdate()
    review = locked_review(review_pk)
    require("review", review.case, actor)
    require_reviewer(review, actor)
    if review.state != ReviewState.OPEN:
        raise Refused("This review has been answered already, or is being sent.")
    if review.version != version:
        raise Refused("The review has changed since you read it. Read it again before you send it.")
    if lacking := what_it_lacks(review, today):
        raise Refused(f"The review is not complete. {'; '.join(lacking)}.")
    if goes_public(review.case) and not knows_it_is_public:
        raise Refused("Say that you know that this letter is published the moment it is sent.")
    _freeze(review, today)
    review.state, review.dated = ReviewState.SENDING, today
    review.save()
    told = f"Sending of {review.reference} begun, digest {review.digest[:16]}."
    record(review.case, EventKind.REVIEW, actor, told, facts={"review": review.pk, "digest": review.digest})
    return review


def _freeze(review: InternalReview, today: date) -> None:
    letter = compose_review(outcome_of(review, today, review.case.requester.name), review.case.authority.words)
    stem = review.reference.replace("/", "-")
    review.files.all().delete()
    files = [
        ReviewFile(
            review=review,
            position=position,
            name=f"{stem}.{kind}",
            media_type=FORMATS[kind].media_type,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for position, (kind, content) in enumerate((kind, write(letter, kind)) for kind in _FORMATS)
    ]
    ReviewFile.objects.bulk_create(files)
    review.letter = to_plain(letter)
    review.digest = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()


def _reopen(review: InternalReview, actor: StaffMember | None, why: str) -> InternalReview:
    review.state, review.dated, review.letter, review.digest = ReviewState.OPEN, None, {}, ""
    review.save()
    review.files.all().delete()
    told = f"{review.reference} was not sent."
    record(review.case, EventKind.REVIEW, actor, told, why, facts={"review": review.pk})
    return review


def _finish(review_pk: int, actor: StaffMember | None, how: str) -> InternalReview:
    with transaction.atomic():
        review = locked_review(review_pk)
        if review.state != ReviewState.SENDING:
            return review
        today = timezone.localdate()
        review.state, review.answered_on = ReviewState.ANSWERED, today
        review.save()
        note_event(review.case, InternalReviewAnswered(today), actor)
        told = f"Outcome of {review.reference} sent {how}, digest {review.digest[:16]}."
        record(review.case, EventKind.REVIEW, actor, told, facts={"review": review.pk, "digest": review.digest})
        return review


def _outgoing(review: InternalReview) -> OutgoingMessage:
    files = {file.media_type.partition(";")[0]: file for file in review.files.all()}
    authority = review.case.authority
    pdf = files["application/pdf"]
    return OutgoingMessage(
        key=review.digest[:40],
        sender=formataddr((authority.name, authority.email)),
        recipient=review.case.requester.email,
        subject=f"Freedom of Information request {review.case.reference}: outcome of the internal review",
        text=bytes(files["text/plain"].content).decode(),
        html=bytes(files["text/html"].content).decode(),
        files=[OutgoingFile(pdf.name, pdf.media_type, bytes(pdf.content))],
    )
