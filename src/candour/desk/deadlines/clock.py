"""The clock of a case: its events in and out of the database, and its date whenever one of them or a holiday is added.

`Case.due` is only a copy of what the clock computes, so that a list can be sorted by it; `redate` refreshes it in the
transaction of whatever changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import (
    AnsweredQuestion,
    Case,
    ClockEvent,
    EventKind,
    OneOffHoliday,
    Question,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.stage import LAPSED, Stage, case_standing
from candour.desk.workflow import require
from candour.law import Provision, format_provisions
from candour.law import clock as law_clock
from candour.law.calendars import FoiaCalendar, Holiday, PastHorizon, foia_calendar
from candour.law.clock import Event, FoiaClock, ImpossibleEvent, Received, Responded, StepOrdered
from candour.law.clock_values import DeadlineKind
from candour.letters.model import day as written_day

KINDS: dict[str, type[Event]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind
    for kind in (
        law_clock.ClarificationAsked,
        law_clock.ClarificationGiven,
        law_clock.FeesNotice,
        law_clock.FeePaid,
        law_clock.ExtensionNotified,
        law_clock.Transferred,
        law_clock.Withdrawn,
        law_clock.Responded,
        law_clock.InternalReviewAsked,
        law_clock.ReviewExtended,
        law_clock.InternalReviewAnswered,
        law_clock.CommissionerComplaint,
        law_clock.DecisionNotice,
        law_clock.ComplaintEnded,
        law_clock.StepTaken,
    )
}
"""The kinds of event by the name under which they are stored."""


_ANSWERS = (DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE)

_OF_QUESTIONS = (Responded, law_clock.ExtensionNotified)
"""The kinds of event that may concern single questions."""


def working_calendar() -> FoiaCalendar:
    """The calendar of the Act with the holidays that an administrator has added."""
    added: dict[date, str | Holiday] = {
        holiday.on: Holiday(holiday.name, tuple(holiday.nations)) if holiday.nations else holiday.name
        for holiday in OneOffHoliday.objects.all()
    }
    return foia_calendar().with_holidays(added) if added else foia_calendar()


def clock_of(case: Case, calendar: FoiaCalendar | None = None) -> FoiaClock:
    """The clock of the case as its events stand. Raises PastHorizon."""
    return FoiaClock.replay(events_of(case), calendar or working_calendar())


def events_of(case: Case, *more: Event) -> list[Event]:
    """Everything that happened to the request, its receipt first, and what else is thought to have happened."""
    # That a request lapsed follows from the others, and is no event of the law.
    happened = [*(_event(stored) for stored in case.clock_events.all() if stored.kind != LAPSED), *more]
    # Questions count one by one only where something was said of single ones.
    if not any(isinstance(event, _OF_QUESTIONS) and event.questions for event in happened):
        return [Received(case.received), *happened]
    asked = tuple(question.label for question in Question.objects.filter(case=case.pk))
    return [Received(case.received, asked), *(_of_known(event, asked) for event in happened)]


def _of_known(event: Event, asked: tuple[str, ...]) -> Event:
    """The event without questions that were given another number since, which the clock would not know."""
    if not isinstance(event, _OF_QUESTIONS) or set(event.questions) <= set(asked):
        return event
    return replace(event, questions=tuple(label for label in event.questions if label in asked))


def record_event(case: Case, event: Event, actor: StaffMember | None, letter: Response | None = None) -> ClockEvent:
    """Write down what happened, and date the case anew.

    Clarification or a fee takes up a request that had lapsed. What ends a request is a step of its own, `end_request`.
    Raises Refused when it cannot have happened in law; nothing is written then.
    """
    assert not isinstance(event, law_clock.Withdrawn | law_clock.Transferred), "end_request ends a request"
    with transaction.atomic():
        lock_case(case.pk)
        came = isinstance(event, law_clock.ClarificationGiven | law_clock.FeePaid)
        ended = came and case_standing(case, timezone.localdate()).stage is Stage.ENDED
        require("take_up_again" if ended else "record_event", case, actor)
        return note_event(case, event, actor, letter)


def note_event(case: Case, event: Event, actor: StaffMember | None, letter: Response | None = None) -> ClockEvent:
    """Write down what a step of its own has made happen, within the transaction of that step. Raises Refused."""
    locked = Case.objects.get(pk=case.pk)
    require_possible(locked, event)
    stored = ClockEvent.objects.create(
        case=locked, kind=_kind(event), on=event.on, details=_details(event), letter=letter, recorded_by=actor
    )
    record(locked, EventKind.CLOCK, actor, f"{law_clock_name(event)} on {written_day(event.on)}.")
    redate(locked, actor)
    return stored


def require_possible(case: Case, event: Event) -> None:
    """Raise Refused when the event cannot have happened in law beside those of the case."""
    try:
        FoiaClock.replay(events_of(case, event), working_calendar())
    except ImpossibleEvent as error:
        advice = "Check the day, and what was recorded before it."
        raise Refused(f"{without_numbers_of_rules(str(error))}. {advice}") from error
    except PastHorizon as error:
        raise Refused(str(error)) from error


def without_numbers_of_rules(text: str) -> str:
    """The words of the law without the numbers that its rules have in the reference, which nobody at a desk has."""
    return _NUMBERS_OF_RULES.sub("", text)


_NUMBERS_OF_RULES = re.compile(r"; R-\d+(?:, R-\d+)*")


def note_sent(response: Response, actor: StaffMember | None) -> None:
    """Tell the clock that a letter has gone. What the clock finds odd about it does not undo the sending."""
    assert response.sent_at is not None
    event = event_of_letter(response, response.sent_at.date())
    try:
        record_event(response.case, event, actor, response)
    except Refused as refusal:
        record(response.case, EventKind.CLOCK, actor, f"The letter has gone, but the clock cannot follow: {refusal}")


def event_of_letter(response: Response, on: date) -> Event:
    """What sending the letter means to the clock."""
    details = response.details
    match response.kind:
        case LetterKind.CLARIFICATION:
            return law_clock.ClarificationAsked(on)
        case LetterKind.FEES_NOTICE:
            return law_clock.FeesNotice(on, sum((Decimal(amount) for _, amount in details["items"]), Decimal(0)))
        case LetterKind.EXTENSION:
            limb, ground = (
                format_provisions([Provision.parse(cited) for cited in details[name]])
                for name in ("limbs", "by_virtue_of")
            )
            estimated = date.fromisoformat(details["estimated"])
            return law_clock.ExtensionNotified(
                on, limb, estimated, ground, _named_in(details["questions"], response.case)
            )
        case _:
            return law_clock.Responded(on, () if answers_all(response) else _labels(response))


def _named_in(words: str, case: Case) -> tuple[str, ...]:
    """The open questions that these words name by their numbers; none where they name all, or something else."""
    open_ones = Question.objects.filter(case=case.pk, answered_questions__isnull=True)
    known = {question.label for question in open_ones}
    named = dict.fromkeys(re.findall(r"\d+", words))
    return tuple(named) if named and set(named) < known else ()


def answers_all(response: Response) -> bool:
    """Whether nothing of the case is open any more once this letter has gone."""
    answered = AnsweredQuestion.objects.filter(
        Q(response=response) | Q(response__state=ResponseState.SENT), case=response.case_id
    )
    return not Question.objects.filter(case=response.case_id).exclude(pk__in=answered.values("question")).exists()


def _labels(response: Response) -> tuple[str, ...]:
    held = response.answered.filter(question__isnull=False).select_related("question").order_by("question__position")
    return tuple(each.question.label for each in held if each.question)


def redate(case: Case, actor: StaffMember | None, calendar: FoiaCalendar | None = None, why: str = "") -> None:
    """Copy the date that the clock computes to the case; a changed date is written in the trail."""
    try:
        due = _next_due(clock_of(case, calendar))
    except PastHorizon:
        due = None
    if due != case.due:
        before, case.due = case.due, due
        case.save(update_fields=("due",))
        if before is not None:
            record(case, EventKind.REDATED, actor, f"From {_written(before)} to {_written(due)}.", why)


def _next_due(clock: FoiaClock) -> date | None:
    """The day on which the first of the open questions is owed; where one day holds for all of them, that day."""
    owed = [each.due for each in clock.deadlines if each.open and each.kind in _ANSWERS]
    return min(owed) if clock.due and owed else clock.due


def redate_open_cases(actor: StaffMember | None = None, why: str = "") -> int:
    """Date every case anew on which the clock may still run, which the trail gives `why` for; how many changed.

    Of other forces than the actor’s, the desk itself does it, and they are not counted for who belongs to one.
    """
    calendar = working_calendar()
    changed = 0
    answered = ClockEvent.objects.filter(kind="responded", details__questions=[])
    open_cases = Case.objects.filter(destroyed_at__isnull=True).exclude(pk__in=answered.values("case")).order_by("pk")
    with transaction.atomic():
        # All of them before the trail: the order in which every step takes its locks.
        list(Case.objects.filter(pk__in=open_cases.values("pk")).select_for_update().order_by("pk").values_list("pk"))
        for case in open_cases.prefetch_related("clock_events").iterator(chunk_size=500):
            before, theirs = case.due, actor is None or actor.authority_id in {None, case.authority_id}
            redate(case, actor if theirs else None, calendar, why)
            changed += theirs and case.due != before
    return changed


def law_clock_name(event: Event) -> str:
    """The event as the head of a line: `The fees notice`."""
    name = law_clock.event_name(event)
    return f"{name[0].upper()}{name[1:]}"


def event_from(kind: str, on: date, details: dict[str, Any]) -> Event:
    """The event of plain values. Raises KeyError for a kind that there is not."""
    wanted = KINDS[kind]
    values = {each.name: _value(each.name, details[each.name]) for each in fields(wanted) if each.name in details}
    return wanted(on=on, **values)


def _event(stored: ClockEvent) -> Event:
    return event_from(stored.kind, stored.on, stored.details)


def _kind(event: Event) -> str:
    return next(name for name, kind in KINDS.items() if isinstance(event, kind))


def _details(event: Event) -> dict[str, Any]:
    return {each.name: _plain(getattr(event, each.name)) for each in fields(event) if each.name != "on"}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, StepOrdered):
        return [value.name, value.by.isoformat()]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _value(name: str, plain: Any) -> Any:
    if name in {"reply_by", "estimate", "until"}:
        return date.fromisoformat(plain) if plain else None
    if name == "amount":
        return Decimal(plain)
    if name == "steps":
        return tuple(StepOrdered(step, date.fromisoformat(by)) for step, by in plain)
    if name == "questions":
        return tuple(plain)
    return plain


def _written(day: date | None) -> str:
    return written_day(day) if day else "no date"


def next_dates(cases: Iterable[Case], today: date) -> dict[int, law_clock.Summary]:
    """The clock of each case in words, by its key; cases past the horizon are left out. Events must be prefetched."""
    calendar = working_calendar()
    found = {}
    for case in cases:
        try:
            found[case.pk] = law_clock.summary(clock_of(case, calendar), today)
        except PastHorizon:
            continue
    return found
