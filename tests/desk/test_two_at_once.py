"""A button pressed twice does one thing; of two people who press it at once one wins and the other is told."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from candour.desk.audit_trail.verification import verify_chain
from candour.desk.models import Case, Event, EventKind, Publication, PublicationDecision, Response, StaffMember
from desk.test_conflicts import filled
from desk.world import TODAY, World, cleared, decide_all, make_staff, make_world, open_case, prepared, sent


@dataclass(frozen=True)
class Button:
    """A button: its page, what is sent with it, who presses it, what it does once, and what the other is told."""

    path: str
    given: dict[str, str]
    first: StaffMember
    second: StaffMember
    done: Callable[[], int]
    told: str
    shown_on: str = ""


def events(kind: EventKind) -> int:
    return Event.objects.filter(kind=kind).count()


def day_of(prefix: str) -> dict[str, str]:
    return {f"{prefix}_day": str(TODAY.day), f"{prefix}_month": str(TODAY.month), f"{prefix}_year": str(TODAY.year)}


def put_up(world: World) -> Button:
    case = decide_all(world, open_case(world))
    return Button(
        reverse("desk:letter", args=[case.pk]),
        day_of("dated"),
        world.officer,
        make_staff(world.force, "olive", "Olive", "officer"),
        lambda: Response.objects.count() + events(EventKind.PREPARED) - 1,
        "a letter of this case is already up for clearance",
    )


def clear(world: World) -> Button:
    letter = prepared(world)
    return Button(
        reverse("desk:clearance", args=[letter.case_id]),
        {"action": "clear", "digest": letter.digest},
        world.approver,
        world.second,
        lambda: events(EventKind.CLEARED),
        "You cannot clear the letter: it is no longer awaiting clearance",
    )


def send(world: World) -> Button:
    letter = cleared(world)
    mail.outbox.clear()
    return Button(
        reverse("post:send", args=[letter.case_id]),
        {},
        world.officer,
        world.approver,
        lambda: len(mail.outbox) + events(EventKind.SENT) + events(EventKind.SENDING) - 2,
        "You cannot send the letter: it (has already been sent|is being sent already)",
    )


def publish(world: World) -> Button:
    letter = sent(world)
    return Button(
        reverse("desk:publish", args=[letter.case_id]),
        {"choice": "now", "why": "Many ask.", "checked": "on", "action": "publish"},
        world.officer,
        world.approver,
        lambda: Publication.objects.count() + events(EventKind.PUBLISHED) - 1,
        "published already, so what you entered was not done",
    )


def close(world: World) -> Button:
    """Deciding that the answer is not to be published closes the case."""
    letter = sent(world)
    return Button(
        reverse("desk:publish", args=[letter.case_id]),
        {"choice": "not", "why": "It repeats another.", "action": "publish"},
        world.officer,
        world.approver,
        lambda: PublicationDecision.objects.count() + events(EventKind.PUBLICATION_DECIDED) - 1,
        "Somebody else saved this",
    )


def end(world: World) -> Button:
    case = open_case(world)
    return Button(
        reverse("desk:new-event", args=[case.pk, "withdrawn"]),
        day_of("on"),
        world.officer,
        world.approver,
        case.clock_events.count,
        "it is closed already",
    )


def take(world: World) -> Button:
    case = open_case(world)
    Case.objects.update(officer=None)
    return Button(
        reverse("desk:take-over", args=[case.pk]),
        {"from": ""},
        world.officer,
        world.approver,
        lambda: events(EventKind.ASSIGNED),
        "works on this case since you opened it",
        reverse("desk:case", args=[case.pk]),
    )


def acknowledge(world: World) -> Button:
    case = open_case(world)
    return Button(
        reverse("post:acknowledge", args=[case.pk]),
        {},
        world.officer,
        world.approver,
        lambda: case.outgoing_mail.count() + events(EventKind.ACKNOWLEDGED) - 1,
        "has been acknowledged already",
    )


BUTTONS: dict[str, Callable[[World], Button]] = {
    each.__name__: each for each in (put_up, clear, send, publish, close, end, take, acknowledge)
}


def opened(button: Button, person: StaffMember) -> tuple[Client, dict[str, str]]:
    """The page as that person has it before them, with what its form carries."""
    client = Client()
    client.force_login(person)
    page = client.get(button.shown_on or button.path, follow=True).content.decode()
    form = filled(page, button.given.get("action", "")) if not button.shown_on else {}
    return client, {name: value for name, value in {**form, **button.given}.items() if name}


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def told(client: Client, answer: Any, button: Button) -> bool:
    """Whether the page that follows tells the person that another was first."""
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    return bool(re.search(button.told, words(page)))


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_pressed_twice_does_one_thing(world: World, name: str) -> None:
    """The second press changes nothing, and ends in a page that can be read."""
    button = BUTTONS[name](world)
    client, given = opened(button, button.first)
    assert client.post(button.path, given).status_code == 302
    assert button.done() == 1
    before = Event.objects.count()
    second = client.post(button.path, given)
    assert name == "take" or told(client, second, button)
    assert button.done() == 1
    assert Event.objects.count() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BUTTONS)
def test_of_two_at_once_one_wins_and_the_other_is_told(name: str) -> None:
    """Both have the page before them and press at the same moment."""
    world = make_world()
    button = BUTTONS[name](world)
    people = [opened(button, person) for person in (button.first, button.second)]
    start = threading.Barrier(2)
    answers: list[tuple[Client, Any]] = []
    failures: list[BaseException] = []

    def press(client: Client, given: dict[str, str]) -> None:
        try:
            start.wait()
            answers.append((client, client.post(button.path, given)))
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert button.done() == 1
    heard = [told(client, answer, button) for client, answer in answers]
    assert sorted(heard) == [False, True], [words(answer)[:2000] for _, answer in answers]
    assert verify_chain(world.force).whole
