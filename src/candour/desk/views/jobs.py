"""Background work as staff see it: what is being done, how far it is, and the button that stops it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, readers_may_post, staff_only
from candour.desk.jobs import again, enqueue, kind_of, stop
from candour.desk.jobs.queue import nobody_works
from candour.desk.models import Job, JobState
from candour.desk.refusals import Refused
from candour.desk.safe_figures.ledger import AUDIT
from candour.desk.safe_figures.restricted_names import names_hidden_from, without_names
from candour.desk.sight import open_to
from candour.desk.workflow import require_of_force

PER_PAGE = 25
COLOURS = {
    JobState.QUEUED: "blue",
    JobState.RUNNING: "yellow",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.STOPPED: "grey",
}


@staff_only
@readers_may_post
def jobs(request: StaffRequest) -> HttpResponse:
    """The background work of the force, the newest first; posting asks for a check of the trail."""
    if request.method == "POST":
        force = force_of(request)
        require_of_force("check_trail", force, request.user)
        key = f"{force.pk} {uuid.uuid4()}"
        enqueue("trail.verify", key, {"authority": force.pk}, authority=force, made_by=request.user)
        messages.success(request, "The trail will be checked. Refresh this page to see how far it is.")
        return redirect("desk:jobs")
    found = _shown_to(request).select_related("case", "made_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _rows(request, page), "nobody_works": nobody_works()}
    return render(request, "desk/jobs.html", context)


@staff_only
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """One piece of work; posting stops it, or lets it be done again."""
    found = _shown_to(request).filter(pk=pk).select_related("case", "made_by", "stop_by").first()
    if found is None:
        raise Http404("There is no such work.")
    if request.method == "POST":
        try:
            if request.POST.get("action") == "again":
                again(pk, request.user)
                messages.success(request, "It will be done again.")
            else:
                stopped = stop(pk, request.user)
                done = stopped.state == JobState.STOPPED
                messages.success(request, "It is stopped." if done else "It will stop at its next step.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:job", pk)
    (row,) = _rows(request, [found])
    crumbs = [{"text": "Background work", "url": reverse("desk:jobs")}, {"text": row["title"]}]
    return render(request, "desk/job.html", {**row, "breadcrumbs": crumbs, "nobody_works": nobody_works()})


def _shown_to(request: StaffRequest) -> QuerySet[Job]:
    """The work of the force, but for that on cases which the person is not to know of."""
    return Job.objects.filter(open_to(request.user), authority=force_of(request))


def _rows(request: StaffRequest, jobs: Iterable[Job]) -> list[dict[str, Any]]:
    """Each piece of work as a page shows it; what an audit says of releases names none that is hidden."""
    found = list(jobs)
    hidden = names_hidden_from(request.user) if any(job.kind == AUDIT for job in found) else []
    return [_row(job, hidden if job.kind == AUDIT else []) for job in found]


def _row(job: Job, hidden: list[str]) -> dict[str, Any]:
    kind = kind_of(job.kind)
    return {
        "job": job,
        "title": kind.title if kind else job.kind,
        "colour": COLOURS[JobState(job.state)],
        "says": job.result.get("says", ""),
        "findings": [without_names(each, hidden) for each in job.result.get("findings", ())],
        "error": without_names(job.error, hidden),
    }
