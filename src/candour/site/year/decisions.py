"""The decisions of the seeded year as rows, as far as each case had got."""

from __future__ import annotations

from datetime import datetime

from candour.desk.models import Claim, Decision, Exhibit, PublishedItem
from candour.letters.response import Answer
from candour.site.claims import claim_fields
from candour.site.year.made import Made

_TEXTS = ("explanation", "disclosed", "withheld", "scope", "advice", "publication")


def store_decisions(made: list[Made]) -> None:
    """Write every decision that had been saved by today; those that were completed are complete."""
    pairs: list[tuple[Decision, Answer]] = []
    saved_at: list[datetime] = []
    for each in made:
        saved = {step.question: step.at for step in each.planned.steps if step.what == "save"}
        done = {step.question: step.at for step in each.planned.steps if step.what == "complete"}
        for position, at in saved.items():
            answer = each.answers[position]
            pairs.append((_decision(each, position, answer, completed=position in done), answer))
            saved_at.append(done.get(position, at))
    decisions = Decision.objects.bulk_create([decision for decision, _ in pairs])
    for decision, at in zip(decisions, saved_at, strict=True):
        decision.saved_at = at
    Decision.objects.bulk_update(decisions, ["saved_at"], batch_size=200)
    Claim.objects.bulk_create(
        Claim(decision=decision, position=position, **claim_fields(claim))
        for decision, answer in pairs
        for position, claim in enumerate(answer.decision.claims)
    )
    Exhibit.objects.bulk_create(
        Exhibit(
            decision=decision,
            position=position,
            title=exhibit.table.title,
            columns=list(exhibit.table.columns),
            rows=[list(row) for row in exhibit.table.rows],
            notes=list(exhibit.table.notes),
        )
        for decision, answer in pairs
        for position, exhibit in enumerate(answer.exhibits)
    )
    PublishedItem.objects.bulk_create(
        PublishedItem(
            decision=decision,
            position=position,
            kind=PublishedItem.Kind.ANSWERS,
            title=locator.title,
            url=locator.url,
            answers=locator.answers,
        )
        for decision, answer in pairs
        for position, locator in enumerate(answer.decision.locators)
    )


def _decision(each: Made, position: int, answer: Answer, *, completed: bool) -> Decision:
    value = answer.decision
    assert value.outcome is not None
    decision = Decision(
        case=each.case,
        question=each.questions[position],
        outcome=value.outcome.value,
        completed=completed,
        version=2 if completed else 1,
        saved_by=each.people["officer"],
        **{name: getattr(value, name) for name in _TEXTS},
    )
    if value.estimate:
        decision.estimate_hours = dict(value.estimate.activities)
        decision.estimate_basis = value.estimate.basis
    return decision
