"""Restricting a case to named people: said by a manager or its officer, with a reason that stays in the trail.

`candour.desk.sight` says what follows from it. Whoever restricts a case is named on it, and so is its officer; others
are named one by one, whatever their role: an approver who is to clear the letter, a reviewer, a manager. There is
always somebody left who can name others and lift the restriction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.announcements import case_restricted
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.caseload.watching import who_can_watch
from candour.desk.models import Case, EventKind, NamedPerson, Restriction, StaffMember
from candour.desk.models.staff import Role
from candour.desk.publishing.masking import mask
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import is_restricted, let_in
from candour.desk.workflow import require, workflow


def named_on(case: Case) -> QuerySet[StaffMember]:
    """Who is named on the case, by name; nobody on one that is not restricted."""
    people = StaffMember.objects.filter(named_on__restriction=case.pk)
    return people.order_by("first_name", "last_name", "username")


def who_can_be_named(case: Case) -> QuerySet[StaffMember]:
    """The people of the force whose role sees cases and who do not see this one."""
    return who_can_watch(case.authority_id).exclude(let_in(case))


def may_steer(case: Case, person: StaffMember) -> bool:
    """Whether it is for the person to say who sees the case: a manager, or whoever works on it."""
    return person.role == Role.MANAGER or (person.role in _steering() and case.officer_id == person.pk)


def restrict(case_pk: int, why: str, actor: StaffMember) -> None:
    """Restrict the case to whoever does so and its officer. Raises NotAllowed, Refused where it is restricted."""
    with _taking("restrict_case", case_pk, why, actor) as case:
        if is_restricted(case):
            raise Refused("The case is restricted already.")
        said = mask(why.strip(), case.requester)
        made = Restriction.objects.create(case=case, why=said, set_by=actor, set_at=timezone.now())
        people = {actor.pk: actor}
        if case.officer is not None:
            people[case.officer.pk] = case.officer
        NamedPerson.objects.bulk_create(NamedPerson(restriction=made, person=each) for each in people.values())
        names = " and ".join(str(each) for each in people.values())
        told = f"Seen by {names} alone, and by auditors."
        record(case, EventKind.RESTRICTED, actor, told, said, {"restricted": True, "named": sorted(people)})
        case_restricted.send(sender=Case, case=case)


def name_on_case(case_pk: int, person: StaffMember, why: str, actor: StaffMember) -> None:
    """Let somebody of the force see the restricted case.

    Raises NotAllowed, Refused when it is not restricted, they see it already or their role sees no cases.
    """
    with _taking("name_on_case", case_pk, why, actor) as case:
        _require_restricted(case)
        if not who_can_be_named(case).filter(pk=person.pk).exists():
            raise Refused(f"{person} cannot be named: choose somebody of the force who sees cases, and not this one.")
        NamedPerson.objects.create(restriction=case.restriction, person=person)
        said = mask(why.strip(), case.requester)
        record(case, EventKind.RESTRICTED, actor, f"{person} sees it from now on.", said, {"named": [person.pk]})


def take_off_case(case_pk: int, person: StaffMember, why: str, actor: StaffMember) -> None:
    """Let somebody see the restricted case no more.

    Raises NotAllowed, Refused for its officer, and for the last who could name others.
    """
    with _taking("take_off_case", case_pk, why, actor) as case:
        _require_restricted(case)
        if case.officer_id == person.pk:
            raise Refused(f"{person} works on the case. Hand it over first, to somebody who is named on it.")
        left = named_on(case).exclude(pk=person.pk).filter(is_active=True)
        if not any(may_steer(case, each) for each in left):
            raise Refused("Nobody would be left who can name others. Name a manager first, or lift the restriction.")
        gone, _ = NamedPerson.objects.filter(restriction=case.pk, person=person).delete()
        if not gone:
            raise Refused(f"{person} is not named on this case.")
        said = mask(why.strip(), case.requester)
        record(case, EventKind.RESTRICTED, actor, f"{person} does not see it any more.", said, {"not": [person.pk]})


def lift_restriction(case_pk: int, why: str, actor: StaffMember) -> None:
    """Let everybody of the force see the case whose role sees cases. Raises NotAllowed, Refused."""
    with _taking("lift_restriction", case_pk, why, actor) as case:
        _require_restricted(case)
        Restriction.objects.filter(pk=case.pk).delete()
        told = "Everybody whose role sees cases sees it again."
        record(case, EventKind.RESTRICTED, actor, told, mask(why.strip(), case.requester), {"restricted": False})


@contextmanager
def _taking(event: str, case_pk: int, why: str, actor: StaffMember) -> Iterator[Case]:
    """The case, locked, for a step of somebody who may take it and says why. Raises NotAllowed, Refused."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.select_related("requester", "officer", "restriction").get(pk=case_pk)
        require(event, case, actor)
        if not may_steer(case, actor):
            raise NotAllowed(f"Only a manager or the officer of the case can {workflow().events[event].does}.")
        if not why.strip():
            raise Refused("Say why.")
        yield case


def _require_restricted(case: Case) -> None:
    if not is_restricted(case):
        raise Refused("The case is not restricted.")


def _steering() -> frozenset[str]:
    return workflow().events["name_on_case"].roles
