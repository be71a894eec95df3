"""The record of a breach as one ZIP for the Commissioner and the data protection officer: an index page and the trail.

The index follows what a notification has to say (UK GDPR Article 33(3); DPA 2018 section 67(4)) and what the record has
to show (Article 33(5)). It names no requester. What left is told and not repeated: the material itself is not in it.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.template.loader import render_to_string

from candour.desk.archive import Member, archive_of, safe_name
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.breaches.moments import moments
from candour.desk.breaches.points import deadline, hours_in_words, points_of
from candour.desk.breaches.received import on_the_log, receipts
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.models import Breach, Event, EventKind, StaffMember
from candour.desk.reviewing.bundle_pages import trail_table
from candour.desk.workflow import require

_TOLD = (
    *(EventKind.BREACH, EventKind.WITHDRAWN, EventKind.NOT_SENT, EventKind.VOIDED),
    *(EventKind.HELD, EventKind.TASK, EventKind.REVIEW),
)
"""What the trail holds of a breach: the record itself, and what was stopped for it."""


def export_breach(breach_pk: int, actor: StaffMember) -> bytes:
    """The record as a ZIP; that it was exported, with its digest, goes into the trail. Raises NotAllowed; Refused."""
    with transaction.atomic():
        lock_case(Breach.objects.values_list("case", flat=True).get(pk=breach_pk))
        breach = with_words(breach_pk)
        require("handle_breach", breach.case, actor)
        content = record_of(breach)
        digest = hashlib.sha256(content).hexdigest()
        told = f"Record {breach.number}. Digest {digest[:16]}."
        facts = {"breach": breach.number, "sha256": digest}
        record(breach.case, EventKind.BREACH_EXPORTED, actor, told, facts=facts)
        return content


def with_words(breach_pk: int) -> Breach:
    """The record with everything that a page of it needs. Raises Breach.DoesNotExist."""
    people = ("started_by", "risk_by", "closed_by")
    return (
        Breach.objects.select_related("case__authority", "case__requester", *people)
        .prefetch_related("steps__by")
        .get(pk=breach_pk)
    )


def record_of(breach: Breach) -> bytes:
    """The bytes of the ZIP, which are a function of the record alone."""
    received, log = receipts(breach), on_the_log(breach.case)
    words = vocabulary()
    context = {
        "breach": breach,
        "case": breach.case,
        "page": f"Personal data breach {breach.number}",
        "way": words.ways[breach.way].label,
        "people": kinds_of_people(breach),
        "risk": words.risks.get(breach.risk),
        "within": hours_in_words(),
        "deadline": deadline(breach),
        "points": points_of(breach),
        "received": received,
        "log": log,
        "moments": moments(breach, received, log),
    }
    index = render_to_string("desk/breach_export.html", context).encode()
    events = Event.objects.filter(case=breach.case_id, at__gte=breach.started_at, kind__in=_TOLD)
    trail = trail_table(list(events.select_related("actor").order_by("sequence")))
    return archive_of(index, [Member("trail.csv", "What the trail holds of it, with digests", "Trail", trail)])


def export_name(breach: Breach) -> str:
    """The name under which the ZIP is stored."""
    return f"{safe_name(breach.case.reference)}-breach-{breach.number}.zip"


def kinds_of_people(breach: Breach) -> list[str]:
    """Whose data it is, in words."""
    return [entry.label for key, entry in vocabulary().people.items() if key in breach.people]
