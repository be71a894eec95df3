"""The clock of a case: every deadline, why it is so, what would change it, and what happened outside the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.deadlines.calendar_picture import months_of, weekdays_off
from candour.desk.deadlines.clock import clock_of, law_clock_name, record_event, without_numbers_of_rules
from candour.desk.deadlines.ending import close_lapsed, end_request
from candour.desk.forms.clock import EVENT_FORMS
from candour.desk.models import Case
from candour.desk.refusals import Refused
from candour.desk.stage import endings
from candour.desk.views.case import crumbs
from candour.law.calendars import PastHorizon
from candour.law.clock import Event, State, Transferred, Withdrawn, summary
from candour.letters.labels import in_words


@staff_only
def clock(request: StaffRequest, pk: int) -> HttpResponse:
    """The clock in words and as a picture."""
    case = case_of(request, pk)
    if request.method == "POST":
        close_lapsed(case, request.user)
        messages.success(request, "The request is closed. If the requester answers after all, record it here.")
        return redirect("desk:case", pk)
    context: dict[str, Any] = {"case": case, "breadcrumbs": crumbs(case, "Clock"), "event_forms": EVENT_FORMS.values()}
    try:
        context |= _clock_context(case)
    except PastHorizon as error:
        context["problem"] = str(error)
    return render(request, "desk/clock.html", context)


@staff_only
def new_event(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Write down something that happened."""
    case = case_of(request, pk)
    if kind not in EVENT_FORMS:
        raise Http404("The clock knows no such event.")
    form = EVENT_FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            event = form.event()
            if isinstance(event, Withdrawn | Transferred):
                end_request(case, event, request.user)
            else:
                record_event(case, event, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded, and the dates are computed anew.")
            return redirect("desk:clock", pk)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, form.title)}
    return render(request, "desk/clock_event.html", context)


def _clock_context(case: Case) -> dict[str, Any]:
    today = timezone.localdate()
    counted = clock_of(case)
    days, ended = counted.explain(), endings(case.pk).exists()
    return {
        "clock": counted,
        "findings": [(each.says, without_numbers_of_rules(each.rule)) for each in counted.findings],
        "summary": summary(counted, today),
        "months": months_of(days, counted.period.due, today),
        "skipped": weekdays_off(days, counted.receipt),
        "extension": counted.if_extended(today),
        "happened": [{"name": _named(event), "on": event.on} for event in counted.events],
        "ended": ended,
        "may_close": counted.state_on(today) is State.LAPSED and not ended,
        "today": today,
    }


def _named(event: Event) -> str:
    """The event as the head of a line, with the questions where it concerns single ones."""
    name, questions = law_clock_name(event), getattr(event, "questions", ())
    return f"{name}, {in_words(questions)}" if questions else name
