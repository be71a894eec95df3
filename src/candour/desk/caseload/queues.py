"""The queues of the caseload: what is mine, nobody’s, due this week, late, or waits for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, TextChoices

from candour.desk.caseload.open_cases import OpenCase
from candour.desk.models import Absence, Authority, StaffMember
from candour.desk.stage import Stage


class Queue(TextChoices):
    """The queues, in the order in which they are shown."""

    MINE = "mine", "Mine"
    TEAM = "team", "My team’s"
    UNASSIGNED = "unassigned", "Nobody’s"
    LATE = "late", "Late"
    WEEK = "week", "Due this week"
    AWAITING = "awaiting", "Awaiting others"
    AWAY = "away", "Of people who are away"
    WATCHED = "watched", "Watched"
    RESTRICTED = "restricted", "Restricted"


FILLED_BY = {
    Queue.MINE: "A case comes here when you take it, or when it is handed over to you.",
    Queue.TEAM: "The cases of everybody in your team stand here. An administrator says who is in which team.",
    Queue.UNASSIGNED: "A request that arrives by mail or by the web form stands here until somebody takes it.",
    Queue.LATE: "A case comes here when its day has passed and it was not answered.",
    Queue.WEEK: "A case comes here when it is due by Sunday.",
    Queue.AWAITING: "A case comes here when a requester, a business area, a unit or an approver has to answer first.",
    Queue.AWAY: "Cases of people who are away today, as “My day” has it, or whose account has ended, stand here.",
    Queue.WATCHED: "A case comes here when you choose “Watch this case” on its page.",
    Queue.RESTRICTED: "A restricted case that you are named on stands here, whoever works on it.",
}
"""What fills each queue, for who finds it empty."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """What the queues have to know of who looks at them, and of the day.

    `team`: the people of their team, themselves included; nobody where they have none. `away`: who of the force is
    away or has gone. `watches`: the cases that they watch. `restricted`: the restricted ones that they see.
    """

    person: int
    team: frozenset[int]
    away: frozenset[int]
    watches: frozenset[int]
    restricted: frozenset[int]
    today: date

    @property
    def sunday(self) -> date:
        """The last day of the week of today."""
        return self.today + timedelta(days=6 - self.today.weekday())


def onlooker(authority: Authority, person: StaffMember, today: date, restricted: frozenset[int]) -> Onlooker:
    """What the queues of the person need to know today, in two queries; `restricted` as of the onlooker."""
    absent = Absence.objects.filter(person=OuterRef("pk"), first__lte=today, last__gte=today)
    # Whose account has ended does not come back: their cases are found where those of the absent are.
    away = Q(Exists(absent)) | Q(is_active=False)
    staff = StaffMember.objects.filter(authority=authority).annotate(away=ExpressionWrapper(away, BooleanField()))
    rows = list(staff.order_by().values_list("pk", "team", "away"))
    return Onlooker(
        person.pk,
        frozenset(key for key, team, _ in rows if person.team_id is not None and team == person.team_id),
        frozenset(key for key, _, gone in rows if gone),
        frozenset(person.watches.values_list("case", flat=True)),
        restricted,
        today,
    )


def in_queue(cases: Iterable[OpenCase], queue: Queue, eyes: Onlooker) -> list[OpenCase]:
    """Those of the open cases that are in the queue of who looks, in their order."""
    return _RULES[queue](cases, eyes)


def _due_between(cases: Iterable[OpenCase], first: date, last: date) -> list[OpenCase]:
    return [case for case in cases if case.due and first <= case.due <= last and case.stage is not Stage.SENT]


# Each rule goes through all cases itself: to ask a rule of each case takes several times as long as the rule.
_RULES: dict[Queue, Callable[[Iterable[OpenCase], Onlooker], list[OpenCase]]] = {
    Queue.MINE: lambda cases, eyes: [case for case in cases if case.officer == eyes.person],
    Queue.TEAM: lambda cases, eyes: [case for case in cases if case.officer in eyes.team],
    Queue.UNASSIGNED: lambda cases, _: [case for case in cases if case.officer is None],
    Queue.LATE: lambda cases, eyes: _due_between(cases, date.min, eyes.today - timedelta(days=1)),
    Queue.WEEK: lambda cases, eyes: _due_between(cases, eyes.today, eyes.sunday),
    Queue.AWAITING: lambda cases, _: [case for case in cases if case.awaits_others and case.stage is not Stage.SENT],
    Queue.AWAY: lambda cases, eyes: [case for case in cases if case.officer in eyes.away],
    Queue.WATCHED: lambda cases, eyes: [case for case in cases if case.key in eyes.watches],
    Queue.RESTRICTED: lambda cases, eyes: [case for case in cases if case.key in eyes.restricted],
}
