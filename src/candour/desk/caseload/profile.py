"""How closely a case is watched: said by a person, with a reason that stays in the trail."""

from __future__ import annotations

from django.db import transaction

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, Profile, StaffMember
from candour.desk.workflow import require


def set_profile(case_pk: int, profile: Profile, why: str, actor: StaffMember) -> None:
    """Change the profile of the case. Raises NotAllowed, Refused while a letter is on its way."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("set_profile", case, actor)
        if case.profile != profile:
            case.profile = profile
            case.save(update_fields=("profile",))
            record(case, EventKind.PROFILE, actor, f"{profile.label}.", why.strip())
