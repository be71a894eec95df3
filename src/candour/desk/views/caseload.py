"""The caseload: what to do next in words, the queues, and every case of the force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.caseload.awaiting import waits
from candour.desk.caseload.next_up import next_up, own_cases
from candour.desk.caseload.queues import Queue, counts, in_queue, with_queues
from candour.desk.models import Authority, Case, StaffMember
from candour.desk.stage import ANSWERED, Stage, in_stage, standing, still_open, with_standing
from candour.desk.workflow import works

PER_PAGE = 25


@staff_only
def caseload(request: StaffRequest) -> HttpResponse:
    """The cases of the force, the earliest due first, by queue, by stage, by words."""
    authority, today = force_of(request), timezone.localdate()
    stage, queue = request.GET.get("stage", ""), request.GET.get("queue", "")
    words = _words(request.GET)
    # Which cases the page shows is found first: what is told of each is then asked of these alone.
    ordered = chosen(authority, request.user, request.GET, today).values_list("pk", flat=True)
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    counted, queued = counts(authority, request.user, today)
    filtered = bool(words or stage or queue)
    front = not filtered and page.number == 1
    shown, mine = list(page), own_cases(authority, request.user) if front else []
    # One query tells of all the cases that the page names, wherever it names them.
    told = with_standing(Case.objects.filter(pk__in={*shown, *mine}).select_related("officer")).in_bulk()
    on_whom = waits(shown, today) if queue == Queue.AWAITING else {}
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {"case": told[key], "standing": standing(told[key], today), "waits": on_whom.get(key, [])}
            for key in shown
            if key in told
        ],
        "awaiting": queue == Queue.AWAITING,
        "words": words,
        "stage": stage,
        "stages": [{"value": known.value, "label": known.label, "count": counted[known]} for known in Stage],
        "queues": [
            {"value": known.value, "label": known.label, "count": queued[known], "current": known == queue}
            for known in Queue
        ],
        "queue": queue if queue in Queue.values else "",
        "filtered": filtered,
        "today": today,
        "works": works(request.user),
        "saved": list(request.user.saved_filters.all()),
        "query": request.GET.urlencode(),
    }
    if front:
        context["next_up"] = next_up(authority, request.user, [told[key] for key in mine if key in told], today)
    return render(request, "desk/caseload.html", context)


def chosen(authority: Authority, person: StaffMember, query: QueryDict, today: date) -> QuerySet[Case]:
    """The cases of the force that a view of the caseload shows, the earliest due first; open ones by default."""
    stage, queue = query.get("stage", ""), query.get("queue", "")
    cases = authority.cases.all()
    if queue in Queue.values:
        cases = in_queue(with_queues(with_standing(cases)), Queue(queue), person, today)
    if stage in Stage.values:
        cases = in_stage(with_standing(cases), Stage(stage))
    elif stage != "all" and queue not in Queue.values:
        cases = still_open(cases)
    for word in _words(query).split():
        cases = cases.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    by_date = (F("due").asc(nulls_last=True), "received", "pk")
    if stage:
        return cases.order_by(*by_date)
    # What was answered and only waits to be published has no date any more: it stands after what has one.
    return with_standing(cases).order_by(ExpressionWrapper(ANSWERED, BooleanField()), *by_date)


def _words(query: QueryDict) -> str:
    return query.get("q", "").replace("\x00", "").strip()[:200]
