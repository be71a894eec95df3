"""The outbox against a real mail server: the cleared bytes arrive, no letter is lost, and none is sent twice."""

from __future__ import annotations

import email
import email.policy
import hashlib
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from desk.world import EMAIL, NAME, NOW, World, cleared, decide_all, open_case
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from candour.desk.jobs import run_due
from candour.desk.models import EventKind, Job, Response, ResponseState
from candour.desk.refusals import Refused
from candour.post import outbox, outgoing
from candour.post.acknowledge import acknowledge
from candour.post.models import Fate, MailState, OutgoingMail
from candour.post.send import resolve_interrupted, send
from candour.post.take_in import take_in
from post.mails import OUR_ADDRESS, bounce
from post.smtp_server import Inbox, mail_server


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """What a real server took."""
    with mail_server(settings) as taken:
        yield taken


def later(minutes: int) -> None:
    """What the worker does some time later."""
    with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
        run_due()


def test_a_server_receives_exactly_the_cleared_bytes(world: World, inbox: Inbox) -> None:
    """Every file of the cleared letter comes out of the message as it was cleared, and nothing else does."""
    response = send(cleared(world).pk, world.officer)
    assert response.state == ResponseState.SENT
    (content,) = inbox.messages
    assert inbox.envelopes == [("foi@westvale.police.example", [EMAIL])]
    files = {file.name: file for file in response.files.all()}
    received = email.message_from_bytes(content, policy=email.policy.default)
    attached = {part.get_filename(): part.get_payload(decode=True) for part in received.walk() if part.get_filename()}
    assert set(attached) == {name for name in files if name.endswith((".pdf", ".csv"))}
    for name, payload in attached.items():
        assert hashlib.sha256(payload).hexdigest() == files[name].sha256  # type: ignore[arg-type]
    assert content == bytes(OutgoingMail.objects.get().content)


@given(
    body=st.text(
        alphabet=st.sampled_from([".", "\n", "a", "é", " ", "-"]) | st.characters(exclude_categories=("Cs", "Cc")),
        max_size=300,
    )
)
def test_any_words_arrive_as_they_are(body: str) -> None:
    """Lines that begin with a dot, long lines and every script survive the way over the line."""
    made = outgoing.message_bytes(outgoing.OutgoingMessage("k" * 40, "a@a.example", "b@b.example", "Words", body))
    over_the_line = outgoing._with_dots(made)
    assert over_the_line.endswith(b"\r\n.\r\n")
    undone = b"".join(
        line[1:] if line.startswith(b".") else line
        for line in over_the_line[: -len(b".\r\n")].splitlines(keepends=True)
    )
    assert undone in {made, made + b"\r\n"}


@pytest.mark.parametrize(("answer", "state"), [("451 Later", MailState.WAITING), ("550 Never", MailState.REFUSED)])
@pytest.mark.parametrize("moment", ["to_recipient", "to_data"])
def test_what_the_server_answers_decides(world: World, inbox: Inbox, moment: str, answer: str, state: str) -> None:
    """“Later” waits, “never” gives the letter back, whether it is said of the recipient or of the message."""
    setattr(inbox, moment, answer)
    response = cleared(world)
    if state == MailState.REFUSED:
        with pytest.raises(Refused, match="550 Never"):
            send(response.pk, world.officer)
    else:
        assert send(response.pk, world.officer).state == ResponseState.SENDING
    assert OutgoingMail.objects.get().state == state
    assert inbox.messages == []
    setattr(inbox, moment, "250 OK")
    if state == MailState.WAITING:
        later(5)
        assert len(inbox.messages) == 1


class Killed(BaseException):
    """The process dies here."""


MOMENTS = [
    (outbox, "_claim", "before"),
    (outbox, "_claim", "after"),
    (outgoing.SmtpBackend, "open", "before"),
    (outgoing.SmtpBackend, "open", "after"),
    (outbox, "_mark", "before"),
    (outbox, "_mark", "after"),
    (outgoing, "_with_dots", "before"),
    (outgoing.SmtpBackend, "close", "before"),
    (outbox, "_settled", "before"),
    (outbox, "_write", "after"),
    (outbox, "_settled", "after"),
]
BEFORE_THE_LAST = 5
"""In the first five moments it is certain that the server has nothing; in the last one all is written."""


@pytest.mark.parametrize("number", range(len(MOMENTS)))
def test_a_sender_that_is_killed_loses_no_letter_and_sends_none_twice(
    world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Wherever it dies: the letter goes by itself while that is safe, and otherwise a person is asked."""
    owner, name, when = MOMENTS[number]
    real = getattr(owner, name)

    def dying(*args: Any, **named: Any) -> Any:
        if when == "after":
            real(*args, **named)
        raise Killed

    response = cleared(world)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dying)
        with pytest.raises(Killed):
            send(response.pk, world.officer)
    for minutes in (1, 10, 60):
        later(minutes)
    response.refresh_from_db()
    if number < BEFORE_THE_LAST or number == len(MOMENTS) - 1:
        assert response.state == ResponseState.SENT
        assert len(inbox.messages) == 1
        return
    assert response.state == ResponseState.SENDING
    assert len(inbox.messages) <= 1
    stuck = outbox.mail_of(response)
    assert stuck is not None
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert outbox.is_interrupted(stuck)
        was_sent = bool(inbox.messages)
        resolve_interrupted(response.pk, was_sent=was_sent, actor=world.officer)
        if not was_sent:
            send(response.pk, world.officer)
    response.refresh_from_db()
    assert response.state == ResponseState.SENT
    assert len(inbox.messages) == 1


def test_a_line_that_breaks_before_the_answer_is_left_to_a_person(
    world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know whether the server took it: no program tries again."""

    def broken(_self: Any) -> Any:
        raise ConnectionResetError("reset")

    response = cleared(world)
    real = outgoing._with_dots
    monkeypatch.setattr(
        outgoing, "_with_dots", lambda content: monkeypatch.setattr("smtplib.SMTP.getreply", broken) or real(content)
    )
    assert send(response.pk, world.officer).state == ResponseState.SENDING
    monkeypatch.undo()
    stuck = outbox.mail_of(response)
    assert stuck is not None
    assert outbox.is_interrupted(stuck)
    later(600)
    assert len(inbox.messages) <= 1
    assert Response.objects.get(pk=response.pk).state == ResponseState.SENDING


@pytest.mark.parametrize(
    ("address", "arrives_at"),
    [("robin@bücher.example", "robin@xn--bcher-kva.example"), ("rübe@requester.example", "rübe@requester.example")],
)
def test_an_address_beyond_ascii_is_written_to(world: World, settings: Settings, address: str, arrives_at: str) -> None:
    """The domain in the letters of mail servers; the rest as it is, where the server takes such."""
    with mail_server(settings, enable_SMTPUTF8=True) as inbox:
        response = send(cleared(world, decide_all(world, open_case(world, requester_email=address))).pk, world.officer)
    assert response.state == ResponseState.SENT
    assert inbox.envelopes[0][1] == [arrives_at]


@pytest.mark.parametrize("address", ["rübe@requester.example", f"robin@{'x' * 70}.example", "robin"])
def test_an_address_that_no_server_takes_is_refused_in_words(world: World, settings: Settings, address: str) -> None:
    """The letter is cleared still, and can be posted."""
    letter = cleared(world, decide_all(world, open_case(world, requester_email=address)))
    with mail_server(settings, enable_SMTPUTF8=False) as inbox, pytest.raises(Refused, match="did not take the letter"):
        send(letter.pk, world.officer)
    letter.refresh_from_db()
    assert (letter.state, inbox.messages) == (ResponseState.CLEARED, [])


def test_an_unforeseen_error_before_the_last_moment_is_tried_again(
    world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was given to the server, so that the letter goes by itself once the error is gone."""

    def odd(*_: Any) -> Any:
        raise RuntimeError("odd")

    with monkeypatch.context() as patch:
        patch.setattr("smtplib.SMTP.mail", odd)
        response = send(cleared(world).pk, world.officer)
    assert response.state == ResponseState.SENDING
    later(2)
    assert len(inbox.messages) == 1


@pytest.mark.parametrize("reports", [True, False])
def test_a_server_that_reports_on_delivery_is_asked_to(
    world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, reports: bool
) -> None:
    """The report is about the letter, and does not carry it; a server that knows nothing of that is asked nothing."""
    asked: list[str] = []
    known = smtplib.SMTP.has_extn

    def told(real: Any) -> Any:
        def with_options(self: Any, address: str, options: Any = ()) -> Any:
            asked.extend(options)
            return real(self, address, [each for each in options if each.startswith("size")])

        return with_options

    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda self, name: reports if name == "dsn" else known(self, name))
    monkeypatch.setattr("smtplib.SMTP.mail", told(smtplib.SMTP.mail))
    monkeypatch.setattr("smtplib.SMTP.rcpt", told(smtplib.SMTP.rcpt))
    send(cleared(world).pk, world.officer)
    assert len(inbox.messages) == 1
    wanted = ["RET=HDRS", "NOTIFY=SUCCESS,FAILURE,DELAY"] if reports else []
    assert [each for each in asked if not each.startswith("size")] == wanted


def test_two_workers_do_not_send_one_letter_both(world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one holds the message, another that comes finds it taken."""
    response = cleared(world)
    real = outgoing.hand_over

    def met(content: bytes, sender: str, recipient: str, about_to: Any) -> None:
        stored = OutgoingMail.objects.get()
        outbox.deliver(stored.pk, lambda _: None)
        run_due()
        real(content, sender, recipient, about_to)

    monkeypatch.setattr(outbox, "hand_over", met)
    send(response.pk, world.officer)
    assert len(inbox.messages) == 1


# What became of it


@pytest.mark.parametrize(
    ("action", "fate"), [("failed", Fate.RETURNED), ("delayed", Fate.DELAYED), ("delivered", Fate.ARRIVED)]
)
def test_a_report_of_delivery_comes_back_to_the_letter(world: World, action: str, fate: str) -> None:
    """The letter shows what became of it, without the address, and the case says so."""
    response = send(cleared(world).pk, world.officer)
    take_in(bounce(response.digest[:40] + "@westvale.police.example", action=action))
    sent = OutgoingMail.objects.get()
    assert sent.fate == fate
    assert EMAIL not in sent.fate_said
    event = response.case.events.last()
    assert event is not None
    assert event.kind == EventKind.MAIL


def test_a_delay_does_not_hide_that_a_letter_came_back(world: World) -> None:
    """Reports come in any order; the gravest stays."""
    response = send(cleared(world).pk, world.officer)
    for action in ("delayed", "failed", "delayed"):
        take_in(bounce(response.digest[:40] + "@westvale.police.example", action=action))
    assert OutgoingMail.objects.get().fate == Fate.RETURNED


# The acknowledgement


def test_a_request_is_acknowledged_once_where_the_force_wants_it(world: World) -> None:
    """The requester is told the reference and the day, by a message that no automatic reply answers."""
    world.force.acknowledges = True
    world.force.save()
    case = open_case(world)
    run_due()
    acknowledge(case)
    run_due()
    (message,) = mail.outbox
    made = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    body = made.get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert case.reference in words
    assert f"{case.due:%-d %B %Y}" in words
    assert NAME in words
    assert made["Auto-Submitted"] == "auto-replied"
    assert [event.kind for event in case.events.all()].count(EventKind.ACKNOWLEDGED) == 1


def test_no_request_is_acknowledged_unless_the_force_wants_it(world: World) -> None:
    """It is a setting of the force."""
    open_case(world)
    assert not Job.objects.exists()


def test_nobody_is_told_by_e_mail_who_gave_no_address(world: World) -> None:
    """A request on paper is acknowledged on paper."""
    world.force.acknowledges = True
    world.force.save()
    case = open_case(world, requester_email="")
    assert not Job.objects.exists()
    assert acknowledge(case) is None


def test_an_answer_to_the_acknowledgement_joins_the_case(world: World) -> None:
    """It is known by the identity of the message that it answers."""
    case = open_case(world)
    sent = acknowledge(case)
    assert sent is not None
    reply = (
        f"From: {NAME} <{EMAIL}>\nTo: {OUR_ADDRESS}\nSubject: thank you\nMessage-ID: <r@requester.example>\n"
        f"In-Reply-To: <{sent.key}@westvale.police.example>\n\nThank you.\n"
    )
    assert take_in(reply.encode()).entries.get().case == case
