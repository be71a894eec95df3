"""Notes on a case: what was agreed on the telephone, whom to ask; written once, in the trail, for who comes next."""

from __future__ import annotations

from django.db import transaction

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.publishing.masking import mask
from candour.desk.refusals import Refused
from candour.desk.workflow import require

LONGEST = 4000
"""Characters of one note."""


def write_note(case_pk: int, text: str, actor: StaffMember) -> None:
    """Write a note into the trail of the case. What tells who asked is taken out of it.

    Raises NotAllowed, Refused when it is empty or too long.
    """
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.select_related("requester").get(pk=case_pk)
        require("note", case, actor)
        if not (said := text.strip()):
            raise Refused("Write the note first.")
        if len(said) > LONGEST:
            raise Refused(f"A note has {LONGEST} characters at most. Write two.")
        record(case, EventKind.NOTE, actor, mask(said, case.requester))
