"""winmail.dat: what Outlook puts into a message that it sends in a form of its own ([MS-OXTNEF]), read by hand."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.post.reading.characters import decoded
from candour.post.reading.markup import from_markup
from candour.post.reading.rich_text import from_rich_text, unpack

_SIGNATURE = 0x223E9F78
_SUBJECT, _BODY, _PROPERTIES = 0x8004, 0x800C, 0x9003
_BEGINS_FILE, _TITLE, _CONTENT, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8, 0x0040: 8}
_FIXED |= {0x0048: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_VARIABLE = frozenset({_STRING8, _UNICODE, _OBJECT, _BINARY})
_PR_BODY, _PR_HTML, _PR_RTF, _PR_SUBJECT = 0x1000, 0x1013, 0x1009, 0x0037
_PR_LONG_NAME, _PR_NAME, _PR_DATA = 0x3707, 0x3001, 0x3701
_MOST_PARTS = 10_000


@dataclass
class Packed:
    """What was in it. `is_whole` is false where it ends before its time."""

    subject: str = ""
    text: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    is_whole: bool = True


class _Damaged(Exception):
    """The bytes end, or say something that cannot be."""


def read_tnef(data: bytes) -> Packed | None:
    """The subject, the words and the files; None where it is no winmail.dat at all."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    packed = Packed()
    try:
        for attribute, value in _attributes(data):
            _take(packed, attribute, value)
    except _Damaged:
        packed.is_whole = False
    return packed


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_MOST_PARTS):
        # Some gateways add a line end.
        if not data[position:].strip(b"\r\n\0"):
            return
        if position + 9 > len(data):
            raise _Damaged
        attribute, length = struct.unpack_from("<II", data, position + 1)
        position += 9
        if position + length > len(data):
            raise _Damaged
        yield attribute & 0xFFFF, data[position : position + length]
        position += length + 2


def _take(packed: Packed, attribute: int, value: bytes) -> None:
    if attribute == _SUBJECT:
        packed.subject = packed.subject or decoded(value.rstrip(b"\0"), "")
    elif attribute == _BODY:
        packed.text = packed.text or decoded(value.rstrip(b"\0"), "")
    elif attribute == _PROPERTIES:
        _take_message(packed, value)
    elif attribute == _BEGINS_FILE:
        packed.files.append(("", b""))
    elif packed.files and attribute in {_TITLE, _CONTENT, _FILE_PROPERTIES}:
        name, content = packed.files[-1]
        if attribute == _TITLE:
            packed.files[-1] = (name or decoded(value.rstrip(b"\0"), ""), content)
        elif attribute == _CONTENT:
            packed.files[-1] = (name, value)
        else:
            known = dict(_properties(value))
            long_name = _string(known, _PR_LONG_NAME) or _string(known, _PR_NAME)
            packed.files[-1] = (long_name or name, content or known.get(_PR_DATA, (0, b""))[1])


def _take_message(packed: Packed, value: bytes) -> None:
    known = dict(_properties(value))
    packed.subject = packed.subject or _string(known, _PR_SUBJECT)
    markup = _string(known, _PR_HTML)
    packed.text = (
        packed.text
        or _string(known, _PR_BODY)
        or (from_markup(markup)[0] if markup else "")
        or (from_rich_text(unpack(known[_PR_RTF][1])) if _PR_RTF in known else "")
    )


def _string(known: dict[int, tuple[int, bytes]], name: int) -> str:
    kind, value = known.get(name, (0, b""))
    if kind == _UNICODE:
        return decoded(value, "utf-16-le").rstrip("\0")
    return decoded(value.rstrip(b"\0"), "") if value else ""


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Each property of the message or of a file: its number, its type, and its first value."""
    if len(data) < 4:
        return
    count = struct.unpack_from("<I", data)[0]
    position = 4
    for _ in range(min(count, _MOST_PARTS)):
        kind, name = struct.unpack("<HH", _piece(data, position, 4))
        position += 4
        if name >= 0x8000:
            position = _after_name(data, position)
        many = kind & 0x1000
        kind &= 0x0FFF
        values = 1
        if many or kind in _VARIABLE:
            values = struct.unpack("<I", _piece(data, position, 4))[0]
            position += 4
        first = b""
        for number in range(min(values, _MOST_PARTS)):
            if kind in _VARIABLE:
                length = struct.unpack("<I", _piece(data, position, 4))[0]
                value = _piece(data, position + 4, length)
                position += 4 + length + -length % 4
            elif kind in _FIXED:
                value = _piece(data, position, _FIXED[kind])
                position += _FIXED[kind]
            else:
                raise _Damaged
            first = first if number else value
        # An object begins with the identifier of its interface.
        yield name, (kind, first[16:] if kind == _OBJECT else first)


def _after_name(data: bytes, position: int) -> int:
    kind = struct.unpack("<I", _piece(data, position + 16, 4))[0]
    if kind == 0:
        return position + 24
    length: int = struct.unpack("<I", _piece(data, position + 20, 4))[0]
    return position + 24 + length + -length % 4


def _piece(data: bytes, position: int, length: int) -> bytes:
    piece = data[position : position + length]
    if len(piece) < length:
        raise _Damaged
    return piece
