"""The letter of a case: what the decisions say, in the words and under the head of the force."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch

from candour.desk.models import Case, CheckedFile, CleanFile, Decision, Question
from candour.letters.compose import Gap, compose, gaps
from candour.letters.model import Letter
from candour.letters.response import Response

NAME_UNSEEN = "[name of the requester]"
"""What a draft shows for the requester, whom the people who decide do not see."""


def with_decisions() -> Prefetch[str]:
    """The prefetch that lets decisions be composed without further queries."""
    decisions = Decision.objects.select_related("question", "part", "saved_by", "topic").prefetch_related(
        "claims", "exhibits", "published_items", "question__parts", _files_given()
    )
    return Prefetch("decisions", queryset=decisions)


def _files_given() -> Prefetch[str]:
    """The files that were agreed to, without their bytes and without what a page shows of them."""
    outputs = Prefetch("outputs", queryset=CleanFile.objects.defer("content"))
    given = CheckedFile.objects.filter(agreed_at__isnull=False)
    return Prefetch("checked_files", queryset=given.defer("original", "rebuilt", "findings").prefetch_related(outputs))


def load(case_pk: int) -> Case:
    """A case with everything that its letter needs, in a fixed number of queries. Raises Case.DoesNotExist."""
    questions = Prefetch("questions", queryset=Question.objects.prefetch_related("parts"))
    return (
        Case.objects.select_related("authority", "requester")
        .prefetch_related(questions, "requests", "clock_events", with_decisions())
        .get(pk=case_pk)
    )


def response_of(case: Case, dated: date, requester: str = NAME_UNSEEN) -> Response:
    """The response that a letter is composed from: the request and the decisions, and nothing else of the case."""
    authority = case.authority
    openings = (request.opening.strip() for request in case.requests.all())
    return Response(
        sender=authority.sender,
        review_contact=authority.review_contact.strip(),
        reference=case.reference,
        subject=case.title,
        received=case.received,
        dated=dated,
        requester=requester,
        opening="\n\n".join(opening for opening in openings if opening),
        questions=tuple(question.asked for question in case.questions.all()),
        answers=tuple(decision.answer for decision in case.decisions.all()),
    )


def compose_letter(case: Case, dated: date, requester: str = NAME_UNSEEN, *, draft: bool = False) -> Letter:
    """The letter of the case. Raises IncompleteResponse unless it is a draft."""
    return compose(response_of(case, dated, requester), case.authority.words, draft=draft)


def letter_gaps(case: Case, dated: date) -> tuple[Gap, ...]:
    """What keeps the letter from being put up for clearance, in the eyes of the law and of the people who decide."""
    lacking = gaps(response_of(case, dated))
    unfinished = tuple(
        Gap(
            decision.name,
            "Mark the decision as complete",
            "the person who decides says when it is done",
        )
        for decision in case.decisions.all()
        if not decision.completed
    )
    return lacking or unfinished
