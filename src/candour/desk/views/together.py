"""One step on many cases: choose them, see what would happen to each, then confirm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.caseload.filters import what_is_kept
from candour.desk.caseload.moves import MOST, carry_out, planned, seen_in
from candour.desk.caseload.overview import overview
from candour.desk.caseload.together import HandOver, Step
from candour.desk.forms.together import FORMS
from candour.desk.models import Case
from candour.desk.sight import cases_seen_by
from candour.desk.views.caseload import asked_for

MOST_DIGITS = 18
"""Digits of a key that fits the database."""
_SEEN = "candour.desk.moves"


@staff_only
def move(request: StaffRequest) -> HttpResponse:
    """Choose cases out of a view of the caseload, or go on with those ticked there; see what would change; do it."""
    force = force_of(request)
    name = request.GET.get("step", "")
    name = name if name in FORMS else HandOver.name
    cases = _offered(request)
    form = FORMS[name](
        request.POST if request.method == "POST" else None,
        initial={"cases": [str(case.pk) for case in cases]},
        cases=[
            (str(case.pk), f"{case.reference} {case.title} (with {case.officer or 'nobody yet'})") for case in cases
        ],
        authority=force,
    )
    back = f"{reverse('desk:caseload')}?{what_is_kept(request.GET.urlencode())}".rstrip("?")
    moves, seen = None, ""
    step: Step | None = None
    if request.method == "POST" and form.is_valid():
        keys, step = [int(key) for key in form.cleaned_data["cases"]], form.step()
        shown = _shown(request.POST.get("seen", ""), step)
        confirmed = shown if request.POST.get("action") == "move" else None
        if confirmed is not None and step.pledge and "pledge" not in request.POST:
            form.add_error(None, "Read each answer first, then tick that you have")
        elif confirmed is not None:
            done, stayed = carry_out(force, keys, step, request.user, confirmed)
            if done:
                messages.success(request, step.told(done))
            for each in stayed:
                messages.info(request, f"Stays as it is: {each}.")
            return redirect(back)
        moves = planned(request.user, keys, step)
        seen = signing.dumps({"step": name, "chosen": step.chosen, "cases": seen_in(moves)}, salt=_SEEN)
    context = {
        "form": form,
        "choices": cases,
        "moves": moves,
        "some": any(not each.why_not for each in moves or ()),
        "seen": seen,
        "step": step,
        "most": MOST if len(cases) == MOST else 0,
        "steps": [
            {"label": known.label, "url": _at(request.GET, offered), "current": offered == name}
            for offered, known in FORMS.items()
        ],
        "breadcrumbs": [{"text": "Caseload", "url": back}, {"text": form.label}],
    }
    return render(request, "desk/move.html", context)


def _offered(request: StaffRequest) -> list[Case]:
    """The cases that were ticked on the caseload, all that its page showed, or else those of the view."""
    person, query = request.user, request.GET
    if "page-of" in query:
        keys = _keys(query.get("shown", "").split(","))
    elif "case" in query:
        keys = _keys(query.getlist("case"))
    elif "shown" in query:
        keys = []
    else:
        keys = list(overview(force_of(request), person, timezone.localdate()).chosen(*asked_for(query))[:MOST])
    found = cases_seen_by(person).select_related("officer").in_bulk(keys[:MOST])
    return [found[key] for key in keys if key in found]


def _keys(given: list[str]) -> list[int]:
    good = (int(key) for key in given[:MOST] if key.isascii() and key.isdecimal() and len(key) < MOST_DIGITS)
    return list(dict.fromkeys(good))


def _at(query: QueryDict, step: str) -> str:
    """The same cases under another step."""
    changed = query.copy()
    changed["step"] = step
    return f"{reverse('desk:move')}?{changed.urlencode()}"


def _shown(seen: str, step: Step) -> Mapping[str, Any] | None:
    """What the preview showed; None where there was none, or it was about something else, so that one is due."""
    try:
        shown = signing.loads(seen, salt=_SEEN)
    except signing.BadSignature:
        return None
    return shown["cases"] if (shown["step"], shown["chosen"]) == (step.name, step.chosen) else None
