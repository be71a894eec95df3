"""A count for a question in three steps: choose the data set, choose what, see the table; then the table builder."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.counting.data_set_counts import StillCounting, attach, counted
from candour.desk.counting.records_files import reading
from candour.desk.forms.data_sets import ChooseForm, WhatForm
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.views.data_sets import awaited, record_set_of
from candour.desk.views.decision_page import page_of
from candour.records import RecordsError


@staff_only
def choose(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Step 1: which data set."""
    page = page_of(request, pk, name)
    sets = list(force_of(request).record_sets.all())
    form = ChooseForm(request.POST if request.method == "POST" else None, sets=sets)
    if request.method == "POST" and form.is_valid():
        return redirect("desk:count-what", pk, name, int(form.cleaned_data["record_set"]))
    context = {**page.context("Count from a data set"), "form": form, "sets": sets}
    return render(request, "desk/count_choose.html", context)


@staff_only
def what(request: StaffRequest, pk: int, name: str, number: int) -> HttpResponse:
    """Step 2: what is counted. The answers go into the address of step 3, so that going back keeps them."""
    page = page_of(request, pk, name)
    record_set = record_set_of(request, number)
    try:
        with reading(record_set) as held:
            description = held.description
    except RecordsError as error:
        messages.error(request, str(error))
        return redirect("desk:count-choose", pk, name)
    form = WhatForm(request.GET or None, description=description)
    if request.GET and form.is_valid() and "change" not in request.GET:
        address = reverse("desk:count-table", args=[pk, name, number])
        return redirect(f"{address}?{request.GET.urlencode()}")
    context = {**page.context("Count from a data set"), "form": form, "record_set": record_set}
    return render(request, "desk/count_what.html", context)


@staff_only
def table(request: StaffRequest, pk: int, name: str, number: int) -> HttpResponse:
    """Step 3: the table with its notes, to be handed to the table builder."""
    page = page_of(request, pk, name)
    record_set = record_set_of(request, number)
    back = f"{reverse('desk:count-what', args=[pk, name, number])}?{_with(request.GET, change='1')}"
    try:
        with reading(record_set) as held:
            form = WhatForm(request.GET, description=held.description)
        if not form.is_valid():
            return redirect(back)
        title = form.cleaned_data["title"]
        if request.method == "POST":
            version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
            made = attach(page.decision, version, record_set, title, form.definition, request.user)
            return redirect("desk:counts-rules", pk, name, made.pk)
        found = counted(record_set, form.definition, request.user)
    except StillCounting as waiting:
        more = {**page.context("Count from a data set"), "back": back}
        return render(request, "desk/work_awaited.html", {**awaited(waiting.job, title), **more})
    except RecordsError as error:
        messages.error(request, str(error))
        return redirect(back)
    except ChangedMeanwhile as error:
        who = error.current.saved_by or "Somebody else"
        messages.error(request, f"{who} has changed this decision meanwhile. Look again before you go on.")
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:case", pk)
    head, rows, labels = found.as_rows()
    context = {
        **page.context("Count from a data set"),
        "record_set": record_set,
        "heading": title,
        "head": head,
        "rows": rows,
        "numeric": list(range(labels, len(head))),
        "notes": found.notes,
        "found": found,
        "back": back,
        "once": f"{request.path}?{_with(request.GET, once='on')}",
        "version": page.decision.version,
    }
    return render(request, "desk/count_table.html", context)


def _with(given: QueryDict, **more: str) -> str:
    copy = given.copy()
    for key, value in more.items():
        copy[key] = value
    return copy.urlencode()
