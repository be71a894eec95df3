"""Requests whose cost may be added up: of one requester, alike, within sixty consecutive working days (s12(4))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from candour.desk.audit_trail.writing import record
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.sight import restricted_cases
from candour.desk.workflow import require
from candour.law import foia_calendar
from candour.law.clock_limits import Regime, time_limit


@dataclass(frozen=True, slots=True)
class Reach:
    """The days on which a request may have been received to share a period of sixty working days with this one."""

    earliest: date
    latest: date


def reach_of(case: Case) -> Reach:
    """How far before and after the case another request can be added to it. Raises PastHorizon."""
    calendar = foia_calendar()
    limit = time_limit(Regime.FOIA, "aggregation", case.received)
    # The period begins with one of the two requests, so both days lie inside it.
    return Reach(calendar.before(case.received, limit.working_days - 1), limit.last_day(case.received, calendar))


@dataclass(frozen=True, slots=True)
class Others:
    """What else lies within reach: the cases that the person sees, and how many restricted ones there are besides.

    The cost of those counts as well (section 12(4)), so it is told that they exist, and nothing else of them.
    """

    cases: list[Case]
    restricted: int


def look_for_requests(case: Case, actor: StaffMember) -> Others:
    """Other cases of the force within reach from the same requester; that somebody looked goes into the trail.

    The same requester is one with the same e-mail address or, where there is none, the same name. Whether the requests
    are alike, and whether people act in concert, is for a person to judge.
    """
    reach = reach_of(case)
    requester = case.requester
    same = Q(requester__email__iexact=requester.email) if requester.email else Q(requester__name__iexact=requester.name)
    with transaction.atomic():
        require("look_for_requests", case, actor)
        record(case, EventKind.REQUESTER_SEEN, actor, "Looked for requests whose cost may be added up (section 12(4)).")
        found = Case.objects.filter(
            same, authority=case.authority_id, received__range=(reach.earliest, reach.latest)
        ).exclude(pk=case.pk)
        every = list(found.order_by("received"))
        hidden = restricted_cases(actor).hidden
        seen = [each for each in every if each.pk not in hidden]
        return Others(seen, len(every) - len(seen))
