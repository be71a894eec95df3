"""Complaints to the Commissioner in the seeded year: what he decided, the steps that he ordered, and the tribunal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import AppealResult, Authority, Complaint, NoticeResult, StaffMember
from candour.desk.reviewing.complaint import (
    Ending,
    close_appeal,
    close_complaint,
    note_response,
    open_appeal,
    open_complaint,
    take_step,
)
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import described
from candour.site.year.reviews import reviewed_before

_TO_ANSWER = 28
"""Days that the Commissioner gives for an answer."""


def complain(authority: Authority, made: list[Made], now: datetime) -> None:
    """Record every complaint that the file has for the force, each about an answer that could be complained of."""
    taken: set[int] = set()
    for told in described()["complaint"]:
        if told["force"] == authority.slug and (
            each := _about(made, now.date() - timedelta(days=told["told"]), {*told["of"]}, taken)
        ):
            taken.add(each.case.pk)
            _one(each, told, now)


def _about(made: list[Made], day: date, of: set[str], taken: set[int]) -> Made | None:
    """The case that the complaint of that day is about: decided as it says, and reviewed by then if there is one."""
    answered = [
        each
        for each in made
        if each.case.pk not in taken
        and (sent := each.done("send"))
        and day - timedelta(days=200) < timezone.localdate(sent) < day - timedelta(days=15)
    ]

    def fits(each: Made) -> tuple[bool, bool]:
        was_reviewed = reviewed_before(each.case, day - timedelta(days=2))
        # A review that is open, or was answered later, keeps a complaint away.
        return bool(of & {*each.planned.outcomes}) and (was_reviewed or not each.case.reviews.exists()), was_reviewed

    return max(answered, key=fits, default=None)


def _one(each: Made, told: dict[str, Any], now: datetime) -> None:
    today, calendar = now.date(), working_calendar()

    def working(day: date) -> date:
        return day if calendar.is_working(day) else calendar.next_working(day)

    first = working(today - timedelta(days=told["told"]))
    actor = each.people["manager"]
    values = {
        "reference": told["reference"],
        "told_on": first,
        "about": told["about"],
        "respond_by": first + timedelta(days=_TO_ANSWER),
    }
    with happening(at(first, 10, 15)):
        complaint = open_complaint(each.case.pk, values, actor)
    if "answered" in told:
        with happening(at(working(first + timedelta(days=told["answered"])), 15, 30)) as moment:
            note_response(complaint.pk, _version(complaint), moment.date(), actor)
    if "closed" not in told:
        return
    closed = working(today - timedelta(days=told["closed"]))
    steps = told.get("steps", ())
    ordered = tuple((what, closed + timedelta(days=days)) for what, days, _ in steps)
    ending = Ending(NoticeResult(told["result"]), closed, told["summary"], ordered)
    with happening(at(closed, 11, 20)):
        close_complaint(complaint.pk, _version(complaint), ending, actor)
    for what, _, took in steps:
        if took:
            with happening(at(working(closed + timedelta(days=took)), 16)) as moment:
                take_step(complaint.steps.get(what=what).pk, moment.date(), actor)
    if "appeal" in told:
        _appeal(complaint, told["appeal"], closed, actor)


def _appeal(complaint: Complaint, told: dict[str, Any], closed: date, actor: StaffMember) -> None:
    lodged, hearing = closed + timedelta(days=told["after"]), closed + timedelta(days=told["hearing"])
    values = {"by": told["by"], "reference": told["reference"], "lodged_on": lodged, "hearing_on": hearing}
    with happening(at(lodged, 12, 10)):
        appeal = open_appeal(complaint.pk, _version(complaint), values, actor)
    if told["ended"]:
        ended = hearing + timedelta(days=24)
        with happening(at(ended, 14, 45)):
            close_appeal(appeal.pk, _version(complaint), AppealResult(told["ended"]), ended, actor)


def _version(complaint: Complaint) -> int:
    return Complaint.objects.values_list("version", flat=True).get(pk=complaint.pk)
