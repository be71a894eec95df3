"""Reports of delivery (RFC 3464): for whom a message did not arrive, why, and which message it was."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import Message

from candour.post.reading import headers
from candour.post.reading.message import Delivery
from candour.post.reading.parts import children_of

_MOST = 100


def deliveries_of(message: Message) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    """What became of the message for each recipient, and the Message-IDs of what came back."""
    found: list[Delivery] = []
    returned: list[str] = []
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            found += _fates(part)
            returned += headers.message_ids(headers.fields(part, "original-message-id"))
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"} and part is not message:
            inner = _enclosed(part)
            if inner is not None:
                returned += headers.message_ids(headers.fields(inner, "message-id"))
    if not found:
        found = [
            Delivery(address.address, "failed", "", "")
            for address in headers.addresses(headers.raw_fields(message, "x-failed-recipients"))
        ]
    return tuple(found[:_MOST]), tuple(dict.fromkeys(returned))[:_MOST]


def _parts(message: Message) -> Iterator[Message]:
    """The parts of the report, without those of the message that came back."""
    ahead = [message]
    for _ in range(1000):
        if not ahead:
            return
        part = ahead.pop()
        yield part
        if part.get_content_maintype() == "multipart":
            ahead += reversed(children_of(part))


def _enclosed(part: Message) -> Message | None:
    if children := children_of(part):
        return children[0]
    payload = part.get_payload(decode=True)
    return email.message_from_bytes(payload[:100_000]) if isinstance(payload, bytes) else None


def _fates(part: Message) -> list[Delivery]:
    fates = []
    for block in children_of(part):
        recipient = headers.field(block, "final-recipient") or headers.field(block, "original-recipient")
        if not recipient:
            continue
        found = headers.addresses([recipient.partition(";")[2] or recipient])
        fates.append(
            Delivery(
                found[0].address if found else recipient[:320],
                headers.field(block, "action").lower()[:20],
                headers.field(block, "status")[:20],
                headers.field(block, "diagnostic-code")[:500],
            )
        )
    return fates
