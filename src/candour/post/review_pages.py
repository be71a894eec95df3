"""The page that sends the outcome of an internal review."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, readers_may_post, staff_only
from candour.desk.models import InternalReview, ReviewState
from candour.desk.publishing.published_at_once import goes_public
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.review import what_it_lacks
from candour.desk.views.case import crumbs
from candour.desk.workflow import require
from candour.post.outbox import hurry, mail_of, progress
from candour.post.send_review import attempt_review, resolve_review, send_review, take_back_review
from candour.post.sent_pages import not_yet


@staff_only
@readers_may_post
def sending_review(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """What will be sent and the button that sends it; or, after an interruption, what became of it."""
    case = case_of(request, pk)
    review = case.reviews.filter(number=number).select_related("case", "reviewer").first()
    if review is None:
        raise Http404("There is no such review.")
    if request.method == "POST":
        try:
            _post(request, review)
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:review", pk, number)
    is_sending = review.state == ReviewState.SENDING
    mail = mail_of(review) if is_sending else None
    context = {
        "case": case,
        "review": review,
        **progress(mail, is_sending=is_sending),
        "lacking": what_it_lacks(review, timezone.localdate()) if review.is_open else [],
        "by_mail": bool(case.requester.email),
        "published_at_once": goes_public(case),
        "mine": review.reviewer_id == request.user.pk,
        "breadcrumbs": crumbs(case, "Send the review"),
    }
    return render(request, "post/send_review.html", context)


def _post(request: StaffRequest, review: InternalReview) -> None:
    action = request.POST.get("action")
    if action in {"was_sent", "was_not_sent"}:
        resolve_review(review.pk, was_sent=action == "was_sent", actor=request.user)
        messages.success(request, "Thank you: that is recorded.")
        return
    if action == "take_back":
        take_back_review(review.pk, request.user)
        messages.success(request, "The letter was taken back. The review is open again, and nothing was sent.")
        return
    mail = mail_of(review)
    if action == "try_now" and mail is not None:
        require("review", review.case, request.user)
        hurry(mail.pk)
        review = attempt_review(mail.pk)
    else:
        version, knows = request.POST.get("version", ""), request.POST.get("public") == "on"
        asked = int(version) if version.isdecimal() else -1
        review = send_review(review.pk, asked, request.user, knows_it_is_public=knows)
    if review.state == ReviewState.ANSWERED:
        messages.success(request, "The outcome of the review is sent.")
    else:
        messages.warning(request, not_yet(mail_of(review)))
