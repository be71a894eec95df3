"""Who works on a case: given to somebody with a note of what they need to know, which stays in the trail."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.desk.sight import is_restricted, let_in
from candour.desk.workflow import require, workflow


def who_can_work(case: Case) -> QuerySet[StaffMember]:
    """The people of the force who can be given the case: active, of a role that decides, and such as may see it."""
    roles = workflow().events["decide"].roles
    people = StaffMember.objects.filter(let_in(case), authority=case.authority_id, is_active=True, role__in=roles)
    return people.order_by("first_name", "last_name", "username")


def assign(case_pk: int, officer: StaffMember, note: str, actor: StaffMember) -> None:
    """Make `officer` the officer of the case; the note for hand-over goes into the trail.

    Raises NotAllowed, or Refused when the person cannot work on the case or does so already.
    """
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("assign", case, actor)
        if not who_can_work(case).filter(pk=officer.pk).exists():
            who = "who is named on it" if is_restricted(case) else "of the force who decides requests"
            raise Refused(f"{officer} cannot be given this case: choose somebody {who}.")
        if case.officer_id == officer.pk:
            raise Refused(f"{officer} works on this case already.")
        before = case.officer
        case.officer = officer
        case.save(update_fields=("officer",))
        told = f"From {before} to {officer}." if before else f"To {officer}."
        record(case, EventKind.ASSIGNED, actor, told, note.strip(), {"officer": officer.pk})
