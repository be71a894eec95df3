"""Internal reviews of the seeded year: one answer in some twenty is reviewed, and most are upheld."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from candour.desk.audit_trail.writing import Past
from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import (
    ClockEvent,
    Decision,
    EventKind,
    InternalReview,
    ReviewFinding,
    ReviewState,
    StaffMember,
)
from candour.desk.reviewing.review import LATEST, TARGET
from candour.site.year.made import Made
from candour.site.year.plan import LONDON, SEED

_SHARE = 0.06
_REASONS = {
    "upheld": "I have read what was withheld. The reasons given for it hold, and nothing was overlooked.",
    "varied": "The exemption holds for the single records. The totals for the force can be given, and are given now.",
    "overturned": "The harm that was feared is not likely: what was asked for has been public for years.",
}


def store_reviews(made: list[Made], reviewer: StaffMember, now: datetime) -> list[Past]:
    """Write the reviews of a force; what its trail holds of them is returned."""
    rng = random.Random(f"{SEED} {reviewer.authority_id} reviews")  # noqa: S311  see plan
    calendar = working_calendar()
    past: list[Past] = []
    for each in made:
        sent = each.done("send")
        if sent is None or rng.random() > _SHARE:
            continue
        asked = calendar.after(timezone.localtime(sent).date(), rng.randint(2, 30))
        answered = calendar.after(asked, rng.randint(9, 26))
        if asked <= now.date():
            past += _one(each, reviewer, asked, answered if answered < now.date() else None, rng)
    return past


def _one(each: Made, reviewer: StaffMember, asked: date, answered: date | None, rng: random.Random) -> Iterator[Past]:
    calendar = working_calendar()
    review = InternalReview.objects.create(
        case=each.case,
        number=1,
        asked_on=asked,
        grounds="I do not see why this should do harm. Please look at it again.",
        reviewer=reviewer,
        target=calendar.after(asked, TARGET),
        latest=calendar.after(asked, LATEST),
        opened_by=each.people["officer"],
    )
    facts = {"review": review.pk}
    ClockEvent.objects.create(
        case=each.case, kind="internal_review_asked", on=asked, recorded_by=each.people["officer"]
    )
    told = f"{review.reference} asked for on {_day(asked)}; outcome by {_day(review.target)}."
    yield Past(each.case.pk, EventKind.REVIEW, _at(asked, 9), each.people["officer"], told, facts=facts)
    given = {**facts, "reviewer": reviewer.pk}
    told = f"{review.reference} given to {reviewer}."
    yield Past(each.case.pk, EventKind.REVIEW, _at(asked, 10), each.people["manager"], told, facts=given)
    if answered is None:
        return
    for place, decision in enumerate(Decision.objects.filter(case=each.case)):
        result = rng.choices(("upheld", "varied", "overturned"), (72, 19, 9))[0]
        if decision.outcome == "disclosed":
            result = "upheld"
        changed = result != "upheld"
        ReviewFinding.objects.create(
            review=review,
            decision=decision,
            result=result,
            reasons=_REASONS[result],
            outcome="disclosed" if changed else "",
            given="The totals by year, in the table below our first answer." if changed else "",
        )
        told = f"{review.reference}, {decision.name}: {result}."
        yield Past(each.case.pk, EventKind.REVIEW, _at(answered, 10, place), reviewer, told, facts=facts)
    review.state, review.answered_on, review.dated = ReviewState.ANSWERED, answered, answered
    review.save()
    ClockEvent.objects.create(case=each.case, kind="internal_review_answered", on=answered, recorded_by=reviewer)
    told = f"Outcome of {review.reference} sent by e-mail."
    yield Past(each.case.pk, EventKind.REVIEW, _at(answered, 15), reviewer, told, facts=facts)


def _at(day: date, hour: int, minutes: int = 0) -> datetime:
    return datetime.combine(day, time(hour), LONDON) + timedelta(minutes=minutes)


def _day(day: date) -> str:
    return date_format(day, "j F Y")
