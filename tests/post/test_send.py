"""A cleared letter is sent once, as exactly the bytes that were cleared, and nobody has to guess whether it went."""

from __future__ import annotations

import email
import email.policy
import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from desk.world import EMAIL, NAME, NOW, World, cleared, decide_all, open_case, prepared, sent
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from candour.desk.jobs import run_due
from candour.desk.models import EventKind, Job, JobState, Response, ResponseState
from candour.desk.refusals import NotAllowed, Refused
from candour.post.models import MailState, OutgoingMail
from candour.post.send import resolve_interrupted, send, take_back


class Server(EmailBackend):
    """A mail server that takes nothing while `error` is set."""

    error: Exception | None = None

    def send_messages(self, messages: Any) -> int:
        """Fail as a server does, or take the messages."""
        if self.error:
            raise self.error
        return super().send_messages(messages)


Down = Callable[[Exception | None], None]


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Down:
    """Takes the mail server down with an error, or with None brings it up again."""
    monkeypatch.setattr("django.core.mail.get_connection", lambda **_: Server())
    return lambda error: monkeypatch.setattr(Server, "error", error)


def as_received() -> EmailMessage:
    """The one message that was sent, as the requester's mail program reads it."""
    (message,) = mail.outbox
    received = email.message_from_bytes(message.message().as_bytes(linesep="\r\n"), policy=email.policy.default)
    assert isinstance(received, EmailMessage)
    return received


def lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    return text.splitlines()


def posted(world: World) -> Response:
    """A cleared letter of somebody who gave no e-mail address."""
    return cleared(world, decide_all(world, open_case(world, requester_email="")))


# What is sent


def test_the_message_is_the_cleared_letter(world: World) -> None:
    """Text and HTML of the message are those of the cleared letter, line by line."""
    response = sent(world)
    files = {
        file.name.rsplit(".", 1)[-1]: bytes(file.content).decode()
        for file in response.files.all()
        if "pdf" not in file.name
    }
    received = as_received()
    plain, html = received.get_body(("plain",)), received.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert lines(plain.get_content()) == lines(files["txt"])
    assert lines(html.get_content()) == lines(files["html"])


def test_the_attachments_are_the_cleared_bytes(world: World) -> None:
    """The letter as PDF and every table arrive byte for byte, under their names and kinds, and nothing else does."""
    response = sent(world)
    attached = {part.get_filename(): part for part in as_received().iter_attachments()}
    cleared_files = {file.name: file for file in response.files.all()}
    assert list(attached) == ["1A-26_letter.pdf", "horses.csv"]
    for name, part in attached.items():
        assert part.get_payload(decode=True) == bytes(cleared_files[name].content)  # type: ignore[union-attr]
        assert part.get_content_type() == cleared_files[name].media_type.partition(";")[0]  # type: ignore[union-attr]


def test_the_message_goes_from_the_force_to_the_requester_alone(world: World) -> None:
    """One recipient, the address of the force as sender, and the reference in the subject."""
    sent(world)
    received = as_received()
    assert received["To"] == EMAIL
    assert received["From"] == "Westvale Police <foi@westvale.police.example>"
    assert received["Subject"] == "Freedom of Information request 1A/26: our response"
    assert (received["Cc"], received["Bcc"]) == (None, None)
    assert mail.outbox[0].recipients() == [EMAIL]


@pytest.mark.parametrize(
    "name",
    ["Police, Fire and Crime Commissioner", "Heddlu Gŵyr", 'The "Old" Force', "Westvale (Police)", "A <b@c.example>"],
)
def test_any_name_of_a_force_can_send(world: World, name: str) -> None:
    """Commas, quotes, brackets and accents in the name of the force stay in its name."""
    # BUG (reported): the sender is put together by hand, so that a comma makes two senders of it, and
    # brackets or quotes are lost.
    world.force.name = name
    world.force.save()
    sent(world)
    (sender,) = as_received()["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "foi@westvale.police.example")


def test_long_lines_of_a_table_arrive_whole(world: World) -> None:
    """A cell longer than a mail line may be is not broken."""
    case = decide_all(world, open_case(world))
    case.decisions.get(question__number="2").exhibits.update(rows=[["2024", "é" * 1500], ["2025", "=x"]])
    response = sent(world, case)
    (table,) = [part for part in as_received().iter_attachments() if part.get_filename() == "horses.csv"]
    assert table.get_payload(decode=True) == bytes(response.files.get(name="horses.csv").content)  # type: ignore[union-attr]


def test_the_identity_of_the_message_is_that_of_the_cleared_bytes(world: World) -> None:
    """The Message-ID comes from the digest, so that a second copy of the same letter is seen to be one."""
    response = sent(world)
    assert as_received()["Message-ID"] == f"<{response.digest[:40]}@westvale.police.example>"


def test_a_second_attempt_has_the_same_identity(world: World) -> None:
    """When nobody knows whether a letter went, sending it again gives a message that mail programs know."""
    response = cleared(world)
    Response.objects.update(state=ResponseState.SENDING)
    resolve_interrupted(response.pk, was_sent=False, actor=world.officer)
    send(response.pk, world.officer)
    assert as_received()["Message-ID"] == f"<{response.digest[:40]}@westvale.police.example>"


def test_two_letters_have_identities_of_their_own(world: World) -> None:
    """The same words to the same person in another case are another message."""
    sent(world)
    sent(world)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


# Once


def test_sending_is_recorded(world: World) -> None:
    """State, time and the trail say that it went by e-mail, with the digest and without the requester."""
    response = sent(world)
    assert response.state == ResponseState.SENT
    assert response.sent_at is not None
    event = response.case.events.last()
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.SENT, world.officer)
    assert event.detail.casefold().endswith(f"sent by e-mail, digest {response.digest[:16]}.")
    assert NAME not in event.detail


def test_a_letter_is_sent_once(world: World) -> None:
    """A second press of the button is refused, and one message has gone."""
    response = sent(world)
    with pytest.raises(Refused, match="already been sent"):
        send(response.pk, world.officer)
    assert len(mail.outbox) == 1
    assert [event.kind for event in response.case.events.all()].count(EventKind.SENT) == 1


def test_what_is_being_sent_is_not_sent_again(world: World) -> None:
    """While one process sends, another is refused."""
    response = cleared(world)
    Response.objects.update(state=ResponseState.SENDING)
    with pytest.raises(Refused, match="is being sent already"):
        send(response.pk, world.officer)
    assert mail.outbox == []


def test_what_is_not_cleared_is_not_sent(world: World) -> None:
    """A letter that awaits clearance stays where it is."""
    response = prepared(world)
    with pytest.raises(Refused, match="has not been cleared"):
        send(response.pk, world.officer)
    assert mail.outbox == []


def test_another_force_cannot_send(world: World) -> None:
    """Not even with the number of the letter."""
    response = cleared(world)
    with pytest.raises(NotAllowed, match="belongs to another force"):
        send(response.pk, world.outsider)
    assert Response.objects.get().state == ResponseState.CLEARED


# When it fails


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connection refused"),
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPRecipientsRefused({EMAIL: (450, b"busy")}),
        smtplib.SMTPAuthenticationError(535, b"no"),
    ],
)
def test_a_letter_waits_for_a_server_that_is_away(world: World, down: Down, error: Exception) -> None:
    """The letter stays in the outbox, and is neither sent nor lost."""
    response = cleared(world)
    down(error)
    assert send(response.pk, world.officer).state == ResponseState.SENDING
    waiting = OutgoingMail.objects.get()
    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
    assert waiting.next_at > waiting.asked_at
    assert EventKind.SENT not in [event.kind for event in response.case.events.all()]


def test_once_the_server_is_back_the_letter_goes_by_itself(world: World, down: Down) -> None:
    """The worker tries again, with the same clearance, and the trail names who asked for it."""
    response = cleared(world)
    down(TimeoutError("timed out"))
    send(response.pk, world.officer)
    down(None)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        run_due()
    response.refresh_from_db()
    assert response.state == ResponseState.SENT
    assert len(mail.outbox) == 1
    event = response.case.events.last()
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.SENT, world.officer)
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: {"content": bytes(mail.content).replace(b"horses", b"Horses", 1)},
        lambda mail: {"content": bytes(mail.content)[:-1]},
        lambda _: {"recipient": "x@y.example"},
        lambda _: {"sender": "Another <x@y.example>"},
    ],
)
def test_a_message_that_was_changed_while_it_waited_is_not_sent(
    world: World, down: Down, change: Callable[[OutgoingMail], dict[str, object]]
) -> None:
    """What was cleared is what leaves, also days later: the trail keeps the digest of the message. A new one can go."""
    response = cleared(world)
    down(TimeoutError("timed out"))
    send(response.pk, world.officer)
    OutgoingMail.objects.update(**change(OutgoingMail.objects.get()))
    down(None)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        run_due()
    response.refresh_from_db()
    assert (mail.outbox, response.state) == ([], ResponseState.CLEARED)
    assert "changed while it waited" in response.case.events.last().why  # type: ignore[union-attr]
    assert send(response.pk, world.officer).state == ResponseState.SENT


def test_a_server_that_stays_away_is_given_up_after_two_days(world: World, down: Down) -> None:
    """The letter is cleared again, and the trail says why: somebody has to find another way."""
    response = cleared(world)
    down(TimeoutError("timed out"))
    send(response.pk, world.officer)
    for hour in range(60):
        with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
            run_due()
    response.refresh_from_db()
    assert response.state == ResponseState.CLEARED
    assert OutgoingMail.objects.get().state == MailState.REFUSED
    assert "not taken within two days" in response.case.events.last().why  # type: ignore[union-attr]


def test_a_recipient_that_is_refused_for_good_is_told_at_once(world: World, down: Down) -> None:
    """What will never go is not tried again; the letter is cleared as before, and can be sent again."""
    response = cleared(world)
    down(smtplib.SMTPRecipientsRefused({EMAIL: (550, b"unknown")}))
    with pytest.raises(Refused, match=r"The mail server did not take the letter .* Nothing was sent"):
        send(response.pk, world.officer)
    response.refresh_from_db()
    assert (response.state, response.sent_at) == (ResponseState.CLEARED, None)
    down(None)
    assert send(response.pk, world.officer).state == ResponseState.SENT
    assert len(mail.outbox) == 1


def test_a_refusal_does_not_name_the_requester(world: World, down: Down) -> None:
    """What the desk shows when a server refuses the recipient does not tell who asked."""
    response = cleared(world)
    down(smtplib.SMTPDataError(554, f"<{EMAIL}> is full".encode()))
    with pytest.raises(Refused) as refused:
        send(response.pk, world.officer)
    assert EMAIL not in str(refused.value)
    assert EMAIL not in OutgoingMail.objects.get().said


def test_a_letter_that_waits_can_be_taken_back(world: World, down: Down) -> None:
    """It is cleared and not sent, and no worker sends it any more."""
    response = cleared(world)
    down(TimeoutError("timed out"))
    send(response.pk, world.officer)
    take_back(response.pk, world.officer)
    response.refresh_from_db()
    assert response.state == ResponseState.CLEARED
    down(None)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        run_due()
    assert mail.outbox == []
    with pytest.raises(Refused):
        take_back(response.pk, world.officer)


def test_an_unforeseen_failure_is_left_to_a_person(world: World, down: Down) -> None:
    """When nobody can know whether it went, the letter stays "being sent" and is not sent again by itself."""
    response = cleared(world)
    down(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        send(response.pk, world.officer)
    response.refresh_from_db()
    assert response.state == ResponseState.SENDING
    with pytest.raises(Refused):
        send(response.pk, world.officer)


# After an interruption


@pytest.mark.parametrize("was_sent", [True, False])
def test_a_person_says_what_became_of_it(world: World, was_sent: bool) -> None:
    """Sent, and it is recorded as sent; not sent, and it is cleared again, ready to be sent."""
    response = cleared(world)
    Response.objects.update(state=ResponseState.SENDING)
    resolve_interrupted(response.pk, was_sent=was_sent, actor=world.officer)
    response.refresh_from_db()
    assert response.state == (ResponseState.SENT if was_sent else ResponseState.CLEARED)
    assert (response.sent_at is not None) == was_sent
    assert ([event.kind for event in response.case.events.all()].count(EventKind.SENT) == 1) == was_sent
    assert mail.outbox == []


@pytest.mark.parametrize("was_sent", [True, False])
def test_what_a_person_said_is_in_the_trail(world: World, was_sent: bool) -> None:
    """Either answer is a step that changed the case, and the trail says who gave it."""
    # BUG (reported): "it was not sent" leaves no event.
    response = cleared(world)
    Response.objects.update(state=ResponseState.SENDING)
    before = response.case.events.count()
    resolve_interrupted(response.pk, was_sent=was_sent, actor=world.approver)
    assert response.case.events.count() > before
    assert response.case.events.last().actor == world.approver  # type: ignore[union-attr]


@pytest.mark.parametrize("take", [prepared, cleared, sent])
def test_what_was_not_interrupted_is_not_resolved(world: World, take: Callable[[World], Response]) -> None:
    """Only a letter that is being sent has an open question."""
    response = take(world)
    for was_sent in (True, False):
        with pytest.raises(Refused, match="was not interrupted"):
            resolve_interrupted(response.pk, was_sent=was_sent, actor=world.officer)


# By post


def test_without_an_address_it_is_recorded_as_posted(world: World) -> None:
    """No mail goes, and the trail says that it went by post."""
    response = send(posted(world).pk, world.officer)
    assert response.state == ResponseState.SENT
    assert mail.outbox == []
    event = response.case.events.last()
    assert event is not None
    assert "sent by post" in event.detail.casefold()


def test_the_page_says_how_it_goes(world: World) -> None:
    """With an address the button sends; without one it records what was posted."""
    client = Client()
    client.force_login(world.officer)
    assert "Send the letter" in client.get(reverse("post:send", args=[cleared(world).case_id])).content.decode()
    assert "Record it as posted" in client.get(reverse("post:send", args=[posted(world).case_id])).content.decode()


# In the browser


def test_the_page_asks_what_became_of_an_interrupted_letter(world: World) -> None:
    """Both answers are offered, and the one given is followed."""
    response = cleared(world)
    Response.objects.update(state=ResponseState.SENDING)
    client = Client()
    client.force_login(world.officer)
    path = reverse("post:send", args=[response.case_id])
    assert "Was this letter sent?" in client.get(path).content.decode()
    client.post(path, {"action": "was_not_sent"})
    assert Response.objects.get().state == ResponseState.CLEARED
    client.post(path)
    assert Response.objects.get().state == ResponseState.SENT
    assert len(mail.outbox) == 1


def test_reading_the_page_sends_nothing(world: World) -> None:
    """Only the button sends."""
    response = cleared(world)
    client = Client()
    client.force_login(world.officer)
    client.get(reverse("post:send", args=[response.case_id]))
    assert mail.outbox == []
    assert Response.objects.get().state == ResponseState.CLEARED


def test_a_letter_that_waits_shows_what_may_be_done(world: World, down: Down) -> None:
    """The case says that it waits; its page offers to try now, which sends it once the server is back."""
    response = cleared(world)
    down(ConnectionRefusedError(111, "Connection refused"))
    client = Client()
    client.force_login(world.officer)
    path = reverse("post:send", args=[response.case_id])
    page = client.post(path, follow=True).content.decode()
    assert "has not taken the letter yet" in page
    page = client.get(path).content.decode()
    assert "Try now" in page
    assert "Take it back" in page
    assert "Tried" in page
    down(None)
    client.post(path, {"action": "try_now"})
    assert Response.objects.get().state == ResponseState.SENT


def test_a_letter_that_waits_is_taken_back_on_its_page(world: World, down: Down) -> None:
    """The button does what it says."""
    response = cleared(world)
    down(ConnectionRefusedError(111, "Connection refused"))
    client = Client()
    client.force_login(world.officer)
    path = reverse("post:send", args=[response.case_id])
    client.post(path)
    client.post(path, {"action": "take_back"})
    assert Response.objects.get().state == ResponseState.CLEARED
