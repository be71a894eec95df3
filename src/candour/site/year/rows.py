"""The seeded year in the database: rows written in bulk, with the trail that the same steps at the desk would leave."""

from __future__ import annotations

import random
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import beginning
from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import (
    Authority,
    Case,
    ClockEvent,
    Question,
    ReferenceCounter,
    Request,
    Requester,
    StaffMember,
)
from candour.desk.stage import mark_final
from candour.site.year.answers import answers_of
from candour.site.year.areas import ask_areas
from candour.site.year.breach import breach_of_the_year
from candour.site.year.clearing import decide_on_publication, talk_about_letters
from candour.site.year.clock import clock_events, due_of
from candour.site.year.complaints import complain
from candour.site.year.day import people_away, what_has_lain, what_is_referred, what_is_restricted, what_people_keep
from candour.site.year.decisions import store_decisions
from candour.site.year.letters import store_letters
from candour.site.year.made import Made
from candour.site.year.plan import LONDON, SEED, Planned, described, plan_force
from candour.site.year.reviews import review_answers
from candour.site.year.stories import tell_stories
from candour.site.year.trail import past_of

FULL_LETTERS = 6
"""Of how many of the latest answers of a force the letter is set as PDF too; setting all would take minutes."""


def load_year(authority: Authority, taken: frozenset[int], site: str, now: datetime | None = None) -> int:
    """Write a year of requests of the force, up to `now`; how many is returned. The force must be new.

    `taken`: the numbers of this year that other cases get. `site`: where the desk is served.
    """
    now = timezone.localtime(now or timezone.now(), LONDON)
    staff = list(authority.staff.order_by("pk"))
    officers = [person for person in staff if person.role == "officer"]
    plans = plan_force(authority.slug, working_calendar(), now, taken, len(officers))
    with transaction.atomic():
        with beginning(authority) as past:
            made = _cases(authority, plans, staff, site)
            ask_areas(authority, made, now)
            store_decisions(made)
            letters = store_letters(made, FULL_LETTERS)
            _clock(made, letters)
            past += [event for each in made for event in past_of(each, letters.get(each.case.pk, []))]
            _counters(authority, plans)
            mark_final(authority.cases.all())
            _life(authority, made, now)
        what_people_keep(authority, now)
        what_is_referred(authority, now)
        what_is_restricted(authority, now)
        what_has_lain(authority, now)
    return len(made)


def _life(authority: Authority, made: list[Made], now: datetime) -> None:
    """What people did besides, each step by the service that takes it at the desk."""
    tell_stories(authority, made, now)
    talk_about_letters(authority, made)
    decide_on_publication(made, now)
    people_away(authority, made, now)
    review_answers(made, authority.staff.filter(role="reviewer").earliest("pk"), now)
    complain(authority, made, now)
    breach_of_the_year(authority, made, now)


def _cases(authority: Authority, plans: list[Planned], staff: list[StaffMember], site: str) -> list[Made]:
    rng = random.Random(f"{SEED} {authority.slug} rows")  # noqa: S311  the same numbers each time
    of_role: dict[str, list[StaffMember]] = {}
    for person in staff:
        of_role.setdefault(person.role, []).append(person)
    requesters = Requester.objects.bulk_create(
        Requester(name=" ".join(plan.requester), email=f"{'.'.join(plan.requester).lower()}@requester.example")
        for plan in plans
    )
    made, openings = [], described()["words"]["opening"]
    for plan, requester in zip(plans, requesters, strict=True):
        officer = None if plan.officer is None else of_role["officer"][plan.officer]
        approvers = of_role["approver"]
        people = {
            "officer": officer or of_role["officer"][0],
            "approver": approvers[plan.approver % len(approvers)],
            "manager": (of_role.get("manager") or approvers)[0],
        }
        case = Case(
            authority=authority,
            reference=authority.reference(plan.number, plan.received.year),
            title=plan.title,
            requester=requester,
            officer=officer,
            received=plan.received,
            submission=uuid.UUID(int=rng.getrandbits(128), version=4),
        )
        opening = rng.choice(openings)
        if plan.district:
            opening = f"My questions are about {plan.district} alone. {opening}"
        made.append(Made(plan, case, answers_of(plan, authority.slug), [], opening, officer, people, site))
    Case.objects.bulk_create([each.case for each in made])
    for each in made:
        each.case.created_at = each.planned.steps[0].at
    Case.objects.bulk_update([each.case for each in made], ["created_at"], batch_size=200)
    _requests(made)
    return made


def _requests(made: list[Made]) -> None:
    requests = []
    for each in made:
        plan, opening = each.planned, each.opening
        asked = "\n".join(f"{number}. {text}" for number, text in enumerate(plan.topic["questions"], start=1))
        text = f"Good morning,\n\n{opening}\n\n{asked}\n\nYours faithfully,\n{' '.join(plan.requester)}"
        requests.append(
            Request(case=each.case, channel=plan.channel, received=plan.received, text=text, opening=opening)
        )
    Request.objects.bulk_create(requests)
    for each, request in zip(made, requests, strict=True):
        each.questions.extend(
            Question(case=each.case, request=request, position=number, number=str(number), text=text)
            for number, text in enumerate(each.planned.topic["questions"], start=1)
        )
    Question.objects.bulk_create([question for each in made for question in each.questions])


def _clock(made: list[Made], letters: dict[int, list[Any]]) -> None:
    """The events of the clock, and the date that the clock makes of them."""
    calendar = working_calendar()
    events: list[ClockEvent] = []
    for each in made:
        own = clock_events(each, letters.get(each.case.pk, []))
        events += own
        each.case.due = due_of(each.case, own, calendar)
    ClockEvent.objects.bulk_create(events)
    for event in events:
        event.recorded_at = datetime.combine(event.on, datetime.min.time(), timezone.get_current_timezone())
    ClockEvent.objects.bulk_update(events, ["recorded_at"], batch_size=200)
    Case.objects.bulk_update([each.case for each in made], ["due"], batch_size=200)


def _counters(authority: Authority, plans: list[Planned]) -> None:
    last: dict[int, int] = {}
    for plan in plans:
        last[plan.received.year] = max(last.get(plan.received.year, 0), plan.number)
    ReferenceCounter.objects.bulk_create(
        ReferenceCounter(authority=authority, year=year, last=number) for year, number in last.items()
    )
