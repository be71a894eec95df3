"""Another mail server delivers to the desk: what is acknowledged is stored, and nothing else is taken."""

from __future__ import annotations

import os
import select
import signal
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from asgiref.sync import async_to_sync
from desk.world import World
from django.db import DatabaseError

from candour.post import listen
from candour.post.listen import Address, Taker
from candour.post.models import Message, MessageBytes
from post.mails import OUR_ADDRESS, mail
from post.smtp_server import free_port


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction of the test is not closed between two messages."""
    monkeypatch.setattr(listen, "close_old_connections", lambda: None)


def told(taker: Taker, envelope: Envelope, address: str) -> str:
    """What the server answers to a recipient."""
    return str(async_to_sync(taker.handle_RCPT)(None, None, envelope, address, []))  # type: ignore[arg-type]  not looked at


def given(taker: Taker, envelope: Envelope) -> str:
    """What the server answers to the message."""
    return str(async_to_sync(taker.handle_DATA)(None, None, envelope))  # type: ignore[arg-type]  not looked at


def envelope_of(raw: bytes) -> Envelope:
    """A message on its way in."""
    envelope = Envelope()
    envelope.content = raw
    envelope.rcpt_tos = [OUR_ADDRESS]
    return envelope


@pytest.mark.usefixtures("world")
def test_only_addresses_of_forces_are_taken() -> None:
    """The desk is no relay; a tag of an address is part of the force’s own."""
    taker, envelope = Taker(by_lmtp=False), Envelope()
    assert told(taker, envelope, OUR_ADDRESS).startswith("250")
    assert told(taker, envelope, OUR_ADDRESS.replace("@", "+web@")).startswith("250")
    assert told(taker, envelope, "someone@elsewhere.example").startswith("550")
    assert told(taker, envelope, "nonsense").startswith("550")
    assert len(envelope.rcpt_tos) == 2


@pytest.mark.usefixtures("world")
def test_lmtp_takes_one_recipient_at_a_time() -> None:
    """Each recipient wants an answer of its own after the message, so a second one is put off."""
    taker, envelope = Taker(by_lmtp=True), Envelope()
    assert told(taker, envelope, OUR_ADDRESS).startswith("250")
    assert told(taker, envelope, OUR_ADDRESS).startswith("452")


def test_what_is_acknowledged_is_stored(world: World) -> None:
    """Byte for byte, with the recipient of the envelope, which finds the force for a blind copy as well."""
    raw = mail().replace(OUR_ADDRESS.encode(), b"undisclosed@elsewhere.example")
    assert given(Taker(by_lmtp=False), envelope_of(raw)).startswith("250")
    assert bytes(MessageBytes.objects.get().content) == raw
    assert Message.objects.get().entries.get().authority == world.force


@pytest.mark.usefixtures("world")
def test_what_cannot_be_stored_is_not_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other server keeps it, and delivers it again."""

    def away(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(listen, "store", away)
    monkeypatch.setattr(listen, "is_ours", away)
    assert given(Taker(by_lmtp=False), envelope_of(mail())).startswith("451")
    assert told(Taker(by_lmtp=False), Envelope(), OUR_ADDRESS).startswith("451")


@pytest.mark.usefixtures("world")
def test_a_message_that_cannot_be_read_is_acknowledged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored: delivered again it would be no better."""

    def broken(*_: object) -> None:
        raise RuntimeError("what a message")

    monkeypatch.setattr("candour.post.take_in.read_stored", broken)
    assert given(Taker(by_lmtp=False), envelope_of(mail())).startswith("250")


@pytest.mark.parametrize("words", ["", "here", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:x"])
def test_an_address_that_is_none_is_refused(words: str) -> None:
    """In the words of whoever typed it."""
    with pytest.raises(ValueError, match="no address to listen on"):
        Address.read(words)


def test_an_address_without_a_host_is_this_machine() -> None:
    """Nobody opens a mail server to the world by leaving something out."""
    assert Address.read("2525") == Address("127.0.0.1", 2525)
    assert Address.read("[::1]:2525") == Address("::1", 2525)


@dataclass
class Running:
    """The command as it runs, with its database."""

    port: int
    database: Path
    process: subprocess.Popen[str]

    def stored(self) -> list[bytes]:
        """The messages in the database."""
        with sqlite3.connect(self.database) as connection:
            return [bytes(row[0]) for row in connection.execute("SELECT content FROM post_messagebytes")]


@pytest.fixture(params=["smtp", "lmtp"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """`candour post --smtp` or `--lmtp` in a process of its own."""
    database, port = tmp_path / "desk.sqlite3", free_port()
    environment = {**os.environ, "CANDOUR_DATABASE": f"sqlite:///{database}", "CANDOUR_DATA_DIR": str(tmp_path)}
    prepare = (
        "import django; django.setup(); from django.core.management import call_command; "
        "call_command('migrate', verbosity=0); from candour.desk.models import Authority; "
        f"Authority.objects.create(slug='w', name='Westvale Police', email='{OUR_ADDRESS}', review_contact='x')"
    )
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "candour.site.settings"}
    subprocess.run([sys.executable, "-c", prepare], env=settings, check=True)
    command = [sys.executable, "-m", "candour.cli", "post", f"--{request.param}", str(port)]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "it does not listen"
        assert "Listening" in process.stdout.readline()
        try:
            yield Running(port, database, process)
        finally:
            process.kill()


@pytest.mark.parametrize("running", ["smtp"], indirect=True)
def test_a_server_delivers_over_smtp_and_the_command_ends_when_told(running: Running) -> None:
    """A long line, a dot at the start of one and a second delivery of the same message are all well."""
    raw = mail().replace(b"\n", b"\r\n") + b".hidden\r\n" + b"long " * 5_000 + b"\r\n"
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", running.port, timeout=30) as client:
            client.sendmail("a@requester.example", [OUR_ADDRESS], raw)
    with (
        smtplib.SMTP("127.0.0.1", running.port, timeout=30) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        client.sendmail("a@requester.example", ["b@elsewhere.example"], raw)
    assert running.stored() == [raw]
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0


@pytest.mark.parametrize("running", ["lmtp"], indirect=True)
def test_a_server_delivers_over_lmtp_and_a_killed_desk_keeps_what_it_acknowledged(running: Running) -> None:
    """Killed right after the acknowledgement, it has the message."""
    raw = mail().replace(b"\n", b"\r\n")
    with smtplib.LMTP("127.0.0.1", running.port, timeout=30) as client:
        client.sendmail("a@requester.example", [OUR_ADDRESS], raw)
        running.process.send_signal(signal.SIGKILL)
    running.process.wait(30)
    assert running.stored() == [raw]
