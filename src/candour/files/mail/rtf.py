"""The rich text of Outlook: unpacked ([MS-OXRTFCP]) and read as words ([MS-OXRTFEX])."""

from __future__ import annotations

import re
import struct

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_LONGEST = 20_000_000
_SKIPPED = re.compile(
    r"\{\\(?:fonttbl|colortbl|stylesheet|\*\\generator|\*\\listtable|\*\\listoverridetable|\*\\rsidtbl|\*\\themedata"
    r"|\*\\xmlnstbl|\*\\mmathPr)"
)
_TOKEN = re.compile(r"\\u(-?\d+) ?\??|\\'([0-9a-fA-F]{2})|\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|([^\\{}]+)")


def unpacked(data: bytes) -> bytes:
    """The rich text of a compressed stream; an empty text when it is damaged."""
    if len(data) < 16:
        return b""
    size, raw_size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:
        return data[16 : 16 + raw_size]
    if kind != 0x75465A4C or raw_size > _LONGEST:
        return b""
    window = bytearray(_DICTIONARY) + bytearray(4096 - len(_DICTIONARY))
    write = len(_DICTIONARY)
    out = bytearray()
    position, end = 16, min(len(data), size + 4)
    while position < end and len(out) < raw_size:
        control = data[position]
        position += 1
        for bit in range(8):
            if position >= end:
                break
            if not control >> bit & 1:
                out.append(data[position])
                window[write] = data[position]
                write = (write + 1) % 4096
                position += 1
                continue
            if position + 1 >= end:
                return bytes(out)
            reference = data[position] << 8 | data[position + 1]
            position += 2
            offset, length = reference >> 4, (reference & 15) + 2
            if offset == write:
                return bytes(out)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out)


def text_of(rich: bytes) -> str:
    """The words of some rich text, those of HTML inside it without its tags."""
    source = rich.decode("latin-1")
    source = _without_groups(source)
    pieces: list[str] = []
    for match in _TOKEN.finditer(source):
        number, code, word, _, mark, _, plain = match.groups()
        if number is not None:
            pieces.append(chr(int(number) % 65536) if not 0xD800 <= int(number) % 65536 <= 0xDFFF else "")
        elif code is not None:
            pieces.append(bytes.fromhex(code).decode("cp1252", "ignore"))
        elif word in {"par", "line", "tab", "cell", "row"}:
            pieces.append("\n")
        elif mark == "~":
            pieces.append(" ")
        elif mark in {"\\", "{", "}"}:
            pieces.append(mark)
        elif plain is not None:
            pieces.append(plain.replace("\r", "").replace("\n", ""))
    return re.sub(r"<[^<>]*>", " ", "".join(pieces))


def _without_groups(source: str) -> str:
    """Rich text without the groups that hold tables of fonts, colours and styles."""
    pieces, position = [], 0
    while match := _SKIPPED.search(source, position):
        pieces.append(source[position : match.start()])
        depth, at = 0, match.start()
        while at < len(source):
            if source[at] == "\\":
                at += 2
                continue
            depth += {"{": 1, "}": -1}.get(source[at], 0)
            at += 1
            if depth == 0:
                break
        position = at
    pieces.append(source[position:])
    return "".join(pieces)
