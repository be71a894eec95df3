"""Retention: what has lain for its time goes, by one rule; holds keep it, and a certificate says what went.

A case is closed on the day of the last thing that happened to it: its answer or withdrawal, the outcome of a review,
the end of a complaint or an appeal, a step of a notice. So many whole years later (`Authority.keep_years`) its
content is destroyed, unless something is open or a person holds it. The row, the dates and outcomes, the entry of
the log and the chain of the trail stay, without a word about anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import DateField, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.jobs import enqueue
from candour.desk.keeping.contents import empty
from candour.desk.models import (
    Appeal,
    Authority,
    Case,
    ClockEvent,
    Complaint,
    Destruction,
    Event,
    EventKind,
    Hold,
    InternalReview,
    Job,
    JobState,
    NoticeStep,
    Publication,
    Response,
    StaffMember,
)
from candour.desk.models.response import PENDING_STATES
from candour.desk.models.review import OPEN_REVIEWS
from candour.desk.refusals import Refused
from candour.desk.sight import is_restricted, restricted_cases
from candour.desk.stage import ENDS
from candour.desk.workflow import require, require_of_force
from candour.letters.model import day as written_day

_NEVER = date(1, 1, 1)
_DESTROYS = "retention.destroy"
_ENDS = ("responded", *ENDS)


@dataclass(frozen=True, slots=True)
class Going:
    """A case whose time has come: what it is, since when it is closed, and what of it would go or stay."""

    pk: int
    reference: str
    title: str
    received: date
    closed_on: date
    published: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A case whose time has come and which stays all the same, and why."""

    pk: int
    reference: str
    closed_on: date
    why: str


def hold(case_pk: int, kind: Hold.Kind, why: str, actor: StaffMember) -> Hold:
    """Keep the case beyond its time. Raises NotAllowed; Refused without a reason, or when it is held for that."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("hold", case, actor)
        if not why.strip():
            raise Refused("Say why the case is held.")
        if case.holds.filter(kind=kind, lifted_at__isnull=True).exists():
            raise Refused("The case is held for that already.")
        held = Hold.objects.create(case=case, kind=kind, why=why.strip(), placed_by=actor, placed_at=timezone.now())
        record(case, EventKind.HELD, actor, f"Held: {Hold.Kind(kind).label.lower()}.", why.strip())
        return held


def lift(hold_pk: int, actor: StaffMember) -> None:
    """Let the case go when its time comes.

    Raises NotAllowed; Refused when it was lifted already, or the record of the breach that it is held for is open.
    """
    with transaction.atomic():
        lock_case(Hold.objects.values_list("case", flat=True).get(pk=hold_pk))
        held = Hold.objects.select_for_update().select_related("case").get(pk=hold_pk)
        require("hold", held.case, actor)
        if held.lifted_at is not None:
            raise Refused("This hold was lifted already.")
        if held.kind == Hold.Kind.BREACH and held.case.breaches.filter(closed_at__isnull=True).exists():
            raise Refused("The record of the personal data breach is still open. Close it first.")
        held.lifted_at, held.lifted_by = timezone.now(), actor
        held.save()
        record(held.case, EventKind.HELD, actor, f"No longer held: {held.get_kind_display().lower()}.")


def preview(authority: Authority, today: date) -> tuple[list[Going], list[Kept]]:
    """What would go today by the rule of the force, and what its time has come for and stays; in two queries."""
    closed = sorted(_closed_by(authority, today), key=lambda case: (vars(case)["closed_on"], case.pk))
    going, kept = [], []
    for case in closed:
        values = vars(case)
        if why := _why_kept(values):
            kept.append(Kept(case.pk, case.reference, values["closed_on"], why))
        else:
            going.append(
                Going(case.pk, case.reference, case.title, case.received, values["closed_on"], values["is_published"])
            )
    return going, kept


def ask_destruction(authority: Authority, cases: Iterable[int], actor: StaffMember) -> Job:
    """Have those of the cases that the person sees destroyed as background work. Raises NotAllowed.

    Each is looked at once more before it goes.
    """
    require_of_force("destroy", authority, actor)
    keys = sorted(set(cases) - restricted_cases(actor).hidden.keys())
    digest = hashlib.sha256(repr((timezone.now(), keys)).encode()).hexdigest()[:16]
    payload = {"authority": authority.pk, "cases": keys}
    return enqueue(_DESTROYS, f"{authority.pk} {digest}", payload, authority=authority, made_by=actor)


def open_destruction(authority: Authority) -> Job | None:
    """The work that was asked for and is not done yet, if there is any."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    return Job.objects.filter(authority=authority, kind=_DESTROYS, state__in=open_states).first()


def begin(authority: Authority, actor: StaffMember | None, job: int) -> Destruction:
    """The run that the job of that key makes, begun once however often the job is tried."""
    with transaction.atomic():
        Authority.objects.select_for_update().get(pk=authority.pk)
        number = authority.destructions.count() + 1
        known = authority.destructions.filter(certificate="", digest=f"job {job}").first()
        return known or Destruction.objects.create(
            authority=authority,
            number=number,
            at=timezone.now(),
            by=actor,
            years=authority.keep_years,
            digest=f"job {job}",
        )


def destroy_case(case_pk: int, run: Destruction) -> bool:
    """Empty one case for good, unless something keeps it by now; whether it went is returned."""
    today = timezone.localdate()
    if not run.authority.cases.filter(pk=case_pk).exists():
        return False
    with transaction.atomic():
        lock_case(case_pk)
        case = _closed_by(run.authority, today).filter(pk=case_pk).first()
        if case is None or _why_kept(vars(case)):
            return False
        letters = list(Response.objects.filter(case=case, sent_at__isnull=False).values_list("digest", flat=True))
        events = case.events.count()
        closed_on: date = vars(case)["closed_on"]
        if connection.vendor == "sqlite":
            # What is deleted is overwritten in the file as well.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = ON")
        empty(case)
        case.destroyed_at = timezone.now()
        case.save(update_fields=("destroyed_at",))
        case.events.exclude(kind=EventKind.DESTROYED).update(detail="", why="", salt="")
        told = f"Closed on {written_day(closed_on)}, kept for {run.years} years. Certificate {run.number}."
        facts = {
            "certificate": run.number,
            "closed": closed_on.isoformat(),
            "events": events,
            "letters": letters,
            "published": bool(vars(case)["is_published"]),
        }
        record(case, EventKind.DESTROYED, run.by, told, facts=facts)
        return True


def finish(run: Destruction) -> Destruction:
    """Write the certificate of the run: from the trail, which alone says what went."""
    events = [
        event
        for event in Event.objects.filter(authority=run.authority, kind=EventKind.DESTROYED).select_related(
            "case__restriction"
        )
        if event.data["certificate"] == run.number
    ]
    run.cases = len(events)
    run.certificate = _certificate(run, events)
    run.digest = hashlib.sha256(run.certificate.encode()).hexdigest()
    run.save()
    return run


def _certificate(run: Destruction, events: list[Event]) -> str:
    lines = [
        f"CERTIFICATE OF DESTRUCTION {run.number}",
        "",
        f"Force: {run.authority.name}",
        f"Done: {written_day(timezone.localtime(run.at).date())}",
        f"Asked for by: {run.by or 'the desk'}",
        f"Rule: closed and kept for {run.years} years; no hold, review, complaint or appeal open",
        f"Cases: {len(events)}",
        "",
        "Destroyed of each case: who asked, the request, its questions, decisions, reasons, tables, files, letters,",
        "mail, reviews and complaints, and the words of its trail. Kept: its reference, dates, outcomes and digests,",
        "the chain of its trail, and its entry of the disclosure log where there is one.",
        "",
    ]
    for event in events:
        assert event.case is not None
        facts = event.data
        closed = written_day(date.fromisoformat(facts["closed"]))
        letters = ", ".join(facts["letters"]) or "none"
        log = "on the disclosure log" if facts["published"] else "not published"
        lines += [
            f"{_named_in_public(event.case)}: received {written_day(event.case.received)}, closed {closed}, {log}",
            f"  events of its trail: {facts['events']}; event of its destruction: {event.sequence}, {event.digest}",
            f"  letters sent (SHA-256): {letters}",
        ]
    return "\n".join(lines) + "\n"


def _named_in_public(case: Case) -> str:
    """A case as a certificate names it, which whoever sees cases may read: a restricted one not by its reference.

    The number and the digest of its event lead to it, for those who may know.
    """
    return "A restricted case" if is_restricted(case) else case.reference


def _closed_by(authority: Authority, today: date) -> QuerySet[Case]:
    """The cases of the force that have lain for their time, with what could keep each."""
    events = ClockEvent.objects.filter(case=OuterRef("pk"), kind__in=_ENDS)
    reviews = InternalReview.objects.filter(case=OuterRef("pk"))
    complaints = Complaint.objects.filter(case=OuterRef("pk"))
    steps = NoticeStep.objects.filter(complaint__case=OuterRef("pk"))
    appeals = Appeal.objects.filter(complaint__case=OuterRef("pk"))
    log = Publication.objects.filter(response__case=OuterRef("pk"))
    days = [
        _last(events, "on"),
        _last(reviews, "answered_on"),
        _last(complaints, "closed_on"),
        _last(steps, "done_on"),
        _last(appeals, "decided_on"),
    ]
    return (
        authority.cases.filter(destroyed_at__isnull=True)
        .filter(Exists(events))
        .annotate(
            closed_on=Greatest(*days, output_field=DateField()),
            review_open=Exists(reviews.filter(state__in=OPEN_REVIEWS)),
            complaint_open=Exists(complaints.filter(closed_on__isnull=True)),
            step_open=Exists(steps.filter(done_on__isnull=True)),
            appeal_open=Exists(appeals.filter(decided_on__isnull=True)),
            held_for=Subquery(Hold.objects.filter(case=OuterRef("pk"), lifted_at__isnull=True).values("kind")[:1]),
            letter_open=Exists(Response.objects.filter(case=OuterRef("pk"), state__in=PENDING_STATES)),
            is_published=Exists(log),
            published_later=Exists(log.annotate(day=TruncDate("published_at")).filter(day__gt=today)),
        )
        .filter(Q(closed_on__lte=_years_before(today, authority.keep_years)))
    )


def _last(rows: QuerySet[Any], field: str) -> Coalesce:
    """The latest day of the rows of the outer case, or a day before all others: one null makes the greatest null."""
    latest = rows.order_by().values(_case_of(rows.model)).annotate(latest=Max(field)).values("latest")
    return Coalesce(Subquery(latest), _NEVER, output_field=DateField())


def _case_of(model: type[object]) -> str:
    return "complaint__case" if model in {NoticeStep, Appeal} else "case"


def _why_kept(values: dict[str, object]) -> str:
    """What keeps a case whose time has come; empty when nothing does."""
    if values["held_for"]:
        return f"held: {Hold.Kind(str(values['held_for'])).label.lower()}"
    for name, why in (
        ("review_open", "an internal review is open"),
        ("complaint_open", "a complaint to the Commissioner is open"),
        ("step_open", "a step of a decision notice is still to be taken"),
        ("appeal_open", "an appeal is open"),
        ("letter_open", "a letter is on its way"),
        ("published_later", "its answer is still to be published"),
    ):
        if values[name]:
            return why
    return ""


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)
