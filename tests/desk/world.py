"""A small world to test in: two forces, their staff, and a case taken as far as a test wants it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction

from candour.desk.answering.decide import target
from candour.desk.answering.letter import Portion
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.intake.receive import Incoming, receive_request
from candour.desk.models import Authority, Case, Channel, Decision, Publication, Response, StaffMember
from candour.desk.publishing.publish import publish
from candour.law import Decision as LawDecision
from candour.law import Outcome
from candour.letters.model import DataTable
from candour.letters.response import Answer, Exhibit
from candour.post.models import Fate, MailState, OutgoingMail, Purpose
from candour.post.send import send
from candour.site.demo import decide
from desk.complete import claim, complete

NOW = datetime(2026, 3, 27, 10, 0, tzinfo=ZoneInfo("Europe/London"))
TODAY = NOW.date()
RECEIVED = date(2026, 3, 9)
NAME, EMAIL, STREET, POSTCODE = "Robin Quillfeather", "robin@requester.example", "7 Elm Lane", "ZE1 0AA"
REQUEST = f"""\
Dear Sir or Madam,

I keep a local history blog.

1. How many police horses are under investigation?
2. How many horses did the force keep in each year?

Yours faithfully,
{NAME}
{EMAIL}"""
TABLE = DataTable("Horses kept", ("Year", "Horses"), (("2024", "12"), ("2025", "9")), ("Counted on 31 December.",))


@dataclass(frozen=True)
class World:
    """A force with an officer and two approvers, and another force with an approver of its own."""

    force: Authority
    officer: StaffMember
    approver: StaffMember
    second: StaffMember
    elsewhere: Authority
    outsider: StaffMember


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day on which the tests take place."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def world(db: None) -> World:
    """The world of one test."""
    return make_world()


def make_world(tag: str = "") -> World:
    """A world; `tag` keeps several apart."""
    force = make_force(f"westvale{tag}", f"Westvale{tag} Police")
    elsewhere = make_force(f"kingsferry{tag}", f"Kingsferry{tag} Police", "01.FOI.{yy}.{seq:06}")
    return World(
        force,
        make_staff(force, f"will{tag}", "Will", "officer"),
        make_staff(force, f"wendy{tag}", "Wendy", "approver"),
        make_staff(force, f"wes{tag}", "Wes", "approver"),
        elsewhere,
        make_staff(elsewhere, f"kemi{tag}", "Kemi", "approver"),
    )


def make_force(slug: str, name: str, scheme: str = "{seq}A/{yy}") -> Authority:
    """A force."""
    return Authority.objects.create(
        slug=slug,
        name=name,
        unit="Information Rights Unit",
        address="Canal Street\nWestvale",
        email=f"foi@{slug}.police.example",
        review_contact=f"foi@{slug}.police.example",
        reference_scheme=scheme,
    )


def make_staff(force: Authority | None, username: str, first_name: str, role: str) -> StaffMember:
    """Somebody who works there."""
    return StaffMember.objects.create(
        username=username, first_name=first_name, last_name="Hart", authority=force, role=role, password="!"
    )


def incoming(text: str = REQUEST, **given: object) -> Incoming:
    """A request as somebody enters it."""
    values: dict[str, object] = {
        "submission": uuid.uuid4(),
        "title": "Police horses",
        "text": text,
        "received": RECEIVED,
        "channel": Channel.EMAIL,
        "requester_name": NAME,
        "requester_email": EMAIL,
        "requester_address": f"{STREET}\n{POSTCODE}",
    }
    return Incoming(**{**values, **given})  # type: ignore[arg-type]


def open_case(world: World, text: str = REQUEST, **given: object) -> Case:
    """A new case of the force."""
    return receive_request(world.force, incoming(text, **given), world.officer)


def denial() -> LawDecision:
    """A complete decision to neither confirm nor deny."""
    return complete(Outcome.NCND, claim("30(3)", "30(1)(a)(i)"), claim("40(5B)(a)(i)"))


def disclosure(attached: bool = True) -> tuple[LawDecision, Exhibit]:
    """A complete disclosure of a table."""
    return LawDecision(Outcome.DISCLOSED, disclosed="Horses by year.", data=(TABLE.title,)), Exhibit(
        TABLE, "horses.csv" if attached else ""
    )


def decide_all(world: World, case: Case) -> Case:
    """The case with its first question denied and its second disclosed."""
    given, exhibit = disclosure()
    decide(case, Answer(denial(), ("1",)), world.officer)
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)
    return case


def portion(case: Case, *numbers: str) -> Portion:
    """The questions of those numbers, for a letter of their own."""
    return Portion(frozenset(case.questions.filter(number__in=numbers).values_list("pk", flat=True)), rest=False)


def plainly_decided(world: World, case: Case | None = None) -> Case:
    """The case with both questions answered that nothing is held: nothing in it is denied."""
    case = case or open_case(world)
    decide(case, Answer(complete(Outcome.NOT_HELD), ("1", "2")), world.officer)
    return case


def decision_on(case: Case, number: str) -> Decision:
    """The decision on a question, stored or new."""
    return target(case, f"q{case.questions.get(number=number).pk}")


def prepared(world: World, case: Case | None = None) -> Response:
    """A letter that awaits clearance."""
    return prepare((case or decide_all(world, open_case(world))).pk, TODAY, world.officer)


def cleared(world: World, case: Case | None = None) -> Response:
    """A letter that was cleared."""
    response = prepared(world, case)
    return clear(response.pk, response.digest, world.approver)


def sent(world: World, case: Case | None = None) -> Response:
    """A letter that was sent."""
    return send(cleared(world, case).pk, world.officer)


def mail_that_came_back(case: Case) -> OutgoingMail:
    """A message of the case that did not reach the requester, and of which nobody has dealt with that."""
    return OutgoingMail.objects.create(
        authority=case.authority,
        case=case,
        purpose=Purpose.LETTER,
        key=f"returned-{case.pk}",
        sender=case.authority.email,
        recipient=EMAIL,
        subject=case.reference,
        content=b"",
        asked_at=NOW,
        next_at=NOW,
        settled_at=NOW,
        state=MailState.TAKEN,
        fate=Fate.RETURNED,
        fate_at=NOW,
    )


def published(world: World, case: Case | None = None) -> Publication:
    """An answer on the log."""
    return publish(sent(world, case).pk, world.officer)


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo what the block does to the database, so that the examples of one property do not meet."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


def published_elsewhere(world: World, title: str) -> Publication:
    """An answer of the other force on the log: that nothing is held."""
    officer = make_staff(world.elsewhere, f"kit-{title[:20]}", "Kit", "officer")
    case = receive_request(world.elsewhere, incoming(title=title), officer)
    decide(case, Answer(complete(Outcome.NOT_HELD), ("1", "2")), officer)
    response = prepare(case.pk, TODAY, officer)
    clear(response.pk, response.digest, world.outsider)
    return publish(send(response.pk, officer).pk, officer)
