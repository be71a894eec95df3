"""What the requester says after the request was made: kept word for word, in the trail, and shown to who decides."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, RequesterMessage, Response, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.reviewing.review import last_day_to_ask
from candour.desk.stage import Stage, case_standing
from candour.desk.workflow import require
from candour.law import PastHorizon


def hear(case_pk: int, kind: RequesterMessage.Kind, text: str, submission: UUID) -> RequesterMessage:
    """Keep what the requester wrote, once for each form.

    Raises Refused when that cannot be said any more: an answered request is neither clarified, narrowed nor withdrawn,
    and a review is asked for within the time allowed.
    """
    try:
        with transaction.atomic():
            lock_case(case_pk)
            if known := RequesterMessage.objects.filter(case=case_pk, submission=submission).first():
                return known
            case = Case.objects.get(pk=case_pk)
            require("hear_requester", case, None)
            if reason := why_not(case, kind):
                raise Refused(reason)
            said = RequesterMessage.objects.create(
                case=case, kind=kind, text=text, at=timezone.now(), submission=submission
            )
            record(case, EventKind.REQUESTER_WROTE, None, f"{kind.label}.", facts={"message": said.pk})
            return said
    except IntegrityError:
        if known := RequesterMessage.objects.filter(case=case_pk, submission=submission).first():
            return known
        raise


def why_not(case: Case, kind: RequesterMessage.Kind) -> str:
    """Why the requester cannot say this now; empty when they can."""
    answered = answered_on(case)
    if kind == RequesterMessage.Kind.REVIEW:
        if answered is None:
            return "There is no answer yet that could be reviewed."
        until = review_until(answered)
        return "" if until is None or timezone.localdate() <= until else "The time to ask for a review has passed."
    if case_standing(case, timezone.localdate()).stage in (Stage.SENT, Stage.CLOSED):
        return "The request has been answered already."
    if case.requester_messages.filter(kind=RequesterMessage.Kind.WITHDRAW).exists():
        return "You have withdrawn this request."
    return ""


def answered_on(case: Case) -> date | None:
    """The day on which the last answer of the case was sent; None while there is none."""
    sent = Response.objects.filter(case=case, kind=LetterKind.ANSWER, state=ResponseState.SENT, sent_at__isnull=False)
    at = sent.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return timezone.localtime(at).date() if at else None


def review_until(answered: date) -> date | None:
    """The last day on which a review of an answer of that day can be asked for; None past the known holidays."""
    try:
        return last_day_to_ask(answered)
    except PastHorizon:
        return None
