"""Deciding: every change of a decision, one person at a time, and never after the letter has gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from candour import law
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.clearing.void import void_letter_about
from candour.desk.models import (
    AnsweredQuestion,
    Case,
    Claim,
    Decision,
    EventKind,
    Exhibit,
    PublishedItem,
    Question,
    QuestionPart,
    ResponseState,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.workflow import require
from candour.law import Missing, missing


def refuse_if_answered(decision: Decision) -> None:
    """Raise Refused when a letter that was sent, or is on its way, answers what the decision is about."""
    gone = AnsweredQuestion.objects.filter(
        case=decision.case_id,
        question=decision.question_id,
        response__state__in=(ResponseState.SENT, ResponseState.SENDING),
    )
    if letter := gone.select_related("response").first():
        dated = letter.response.dated
        if letter.response.kind == LetterKind.HAND_OVER:
            raise Refused(
                f"{decision.name} was handed over in the letter of {dated:%-d %B %Y}. It is not decided here."
            )
        raise Refused(
            f"{decision.name} was answered in the letter of {dated:%-d %B %Y}. Its decision can no longer be changed."
        )


@contextmanager
def changing(decision: Decision, version: int, actor: StaffMember, note: str) -> Iterator[Decision]:
    """The stored decision, locked, to be changed within the block; saved, counted and recorded at its end.

    A decision that was complete has to be completed again, and a letter that was put up or cleared becomes void.
    Raises ChangedMeanwhile when `version` is not the stored one, Refused when the letter has gone.
    """
    try:
        with transaction.atomic():
            anew = decision.pk is None
            stored = _stored(decision, version, "decide", actor)
            yield stored
            stored.version = version + 1
            stored.completed = False
            stored.saved_by = actor
            stored.save()
            record(stored.case, EventKind.DECISION_SAVED, actor, f"{stored.name}: {note}.")
            void_letter_about(stored, actor, f"{stored.name} was changed.", anew=anew)
    except IntegrityError as error:
        current = _same(decision).first()
        if current is None:
            raise
        raise ChangedMeanwhile(current, current.saved_by) from error


def complete(decision: Decision, version: int, actor: StaffMember) -> tuple[Missing, ...]:
    """Mark the decision as complete, unless something is missing: then nothing is written and it is returned.

    Raises ChangedMeanwhile, Refused.
    """
    with transaction.atomic():
        stored = _found(decision, version, "complete", actor)
        if stored is None:
            return missing(law.Decision(other_information=decision.question_id is None))
        if lacking := missing(stored.value):
            return lacking
        if not stored.completed:
            stored.completed = True
            stored.version = version + 1
            stored.saved_by = actor
            stored.save()
            record(stored.case, EventKind.DECISION_COMPLETED, actor, f"{stored.name}.")
        return ()


def remove(decision: Decision, version: int, actor: StaffMember) -> None:
    """Take the decision away, with its reasons and tables. Raises ChangedMeanwhile, Refused."""
    with transaction.atomic():
        stored = _stored(decision, version, "remove_decision", actor)
        title = stored.name
        record(stored.case, EventKind.DECISION_SAVED, actor, f"{title}: taken away.")
        void_letter_about(stored, actor, f"{title} was taken away.", anew=True)
        stored.delete()


def copy_from(decision: Decision, source: Decision, version: int, actor: StaffMember) -> None:
    """Give the decision the outcome, exemptions and reasons of another of the same case; not its tables.

    Raises ChangedMeanwhile, Refused.
    """
    if source.case_id != decision.case_id:
        raise Refused("Reasons can be taken over only from a question of the same case.")
    with changing(decision, version, actor, f"reasons taken over from {source.name}") as stored:
        for name in ("outcome", "explanation", "withheld", "advice", "publication", "estimate_hours", "estimate_basis"):
            setattr(stored, name, getattr(source, name))
        stored.claims.all().delete()
        for claim in source.claims.all():
            claim.pk = None
            claim.decision = stored
            claim._state.adding = True
            claim.save()


def save_fields(stored: Decision, values: dict[str, Any]) -> None:
    """Set plain fields of a decision that is being changed."""
    for name, value in values.items():
        setattr(stored, name, value)


def replace_items(stored: Decision, kind: PublishedItem.Kind, items: list[dict[str, str]]) -> None:
    """Put other published items of one kind in the place of those stored."""
    stored.published_items.filter(kind=kind).delete()
    PublishedItem.objects.bulk_create(
        PublishedItem(decision=stored, position=position, kind=kind, **item) for position, item in enumerate(items)
    )


def add_claim(stored: Decision, limbs: list[str], by_virtue_of: list[str], *, in_the_alternative: bool) -> Claim:
    """Add a claim at the end of those of a decision that is being changed."""
    return Claim.objects.create(
        decision=stored,
        position=stored.claims.count(),
        limbs=limbs,
        by_virtue_of=by_virtue_of,
        in_the_alternative=in_the_alternative,
    )


def renumber(stored: Decision) -> None:
    """Close the gaps in the positions of claims and tables after one was taken away."""
    _close_gaps(stored.claims.all())
    _close_gaps(stored.exhibits.all())


def target(case: Case, name: str) -> Decision:
    """The decision on what `name` says ("q12", "p7", "other"): the stored one, or a new one that is not stored yet.

    Raises Question.DoesNotExist or QuestionPart.DoesNotExist when the case has no such question or part.
    """
    if name == "other":
        blank = Decision(case=case)
    elif name.startswith("p"):
        part = QuestionPart.objects.select_related("question").get(pk=_number(name), question__case=case)
        blank = Decision(case=case, question=part.question, part=part)
    else:
        blank = Decision(case=case, question=Question.objects.get(pk=_number(name), case=case))
    return _same(blank).first() or blank


def target_name(decision: Decision) -> str:
    """The name by which `target` finds the decision again."""
    if decision.part_id:
        return f"p{decision.part_id}"
    return f"q{decision.question_id}" if decision.question_id else "other"


def _close_gaps(rows: Iterable[Claim | Exhibit]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=("position",))


def _number(name: str) -> int:
    return int(name[1:]) if name[1:].isdecimal() else 0


def _same(decision: Decision) -> Any:
    return Decision.objects.select_related("case", "question", "part", "saved_by").filter(
        case=decision.case, question=decision.question, part=decision.part
    )


def _stored(decision: Decision, version: int, event: str, actor: StaffMember) -> Decision:
    """The decision as stored and locked; a new one is stored now. Raises NotAllowed, Refused, ChangedMeanwhile."""
    stored = _found(decision, version, event, actor)
    if stored is None:
        decision.save()
    return stored or decision


def _found(decision: Decision, version: int, event: str, actor: StaffMember) -> Decision | None:
    """The decision as stored and locked; None for a new one. Raises NotAllowed, Refused, ChangedMeanwhile."""
    lock_case(decision.case_id)
    require(event, decision.case, actor)
    refuse_if_answered(decision)
    stored: Decision | None = _same(decision).first()
    if stored is None:
        if version:
            raise Refused("This decision has been taken away meanwhile. Open the question again.")
        return None
    if stored.version != version:
        raise ChangedMeanwhile(stored, stored.saved_by)
    return stored
