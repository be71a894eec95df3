"""Handing over many cases at once: what would change is shown first, and each case is given as one would be by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def seen_in(moves: Iterable[Move]) -> dict[str, int | None]:
    """What a preview showed, to be given back when it is confirmed: by the key of each case, that of its officer."""
    return {str(move.case.pk): move.before.pk if move.before else None for move in moves if not move.why_not}


def carry_out(  # noqa: PLR0917  what a move is made of
    authority: Authority,
    cases: Iterable[int],
    officer: StaffMember,
    note: str,
    actor: StaffMember,
    seen: Mapping[str, int | None],
) -> tuple[int, list[str]]:
    """Hand the cases over, all in one transaction; how many went, and why others stayed.

    `seen` is what the preview showed: a case that has changed hands since, or was not in it, stays and is told.
    Raises NotAllowed.
    """
    moved, stayed = 0, []
    with transaction.atomic():
        keys = list(cases)[:MOST]
        # Locked before they are compared, so that nobody takes one between the comparison and the move.
        list(authority.cases.filter(pk__in=keys).select_for_update().order_by("pk").values_list("pk"))
        for move in planned(authority, keys, officer):
            if why_not := move.why_not or _changed(move, seen):
                stayed.append(f"{move.case.reference}: {why_not}")
                continue
            try:
                assign(move.case.pk, officer, note, actor)
                moved += 1
            except NotAllowed:
                raise
            except Refused as refusal:
                stayed.append(f"{move.case.reference}: {refusal}")
    return moved, stayed


def _changed(move: Move, seen: Mapping[str, int | None]) -> str:
    """Why the case is not where the preview showed it; empty where it is."""
    key = str(move.case.pk)
    if key not in seen:
        return "it was not in what you were shown"
    if seen[key] != (move.before.pk if move.before else None):
        return (
            f"{move.before} has had it since you were shown what would change" if move.before else "nobody has it now"
        )
    return ""


def who_can_take(authority: Authority) -> list[StaffMember]:
    """The people of the force to whom cases can be handed."""
    return list(who_can_work(Case(authority=authority)))
