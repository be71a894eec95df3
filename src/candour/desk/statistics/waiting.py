"""Whom cases waited for, and how many working days: read from the trail and the clock in four queries.

From one event to the next a case waits for somebody: for nobody in particular until it is given to an officer, for the
officer, for an approver while a letter is up, for the requester while a question or a fee is open. The days of an
approver are those of whoever then cleared the letter or sent it back. Only working days are counted.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import Authority, ClockEvent, Event, EventKind, StaffMember
from candour.desk.stage import ENDS, Stage

_TURNS = (
    EventKind.RECEIVED,
    EventKind.ASSIGNED,
    EventKind.DECISION_SAVED,
    EventKind.PREPARED,
    EventKind.CLEARED,
    EventKind.SENT_BACK,
    EventKind.VOIDED,
    EventKind.SENT,
)
_OF_ANSWERS = {EventKind.PREPARED, EventKind.CLEARED, EventKind.SENT_BACK, EventKind.VOIDED, EventKind.SENT}
NOBODY, REQUESTER, APPROVERS = "Nobody yet", "The requester", "An approver, still"


@dataclass(slots=True)
class Waited:
    """How long cases waited for one person or party."""

    whom: str
    team: str = ""
    days: int = 0
    cases: set[int] = field(default_factory=set)

    @property
    def each(self) -> str:
        """Working days for each case, in words."""
        return f"{self.days / len(self.cases):.1f}" if self.cases else "–"


@dataclass(frozen=True, slots=True)
class Span:
    """One case waited for `whom` from the day `start` to the day `end`; a number is that of a member of staff."""

    case: int
    whom: int | str
    start: date
    end: date


def waited(authority: Authority, first: date, last: date, today: date) -> list[Waited]:
    """For each person and party the working days from `first` to `last` that cases waited for them, the most first."""
    count = _Counter(first, min(last, today))
    people = {person.pk: person for person in StaffMember.objects.filter(authority=authority).select_related("team")}
    found: dict[int | str, Waited] = {}
    for span in spans(authority, min(last, today)):
        days = count(span.start, span.end)
        if not days:
            continue
        person = people.get(span.whom) if isinstance(span.whom, int) else None
        name = str(person) if person else str(span.whom)
        team = str(person.team or "") if person else ""
        entry = found.setdefault(span.whom, Waited(name, team))
        entry.days += days
        entry.cases.add(span.case)
    return sorted(found.values(), key=lambda entry: (-entry.days, entry.whom))


def by_team(entries: Iterable[Waited]) -> list[Waited]:
    """The same added up by team; who has none is left out."""
    teams: dict[str, Waited] = {}
    for entry in entries:
        if entry.team:
            team = teams.setdefault(entry.team, Waited(entry.team))
            team.days += entry.days
            team.cases |= entry.cases
    return sorted(teams.values(), key=lambda entry: (-entry.days, entry.whom))


def spans(authority: Authority, until: date) -> Iterator[Span]:
    """Whom each case of the force waited for, from its receipt to its answer or to the day `until`."""
    asked, over = _asked(authority, until), _over(authority)
    rows = Event.objects.filter(authority=authority, case__isnull=False, kind__in=_TURNS).order_by("case", "sequence")
    case: int | None = None
    turns: list[tuple[date, str, int | None, dict[str, object]]] = []
    for number, kind, at, actor, facts in rows.values_list("case", "kind", "at", "actor", "facts").iterator(2000):
        if number != case:
            if case is not None:
                yield from _of_case(case, turns, asked.get(case, []), min(until, over.get(case, until)))
            case, turns = number, []
        turns.append((timezone.localtime(at).date(), kind, actor, json.loads(facts)))
    if case is not None:
        yield from _of_case(case, turns, asked.get(case, []), min(until, over.get(case, until)))


def _of_case(
    case: int,
    turns: list[tuple[date, str, int | None, dict[str, object]]],
    asked: list[tuple[date, date]],
    until: date,
) -> Iterator[Span]:
    officer: int | str = NOBODY
    approving: int | None = None
    start = turns[0][0]
    for day, kind, actor, facts in turns:
        if kind in _OF_ANSWERS and facts.get("kind") != "answer":
            continue
        if approving is None:
            yield from _without(Span(case, officer, start, day), asked)
        elif kind in {EventKind.CLEARED, EventKind.SENT_BACK, EventKind.VOIDED}:
            yield from _without(Span(case, actor or APPROVERS, start, day), asked)
        else:
            continue
        start, approving = day, 1 if kind == EventKind.PREPARED else None
        officer = _officer(kind, actor, facts, officer)
        if kind == EventKind.SENT:
            return
    yield from _without(Span(case, officer if approving is None else APPROVERS, start, until), asked)


def _officer(kind: str, actor: int | None, facts: dict[str, object], now: int | str) -> int | str:
    if kind == EventKind.ASSIGNED:
        given = facts.get("officer")
        return given if isinstance(given, int) else actor or now
    if kind in {EventKind.RECEIVED, EventKind.DECISION_SAVED} and now == NOBODY:
        return actor or now
    return now


def _asked(authority: Authority, until: date) -> dict[int, list[tuple[date, date]]]:
    """When the requester of each case had something to answer."""
    answers = {"clarification_asked": "clarification_given", "fees_notice": "fee_paid"}
    rows = ClockEvent.objects.filter(case__authority=authority, kind__in=[*answers, *answers.values()])
    waiting: dict[tuple[int, str], date] = {}
    found: dict[int, list[tuple[date, date]]] = {}
    for case, kind, on in rows.order_by("on", "pk").values_list("case", "kind", "on"):
        if kind in answers:
            waiting.setdefault((case, answers[kind]), on)
        elif (case, kind) in waiting:
            found.setdefault(case, []).append((waiting.pop((case, kind)), on))
    for (case, _), on in waiting.items():
        found.setdefault(case, []).append((on, until))
    return found


def _over(authority: Authority) -> dict[int, date]:
    """When each request of the force ended that has ended without an answer: it has waited for nobody since."""
    ended = ClockEvent.objects.filter(case__authority=authority, case__final_stage=Stage.ENDED, kind__in=ENDS)
    return dict(ended.order_by("on", "pk").values_list("case", "on"))


def _without(span: Span, asked: list[tuple[date, date]]) -> Iterator[Span]:
    """The span, and in the place of those days on which the requester had to answer, the requester."""
    start = span.start
    for first, last in sorted(asked):
        begin, end = max(first, start), min(last, span.end)
        if begin >= end:
            continue
        yield Span(span.case, span.whom, start, begin)
        yield Span(span.case, REQUESTER, begin, end)
        start = end
    yield Span(span.case, span.whom, start, span.end)


class _Counter:
    """Counts the working days after one day up to another, within a period that is looked through once."""

    def __init__(self, first: date, last: date) -> None:
        calendar = working_calendar()
        days = (first + timedelta(days=each) for each in range((last - first).days + 1))
        self._days = [day for day in days if calendar.is_working(day)]

    def __call__(self, start: date, end: date) -> int:
        return max(0, bisect_right(self._days, end) - bisect_right(self._days, start))
