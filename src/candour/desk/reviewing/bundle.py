"""The bundle of a case for the Commissioner: one ZIP with an index page; the same case gives the same bytes.

It holds the requests as received, every letter that was sent as its own bytes, the decisions with their reasons as they
stand, the outcome of reviews, what became of complaints, and the trail. What concerns the export itself is left out, so
that exporting does not change what is exported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import transaction
from django.utils.formats import date_format

from candour.desk.answering.letter import load
from candour.desk.archive import Member, archive_of, parts_of, safe_name
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, InternalReview, Response, ResponseState, ReviewState, StaffMember
from candour.desk.refusals import Refused
from candour.desk.reviewing.bundle_pages import (
    DecisionTold,
    decisions_page,
    decisions_told,
    index_page,
    trail_page,
    trail_table,
)
from candour.desk.workflow import require


def export_bundle(case_pk: int, why: str, actor: StaffMember) -> bytes:
    """The bundle of the case; that it was exported, with its digest and why, goes into the trail.

    The bundle names the requester, so an export is a look at who asked. Raises NotAllowed, Refused without a reason.
    """
    with transaction.atomic():
        lock_case(case_pk)
        case = load(case_pk)
        require("export_bundle", case, actor)
        if not why.strip():
            raise Refused("Say what the bundle is for: it names who asked.")
        content = bundle_of(case)
        digest = hashlib.sha256(content).hexdigest()
        told = f"It names the requester. Digest {digest[:16]}."
        record(case, EventKind.BUNDLE, actor, told, why.strip(), {"sha256": digest})
        return content


def bundle_of(case: Case) -> bytes:
    """The bytes of the bundle, which are a function of the case alone."""
    told = decisions_told(case)
    members = [*_requests(case), *_letters(case), *_reviews(case), *_decisions(case, told), *_trail(case)]
    index = index_page(
        case,
        {
            "parts": parts_of(members),
            "decisions": told,
            "bypassed": case.responses.exclude(bypassed_because="").select_related("cleared_by").order_by("pk"),
            "reviews": _reviews_told(case),
            "complaints": list(case.complaints.prefetch_related("steps", "appeals")),
        },
    )
    return archive_of(index, members)


def bundle_name(case: Case) -> str:
    """The name under which the bundle is stored."""
    return f"{safe_name(case.reference)}-bundle.zip"


def _requests(case: Case) -> Iterator[Member]:
    for number, request in enumerate(case.requests.all(), start=1):
        title = f"Request of {date_format(request.received, 'j F Y')} ({request.get_channel_display()})"
        yield Member(f"requests/request-{number}.txt", title, "Requests", request.text.encode())


def _letters(case: Case) -> Iterator[Member]:
    sent = Response.objects.filter(case=case, state=ResponseState.SENT).order_by("sent_at", "pk")
    for number, letter in enumerate(sent, start=1):
        for file in letter.files.all():
            title = f"{letter.get_kind_display()} of {date_format(letter.dated, 'j F Y')}: {file.name}"
            yield Member(f"letters/{number:02}/{safe_name(file.name)}", title, "Letters sent", bytes(file.content))


def _reviews(case: Case) -> Iterator[Member]:
    for review in case.reviews.filter(state=ReviewState.ANSWERED):
        for file in review.files.all():
            title = f"Internal review {review.number}: {file.name}"
            yield Member(f"reviews/{review.number:02}/{safe_name(file.name)}", title, "Reviews", bytes(file.content))


def _reviews_told(case: Case) -> list[InternalReview]:
    findings = "findings__decision__question", "findings__decision__part"
    return list(case.reviews.select_related("reviewer").prefetch_related(*findings))


def _decisions(case: Case, told: list[DecisionTold]) -> Iterator[Member]:
    title = "What was decided on each question, and every reason"
    yield Member("decisions.html", title, "Decisions and reasons", decisions_page(case, told))


def _trail(case: Case) -> Iterator[Member]:
    events = list(case.events.exclude(kind=EventKind.BUNDLE).select_related("actor").order_by("sequence"))
    yield Member("trail.html", "What was done, by whom, when and why", "Trail", trail_page(case, events))
    yield Member("trail.csv", "The same for a spreadsheet, with digests", "Trail", trail_table(events))
