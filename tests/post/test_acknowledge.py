"""A request is acknowledged by whoever takes it: by e-mail without seeing to whom, on paper, or many at once."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from desk.world import EMAIL, NAME, NOW, STREET, World, open_case, sent
from django.core import mail
from django.test import Client
from django.urls import reverse

from candour.desk.caseload.moves import carry_out, planned, seen_in
from candour.desk.jobs import run_due
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.refusals import Refused
from candour.post.acknowledge import acknowledge, acknowledgement_to_post
from candour.post.together import Acknowledge


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def times(case: Case) -> int:
    return case.events.filter(kind=EventKind.ACKNOWLEDGED).count()


def test_an_officer_acknowledges_a_request_and_sees_nothing_of_who_asked(world: World) -> None:
    """The page shows what is said; the message has the name, the reference and the day; a second press does nothing."""
    case = open_case(world)
    client, path = client_of(world.officer), reverse("post:acknowledge", args=[case.pk])
    assert path in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    page = client.get(path).content.decode()
    assert case.due is not None
    assert case.reference in page and f"{case.due:%-d %B %Y}" in page
    assert NAME not in page and EMAIL not in page
    for _ in range(2):
        told = client.post(path, follow=True).content.decode()
    assert "has been acknowledged already" in told
    with time_machine.travel(NOW + timedelta(minutes=1)):
        run_due()
    (message,) = mail.outbox
    assert message.to == [EMAIL] and NAME in message.body and case.reference in message.body
    assert times(case) == 1 and case.outgoing_mail.get().asked_by == world.officer
    assert path not in client.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_without_an_e_mail_address_a_letter_is_printed(world: World) -> None:
    """It is addressed to whoever asked, which is why each printing stands in the trail; the page names nobody."""
    case = open_case(world, requester_email="")
    client, path = client_of(world.officer), reverse("post:acknowledge", args=[case.pk])
    page = client.get(path).content.decode()
    assert "goes by post" in page and NAME not in page
    printed = client.post(path)
    assert printed["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(printed.content))
    words = document[0].get_textpage().get_text_bounded()
    assert NAME in words and STREET in words and case.reference in words
    client.post(path)
    assert times(case) == 2 and not case.outgoing_mail.exists()
    with pytest.raises(Refused, match="goes by e-mail"):
        acknowledgement_to_post(open_case(world), world.officer)


def test_what_was_answered_is_not_acknowledged(world: World) -> None:
    case = sent(world).case
    page = client_of(world.officer).get(reverse("post:acknowledge", args=[case.pk])).content.decode()
    assert "There is nothing to acknowledge" in page
    with pytest.raises(Refused, match="the answer has been sent"):
        acknowledge(case, world.officer)


def test_many_requests_are_acknowledged_at_once(world: World) -> None:
    """Those on paper, those acknowledged before and those answered stay, and the preview says why."""
    fresh, told, paper, gone = (
        open_case(world),
        open_case(world),
        open_case(world, requester_email=""),
        sent(world).case,
    )
    acknowledge(told, world.officer)
    cases = [fresh.pk, told.pk, paper.pk, gone.pk]
    client, path = client_of(world.officer), reverse("desk:move") + "?step=acknowledge&stage=all"
    preview = client.post(path, {"cases": cases, "action": "preview"}).content.decode()
    for says in (
        "the requester is told by e-mail",
        "it was acknowledged already",
        "it goes by post; print it on its own page",
        "the answer has been sent, which tells the requester more",
    ):
        assert preview.count(says) == 1
    seen = re.search(r'name="seen" value="([^"]+)"', preview)
    assert seen
    for _ in range(2):
        client.post(path, {"cases": cases, "action": "move", "seen": seen[1]})
    assert [times(case) for case in (fresh, told, paper, gone)] == [1, 1, 0, 0]


def test_who_turns_out_to_have_given_no_address_stays(world: World) -> None:
    """An address that went since the preview: nothing is done to the case, and that is said."""
    case, step = open_case(world), Acknowledge()
    moves = planned(world.officer, [case.pk], step)
    case.requester.email = ""
    case.requester.save()
    done, (stayed,) = carry_out(world.force, [case.pk], step, world.officer, seen_in(moves))
    assert (done, times(case)) == (0, 0) and "it goes by post" in stayed
