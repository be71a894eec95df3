"""The caseload: what to do next in words, the queues, and every case of the force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.caseload.awaiting import waits
from candour.desk.caseload.filters import filters_of
from candour.desk.caseload.next_up import most_urgent, next_up
from candour.desk.caseload.overview import Overview, overview
from candour.desk.caseload.queues import FILLED_BY, Queue
from candour.desk.forms.together import FORMS
from candour.desk.models import Case
from candour.desk.stage import Stage, Standing, standings
from candour.desk.workflow import works

PER_PAGE = 25


@staff_only
def caseload(request: StaffRequest) -> HttpResponse:
    """The cases of the force, the earliest due first, by queue, by stage, by words."""
    authority, today = force_of(request), timezone.localdate()
    queue, stage, words = asked_for(request.GET)
    seen = overview(authority, request.user, today)
    # Which cases the page shows is found first: what is told of each is then asked of these alone.
    page = Paginator(seen.chosen(queue, stage, words), PER_PAGE).get_page(request.GET.get("page"))
    filtered = bool(words or stage or queue)
    front = not filtered and page.number == 1
    shown, mine = list(page), most_urgent(seen) if front and works(request.user) else []
    # One query tells of all the cases that the page names, wherever it names them.
    told = Case.objects.filter(pk__in={*shown, *mine}).select_related("officer").in_bulk()
    stands = _standings(seen, told, today)
    restricted = seen.eyes.restricted
    on_whom = waits(shown, today) if queue == Queue.AWAITING else {}
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {"case": told[key], "standing": stands[key], "waits": on_whom.get(key, []), "restricted": key in restricted}
            for key in shown
            if key in stands
        ],
        "awaiting": queue == Queue.AWAITING,
        "words": words,
        "stage": stage,
        "stages": [{"value": known.value, "label": known.label, "count": seen.stages[known]} for known in Stage],
        "queues": [
            {"value": known.value, "label": known.label, "count": len(seen.queues[known]), "current": known == queue}
            for known in Queue
        ],
        "queue": queue if queue in Queue.values else "",
        "filled_by": FILLED_BY[Queue(queue)] if queue in Queue.values and not (words or stage) else "",
        "nobodys": bool(seen.queues[Queue.UNASSIGNED]),
        "filtered": filtered,
        "today": today,
        "works": works(request.user),
        "filters": filters_of(request.user),
        "query": request.GET.urlencode(),
        "shown": ",".join(map(str, shown)),
        "steps": [(name, form.label) for name, form in FORMS.items()],
    }
    if front:
        own = [(told[key], stands[key]) for key in mine if key in stands]
        context["next_up"] = next_up(authority, request.user, own, today)
    return render(request, "desk/caseload.html", context)


def asked_for(query: QueryDict) -> tuple[str, str, str]:
    """The queue, the stage and the words that the address of a view of the caseload names; each empty without."""
    words = query.get("q", "").replace("\x00", "").strip()[:200]
    return query.get("queue", ""), query.get("stage", ""), words


def _standings(seen: Overview, told: Mapping[int, Case], today: date) -> dict[int, Standing]:
    """Where each of the cases stands: of the open ones it is known by now, of the others it is asked."""
    known = {key: seen.by_key[key].standing(today) for key in told if key in seen.by_key}
    asked = told.keys() - known.keys()
    return known | (standings(asked, today) if asked else {})
