"""Records of breaches to test with: started now, and answered in full."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from candour.desk.breaches.record import Answer, answer, assess, start
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.business_areas.tasks import ask
from candour.desk.models import (
    Breach,
    BusinessArea,
    Case,
    StaffMember,
    Task,
)
from desk.world import NOW, TODAY, World, make_staff

KNOWN: dict[str, Any] = {
    "way": "published",
    "what": "A hidden sheet with names.",
    "people": ["officers"],
    "people_about": 120,
    "found_by": "A reader",
    "aware_at": NOW - timedelta(hours=1),
}


def started(case: Case, actor: StaffMember, **known: Any) -> Breach:
    """A record that was started now."""
    return start(case.pk, uuid.uuid4(), {**KNOWN, **known}, actor, end_links=True)


def manager_of(world: World) -> StaffMember:
    """Who may close a record."""
    return make_staff(world.force, "mo", "Mo", "manager")


def done(at: datetime, **given: str) -> Answer:
    """That a point was done."""
    return Answer(done=True, at=at, how="By telephone.", **given)


def answer_all(breach: Breach, actor: StaffMember) -> None:
    """Assess the risk as high, and answer every point that it was done."""
    assess(breach.pk, Breach.objects.get(pk=breach.pk).version, "high", "Names of officers are public.", actor)
    for point in vocabulary().points:
        answer(breach.pk, point, done(NOW), actor)


def task_asked(world: World, case: Case) -> Task:
    """Something that was asked of a business area."""
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.example")
    return ask(case.questions.all()[0], area, "Names of riders?", TODAY, "https://foi.westvale.example/", world.officer)
