"""What nobody has acted on is found before the requester complains."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from desk.world import NOW, TODAY, World, decide_all, incoming, open_case
from django.test import Client
from django.urls import reverse

from candour.desk.caseload.notes import write_note
from candour.desk.intake.receive import receive_request
from candour.post.take_in import take_in
from candour.post.untouched import cases_nobody_took_up, mail_nobody_read
from post.mails import mail

LATER = NOW + timedelta(days=14)


def test_a_case_that_was_opened_and_forgotten_is_found(world: World) -> None:
    """By itself or by a person; not one that is new, decided, or in which somebody took a step of late."""
    alone = receive_request(world.force, incoming(), None)
    forgotten, noted = open_case(world), open_case(world)
    decide_all(world, open_case(world))
    with time_machine.travel(LATER):
        write_note(noted.pk, "Asked the stables.", world.officer)
        open_case(world)
        assert set(cases_nobody_took_up(world.force, LATER.date())) == {alone, forgotten}
        client = Client()
        client.force_login(world.approver)
        page = client.get(reverse("post:untouched")).content.decode()
    assert forgotten.reference in page and alone.reference in page and noted.reference not in page
    assert not cases_nobody_took_up(world.force, TODAY).exists()
    assert not cases_nobody_took_up(world.elsewhere, LATER.date()).exists()


def test_mail_that_nobody_looked_at_is_found(world: World) -> None:
    """After a working day; who wrote stays apart where it does in the queue."""
    take_in(mail("Where are the horses?", subject="Horses of the force"))
    assert not mail_nobody_read(world.force, TODAY).exists()
    with time_machine.travel(LATER):
        client = Client()
        client.force_login(world.officer)
        assert mail_nobody_read(world.force, LATER.date()).count() == 1
        page = client.get(reverse("post:untouched")).content.decode()
        assert reverse("post:untouched") in client.get(reverse("post:queue")).content.decode()
    assert "Horses of the force" in page
