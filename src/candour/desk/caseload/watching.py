"""Watching a case: who wants to is told at the desk of what others did on it since they last looked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Max, Q

from candour.desk.models import Case, StaffMember, Watch


@dataclass(frozen=True, slots=True)
class News:
    """A watched case, with how many steps others took on it since the person last opened it."""

    case: Case
    steps: int


def watch(case: Case, person: StaffMember) -> None:
    """Watch the case from now on; twice is once."""
    Watch.objects.get_or_create(case=case, person=person, defaults={"seen": _last(case)})


def unwatch(case: Case, person: StaffMember) -> None:
    """Watch it no more."""
    Watch.objects.filter(case=case, person=person).delete()


def saw(case: Case, person: StaffMember) -> bool:
    """Remember that the person has opened the case; whether they watch it is returned."""
    return bool(Watch.objects.filter(case=case, person=person).update(seen=_last(case)))


def news(person: StaffMember) -> list[News]:
    """The watched cases of the person's force on which others did something, in one query."""
    others = Q(case__events__sequence__gt=F("seen")) & ~Q(case__events__actor=person)
    rows = (
        Watch.objects.filter(person=person, case__authority=person.authority_id)
        .annotate(steps=Count("case__events", filter=others))
        .filter(steps__gt=0)
        .select_related("case")
    )
    return [News(row.case, vars(row)["steps"]) for row in rows.order_by("case__due", "case")]


def _last(case: Case) -> int:
    last: int | None = case.events.aggregate(last=Max("sequence"))["last"]
    return last or 0
