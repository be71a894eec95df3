"""Writing the trail: every step that changes a case goes through `record`, in the transaction of the step.

Who changes a case locks the case first (`lock_case`), then what belongs to it; `record` locks the case and then the
head of its force's trail. As everybody takes the locks in that order, steps wait for each other, and never for ever.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.chain import BEGINNING, canonical, commitment
from candour.desk.models import Authority, Case, Event, EventKind, Response, StaffMember, TrailHead
from candour.desk.stage import mark_final

_CLOSING = {EventKind.SENT, EventKind.PUBLISHED, EventKind.PUBLICATION_DECIDED, EventKind.CLOCK}
"""The steps that can close a case or open it again; each is written down after what it does."""


def record(  # noqa: PLR0917  what an event is made of
    case: Case,
    kind: EventKind,
    actor: StaffMember | None,
    detail: str = "",
    why: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event of a case: who, when, what, and the reason that was given.

    `detail`, `why` and `facts` never name the requester: the trail is shown to people who decide. `facts` is plain JSON
    for programs. Raises NotPlain where it is not.
    """
    with transaction.atomic():
        lock_case(case.pk)
        if kind in _CLOSING:
            mark_final(Case.objects.filter(pk=case.pk))
        return _append(case.authority_id, case.pk, kind, actor, detail, why, facts or {})


def record_for_force(
    authority: Authority, kind: EventKind, actor: StaffMember | None, detail: str = "", why: str = ""
) -> Event:
    """Write one event that concerns the force and no single case."""
    with transaction.atomic():
        return _append(authority.pk, None, kind, actor, detail, why, {})


def last_facts(case_pk: int | None, kind: EventKind) -> Mapping[str, Any] | None:
    """The facts of the last event of this kind of the case, also in a trail that is being begun; None without one."""
    begun = _BEGUN.get()
    for past in reversed(begun[1] if begun else []):
        if (past.case, past.kind) == (case_pk, kind):
            return past.facts
    event = Event.objects.filter(case=case_pk, kind=kind).order_by("-sequence").first()
    return json.loads(event.facts) if event else None


def lock_case(case_pk: int) -> None:
    """Lock the case until the transaction ends: the first lock of every step. Raises Case.DoesNotExist."""
    Case.objects.select_for_update().only("pk").get(pk=case_pk)


def lock_letter(response_pk: int) -> Response:
    """The letter, locked after its case until the transaction ends. Raises Response.DoesNotExist."""
    lock_case(Response.objects.values_list("case", flat=True).get(pk=response_pk))
    return Response.objects.select_for_update().get(pk=response_pk)


def _append(  # noqa: PLR0917  the fields of an event
    authority: int,
    case: int | None,
    kind: EventKind,
    actor: StaffMember | None,
    detail: str,
    why: str,
    facts: Mapping[str, Any],
) -> Event:
    past = Past(case, kind, timezone.now(), actor, detail, why, facts)
    if (begun := _BEGUN.get()) and begun[0] == authority:
        begun[1].append(past)
        return _event(authority, 0, BEGINNING, past, "")
    TrailHead.objects.get_or_create(authority_id=authority)
    head = TrailHead.objects.select_for_update().get(authority=authority)
    event = _event(authority, head.sequence + 1, head.digest, past, secrets.token_hex(16))
    event.save()
    TrailHead.objects.filter(authority=authority).update(sequence=event.sequence, digest=event.digest)
    return event


@dataclass(frozen=True, slots=True)
class Past:
    """One event as it is known before it has its place in the chain."""

    case: int | None
    kind: EventKind
    at: datetime
    actor: StaffMember | None
    detail: str = ""
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def begin_with(authority: Authority, past: Iterable[Past]) -> None:
    """Begin the trail of a force that has none with what was done before, in the order of its times.

    For taking over the records of another system, and for the demonstration: `record` alone writes what happens now.
    Raises ValueError when the force has a trail already, which only grows at its end.
    """
    with transaction.atomic():
        _require_none(authority)
        events: list[Event] = []
        digest = BEGINNING
        for sequence, each in enumerate(sorted(past, key=lambda each: each.at), start=1):
            event = _event(authority.pk, sequence, digest, each, secrets.token_hex(16))
            events.append(event)
            digest = event.digest
        Event.objects.bulk_create(events, batch_size=500)
        TrailHead.objects.create(authority=authority, sequence=len(events), digest=digest)


_BEGUN: ContextVar[tuple[int, list[Past]] | None] = ContextVar("the trail that is being begun", default=None)


@contextmanager
def beginning(authority: Authority) -> Iterator[list[Past]]:
    """Begin the trail of a force that has none with what is done within, whatever the order in which it is done.

    The steps taken within are gathered by the time at which they say that they were taken, with what the caller adds to
    the list, and are written at the end, in the same transaction. For the demonstration, as `begin_with`. Raises
    ValueError when the force has a trail already.
    """
    with transaction.atomic():
        _require_none(authority)
        past: list[Past] = []
        before = _BEGUN.set((authority.pk, past))
        try:
            yield past
        finally:
            _BEGUN.reset(before)
        begin_with(authority, past)


def _require_none(authority: Authority) -> None:
    if TrailHead.objects.filter(authority=authority).exists():
        raise ValueError(f"{authority} has a trail already")


def _event(authority: int, sequence: int, previous: str, past: Past, salt: str) -> Event:
    event = Event(
        authority_id=authority,
        sequence=sequence,
        previous=previous,
        case_id=past.case,
        kind=past.kind.value,
        at=past.at,
        actor=past.actor,
        who=past.actor.username if past.actor else "",
        detail=past.detail,
        why=past.why,
        salt=salt,
        words=commitment(salt, past.detail, past.why),
        facts=canonical(dict(past.facts)),
    )
    event.digest = event.link.digest
    return event
