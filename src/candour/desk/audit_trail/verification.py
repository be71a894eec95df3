"""Whether the trail is whole: every event says what it said when written, none is missing, the guard is laid.

What this cannot see is a trail that was written anew from some event to its end, with every later digest and the head:
for that, `candour.desk.audit_trail.heads` compares with heads that are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from candour.desk.audit_trail.chain import BEGINNING, Link, NotPlain, commitment
from candour.desk.audit_trail.guard import missing_guard
from candour.desk.clearing.frozen import package_digest
from candour.desk.models import Authority, Case, Event, EventKind, Response, TrailHead

_CHUNK = 2000
_FIELDS = (
    "authority_id",
    "sequence",
    "previous",
    "case_id",
    "kind",
    "at",
    "actor_id",
    "who",
    "words",
    "facts",
    "salt",
    "detail",
    "why",
    "digest",
)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first event at which the chain does not hold, and why."""

    sequence: int
    says: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The trail of one force: how many events hold, its head as stored, and the first broken link if there is one."""

    force: str
    name: str
    events: int
    sequence: int
    digest: str
    broken: BrokenLink | None

    @property
    def whole(self) -> bool:
        """Whether every link holds."""
        return self.broken is None

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "force": self.force,
            "whole": self.whole,
            "events": self.events,
            "head": {"sequence": self.sequence, "digest": self.digest},
            "broken": {"sequence": self.broken.sequence, "says": self.broken.says} if self.broken else None,
        }


class _Unreadable(Exception):
    """An event holds what its columns cannot hold."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence


def verify_chain(authority: Authority) -> ChainReport:
    """Walk the trail of the force from its first event to its head. Reads in a stream: memory does not grow with it."""
    # The head comes first: what is written while this runs stands after it and is not judged.
    head = TrailHead.objects.filter(authority=authority).first() or TrailHead(authority=authority)
    held, digest, broken = 0, BEGINNING, None
    destroyed = set(Event.objects.filter(authority=authority, kind=EventKind.DESTROYED).values_list("case", flat=True))
    try:
        for link, told, stored in _links(authority, head.sequence):
            if says := _fault(link, stored, held, digest) or _fault_of_words(link, told, destroyed):
                broken = BrokenLink(held + 1, says)
                break
            held, digest = link.sequence, stored
    except _Unreadable as unreadable:
        broken = BrokenLink(unreadable.sequence, f"Event {unreadable.sequence} was changed: it cannot even be read.")
    if broken is None:
        broken = _fault_at_the_end(authority, head, held, digest)
    return ChainReport(authority.slug, authority.name, held, head.sequence, head.digest, broken)


def guard_findings() -> list[str]:
    """What is missing of the triggers that keep the trail, in words."""
    return [f"The database’s own guard “{name}” is missing." for name in missing_guard(connection)]


def cases_without_trail(authorities: Iterable[Authority]) -> list[str]:
    """Cases of which the trail knows nothing, not even that they were received, in words."""
    known = Exists(Event.objects.filter(case=OuterRef("pk")))
    found = Case.objects.filter(~known, authority__in=list(authorities)).select_related("authority")
    return [f"{case.authority}: the trail knows nothing of case {case.reference}." for case in found[:100]]


def letter_findings(authorities: Iterable[Authority]) -> list[str]:
    """Letters that were cleared or sent and whose stored bytes are no longer those of the trail, in words."""
    found = []
    wrote = (EventKind.CLEARED, EventKind.SENT)
    events = Event.objects.filter(authority__in=list(authorities), kind__in=wrote).order_by("authority", "sequence")
    last = {event.data["letter"]: event for event in events.iterator(_CHUNK) if "letter" in event.data}
    for number, event in last.items():
        response = Response.objects.filter(pk=number).select_related("case").first()
        if response is not None and response.case.destroyed_at is not None:
            continue
        if response is None:
            found.append(f"The letter of event {event.sequence} ({_about(event.link)}) is no longer stored.")
        elif package_digest(response, list(response.files.all())) != event.data["digest"]:
            found.append(
                f"The letter of event {event.sequence} ({_about(event.link)}) is stored with other bytes than the "
                "trail says."
            )
    return found


def _links(authority: Authority, upto: int) -> Iterator[tuple[Link, tuple[str, str, str], str]]:
    """Every event up to that number with its salt and words, and its stored digest. Raises _Unreadable."""
    rows = Event.objects.filter(authority=authority).order_by("sequence").values_list(*_FIELDS)
    for first in range(1, upto + 1, _CHUNK):
        here = rows.filter(sequence__range=(first, min(first + _CHUNK - 1, upto)))
        try:
            read = list(here)
        except (ValueError, TypeError, AttributeError, OverflowError):
            # Something in it is not of its type any more, which SQLite allows; one by one shows in which event.
            read = list(_one_by_one(here, first))
        for *values, salt, detail, why, digest in read:
            yield Link(*values), (salt, detail, why), digest


def _one_by_one(rows: Any, first: int) -> Iterator[Any]:
    for sequence in range(first, first + _CHUNK):
        try:
            yield from rows.filter(sequence=sequence)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise _Unreadable(sequence) from error


def _fault(link: Link, stored: str, held: int, digest: str) -> str:
    """What is wrong with the event after `held` good ones; empty when nothing is."""
    if link.sequence != held + 1:
        return f"Event {held + 1} is missing: event {link.sequence} ({_about(link)}) stands in its place."
    if link.previous != digest:
        return f"Event {link.sequence} ({_about(link)}) does not follow the event before it, which was another one."
    try:
        unchanged = link.digest == stored
    except NotPlain:
        unchanged = False
    if not unchanged:
        return f"Event {link.sequence} ({_about(link)}) was changed: it does not say what it said when it was written."
    return ""


def _fault_of_words(link: Link, told: tuple[str, str, str], destroyed: set[int]) -> str:
    """What is wrong with the words of an event that itself holds; none are there once its case was destroyed."""
    if not any(told) and link.case is not None and link.case in destroyed and link.kind != EventKind.DESTROYED:
        return ""
    try:
        unchanged = commitment(*told) == link.words
    except NotPlain:
        unchanged = False
    if not unchanged:
        return f"Event {link.sequence} ({_about(link)}) was changed: it does not say what it said when it was written."
    return ""


def _fault_at_the_end(authority: Authority, head: TrailHead, held: int, digest: str) -> BrokenLink | None:
    if held < head.sequence:
        return BrokenLink(held + 1, f"Event {held + 1} is missing, and every one after it up to {head.sequence}.")
    if digest != head.digest:
        return BrokenLink(held, f"Event {held} is the last one, but not the one that was written last.")
    # In one query, so that an event that is being written meanwhile is counted with its head or not at all.
    ends = Authority.objects.filter(pk=authority.pk).annotate(last=Max("events__sequence"))
    last, sequence = ends.values_list("last", "trail_head__sequence").get()
    if (last or 0) > (sequence or 0):
        return BrokenLink((sequence or 0) + 1, f"Event {(sequence or 0) + 1} stands behind the head of the trail.")
    return None


def _about(link: Link) -> str:
    """The event in words, without looking at the case, which may be gone."""
    kind = EventKind(link.kind).label if link.kind in EventKind.values else f"“{link.kind}”"
    case = link.case if isinstance(link.case, int) else None
    reference = Case.objects.filter(pk=case).values_list("reference", flat=True).first() if case else None
    about = f", case {reference}" if reference else ""
    at: Any = link.at  # in a row that was tampered with, it may be anything
    if not isinstance(at, datetime):
        return f"{kind}{about}"
    local = timezone.localtime(at)
    return f"{kind}{about}, {local.day} {local:%B %Y, %H:%M}"
