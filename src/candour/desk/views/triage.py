"""The page that triages the questions of a case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, holding_the_case, staff_only
from candour.desk.forms.triage import TriageForm
from candour.desk.intake.triage import open_questions, triage
from candour.desk.models import Handling
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs


@staff_only
@holding_the_case
def triage_questions(request: StaffRequest, pk: int) -> HttpResponse:
    """Say of each question under what it is dealt with; what leaves the request goes on to its letter."""
    case = case_of(request, pk)
    form = TriageForm(case, open_questions(case), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            triage(pk, form.wanted, request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        if any(handling != Handling.FOI for handling in form.wanted.values()):
            messages.success(request, "Saved. Now write the letter that hands these questions over.")
            return redirect("desk:new-notice", pk, "hand_over")
        messages.success(request, "Saved. Every question is dealt with under the Act.")
        return redirect("desk:case", pk)
    return render(request, "desk/triage.html", {"case": case, "form": form, "breadcrumbs": crumbs(case, "Triage")})
