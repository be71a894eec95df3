"""A mail server of the desk’s own: another server delivers to it over SMTP or LMTP.

A message is acknowledged only when it is stored. It is no relay: only addresses of forces of this desk are taken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from candour.post.take_in import LARGEST_MESSAGE, TooLarge, is_ours, store, try_to_read

_log = logging.getLogger(__name__)
Given = TypeVar("Given")

_NOT_HERE = "550 5.1.1 No such mailbox here"
_ONE_BY_ONE = "452 4.5.3 One recipient at a time, please"
_TOO_LARGE = "552 5.3.4 The message is too large"
_LATER = "451 4.3.0 It could not be stored; deliver it again"
_STORED = "250 2.0.0 Stored"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @classmethod
    def read(cls, words: str) -> Address:
        """The address that `[HOST:]PORT` names; this machine alone where no host is. Raises ValueError."""
        host, _, port = words.rpartition(":")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"“{words}” is no address to listen on; write 127.0.0.1:2525")
        return cls(host.strip("[]") or "127.0.0.1", int(port))


class Taker:
    """What is said to a server that delivers. Its methods are named by aiosmtpd."""

    def __init__(self, *, by_lmtp: bool) -> None:
        self._by_lmtp = by_lmtp

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address of a force; others are no business of this desk."""
        if self._by_lmtp and envelope.rcpt_tos:
            # LMTP wants an answer for each recipient after the message (RFC 2033, section 4.2), which the library
            # does not give; a client sends the message again for those that were put off.
            return _ONE_BY_ONE
        try:
            known = await sync_to_async(_afresh)(lambda: is_ours(address))
        except DatabaseError as error:
            _log.warning("A recipient could not be looked up (%s).", type(error).__name__)
            return _LATER
        if not known:
            return _NOT_HERE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """Store the message before it is acknowledged, and read it afterwards."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        try:
            number = await sync_to_async(_afresh)(lambda: store(raw, envelope.rcpt_tos).pk)
        except TooLarge:
            return _TOO_LARGE
        except DatabaseError as error:
            _log.warning("A message could not be stored (%s).", type(error).__name__)
            return _LATER
        # Whatever comes of reading it, it is stored, and the other server must not deliver it again.
        await sync_to_async(_afresh)(lambda: try_to_read(number, raw))
        return f"{_STORED} as message {number}"


class _Smtp(SMTP):
    # Senders that break the 1,000 bytes of RFC 5321, section 4.5.3.1.6, send requests that count all the same.
    line_length_limit = 1_000_000


class _Lmtp(LMTP):
    line_length_limit = 1_000_000


class _Controller(Controller):
    def __init__(self, kind: type[SMTP], address: Address, taker: Taker) -> None:
        self._kind = kind
        super().__init__(
            taker,
            hostname=address.host,
            port=address.port,
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            ident="Candour",
        )

    def factory(self) -> SMTP:
        return self._kind(self.handler, **self.SMTP_kwargs)


def listener(address: Address, *, by_lmtp: bool) -> Controller:
    """A server at that address, not yet started; its `start` raises OSError where the address cannot be had."""
    return _Controller(_Lmtp if by_lmtp else _Smtp, address, Taker(by_lmtp=by_lmtp))


def _afresh(work: Callable[[], Given]) -> Given:
    """Do the work without a connection to the database that has died since the last message."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
