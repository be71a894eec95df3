"""The page that acknowledges one request: what is said, how it goes, and the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.refusals import Refused
from candour.desk.stage import case_standing
from candour.desk.views.case import crumbs
from candour.desk.workflow import why_not_in
from candour.post.acknowledge import acknowledge, acknowledged_at, acknowledgement_to_post, body_of


@staff_only
def acknowledging(request: StaffRequest, pk: int) -> HttpResponse:
    """Tell whoever asked that the request has arrived; by post where no e-mail address was given."""
    case = case_of(request, pk)
    by_post = not case.requester.email
    if request.method == "POST":
        try:
            if by_post:
                printed = HttpResponse(acknowledgement_to_post(case, request.user), content_type="application/pdf")
                printed["Content-Disposition"] = 'attachment; filename="acknowledgement.pdf"'
                return printed
            acknowledge(case, request.user)
            messages.success(request, "The acknowledgement is on its way. “Mail” below says what becomes of it.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:case", pk)
    context = {
        "case": case,
        "by_post": by_post,
        "done": acknowledged_at(case),
        "why_not": why_not_in("acknowledge", case_standing(case, timezone.localdate()).stage),
        "body": body_of(case),
        "breadcrumbs": crumbs(case, "Acknowledge"),
    }
    return render(request, "post/acknowledge.html", context)
