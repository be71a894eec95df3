"""Correcting the questions that were split out of a request; the text as received stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.clearing.void import void_live_letter
from candour.desk.models import Case, EventKind, Question, QuestionPart, ResponseState, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.letters.response import AskedPart


def correct_questions(case: Case, wanted: Sequence[dict[str, Any]], actor: StaffMember) -> None:
    """Make the questions of the case what `wanted` says, in that order.

    Each entry is the cleaned data of `QuestionForm`; `seen` is the question's `state` when the form was opened. Raises
    Refused when the letter has gone, when somebody else has changed, added or removed a question meanwhile, or when a
    question or part that is to go has been decided: its decision has to be taken away first.
    """
    with transaction.atomic():
        lock_case(case.pk)
        require("correct_questions", case, actor)
        _require_unchanged(case, wanted)
        _keep_answered(case, wanted)
        kept = [entry for entry in wanted if not entry["remove"]]
        _remove(case, {entry["question"] for entry in wanted if entry["remove"] and entry["question"]})
        # Two questions may swap their numbers: out of the way first, so that no two share one on the way.
        for question in case.questions.all():
            Question.objects.filter(pk=question.pk).update(number=f"#{question.pk}"[:10])
        for position, entry in enumerate(kept, start=1):
            _write(case, position, entry)
        record(case, EventKind.QUESTIONS_CHANGED, actor, f"{len(kept)} question{'s' if len(kept) != 1 else ''}.")
        void_live_letter(case, actor, "The questions were changed.")


def _require_unchanged(case: Case, wanted: Sequence[dict[str, Any]]) -> None:
    stored = {question.pk: question for question in Question.objects.filter(case=case).prefetch_related("parts")}
    known = {entry["question"]: entry.get("seen") for entry in wanted if entry["question"]}
    gone = [pk for pk in known if pk not in stored]
    if gone:
        raise Refused("Somebody else has removed a question meanwhile. Open the page again; nothing was saved.")
    new = [question.asked.name for pk, question in stored.items() if pk not in known]
    if new:
        raise Refused(f"Somebody else has added {new[0]} meanwhile. Open the page again; nothing was saved.")
    for pk, seen in known.items():
        if seen and seen != stored[pk].state:
            raise Refused(
                f"Somebody else has changed {stored[pk].asked.name} meanwhile; it now reads: "
                f"“{stored[pk].text}”. Save again to put your words in its place."
            )


def _keep_answered(case: Case, wanted: Sequence[dict[str, Any]]) -> None:
    """Raise Refused where a question that was answered in an earlier letter would change."""
    answered = Question.objects.filter(
        case=case, answered_questions__response__state__in=(ResponseState.SENT, ResponseState.SENDING)
    ).prefetch_related("parts")
    entries = {entry["question"]: entry for entry in wanted if entry["question"]}
    for question in answered:
        entry = entries[question.pk]
        now = (question.number, question.group, question.lead_in, question.text, question.asked.parts)
        asked = (*(entry[name] for name in ("number", "group", "lead_in", "text")), tuple(entry["parts"]))
        if entry["remove"] or now != asked:
            raise Refused(f"{question.asked.name} was answered in an earlier letter and can no longer be changed.")


def _remove(case: Case, unwanted: set[int]) -> None:
    for question in Question.objects.filter(case=case, pk__in=unwanted):
        if question.decisions.exists():
            raise Refused(f"{question.asked.name} has been decided. Take its decision away before you remove it.")
        question.delete()


def _write(case: Case, position: int, entry: dict[str, Any]) -> None:
    fields = {name: entry[name] for name in ("number", "group", "lead_in", "text")}
    if entry["question"]:
        question = Question.objects.get(pk=entry["question"], case=case)
        words = (question.lead_in, question.text, question.asked.parts)
        if words != (entry["lead_in"], entry["text"], tuple(entry["parts"])):
            # It was decided on other words, so somebody says anew that the decision answers them.
            question.decisions.filter(completed=True).update(completed=False, version=F("version") + 1)
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
