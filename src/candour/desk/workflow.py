"""Who may do what with a case, and when: the table of `workflow.toml`, checked at every start and asked at every step.

Every step of the desk asks `require` first, within its transaction and with the case locked. A refusal says why, in
words that a person can act on, and comes before anything is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.answering.letter import letter_gaps, load, open_portion
from candour.desk.models import (
    AnsweredQuestion,
    Authority,
    Case,
    ClearanceStep,
    ClockEvent,
    Decision,
    Publication,
    Question,
    Response,
    StaffMember,
)
from candour.desk.models.response import PENDING_STATES, LetterKind, ResponseState
from candour.desk.models.staff import Role
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import is_hidden_from
from candour.desk.stage import LAPSED, Stage, awaiting_publication, case_standing, endings, with_standing

PROGRAM = "program"
"""The role of the desk itself, when no person takes a step."""
OTHERWISE = "otherwise"
_SIGHTS = {"cases", "nothing"}
_KEYS = {"name", "does", "roles", "only", "guards", "moves", "stays", "refused", "opens", "force"}


class WorkflowError(ValueError):
    """The table contradicts itself or the program; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that can be done. `moves` leads from a state to the next, or to one for each condition."""

    name: str
    does: str
    roles: frozenset[str]
    only: str
    guards: tuple[str, ...]
    moves: Mapping[Stage, Mapping[str, Stage]]
    refused: Mapping[str, str]
    concerns_a_case: bool
    opens: Stage | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """The table as a whole."""

    states: Mapping[Stage, str]
    sights: Mapping[str, str]
    events: Mapping[str, Event] = field(default_factory=dict)


def require(event: str, case: Case, actor: StaffMember | None) -> None:
    """Raise NotAllowed when the person may not do this at all, Refused when the case is not where it can be done."""
    wanted = workflow().events[event]
    if reason := why_not_allowed(event, case.authority_id, actor):
        raise NotAllowed(reason)
    if actor is not None and is_hidden_from(actor, case.pk):
        raise NotAllowed(f"You cannot {wanted.does}: the case is restricted, and you are not named on it.")
    if event != "withdraw_entry" and Case.objects.filter(pk=case.pk, destroyed_at__isnull=False).exists():
        raise Refused(f"You cannot {wanted.does}: the case was destroyed by the rule of retention.")
    state = case_standing(case, timezone.localdate()).stage
    if said := _why_not_in(wanted, state):
        raise Refused(f"You cannot {wanted.does}: {_in_words(said, case)}.")
    for guard in wanted.guards:
        if reason := GUARDS[guard](case):
            raise Refused(f"You cannot {wanted.does}: {reason}.")


def require_of_force(event: str, authority: Authority, actor: StaffMember | None) -> None:
    """Raise NotAllowed when the person may not do this, which concerns the force and no case."""
    if reason := why_not_allowed(event, authority.pk, actor):
        raise NotAllowed(reason)


def why_not_allowed(event: str, authority: int, actor: StaffMember | None) -> str:
    """Why the person may not do this in the force, whatever its state; empty when they may."""
    wanted = workflow().events[event]
    if actor is not None and actor.authority_id != authority:
        return "This belongs to another force."
    role = actor.role if actor else PROGRAM
    if role in wanted.roles:
        return ""
    if wanted.only:
        return wanted.only
    own = Role(role).label if role in Role.values else role
    return f"You cannot {wanted.does}: your role, {own}, is not among those that do."


def why_not_in(event: str, state: Stage) -> str:
    """Why the step is not possible in the state, for whomever; empty where it is.

    For many cases at once: what stands in a case besides its state is asked by `require` alone, when it is taken.
    """
    return _why_not_in(workflow().events[event], state)


def _why_not_in(wanted: Event, state: Stage) -> str:
    if state in wanted.moves:
        return ""
    return wanted.refused.get(state) or wanted.refused.get(OTHERWISE) or workflow().states[state]


def target(event: str, case: Case, **what: Any) -> Stage:
    """The state to which the event leads from where the case is. Raises KeyError when it is not possible there."""
    moves = workflow().events[event].moves[case_standing(case, timezone.localdate()).stage]
    for condition, to in moves.items():
        if condition != OTHERWISE and CONDITIONS[condition](case, **what):
            return to
    return moves[OTHERWISE]


def sees_cases(actor: StaffMember) -> bool:
    """Whether the person may open the cases of their force."""
    return workflow().sights[actor.role] == "cases"


def works(actor: StaffMember) -> bool:
    """Whether the person's role changes cases at all, and does not only read them."""
    return actor.role in workflow().events["decide"].roles


# What can be asked of a case


def what_the_letter_lacks(case: Case) -> str:
    """Everything that keeps the answer from being complete."""
    return "; ".join(
        f"{gap.about}: {gap.what}" for gap in letter_gaps(load(case.pk, open_portion(case.pk)), timezone.localdate())
    )


def what_is_undecided(case: Case) -> str:
    """The first question without an outcome, or whose decision is not complete."""
    decisions = list(Decision.objects.filter(case=case))
    for question in _unanswered(case).prefetch_related("parts"):
        own = [decision for decision in decisions if decision.question_id == question.pk]
        name = question.asked.name
        name = f"{name[0].lower()}{name[1:]}"
        if not any(decision.outcome for decision in own):
            return f"{name} has no outcome"
        if not all(decision.completed for decision in own):
            return f"the decision on {name} is not marked as complete"
    return "a decision is not marked as complete"


def _on_its_way(case: Case) -> bool:
    return Response.objects.filter(case=case, kind=LetterKind.ANSWER, state=ResponseState.SENDING).exists()


def _why_nothing_to_publish(case: Case) -> str:
    sent = Response.objects.filter(case=case, kind=LetterKind.ANSWER, state=ResponseState.SENT)
    if sent.filter(publication__isnull=True).exists():
        return ""
    return "it is already on the disclosure log" if sent else "only an answer that has been sent can be published"


def _unanswered(case: Case) -> QuerySet[Question]:
    """The questions that no letter which holds answers."""
    # Not those of the case as it was loaded, which may be the ones of one letter.
    return Question.objects.filter(case=case.pk, answered_questions__isnull=True)


def _everything_is_decided(case: Case) -> bool:
    """Whether each question of the case, answered or not, has a decision that is complete."""
    decided = with_standing(Case.objects.filter(pk=case.pk)).get()
    values = vars(decided)
    return bool(values["decided_total"] == values["question_total"] and not values["open_decisions"])


def _nothing_is_left(case: Case) -> bool:
    """Whether every question stands in a letter, and any other information that was decided on."""
    rest = Decision.objects.filter(case=case, question__isnull=True).exists()
    held = AnsweredQuestion.objects.filter(case=case, question__isnull=True).exists()
    return not _unanswered(case).exists() and (held or not rest)


def _not_held(case: Case, *, decision: Decision) -> bool:
    """Whether the letter that is up answers other questions than the one that the decision is about."""
    holding = AnsweredQuestion.objects.filter(case=case, response__state__in=PENDING_STATES)
    if holding.filter(question=decision.question_id).exists():
        return False
    return decision.question_id is not None or decision.pk is not None


def _has_ended(case: Case) -> bool:
    return case_standing(case, timezone.localdate()).stage is Stage.ENDED


GUARDS: dict[str, Callable[[Case], str]] = {
    "the_answer_is_not_on_its_way": lambda case: "the letter is being sent" if _on_its_way(case) else "",
    "nobody_is_sending_it": lambda case: "it is being sent already" if _on_its_way(case) else "",
    "it_was_not_withdrawn": lambda case: (
        "the request was withdrawn; anything further is a new request"
        if ClockEvent.objects.filter(case=case.pk, kind="withdrawn").exists() and _has_ended(case)
        else ""
    ),
    "it_lapsed": lambda case: (
        "" if endings(case.pk).values_list("kind", flat=True).first() == LAPSED else "the request did not lapse"
    ),
    "a_question_is_decided": lambda case: (
        "" if _unanswered(case).filter(decisions__completed=True).exists() else "no open question is decided"
    ),
    "a_letter_waits_to_be_published": _why_nothing_to_publish,
    "a_letter_is_published": lambda case: (
        "" if Publication.objects.filter(response__case=case).exists() else "the answer is not on the disclosure log"
    ),
    "its_sending_was_interrupted": lambda case: (
        "" if _on_its_way(case) else "the sending of this letter was not interrupted"
    ),
}
"""What else has to hold, by name: each says why it does not, or nothing."""

REASONS: dict[str, Callable[[Case], str]] = {
    "@what_the_letter_lacks": what_the_letter_lacks,
    "@what_is_undecided": what_is_undecided,
}
"""Reasons that are found in the case, by the name under which the table asks for them."""

CONDITIONS: dict[str, Callable[..., bool]] = {
    "it_is_the_last": lambda case, decision: (
        case.questions.count() == case.decisions.filter(question__isnull=False).count()
        and not case.decisions.filter(completed=False).exclude(pk=decision.pk).exists()
    ),
    "the_letter_does_not_hold_it": _not_held,
    "nothing_is_decided": lambda case, **_: not Decision.objects.filter(case=case.pk).exists(),
    "everything_is_decided": lambda case, **_: _everything_is_decided(case),
    "it_is_being_sent": lambda case, **_: _on_its_way(case),
    "it_is_the_last_step": lambda case, **_: (
        ClearanceStep.objects.filter(
            response__case=case,
            response__kind=LetterKind.ANSWER,
            response__state=ResponseState.AWAITING_CLEARANCE,
            informs=False,
            done_at=None,
        ).count()
        == 1
    ),
    "nothing_is_left": lambda case, **_: _nothing_is_left(case),
    "nothing_is_left_to_publish": lambda case, **_: _nothing_is_left(case) and not awaiting_publication(case).exists(),
    "it_is_the_last_to_be_published": lambda case, **_: awaiting_publication(case).count() == 1,
    "it_is_the_only_one": lambda case, decision: not case.decisions.exclude(pk=decision.pk).exists(),
}
"""What decides between two targets of one move."""


def _in_words(said: str, case: Case) -> str:
    return REASONS[said](case).rstrip(".") if said.startswith("@") else said


# The table


@cache
def workflow() -> Workflow:
    """The table of this program. Raises WorkflowError."""
    return read(resources.files("candour.desk").joinpath("workflow.toml").read_text(encoding="utf-8"))


def read(text: str) -> Workflow:
    """The table of this text, checked. Raises WorkflowError naming what is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkflowError(f"the workflow is not TOML: {error}") from error
    _same("top", set(raw), {"states", "roles", "events"})
    _same("states", set(raw["states"]), set(Stage.values))
    _same("roles", set(raw["roles"]), {*Role.values, PROGRAM})
    for role, sight in raw["roles"].items():
        _known(f"role {role}", sight, _SIGHTS)
    events: dict[str, Event] = {}
    for entry in raw["events"]:
        event = _event(entry)
        if event.name in events:
            raise WorkflowError(f"event {event.name} stands there twice")
        events[event.name] = event
    states = {Stage(state): values["so"] for state, values in raw["states"].items()}
    _reachable(events)
    return Workflow(states, raw["roles"], events)


def _event(entry: dict[str, Any]) -> Event:
    name = entry.get("name", "without a name")
    place = f"event {name}"
    if unknown := set(entry) - _KEYS:
        raise WorkflowError(f"{place} has the unknown key {min(unknown)}")
    if lacking := {"name", "does", "roles"} - set(entry):
        raise WorkflowError(f"{place} lacks {min(lacking)}")
    if not entry["roles"] or len(set(entry["roles"])) != len(entry["roles"]):
        raise WorkflowError(f"{place} needs roles, each once")
    for role in entry["roles"]:
        _known(place, role, {*Role.values, PROGRAM})
    for guard in entry.get("guards", []):
        _known(place, guard, set(GUARDS))
    for state, said in entry.get("refused", {}).items():
        _known(place, state, {*Stage.values, OTHERWISE})
        if said.startswith("@"):
            _known(place, said, set(REASONS))
    if sum(key in entry for key in ("moves", "stays", "opens", "force")) != 1:
        raise WorkflowError(f"{place} needs exactly one of moves, stays, opens and force")
    raw = entry.get("moves") or {state: state for state in entry.get("stays", [])}
    moves = {}
    for state, to in raw.items():
        _known(place, state, set(Stage.values))
        moves[Stage(state)] = _targets(f"{place}, from {state}", to)
    if clash := {*map(str, moves)} & set(entry.get("refused", {})):
        raise WorkflowError(f"{place} is both possible and refused in {min(clash)}")
    if "opens" in entry:
        _known(place, entry["opens"], set(Stage.values))
    return Event(
        name=name,
        does=entry["does"],
        roles=frozenset(entry["roles"]),
        only=entry.get("only", ""),
        guards=tuple(entry.get("guards", ())),
        moves=moves,
        refused=entry.get("refused", {}),
        concerns_a_case=not entry.get("force") and "opens" not in entry,
        opens=Stage(entry["opens"]) if "opens" in entry else None,
    )


def _targets(place: str, to: str | dict[str, str]) -> dict[str, Stage]:
    """The target for each condition, `otherwise` among them."""
    targets = {OTHERWISE: to} if isinstance(to, str) else to
    if OTHERWISE not in targets:
        raise WorkflowError(f"{place}: no target is given for what is otherwise")
    for condition, state in targets.items():
        _known(place, condition, {*CONDITIONS, OTHERWISE})
        _known(place, state, set(Stage.values))
    return {condition: Stage(state) for condition, state in targets.items()}


def _reachable(events: Mapping[str, Event]) -> None:
    """Every state is led to from the first, and every one but the last leads on."""
    seen = {event.opens for event in events.values() if event.opens}
    while (
        more := {
            to
            for event in events.values()
            for state, targets in event.moves.items()
            if state in seen
            for to in targets.values()
        }
        - seen
    ):
        seen |= more
    if lost := set(Stage) - seen:
        raise WorkflowError(f"no way leads to the state {min(lost)}")
    leaves = {s for event in events.values() for s, targets in event.moves.items() if set(targets.values()) - {s}}
    if stuck := set(Stage) - leaves - {Stage.CLOSED}:
        raise WorkflowError(f"no way leads out of the state {min(stuck)}")


def _known(place: str, value: str, known: set[str]) -> None:
    if value not in known:
        raise WorkflowError(f"{place}: “{value}” is not known; known are {', '.join(sorted(known))}")


def _same(place: str, found: set[str], wanted: set[str]) -> None:
    if found != wanted:
        raise WorkflowError(f"{place}: {', '.join(sorted(found ^ wanted))} stands on one side only")
