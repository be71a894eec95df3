"""The page of a saved count: asked again on the latest extract, its chart, and the rows that changed behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.decide import target_name
from candour.desk.counting.count_again import asked_again, rows_changed
from candour.desk.counting.data_set_counts import SEE_ROWS, StillCounting
from candour.desk.forms.data_sets import ReasonForm
from candour.desk.models import SavedCount
from candour.desk.publishing.publish import chart_of
from candour.desk.sight import open_to
from candour.desk.views.data_sets import awaited, crumbs, record_set_of, refuse_looking
from candour.records import RecordsError

MOST_SHOWN = 500
"""Rows that changed which the page lists; of more, it says how many there are."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chart of a count, or in words why there is none, with the next step towards one."""

    chart: str = ""
    says: str = ""
    step: str = ""
    url: str = ""


@staff_only
def saved_count(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A saved count asked again on the latest extract, with what changed; the rows behind it for those who may."""
    record_set = record_set_of(request, pk)
    kept = SavedCount.objects.select_related("record_set", "decision__case", "table__exhibit")
    saved = kept.filter(open_to(request.user, "decision__case"), record_set=record_set, pk=number).first()
    if saved is None:
        raise Http404("There is no such count.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    looked: dict[str, Any] = {}
    try:
        if request.method == "POST":
            refuse_looking(request)
            if form.is_valid():
                rows = rows_changed(saved, request.user, form.cleaned_data["reason"])
                looked = {"rows": rows[:MOST_SHOWN], "more": max(0, len(rows) - MOST_SHOWN)}
        again = asked_again(saved, request.user)
    except StillCounting as waiting:
        return render(request, "desk/work_awaited.html", awaited(waiting.job, saved.title))
    except RecordsError as error:
        messages.error(request, str(error))
        return redirect("desk:data-set", pk)
    found = again.counted
    context = {
        "saved": saved,
        "record_set": record_set,
        "head": [*found.dimensions, "Then", "Now"],
        "rows": [[*each.labels, f"{each.before:,}", f"{each.now:,}"] for each in again.cells],
        "numeric": [len(found.dimensions), len(found.dimensions) + 1],
        "totals": again.totals,
        "edition": found.source["edition"],
        "drawn": _drawn(saved),
        "form": form,
        "may_see_rows": request.user.has_perm(SEE_ROWS),
        "looked": looked,
        "breadcrumbs": crumbs(saved.title),
    }
    return render(request, "desk/saved_count.html", context)


def _drawn(saved: SavedCount) -> Drawn:
    """The chart of the protected table alone: the true counts are never drawn."""
    table, decision = saved.table, saved.decision
    if decision is None:
        return Drawn(
            says="A chart is drawn from a protected table, and this count belongs to no question, so it has none. "
            "Count it for a question: there choose “Add a table”, then the data set.",
            step="Find the case in the caseload",
            url=reverse("desk:caseload"),
        )
    place = [decision.case_id, target_name(decision)]
    if table is None:
        says = "A chart is drawn from a protected table, and the table of this count was taken out of the answer."
        return Drawn(says=says, step="Count it again for the question", url=reverse("desk:count-choose", args=place))
    if not table.candidates:
        says = "A chart is drawn from a protected table, and this one has not been made safe yet."
        return Drawn(says=says, step="Make the counts safe", url=reverse("desk:counts-rules", args=[*place, table.pk]))
    builder = reverse("desk:counts-methods", args=[*place, table.pk])
    if not table.is_agreed or table.exhibit is None:
        says = (
            "A chart is drawn from a protected table, and nobody has agreed to the way in which this one is protected."
        )
        return Drawn(says=says, step="Choose a way and agree to it", url=builder)
    chart = chart_of(table.exhibit.value)
    if not chart:
        says = "The protected table has no chart: it has more than two dimensions, or too many categories to be read."
        return Drawn(says=says, step="See the protected table", url=builder)
    return Drawn(mark_safe(chart), step="See the protected table", url=builder)  # noqa: S308  escaped where it is drawn
