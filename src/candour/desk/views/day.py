"""The day of a person: what they watch, when they are away, the filters that they keep."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, readers_may_post, staff_only
from candour.desk.caseload.away import absences_of_others, record_absence, take_back_absence
from candour.desk.caseload.filters import filters_of, shared_in, take_back
from candour.desk.caseload.moved import moved_dates
from candour.desk.caseload.watching import news
from candour.desk.forms.day import AbsenceForm
from candour.desk.models import Absence, SavedFilter
from candour.desk.views.together import MOST_DIGITS
from candour.desk.workflow import why_not_allowed


@staff_only
@readers_may_post
def my_day(request: StaffRequest) -> HttpResponse:
    """What others did on watched cases, dates that moved, days away, filters that are kept."""
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
    if action in {"back", "forget", "unshare"}:
        row = request.POST.get("row", "")
        key = int(row) if row.isdecimal() and len(row) < MOST_DIGITS else 0
        if action == "forget":
            person.saved_filters.filter(pk=key).delete()
        elif action == "unshare":
            for kept in SavedFilter.objects.filter(person__authority=force, pk=key).select_related("person__authority"):
                take_back(kept, person)
        elif absence := Absence.objects.filter(person__authority=force, pk=key).select_related("person").first():
            take_back_absence(absence, person)
        return redirect("desk:my-day")
    filters, takes_back = filters_of(person), not why_not_allowed("take_back_filter", force.pk, person)
    context = {
        "form": form,
        "news": news(person),
        "moved": moved_dates(person, timezone.localdate()),
        "absences": list(person.absences.filter(last__gte=timezone.localdate())),
        "others": absences_of_others(force, person, timezone.localdate()) if manages else [],
        "filters": filters.own,
        "shared": [each for each in shared_in(force) if each.person_id != person.pk] if takes_back else filters.shared,
        "takes_back": takes_back,
    }
    return render(request, "desk/my_day.html", context)


@staff_only
def keyboard(request: StaffRequest) -> HttpResponse:
    """Which keys do what."""
    return render(request, "desk/keyboard.html", {})
