"""The words of Rich Text, as Outlook sends it: compressed ([MS-OXRTFCP]), and perhaps wrapping HTML ([MS-OXRTFEX])."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from candour.post.reading.characters import clean
from candour.post.reading.markup import from_markup

LARGEST = 20_000_000
"""Bytes of Rich Text that are unpacked."""

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}"
    rb"{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    rb"{\colortbl\red0\green0\blue0"
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
        b"mhtmltag",
    ]
)
_WRITTEN = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–"}
_WRITTEN |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "\u00ad"}


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
    words = _Reader(data[:LARGEST], wraps_html).words()
    return from_markup(words)[0] if wraps_html else clean(words).strip("\n")


@dataclass
class _Reader:
    """A walk over the text: what a group hides, where an escaped character has a stand-in that is skipped."""

    data: bytes
    wraps_html: bool
    out: list[str] = field(default_factory=list)
    groups: list[tuple[bool, int]] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)
    unseen: bool = False
    stand_in: int = 1
    skipped: int = 0

    def words(self) -> str:
        """Everything that is seen."""
        for token in _TOKEN.finditer(self.data):
            word, number, code, symbol, brace, plain = token.groups()
            if plain is not None:
                self._plain(plain)
            elif code is not None:
                self._plain(bytes([int(code, 16)]))
            else:
                self._flush()
                if brace is not None:
                    self._group(brace)
                elif word is not None:
                    self._word(word, number)
                elif symbol is not None:
                    self._symbol(symbol, self.data[token.end() : token.end() + 8])
        self._flush()
        return "".join(self.out)

    def _plain(self, piece: bytes) -> None:
        skipped = min(self.skipped, len(piece))
        self.skipped -= skipped
        if not self.unseen:
            self.held.extend(piece[skipped:])

    def _flush(self) -> None:
        if self.held:
            self.out.append(bytes(self.held).decode("cp1252", "replace"))
            self.held.clear()

    def _group(self, brace: bytes) -> None:
        if brace == b"{":
            self.groups.append((self.unseen, self.stand_in))
        elif self.groups:
            self.unseen, self.stand_in = self.groups.pop()

    def _word(self, word: bytes, number: bytes | None) -> None:
        if word == b"u" and number:
            if not self.unseen:
                self.out.append(_character(int(number)))
            self.skipped = self.stand_in
        elif word == b"uc" and number:
            self.stand_in = max(0, min(int(number), 8))
        elif word == b"htmltag":
            self.unseen = False
        elif word == b"htmlrtf":
            self.unseen = number != b"0"
        elif word in _UNSEEN:
            self.unseen = True
        elif word in _WRITTEN and not self.unseen:
            self.out.append(_WRITTEN[word])

    def _symbol(self, symbol: bytes, ahead: bytes) -> None:
        if symbol == b"*":
            self.unseen = not (self.wraps_html and ahead.startswith(b"\\htmltag"))
        elif not self.unseen:
            self.out.append(_SYMBOLS.get(symbol) or symbol.decode("latin-1"))


def _character(number: int) -> str:
    number &= 0xFFFF
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)
