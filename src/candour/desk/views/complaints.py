"""A complaint to the Commissioner: told of, answered with the bundle, decided, its steps taken, appealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, holding_the_case, readers_may_post, staff_only
from candour.desk.forms.review import (
    AppealForm,
    BundleForm,
    CloseAppealForm,
    CloseComplaintForm,
    NewComplaintForm,
    OnForm,
    StepForm,
)
from candour.desk.models import AppealResult, Case, Complaint, NoticeResult
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.bundle import bundle_name, export_bundle
from candour.desk.reviewing.complaint import (
    Ending,
    StaleComplaint,
    close_appeal,
    close_complaint,
    last_day_to_appeal,
    note_response,
    open_appeal,
    open_complaint,
    take_step,
)
from candour.desk.views.case import crumbs
from candour.desk.views.letter import download
from candour.letters.model import day as written_day


@staff_only
@readers_may_post
def new_complaint(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that the Commissioner told of a complaint."""
    case = case_of(request, pk)
    form = NewComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = open_complaint(pk, form.cleaned_data, request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The complaint {complaint.reference} is recorded.")
            return redirect("desk:complaint", pk, complaint.pk)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, "Complaint to the Commissioner")}
    return render(request, "desk/complaint_new.html", context)


@staff_only
@readers_may_post
@holding_the_case
def complaint(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One complaint: what was answered, how it ended, what has to be done by when, and appeals."""
    case = case_of(request, pk)
    found = _complaint(case, number)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    version = {"version": found.version}
    open_steps = [step for step in found.steps.all() if step.done_on is None]
    open_appeals = [appeal for appeal in found.appeals.all() if appeal.decided_on is None]
    today = {"on": timezone.localdate()}
    kinds: dict[str, tuple[type[forms.Form], dict[str, Any], dict[str, Any]]] = {
        "respond": (OnForm, today, {"stands": {"Answered on": _day(found.responded_on)}}),
        "close": (CloseComplaintForm, version, {}),
        "step": (StepForm, today, {"rows": open_steps}),
        "appeal": (AppealForm, version, {}),
        "end_appeal": (CloseAppealForm, version, {"rows": open_appeals}),
    }
    made = {
        name: kind(request.POST if name == action else None, initial=initial, prefix=name, **more)
        for name, (kind, initial, more) in kinds.items()
    }
    if action in made and made[action].is_valid():
        try:
            _act(request, found, action, made[action].cleaned_data)
        except NotAllowed:
            raise
        except StaleComplaint as stale:
            made[action].add_error(None, f"{stale} {_what_stands(_complaint(case, number))}")
            made[action].data = {**request.POST.dict(), f"{action}-version": str(_complaint(case, number).version)}
        except Refused as refusal:
            made[action].add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded.")
            return redirect("desk:complaint", pk, number)
    context = {
        "case": case,
        "complaint": found,
        "steps": list(found.steps.all()),
        "open_steps": open_steps,
        "open_appeals": open_appeals,
        "appeals": list(found.appeals.all()),
        "forms": made,
        "form": made.get(action),
        "last_day_to_appeal": last_day_to_appeal(found),
        "today": timezone.localdate(),
        "breadcrumbs": crumbs(case, f"Complaint {found.reference}"),
    }
    return render(request, "desk/complaint.html", context)


@staff_only
@readers_may_post
def bundle(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole case as one ZIP, for a reason that goes into the trail."""
    case = case_of(request, pk)
    form = BundleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        content = export_bundle(pk, form.cleaned_data["why"], request.user)
        return download(bundle_name(case), "application/zip", content)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, "Bundle")}
    return render(request, "desk/bundle.html", context)


def _act(request: StaffRequest, found: Complaint, action: str, values: dict[str, Any]) -> None:
    """Do what the form of that name asks for. Raises NotAllowed, Refused."""
    who, pk = request.user, found.pk
    steps: dict[str, Callable[[], object]] = {
        "respond": lambda: note_response(pk, found.version, values["on"], who),
        "close": lambda: close_complaint(
            pk,
            values["version"],
            Ending(NoticeResult(values["result"]), values["on"], values["summary"], tuple(values["steps"])),
            who,
        ),
        "step": lambda: take_step(values["row"], values["on"], who),
        "appeal": lambda: open_appeal(
            pk, values["version"], {name: values[name] for name in ("by", "reference", "lodged_on", "hearing_on")}, who
        ),
        "end_appeal": lambda: close_appeal(
            values["row"], values["version"], AppealResult(values["result"]), values["on"], who
        ),
    }
    steps[action]()


def _what_stands(complaint: Complaint) -> str:
    """How far the complaint has got, for who did not see it."""
    ended = f"{complaint.get_result_display()}, {_day(complaint.closed_on)}" if complaint.closed_on else "open"
    answered = f"answered on {_day(complaint.responded_on)}" if complaint.responded_on else "not answered yet"
    appeals = ", ".join(appeal.reference for appeal in complaint.appeals.all()) or "none"
    return f"It now says: {answered}; {ended}; appeals: {appeals}. What you entered is kept below."


def _day(day: date | None) -> str:
    return written_day(day) if day else ""


def _complaint(case: Case, number: int) -> Complaint:
    found = case.complaints.filter(pk=number).select_related("case").first()
    if found is None:
        raise Http404("There is no such complaint.")
    return found
