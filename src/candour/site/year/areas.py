"""Business areas in the seeded year: asked, reminded, escalated, and answering with figures and hours."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from candour.desk.business_areas.tasks import ask, escalate, receive_reply, remind
from candour.desk.deadlines.clock import working_calendar
from candour.desk.jobs.worker import run_due
from candour.desk.models import Authority, BusinessArea, Question, Task
from candour.law import countable_activities
from candour.law.calendars import FoiaCalendar
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import SEED, described

_ONCE_DECIDED, _STILL_OPEN = 0.12, 0.75
"""How many of the cases that were decided, and of those that were not, an area was asked about."""

_ANSWERED = 0.3
"""How many of the areas that are asked about an open case have answered by today."""


def ask_areas(authority: Authority, made: list[Made], now: datetime) -> None:
    """Ask the areas of the force, before anything is decided, and let them answer as far as they had by `now`."""
    rng = random.Random(f"{SEED} {authority.slug} areas")  # noqa: S311  see plan
    calendar, areas = working_calendar(), {area.name: area for area in authority.areas.all()}
    for each in made:
        decided = next((step.at for step in each.planned.steps if step.what == "save"), None)
        draw = rng.random()
        apart = each.planned.plot or each.done("withdrawn")
        if each.officer is None or "area" not in each.planned.topic or apart:
            continue
        asked = at(calendar.after(each.planned.received, rng.randint(1, 2)), 11, rng.randint(0, 50))
        until = decided or now
        if draw > (_ONCE_DECIDED if decided else _STILL_OPEN) or asked + timedelta(days=1) > until:
            continue
        replied = decided - timedelta(hours=1) if decided else None
        if decided is None and rng.random() < _ANSWERED:
            replied = asked + (now - asked) * rng.uniform(0.4, 0.9)
        with happening(asked):
            area = areas[each.planned.topic["area"]]
            task = ask_one(each, each.questions[0], area, _wanted(rng, each), calendar.after(asked.date(), 7))
        chase(task, replied or now, calendar)
        if replied:
            answer_one(task, replied, *_reply(rng, each.planned.received))


def ask_one(each: Made, question: Question, area: BusinessArea, asked: str, wanted_by: date) -> Task:
    """Have the officer ask an area, and the mail written."""
    task = ask(question, area, asked, wanted_by, each.site, each.people["officer"])
    run_due()
    return task


def chase(task: Task, until: datetime, calendar: FoiaCalendar) -> None:
    """Remind and escalate on the mornings on which the desk itself would have, before `until`."""
    asked = timezone.localdate(task.made_at)
    for days, step in ((task.area.remind_after, remind), (task.area.escalate_after, escalate)):
        morning = at(calendar.after(asked, days), 6, 30)
        if morning < until and (step is remind or task.area.escalation_email):
            with happening(morning):
                step(task.pk, None)
                run_due()


def answer_one(task: Task, when: datetime, text: str, hours: dict[str, float], by: str) -> None:
    """Let the area answer through its link."""
    with happening(when):
        receive_reply(task, uuid.uuid4(), text, hours, by)


def _wanted(rng: random.Random, each: Made) -> str:
    asked: str = rng.choice(described()["areas"]["asked"])
    return asked.format(first=each.planned.received.year - 3, last=each.planned.received.year - 1)


def _reply(rng: random.Random, received: date) -> tuple[str, dict[str, float], str]:
    """Figures for three years or a word on why there are none, the hours that it took, and who says so."""
    words: dict[str, Any] = described()["areas"]
    level = rng.choice((40, 150, 600, 2100))
    figures = "\n".join(
        f"{year}: {int(level * rng.uniform(0.8, 1.25)):,}" for year in range(received.year - 3, received.year)
    )
    text = rng.choice(words["replied"]).format(figures=figures)
    keys = [activity.key for activity in countable_activities()]
    hours = {key: rng.randint(1, 10) / 4 for key in rng.sample(keys, rng.randint(1, 3))}
    return text, hours, rng.choice(words["people"])
