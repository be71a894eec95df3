"""On whom a case waits besides its officer, and for how many working days: asked for the cases of one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.clearing.chain import next_steps
from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import Case, ClockEvent, Referral, Response, ResponseState, Task, TaskState

ASKED = {"clarification_asked": "clarification_given", "fees_notice": "fee_paid"}
"""What is asked of the requester, and the event that answers it."""
_WHAT = {"clarification_asked": "The requester, to say what is meant", "fees_notice": "The requester, to pay the fee"}


@dataclass(frozen=True, slots=True)
class Wait:
    """A case waits for `whom`, whole working days by now; `late` when the day that they were given has passed."""

    whom: str
    days: int
    late: bool = False

    @property
    def since(self) -> str:
        """For how long, in words."""
        if not self.days:
            return "for less than a working day"
        return f"for {self.days} working day{'s' if self.days != 1 else ''}"


def waits(cases: Collection[int] | QuerySet[Case], today: date) -> dict[int, list[Wait]]:
    """By the key of each case, on whom it waits, the longest first; in six queries however many cases there are."""
    calendar = working_calendar()
    found: dict[int, list[Wait]] = defaultdict(list)

    def add(case: int, whom: str, since: date, *, late: bool = False) -> None:
        found[case].append(Wait(whom, max(0, calendar.between(since, today)), late))

    tasks = Task.objects.filter(case__in=cases, state=TaskState.OPEN).select_related("area")
    for task in tasks:
        add(task.case_id, str(task.area), timezone.localdate(task.made_at), late=task.wanted_by < today)
    for referral in Referral.objects.filter(case__in=cases, advised_at=None).select_related("to"):
        add(referral.case_id, str(referral.to), timezone.localdate(referral.made_at))
    letters = Response.objects.filter(case__in=cases, state=ResponseState.AWAITING_CLEARANCE)
    for letter in letters.only("case_id", "prepared_at").prefetch_related("steps"):
        for step in next_steps(list(letter.steps.all())):
            if not step.informs:
                add(letter.case_id, f"{step.name}, to clear the letter", timezone.localdate(letter.prepared_at))
    asked: dict[int, dict[str, date]] = defaultdict(dict)
    answers = {answer: question for question, answer in ASKED.items()}
    events = ClockEvent.objects.filter(case__in=cases, kind__in={*ASKED, *answers}).order_by("on", "pk")
    for case, kind, on in events.values_list("case", "kind", "on"):
        if kind in ASKED:
            asked[case][kind] = on
        else:
            asked[case].pop(answers[kind], None)
    for case, still in asked.items():
        for kind, on in still.items():
            add(case, _WHAT[kind], on)
    return {case: sorted(each, key=lambda wait: -wait.days) for case, each in found.items()}
