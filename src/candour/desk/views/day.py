"""The day of a person: what they watch, when they are away, their filters; and handing over many cases at once."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, force_of, readers_may_post, staff_only
from candour.desk.caseload.away import absences_of_others, record_absence, take_back_absence
from candour.desk.caseload.moves import MOST, carry_out, planned, seen_in, who_can_take
from candour.desk.caseload.overview import overview
from candour.desk.caseload.watching import news, unwatch, watch
from candour.desk.forms.day import AbsenceForm, FilterForm, MoveForm
from candour.desk.models import Absence, Case, SavedFilter
from candour.desk.refusals import NotAllowed
from candour.desk.views.caseload import asked_for
from candour.desk.workflow import why_not_allowed

_KNOWN = ("queue", "stage", "q")
MOST_DIGITS = 18
"""Digits of a key that fits the database."""
_SEEN = "candour.desk.moves"


@staff_only
def move(request: StaffRequest) -> HttpResponse:
    """Hand over many cases: choose them out of a view of the caseload, see what would change, then do it."""
    force = force_of(request)
    if reason := why_not_allowed("assign", force.pk, request.user):
        raise NotAllowed(reason)
    keys = overview(force, request.user, timezone.localdate()).chosen(*asked_for(request.GET))[:MOST]
    found = Case.objects.select_related("officer").in_bulk(keys)
    cases = [found[key] for key in keys if key in found]
    choices = [(str(case.pk), f"{case.reference} {case.title} (with {case.officer or 'nobody yet'})") for case in cases]
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        initial={"cases": [key for key, _ in choices]},
        cases=choices,
        people=who_can_take(force),
    )
    moves, seen = None, ""
    if request.method == "POST" and form.is_valid():
        keys, officer = [int(key) for key in form.cleaned_data["cases"]], form.cleaned_data["officer"]
        shown = _shown(request.POST.get("seen", ""), officer.pk)
        if request.POST.get("action") == "move" and shown is not None:
            moved, stayed = carry_out(force, keys, officer, form.cleaned_data["note"], request.user, shown)
            messages.success(request, f"{moved} case{'s' if moved != 1 else ''} went to {officer}.")
            for each in stayed:
                messages.info(request, f"Stayed: {each}.")
            return redirect("desk:caseload")
        moves = planned(force, keys, officer)
        seen = signing.dumps({"to": officer.pk, "cases": seen_in(moves)}, salt=_SEEN)
    context = {
        "form": form,
        "choices": choices,
        "moves": moves,
        "seen": seen,
        "officer": form.cleaned_data.get("officer") if form.is_bound and form.is_valid() else None,
        "breadcrumbs": [{"text": "Caseload", "url": reverse("desk:caseload")}, {"text": "Hand over many"}],
    }
    return render(request, "desk/move.html", context)


def _shown(seen: str, officer: int) -> dict[str, int | None] | None:
    """What the preview showed; None where there was none, or it was about somebody else, so that one is due."""
    try:
        shown = signing.loads(seen, salt=_SEEN)
    except signing.BadSignature:
        return None
    return shown["cases"] if shown["to"] == officer else None


@staff_only
@readers_may_post
def my_day(request: StaffRequest) -> HttpResponse:
    """What others did on watched cases, days away, filters that are kept."""
    person, action = request.user, request.POST.get("action", "")
    force = force_of(request)
    manages = not why_not_allowed("record_absence", force.pk, person)
    people = list(force.staff.filter(is_active=True).order_by("first_name", "last_name")) if manages else []
    form = AbsenceForm(request.POST if action == "away" else None, initial={"person": person.pk}, people=people)
    if action == "away" and form.is_valid():
        given = form.cleaned_data
        record_absence(given.get("person", person), given["first"], given["last"], person)
        messages.success(request, "Colleagues see these cases under “Of people who are away” on these days.")
        return redirect("desk:my-day")
    if action in {"back", "forget"}:
        row = request.POST.get("row", "")
        key = int(row) if row.isdecimal() and len(row) < MOST_DIGITS else 0
        if action == "forget":
            person.saved_filters.filter(pk=key).delete()
        elif absence := Absence.objects.filter(person__authority=force, pk=key).select_related("person").first():
            take_back_absence(absence, person)
        return redirect("desk:my-day")
    context = {
        "form": form,
        "news": news(person),
        "absences": list(person.absences.filter(last__gte=timezone.localdate())),
        "others": absences_of_others(force, person, timezone.localdate()) if manages else [],
        "filters": list(person.saved_filters.all()),
    }
    return render(request, "desk/my_day.html", context)


@staff_only
@readers_may_post
def save_filter(request: StaffRequest) -> HttpResponse:
    """Keep a view of the caseload under a name."""
    query = urlencode([(name, value) for name, value in parse_qsl(request.GET.urlencode()) if name in _KNOWN])
    form = FilterForm(request.POST or None, initial={"query": query[:500]})
    if request.method == "POST" and form.is_valid():
        kept = [pair for pair in parse_qsl(form.cleaned_data["query"]) if pair[0] in _KNOWN]
        SavedFilter.objects.update_or_create(
            person=request.user, name=form.cleaned_data["name"], defaults={"query": urlencode(kept)[:500]}
        )
        messages.success(request, "The filter is kept. You find it above the caseload.")
        return redirect(f"{reverse('desk:caseload')}?{urlencode(kept)}")
    context = {
        "form": form,
        "breadcrumbs": [{"text": "Caseload", "url": reverse("desk:caseload")}, {"text": "Keep this filter"}],
    }
    return render(request, "desk/save_filter.html", context)


@staff_only
@readers_may_post
def watching(request: StaffRequest, pk: int) -> HttpResponse:
    """Watch a case, or watch it no more."""
    case = case_of(request, pk)
    if request.method == "POST":
        if request.POST.get("action") == "unwatch":
            unwatch(case, request.user)
        else:
            watch(case, request.user)
            messages.success(request, "You are told under “My day” when others do something on this case.")
    return redirect("desk:case", pk)


@staff_only
def keyboard(request: StaffRequest) -> HttpResponse:
    """Which keys do what."""
    return render(request, "desk/keyboard.html", {})
