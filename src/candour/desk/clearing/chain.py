"""The chain of a letter: its steps by rule, who can take the next one, and whether it is through."""

from __future__ import annotations

from candour.desk.clearing.rules import ClearanceRulesError, Matter, rule_for, rules_of
from candour.desk.models import Case, ClearanceStep, Response, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused


def lay_chain(response: Response, case: Case) -> str:
    """Store the steps that the force's rules give the letter; the name of the rule.

    `case` is loaded with what the letter answers. Raises Refused where the force's own rules cannot be read.
    """
    try:
        rule = rule_for(rules_of(case.authority.clearance), _matter(response, case))
    except ClearanceRulesError as error:
        raise Refused(f"The clearance rules of the force cannot be used. Ask an administrator. {error}") from error
    ClearanceStep.objects.bulk_create(
        ClearanceStep(
            response=response,
            round=number,
            position=position,
            key=step.key,
            name=step.name,
            roles=list(step.roles),
            only=step.only,
            informs=step.informs,
        )
        for number, steps in enumerate(rule.rounds, start=1)
        for position, step in enumerate(steps, start=1)
    )
    return rule.name


def next_steps(steps: list[ClearanceStep]) -> list[ClearanceStep]:
    """The steps that can be taken now: those of the first round that is not through, and what only informs."""
    waiting = [step for step in steps if step.is_open and not step.informs]
    first = min((step.round for step in waiting), default=0)
    return [step for step in steps if step.is_open and (step.informs or step.round == first)]


def waits_for(steps: list[ClearanceStep]) -> str:
    """Whom the letter waits for, by the names of their steps; empty when it waits for nobody."""
    return ", ".join(step.name for step in next_steps(steps) if not step.informs)


def is_through(steps: list[ClearanceStep]) -> bool:
    """Whether every step that the letter waits for was taken, or bypassed."""
    return bool(steps) and not any(step.is_open and not step.informs for step in steps)


def step_of(response: Response, actor: StaffMember) -> ClearanceStep | None:
    """The step that the person can take now: one that clears before one that only informs; None if there is none."""
    mine = [step for step in next_steps(list(response.steps.all())) if actor.role in step.roles]
    return min(mine, key=lambda step: step.informs, default=None)


def why_no_step(response: Response, actor: StaffMember) -> str:
    """Why the person cannot take a step of the chain now; empty when they can, and where the letter says why not."""
    steps = list(response.steps.all())
    mine = any(actor.role in step.roles for step in steps)
    if is_through(steps) and mine:
        return ""
    if any(step.done_by_id == actor.pk for step in steps):
        return "You have taken a step of this clearance already, and nobody takes two."
    if step_of(response, actor):
        return ""
    whom = waits_for(steps)
    says = f"The letter waits for: {whom}." if whom else "Every step that the letter waits for was taken."
    if any(step.is_open and actor.role in step.roles for step in steps):
        return f"Your step comes later. {says}"
    # What the rules of the force say of each step; where they say nothing of one, the names are told.
    only = [step.only for step in next_steps(steps) or steps if not step.informs]
    return " ".join(dict.fromkeys(only if all(only) and only else [says, *filter(None, only)]))


def _matter(response: Response, case: Case) -> Matter:
    if response.kind != LetterKind.ANSWER:
        return Matter(response.kind, frozenset(), frozenset(), case.title, case.profile)
    decisions = list(case.decisions.all())
    sections = {limb.section for decision in decisions for claim in decision.value.claims for limb in claim.limbs}
    asked = " ".join(
        [case.title, *(text for question in case.questions.all() for text in (question.lead_in, question.text))]
    )
    outcomes = {decision.outcome for decision in decisions if decision.outcome}
    return Matter(response.kind, frozenset(outcomes), frozenset(sections), asked, case.profile)
