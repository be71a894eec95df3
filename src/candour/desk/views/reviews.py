"""Internal reviews: all that are open, one taken up, given to somebody, found on question by question, answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe

from candour.desk.access import StaffRequest, case_of, force_of, holding_the_case, readers_may_post, staff_only
from candour.desk.answering.decide import target, target_name
from candour.desk.audit_trail.writing import record
from candour.desk.forms.review import ExtendReviewForm, FindingForm, GiveReviewForm, NewReviewForm
from candour.desk.models import (
    Appeal,
    Case,
    Complaint,
    Decision,
    EventKind,
    InternalReview,
    NoticeStep,
    Question,
    QuestionPart,
    ReviewFinding,
    ReviewResult,
    ReviewState,
)
from candour.desk.models.review import OPEN_REVIEWS
from candour.desk.publishing.masking import change_text, mask, masked_question
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.review import (
    StaleReview,
    answer_of,
    extend,
    find,
    give_review,
    last_day_to_ask,
    open_review,
    outcome_of,
    what_it_lacks,
    who_can_review,
    withdraw_review,
)
from candour.desk.sight import open_to
from candour.desk.views.case import crumbs
from candour.desk.views.letter import download
from candour.desk.workflow import require
from candour.letters.review import compose_review
from candour.letters.write.html import sections_fragment

_LAST_DAY = Coalesce("answered_on", "asked_on")
_MOST_OVER = 20
"""How many of what has ended the list shows; the page of each case has its own."""


@staff_only
def reviews(request: StaffRequest) -> HttpResponse:
    """What follows answers of the force and is open, the earliest date first; and what has ended, the latest first."""
    force, person, today = force_of(request), request.user, timezone.localdate()
    all_reviews = InternalReview.objects.filter(open_to(person), case__authority=force).select_related(
        "case", "reviewer"
    )
    open_ones = all_reviews.filter(state__in=OPEN_REVIEWS)
    over = all_reviews.exclude(state__in=OPEN_REVIEWS).prefetch_related("findings")
    complaints = Complaint.objects.filter(open_to(person), case__authority=force).select_related("case")
    waiting = complaints.filter(closed_on__isnull=True)
    of_complaints = open_to(person, "complaint__case")
    steps = NoticeStep.objects.filter(of_complaints, complaint__case__authority=force, done_on__isnull=True)
    appeals = Appeal.objects.filter(of_complaints, complaint__case__authority=force, decided_on__isnull=True)
    context = {
        "reviews": sorted(open_ones, key=lambda review: (review.extended_until or review.target, review.pk)),
        "complaints": list(waiting.order_by(F("respond_by").asc(nulls_last=True), "told_on")),
        "steps": list(steps.select_related("complaint__case")),
        "appeals": list(appeals.select_related("complaint__case")),
        "answered": [(each, _results(each)) for each in over.order_by(_LAST_DAY.desc(), "-pk")[:_MOST_OVER]],
        "ended": list(complaints.filter(closed_on__isnull=False).order_by("-closed_on", "-pk")[:_MOST_OVER]),
        "most": _MOST_OVER,
        "today": today,
    }
    return render(request, "desk/reviews.html", context)


def _results(review: InternalReview) -> str:
    """What the review made of the decisions, in words: the furthest of its results, as the figures count it."""
    found = {finding.result for finding in review.findings.all()}
    furthest = [
        result for result in (ReviewResult.OVERTURNED, ReviewResult.VARIED, ReviewResult.UPHELD) if result in found
    ]
    return str(furthest[0].label) if furthest and review.state == ReviewState.ANSWERED else ""


@staff_only
@readers_may_post
def new_review(request: StaffRequest, pk: int) -> HttpResponse:
    """Take up a request for a review."""
    case = case_of(request, pk)
    form = NewReviewForm(request.POST or None, initial={"asked_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            review = open_review(pk, values["asked_on"], values["grounds"], request.user, values["accepted_late"])
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The review has the reference {review.reference}. Now give it to somebody.")
            return redirect("desk:review", pk, review.number)
    answer = answer_of(case)
    last = last_day_to_ask(answer.sent_at.date()) if answer and answer.sent_at else None
    context = {"case": case, "form": form, "last": last, "breadcrumbs": crumbs(case, "Internal review")}
    return render(request, "desk/review_new.html", context)


@staff_only
@readers_may_post
@holding_the_case
def review(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One review: who does it, by when, what it finds, and the letter as it stands."""
    case = case_of(request, pk)
    found = _review(case, number)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    posted = {action: request.POST}
    forms: dict[str, Any] = {
        "give": GiveReviewForm(
            posted.get("give"),
            prefix="give",
            people=who_can_review(case),
            stands={"Reviewer": str(found.reviewer or "nobody yet")},
        ),
        "extend": ExtendReviewForm(
            posted.get("extend"),
            prefix="extend",
            stands={"Outcome by": date_format(found.extended_until or found.target, "j F Y")},
        ),
    }
    if request.method == "POST" and _acted(request, found, action, forms.get(action)):
        return redirect("desk:review", pk, number)
    today = timezone.localdate()
    lacking = what_it_lacks(found, today) if found.is_open else []
    findings = {each.decision_id: each for each in found.findings.all()}
    context = {
        "case": case,
        "review": found,
        "items": [_item(decision, findings.get(decision.pk), case) for decision in case.decisions.all()],
        "forms": forms,
        "form": next((form for form in forms.values() if form.errors), None),
        "mine": found.reviewer_id == request.user.pk,
        "lacking": lacking,
        "preview": _preview(found) if findings and not lacking and found.is_open else "",
        "files": list(found.files.defer("content")),
        "today": today,
        "breadcrumbs": crumbs(case, "Internal review"),
    }
    return render(request, "desk/review.html", context)


@staff_only
@readers_may_post
def finding(request: StaffRequest, pk: int, number: int, name: str) -> HttpResponse:
    """What the review makes of one decision."""
    case = case_of(request, pk)
    found = _review(case, number)
    decision = _decision(case, name)
    stored = found.findings.filter(decision=decision).first()
    initial: dict[str, Any] = {"version": found.version}
    if stored:
        initial |= {name: getattr(stored, name) for name in ("result", "reasons", "outcome", "given")}
    form = FindingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            find(found.pk, form.cleaned_data["version"], decision, form.cleaned_data, request.user)
        except NotAllowed:
            raise
        except StaleReview as stale:
            form.add_error(None, str(stale))
            form.data = {**request.POST.dict(), "version": str(_review(case, number).version)}
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"What you find on {decision.name.lower()} is saved.")
            return redirect("desk:review", pk, number)
    context = {
        "case": case,
        "review": found,
        "decision": decision,
        "asked": masked_question(decision.question.asked, case.requester) if decision.question else None,
        "form": form,
        "mine": found.reviewer_id == request.user.pk,
        "breadcrumbs": [
            *crumbs(case, "Internal review")[:-1],
            {"text": "Internal review", "url": reverse("desk:review", args=[pk, number])},
            {"text": decision.name},
        ],
    }
    return render(request, "desk/review_finding.html", context)


@staff_only
def review_file(request: StaffRequest, pk: int, number: int, name: str) -> HttpResponse:
    """A form of the letter of a review as it was sent; it names the requester, so opening it is a look at who asked."""
    case = case_of(request, pk)
    file = _review(case, number).files.filter(name=name).first()
    if file is None:
        raise Http404("There is no such file.")
    with transaction.atomic():
        require("look", case, request.user)
        record(case, EventKind.REQUESTER_SEEN, request.user, f"Opened {file.name}, which names the requester.")
    return download(file.name, file.media_type, bytes(file.content), inline=file.media_type == "application/pdf")


def _acted(request: StaffRequest, review: InternalReview, action: str, form: Any) -> bool:
    """Do what the button says; whether the page is to be opened again."""
    today = timezone.localdate()
    steps: dict[str, Callable[[], None]] = {
        "give": lambda: give_review(review.pk, form.cleaned_data["reviewer"], request.user),
        "extend": lambda: extend(
            review.pk, form.cleaned_data["until"], form.cleaned_data["because"], request.user, today
        ),
        "withdraw": lambda: withdraw_review(review.pk, today, request.user),
    }
    if action not in steps or (form is not None and not form.is_valid()):
        return action not in steps
    try:
        steps[action]()
    except NotAllowed:
        raise
    except Refused as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
            return False
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is recorded.")
    return True


def _review(case: Case, number: int) -> InternalReview:
    found = case.reviews.filter(number=number).select_related("case__authority", "reviewer", "opened_by").first()
    if found is None:
        raise Http404("There is no such review.")
    return found


def _decision(case: Case, name: str) -> Decision:
    try:
        decision = target(case, name)
    except (Question.DoesNotExist, QuestionPart.DoesNotExist):
        raise Http404("There is no such decision.") from None
    if decision.pk is None:
        raise Http404("There is no such decision.")
    return decision


def _item(decision: Decision, finding: ReviewFinding | None, case: Case) -> dict[str, Any]:
    """One decision and what was found on it, without who asked; `now` is its new outcome."""
    return {
        "name": target_name(decision),
        "title": decision.name,
        "asked": _asked(decision, case),
        "result": finding.get_result_display() if finding else "",
        "reasons": mask(finding.reasons, case.requester) if finding else "",
        "now": finding.new_outcome if finding else "",
        "given": mask(finding.given, case.requester) if finding else "",
    }


def _asked(decision: Decision, case: Case) -> str:
    """What the decision answers, without who asked; empty for any other information."""
    if decision.question is None:
        return ""
    asked = masked_question(decision.question.asked, case.requester)
    return next(
        (part.text for part in asked.parts if decision.part and part.letter == decision.part.letter), asked.text
    )


def _preview(review: InternalReview) -> str:
    outcome = outcome_of(review, timezone.localdate())
    blind = replace(outcome, findings=change_text(outcome.findings, lambda text: mask(text, review.case.requester)))
    letter = compose_review(blind, review.case.authority.words)
    # Written by our own letter writer, which escapes every text.
    return mark_safe(sections_fragment(letter.sections, 3))  # noqa: S308  see above
