"""Who is away: said by themselves or, for somebody who is ill, by a manager, and told where a case is handed over."""

from __future__ import annotations

from datetime import date

from candour.desk.models import Absence, Authority, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require_of_force


def record_absence(person: StaffMember, first: date, last: date, actor: StaffMember | None) -> Absence:
    """Say that the person is away on these days, both inclusive.

    Raises NotAllowed when somebody else’s days are told by who may not; Refused when the last day is before the first.
    """
    _require(person, actor)
    if last < first:
        raise Refused("The last day must be the first day or later.")
    return Absence.objects.create(person=person, first=first, last=last)


def take_back_absence(absence: Absence, actor: StaffMember) -> None:
    """The person is there after all. Raises NotAllowed as `record_absence` does."""
    _require(absence.person, actor)
    absence.delete()


def absences_of_others(authority: Authority, person: StaffMember, today: date) -> list[Absence]:
    """The days, from today on, on which others of the force are away; the earliest first, in one query."""
    rows = Absence.objects.filter(person__authority=authority, person__is_active=True, last__gte=today)
    return list(rows.exclude(person=person).select_related("person").order_by("first", "pk"))


def away_until(authority: int, today: date) -> dict[int, date]:
    """By the key of each person of the force who is away today, the last day of that; in one query."""
    rows = Absence.objects.filter(person__authority=authority, first__lte=today, last__gte=today)
    return dict(rows.order_by("last").values_list("person", "last"))


def _require(person: StaffMember, actor: StaffMember | None) -> None:
    if (actor is None or person.pk != actor.pk) and person.authority is not None:
        require_of_force("record_absence", person.authority, actor)
