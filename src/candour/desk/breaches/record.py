"""The record of a breach: started with what is stopped, kept as more is known, assessed, answered, closed.

Who changes it locks its case first, as every step on a case does; what was done stands in the trail without what left.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.breaches.contain import contain, let_go_of_case
from candour.desk.breaches.points import told_late, why_not_answered, why_open
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.models import Authority, Breach, BreachStep, Case, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.desk.workflow import require

KNOWN = ("way", "what", "people", "people_about", "records_about", "consequences", "measures", "found_by", "aware_at")
"""What is known of a breach, and may be learned later (UK GDPR Article 33(4))."""


class OpenAlready(Refused):
    """The case has an open record; `breach` is it."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(
            f"Personal data breach {breach.number} of this case is open already: everything was stopped. Add what you "
            "know to that record."
        )
        self.breach = breach


class StaleBreach(Refused):
    """Somebody else saved the record after this form was opened."""


def start(
    case_pk: int, submission: uuid.UUID, known: Mapping[str, Any], actor: StaffMember, *, end_links: bool
) -> Breach:
    """Stop everything of the case that can still be reached, and start the record: all of it or nothing.

    `known`: way, what and aware_at, and whatever else of `KNOWN` is known. A form that is posted again gives the record
    that it started. Raises NotAllowed; OpenAlready; Refused where the time lies ahead.
    """
    with transaction.atomic():
        lock_case(case_pk)
        if earlier := Breach.objects.filter(submission=submission, case=case_pk).first():
            return earlier
        case = Case.objects.select_related("authority").get(pk=case_pk)
        require("start_breach", case, actor)
        if other := case.breaches.filter(closed_at__isnull=True).first():
            raise OpenAlready(other)
        values = _checked(known)
        # Two cases of the force get two numbers. Not the key of the force: whoever writes its trail refers to that.
        Authority.objects.select_for_update(no_key=True).get(pk=case.authority_id)
        number = case.authority.breaches.count() + 1
        breach = Breach.objects.create(
            authority=case.authority,
            case=case,
            number=number,
            submission=submission,
            started_by=actor,
            started_at=timezone.now(),
            **values,
        )
        _record(breach, actor, f"Record {number} started. The force became aware on {moment(breach.aware_at)}.")
        breach.contained = contain(case, number, actor, end_links=end_links)
        breach.save(update_fields=("contained",))
        return breach


def learn(breach_pk: int, version: int, known: Mapping[str, Any], why: str, actor: StaffMember) -> None:
    """Write down what is known by now, and what changed. Raises NotAllowed; Refused; StaleBreach."""
    with transaction.atomic():
        breach = _locked(breach_pk, "handle_breach", actor, version)
        if not why.strip():
            raise Refused("Say what changed.")
        before = breach.aware_at
        for name, value in _checked(known).items():
            setattr(breach, name, value)
        _save(breach)
        told = f"Record {breach.number}: more is known."
        if breach.aware_at != before:
            told += f" The force became aware on {moment(breach.aware_at)}, not on {moment(before)}."
        _record(breach, actor, told, why.strip())


def assess(breach_pk: int, version: int, risk: str, why: str, actor: StaffMember) -> None:
    """Write down how likely a risk to people is, and why. Raises NotAllowed; Refused; StaleBreach."""
    with transaction.atomic():
        breach = _locked(breach_pk, "handle_breach", actor, version)
        if risk not in vocabulary().risks or not why.strip():
            raise Refused("Say how likely a risk is, and why.")
        breach.risk, breach.risk_why, breach.risk_by, breach.risk_at = risk, why.strip(), actor, timezone.now()
        _save(breach)
        label = vocabulary().risks[risk].label
        _record(breach, actor, f"Record {breach.number}: {label[0].lower()}{label[1:]}.", why.strip())


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one point: done when, whom, how and under what reference; or why not, and by what ground."""

    done: bool
    at: datetime
    told: str = ""
    how: str = ""
    reference: str = ""
    why: str = ""
    ground: str = ""


def answer(breach_pk: int, point: str, given: Answer, actor: StaffMember) -> BreachStep:
    """Answer one point; earlier answers to it are kept. Raises NotAllowed; Refused saying what the law asks for."""
    with transaction.atomic():
        breach = _locked(breach_pk, "handle_breach", actor, None)
        asked = vocabulary().points[point]
        if given.at > timezone.now():
            raise Refused("The time must be in the past.")
        step = BreachStep(
            breach=breach,
            point=point,
            done=given.done,
            at=given.at,
            told=given.told.strip(),
            how=given.how.strip(),
            reference=given.reference.strip(),
            ground=given.ground,
            why=given.why.strip(),
            by=actor,
            recorded_at=timezone.now(),
        )
        if why := why_not_answered(breach, step):
            raise Refused(why)
        step.save()
        _save(breach)
        said = asked.done if given.done else asked.not_done
        late = " It was late." if told_late(breach, step) else ""
        _record(breach, actor, f"Record {breach.number}: {said}, {moment(given.at)}.{late}", step.why)
        return step


def close(breach_pk: int, version: int, lessons: str, actor: StaffMember, *, was_breach: bool = True) -> None:
    """Close the record with what was learned, once each point has an answer; or because it was no breach, and why.

    Raises NotAllowed; Refused naming what is still open; StaleBreach.
    """
    with transaction.atomic():
        breach = _locked(breach_pk, "close_breach", actor, version)
        if not lessons.strip():
            raise Refused("Write what was learned." if was_breach else "Say why it was no breach.")
        if was_breach and (still := why_open(breach)):
            raise Refused(f"The record cannot be closed yet. {' '.join(still)}")
        breach.was_breach, breach.lessons = was_breach, lessons.strip()
        breach.closed_at, breach.closed_by = timezone.now(), actor
        _save(breach)
        if was_breach:
            _record(breach, actor, f"Record {breach.number} closed. The case stays held until somebody lifts that.")
            return
        _record(breach, actor, f"Record {breach.number} closed: it was no breach.", breach.lessons)
        let_go_of_case(breach.case, actor)


def moment(at: datetime) -> str:
    """A moment as the trail and the pages tell it."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y at %H:%M}"


def _checked(known: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: known[name] for name in KNOWN if name in known}
    if values["aware_at"] > timezone.now():
        raise Refused("The force cannot have become aware in the future.")
    if values["way"] not in vocabulary().ways or not values["what"].strip():
        raise Refused("Say what left, and how.")
    if set(values.get("people", ())) - set(vocabulary().people):
        raise Refused("Choose whose data it is from the list.")
    return values


def _locked(breach_pk: int, event: str, actor: StaffMember, version: int | None) -> Breach:
    lock_case(Breach.objects.values_list("case", flat=True).get(pk=breach_pk))
    breach = Breach.objects.select_for_update(of=("self",)).select_related("case").get(pk=breach_pk)
    require(event, breach.case, actor)
    if not breach.is_open:
        raise Refused("This record is closed. Start another one if something else left.")
    if version is not None and version != breach.version:
        raise StaleBreach("Somebody else saved this record meanwhile. Read it below before you save again.")
    return breach


def _save(breach: Breach) -> None:
    breach.version += 1
    breach.save()


def _record(breach: Breach, actor: StaffMember, told: str, why: str = "") -> None:
    record(breach.case, EventKind.BREACH, actor, told, why, {"breach": breach.number})
