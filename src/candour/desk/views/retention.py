"""Retention: what would go today, what is held, the certificates of what went, and holds of single cases."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, force_of, readers_may_post, staff_only
from candour.desk.forms.retention import DestroyForm, HoldForm
from candour.desk.keeping.retention import ask_destruction, hold, lift, open_destruction, preview
from candour.desk.models import Hold
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import restricted_cases
from candour.desk.views.case import crumbs
from candour.desk.views.letter import download
from candour.desk.workflow import why_not_allowed

SHOWN = 200


@staff_only
def retention(request: StaffRequest) -> HttpResponse:
    """The preview, and the button that has exactly what it shows destroyed."""
    force = force_of(request)
    every_going, every_kept = preview(force, timezone.localdate())
    hidden = restricted_cases(request.user).hidden
    going = [case for case in every_going if case.pk not in hidden]
    shown = going[:SHOWN]
    form = DestroyForm(request.POST or None, initial={"cases": " ".join(str(case.pk) for case in shown)})
    if request.method == "POST" and form.is_valid():
        ask_destruction(force, form.cleaned_data["cases"], request.user)
        messages.success(request, "It will be done in the background. The certificate appears on this page.")
        return redirect("desk:retention")
    context = {
        "force": force,
        "going": shown,
        "more": len(going) - len(shown),
        "kept": [case for case in every_kept if case.pk not in hidden],
        "restricted": len(every_going) - len(going),
        "form": form,
        "under_way": open_destruction(force),
        "may_destroy": not why_not_allowed("destroy", force.pk, request.user),
        "certificates": list(force.destructions.exclude(certificate="").select_related("by")),
    }
    return render(request, "desk/retention.html", context)


@staff_only
def certificate(request: StaffRequest, number: int) -> HttpResponse:
    """The certificate of one run, as a file."""
    found = force_of(request).destructions.exclude(certificate="").filter(number=number).first()
    if found is None:
        raise Http404("There is no such certificate.")
    name = f"destruction-certificate-{number}.txt"
    return download(name, "text/plain; charset=utf-8", found.certificate.encode())


@staff_only
@readers_may_post
def holds(request: StaffRequest, pk: int) -> HttpResponse:
    """What holds one case beyond its time; hold it, or let it go."""
    case = case_of(request, pk)
    form = HoldForm(request.POST if request.POST.get("action") == "hold" else None)
    if request.method == "POST":
        try:
            if request.POST.get("action") == "lift":
                lift(_own(case.holds.all(), request.POST.get("hold", "")), request.user)
                messages.success(request, "The case is no longer held for that.")
                return redirect("desk:holds", pk)
            if form.is_valid():
                hold(pk, Hold.Kind(form.cleaned_data["kind"]), form.cleaned_data["why"], request.user)
                messages.success(request, "The case is held.")
                return redirect("desk:holds", pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    context = {
        "case": case,
        "form": form,
        "holds": list(case.holds.select_related("placed_by", "lifted_by")),
        "breadcrumbs": crumbs(case, "Holds"),
    }
    return render(request, "desk/holds.html", context)


def _own(rows: object, wanted: str) -> int:
    for row in rows:  # type: ignore[attr-defined]  # a query set
        if str(row.pk) == wanted:
            return int(row.pk)
    raise Http404("There is no such hold of this case.")
