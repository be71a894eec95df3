"""Internal review: the answer looked at anew by a person who had no part in it, within a time of its own.

The Code asks for an outcome within 20 working days, and within 40 at most; a review asked for more than 40 working days
after the answer need not be taken up (s45 Code, chapter 5). Who had a part is read from the trail, which nobody can
change, and asked again at every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from candour.desk.answering.letter import load
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.deadlines.clock import note_event, working_calendar
from candour.desk.models import (
    Case,
    Decision,
    EventKind,
    InternalReview,
    Response,
    ResponseState,
    ReviewFinding,
    ReviewResult,
    ReviewState,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import let_in
from candour.desk.workflow import require, workflow
from candour.law import Outcome
from candour.law.clock import InternalReviewAsked, ReviewExtended, Withdrawn
from candour.letters.model import day as written_day
from candour.letters.review import Result, Reviewed, ReviewOutcome, review_gaps

TARGET, LATEST, ADMISSIBLE = 20, 40, 40
"""Working days: to the outcome, to the outcome at the latest, and within which a review can be asked for."""

_NO_PART = {
    EventKind.RECEIVED,
    EventKind.CLOCK,
    EventKind.REDATED,
    EventKind.REQUESTER_SEEN,
    EventKind.MAIL,
    EventKind.REVIEW,
    EventKind.COMPLAINT,
    EventKind.BUNDLE,
    EventKind.HELD,
}
"""What somebody may have done on a case without having had a part in its answer."""


class StaleReview(Refused):
    """Somebody else saved the review after this form was opened."""


def answer_of(case: Case) -> Response | None:
    """The answer of the case that was sent last; None while none was."""
    answers = Response.objects.filter(case=case, kind=LetterKind.ANSWER, state=ResponseState.SENT)
    return answers.order_by("-sent_at").first()


def had_a_part(case: Case) -> set[int]:
    """The keys of everybody who had a part in the answer: who decided, wrote, cleared, sent, or was given the case."""
    found = {case.officer_id}
    for event in case.events.exclude(kind__in=_NO_PART):
        given = event.data.get("officer") if event.kind == EventKind.ASSIGNED else None
        found.add(given if isinstance(given, int) else event.actor_id)
    return {person for person in found if person is not None}


def who_can_review(case: Case) -> QuerySet[StaffMember]:
    """The people who see the case, are of a role that reviews, and had no part in the answer."""
    people = StaffMember.objects.filter(
        let_in(case), authority=case.authority_id, is_active=True, role__in=workflow().events["review"].roles
    )
    return people.exclude(pk__in=had_a_part(case)).order_by("first_name", "last_name", "username")


def last_day_to_ask(answered_on: date) -> date:
    """The last day on which a review can be asked for as of right."""
    return working_calendar().after(answered_on, ADMISSIBLE)


def open_review(
    case_pk: int, asked_on: date, grounds: str, actor: StaffMember, accepted_late: str = ""
) -> InternalReview:
    """Take up a request for a review. Raises Refused when no answer has gone, one is open, or it came too late.

    `accepted_late`: why it is taken up although it came after its time.
    """
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("take_up_review", case, actor)
        answer = answer_of(case)
        if answer is None or answer.sent_at is None:
            raise Refused("There is no answer to review yet.")
        if case.reviews.filter(state__in=(ReviewState.OPEN, ReviewState.SENDING)).exists():
            raise Refused("A review of this case is open already.")
        answered = answer.sent_at.date()
        if asked_on < answered:
            raise Refused("The review was asked for before the answer went. Check the day.")
        if asked_on > last_day_to_ask(answered) and not accepted_late.strip():
            raise Refused(
                f"It was asked for after {written_day(last_day_to_ask(answered))}, {ADMISSIBLE} working days from the "
                "answer. Refuse it by letter, or say why it is taken up all the same."
            )
        calendar = working_calendar()
        review = InternalReview.objects.create(
            case=case,
            number=case.reviews.count() + 1,
            asked_on=asked_on,
            grounds=grounds.strip(),
            accepted_late_because=accepted_late.strip(),
            target=calendar.after(asked_on, TARGET),
            latest=calendar.after(asked_on, LATEST),
            opened_by=actor,
        )
        note_event(case, InternalReviewAsked(asked_on), actor)
        told = f"{review.reference} asked for on {written_day(asked_on)}; outcome by {written_day(review.target)}."
        _record(review, actor, told, accepted_late)
        return review


def give_review(review_pk: int, reviewer: StaffMember, actor: StaffMember) -> None:
    """Make somebody the reviewer. Raises Refused when they had a part in the answer, or cannot review."""
    with transaction.atomic():
        review = _open(review_pk, "take_up_review", actor)
        _require_no_part(review.case, reviewer)
        if not who_can_review(review.case).filter(pk=reviewer.pk).exists():
            raise Refused(f"{reviewer} cannot review: choose somebody of the force whose role reviews.")
        review.reviewer = reviewer
        _save(review)
        _record(review, actor, f"{review.reference} given to {reviewer}.", facts={"reviewer": reviewer.pk})


def find(review_pk: int, version: int, decision: Decision, values: Mapping[str, str], actor: StaffMember) -> None:
    """Write what the review makes of one decision: result, reasons, outcome, given. Only the reviewer may.

    Raises StaleReview when somebody saved the review meanwhile.
    """
    with transaction.atomic():
        review = _open(review_pk, "review", actor)
        require_reviewer(review, actor)
        if review.version != version:
            raise StaleReview("This review was saved by somebody else meanwhile. What you wrote is kept below.")
        if decision.case_id != review.case_id:
            raise Refused("This decision is of another case.")
        result = ReviewResult(values["result"])
        changed = result != ReviewResult.UPHELD
        ReviewFinding.objects.update_or_create(
            review=review,
            decision=decision,
            defaults={
                "result": result,
                "reasons": values["reasons"].strip(),
                "outcome": Outcome(values["outcome"]).value if changed and values.get("outcome") else "",
                "given": values.get("given", "").strip() if changed else "",
            },
        )
        _save(review)
        _record(review, actor, f"{review.reference}, {decision.name}: {result.label.lower()}.")


def extend(review_pk: int, until: date, because: str, actor: StaffMember, on: date) -> None:
    """Tell that the review takes longer, within 40 working days. Raises Refused."""
    with transaction.atomic():
        review = _open(review_pk, "review", actor)
        require_reviewer(review, actor)
        if not because.strip():
            raise Refused("Say why it takes longer: the requester has to be told.")
        if not review.target < until <= review.latest:
            raise Refused(
                f"Give a day after {written_day(review.target)} and not after {written_day(review.latest)}: "
                f"{LATEST} working days are the most."
            )
        note_event(review.case, ReviewExtended(on, until, because.strip()), actor)
        review.extended_until, review.extended_because = until, because.strip()
        _save(review)
        _record(review, actor, f"{review.reference}: outcome by {written_day(until)}.", because)


def withdraw_review(review_pk: int, on: date, actor: StaffMember) -> None:
    """Write down that the requester withdrew the request for a review. Raises Refused."""
    with transaction.atomic():
        review = _open(review_pk, "take_up_review", actor)
        note_event(review.case, Withdrawn(on), actor)
        review.state = ReviewState.WITHDRAWN
        _save(review)
        _record(review, actor, f"{review.reference} was withdrawn by the requester.")


def require_reviewer(review: InternalReview, actor: StaffMember) -> None:
    """Raise NotAllowed unless the person is the reviewer and had no part in the answer."""
    if review.reviewer_id != actor.pk:
        raise NotAllowed("Only the reviewer of this case writes its review. The review can be given to another.")
    _require_no_part(review.case, actor)


def _require_no_part(case: Case, person: StaffMember) -> None:
    if person.pk in had_a_part(case):
        raise NotAllowed(f"{person} had a part in the answer, so somebody else has to review it.")


def outcome_of(review: InternalReview, dated: date, requester: str = "") -> ReviewOutcome:
    """What the letter of the review is composed from."""
    case = load(review.case_id)
    answer = answer_of(case)
    assert answer is not None
    assert answer.sent_at is not None
    findings = {found.decision_id: found for found in review.findings.all()}
    return ReviewOutcome(
        sender=case.authority.sender,
        reference=review.reference,
        subject=case.title,
        received=case.received,
        asked_on=review.asked_on,
        answered_on=answer.sent_at.date(),
        dated=dated,
        requester=requester,
        review_contact=case.authority.review_contact.strip(),
        findings=tuple(
            Reviewed(
                decision.name,
                decision.about,
                decision.question.asked.text if decision.question else decision.scope,
                Result(findings[decision.pk].result),
                findings[decision.pk].reasons,
                Outcome(findings[decision.pk].outcome) if findings[decision.pk].outcome else None,
                findings[decision.pk].given,
            )
            for decision in case.decisions.all()
            if decision.pk in findings
        ),
    )


def what_it_lacks(review: InternalReview, dated: date) -> list[str]:
    """What keeps the letter of the review from going, in words; empty when nothing does."""
    if answer_of(review.case) is None:
        return ["There is no answer that could be reviewed"]
    names = tuple(decision.name for decision in load(review.case_id).decisions.all())
    return [f"{gap.about}: {gap.what}" for gap in review_gaps(outcome_of(review, dated), names)]


def locked_review(review_pk: int) -> InternalReview:
    """The review, locked after its case until the transaction ends. Raises InternalReview.DoesNotExist."""
    lock_case(InternalReview.objects.values_list("case", flat=True).get(pk=review_pk))
    return InternalReview.objects.select_for_update().select_related("case__authority").get(pk=review_pk)


def _open(review_pk: int, event: str, actor: StaffMember) -> InternalReview:
    review = locked_review(review_pk)
    require(event, review.case, actor)
    if review.state != ReviewState.OPEN:
        raise Refused("This review is no longer open.")
    return review


def _save(review: InternalReview) -> None:
    review.version += 1
    review.save()


def _record(
    review: InternalReview, actor: StaffMember, told: str, why: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    record(review.case, EventKind.REVIEW, actor, told, why.strip(), {"review": review.pk, **(facts or {})})
