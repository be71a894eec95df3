"""How a deadline is counted for any day of receipt, with no case: to answer a telephone call, or to check a date."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, staff_only
from candour.desk.deadlines.calendar_picture import months_of, weekdays_off
from candour.desk.deadlines.clock import working_calendar
from candour.desk.forms.clock import CountDaysForm
from candour.law.calendars import PastHorizon
from candour.law.clock import FoiaClock, Received


@staff_only
def count_days(request: StaffRequest) -> HttpResponse:
    """The day on which a request is due that was received on the day in the address, and every day between."""
    form = CountDaysForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "breadcrumbs": [{"text": "Count a deadline"}]}
    if form.is_bound and form.is_valid():
        today, received = timezone.localdate(), form.cleaned_data["received"]
        try:
            clock = FoiaClock.replay([Received(received)], working_calendar())
        except PastHorizon as error:
            context["problem"] = str(error)
        else:
            days = clock.explain()
            context |= {
                "received": received,
                "clock": clock,
                "extension": clock.if_extended(received),
                "months": months_of(days, clock.period.due, today),
                "skipped": weekdays_off(days, clock.receipt),
            }
    return render(request, "desk/count_days.html", context)
