"""A request comes in: it gets a reference, its text is kept as received, and its questions are split out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from candour.desk.announcements import request_received
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.clearing.void import void_live_letter
from candour.desk.deadlines.clock import redate
from candour.desk.models import (
    Authority,
    Case,
    Channel,
    EventKind,
    Question,
    QuestionPart,
    ReferenceCounter,
    Request,
    Requester,
    StaffMember,
)
from candour.desk.workflow import require, require_of_force
from candour.letters.request import AskedQuestion, RequestText, split_request


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as somebody enters it. `submission` is the form's own number: posting it twice opens one case.

    `questions`: each question as the requester put it, where they were asked for one by one; else they are split out of
    the text.
    """

    submission: UUID
    title: str
    text: str
    received: date
    channel: Channel
    requester_name: str
    requester_email: str = ""
    requester_address: str = ""
    questions: tuple[str, ...] = ()


def receive_request(authority: Authority, incoming: Incoming, actor: StaffMember | None) -> Case:
    """Open a case for the request, or return the one that this very form has already opened. Raises NotAllowed."""
    require_of_force("receive", authority, actor)
    known = opened_by(authority, incoming.submission)
    if known:
        return known
    try:
        with transaction.atomic():
            return _open(authority, incoming, actor)
    except IntegrityError:
        # The same form was posted twice at once, and the other post won.
        if known := opened_by(authority, incoming.submission):
            return known
        raise


def opened_by(authority: Authority, submission: UUID | None) -> Case | None:
    """The case of the force that the form of that number has opened; None while it has opened none."""
    return Case.objects.filter(authority=authority, submission=submission).first() if submission else None


def add_request(case: Case, incoming: Incoming, actor: StaffMember | None) -> Request:
    """Join another request of the same requester to the case, to be answered in the same letter; once for each form.

    Raises Refused when the answer has gone. A letter that is up or cleared becomes void: it does not answer this.
    """
    with transaction.atomic():
        lock_case(case.pk)
        known = Request.objects.filter(case=case, submission=incoming.submission).first()
        if known:
            return known
        require("join_request", case, actor)
        void_live_letter(case, actor, "A further request was joined to the case.")
        split = split_request(incoming.text)
        group = f"Request {case.requests.count() + 1}"
        if case.requests.count() == 1:
            case.questions.filter(group="").update(group="Request 1")
        request = _keep(case, incoming, split)
        _keep_questions(case, request, split, default_group=group)
        if incoming.received < case.received:
            case.received = incoming.received
            case.save(update_fields=("received",))
            redate(case, actor)
        record(
            case,
            EventKind.RECEIVED,
            actor,
            f"A further request of {incoming.received:%-d %B %Y} was joined to the case.",
        )
        return request


def _open(authority: Authority, incoming: Incoming, actor: StaffMember | None) -> Case:
    split = _split(incoming)
    requester = Requester.objects.create(
        name=incoming.requester_name, email=incoming.requester_email, address=incoming.requester_address
    )
    case = Case.objects.create(
        authority=authority,
        reference=_next_reference(authority, incoming.received.year),
        title=incoming.title,
        requester=requester,
        officer=actor,
        received=incoming.received,
        submission=incoming.submission,
    )
    request = _keep(case, incoming, split)
    _keep_questions(case, request, split)
    count = case.questions.count()
    redate(case, actor)
    record(case, EventKind.RECEIVED, actor, f"{count} question{'s' if count != 1 else ''} found in the text.")
    request_received.send(sender=Case, case=case)
    return case


def _split(incoming: Incoming) -> RequestText:
    split = split_request(incoming.text)
    if not incoming.questions:
        return split
    asked = tuple(_as_put(number, text) for number, text in enumerate(incoming.questions, start=1))
    return replace(split, questions=asked)


def _as_put(number: int, text: str) -> AskedQuestion:
    """One question that was asked for by itself, with its parts where it has any."""
    label = str(number)
    found = split_request(f"{label}. {text}")
    if len(found.questions) == 1 and not found.opening.strip() and not found.closing.strip():
        return replace(found.questions[0], number=label, group="")
    return AskedQuestion(label, text.strip(), stem=text.strip())


def _keep(case: Case, incoming: Incoming, split: RequestText) -> Request:
    return Request.objects.create(
        case=case,
        submission=incoming.submission,
        channel=incoming.channel,
        received=incoming.received,
        text=incoming.text,
        opening=split.context,
    )


def _keep_questions(case: Case, request: Request, split: RequestText, default_group: str = "") -> None:
    start = case.questions.count()
    for position, asked in enumerate(split.questions, start=start + 1):
        question = Question.objects.create(
            case=case,
            request=request,
            position=position,
            number=asked.number,
            group=asked.group or default_group,
            lead_in=asked.lead_in,
            text=asked.stem or asked.lead_in or asked.text,
        )
        QuestionPart.objects.bulk_create(
            QuestionPart(question=question, position=place, letter=part.letter, text=part.text)
            for place, part in enumerate(asked.parts, start=1)
        )


def _next_reference(authority: Authority, year: int) -> str:
    ReferenceCounter.objects.get_or_create(authority=authority, year=year)
    counter = ReferenceCounter.objects.select_for_update().get(authority=authority, year=year)
    counter.last += 1
    counter.save(update_fields=("last",))
    return authority.reference(counter.last, year)
