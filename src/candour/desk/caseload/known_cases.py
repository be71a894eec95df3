"""The open cases of a force as this process knows them: after a change only what has changed is read again.

Whatever changes a case writes an event to the trail of its force in the same transaction. So the head of the trail
tells whether anything has changed since the cases were read, and the events since then tell which; a case is read after
the head, and may be newer than it, never older. A head that is not in the trail, as after a transaction that was undone
or a backup that was put back, is not gone on from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from candour.desk.caseload.open_cases import OpenCase, read_cases
from candour.desk.models import Authority, Event, TrailHead
from candour.desk.stage import FINAL, Stage

_MANY = 200
"""How many events are gone through at most; after more, all cases are read anew."""

_Head = tuple[int, str]


@dataclass(frozen=True, slots=True)
class KnownCases:
    """The open cases as they were when the trail had this head, the most urgent first, and the number of the others.

    `final`: how many cases are in each of the stages in which nothing is left to be done.
    """

    head: _Head | None
    cases: tuple[OpenCase, ...]
    final: Mapping[Stage, int]


_KNOWN: dict[int, KnownCases] = {}


def known_cases(authority: Authority) -> KnownCases:
    """Every open case of the force as it is now, the earliest due first, and how many others there are.

    One query where nothing has changed since the last time in this process; three where an open case has, and four
    where one was opened, closed or opened again.
    """
    head = TrailHead.objects.filter(authority=authority).values_list("sequence", "digest").first()
    if head is None:
        return _read(authority, None)
    known = _KNOWN.get(authority.pk)
    if known is None or known.head != head:
        known = _KNOWN[authority.pk] = _gone_on(authority, known, head) or _read(authority, head)
    return known


def forget_cases() -> None:
    """Know no cases any more, as a process that has just begun."""
    _KNOWN.clear()


def in_order(cases: Iterable[OpenCase]) -> tuple[OpenCase, ...]:
    """The cases, the most urgent first."""
    return tuple(sorted(cases, key=lambda case: case.urgency))


def _read(authority: Authority, head: _Head | None) -> KnownCases:
    return KnownCases(head, in_order(read_cases(authority)), _count_final(authority))


def _gone_on(authority: Authority, known: KnownCases | None, head: _Head) -> KnownCases | None:
    """What was known, with the changed cases read again; None where that cannot be told."""
    if known is None or known.head is None or (changed := _changed_since(authority, known.head, head)) is None:
        return None
    fresh = read_cases(authority, changed) if changed else []
    kept = [case for case in known.cases if case.key not in changed]
    stayed_open = len(known.cases) - len(kept) == len(changed) == len(fresh)
    final = known.final if stayed_open else _count_final(authority)
    return KnownCases(head, in_order([*kept, *fresh]), final)


def _count_final(authority: Authority) -> Mapping[Stage, int]:
    finished = authority.cases.filter(final_stage__in=FINAL).order_by().values_list("final_stage")
    counted = dict(finished.annotate(total=Count("pk")))
    return {stage: counted.get(stage.value, 0) for stage in FINAL}


def _changed_since(authority: Authority, known: _Head, head: _Head) -> set[int] | None:
    """The keys of the cases with events after the known head; None where these are many or it is not in the trail."""
    if not 0 < head[0] - known[0] <= _MANY:
        return None
    since = Event.objects.filter(authority=authority, sequence__gte=known[0], sequence__lte=head[0])
    events = list(since.order_by("sequence").values_list("sequence", "digest", "case"))
    if not events or events[0][:2] != known:
        return None
    return {case for _, _, case in events[1:] if case}  # an event of the force is of no case
