"""Correcting the questions that were split out of a request; the text as received stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from candour.desk.clear import void_live_letter
from candour.desk.decide import refuse_if_sent
from candour.desk.models import Case, EventKind, Question, QuestionPart, StaffMember
from candour.desk.refusals import Refused
from candour.desk.trail import record
from candour.letters.response import AskedPart


def correct_questions(case: Case, wanted: Sequence[dict[str, Any]], actor: StaffMember) -> None:
    """Make the questions of the case what `wanted` says, in that order.

    Each entry is the cleaned data of `QuestionForm`. Raises Refused when the letter has gone, or when a question or
    part that is to go has been decided: its decision has to be taken away first.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        refuse_if_sent(case)
        kept = [entry for entry in wanted if not entry["remove"]]
        _remove_others(case, {entry["question"] for entry in kept if entry["question"]})
        # Two questions may swap their numbers: out of the way first, so that no two share one on the way.
        for question in case.questions.all():
            Question.objects.filter(pk=question.pk).update(number=f"#{question.pk}"[:10])
        for position, entry in enumerate(kept, start=1):
            _write(case, position, entry)
        record(case, EventKind.QUESTIONS_CHANGED, actor, f"{len(kept)} question{'s' if len(kept) != 1 else ''}.")
        void_live_letter(case, actor, "The questions were changed.")


def _remove_others(case: Case, kept: set[int]) -> None:
    for question in Question.objects.filter(case=case).exclude(pk__in=kept):
        if question.decisions.exists():
            raise Refused(f"{question.asked.name} has been decided. Take its decision away before you remove it.")
        question.delete()


def _write(case: Case, position: int, entry: dict[str, Any]) -> None:
    fields = {name: entry[name] for name in ("number", "group", "lead_in", "text")}
    if entry["question"]:
        question = Question.objects.get(pk=entry["question"], case=case)
        for name, value in fields.items():
            setattr(question, name, value)
        question.position = position
        question.save()
    else:
        request = case.requests.order_by("-pk").first()
        assert request is not None
        question = Question.objects.create(case=case, request=request, position=position, **fields)
    _write_parts(question, entry["parts"])


def _write_parts(question: Question, wanted: Sequence[AskedPart]) -> None:
    letters = {part.letter for part in wanted}
    for part in question.parts.all():
        if part.letter not in letters:
            if part.decisions.exists():
                raise Refused(
                    f"{question.asked.name}, part {part.letter}, has been decided. "
                    "Take its decision away before you remove it."
                )
            part.delete()
    for position, asked in enumerate(wanted, start=1):
        QuestionPart.objects.update_or_create(
            question=question, letter=asked.letter, defaults={"position": position, "text": asked.text}
        )
