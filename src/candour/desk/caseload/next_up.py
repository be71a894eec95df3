"""What somebody has to do next, in words: the first thing on the first page that they see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from candour.desk.caseload.moved import moved_dates
from candour.desk.caseload.overview import Overview
from candour.desk.caseload.queues import Queue
from candour.desk.clearing.chain import step_of
from candour.desk.clearing.clear import made_decisions
from candour.desk.models import Authority, Case, ClearanceStep, InternalReview, Response, ResponseState, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.models.review import OPEN_REVIEWS
from candour.desk.sight import open_to
from candour.desk.stage import DONE, NEXT_STEP, Stage, Standing
from candour.desk.workflow import why_not_allowed, works
from candour.letters.model import day as written_day

_MOST = 5
_FRESH = timedelta(days=3)
"""So long a date that moved stands among what is to be done first."""
_LOOKED_AT = 5 * _MOST
"""Letters with an open step of a role, looked through for those whose turn it is and that the person did not write."""
_OTHERS = {Stage.AWAITING_CLEARANCE}
"""Stages in which a case waits for somebody else than its officer."""


@dataclass(frozen=True, slots=True)
class NextUp:
    """One sentence that says what to do, the address to do it at, and whether its time has passed."""

    says: str
    where: str
    url: str
    late: bool = False


def most_urgent(seen: Overview) -> list[int]:
    """The keys of the person's open cases that are due first, from which `next_up` chooses; last what was answered."""
    mine = sorted(seen.queues[Queue.MINE], key=lambda case: case.stage is Stage.SENT)
    return [case.key for case in mine[: 3 * _MOST]]


def next_up(
    authority: Authority, person: StaffMember, cases: Iterable[tuple[Case, Standing]], today: date
) -> list[NextUp]:
    """The few things that the person should do first, the most urgent first, in five queries at most.

    `cases` are those of `most_urgent`, each with where it stands.
    """
    if not works(person):
        return [*_letters(authority, person), *_reviews(person, today)][:_MOST]
    own = [*_moved(person, today), *_cases(cases, today)]
    return [*own, *_letters(authority, person), *_reviews(person, today)][:_MOST]


def _moved(person: StaffMember, today: date) -> list[NextUp]:
    """Dates of the person’s own cases that moved without them: the plan of their day may not hold any more."""
    fresh = [each for each in moved_dates(person, today) if today - each.on <= _FRESH]
    if not fresh:
        return []
    those = "one of your cases" if len(fresh) == 1 else f"{len(fresh)} of your cases"
    return [NextUp(f"The date of {those} has moved.", "See which, and why", reverse("desk:my-day"))]


def _cases(cases: Iterable[tuple[Case, Standing]], today: date) -> list[NextUp]:
    """The person's own cases that wait for them."""
    found = []
    for case, stands in cases:
        if stands.stage not in _OTHERS:
            says = f"{NEXT_STEP[stands.stage]}{_when(case, stands.stage, today, late=stands.late)}."
            found.append(NextUp(says, _name(case), reverse("desk:case", args=[case.pk]), stands.late))
    return found[:3]


def _letters(authority: Authority, person: StaffMember) -> list[NextUp]:
    """Letters of others that wait for a step of the person, the oldest first."""
    if why_not_allowed("clear", authority.pk, person):
        return []
    waiting = Response.objects.filter(
        open_to(person), case__authority=authority, state=ResponseState.AWAITING_CLEARANCE
    )
    steps = ClearanceStep.objects.filter(response=OuterRef("pk"))
    taken = Exists(steps.filter(done_by=person))
    # In the text of the list, since SQLite has no way to ask whether one holds something.
    open_to_role = steps.annotate(named=Cast("roles", TextField())).filter(named__contains=f'"{person.role}"')
    theirs = waiting.exclude(prepared_by=person).filter(~taken, Exists(open_to_role.filter(done_at=None)))
    oldest = theirs.select_related("case").order_by("prepared_at")
    oldest = oldest.only("kind", "prepared_at", "case__reference", "case__title")
    letters = [letter for letter in oldest.prefetch_related("steps")[:_LOOKED_AT] if step_of(letter, person)]
    wrote = set(made_decisions(person, [letter.case_id for letter in letters])) if letters else set()
    return [
        NextUp(
            f"Read and {'note' if _informs(letter, person) else 'clear'} the letter, which has waited since "
            f"{written_day(letter.prepared_at.date())}.",
            _name(letter.case),
            _page_of(letter),
        )
        for letter in letters
        if letter.kind != LetterKind.ANSWER or letter.case_id not in wrote
    ][:_MOST]


def _informs(letter: Response, person: StaffMember) -> bool:
    step = step_of(letter, person)
    return step is not None and step.informs


def _page_of(letter: Response) -> str:
    if letter.kind == LetterKind.ANSWER:
        return reverse("desk:clearance", args=[letter.case_id])
    return reverse("desk:notice-clearance", args=[letter.case_id, letter.pk])


def _reviews(person: StaffMember, today: date) -> list[NextUp]:
    """Internal reviews that were given to the person."""
    given = InternalReview.objects.filter(open_to(person), reviewer=person, state__in=OPEN_REVIEWS)
    return [
        NextUp(
            f"Review the answer by {written_day(review.extended_until or review.target)}.",
            _name(review.case),
            reverse("desk:review", args=[review.case_id, review.number]),
            (review.extended_until or review.target) < today,
        )
        for review in given.select_related("case")[:_MOST]
    ]


def _when(case: Case, stage: Stage, today: date, *, late: bool) -> str:
    if case.due is None or stage in DONE:
        return ""
    if late:
        return f": it was due on {written_day(case.due)}"
    return ": it is due today" if case.due == today else f" by {written_day(case.due)}"


def _name(case: Case) -> str:
    return f"{case.reference} {case.title}"
