"""The page that gives a case to somebody else, with a note for hand-over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, holding_the_case, staff_only
from candour.desk.caseload.assign import assign
from candour.desk.forms.assign import AssignForm
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs


@staff_only
@holding_the_case
def assignment(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose who works on the case from now on, and tell them what they need to know."""
    case = case_of(request, pk)
    form = AssignForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        officer = form.cleaned_data["officer"]
        try:
            assign(pk, officer, form.cleaned_data["note"], request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{officer} works on this case from now on.")
            return redirect("desk:case", pk)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, "Hand over")}
    return render(request, "desk/assign.html", context)
