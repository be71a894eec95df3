"""Whether the published addresses of a decision answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.links import check_link
from candour.desk.views.decision_page import page_of
from candour.law import Step


@staff_only
def links(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Ask every published address of the decision whether it answers."""
    page = page_of(request, pk, name)
    if request.method != "POST":
        return redirect(page.step_url(Step.PUBLISHED, None))
    items = list(page.decision.published_items.all()) if page.decision.pk else []
    context = {
        **page.context("Links"),
        "states": [check_link(item.url) for item in items[:20]],
        "published_url": page.step_url(Step.PUBLISHED, None),
    }
    return render(request, "desk/links.html", context)
