"""Records of a binary package (XLSB): reading them, and the words of those that are not cells. [MS-XLSB] 2.1.4."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from candour.files.findings import Blocked


def brt_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record: its type and its bytes. Raises `Blocked` for one that runs past the end."""
    position, end = 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80:
            if position >= end:
                raise _cut_short()
            kind = kind & 0x7F | (data[position] & 0x7F) << 7
            position += 1
        size = shift = 0
        while True:
            if position >= end or shift > 21:
                raise _cut_short()
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + size > end:
            raise _cut_short()
        yield kind, data[position : position + size]
        position += size


def wide_text(body: bytes, position: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends. Raises `Blocked`. A length of all ones means no text."""
    if position + 4 > len(body):
        raise _cut_short()
    length = struct.unpack_from("<I", body, position)[0]
    if length == 0xFFFFFFFF:
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(body):
        raise _cut_short()
    return body[position + 4 : end].decode("utf-16-le", "replace"), end


def rk_number(value: int) -> float:
    """A number in its packed form of 30 bits. [MS-XLSB] 2.5.123."""
    if value & 2:
        number = float(struct.unpack("<i", struct.pack("<I", value & 0xFFFFFFFF))[0] >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return number / 100 if value & 1 else number


def words_of(body: bytes) -> list[str]:
    """The texts of a record that is read no further: each has its length before it."""
    texts = []
    for position in range(max(0, len(body) - 9)):
        length = int.from_bytes(body[position : position + 4], "little")
        if 2 < length < 32_768 and position + 4 + 2 * length <= len(body):
            raw = body[position + 4 : position + 4 + 2 * length]
            text = raw.decode("utf-16-le", "replace")
            if text.isprintable() and "\ufffd" not in text and any(map(str.isalpha, text)):
                texts.append(text)
    return texts


def _cut_short() -> Blocked:
    return Blocked("The file is cut short: its last record is not whole. Ask for it again.")
