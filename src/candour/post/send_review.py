"""Sending the outcome of a review: its letter is frozen, marked as being sent, handed over, and marked as answered."""

from __future__ import annotations

import hashlib
from datetime import date
from email.utils import formataddr, parseaddr

from django.db import transaction
from django.utils import timezone

from candour.desk.clock import note_event
from candour.desk.models import EventKind, InternalReview, ReviewFile, ReviewState, StaffMember
from candour.desk.refusals import Refused
from candour.desk.review import locked_review, outcome_of, require_reviewer, what_it_lacks
from candour.desk.trail import record
from candour.desk.workflow import require
from candour.law.clock import InternalReviewAnswered
from candour.letters.review import compose_review
from candour.letters.stored import to_plain
from candour.letters.write import FORMATS, write
from candour.post.outgoing import NotTaken, OutgoingFile, OutgoingMessage, Unknown, hand_over, message_bytes

_FORMATS = ("txt", "html", "pdf")


def send_review(review_pk: int, version: int, actor: StaffMember) -> InternalReview:
    """Send the outcome of the review by mail, or record that it goes by post where there is no address.

    Only the reviewer may. Raises NotAllowed; Refused when something is missing, the review has changed since `version`,
    or the mail server does not take the letter.
    """
    review = _start(review_pk, version, actor)
    if review.case.requester.email:
        _hand_over(review, actor)
    return _finish(review.pk, actor)


def _hand_over(review: InternalReview, actor: StaffMember) -> None:
    message = _outgoing(review)
    sender = parseaddr(message.sender)[1]
    try:
        hand_over(message_bytes(message), sender, message.recipient, lambda: None)
    except NotTaken as refusal:
        _take_back(review.pk, actor)
        raise Refused(
            f"The mail server did not take the letter ({refusal.says}). Nothing was sent: try again later."
        ) from refusal
    except Unknown as error:
        raise Refused(
            "The line broke before the mail server answered. Look in its log, then say here what became of the letter."
        ) from error


def resolve_review(review_pk: int, *, was_sent: bool, actor: StaffMember) -> InternalReview:
    """Say what became of a review whose sending was interrupted. Raises Refused when it was not."""
    with transaction.atomic():
        review = locked_review(review_pk)
        require("review", review.case, actor)
        if review.state != ReviewState.SENDING:
            raise Refused("The sending of this review was not interrupted.")
        if not was_sent:
            _take_back(review_pk, actor)
            return locked_review(review_pk)
    return _finish(review_pk, actor)


def _start(review_pk: int, version: int, actor: StaffMember) -> InternalReview:
    today = timezone.localdate()
    with transaction.atomic():
        review = locked_review(review_pk)
        require("review", review.case, actor)
        require_reviewer(review, actor)
        if review.state != ReviewState.OPEN:
            raise Refused("This review has been answered already, or is being sent.")
        if review.version != version:
            raise Refused("The review has changed since you read it. Read it again before you send it.")
        if lacking := what_it_lacks(review, today):
            raise Refused(f"The review is not complete. {'; '.join(lacking)}.")
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


def _take_back(review_pk: int, actor: StaffMember) -> None:
    with transaction.atomic():
        review = locked_review(review_pk)
        if review.state == ReviewState.SENDING:
            review.state, review.dated, review.letter, review.digest = ReviewState.OPEN, None, {}, ""
            review.save()
            review.files.all().delete()
            record(
                review.case, EventKind.REVIEW, actor, f"{review.reference} was not sent.", facts={"review": review.pk}
            )


def _finish(review_pk: int, actor: StaffMember) -> InternalReview:
    with transaction.atomic():
        review = locked_review(review_pk)
        if review.state != ReviewState.SENDING:
            return review
        today = timezone.localdate()
        review.state, review.answered_on = ReviewState.ANSWERED, today
        review.save()
        note_event(review.case, InternalReviewAnswered(today), actor)
        how = "by e-mail" if review.case.requester.email else "by post"
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
