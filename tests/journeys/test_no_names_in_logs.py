"""A journey goes wrong wherever it can, and no log, error page, job or index says who asked or what was written."""

from __future__ import annotations

import io
import logging
import re
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from desk.complete import complete
from desk.world import NOW, TODAY, World
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from portal.test_asking import Asker
from post.mails import mail as message_of

from candour.desk.business_areas.tasks import ask
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import run_due
from candour.desk.models import BusinessArea, Case, Event, Job, Publication
from candour.desk.publishing.publish import publish
from candour.law import Outcome
from candour.letters.response import Answer
from candour.post import take_in as taking_in
from candour.post.models import OutgoingMail
from candour.post.send import send
from candour.post.take_in import take_in
from candour.site.demo import decide
from candour.site.logs import WithoutWords

NAME, EMAIL = "Zephyrine Quillfeather", "zephyrine@requester.example"
TOLD = "My neighbour the xylophonist keeps me awake."
REQUEST = f"Dear force,\n\n{TOLD}\n\n1. How many marmalade patrols were there?\n\nYours,\n{NAME}"
OF_WHO_ASKED = ("zephyrine", "quillfeather")
OF_THE_REQUEST = ("xylophonist", "marmalade")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes, as it would to the terminal."""
    (handler,) = [each for each in logging.getLogger().handlers if isinstance(each.formatter, WithoutWords)]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    # Not by setStream, which flushes the stream of before: that of an earlier test is closed.
    before, handler.stream = handler.stream, written
    yield written
    handler.stream = before


def breaking(*_given: Any, **_more: Any) -> Any:
    """Go wrong with an error that quotes all that was worked on, as parsers and databases do."""
    raise ValueError(f"cannot take {NAME} <{EMAIL}>: {REQUEST!r}")


def hears(word: str, text: str) -> bool:
    return word in text.casefold()


def told(*rows: Any) -> str:
    """Every value of every row, without the bytes of messages."""
    return repr([{key: value for key, value in vars(row).items() if key != "_state"} for row in rows])


def jobs_and_trail() -> str:
    """Whatever the tables of background work, the trail, and what servers said of our mail hold."""
    of_mail = OutgoingMail.objects.values_list("said", "fate_said", "dealt_with")
    return told(*Job.objects.all(), *Event.objects.all()) + repr(list(of_mail))


def public_index() -> str:
    """The stems in the index of the public search, as they are stored."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab(main, log_index, row)")
            cursor.execute("SELECT term FROM temp.stems")
            return repr(cursor.fetchall())
        cursor.execute("SELECT title, words, log_index::text FROM desk_publication")
        return repr(cursor.fetchall())


class Refusing(EmailBackend):
    """A mail server that refuses, and says whom."""

    def send_messages(self, _messages: Any) -> int:
        """Refuse."""
        raise smtplib.SMTPDataError(554, f"<{EMAIL}>: no such user zephyrine".encode())


def asked_by_page(monkeypatch: pytest.MonkeyPatch) -> Case:
    """A request that is asked on the public pages, each of which goes wrong once, and mail with it."""
    asker = Asker()
    asker.client.raise_request_exception = False
    given: dict[str, dict[str, str]] = {
        "topic": {"title": "Patrols"},
        "text": {"text": REQUEST},
        "name": {"name": NAME},
        "email": {"email": EMAIL},
    }
    for step, fields in given.items():
        with monkeypatch.context() as patch:
            patch.setattr("candour.portal.models.Draft.save", breaking)
            look_at(asker.post(step, **fields))
        asker.post(step, **fields)
    asker.post("code", code=re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))[0])  # type: ignore[index]
    with monkeypatch.context() as patch:
        patch.setattr("candour.desk.intake.receive.record", breaking)
        look_at(asker.post("check"))
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.get_connection", lambda **_: Refusing())
        asker.post("check")
        asker.client.get(asker.at("done"))
    follow = asker.follow()
    with monkeypatch.context() as patch:
        patch.setattr("candour.portal.following.render", breaking)
        look_at(asker.client.get(follow))
    return Case.objects.get()


def look_at(answer: Any) -> None:
    """An error page is one, and says nothing of the request."""
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "there is a problem with the service" in page
    assert not [word for word in (*OF_WHO_ASKED, *OF_THE_REQUEST, "traceback") if hears(word, page)]


def broken_pages(case: Case, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of staff that show who asked and what, each of which goes wrong in its template; a form in its work."""
    client = Client(raise_request_exception=False)
    client.force_login(world.officer)
    names = ("case", "requester", "questions", "clock", "letter", "triage", "hand-over", "profile", "watchers")
    more = ("desk:caseload", "desk:my-day", "desk:move", "desk:reviews", "post:queue", "post:untouched")
    with monkeypatch.context() as patch:
        patch.setattr("candour.site.context._links", breaking)
        for name in names:
            look_at(client.get(reverse(f"desk:{name}", args=[case.pk])))
        for name in more:
            look_at(client.get(reverse(name)))
        look_at(client.get(reverse("post:acknowledge", args=[case.pk])))
        look_at(client.get(reverse("desk:caseload"), {"q": NAME}))
    with monkeypatch.context() as patch:
        patch.setattr("candour.post.acknowledge.outbox.put", breaking)
        look_at(client.post(reverse("post:acknowledge", args=[case.pk])))
        look_at(acknowledged_together(client, case))
    with monkeypatch.context() as patch:
        patch.setattr("candour.desk.caseload.notes.record", breaking)
        look_at(client.post(reverse("desk:new-note", args=[case.pk]), {"text": f"{NAME} rang: {TOLD}"}))
    with monkeypatch.context() as patch:
        patch.setattr("candour.desk.intake.receive.record", breaking)
        entered = {
            "submission": "00000000-0000-4000-8000-000000000001",
            "title": "Patrols",
            "text": REQUEST,
            "received_day": "9",
            "received_month": "3",
            "received_year": "2026",
            "channel": "email",
            "requester_name": NAME,
            "requester_email": EMAIL,
        }
        look_at(client.post(reverse("desk:new-request"), entered))


def acknowledged_together(client: Client, case: Case) -> Any:
    """The request is acknowledged as one of many, once what would change was shown."""
    path, given = reverse("desk:move") + f"?step=acknowledge&case={case.pk}", {"cases": [case.pk]}
    seen = re.search(r'name="seen" value="([^"]+)"', client.post(path, {**given, "action": "preview"}).content.decode())
    assert seen
    return client.post(path, {**given, "action": "move", "seen": seen[1]})


def answered(case: Case, world: World, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """The request asked on to a business area, answered, refused by the mail server, sent and published."""
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.police.example")
    ask(case.questions.get(), area, "How many?", TODAY + timedelta(days=7), "https://foi.example/", world.officer)
    with monkeypatch.context() as patch:
        patch.setattr("candour.desk.background.mail_about", breaking)
        for hour in range(6):
            with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
                run_due()
    decide(case, Answer(complete(Outcome.NOT_HELD), ("1",)), world.officer)
    letter = prepare(case.pk, TODAY, world.officer)
    clear(letter.pk, letter.digest, world.approver)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.get_connection", lambda **_: Refusing())
        client = Client()
        client.force_login(world.officer)
        page = client.post(reverse("post:send", args=[case.pk]), follow=True).content.decode()
        assert "did not take the letter" in page
        assert not [word for word in OF_WHO_ASKED if hears(word, page.partition("<h2")[0])]
    return publish(send(letter.pk, world.officer).pk, world.officer)


def test_nothing_of_a_request_is_in_logs_error_pages_jobs_or_indexes(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asked, taken in, worked on, sent, published: what fails is in the log by kind and place, and by nothing else."""
    with monkeypatch.context() as patch:
        patch.setattr(taking_in, "place", breaking)
        take_in(message_of(REQUEST, sender=f"{NAME} <{EMAIL}>"))
    case = asked_by_page(monkeypatch)
    assert not [word for word in (*OF_WHO_ASKED, *OF_THE_REQUEST) if hears(word[:7], public_index())]
    broken_pages(case, world, monkeypatch)
    publication = answered(case, world, monkeypatch)
    assert publication.is_visible
    lines = log.getvalue()
    assert "builtins.ValueError" in lines
    assert "intake/receive.py" in lines
    assert "task.mail" in lines
    assert "Internal Server Error: /follow/[…]/" in lines
    printed = "".join(capfd.readouterr())
    for word in (*OF_WHO_ASKED, *OF_THE_REQUEST):
        assert not hears(word, lines), word
        assert not hears(word, printed), word
        assert not hears(word, jobs_and_trail()), word
    assert hears("marmala", public_index()), "the answer is published, and can be found"
    for word in OF_WHO_ASKED:
        assert not hears(word[:7], public_index()), word


def test_staff_do_not_find_a_case_by_who_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search of the caseload knows references and titles."""
    case = asked_by_page(monkeypatch)
    client = Client()
    client.force_login(world.officer)
    for words, found in (
        ("Patrols", True),
        (case.reference, True),
        (NAME, False),
        (EMAIL, False),
        ("Zephyrine", False),
    ):
        page = client.get(reverse("desk:caseload"), {"queue": "all", "q": words}).content.decode()
        assert (reverse("desk:case", args=[case.pk]) in page) == found, words
