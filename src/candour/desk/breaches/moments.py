"""The course of a breach, moment by moment, as its page and its export tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from candour.desk.breaches.points import deadline, hours_in_words, told_commissioner
from candour.desk.breaches.received import OnTheLog, Receipt
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.models import Breach, BreachStep


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: what, when, through whom, in which words; alarming where it should not be."""

    title: str
    when: datetime
    by: object = None
    text: str = ""
    alarming: bool = False


def moments(breach: Breach, received: list[Receipt], log: list[OnTheLog]) -> list[Moment]:
    """What happened, the newest first. The end of the hours is among it as long as the Commissioner was not told."""
    found = [*_of_what_left(received, log), *_of_record(breach), *(_of_step(step) for step in breach.steps.all())]
    return sorted(found, key=lambda each: each.when, reverse=True)


def _of_what_left(received: list[Receipt], log: list[OnTheLog]) -> Iterator[Moment]:
    for each in received:
        yield Moment(f"Left: {each.what[0].lower()}{each.what[1:]}", each.at, text=f"To: {each.who}")
    for entry in log:
        yield Moment("Left: on the disclosure log", entry.since)


def _of_record(breach: Breach) -> Iterator[Moment]:
    found = f"Found by: {breach.found_by}" if breach.found_by else ""
    yield Moment("The force became aware", breach.aware_at, text=found)
    yield Moment("Everything was stopped, and the record started", breach.started_at, breach.started_by)
    if breach.risk_at:
        yield Moment(vocabulary().risks[breach.risk].label, breach.risk_at, breach.risk_by, breach.risk_why)
    if told_commissioner(breach) is None and breach.is_open:
        yield Moment(f"The {hours_in_words()} end", deadline(breach), alarming=True)
    if breach.closed_at:
        title = "The record was closed" if breach.was_breach else "The record was closed: it was no breach"
        yield Moment(title, breach.closed_at, breach.closed_by, breach.lessons)


def _of_step(step: BreachStep) -> Moment:
    point = vocabulary().points[step.point]
    rows: list[tuple[str, Any]] = [
        ("To", step.told),
        ("How", step.how),
        ("Reference", step.reference),
        ("Ground", vocabulary().grounds[step.ground].label if step.ground else ""),
        ("Reason", step.why),
    ]
    text = " ".join(f"{label}: {words.rstrip('.')}." for label, words in rows if words)
    return Moment(point.done if step.done else point.not_done, step.at, step.by, text)
