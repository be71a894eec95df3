"""The figures in the words of an answer: what was found, and what each of them counts."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.forms.figures import FigureForm
from candour.desk.refusals import Refused
from candour.desk.safe_figures.letter_figures import figures_of, in_words, say
from candour.desk.views.case import crumbs


@staff_only
def figures(request: StaffRequest, pk: int) -> HttpResponse:
    """Every figure with its sentence, and what was said of it."""
    case = case_of(request, pk)
    found = figures_of(case)
    rows = [
        {
            "figure": each,
            "before": each.found.sentence.partition(" ".join(each.found.text.split()))[0],
            "after": each.found.sentence.partition(" ".join(each.found.text.split()))[2],
            "words": in_words(each.said) if each.said and not each.said.dismissal else "",
            "url": reverse("desk:figure", args=[case.pk, each.key]),
        }
        for each in found
    ]
    context = {
        "case": case,
        "rows": rows,
        "open": sum(each.said is None for each in found),
        "breadcrumbs": crumbs(case, "Figures in the words"),
    }
    return render(request, "desk/figures.html", context)


@staff_only
def figure(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """One figure: what it counts, or why it counts nobody."""
    case = case_of(request, pk)
    found = next((each for each in figures_of(case) if each.key == key), None)
    if found is None:
        if request.method == "POST":
            messages.error(request, "The words of the answer were changed meanwhile. Look at its figures again.")
            return redirect("desk:figures", pk)
        raise Http404("There is no such figure in the answer.")
    form = FigureForm(request.POST if request.method == "POST" else None, case=case, figure=found)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                say(case, found, form.said, request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        following = next((each for each in figures_of(case) if each.said is None), None)
        messages.success(request, "It is kept." if following else "Every figure in the words is explained.")
        return redirect("desk:figure", pk, following.key) if following else redirect("desk:figures", pk)
    context = {
        "case": case,
        "figure": found,
        "form": form,
        "breadcrumbs": crumbs(case, "Figure in the words"),
    }
    return render(request, "desk/figure.html", context)
