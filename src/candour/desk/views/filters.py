"""Keeping a view of the caseload under a name, renaming it, and sharing it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, readers_may_post, staff_only
from candour.desk.caseload.filters import keep, rename, share, what_is_kept
from candour.desk.forms.day import FilterForm, KeptFilterForm
from candour.desk.models import Sharing
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.workflow import why_not_allowed


@staff_only
@readers_may_post
def save_filter(request: StaffRequest) -> HttpResponse:
    """Keep a view of the caseload under a name."""
    form = FilterForm(request.POST or None, initial={"query": what_is_kept(request.GET.urlencode())})
    if request.method == "POST" and form.is_valid():
        kept = keep(request.user, form.cleaned_data["name"], form.cleaned_data["query"])
        messages.success(request, "The filter is kept. You find it above the caseload, and share it under “My day”.")
        return redirect(f"{reverse('desk:caseload')}?{kept.query}")
    context = {
        "form": form,
        "breadcrumbs": [{"text": "Caseload", "url": reverse("desk:caseload")}, {"text": "Keep this filter"}],
    }
    return render(request, "desk/save_filter.html", context)


@staff_only
@readers_may_post
def saved_filter(request: StaffRequest, number: int) -> HttpResponse:
    """Rename a filter of one’s own, share it, or delete it."""
    kept = request.user.saved_filters.select_related("person__authority").filter(pk=number).first()
    if kept is None:
        raise Http404("You keep no such filter.")
    if request.POST.get("action") == "delete":
        kept.delete()
        messages.success(request, f"The filter “{kept.name}” is deleted.")
        return redirect("desk:my-day")
    shares = not why_not_allowed("share_filter", force_of(request).pk, request.user)
    initial = {"name": kept.name, "shared": kept.shared}
    form = KeptFilterForm(request.POST if request.method == "POST" else None, initial=initial, shares=shares)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                rename(kept, form.cleaned_data["name"], request.user)
                if shares:
                    share(kept, Sharing(form.cleaned_data["shared"]), request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The filter is saved.")
            return redirect("desk:my-day")
    context = {
        "form": form,
        "kept": kept,
        "breadcrumbs": [{"text": "My day", "url": reverse("desk:my-day")}, {"text": kept.name}],
    }
    return render(request, "desk/saved_filter.html", context)
