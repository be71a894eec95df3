"""Kinds of request: the tests that the figures are made of, each asked of every request in one query.

The database sorts the requests of a period into kinds, one for each combination of tests that hold, and counts each
kind. Every figure is a sum over kinds, so that more figures cost no more queries, and more requests few more rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import Case as When_
from django.db.models.functions import ExtractQuarter, ExtractYear

from candour.desk.models import Case, ClockEvent, Decision, Handling, Question
from candour.desk.stage import endings
from candour.law import Outcome

_WHOLE = (Outcome.COST_LIMIT, Outcome.VEXATIOUS, Outcome.REPEATED)
"""Outcomes that are counted for the whole request, whatever else the answer gives."""
GIVES = frozenset(outcome for outcome in Outcome if outcome.facts.gives)
REFUSES = frozenset(
    outcome for outcome in Outcome if outcome.facts.refuses and outcome not in {*_WHOLE, Outcome.ALREADY_ACCESSIBLE}
)
"""What counts as refused by an exemption: not what is published already, which the return reports apart."""

_OUTCOMES: dict[str, frozenset[Outcome]] = {
    "gives": GIVES,
    "refuses": REFUSES,
    "whole_refusal": frozenset(_WHOLE),
    "cost": frozenset({Outcome.COST_LIMIT}),
    "vexatious": frozenset({Outcome.VEXATIOUS}),
    "repeated": frozenset({Outcome.REPEATED}),
    "not_held": frozenset({Outcome.NOT_HELD}),
    "published": frozenset({Outcome.ALREADY_ACCESSIBLE}),
    "ncnd": frozenset({Outcome.NCND}),
}
_OF_TIME = ("answered", "open", "withdrawn", "extended", "in_time", "overdue")
_OF_WAITING = ("waits_for_requester", "waits_for_clarification")
_OF_TRIAGE = ("environmental",)
TESTS = frozenset({*_OUTCOMES, *_OF_TIME, *_OF_WAITING, *_OF_TRIAGE})
"""The names of all tests."""


def kinds_by_quarter(cases: QuerySet[Case], today: date) -> Iterator[tuple[int, int, frozenset[str], int]]:
    """Year, quarter, tests that hold, and how many such cases were received in it; in one query."""
    tested = _tested(cases, today).annotate(year=ExtractYear("received"), quarter=ExtractQuarter("received"))
    columns = [f"holds_{name}" for name in sorted(TESTS)]
    rows = tested.order_by().values_list("year", "quarter", *columns).annotate(total=Count("pk"))
    for year, quarter, *flags, total in rows:
        held = frozenset(name for name, flag in zip(sorted(TESTS), flags, strict=True) if flag)
        yield year, quarter, held, total


def _tested(cases: QuerySet[Case], today: date) -> QuerySet[Case]:
    """The cases with one column for each test."""
    events = ClockEvent.objects.filter(case=OuterRef("pk"))
    answers = events.filter(kind="responded").order_by("-on").values("on")[:1]
    dated = cases.annotate(
        closed_on=Subquery(answers),
        ends=Exists(endings(OuterRef("pk"))),
        holds_extended=Exists(events.filter(kind="extension_notified")),
        holds_waits_for_clarification=_unanswered("clarification_asked", "clarification_given"),
        waits_for_fee=_unanswered("fees_notice", "fee_paid"),
    )
    answered, ended = Q(closed_on__isnull=False), Q(closed_on__isnull=True, ends=True)
    flags: dict[str, Any] = {
        "holds_answered": _flag(answered),
        "holds_withdrawn": _flag(ended),
        "holds_open": _flag(~answered & Q(ends=False)),
        "holds_in_time": _flag(answered & Q(closed_on__lte=F("due"))),
        "holds_overdue": _flag(Q(due__lt=today)),
        "holds_environmental": Exists(Question.objects.filter(case=OuterRef("pk"), handling=Handling.EIR)),
        "holds_waits_for_requester": _flag(Q(holds_waits_for_clarification=True) | Q(waits_for_fee=True)),
        **{
            f"holds_{name}": Exists(Decision.objects.filter(case=OuterRef("pk"), outcome__in=outcomes))
            for name, outcomes in _OUTCOMES.items()
        },
    }
    return dated.annotate(**flags)


def _unanswered(asked: str, answered: str) -> Exists:
    """Whether the requester was asked something and has not answered since."""
    later = ClockEvent.objects.filter(case=OuterRef("case"), kind=answered, on__gte=OuterRef("on"))
    return Exists(ClockEvent.objects.filter(~Exists(later), case=OuterRef("pk"), kind=asked))


def _flag(condition: Q) -> When_:
    return When_(When(condition, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())
