"""Background work as staff see it: what is being done, how far it is, and the button that stops it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, readers_may_post, staff_only
from candour.desk.jobs import again, enqueue, kind_of, stop
from candour.desk.jobs.queue import nobody_works
from candour.desk.models import Job, JobState
from candour.desk.refusals import Refused
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
    found = Job.objects.filter(authority=force_of(request)).select_related("case", "made_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_row(job) for job in page], "nobody_works": nobody_works()}
    return render(request, "desk/jobs.html", context)


@staff_only
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """One piece of work; posting stops it, or lets it be done again."""
    found = Job.objects.filter(authority=force_of(request), pk=pk).select_related("case", "made_by", "stop_by").first()
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
    row = _row(found)
    crumbs = [{"text": "Background work", "url": reverse("desk:jobs")}, {"text": row["title"]}]
    return render(request, "desk/job.html", {**row, "breadcrumbs": crumbs, "nobody_works": nobody_works()})


def _row(job: Job) -> dict[str, object]:
    kind = kind_of(job.kind)
    return {
        "job": job,
        "title": kind.title if kind else job.kind,
        "colour": COLOURS[JobState(job.state)],
        "says": job.result.get("says", ""),
    }
