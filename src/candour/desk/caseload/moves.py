"""Handing over many cases at once: what would change is shown first, and each case is given as one would be by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from candour.desk.caseload.assign import assign, who_can_work
from candour.desk.models import Authority, Case, StaffMember
from candour.desk.refusals import NotAllowed, Refused

MOST = 100
"""How many cases one move may hold."""


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one case: who has it and who gets it, or why it stays."""

    case: Case
    before: StaffMember | None
    why_not: str = ""


def planned(authority: Authority, cases: Iterable[int], officer: StaffMember) -> list[Move]:
    """What handing these cases of the force to `officer` would change, without changing it."""
    found = authority.cases.filter(pk__in=list(cases)[:MOST]).select_related("officer", "authority")
    moves = []
    for case in found.order_by("due", "pk"):
        why_not = ""
        if case.destroyed_at is not None:
            why_not = "it was destroyed"
        elif case.officer_id == officer.pk:
            why_not = f"{officer} has it already"
        moves.append(Move(case, case.officer, why_not))
    return moves


def carry_out(
    authority: Authority, cases: Iterable[int], officer: StaffMember, note: str, actor: StaffMember
) -> tuple[int, list[str]]:
    """Hand the cases over, all in one transaction; how many went, and why others stayed.

    A case that somebody took since the preview stays, and is told. Raises NotAllowed.
    """
    moved, stayed = 0, []
    with transaction.atomic():
        for move in planned(authority, cases, officer):
            if move.why_not:
                stayed.append(f"{move.case.reference}: {move.why_not}")
                continue
            try:
                assign(move.case.pk, officer, note, actor)
                moved += 1
            except NotAllowed:
                raise
            except Refused as refusal:
                stayed.append(f"{move.case.reference}: {refusal}")
    return moved, stayed


def who_can_take(authority: Authority) -> list[StaffMember]:
    """The people of the force to whom cases can be handed."""
    return list(who_can_work(Case(authority=authority)))
