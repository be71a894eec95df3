"""Watching a case: who does is told at the desk of what others did on it since they last looked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, StaffMember, Watch
from candour.desk.refusals import Refused
from candour.desk.sight import let_in, open_to
from candour.desk.workflow import require, workflow


@dataclass(frozen=True, slots=True)
class News:
    """A watched case, with how many steps others took on it since the person last opened it."""

    case: Case
    steps: int


def watch(case: Case, person: StaffMember) -> None:
    """Watch the case oneself from now on; twice is once. It is a matter of one’s own day and leaves no trail."""
    Watch.objects.get_or_create(case=case, person=person, defaults={"seen": _last(case)})


def unwatch(case: Case, person: StaffMember) -> None:
    """Watch it no more."""
    Watch.objects.filter(case=case, person=person).delete()


def who_can_watch(authority: int) -> QuerySet[StaffMember]:
    """The people of the force who may open its cases: active, and of a role that sees them."""
    roles = [role for role, sees in workflow().sights.items() if sees == "cases"]
    people = StaffMember.objects.filter(authority=authority, is_active=True, role__in=roles)
    return people.order_by("first_name", "last_name", "username")


def who_sees(case: Case) -> QuerySet[StaffMember]:
    """Those of them who may open this case, by name."""
    return who_can_watch(case.authority_id).filter(let_in(case))


def watchers(case: Case) -> list[StaffMember]:
    """Who watches the case, by name; somebody who may not see it any more is told of nothing."""
    people = StaffMember.objects.filter(let_in(case), watches__case=case)
    return list(people.order_by("first_name", "last_name", "username"))


def add_watcher(case_pk: int, person: StaffMember, actor: StaffMember | None) -> None:
    """Have the person told of what is done on the case, this step included; in the trail with who and whom.

    Raises NotAllowed, Refused when the person may not see the case or watches it already.
    """
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("set_watchers", case, actor)
        if not who_sees(case).filter(pk=person.pk).exists():
            raise Refused(f"{person} cannot watch this case: choose somebody of the force who sees its cases.")
        _, made = Watch.objects.get_or_create(case=case, person=person, defaults={"seen": _last(case)})
        if not made:
            raise Refused(f"{person} watches this case already.")
        record(case, EventKind.WATCHER, actor, f"{person} watches the case from now on.", facts={"watches": person.pk})


def remove_watcher(case_pk: int, person: StaffMember, actor: StaffMember | None) -> None:
    """Have the person told no more; in the trail. Raises NotAllowed, Refused when they do not watch it."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("set_watchers", case, actor)
        gone, _ = Watch.objects.filter(case=case, person=person).delete()
        if not gone:
            raise Refused(f"{person} does not watch this case.")
        told = f"{person} does not watch the case any more."
        record(case, EventKind.WATCHER, actor, told, facts={"watches_no_more": person.pk})


def saw(case: Case, person: StaffMember) -> bool:
    """Remember that the person has opened the case; whether they watch it is returned."""
    return bool(Watch.objects.filter(case=case, person=person).update(seen=_last(case)))


def news(person: StaffMember) -> list[News]:
    """The watched cases of the person's force on which others did something, in one query."""
    others = Q(case__events__sequence__gt=F("seen")) & ~Q(case__events__actor=person)
    rows = (
        Watch.objects.filter(open_to(person), person=person, case__authority=person.authority_id)
        .annotate(steps=Count("case__events", filter=others))
        .filter(steps__gt=0)
        .select_related("case")
    )
    return [News(row.case, vars(row)["steps"]) for row in rows.order_by("case__due", "case")]


def _last(case: Case) -> int:
    last: int | None = case.events.aggregate(last=Max("sequence"))["last"]
    return last or 0
