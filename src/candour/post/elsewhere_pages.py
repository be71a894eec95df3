"""The page of requests that WhatDoTheyKnow sent and that never arrived."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.refusals import Refused
from candour.post.elsewhere import missing, settle
from candour.post.forms import ReasonForm

PER_PAGE = 25


@staff_only
def not_arrived(request: StaffRequest) -> HttpResponse:
    """What the site lists and the mail does not hold, each with a way to say why nobody need look further."""
    force = force_of(request)
    wrong = None
    if request.method == "POST":
        number = request.POST.get("number", "")
        found = force.site_requests.filter(pk=int(number)).first() if number.isdigit() else None
        if found is None:
            raise Http404("There is no such request.")
        form = ReasonForm(request.POST, prefix=f"r{found.pk}")
        if form.is_valid():
            try:
                settle(found.pk, form.cleaned_data["reason"], request.user)
                messages.success(request, "Thank you: that is recorded.")
            except Refused as refusal:
                messages.error(request, str(refusal))
            return redirect("post:not-arrived")
        wrong = form
    page = Paginator(missing(force), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (each, wrong if wrong is not None and wrong.prefix == f"r{each.pk}" else ReasonForm(prefix=f"r{each.pk}"))
        for each in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "form": wrong,
        "is_looked_for": bool(force.whatdotheyknow),
        "breadcrumbs": [{"text": "Mail", "url": "../"}, {"text": "Did not arrive"}],
    }
    return render(request, "post/not_arrived.html", context)
