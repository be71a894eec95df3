"""An e-mail as text: its subject and date, its body, and the names of what is attached."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

from candour.letters.model import day
from candour.letters.read.decoding import decode_as
from candour.letters.read.from_html import from_html
from candour.letters.read.source import Anchor, Source, UnreadableText

_HEAD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_TRACES = {b"mime-version", b"message-id", b"received", b"return-path", b"content-type", b"delivered-to"}
_LETTER = {b"from", b"to", b"date", b"subject"}


def looks_like_mail(data: bytes) -> bool:
    """Whether the bytes begin with the head of an e-mail: two fields at least, one of them a mail's own."""
    data = data[:20_000].lstrip(b"\xef\xbb\xbf\r\n")
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    names: set[bytes] = set()
    position = 0
    while found := _HEAD.match(data, position):
        names.add(found.group().partition(b":")[0].lower())
        position = found.end()
    ended = data[position : position + 2].startswith((b"\n", b"\r\n")) or position == len(data)
    return ended and len(names) > 1 and bool(names & _TRACES or names >= _LETTER)


def from_mail(data: bytes) -> Source:
    """The text of an e-mail.

    Raises UnreadableText when it has no text, or only text in a character set that is not known.
    """
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    names = _attached(message)
    body, anchors = _body(message, names)
    head = _head(message)
    shifted = tuple(Anchor(anchor.words, anchor.url, anchor.start + len(head)) for anchor in anchors)
    return Source(head + body, "e-mail", names, shifted)


def _head(message: EmailMessage) -> str:
    lines = []
    try:
        if subject := " ".join(str(message.get("subject", "")).split()):
            lines.append(f"Subject: {subject[:500]}")
        sent = message.get("date")
        if sent is not None and sent.datetime:
            lines.append(f"Date: {day(sent.datetime)}")
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        lines = lines[:1]
    return "".join(f"{line}\n\n" for line in lines)


def _attached(message: EmailMessage) -> tuple[str, ...]:
    names = []
    for part in message.walk():
        if part.is_multipart() or part.get_content_disposition() == "inline":
            continue
        if name := part.get_filename():
            names.append(" ".join(str(name).split()))
    return tuple(dict.fromkeys(names))


def _body(message: EmailMessage, names: tuple[str, ...]) -> tuple[str, tuple[Anchor, ...]]:
    """The words of the first readable text, plain before HTML, and their links."""
    refused: UnreadableText | None = None
    parts = [part for part in message.walk() if not part.is_multipart() and not part.get_filename()]
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() != wanted or part.get_content_disposition() == "attachment":
                continue
            try:
                words = _decoded(part)
                source = from_html(words) if wanted == "text/html" and words.strip() else None
            except UnreadableText as error:
                refused = refused or error
                continue
            if source:
                return source.text, source.anchors
            if words.strip():
                return words.replace("\r\n", "\n"), ()
    if refused:
        raise UnreadableText(f"The e-mail cannot be read. {refused}")
    where = f" It has attachments ({', '.join(names)}): read those." if names else ""
    raise UnreadableText(f"The e-mail holds no text.{where}")


def _decoded(part: EmailMessage) -> str:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError) as error:
        raise UnreadableText("The text of the e-mail is damaged.") from error
    charset = part.get_content_charset() or "utf-8"
    return decode_as(data, charset) if isinstance(data, bytes) else ""
