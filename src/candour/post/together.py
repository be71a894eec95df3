"""Acknowledging many requests at once, as one of the steps on many cases that the desk offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candour.desk.caseload.together import Prospect, Step, count_of_cases
from candour.desk.forms.together import TogetherForm
from candour.desk.models import Case, Event, EventKind, Requester, StaffMember
from candour.desk.refusals import Refused
from candour.post.acknowledge import acknowledge

_BY_POST = "it goes by post; print it on its own page"


@dataclass(frozen=True, slots=True)
class Acknowledge(Step):
    """Whoever asked is told by e-mail that the request has arrived, its reference, and when it is answered."""

    name = "acknowledge"
    event = "acknowledge"

    @property
    def chosen(self) -> str:
        """There is nothing to choose."""
        return ""

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """Which are told, and which were told before or can only be told by post."""
        done = set(Event.objects.filter(case__in=cases, kind=EventKind.ACKNOWLEDGED).values_list("case", flat=True))
        on_paper = set(Requester.objects.filter(cases__in=cases, email="").values_list("cases", flat=True))
        return {
            case.pk: Prospect(
                "the requester is told by e-mail",
                why_not="it was acknowledged already" if case.pk in done else _BY_POST if case.pk in on_paper else "",
            )
            for case in cases
        }

    def take(self, case: Case, actor: StaffMember) -> None:
        """Acknowledge it as on its own page."""
        if acknowledge(case, actor) is None:
            raise Refused(_BY_POST)

    def told(self, many: int) -> str:
        """How many are told."""
        return f"The acknowledgements of {count_of_cases(many)} are on their way."


class AcknowledgeForm(TogetherForm):
    """Nothing but the cases has to be known."""

    label = "Acknowledge"
    confirm = "Acknowledge them"

    def step(self) -> Step:
        """Acknowledging."""
        return Acknowledge()
