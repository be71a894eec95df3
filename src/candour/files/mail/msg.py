"""MSG: what Outlook keeps of a mail beside what it shows, and the mail again as a transcript. [MS-OXMSG]."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from candour.files.cfb import Compound, open_compound
from candour.files.findings import Blocked, Severity
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.mail.displayed import displayed
from candour.files.mail.letter import Attachment, Letter, rebuild_letter, tell_letter
from candour.files.mail.rtf import text_of, unpacked
from candour.files.pages.segments import words
from candour.files.pages.tally import Tally
from candour.files.visible import Pages, tokens_of

_VALUE = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})(?:-[0-9A-F]+)?$", re.IGNORECASE)
_TEXTS = {"001F", "001E"}
_SUBJECT, _BODY, _HTML, _RICH, _BLIND, _HEADERS = "0037", "1000", "1013", "1009", "0E02", "007D"
_SENDER, _SENT_FOR, _TO, _CC, _NUMBER, _MODIFIER = "0C1A", "0042", "0E04", "0E03", "1035", "3FFA"
_ADDRESSES = {"0C1F", "0065", "5D01", "5D02", "5D0A", "5D0B", "0078", "0C1E", "0064", "0C1D", "003B", "0051", "0052"}
_SILENT = {"001A", "0E1D", "0070", "0E1F", "340F"}
"""Class of the message, and subjects again."""
_ENCRYPTED_CLASSES = ("ipm.note.smime", "ipm.note.rpmsg")

_DEEPEST = 6


@dataclass(slots=True)
class _Message:
    """A message by the path of its storage: texts by property, and where its inner storages are."""

    path: str
    texts: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, bytes] = field(default_factory=dict)
    inner: list[str] = field(default_factory=list)


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a message that Outlook does not show. Raises `Blocked` for one that is encrypted or damaged."""
    inspected = Inspected()
    tally = Tally(hidden=inspected.hidden)
    compound = open_compound(data, context.budget)
    letter = _letter(compound, "", tally, 0)
    inspected.know(len(compound.streams()))
    for place, residue in compound.residue():
        tally.add("B.free_sector_residue", place, len(residue), " ".join(words(residue)))
    transcript = tell_letter(letter, tally, inspected, context)
    inspected.visible = transcript
    inspected.findings[:0] = tally.findings()
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """A transcript and the attachments. Raises `Blocked`."""
    return rebuild_letter(_letter(open_compound(data, context.budget), "", Tally(), 0), context, context.stem)


def read_again(data: bytes) -> Pages:  # noqa: ARG001  the door hands every format its bytes
    """Messages are never written, so there is none to read again."""
    raise Blocked("A message is not a form that is written here.")


def _letter(compound: Compound, path: str, tally: Tally, depth: int) -> Letter:
    if depth > _DEEPEST:
        raise Blocked("The mail holds mails nested too deep. Send the inner ones by themselves.")
    message = _read(compound, path)
    kind = message.texts.get("001A", "").casefold()
    if kind.startswith(_ENCRYPTED_CLASSES) and "multipartsigned" not in kind:
        raise Blocked("The mail is encrypted. Open it, save its text and attachments, and upload those.")
    letter = Letter(body=_body(message, tally))
    sender = message.texts.get(_SENDER) or message.texts.get(_SENT_FOR, "")
    for name, value in (
        ("From", sender),
        ("To", message.texts.get(_TO, "")),
        ("Cc", message.texts.get(_CC, "")),
        ("Date", _date(message)),
        ("Subject", message.texts.get(_SUBJECT, "")),
    ):
        if value.strip("\x00 "):
            letter.headers.append((name, value.strip("\x00 ")))
    shown = {token for text in (letter.body, *(value for _, value in letter.headers)) for token in tokens_of(text)}
    tally.seen = tally.seen | shown
    _tell_texts(message, tally)
    _recipients(compound, message, tally)
    _attachments(compound, message, letter, tally, depth)
    return letter


def _read(compound: Compound, path: str) -> _Message:
    message = _Message(path)
    prefix = f"{path}/" if path else ""
    for stream in compound.streams():
        if not stream.startswith(prefix):
            continue
        rest = stream[len(prefix) :]
        if "/" in rest:
            continue
        if match := _VALUE.match(rest):
            _take(message, match[1].upper(), match[2].upper(), compound.read(stream))
        elif rest == "__properties_version1.0":
            message.bytes["properties"] = compound.read(stream)
        elif not path or not rest.startswith("__"):
            message.bytes[f"unknown {rest}"] = compound.read(stream)
    for storage in compound.storages():
        if storage.startswith(prefix) and "/" not in storage[len(prefix) :]:
            message.inner.append(storage)
    return message


def _take(message: _Message, identifier: str, kind: str, content: bytes) -> None:
    if kind == "001F":
        message.texts[identifier] = content.decode("utf-16-le", "replace")
    elif kind == "001E":
        message.texts[identifier] = content.decode("cp1252", "replace")
    elif kind == "0102":
        message.bytes[identifier] = content
    else:
        message.bytes[f"{identifier} {kind}"] = content


def _body(message: _Message, tally: Tally) -> str:
    """The plain text where there is one, which Outlook derives from what it shows; else the HTML or the rich text."""
    plain = message.texts.get(_BODY, "")
    source = message.texts.get(_HTML) or message.bytes.get(_HTML, b"").decode("utf-8", "replace")
    rich = unpacked(message.bytes.get(_RICH, b""))
    view = displayed(source)
    body = plain or view.text or text_of(rich)
    seen = set(tokens_of(body))
    seen |= set(re.split(r"[\W_]+", body.casefold()))
    if source:
        tally.add("M.html_body", message.path or "message", len(source))
        for text in view.hidden:
            if not set(tokens_of(text)) <= seen:
                tally.add("E.html_hidden", "HTML", 1, text)
    if _RICH in message.bytes:
        tally.add("M.rtf_body", message.path or "message", len(message.bytes[_RICH]))
    for name, other in (("HTML", view.text), ("rich text", text_of(rich))):
        extra = [token for token in dict.fromkeys(tokens_of(other)) if token not in seen and not _known(token, seen)]
        if extra:
            few = len(extra) <= 3
            severity = Severity.MODERATE if few else None
            tally.add("E.parts_differ", name, len(extra), " ".join(extra), severity=severity)
    return body


def _known(token: str, seen: set[str]) -> bool:
    return all(part in seen for part in re.split(r"[\W_]+", token))


def _date(message: _Message) -> str:
    properties = message.bytes.get("properties", b"")
    header = 24 if message.path else 32
    for offset in range(header, len(properties) - 15, 16):
        kind, identifier = struct.unpack_from("<HH", properties, offset)
        if identifier == 0x0039 and kind == 0x0040:
            ticks = struct.unpack_from("<Q", properties, offset + 8)[0]
            if 0 < ticks < 2_650_467_744_000_000_000:
                moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                return moment.strftime("%d %B %Y %H:%M UTC")
    return ""


_OF_THE_READER = {_SUBJECT, _BODY, _HTML, _SENDER, _TO, _CC}
_NAMED_CODES = {
    _BLIND: "M.bcc",
    _NUMBER: "M.message_id",
    _MODIFIER: "M.last_modifier",
    _HEADERS: "M.transport_headers",
} | dict.fromkeys(_ADDRESSES, "M.sender_email")
_COUNTED_IN_CHARACTERS = {"M.message_id", "M.transport_headers", "M.sender_email"}


def _tell_texts(message: _Message, tally: Tally) -> None:
    place = message.path or "message"
    for identifier, value in sorted(message.texts.items()):
        text = value.strip("\x00 \r\n")
        code = _NAMED_CODES.get(identifier, "M.named_props" if int(identifier, 16) >= 0x8000 else "")
        if not text or identifier in _OF_THE_READER:
            continue
        if identifier in _SILENT:
            tally.hidden.add(text)
        elif code:
            tally.add(code, place, len(text) if code in _COUNTED_IN_CHARACTERS else 1, text)
        else:
            tally.add_text("M.other_text", f"{place} property {identifier}", text)
    for identifier, content in sorted(message.bytes.items()):
        if identifier in {_HTML, _RICH, "properties"}:
            continue
        texts = " ".join(words(content))
        if identifier.startswith("unknown "):
            tally.add("M.unknown_stream", f"{place} {identifier[8:]}", 1, texts)
        elif texts:
            tally.add_text("M.other_text", f"{place} property {identifier}", texts)


def _recipients(compound: Compound, message: _Message, tally: Tally) -> None:
    for storage in message.inner:
        if not storage.rpartition("/")[2].startswith("__recip_version1.0_"):
            continue
        recipient = _read(compound, storage)
        text = " ".join(dict.fromkeys(recipient.texts.values()))
        if _number(recipient, 0x0C15) & 0xF == 3:
            tally.add("M.bcc_recipient", storage, 1, text)
        else:
            tally.add("M.recipients", storage, 1, text)


def _number(message: _Message, identifier: int) -> int:
    properties = message.bytes.get("properties", b"")
    for offset in range(8, len(properties) - 15, 16):
        kind, found = struct.unpack_from("<HH", properties, offset)
        if found == identifier and kind in {0x0003, 0x000B}:
            return int(struct.unpack_from("<I", properties, offset + 8)[0])
    return 0


def _attachments(compound: Compound, message: _Message, letter: Letter, tally: Tally, depth: int) -> None:
    for storage in message.inner:
        leaf = storage.rpartition("/")[2]
        if leaf.startswith("__attach_version1.0_"):
            _attachment(compound, storage, letter, tally, depth)
        elif leaf.startswith("__nameid"):
            _names(compound, storage, tally)
        elif not leaf.startswith(("__recip_version1.0_", "__substg1.0_")):
            for text in _everything(compound, storage):
                tally.add("M.unknown_stream", storage, 1, text)


def _attachment(compound: Compound, storage: str, letter: Letter, tally: Tally, depth: int) -> None:
    properties = _read(compound, storage)
    name = properties.texts.get("3707") or properties.texts.get("3704") or properties.texts.get("3001") or "attachment"
    name = name.strip("\x00 ")
    other = " ".join(text for key, text in properties.texts.items() if key not in {"3707", "3704", "3703", "370E"})
    tally.hidden.add(other)
    embedded = next((inner for inner in properties.inner if inner.upper().endswith("__SUBSTG1.0_3701000D")), None)
    tally.add("M.attachments", storage, 1, plainly=name)
    if _number(properties, 0x7FFE):
        tally.add("M.hidden_attachment", storage, 1, plainly=name)
    if embedded is not None and f"{embedded}/__properties_version1.0" in compound.streams():
        tally.add("M.embedded_msg", storage, 1, plainly=name)
        letter.inner.append(_letter(compound, embedded, tally, depth + 1))
    elif embedded is not None:
        for text in _everything(compound, embedded):
            tally.add("M.unknown_stream", storage, 1, text)
    elif content := properties.bytes.get("3701"):
        letter.attachments.append(Attachment(name, content))
    for key, content in properties.bytes.items():
        if key not in {"3701", "properties"}:
            tally.hidden.add(" ".join(words(content)))


def _names(compound: Compound, storage: str, tally: Tally) -> None:
    for stream in compound.streams():
        if stream.startswith(f"{storage}/") and stream.upper().endswith("00040102"):
            content = compound.read(stream).decode("utf-16-le", "ignore")
            if names := " ".join(words(content.encode("ascii", "ignore"))):
                tally.add("M.named_props", storage, 1, names, severity=Severity.LOW)


def _everything(compound: Compound, storage: str) -> Iterator[str]:
    for stream in compound.streams():
        if stream.startswith(f"{storage}/"):
            yield " ".join(words(compound.read(stream)))
