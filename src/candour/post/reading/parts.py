"""The parts of a message: its readable body put together, and what is attached kept apart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from candour.post.reading import headers
from candour.post.reading.characters import clean, decoded, is_utf8, one_line
from candour.post.reading.encoded_twice import undone
from candour.post.reading.markup import LARGEST_MARKUP, from_markup
from candour.post.reading.message import Attachment
from candour.post.reading.outlook import MAGIC, read_outlook
from candour.post.reading.tnef import read_tnef
from candour.post.reading.uuencode import take_files

MOST_PARTS = 2_000
"""Parts that are looked into; the stored message keeps the rest, and the notes say so."""

DEEPEST = 50
_SAYS_NOTHING = {"", "us-ascii", "ascii"}
_DEEPEST_ENCLOSED = 3
_LONGEST_ENCLOSED = 200_000
_CALENDAR = {"SUMMARY": "Event", "DTSTART": "Begins", "DTEND": "Ends", "LOCATION": "Place", "DESCRIPTION": "About it"}


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with the message: how it is listed, and what is in it."""

    described: Attachment
    content: bytes


@dataclass
class Body:
    """What was found: pieces of the readable body in order, and the files."""

    pieces: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    subject: str = ""
    charset: str = ""
    seen: int = 0
    enclosed: int = 0

    @property
    def text(self) -> str:
        """The readable body."""
        return "\n".join(piece if piece.endswith("\n") else f"{piece}\n" for piece in self.pieces if piece.strip())

    def note(self, words: str) -> None:
        """Say once what a reader would miss."""
        if words not in self.notes:
            self.notes.append(words)


def take_apart(message: Message, enclosed: int = 0) -> Body:
    """The body and the files of the message."""
    body = Body(enclosed=enclosed, charset=headers.claimed_charset(message))
    _take(message, body, 0)
    return body


def _take(part: Message, body: Body, depth: int) -> None:
    body.seen += 1
    if body.seen > MOST_PARTS or depth > DEEPEST:
        body.note(f"It has more parts than are looked into ({MOST_PARTS:,}, or {DEEPEST} deep); the rest is not shown.")
        return
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind == "message/delivery-status":
        return
    if kind in {"message/rfc822", "message/global"}:
        _enclose(part, body)
    elif isinstance(payload, list):
        if kind == "multipart/alternative":
            _take_best(children_of(part), body, depth)
        else:
            for child in children_of(part):
                _take(child, body, depth + 1)
                if body.seen > MOST_PARTS:
                    return
    else:
        _take_leaf(part, kind, body)


def _take_best(children: list[Message], body: Body, depth: int) -> None:
    """Of the same words in several forms the plain ones, unless the HTML says much more."""
    tried = []
    for child in children[:MOST_PARTS]:
        own = Body(enclosed=body.enclosed, seen=body.seen, charset=body.charset)
        _take(child, own, depth + 1)
        body.seen = own.seen
        body.files += own.files
        body.subject = body.subject or own.subject
        tried.append((child.get_content_type(), own))
    if len(children) > MOST_PARTS:
        body.note(f"It has more parts than are looked into ({MOST_PARTS:,}); the rest is not shown.")
    told = [(kind, own) for kind, own in tried if own.text.strip() and kind != "text/calendar"]
    if told:
        plain = next((own for kind, own in told if kind == "text/plain"), None)
        richest = max((own for _, own in told), key=lambda own: len(own.text.split()))
        best = plain if plain and len(richest.text.split()) <= 2 * len(plain.text.split()) + 20 else richest
        body.pieces += best.pieces
        for words in best.notes:
            body.note(words)
    for kind, own in tried:
        if kind == "text/calendar":
            body.pieces += own.pieces


def _take_leaf(part: Message, kind: str, body: Body) -> None:
    data = content_of(part)
    name = file_name(part)
    is_file = bool(name) or _disposition(part) == "attachment"
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name.lower() == "winmail.dat":
        _unpack(data, name or "winmail.dat", kind, body)
    elif data.startswith(MAGIC) and (saved := read_outlook(data)) is not None:
        inner = [f"Subject: {saved.subject}", f"From: {saved.sender}", f"To: {saved.recipients}", "", saved.text]
        body.files.append(described(name or "message.msg", kind, data, "\n".join(inner)))
        body.files += [
            described(inside or "file without a name", "application/octet-stream", content)
            for inside, content in saved.files
        ]
    elif kind == "text/calendar" and not is_file:
        body.pieces.append(_event(_words(data, part, body)))
    elif kind == "text/html" and not is_file:
        words, hidden = from_markup(_words(data, part, body))
        body.pieces.append(words)
        if hidden:
            body.note("Words that are hidden in the message are not shown.")
        if len(data) > LARGEST_MARKUP:
            body.note("The page in it is too long to be read whole: its end is not shown.")
    elif part.get_content_maintype() in {"text", "message"} and not is_file:
        _take_text(data, part, body)
    else:
        text = _words(data, part, body)[:_LONGEST_ENCLOSED] if kind == "text/plain" else ""
        body.files.append(described(name or "file without a name", kind, data, text))


def _take_text(data: bytes, part: Message, body: Body) -> None:
    text, files = take_files(data)
    body.pieces.append(_words(text, part, body))
    body.files += [described(decoded(name, ""), "application/octet-stream", content) for name, content in files]


def _words(data: bytes, part: Message, body: Body) -> str:
    """The characters of a part that is text; one that names no set is likely to be in that of the head."""
    claimed = _charset(part)
    if claimed in _SAYS_NOTHING and body.charset and not is_utf8(data):
        claimed = body.charset
    return clean(undone(decoded(data, claimed, cleaned=False)))


def _unpack(data: bytes, name: str, kind: str, body: Body) -> None:
    packed = read_tnef(data)
    if packed is None:
        body.files.append(described(name, kind, data))
        body.note(f"{one_line(name, 100)} is damaged and could not be opened.")
        return
    if not packed.is_whole:
        body.note(f"{one_line(name, 100)} is cut off: more may have been in it.")
    body.subject = body.subject or packed.subject
    # Outlook sends the same words as text beside it, if it sends any.
    if packed.text.strip() and not "".join(body.pieces).strip():
        body.pieces.append(packed.text)
    body.files += [
        described(inside or "file without a name", "application/octet-stream", content)
        for inside, content in packed.files
    ]


def _enclose(part: Message, body: Body) -> None:
    """A message within the message: a file with words, opened to a small depth."""
    inner = next(iter(children_of(part)), None)
    if inner is None or body.enclosed >= _DEEPEST_ENCLOSED:
        body.files.append(described(file_name(part) or "message.eml", "message/rfc822", b""))
        body.note("A message lies deeper within others than is looked into.")
        return
    read = take_apart(inner, body.enclosed + 1)
    body.seen += read.seen
    subject = headers.field(inner, "subject")
    head = [f"{label.title()}: {headers.field(inner, label)}" for label in ("subject", "from", "to", "date")]
    raw = _as_bytes(inner)
    name = file_name(part) or f"{one_line(subject, 80) or 'message'}.eml"
    text = "\n".join([*head, "", read.text])[:_LONGEST_ENCLOSED]
    body.files.append(described(name, "message/rfc822", raw, text))
    body.files += read.files
    for words in read.notes:
        body.note(words)


def described(name: str, kind: str, content: bytes, text: str = "") -> File:
    """The file with how it is listed."""
    digest = hashlib.sha256(content).hexdigest()
    return File(Attachment(one_line(name, 200), one_line(kind, 100), len(content), digest, text), content)


def content_of(part: Message) -> bytes:
    """The decoded content of a part; as it came where its encoding is broken."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError):
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def children_of(part: Message) -> list[Message]:
    """The parts of a part; none where it has none."""
    payload: object = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def file_name(part: Message) -> str:
    """The name of a part as a file, without any folder; empty where it has none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        name = "file"
    name = headers.decoded_field(name).replace("\\", "/")
    return one_line(name.rpartition("/")[2], 200)


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, MessageError):
        return b""


def _event(text: str) -> str:
    """An invitation in words: what, when, where."""
    lines = []
    for line in text.replace("\n ", "").splitlines():
        name, _, value = line.partition(":")
        if label := _CALENDAR.get(name.partition(";")[0].upper()):
            lines.append(f"{label}: {_value(value)}")
    return "\n".join(lines[:50])


def _value(written: str) -> str:
    return one_line(written.replace("\\n", " ").replace("\\,", ","), 1000)
