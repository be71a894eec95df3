"""Reading a mailbox over IMAP: each message is stored, then marked as read or moved, and never taken away.

What has been read is known by its UID; a message that is met again, because the process died or the server numbered
its messages anew, is known by its identity. Signing in is by password (an app password where the provider wants one)
or by a token that a program gets for itself (OAuth 2, client credentials).
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.utils import timezone
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from candour.post.models import Mailbox
from candour.post.take_in import LARGEST_MESSAGE, take_in
from candour.site.config import Config

_TIMEOUT = 60.0
_LARGEST_TOKEN = 100_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one message of the mailbox: its number here, or why it was left there."""

    uid: int
    message: int | None
    trouble: str = ""


class MailboxError(Exception):
    """The mailbox cannot be read now; the message says why, in words for whoever runs the desk."""


def read_mailbox(config: Config) -> Iterator[Fetched]:
    """Take in what is new in the mailbox of the settings, oldest first.

    Raises MailboxError, and DatabaseError where a message could not be stored: it is met again by the next reading.
    """
    try:
        with _signed_in(config) as client:
            yield from _new_messages(client, config)
    except (IMAPClientError, OSError, ssl.SSLError) as error:
        raise MailboxError(f"The mailbox on {config.imap_host} cannot be read: {_words(error)}.") from error


def _new_messages(client: IMAPClient, config: Config) -> Iterator[Fetched]:
    chosen = client.select_folder(config.imap_folder)
    validity = int(chosen[b"UIDVALIDITY"])
    name = f"{config.imap_user} on {config.imap_host}: {config.imap_folder}"
    mailbox, _ = Mailbox.objects.get_or_create(name=name)
    if mailbox.validity != validity:
        mailbox.validity, mailbox.last_uid = validity, 0
    # “n:*” always names the last message, even if its number is lower.
    found = client.search(["UID", f"{mailbox.last_uid + 1}:*"])
    for uid in sorted(uid for uid in found if uid > mailbox.last_uid):
        fetched = _take(client, uid, config)
        mailbox.last_uid, mailbox.read_at = uid, timezone.now()
        mailbox.save()
        yield fetched
    mailbox.read_at = timezone.now()
    mailbox.save()


def _take(client: IMAPClient, uid: int, config: Config) -> Fetched:
    size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return Fetched(uid, None, "Somebody took it out of the mailbox.")
    if size > LARGEST_MESSAGE:
        return Fetched(uid, None, f"It has {size:,} bytes; at most {LARGEST_MESSAGE:,} are taken. It stays there.")
    raw = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    if not raw:
        return Fetched(uid, None, "It is empty, or somebody took it out of the mailbox.")
    stored = take_in(bytes(raw), [config.imap_delivered_to] if config.imap_delivered_to else [])
    try:
        client.add_flags([uid], [SEEN])
        if config.imap_done_folder:
            client.move([uid], config.imap_done_folder)
    except IMAPClientError as error:
        return Fetched(uid, stored.pk, f"It is stored, but could not be marked or moved: {_words(error)}.")
    return Fetched(uid, stored.pk)


def _signed_in(config: Config) -> Any:
    token = _token(config) if config.imap_token_url else ""
    client = IMAPClient(
        config.imap_host,
        port=config.imap_port,
        ssl=config.imap_tls,
        ssl_context=ssl.create_default_context() if config.imap_tls else None,
        timeout=_TIMEOUT,
    )
    try:
        if token:
            client.oauth2_login(config.imap_user, token)
        else:
            client.login(config.imap_user, config.imap_password.get_secret_value())
    except BaseException:
        client.shutdown()
        raise
    return client


def _token(config: Config) -> str:
    """A token for the mailbox, by the client credentials grant (RFC 6749, section 4.4). Raises MailboxError."""
    address = urlsplit(config.imap_token_url)
    if address.scheme != "https" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise MailboxError("CANDOUR_IMAP_TOKEN_URL must begin with https://, or the secret would travel in the open.")
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": config.imap_client_id,
            "client_secret": config.imap_client_secret.get_secret_value(),
            "scope": config.imap_scope,
        }
    ).encode()
    request = Request(config.imap_token_url, form, {"Accept": "application/json"})  # noqa: S310  checked above
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  as above
            given = json.loads(answer.read(_LARGEST_TOKEN))
        return str(given["access_token"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MailboxError(f"No token for the mailbox was given ({type(error).__name__}).") from error


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
