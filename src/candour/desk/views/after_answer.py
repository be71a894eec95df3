"""What is still open on a case after its answer: a review, a complaint, a step of a notice, an appeal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from candour.desk.models import Case, Complaint, InternalReview


@dataclass(frozen=True, slots=True)
class StillOpen:
    """One thing that has to be done or waited for: in words, its page, and the day by which, where there is one."""

    text: str
    url: str
    by: date | None


def after_answer(case: Case) -> dict[str, Any]:
    """What the page of a case shows of this; `review_is_open`, because a second one is refused meanwhile."""
    reviews, complaints, breaches = list(case.reviews.all()), complaints_of(case), list(case.breaches.all())
    return {
        "reviews": reviews,
        "complaints": complaints,
        "still_open": still_open(reviews, complaints),
        "review_is_open": any(review.is_open for review in reviews),
        "breach_open": next((breach for breach in breaches if breach.is_open), None),
        "breaches_closed": [breach for breach in breaches if not breach.is_open],
    }


def still_open(reviews: list[InternalReview], complaints: list[Complaint]) -> list[StillOpen]:
    """What is open of these, the earliest day first; what has no day comes last."""
    found = [*_reviews(reviews), *(each for complaint in complaints for each in _of(complaint))]
    return sorted(found, key=lambda each: each.by or date.max)


def complaints_of(case: Case) -> list[Complaint]:
    """The complaints of a case with the steps and appeals of each."""
    return list(case.complaints.prefetch_related("steps", "appeals"))


def _reviews(reviews: list[InternalReview]) -> Iterator[StillOpen]:
    for review in reviews:
        if review.is_open:
            who = "" if review.reviewer_id else ", which nobody has been given"
            url = reverse("desk:review", args=[review.case_id, review.number])
            yield StillOpen(f"Internal review{who}", url, review.extended_until or review.target)


def _of(complaint: Complaint) -> Iterator[StillOpen]:
    url = reverse("desk:complaint", args=[complaint.case_id, complaint.pk])
    if complaint.is_open and complaint.responded_on:
        yield StillOpen(f"Complaint {complaint.reference}: the Commissioner has our answer", url, None)
    elif complaint.is_open:
        yield StillOpen(f"Answer the Commissioner on complaint {complaint.reference}", url, complaint.respond_by)
    for step in complaint.steps.all():
        if step.done_on is None:
            yield StillOpen(f"Step of the decision notice: {step.what}", url, step.by)
    for appeal in complaint.appeals.all():
        if appeal.decided_on is None:
            yield StillOpen(f"Appeal {appeal.reference} at the tribunal", url, appeal.hearing_on)
