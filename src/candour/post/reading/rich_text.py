"""The words of Rich Text, which Outlook sends compressed ([MS-OXRTFCP]) and in which it may wrap HTML ([MS-OXRTFEX])."""

from __future__ import annotations

import re
import struct

from candour.post.reading.characters import clean
from candour.post.reading.markup import from_markup

LARGEST = 20_000_000
"""Bytes of Rich Text that are unpacked."""

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the window of the compression begins with, as its specification fixes it."""

_WINDOW = 4096
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z0-9\s])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_UNSEEN = frozenset(
    [
        *(b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl"),
        *(b"footerl", b"themedata", b"colorschememapping", b"datastore", b"listtable", b"latentstyles", b"generator"),
    ]
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–"}
_SIGNS = {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}


def unpack(data: bytes) -> bytes:
    """The Rich Text that Outlook compressed; empty where it is damaged."""
    if len(data) < 16:
        return b""
    _, raw_size, kind = struct.unpack_from("<III", data)
    if kind == _PLAIN:
        return data[16 : 16 + raw_size]
    if kind != _COMPRESSED or raw_size > LARGEST:
        return b""
    window = bytearray(_START.ljust(_WINDOW, b"\0"))
    write, position, out = len(_START), 16, bytearray()
    while position < len(data) and len(out) < raw_size:
        flags = data[position]
        position += 1
        for bit in range(8):
            if position >= len(data) or len(out) >= raw_size:
                break
            if not flags >> bit & 1:
                out.append(data[position])
                window[write] = data[position]
                write = (write + 1) % _WINDOW
                position += 1
                continue
            if position + 1 >= len(data):
                return bytes(out)
            reference = data[position] << 8 | data[position + 1]
            position += 2
            offset, length = reference >> 4, (reference & 0xF) + 2
            if offset == write:
                return bytes(out)
            for _ in range(length):
                byte = window[offset]
                offset = (offset + 1) % _WINDOW
                out.append(byte)
                window[write] = byte
                write = (write + 1) % _WINDOW
    return bytes(out)


def from_rich_text(data: bytes) -> str:
    """The words of Rich Text; where it wraps HTML, the visible words of that."""
    wraps_html = b"\\fromhtml1" in data[:2000]
    words = _words(data[:LARGEST], wraps_html=wraps_html)
    return from_markup(words)[0] if wraps_html else clean(words).strip("\n")


def _words(data: bytes, *, wraps_html: bool) -> str:
    out: list[str] = []
    state: list[tuple[bool, bool, int]] = []
    unseen, in_tag, skip_after = False, False, 1
    pending = 0
    held = bytearray()

    def flush() -> None:
        if held:
            out.append(bytes(held).decode("cp1252", "replace"))
            held.clear()

    for token in _TOKEN.finditer(data):
        word, number, code, symbol, brace, plain = token.groups()
        if brace == b"{":
            flush()
            state.append((unseen, in_tag, skip_after))
        elif brace == b"}":
            flush()
            if state:
                unseen, in_tag, skip_after = state.pop()
        elif word is not None:
            flush()
            if word == b"u" and number:
                if not unseen:
                    out.append(_character(int(number)))
                pending = skip_after
            elif word == b"uc" and number:
                skip_after = min(int(number), 8)
            elif word == b"htmltag":
                in_tag, unseen = True, False
            elif word == b"htmlrtf":
                unseen = number != b"0"
            elif word in _UNSEEN or word == b"mhtmltag":
                unseen = True
            elif not unseen and (word in _BREAKS or word in _SIGNS):
                out.append(_BREAKS.get(word) or _SIGNS[word])
        elif code is not None:
            if pending:
                pending -= 1
            elif not unseen:
                held.append(int(code, 16))
        elif symbol is not None:
            flush()
            if symbol == b"*":
                unseen = not (wraps_html and data[token.end() : token.end() + 8].startswith(b"\\htmltag"))
            elif not unseen:
                out.append({b"~": "\u00a0", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif plain is not None:
            piece = plain
            if pending:
                piece, pending = piece[pending:], max(0, pending - len(piece))
            if not unseen:
                held.extend(piece)
    flush()
    return "".join(out)


def _character(number: int) -> str:
    number &= 0xFFFF
    return chr(number) if not 0xD800 <= number <= 0xDFFF else "\ufffd"
