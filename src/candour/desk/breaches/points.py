"""What the law asks of a record: the hours, the points that are still open, and what an answer to one needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from candour.desk.breaches.vocabulary import Point, vocabulary
from candour.desk.models import Breach, BreachStep

_TO_COMMISSIONER, _TO_PEOPLE = "commissioner", "people"
_SELDOM, _HIGH = "unlikely", "high"
_NEED_HOW = frozenset({"recipients", "confirmed"})


@dataclass(frozen=True, slots=True)
class Answered:
    """A point with the answer that stands, if there is one, and why it is open all the same."""

    point: Point
    step: BreachStep | None
    why_open: str

    @property
    def said(self) -> str:
        """What was answered, in words; empty where nothing was."""
        if self.step is None:
            return ""
        return self.point.done if self.step.done else self.point.not_done


def deadline(breach: Breach) -> datetime:
    """Until when the Commissioner is to be told (UK GDPR Article 33(1): hours of the clock, not of the office)."""
    return breach.aware_at + vocabulary().within


def told_commissioner(breach: Breach) -> BreachStep | None:
    """The first step by which the Commissioner was told, for later ones add to it."""
    told = (step for step in breach.steps.all() if step.point == _TO_COMMISSIONER and step.done)
    return min(told, key=lambda step: step.at, default=None)


def told_late(breach: Breach, step: BreachStep) -> bool:
    """Whether the step tells the Commissioner for the first time, after the hours."""
    first = told_commissioner(breach)
    is_first = first is None or first.pk == step.pk or step.at < first.at
    return step.point == _TO_COMMISSIONER and step.done and is_first and step.at > deadline(breach)


def hours_left(breach: Breach, now: datetime) -> str:
    """How much is left of the hours, or what became of them, in words."""
    told = told_commissioner(breach)
    if told is not None:
        took = _span(told.at - breach.aware_at)
        return f"The Commissioner was told after {took}{', late' if told.at > deadline(breach) else ''}."
    standing = next((each for each in points_of(breach) if each.point.key == _TO_COMMISSIONER), None)
    if standing and standing.step and not standing.why_open:
        return "The Commissioner need not be told, for the reason below."
    if not breach.is_open:
        return "The record is closed."
    left = deadline(breach) - now
    if left > timedelta(0):
        return f"{_span(left)} left to tell the Commissioner."
    return f"{_span(-left)} late: tell the Commissioner now, with the reasons for the delay."


def hours_gone(breach: Breach, now: datetime) -> float:
    """How much of the hours has gone, from 0 to 1: until the Commissioner was told, else until now."""
    told = told_commissioner(breach)
    until = told.at if told else min(now, breach.closed_at or now)
    return max(0.0, min(1.0, (until - breach.aware_at) / vocabulary().within))


def points_of(breach: Breach) -> list[Answered]:
    """Every point, in the order in which it is done, with the answer that stands."""
    latest = {step.point: step for step in sorted(breach.steps.all(), key=lambda step: step.pk)}
    return [
        Answered(point, step, _why_open(breach, point, step))
        for point in vocabulary().points.values()
        for step in (latest.get(point.key),)
    ]


def why_open(breach: Breach) -> list[str]:
    """What keeps the record from being closed, a sentence each."""
    risk = [] if breach.risk else ["The risk has not been assessed."]
    return [*risk, *(each.why_open for each in points_of(breach) if each.why_open)]


def why_not_answered(breach: Breach, step: BreachStep) -> str:
    """What the answer lacks, as an error says it; empty where it will do."""
    if step.done:
        if step.point in _NEED_HOW and not step.how:
            return "Say how it was done."
        if step.point == _TO_COMMISSIONER and step.at < breach.aware_at:
            return "The Commissioner cannot have been told before the force became aware. Correct one of the two times."
        if told_late(breach, step) and not step.why:
            return f"It was after {hours_in_words()}: give the reasons for the delay ({vocabulary().clock['late']})."
        return ""
    if not step.why:
        return "Say why not."
    return _why_must(breach, step)


def hours_in_words() -> str:
    """The time within which the Commissioner is told, in words."""
    return f"{vocabulary().within // timedelta(hours=1)} hours"


def _why_open(breach: Breach, point: Point, step: BreachStep | None) -> str:
    if step is None:
        return f"{point.title}: no answer yet."
    if step.done:
        return ""
    why = _why_must(breach, step)
    return f"{point.title}: {why[0].lower()}{why[1:]}" if why else ""


def _why_must(breach: Breach, step: BreachStep) -> str:
    """Why a reason is not enough, by the risk as it is assessed now; empty where it is."""
    if step.point not in {_TO_COMMISSIONER, _TO_PEOPLE}:
        return ""
    if not breach.risk:
        return "Assess the risk first: whether they have to be told depends on it."
    if step.point == _TO_COMMISSIONER and breach.risk != _SELDOM:
        return "A risk is likely, so the Commissioner has to be told (UK GDPR Article 33(1))."
    if step.point == _TO_PEOPLE and breach.risk == _HIGH and step.ground not in vocabulary().grounds:
        return "The risk is high, so they have to be told, or one of the grounds of Article 34(3) holds."
    return ""


def _span(span: timedelta) -> str:
    """A span as people say it: hours up to four days, minutes where there is less than an hour."""
    minutes = int(span.total_seconds() // 60)
    hours = minutes // 60
    if hours >= 96:
        return f"{hours // 24} days"
    if hours:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
