"""The open cases of a force as this process knows them: after a change only what has changed is read again.

Whatever changes a case writes an event to the trail of its force in the same transaction. So the head of the trail
tells whether anything has changed since the cases were read, and the events since then tell which; a case is read after
the head, and may be newer than it, never older. A head that is not in the trail, as after a transaction that was undone
or a backup that was put back, is not gone on from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from candour.desk.caseload.open_cases import OpenCase, read_cases
from candour.desk.models import Authority, Event, TrailHead
from candour.desk.stage import still_open

_MANY = 200
"""How many events are gone through at most; after more, all cases are read anew."""

_Head = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """The open cases as they were when the trail had this head, the most urgent first."""

    head: _Head
    cases: tuple[OpenCase, ...]


_KNOWN: dict[int, _Known] = {}


def known_cases(authority: Authority) -> tuple[OpenCase, ...]:
    """Every open case of the force as it is now, the earliest due first.

    One query where nothing has changed since the last time in this process, three where something has.
    """
    head = TrailHead.objects.filter(authority=authority).values_list("sequence", "digest").first()
    cases = still_open(authority.cases.all())
    if head is None:
        return in_order(read_cases(cases))
    known = _KNOWN.get(authority.pk)
    if known is None or known.head != head:
        changed = _changed_since(authority, known.head, head) if known else None
        if known is None or changed is None:
            found = read_cases(cases)
        else:
            found = [case for case in known.cases if case.key not in changed]
            found += read_cases(cases.filter(pk__in=changed)) if changed else []
        known = _KNOWN[authority.pk] = _Known(head, in_order(found))
    return known.cases


def forget_cases() -> None:
    """Know no cases any more, as a process that has just begun."""
    _KNOWN.clear()


def in_order(cases: Iterable[OpenCase]) -> tuple[OpenCase, ...]:
    """The cases, the most urgent first."""
    return tuple(sorted(cases, key=lambda case: case.urgency))


def _changed_since(authority: Authority, known: _Head, head: _Head) -> set[int] | None:
    """The keys of the cases with events after the known head; None where these are many or it is not in the trail."""
    if not 0 < head[0] - known[0] <= _MANY:
        return None
    since = Event.objects.filter(authority=authority, sequence__gte=known[0], sequence__lte=head[0])
    events = list(since.order_by("sequence").values_list("sequence", "digest", "case"))
    if not events or events[0][:2] != known:
        return None
    return {case for _, _, case in events[1:]}
