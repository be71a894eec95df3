"""A real mail server in a thread of the tests, which keeps what it is given and refuses what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings


@dataclass
class Inbox:
    """What arrived, as bytes, with the sender and the recipients of the envelope; and what the server answers."""

    messages: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """Keep the message, or refuse it."""
        if self.to_data.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            assert envelope.mail_from is not None
            self.messages.append(content)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return self.to_data


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def mail_server(settings: Settings, **options: Any) -> Iterator[Inbox]:
    """A server on a free port, which the settings name, until the block ends."""
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, timeout=5.0, **options)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
        settings.EMAIL_PORT = port
        yield inbox
    finally:
        controller.stop()
