"""A message as a value: never raises, whatever the bytes; what cannot be read is said in the notes."""

from __future__ import annotations

import email
import re
from collections.abc import Collection
from dataclasses import replace
from email.message import Message
from email.parser import BytesHeaderParser

from candour.post.reading import headers
from candour.post.reading.authentication import authentication
from candour.post.reading.automatic import kind_of
from candour.post.reading.characters import REPLACED, decoded, one_line
from candour.post.reading.deliveries import deliveries_of
from candour.post.reading.message import Attachment, Kind, ReadMessage
from candour.post.reading.parts import Body, take_apart
from candour.post.reading.quoted import split_quoted

LONGEST_BODY = 500_000
"""Characters of a body that are shown; the stored message keeps the rest."""

MOST_ATTACHMENTS = 500
"""Attached files that are listed."""

_ID_AMONG_WORDS = re.compile(r"^[>\s]{0,10}message-id:[ \t]{0,10}<([^<>\s]{1,300})>", re.IGNORECASE | re.MULTILINE)
_MOST_IDS = 20
_READABLE_WHEN_BROKEN = 200_000
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_MOST_WORK = 25_000_000
"""Lines times boundaries: the parser of the standard library compares each line with each boundary that is open."""


def read_message(raw: bytes, checked_by: Collection[str] = ()) -> ReadMessage:
    """What the stored bytes say. Never raises: where a message cannot be taken apart its bytes are shown as text.

    `checked_by` names the mail servers of ours whose checks of the sender are believed.
    """
    try:
        if len(_BOUNDARY.findall(raw)) * raw.count(b"\n") > _MOST_WORK:
            return _as_it_came(raw, "too many parts within parts", checked_by)
        return _read(email.message_from_bytes(_without_envelope(raw)), checked_by)
    except Exception as error:  # noqa: BLE001  whatever a damaged message does to the libraries, a person has to see it
        return _as_it_came(raw, type(error).__name__, checked_by)


def read_beginning(raw: bytes, checked_by: Collection[str] = ()) -> ReadMessage:
    """What the head says, and the beginning as it came: for a message that ended each program that took it apart."""
    return _as_it_came(raw, "each attempt ended the program", checked_by)


def attached_file(raw: bytes, number: int) -> tuple[Attachment, bytes] | None:
    """The file that stands at that place, from 0, in the list of what is attached, with its content; None for none."""
    try:
        files = take_apart(email.message_from_bytes(_without_envelope(raw))).files[:MOST_ATTACHMENTS]
    except Exception:  # noqa: BLE001  as above: such a message has no files, and is had as a whole
        return None
    if not 0 <= number < len(files):
        return None
    return files[number].described, files[number].content


def _read(message: Message, checked_by: Collection[str]) -> ReadMessage:
    body = take_apart(message)
    deliveries, returned = deliveries_of(message)
    text, notes = body.text, list(body.notes)
    if len(text) > LONGEST_BODY:
        text = text[:LONGEST_BODY]
        notes.append(f"Only the first {LONGEST_BODY:,} characters are shown.")
    if REPLACED in text:
        notes.append("Some characters cannot be told and are shown as \ufffd.")
    if not text.strip():
        notes.append(_why_empty(body))
    if len(body.files) > MOST_ATTACHMENTS:
        notes.append(f"Only the first {MOST_ATTACHMENTS} attached files are listed.")
    own, quoted = split_quoted(text)
    answered = headers.message_ids(headers.fields(message, "in-reply-to", "references"))
    kind = kind_of(message)
    if kind is Kind.BOUNCE:
        # Servers that are older than RFC 3464 put the head of what came back among the words.
        returned = (
            *returned,
            *_ids_among(text),
            *(key for file in body.files for key in _ids_among(file.described.text)),
        )
    return ReadMessage(
        kind=kind,
        sender=headers.sender(message),
        recipients=headers.recipients(message),
        subject=one_line(headers.field(message, "subject") or body.subject, 400),
        dated=headers.dated(message),
        message_id=headers.own_id(message),
        references=tuple(dict.fromkeys((*answered, *returned))),
        own=own,
        quoted=quoted,
        attachments=_within_bounds([file.described for file in body.files[:MOST_ATTACHMENTS]]),
        authentication=authentication(message, checked_by),
        deliveries=deliveries,
        notes=tuple(dict.fromkeys(notes)),
    )


def _ids_among(words: str) -> list[str]:
    return _ID_AMONG_WORDS.findall(words)[:_MOST_IDS]


def _within_bounds(files: list[Attachment]) -> tuple[Attachment, ...]:
    """The files, with the words of each only so far as all together are not too long to be shown."""
    left = LONGEST_BODY
    kept = []
    for file in files:
        kept.append(replace(file, text=file.text[:left]))
        left -= len(kept[-1].text)
    return tuple(kept)


def _without_envelope(raw: bytes) -> bytes:
    """The message without the line "From …" that a mailbox puts before it, and without blank lines at the top."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw[:1] in {b"\r", b"\n"}:
        raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    return raw


def _why_empty(body: Body) -> str:
    if body.files:
        return "The message has no words of its own, only what is attached."
    return "The message has no words."


def _as_it_came(raw: bytes, why: str, checked_by: Collection[str]) -> ReadMessage:
    """The beginning of the bytes as the body; who wrote to whom is read all the same, so that it reaches its force."""
    text = decoded(raw[:_READABLE_WHEN_BROKEN], "")
    more = " Only its beginning is shown." if len(raw) > _READABLE_WHEN_BROKEN else ""
    head = BytesHeaderParser().parsebytes(_without_envelope(raw[:_READABLE_WHEN_BROKEN]))
    return ReadMessage(
        kind=Kind.MAIL,
        sender=headers.sender(head),
        recipients=headers.recipients(head),
        subject=one_line(headers.field(head, "subject"), 400),
        dated=headers.dated(head),
        message_id=headers.own_id(head),
        references=(),
        own=text,
        quoted="",
        attachments=(),
        authentication=authentication(head, checked_by),
        notes=(f"The message could not be taken apart ({why}), so it is shown as it came.{more}",),
    )
