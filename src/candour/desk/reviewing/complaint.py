"""A complaint to the Commissioner, what the decision notice requires and by when, and an appeal to the tribunal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.deadlines.clock import note_event
from candour.desk.models import (
    Appeal,
    AppealResult,
    Case,
    Complaint,
    EventKind,
    NoticeResult,
    NoticeStep,
    StaffMember,
)
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.law.clock import CommissionerComplaint, ComplaintEnded, DecisionNotice, StepOrdered, StepTaken
from candour.letters.model import day as written_day

APPEAL_DAYS = 28
"""Days from a decision notice within which either side may appeal (First-tier Tribunal (GRC) Rules 2009, rule 22)."""


class StaleComplaint(Refused):
    """Somebody else saved the complaint after this form was opened."""


def open_complaint(case_pk: int, values: Mapping[str, Any], actor: StaffMember) -> Complaint:
    """Write down that the Commissioner told of a complaint: reference, told_on, about, respond_by. Raises Refused."""
    with transaction.atomic():
        lock_case(case_pk)
        case = Case.objects.get(pk=case_pk)
        require("handle_complaint", case, actor)
        if case.complaints.filter(reference=values["reference"]).exists():
            raise Refused("A complaint of this reference is recorded already.")
        note_event(case, CommissionerComplaint(values["told_on"], values["reference"]), actor)
        complaint = Complaint.objects.create(case=case, **values)
        told = f"{complaint.reference}: the Commissioner told us on {written_day(complaint.told_on)}."
        _record(complaint, actor, told)
        return complaint


def note_response(complaint_pk: int, version: int, on: date, actor: StaffMember) -> None:
    """Write down that the force has answered the Commissioner. Raises Refused."""
    with transaction.atomic():
        complaint = _locked(complaint_pk, version, actor)
        if on < complaint.told_on:
            raise Refused("The answer cannot be older than the complaint.")
        complaint.responded_on = on
        _save(complaint)
        _record(complaint, actor, f"{complaint.reference}: answered on {written_day(on)}.")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a complaint ended: the result, the day, what was decided, and each step that is required with its day."""

    result: NoticeResult
    on: date
    summary: str = ""
    steps: tuple[tuple[str, date], ...] = ()


def close_complaint(complaint_pk: int, version: int, ending: Ending, actor: StaffMember) -> None:
    """Write down how the complaint ended, with the steps that a decision notice requires. Raises Refused."""
    result, on, ordered = ending.result, ending.on, ending.steps
    with transaction.atomic():
        complaint = _locked(complaint_pk, version, actor)
        if complaint.closed_on is not None:
            raise Refused("How this complaint ended is recorded already.")
        if on < complaint.told_on:
            raise Refused("The complaint cannot have ended before we were told of it.")
        noticed = result in {NoticeResult.NOT_UPHELD, NoticeResult.PARTLY_UPHELD, NoticeResult.UPHELD}
        if ordered and not noticed:
            raise Refused("Only a decision notice requires steps.")
        if len({what for what, _ in ordered}) < len(ordered):
            raise Refused("Each step needs words of its own.")
        if any(by < on for _, by in ordered):
            raise Refused("A step is due after the notice, not before it.")
        steps = tuple(StepOrdered(*step) for step in ordered)
        event = DecisionNotice(on, steps, complaint.reference) if noticed else ComplaintEnded(on, complaint.reference)
        note_event(complaint.case, event, actor)
        NoticeStep.objects.bulk_create(NoticeStep(complaint=complaint, what=what, by=by) for what, by in ordered)
        complaint.result, complaint.closed_on, complaint.summary = result, on, ending.summary.strip()
        _save(complaint)
        count = f" {len(ordered)} step{'s' if len(ordered) != 1 else ''} to take." if noticed else ""
        _record(complaint, actor, f"{complaint.reference}: {result.label.lower()} on {written_day(on)}.{count}")


def take_step(step_pk: int, on: date, actor: StaffMember) -> None:
    """Write down that a step of the notice was taken. Raises Refused."""
    with transaction.atomic():
        complaint = NoticeStep.objects.select_related("complaint").get(pk=step_pk).complaint
        complaint = _locked(complaint.pk, None, actor)
        step = NoticeStep.objects.select_for_update().get(pk=step_pk)
        if step.done_on is not None:
            raise Refused("This step is recorded as taken already.")
        assert complaint.closed_on is not None
        if on < complaint.closed_on:
            raise Refused("The step cannot be older than the notice.")
        note_event(complaint.case, StepTaken(on, step.what, complaint.reference), actor)
        step.done_on = on
        step.save(update_fields=("done_on",))
        late = " It was late." if on > step.by else ""
        _record(complaint, actor, f"{complaint.reference}: a step was taken on {written_day(on)}.{late}")


def open_appeal(complaint_pk: int, version: int, values: Mapping[str, Any], actor: StaffMember) -> Appeal:
    """Write down an appeal to the tribunal: by, reference, lodged_on, hearing_on. Raises Refused."""
    with transaction.atomic():
        complaint = _locked(complaint_pk, version, actor)
        if complaint.closed_on is None or not complaint.result:
            raise Refused("There is no decision notice yet that could be appealed.")
        if values["lodged_on"] < complaint.closed_on:
            raise Refused("The appeal cannot be older than the notice.")
        if complaint.appeals.filter(reference=values["reference"]).exists():
            raise Refused("An appeal of this reference is recorded already.")
        appeal = Appeal.objects.create(complaint=complaint, **values)
        _save(complaint)
        who = appeal.get_by_display().lower()
        _record(complaint, actor, f"{appeal.reference}: appeal of {written_day(appeal.lodged_on)} by {who}.")
        return appeal


def close_appeal(appeal_pk: int, version: int, result: AppealResult, on: date, actor: StaffMember) -> None:
    """Write down how the appeal ended. Raises Refused."""
    with transaction.atomic():
        complaint = _locked(Appeal.objects.values_list("complaint", flat=True).get(pk=appeal_pk), version, actor)
        appeal = Appeal.objects.select_for_update().get(pk=appeal_pk)
        if appeal.decided_on is not None:
            raise Refused("How this appeal ended is recorded already.")
        if on < appeal.lodged_on:
            raise Refused("The decision cannot be older than the appeal.")
        appeal.result, appeal.decided_on = result, on
        appeal.save(update_fields=("result", "decided_on"))
        _save(complaint)
        _record(complaint, actor, f"{appeal.reference}: {result.label.lower()} on {written_day(on)}.")


def last_day_to_appeal(complaint: Complaint) -> date | None:
    """The last day for an appeal against the notice; None where there is no notice."""
    return complaint.closed_on + timedelta(days=APPEAL_DAYS) if complaint.closed_on and complaint.result else None


def _locked(complaint_pk: int, version: int | None, actor: StaffMember) -> Complaint:
    lock_case(Complaint.objects.values_list("case", flat=True).get(pk=complaint_pk))
    complaint = Complaint.objects.select_for_update().select_related("case").get(pk=complaint_pk)
    require("handle_complaint", complaint.case, actor)
    if version is not None and version != complaint.version:
        raise StaleComplaint("Somebody else saved this complaint meanwhile.")
    return complaint


def _save(complaint: Complaint) -> None:
    complaint.version += 1
    complaint.save()


def _record(complaint: Complaint, actor: StaffMember, told: str) -> None:
    record(complaint.case, EventKind.COMPLAINT, actor, told, facts={"complaint": complaint.pk})
