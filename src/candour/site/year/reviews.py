"""Internal reviews of the seeded year: one answer in some fifteen is reviewed, and most are upheld."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import Case, Decision, InternalReview, StaffMember
from candour.desk.reviewing.review import LATEST, TARGET, extend, find, give_review, open_review, withdraw_review
from candour.law.calendars import FoiaCalendar
from candour.post.send_review import send_review
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import SEED, described

_SHARE, _WITHDRAWN = 0.07, 0.12
_RESULTS = {"upheld": 72, "varied": 19, "overturned": 9}


def review_answers(made: list[Made], reviewer: StaffMember, now: datetime) -> None:
    """Have answers reviewed that were sent, as far as the reviews had got by `now`."""
    rng = random.Random(f"{SEED} {reviewer.authority_id} reviews")  # noqa: S311  see plan
    calendar = working_calendar()
    lately = calendar.before(now.date(), 6)
    # One is open on any day: of the answer that went last, more than a week ago.
    newest = max((each for each in made if _sent(each) <= lately), key=_sent, default=None)
    for each in made:
        drawn, after, took = rng.random() < _SHARE, rng.randint(2, 30), rng.randint(9, 32)
        if each is newest:
            drawn, after, took = True, 4, TARGET
        if not drawn or _sent(each) == date.max:
            continue
        asked = calendar.after(_sent(each), after)
        answered = calendar.after(asked, took)
        if at(asked, 12) < now:
            _one(each, reviewer, asked, answered, now, rng, calendar)


def _sent(each: Made) -> date:
    """The day on which the answer went; the last of all days where it has not gone."""
    sent = each.done("send")
    return timezone.localtime(sent).date() if sent else date.max


def _one(  # noqa: PLR0917  what a review is drawn from
    each: Made,
    reviewer: StaffMember,
    asked: date,
    answered: date,
    now: datetime,
    rng: random.Random,
    calendar: FoiaCalendar,
) -> None:
    words, officer = described()["reviews"], each.people["officer"]
    with happening(at(asked, 9, rng.randint(0, 40))):
        review = open_review(each.case.pk, asked, _fitting(rng, words["grounds"], each.planned.outcomes), officer)
    with happening(at(asked, 10, rng.randint(0, 40))):
        give_review(review.pk, reviewer, each.people["manager"])
    longer = calendar.after(asked, TARGET - 3)
    if answered > review.target and at(longer, 15) < now:
        with happening(at(longer, 14, 30)):
            extend(review.pk, calendar.after(asked, LATEST - 5), rng.choice(words["words"]["longer"]), reviewer, longer)
    if at(answered, 16) > now:
        return
    if rng.random() < _WITHDRAWN:
        with happening(at(answered, 11)):
            withdraw_review(review.pk, answered, officer)
        return
    results = rng.choices(tuple(_RESULTS), tuple(_RESULTS.values()), k=len(each.answers))
    for place, decision in enumerate(Decision.objects.filter(case=each.case).select_related("case")):
        with happening(at(answered, 10, 25 * place)):
            find(review.pk, _version(review), decision, _found(rng, decision, results[place], words), reviewer)
    with happening(at(answered, 15, rng.randint(0, 50))):
        send_review(review.pk, _version(review), reviewer)


def _found(rng: random.Random, decision: Decision, result: str, words: dict[str, Any]) -> dict[str, str]:
    result = "upheld" if decision.outcome == "disclosed" else result
    values = {"result": result, "reasons": _fitting(rng, words[result], [decision.outcome])}
    given = rng.choice(words["words"]["given"])
    return values if result == "upheld" else values | {"outcome": "disclosed", "given": given}


def _fitting(rng: random.Random, words: dict[str, list[str]], outcomes: Sequence[str]) -> str:
    """Words about what was decided last, or about anything where there are none."""
    return rng.choice(words.get(str(outcomes[-1]), words["any"]) + words["any"][:1])


def _version(review: InternalReview) -> int:
    return InternalReview.objects.values_list("version", flat=True).get(pk=review.pk)


def reviewed_before(case: Case, day: date) -> bool:
    """Whether a review of the case was answered by that day."""
    return case.reviews.filter(answered_on__lte=day).exists()
