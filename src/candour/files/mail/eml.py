"""EML: what a mail's source holds beside what is shown, and the mail as a transcript. RFC 5322, 2045 to 2049."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message

from candour.files.catalogue import found
from candour.files.findings import Blocked, Severity
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.mail.displayed import displayed
from candour.files.mail.letter import SHOWN, Attachment, Letter, rebuild_letter, tell_letter
from candour.files.mail.tnef import unpack
from candour.files.pages.segments import words
from candour.files.pages.tally import Tally
from candour.files.visible import Pages, Transcript, tokens_of

_FORM = frozenset(
    [
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "content-language",
        "content-class",
        "content-length",
        "lines",
    ]
)
_STANDARD_PREAMBLE = re.compile(r"multi-?part\s+message\s+in\s+mime|mime-encapsulated", re.IGNORECASE)
_UUENCODED = re.compile(r"^begin [0-7]{3,4} (.+)\r?\n((?:.*\r?\n)*?)end\s*$", re.MULTILINE)
_MOST_PARTS = 500
_DEEPEST = 20


@dataclass(slots=True)
class _Read:
    """A message as it is taken apart."""

    letter: Letter = field(default_factory=Letter)
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    parts: int = 0


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a mail that its readers are not shown. Raises `Blocked` for one that is encrypted or endless."""
    inspected = Inspected()
    tally = Tally(hidden=inspected.hidden)
    read = _read(_parsed(data), tally, 0)
    context.budget.spend(unpacked=len(data), entries=read.parts)
    inspected.know(read.parts + 1)
    transcript: Transcript = tell_letter(read.letter, tally, inspected, context)
    inspected.visible = transcript
    inspected.findings[:0] = tally.findings()
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """A transcript and the attachments. Raises `Blocked`."""
    return rebuild_letter(_read(_parsed(data), Tally(), 0).letter, context, context.stem)


def read_again(data: bytes) -> Pages:  # noqa: ARG001  the door hands every format its bytes
    """Mails are never written, so there is none to read again."""
    raise Blocked("A mail is not a form that is written here.")


def _parsed(data: bytes) -> Message:
    start = data.lstrip(b"\xef\xbb\xbf\r\n")
    if start.startswith(b"From "):
        start = start.partition(b"\n")[2]
    return message_from_bytes(start, policy=policy.compat32)


def _read(message: Message, tally: Tally, depth: int) -> _Read:
    if depth > _DEEPEST:
        raise Blocked("The mail holds mails nested too deep. Send the inner ones by themselves.")
    read = _Read()
    _headers(message, read.letter, tally)
    _walk(message, read, tally, depth)
    _choose_body(read, tally)
    return read


def _headers(message: Message, letter: Letter, tally: Tally) -> None:
    shown = {name.casefold(): name for name in SHOWN}
    values: dict[str, list[str]] = {}
    for name, value in message.items():
        key = name.casefold()
        text = _decoded(str(value))
        if key in shown:
            values.setdefault(shown[key], []).append(text)
            for comment in re.findall(r"\(([^()]*)\)", text) if key in {"from", "to", "cc"} else ():
                tally.add("E.comment", name, 1, comment)
        elif key in {"received", "x-received"}:
            tally.add("E.received", "header lines", 1, text)
        elif key not in _FORM:
            tally.add(f"E.hdr:{key}", "header lines", 1, text)
    for name in SHOWN:
        for number, value in enumerate(values.get(name, [])):
            if number == 0:
                letter.headers.append((name, _without_comments(value) if name in {"From", "To", "Cc"} else value))
            else:
                tally.add(f"E.hdr:{name.casefold()} again", "header lines", 1, value)


def _without_comments(text: str) -> str:
    return " ".join(re.sub(r"\([^()]*\)", " ", text).split())


def _decoded(value: str) -> str:
    flat = " ".join(value.split())
    try:
        return " ".join(str(make_header(decode_header(flat))).split())
    except (LookupError, ValueError, UnicodeError, binascii.Error):
        return flat.encode("utf-8", "replace").decode("utf-8", "replace")


def _walk(part: Message, read: _Read, tally: Tally, depth: int) -> None:
    read.parts += 1
    if read.parts > _MOST_PARTS:
        raise Blocked(f"The mail has more than {_MOST_PARTS} parts. Send its content in another form.")
    kind = part.get_content_type()
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}:
        if "signed-data" not in str(part.get("Content-Type", "")):
            reason = "The mail is encrypted. Open it, save its text and attachments, and upload those."
            raise Blocked(reason, (found("E.encrypted", kind),))
        tally.add("E.signed", kind)
        return
    if part.is_multipart() and kind != "message/rfc822":
        _multipart(part, kind, read, tally, depth)
        return
    if kind == "message/rfc822":
        for inner in part.get_payload():
            if isinstance(inner, Message):
                tally.add("E.attached_mail", "attachment", 1, plainly=_decoded(str(inner.get("Subject", ""))))
                read.letter.inner.append(_read(inner, tally, depth + 1).letter)
        return
    _leaf(part, kind, read, tally)


def _multipart(part: Message, kind: str, read: _Read, tally: Tally, depth: int) -> None:
    for where, text in (("before the first part", part.preamble), ("after the last part", part.epilogue)):
        if text and text.strip() and not (where.startswith("before") and _STANDARD_PREAMBLE.search(text[:400])):
            tally.add("E.preamble", where, len(text.strip()), text)
    children = [child for child in part.get_payload() if isinstance(child, Message)]
    if kind == "multipart/signed":
        tally.add("E.signed", kind)
    if kind == "multipart/alternative":
        kinds = sorted({child.get_content_type() for child in children})
        tally.add("E.alternative", kind, 1, plainly=", ".join(kinds))
    for child in children:
        _walk(child, read, tally, depth)


_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}


def _leaf(part: Message, kind: str, read: _Read, tally: Tally) -> None:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    name = _filename(part, tally)
    inner = part.get("MIME-Version") is None and part.get("From") is None
    for key, value in part.items():
        if inner and key.casefold() not in _FORM:
            tally.add(f"E.hdr:{key.casefold()}", "a part", 1, str(value))
    if kind in _SIGNATURES:
        tally.add("E.signed", kind, 1, " ".join(words(data)))
        return
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if not attached and kind == "text/plain":
        read.plain.append(_without_uuencoded(_text(part, data), read, tally))
    elif not attached and kind == "text/html":
        read.html.append(_text(part, data))
    elif not attached and kind.startswith("text/"):
        tally.add("E.unread_part", kind, 1, _text(part, data))
    elif kind == "application/ms-tnef" or (name or "").casefold() == "winmail.dat":
        _tnef(name or "winmail.dat", data, read, tally)
    elif data.strip():
        inline = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
        tally.add(
            "E.inline_file" if inline else "E.attachment", name or kind, 1, plainly=f"{kind}: {name or 'no name'}"
        )
        read.letter.attachments.append(Attachment(name or f"attachment.{kind.rpartition('/')[2]}", data))


def _filename(part: Message, tally: Tally) -> str:
    with suppress(LookupError, ValueError, UnicodeError, TypeError):
        name = _decoded(part.get_filename() or "")
        other = part.get_param("name")
        second = _decoded(other if isinstance(other, str) else "")
        if name and second and name != second:
            tally.add("E.attachment_name", name, 1, second)
        return name.replace("\\", "/").rpartition("/")[2]
    return "attachment"


def _text(part: Message, data: bytes) -> str:
    charset = str(part.get_content_charset() or "utf-8")
    for encoding in (charset, "utf-8", "cp1252"):
        with suppress(LookupError, UnicodeError):
            return data.decode(encoding)
    return data.decode("latin-1")


def _without_uuencoded(text: str, read: _Read, tally: Tally) -> str:
    for match in _UUENCODED.finditer(text):
        pieces = []
        for line in match.group(2).splitlines():
            with suppress(binascii.Error):
                pieces.append(binascii.a2b_uu(line))
        tally.add("E.attachment", match.group(1), 1, plainly=f"uuencoded: {match.group(1)}")
        read.letter.attachments.append(Attachment(match.group(1).strip(), b"".join(pieces)))
    return _UUENCODED.sub("", text)


def _tnef(name: str, data: bytes, read: _Read, tally: Tally) -> None:
    packed = unpack(data)
    tally.add("E.attachment", name, 1, plainly="winmail.dat")
    tally.add("E.tnef", name, max(1, len(packed.rest)), " ".join(text for rest in packed.rest for text in words(rest)))
    if not packed.whole:
        tally.add("G.embedded_blocked", name, plainly="it is cut short")
    read.letter.attachments.extend(Attachment(inner, content) for inner, content in packed.files)


def _choose_body(read: _Read, tally: Tally) -> None:
    """The HTML where there is some, as mail programs do, else the plain text."""
    plain = "\n".join(read.plain)
    if not read.html:
        read.letter.body = plain
        return
    shown = []
    for source in read.html:
        view = displayed(source)
        shown.append(view.text)
        seen = set(tokens_of(view.text))
        for text in view.hidden:
            if not set(tokens_of(text)) <= seen or not text.strip():
                tally.add("E.html_hidden", "text", 1, text)
        for sheet in view.sheets:
            tally.add("E.html_hidden", "style sheet", 1, sheet, severity=Severity.LOW)
        for link in view.links:
            if not set(tokens_of(link.removeprefix("mailto:"))) <= seen:
                tally.add("E.html_link", "text", 1, link)
        if view.remote:
            tally.add("E.html_remote", "text", view.remote)
    read.letter.body = "\n".join(shown)
    if missing := list(_only_in(plain, read.letter.body)):
        tally.add("E.parts_differ", "plain text", len(missing), " ".join(missing))


def _only_in(one: str, other: str) -> Iterator[str]:
    known = set(tokens_of(other)) | set(re.split(r"[\W_]+", other.casefold()))
    for token in dict.fromkeys(tokens_of(one)):
        if token not in known and not all(part in known for part in re.split(r"[\W_]+", token)):
            yield token
