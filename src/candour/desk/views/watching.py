"""Who watches a case: oneself, at a press of a button; others, on a page that leaves its steps in the trail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, readers_may_post, staff_only
from candour.desk.caseload.watching import add_watcher, remove_watcher, unwatch, watch, watchers
from candour.desk.forms.watchers import WatcherForm
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.views.case import crumbs


@staff_only
@readers_may_post
def watching(request: StaffRequest, pk: int) -> HttpResponse:
    """Watch a case, or watch it no more."""
    case = case_of(request, pk)
    if request.method == "POST":
        if request.POST.get("action") == "unwatch":
            unwatch(case, request.user)
        else:
            watch(case, request.user)
            messages.success(request, "You are told under “My day” when others do something on this case.")
    return redirect("desk:case", pk)


@staff_only
def others(request: StaffRequest, pk: int) -> HttpResponse:
    """Add somebody of the force who is told of what is done on the case, or take one away."""
    case = case_of(request, pk)
    watching_now = watchers(case)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = WatcherForm(request.POST if action == "add" else None, case=case)
    taken = next(
        (each for each in watching_now if action == "remove" and str(each.pk) == request.POST.get("row")), None
    )
    if taken or (action == "add" and form.is_valid()):
        try:
            if taken:
                remove_watcher(pk, taken, request.user)
                told = f"{taken} does not watch this case any more."
            else:
                person = form.cleaned_data["person"]
                add_watcher(pk, person, request.user)
                told = f"{person} watches this case from now on."
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, told)
        return redirect("desk:watchers", pk)
    if action == "remove":
        messages.info(request, "They do not watch this case any more.")
        return redirect("desk:watchers", pk)
    context = {"case": case, "form": form, "watchers": watching_now, "breadcrumbs": crumbs(case, "Who watches it")}
    return render(request, "desk/watchers.html", context)
