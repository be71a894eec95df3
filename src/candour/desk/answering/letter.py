"""The letter of a case: what the decisions say, in the words and under the head of the force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from candour.desk.models import AnsweredQuestion, Case, CheckedFile, CleanFile, Decision, Handling, Question
from candour.desk.models import Response as StoredLetter
from candour.desk.models.response import PENDING_STATES, LetterKind, ResponseState
from candour.letters.compose import Gap, compose, gaps
from candour.letters.labels import OTHER
from candour.letters.model import Letter
from candour.letters.response import AnsweredBefore, Response

_LAST = 1_000_000
"""A position after every question."""

NAME_UNSEEN = "[name of the requester]"
"""What a draft shows for the requester, whom the people who decide do not see."""


HANDED_OVER = Q(response__kind=LetterKind.HAND_OVER)
"""What a letter hands over, whether it is on its way or has gone: no answer takes it meanwhile."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one letter answers: questions by their keys, and any other information with `rest`."""

    questions: frozenset[int]
    rest: bool

    @property
    def decisions(self) -> Q:
        """The decisions of the portion."""
        return (
            Q(question__in=self.questions) | Q(question__isnull=True) if self.rest else Q(question__in=self.questions)
        )

    def labels(self, case: Case) -> tuple[str, ...]:
        """What the portion holds, as letters name it. The questions of the case must be all of them."""
        named = tuple(question.label for question in case.questions.all() if question.pk in self.questions)
        return (*named, OTHER) if self.rest else named


def open_portion(case_pk: int) -> Portion:
    """Everything that no letter which was sent has answered, and none that holds hands over."""
    gone = AnsweredQuestion.objects.filter(Q(response__state=ResponseState.SENT) | HANDED_OVER, case=case_pk)
    sent: set[int | None] = set(gone.values_list("question", flat=True))
    asked = Question.objects.filter(case=case_pk).exclude(pk__in=[pk for pk in sent if pk is not None])
    rest = None not in sent and Decision.objects.filter(case=case_pk, question__isnull=True).exists()
    return Portion(frozenset(asked.values_list("pk", flat=True)), rest)


def portion_of(letter: StoredLetter) -> Portion:
    """What the stored answer answers."""
    held: set[int | None] = set(letter.answered.values_list("question", flat=True))
    return Portion(frozenset(pk for pk in held if pk is not None), None in held)


def decided_questions(case_pk: int, portion: Portion) -> list[Question]:
    """The questions of the portion that are decided, as a whole or in each part, with nothing left to complete."""
    asked = Question.objects.filter(case=case_pk, pk__in=portion.questions).prefetch_related("parts", "decisions")
    return [question for question in asked if _is_decided(question)]


def rest_is_decided(case_pk: int, portion: Portion) -> bool:
    """Whether the portion holds a complete decision on any other information."""
    return portion.rest and Decision.objects.filter(case=case_pk, question__isnull=True, completed=True).exists()


def _is_decided(question: Question) -> bool:
    decisions = list(question.decisions.all())
    if not decisions or not all(decision.completed for decision in decisions):
        return False
    parts = {part.pk for part in question.parts.all()}
    return any(decision.part_id is None for decision in decisions) or parts <= {each.part_id for each in decisions}


def with_decisions(portion: Portion | None = None) -> Prefetch[str]:
    """The prefetch that lets decisions be composed without further queries; those of a portion, if one is given."""
    chosen = Decision.objects.filter(portion.decisions if portion else Q())
    decisions = chosen.select_related("question", "part", "saved_by", "topic").prefetch_related(
        "claims", "exhibits", "published_items", "question__parts", _files_given()
    )
    return Prefetch("decisions", queryset=decisions)


def _files_given() -> Prefetch[str]:
    """The files that were agreed to, without their bytes and without what a page shows of them."""
    outputs = Prefetch("outputs", queryset=CleanFile.objects.defer("content"))
    given = CheckedFile.objects.filter(agreed_at__isnull=False)
    return Prefetch("checked_files", queryset=given.defer("original", "rebuilt", "findings").prefetch_related(outputs))


def load(case_pk: int, portion: Portion | None = None) -> Case:
    """A case with everything that its letter needs, in a fixed number of queries. Raises Case.DoesNotExist.

    With a portion its questions and decisions are those of one letter only, and the case says what stood in earlier
    letters and what follows.
    """
    asked = Question.objects.filter(pk__in=portion.questions) if portion else Question.objects.all()
    questions = Prefetch("questions", queryset=asked.prefetch_related("parts"))
    answered = Prefetch("answered_questions", queryset=AnsweredQuestion.objects.select_related("response", "question"))
    case = (
        Case.objects.select_related("authority", "requester", "restriction")
        .prefetch_related(questions, "requests", "clock_events", answered, with_decisions(portion))
        .get(pk=case_pk)
    )
    if portion:
        _say_stage(case, portion)
    return case


def load_letter(letter: StoredLetter) -> Case:
    """The case with what the stored answer answers; the whole case for a letter that is no answer."""
    return load(letter.case_id, portion_of(letter) if letter.kind == LetterKind.ANSWER else None)


def next_portion(case_pk: int) -> Portion:
    """What the letter that is up answers, or else everything that is still open; of a closed case the last letter."""
    letters = StoredLetter.objects.filter(case=case_pk, kind=LetterKind.ANSWER)
    if pending := letters.filter(state__in=PENDING_STATES).first():
        return portion_of(pending)
    opened = open_portion(case_pk)
    if opened.questions or opened.rest or not (sent := letters.filter(state=ResponseState.SENT).first()):
        return opened
    return portion_of(sent)


def keys_of_decisions(case: Case) -> list[int]:
    """The decisions of the case as it was loaded: all of them, or those of one letter."""
    return [decision.pk for decision in case.decisions.all()]


def _say_stage(case: Case, portion: Portion) -> None:
    """Put down what earlier letters of the case answered, and what is left after this portion."""
    earlier: dict[int, list[AnsweredQuestion]] = {}
    for each in case.answered_questions.all():
        ours = each.question_id in portion.questions if each.question_id else portion.rest
        if each.response.state == ResponseState.SENT and not ours:
            earlier.setdefault(each.response_id, []).append(each)
    in_order = [earlier[pk] for pk in sorted(earlier)]
    for held in in_order:
        held.sort(key=lambda one: one.question.position if one.question else _LAST)
    case.before = tuple(
        AnsweredBefore(
            tuple(one.question.label if one.question else OTHER for one in held),
            held[0].response.dated,
            held[0].response.kind == LetterKind.HAND_OVER,
        )
        for held in in_order
    )
    handed = {one.question_id for one in case.answered_questions.all() if one.response.kind == LetterKind.HAND_OVER}
    done = handed | {one.question_id for held in in_order for one in held} | portion.questions
    left = [question.label for question in Question.objects.filter(case=case) if question.pk not in done]
    if not portion.rest and None not in done and Decision.objects.filter(case=case, question__isnull=True).exists():
        left.append(OTHER)
    case.following = tuple(left)


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
        before=case.before,
        following=case.following,
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
    elsewhere = tuple(
        Gap(
            f"question {question.label}",
            "Hand it over, or triage it anew",
            f"it was triaged as: {question.get_handling_display()}",
        )
        for question in case.questions.all()
        if question.handling != Handling.FOI
    )
    return elsewhere + lacking or unfinished
