"""One step on many cases: what would change is shown first, and each case is dealt with as it would be by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from candour.desk.audit_trail.writing import lock_case
from candour.desk.caseload.together import Prospect, Step
from candour.desk.models import Authority, Case, StaffMember
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import cases_seen_by
from candour.desk.stage import stage_from, with_standing
from candour.desk.workflow import require_of_force, why_not_in

MOST = 100
"""How many cases one move may hold."""


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one case, in words, and what that rests on; or why it stays as it is."""

    case: Case
    says: str
    rests_on: Any
    why_not: str = ""


def planned(actor: StaffMember, cases: Iterable[int], step: Step) -> list[Move]:
    """What the step would do to those of the cases that the person sees, the earliest due first, without doing it.

    In as many queries however many cases there are.
    """
    wanted = cases_seen_by(actor).filter(pk__in=list(cases)[:MOST]).select_related("officer", "authority")
    found = list(with_standing(wanted).order_by("due", "pk"))
    prospects = step.look(found)
    return [_move(case, step, prospects[case.pk]) for case in found]


def _move(case: Case, step: Step, prospect: Prospect) -> Move:
    destroyed = "it was destroyed" if case.destroyed_at is not None else ""
    why_not = destroyed or why_not_in(step.event, stage_from(vars(case))) or prospect.why_not
    return Move(case, prospect.says, prospect.rests_on, why_not)


def seen_in(moves: Iterable[Move]) -> dict[str, Any]:
    """What a preview showed, to be given back when it is confirmed: by the key of each case, what it rests on."""
    return {str(move.case.pk): move.rests_on for move in moves if not move.why_not}


def carry_out(
    authority: Authority, cases: Iterable[int], step: Step, actor: StaffMember, seen: Mapping[str, Any]
) -> tuple[int, list[str]]:
    """Take the step on each of the cases, each in a transaction of its own; on how many, and why others stay.

    `seen` is what the preview showed: a case in which that has changed since, or that was not in it, stays and is told.
    So a confirmation that is posted twice does nothing the second time. Raises NotAllowed.
    """
    require_of_force(step.event, authority, actor)
    done, stayed = 0, []
    keys = list(cases)[:MOST]
    for key in cases_seen_by(actor).filter(pk__in=keys).order_by("due", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Locked before it is compared, so that nobody changes it between the comparison and the step.
            lock_case(key)
            move = next(iter(planned(actor, [key], step)), None)
            if move is None:
                continue  # it was restricted since it was looked up, and is none of the person’s any more
            why_not = move.why_not or _changed(move, seen)
            if not why_not:
                why_not = _refused(move, step, actor)
        if why_not:
            stayed.append(f"{move.case.reference}: {why_not}")
        else:
            done += 1
    return done, stayed


def _refused(move: Move, step: Step, actor: StaffMember) -> str:
    """Take the step, whole or not at all; why it was refused, or nothing."""
    try:
        with transaction.atomic():
            step.take(move.case, actor)
    except NotAllowed:
        raise
    except Refused as refusal:
        return str(refusal).rstrip(".")
    return ""


def _changed(move: Move, seen: Mapping[str, Any]) -> str:
    """Why the case is not as the preview showed it; empty where it is."""
    key = str(move.case.pk)
    if key not in seen:
        return "it was not in what you were shown"
    if seen[key] != move.rests_on:
        return f"it has changed since you were shown what would happen, which is now: {move.says}"
    return ""
