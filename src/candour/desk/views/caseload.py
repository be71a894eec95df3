"""The caseload: every case of the force, what is due and what is next."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.queues import Queue, in_queue, queue_counts, with_queues
from candour.desk.stage import Stage, in_stage, stage_counts, standing, still_open, with_standing

PER_PAGE = 25


@staff_only
def caseload(request: StaffRequest) -> HttpResponse:
    """The cases of the force, the earliest due first, by stage, by words, mine or everybody's."""
    authority = force_of(request)
    stage = request.GET.get("stage", "")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    mine = request.GET.get("mine") == "1"
    cases = with_standing(authority.cases.select_related("officer"))
    today = timezone.localdate()
    queue = request.GET.get("queue", "")
    if queue in Queue.values:
        cases = in_queue(with_queues(cases), Queue(queue), request.user, today)
    if stage in Stage.values:
        cases = in_stage(cases, Stage(stage))
    elif stage != "all" and queue not in Queue.values:
        cases = still_open(cases)
    if mine:
        cases = cases.filter(officer=request.user)
    for word in words.split():
        cases = cases.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    page = Paginator(cases.order_by(F("due").asc(nulls_last=True), "received", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [{"case": case, "standing": standing(case, today)} for case in page]
    counts = stage_counts(authority)
    queued = queue_counts(authority, request.user, today)
    return render(
        request,
        "desk/caseload.html",
        {
            "page": page,
            "rows": rows,
            "words": words,
            "mine": mine,
            "stage": stage,
            "stages": [{"value": known.value, "label": known.label, "count": counts[known]} for known in Stage],
            "queues": [
                {"value": known.value, "label": known.label, "count": queued[known], "current": known == queue}
                for known in Queue
            ],
            "queue": queue if queue in Queue.values else "",
            "filtered": bool(words or mine or stage or queue),
            "today": today,
        },
    )
