"""Referring a question to another authority of this installation, the national unit above all, and its advice.

That authority sees the question without who asked and what is asked of it. The clock of the case goes on.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import Authority, Case, EventKind, Question, Referral, StaffMember
from candour.desk.models.staff import Role
from candour.desk.refusals import Refused
from candour.desk.workflow import require, require_of_force


def who_can_advise(case: Case) -> QuerySet[Authority]:
    """The other authorities that have a national unit."""
    units = StaffMember.objects.filter(role=Role.NATIONAL, is_active=True, authority__isnull=False)
    return Authority.objects.filter(pk__in=units.values("authority")).exclude(pk=case.authority_id)


def refer(question: Question, to: Authority, asked: str, actor: StaffMember) -> Referral:
    """Refer a question. Raises NotAllowed, Refused when nobody there can advise."""
    with transaction.atomic():
        lock_case(question.case_id)
        case = Case.objects.get(pk=question.case_id)
        require("refer", case, actor)
        if not who_can_advise(case).filter(pk=to.pk).exists():
            raise Refused(f"{to} has no national unit here.")
        referral = Referral.objects.create(case=case, question=question, to=to, asked=asked.strip(), made_by=actor)
        record(case, EventKind.REFERRED, actor, f"Question {question.label} referred to {to}. The clock goes on.")
        return referral


def advise(referral_pk: int, advice: str, actor: StaffMember) -> Referral:
    """Give the advice; once. Raises NotAllowed for anybody but the unit, Refused when it was given."""
    with transaction.atomic():
        lock_case(Referral.objects.values_list("case", flat=True).get(pk=referral_pk))
        referral = (
            Referral.objects.select_for_update(of=("self",))
            .select_related("to", "case", "question")
            .get(pk=referral_pk)
        )
        require_of_force("advise", referral.to, actor)
        if referral.advised_at is not None:
            raise Refused("Advice on this question has been given already.")
        referral.advice, referral.advised_by, referral.advised_at = advice.strip(), actor, timezone.now()
        referral.save()
        # The unit is no part of the force, so the trail of the force names it and no log-in of another authority.
        record(
            referral.case, EventKind.ADVISED, None, f"{referral.to} advised on question {referral.question.label}.",
            why=referral.advice,
        )  # fmt: skip
        return referral


def referrals_to(authority: Authority) -> QuerySet[Referral]:
    """What was referred to the authority, the newest first."""
    return Referral.objects.filter(to=authority).select_related("question", "case__authority").order_by("-pk")
