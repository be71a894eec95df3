"""A table of a decision: adding one, or changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.decide import changing
from candour.desk.forms.exhibit import ExhibitForm
from candour.desk.models import ProtectedCounts
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.safe_figures.small_counts import small_cells
from candour.desk.views.decision_page import page_of
from candour.law import Step
from candour.letters.model import DataTable


@staff_only
def exhibit(request: StaffRequest, pk: int, name: str, number: int | None = None) -> HttpResponse:
    """Add a table, or change one."""
    page = page_of(request, pk, name)
    existing = (
        next((row for row in page.decision.exhibits.all() if row.position == number), None)
        if page.decision.pk
        else None
    )
    if number is not None and existing is None:
        raise Http404("There is no such table.")
    if existing and (counts := ProtectedCounts.objects.filter(exhibit=existing).first()):
        return redirect("desk:counts-methods", pk, name, counts.pk)
    form = ExhibitForm(request.POST or None, decision=page.decision, exhibit=existing)
    if request.method == "POST" and form.is_valid():
        try:
            with changing(page.decision, form.cleaned_data["version"], request.user, form.note) as stored:
                form.save(stored)
        except ChangedMeanwhile as error:
            data = request.POST.copy()
            data["version"] = str(error.current.version)
            form = ExhibitForm(data, decision=error.current, exhibit=existing)
            messages.error(request, str(error))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            return redirect(page.step_url(Step.DISCLOSURE, None))
    heading = "Change the table" if existing else "Add a table"
    context = {**page.context(heading), "form": form, "heading": heading, "preview": _preview(existing)}
    if existing:
        context["small"] = small_cells(existing, page.case.authority.threshold)
    return render(request, "desk/exhibit.html", context)


def _preview(exhibit: Any) -> DataTable | None:
    return exhibit.value.table if exhibit else None
