"""The trail of the seeded year: the events that the same steps leave when people take them at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format

from candour.desk.audit_trail.writing import Past
from candour.desk.clearing.frozen import letter_facts
from candour.desk.models import EventKind, Response
from candour.site.year.clock import TOLD
from candour.site.year.made import Made
from candour.site.year.plan import Step

_A_MOMENT = timedelta(milliseconds=40)


def past_of(each: Made, letters: list[Response]) -> Iterator[Past]:
    """Everything that was done to one case, in order. `letters` are those that were put up, in order."""
    waiting = list(letters)
    for step in each.planned.steps:
        if step.what == "prepare" and waiting:
            current = waiting.pop(0)
            yield _prepared(each, step, current)
        elif step.what in _OF_LETTERS:
            yield from _OF_LETTERS[step.what](each, step, current)
        else:
            yield _of_case(each, step)


def _of_case(each: Made, step: Step) -> Past:
    match step.what:
        case "received":
            count = len(each.questions)
            detail = f"{count} question{'s' if count != 1 else ''} found in the text."
            return Past(each.case.pk, EventKind.RECEIVED, step.at, None, detail)
        case "assigned":
            return Past(
                each.case.pk,
                EventKind.ASSIGNED,
                step.at,
                each.by(step),
                f"To {each.people['officer']}.",
                step.why,
                {"officer": each.people["officer"].pk},
            )
        case "save":
            detail = f"Question {step.question + 1}: outcome and reasons."
            return Past(each.case.pk, EventKind.DECISION_SAVED, step.at, each.by(step), detail)
        case "complete":
            detail = f"Question {step.question + 1}."
            return Past(each.case.pk, EventKind.DECISION_COMPLETED, step.at, each.by(step), detail)
        case _:
            day = date_format(timezone.localtime(step.at), "j F Y")
            return Past(each.case.pk, EventKind.CLOCK, step.at, each.by(step), f"{TOLD[step.what]} on {day}.")


def _prepared(each: Made, step: Step, letter: Response) -> Past:
    detail = (
        f"Answer dated {date_format(letter.dated, 'j F Y')}, {letter.files.count()} files, digest {letter.digest[:16]}."
    )
    return Past(each.case.pk, EventKind.PREPARED, step.at, each.by(step), detail, facts=letter_facts(letter))


def _sent_back(each: Made, step: Step, letter: Response) -> Iterator[Past]:
    yield Past(each.case.pk, EventKind.SENT_BACK, step.at, each.by(step), why=step.why, facts=letter_facts(letter))


def _cleared(each: Made, step: Step, letter: Response) -> Iterator[Past]:
    told = f"Digest {letter.digest[:16]}."
    yield Past(each.case.pk, EventKind.CLEARED, step.at, each.by(step), told, facts=letter_facts(letter))


def _sent(each: Made, step: Step, letter: Response) -> Iterator[Past]:
    case, who, facts = each.case.pk, each.by(step), letter_facts(letter)
    day = date_format(timezone.localtime(step.at), "j F Y")
    yield Past(case, EventKind.SENDING, step.at, who, facts=facts)
    yield Past(case, EventKind.CLOCK, step.at + _A_MOMENT, who, f"The response on {day}.")
    told = f"Answer sent by e-mail, digest {letter.digest[:16]}."
    yield Past(case, EventKind.SENT, step.at + 2 * _A_MOMENT, who, told, facts=facts)


def _published(each: Made, step: Step, letter: Response) -> Iterator[Past]:
    told = "Without the requester’s name and contact."
    yield Past(each.case.pk, EventKind.PUBLISHED, step.at, each.by(step), told, facts=letter_facts(letter))


_OF_LETTERS = {"send_back": _sent_back, "clear": _cleared, "send": _sent, "publish": _published}
