"""Open cases, each with what its stage and its queues follow from: one query, however they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from candour.desk.caseload.awaiting import ASKED
from candour.desk.models import Authority, Case, ClockEvent, Referral, Task, TaskState
from candour.desk.stage import Stage, Standing, stage_from, standing_from, still_open, with_standing


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case: its key, that of its officer, its dates, its stage, and what the database told of it."""

    key: int
    officer: int | None
    received: date
    due: date | None
    stage: Stage
    facts: Mapping[str, Any]

    @property
    def awaits_others(self) -> bool:
        """Whether a requester, a business area, a unit or those who clear letters have to answer first."""
        facts = self.facts
        return (
            self.stage is Stage.AWAITING_CLEARANCE
            or facts["awaits_requester"]
            or facts["awaits_area"]
            or facts["awaits_advice"]
        )

    @property
    def urgency(self) -> tuple[bool, date, date, int]:
        """By which the earliest due comes first, and what has no date last."""
        return self.due is None, self.due or date.max, self.received, self.key

    def standing(self, today: date) -> Standing:
        """Where it stands today."""
        return standing_from(self.facts, today)


def read_cases(authority: Authority, among: Collection[int] | None = None) -> list[OpenCase]:
    """The open cases of the force as the database has them, or those `among` these keys, in one query."""
    rows = _asked().filter(authority=authority)
    if among is not None:
        rows = rows.filter(pk__in=among)
    return [OpenCase(row["pk"], row["officer"], row["received"], row["due"], stage_from(row), row) for row in rows]


@cache
def _asked() -> QuerySet[Case, dict[str, Any]]:
    """What is asked of every open case; made once, for making it takes longer than asking it of one case."""
    cases = with_standing(still_open(Case.objects.order_by())).annotate(**_awaits())
    asked: QuerySet[Case, dict[str, Any]] = cases.values("pk", "officer", "received", "due", *cases.query.annotations)
    return asked


def _awaits() -> Mapping[str, Exists]:
    """Whether the requester, a business area or a unit has to answer."""
    asked: Any = Q()
    for question, answer in ASKED.items():
        later = ClockEvent.objects.filter(case=OuterRef("case"), kind=answer, on__gte=OuterRef("on"))
        asked |= Q(kind=question) & ~Exists(later)
    return {
        "awaits_requester": Exists(ClockEvent.objects.filter(asked, case=OuterRef("pk"))),
        "awaits_area": Exists(Task.objects.filter(case=OuterRef("pk"), state=TaskState.OPEN)),
        "awaits_advice": Exists(Referral.objects.filter(case=OuterRef("pk"), advised_at=None)),
    }
