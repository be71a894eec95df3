"""A mailbox is read over IMAP: each message once, none lost, and nothing is taken away."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from desk.world import World
from django.db import DatabaseError

from candour.post import mailbox as module
from candour.post.mailbox import Fetched, MailboxError, read_mailbox
from candour.post.models import Mailbox, Message, MessageBytes
from candour.post.take_in import LARGEST_MESSAGE
from candour.site.config import Config
from post.imap_server import Folder, imap_server
from post.mails import mail

REQUEST = mail().replace(b"\n", b"\r\n")
OTHER = REQUEST.replace(b"one@requester", b"two@requester")


@pytest.fixture
def folder(world: World) -> Iterator[Folder]:
    """A served folder with two messages."""
    with imap_server(Folder()) as served:
        served.add(REQUEST)
        served.add(OTHER)
        yield served


def settings(folder: Folder, **others: Any) -> Config:
    """The settings that name the folder."""
    given = {"imap_host": "127.0.0.1", "imap_port": folder.port, "imap_tls": False, "imap_user": "foi", **others}
    return Config(**{"imap_password": folder.password, **given})


def read(folder: Folder, **others: Any) -> list[Fetched]:
    """What became of what was new."""
    return list(read_mailbox(settings(folder, **others)))


def test_each_message_is_stored_byte_for_byte_and_marked_as_read(folder: Folder) -> None:
    """Oldest first; the mailbox keeps them."""
    assert [fetched.uid for fetched in read(folder)] == [1, 2]
    assert [bytes(each.content) for each in MessageBytes.objects.order_by("pk")] == [REQUEST, OTHER]
    assert set(folder.flags) == {1, 2}
    assert set(folder.messages) == {1, 2}


def test_only_what_is_new_is_fetched_the_next_time(folder: Folder) -> None:
    """Though the server names the last message whatever was asked for."""
    read(folder)
    assert read(folder) == []
    folder.add(REQUEST.replace(b"one@requester", b"three@requester"))
    assert [fetched.uid for fetched in read(folder)] == [3]
    assert folder.fetched == [1, 2, 3]


def test_a_server_that_numbers_its_messages_anew_gives_none_twice(folder: Folder) -> None:
    """All are fetched again and known by what they are."""
    read(folder)
    folder.validity = 8
    assert len(read(folder)) == 2
    assert Message.objects.count() == 2


def test_a_reader_that_dies_after_storing_stores_nothing_twice(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is met again, and is the same."""
    with monkeypatch.context() as patch:
        patch.setattr(module.IMAPClient, "add_flags", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read(folder)
    assert Message.objects.count() == 1
    assert len(read(folder)) == 2
    assert Message.objects.count() == 2


def test_a_message_that_could_not_be_stored_is_met_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is neither marked nor passed over."""

    def away(*_: object) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(module, "take_in", away)
        with pytest.raises(DatabaseError):
            read(folder)
    assert folder.flags == {}
    assert Mailbox.objects.get().last_uid == 0
    assert len(read(folder)) == 2


def test_what_is_done_can_be_moved(folder: Folder) -> None:
    """Into the folder that the settings name."""
    read(folder, imap_done_folder="Taken")
    assert folder.moved == {1: "Taken", 2: "Taken"}


def test_a_message_that_is_too_large_stays_and_is_told_of(folder: Folder) -> None:
    """It is not fetched at all, and those after it are."""
    folder.sizes[1] = LARGEST_MESSAGE + 1
    first, second = read(folder)
    assert first.message is None
    assert "It stays there" in first.trouble
    assert second.message is not None
    assert folder.fetched == [2]


def test_the_mailbox_of_one_force_names_it(folder: Folder, world: World) -> None:
    """A message that reached it by a blind copy is in the queue of that force."""
    folder.messages = {1: REQUEST.replace(b"foi@westvale.police.example", b"all@requester.example")}
    read(folder, imap_delivered_to="foi@westvale.police.example")
    assert Message.objects.get().entries.get().authority == world.force


def test_a_wrong_password_is_one_line(folder: Folder) -> None:
    """And nothing of the password is in it."""
    with pytest.raises(MailboxError, match="cannot be read") as refused:
        read(folder, imap_password="guess")
    assert "guess" not in str(refused.value)


def test_a_server_that_is_away_is_one_line(folder: Folder) -> None:
    """Whoever runs the desk reads which one."""
    with pytest.raises(MailboxError, match=r"The mailbox on 127\.0\.0\.1 cannot be read"):
        read(folder, imap_port=1)


# Signing in by a token


@contextmanager
def token_server(answer: dict[str, str]) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A server that gives tokens, and the forms that it was sent."""
    forms: list[dict[str, list[str]]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token", forms
        server.shutdown()


def test_a_token_is_got_and_used(folder: Folder) -> None:
    """By the client credentials grant, whose secret goes to the server of tokens alone."""
    with token_server({"access_token": "tok123"}) as (address, forms):
        read(folder, imap_token_url=address, imap_client_id="desk", imap_client_secret="hush")
    assert forms[0]["grant_type"] == ["client_credentials"]
    assert forms[0]["client_secret"] == ["hush"]
    (signed,) = folder.signed_in
    assert signed.startswith("XOAUTH2")
    assert "tok123" in signed
    assert "hush" not in signed
    assert Message.objects.count() == 2


def test_no_token_is_one_line(folder: Folder) -> None:
    """What the server said is not repeated: it may hold the secret."""
    with (
        token_server({"error": "hush is wrong"}) as (address, _),
        pytest.raises(MailboxError, match="No token") as refused,
    ):
        read(folder, imap_token_url=address)
    assert "hush" not in str(refused.value)


def test_a_secret_does_not_travel_in_the_open(folder: Folder) -> None:
    """An address without https is refused before anything is sent."""
    with pytest.raises(MailboxError, match="must begin with https"):
        read(folder, imap_token_url="http://tokens.example/token")
