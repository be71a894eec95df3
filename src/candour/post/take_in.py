"""A message comes in: its bytes are stored before anything else, then it is read, then put where it belongs.

Storing is one transaction and is what a mail server is told of. Reading is another: when the process dies in between,
the next one reads what was left. A message is never read more often than `MOST_ATTEMPTS`, so that one that kills its
reader does not do so for ever; it then waits for a person with its head and its beginning.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from candour.desk.models import Authority
from candour.post.elsewhere import note_arrival
from candour.post.identity import identity_of
from candour.post.models import EntryState, Message, MessageBytes, QueueEntry
from candour.post.place import place
from candour.post.reading import ReadMessage, read_beginning, read_message
from candour.post.reading.characters import one_line

LARGEST_MESSAGE = 100_000_000
"""Bytes of the largest message that is taken; mail servers refuse far smaller ones."""

MOST_ATTEMPTS = 3
_log = logging.getLogger(__name__)
_BEING_READ = timedelta(minutes=10)


class TooLarge(ValueError):
    """The message is larger than any that is taken."""


def take_in(raw: bytes, delivered_to: Sequence[str] = ()) -> Message:
    """Store the message, read it and put it where it belongs. Delivered again it is stored once.

    `delivered_to` are the addresses that the mail server delivered it to. Raises TooLarge, and DatabaseError where it
    could not be stored; whatever happens after it was stored is put right later.
    """
    message = store(raw, delivered_to)
    if try_to_read(message.pk, raw):
        message.refresh_from_db()
    return message


def store(raw: bytes, delivered_to: Sequence[str] = ()) -> Message:
    """Store the bytes; a message that is there already gains a copy and addresses. Raises TooLarge, DatabaseError."""
    if len(raw) > LARGEST_MESSAGE:
        raise TooLarge(f"The message has {len(raw):,} bytes; at most {LARGEST_MESSAGE:,} are taken.")
    identity = identity_of(raw)
    named = [one_line(address, 320).casefold() for address in delivered_to]
    try:
        with transaction.atomic():
            known = Message.objects.select_for_update().filter(identity=identity).first()
            if known:
                return _again(known, raw, named)
            message = Message.objects.create(
                identity=identity, size=len(raw), delivered_to=named, stored_at=timezone.now()
            )
            _keep(message, raw)
            return message
    except IntegrityError:
        # Delivered twice at the same time, and the other was first.
        with transaction.atomic():
            return _again(Message.objects.select_for_update().get(identity=identity), raw, named)


def _keep(message: Message, raw: bytes) -> None:
    digest = hashlib.sha256(raw).hexdigest()
    if not message.copies.filter(digest=digest).exists():
        MessageBytes.objects.create(message=message, digest=digest, content=raw)


def _again(known: Message, raw: bytes, named: list[str]) -> Message:
    _keep(known, raw)
    further = [address for address in named if address not in known.delivered_to]
    if further:
        known.delivered_to = [*known.delivered_to, *further]
        known.save(update_fields=("delivered_to",))
        if known.read_at:
            _enter(known, known.read)
    return known


def read_left_over(most: int = 20) -> int:
    """Read messages that were stored and not read, because a process died in between; how many is returned."""
    before = timezone.now() - _BEING_READ
    left = Message.objects.filter(read_at=None, stored_at__lt=before).order_by("stored_at")
    numbers = list(left.values_list("pk", flat=True)[:most])
    for number in numbers:
        try_to_read(number)
    return len(numbers)


def try_to_read(number: int, raw: bytes | None = None) -> bool:
    """Read a stored message, whose bytes may be at hand; whether that went well. Never raises."""
    try:
        read_stored(number, raw)
    except Exception as error:  # noqa: BLE001  whatever it is, the message is stored, and the server must hear that it is
        _log.error("Message %d is stored but could not be read (%s); it is tried again.", number, type(error).__name__)
        return False
    return True


def read_stored(number: int, raw: bytes | None = None) -> None:
    """Read a stored message and put it where it belongs, unless that was done."""
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=number)
        if message.read_at:
            return
        message.attempts += 1
        message.save(update_fields=("attempts",))
    content = raw if raw is not None else bytes(message.copies.order_by("pk")[0].content)
    if message.attempts > MOST_ATTEMPTS:
        reading = read_beginning(content, settings.CANDOUR_MAIL_CHECKED_BY)
        why = "The message could not be read: each attempt ended the program that read it."
    else:
        reading, why = read_message(content, settings.CANDOUR_MAIL_CHECKED_BY), ""
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=number)
        if message.read_at:
            return
        message.kind = reading.kind
        message.message_id = one_line(reading.message_id, 300)
        message.sender_name, message.sender_address = reading.sender.name, reading.sender.address
        message.subject, message.dated = reading.subject, reading.dated
        message.unproven = reading.authentication.is_failed
        message.reading = reading.as_json()
        message.read_at = timezone.now()
        message.save()
        _enter(message, reading, why)


def _enter(message: Message, reading: ReadMessage, why: str = "") -> None:
    """Put the message into the queue of each force that it was sent to; into that of no force where there is none."""
    forces = _forces([*message.delivered_to, *(each.address for each in reading.recipients)])
    known = set(message.entries.values_list("authority", flat=True))
    if forces and None in known:
        # Now that a force is named, the entry without one is not needed, unless somebody dealt with it.
        message.entries.filter(authority=None, state=EntryState.WAITING).delete()
    for force in forces:
        if force.pk not in known:
            note_arrival(force, reading.sender.address)
            place(QueueEntry(message=message, authority=force, why_waiting=why), reading)
    if not forces and not known:
        unknown = why or "It was sent to no address of a force of this desk."
        QueueEntry.objects.create(message=message, why_waiting=unknown)


def is_ours(address: str) -> bool:
    """Whether the address is that of a force of this desk."""
    return bool(_forces([address]))


def _forces(addresses: Iterable[str]) -> list[Authority]:
    wanted = {_plain(address) for address in addresses}
    return [force for force in Authority.objects.all() if _plain(force.email) in wanted]


def _plain(address: str) -> str:
    """The address without a tag: foi+website@ reaches foi@."""
    local, _, domain = address.casefold().strip().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
