"""Triage: under what each question is dealt with, said by a person and kept in the trail."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Case, EventKind, Handling, Question, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require


def open_questions(case: Case) -> list[Question]:
    """The questions that stand in no letter, which alone can be triaged."""
    return list(Question.objects.filter(case=case, answered_questions__isnull=True).prefetch_related("parts"))


def triage(case_pk: int, wanted: Mapping[int, Handling], actor: StaffMember) -> int:
    """Say of each question under what it is dealt with; how many changed is returned. Raises NotAllowed, Refused."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("triage", case, actor)
        known = {question.pk: question for question in open_questions(case)}
        if set(wanted) - set(known):
            raise Refused("A question was answered, handed over or removed meanwhile. Open the page again.")
        changed = [known[pk] for pk, handling in wanted.items() if known[pk].handling != handling]
        for question in changed:
            question.handling = wanted[question.pk]
            question.save(update_fields=("handling",))
        if changed:
            said = "; ".join(f"question {each.label}: {each.get_handling_display()}" for each in changed)
            record(case, EventKind.TRIAGED, actor, f"{said[0].upper()}{said[1:]}.")
        return len(changed)
