"""The page that sends the outcome of an internal review."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, readers_may_post, staff_only
from candour.desk.models import ReviewState
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.review import what_it_lacks
from candour.desk.views.case import crumbs
from candour.post.send_review import resolve_review, send_review


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
            if request.POST.get("action") in {"was_sent", "was_not_sent"}:
                resolve_review(review.pk, was_sent=request.POST["action"] == "was_sent", actor=request.user)
            else:
                version = request.POST.get("version", "")
                send_review(review.pk, int(version) if version.isdecimal() else -1, request.user)
                messages.success(request, "The outcome of the review is sent.")
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:review", pk, number)
    context = {
        "case": case,
        "review": review,
        "interrupted": review.state == ReviewState.SENDING,
        "lacking": what_it_lacks(review, timezone.localdate()) if review.is_open else [],
        "by_mail": bool(case.requester.email),
        "mine": review.reviewer_id == request.user.pk,
        "breadcrumbs": crumbs(case, "Send the review"),
    }
    return render(request, "post/send_review.html", context)
