"""The blocks of GIF, WEBP and BMP files that are not needed to draw them.

GIF89a specification (CompuServe, 1990); WebP Container Specification (Google); Windows bitmap headers (Microsoft).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from candour.files.findings import Blocked

Told = tuple[str, int, bytes]
"""The end of a code after “I.”, the position, the bytes."""

_SHORT = "The picture is cut short. Ask for it again."
_GIF_PROGRAMS = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
"""Blocks that say how often a film is shown, and in which colours."""

_WEBP_PIXELS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ICCP"}


def gif(data: bytes) -> Iterator[Told]:
    """Comments, texts, blocks of programs, and what follows the end. Raises `Blocked` for one that is cut short."""
    if len(data) < 13:
        raise Blocked(_SHORT)
    position = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while True:
        if position >= len(data):
            raise Blocked(_SHORT)
        start, sign = position, data[position]
        position += 1
        if sign == 0x3B:
            break
        if sign == 0x2C:
            if position + 9 >= len(data):
                raise Blocked(_SHORT)
            flags = data[position + 8]
            position += 9 + (3 << (flags & 7) + 1 if flags & 0x80 else 0) + 1
            _, position = _sub_blocks(data, position)
        elif sign == 0x21 and position < len(data):
            kind = data[position]
            content, position = _sub_blocks(data, position + 1)
            if kind in {0xFE, 0x01}:
                yield "COM", start, content
            elif kind == 0xFF and content[:11] not in _GIF_PROGRAMS:
                yield ("XMP" if content.startswith(b"XMP Data") else "APP_GIF"), start, content
            elif kind not in {0xF9, 0xFF}:
                yield "chunk_GIF", start, content
        else:
            raise Blocked("The picture is damaged between its blocks. Ask for it again.")
    if data[position:].strip(b"\x00"):
        yield "TRAILER", position, data[position:]


def _sub_blocks(data: bytes, position: int) -> tuple[bytes, int]:
    pieces: list[bytes] = []
    while True:
        if position >= len(data):
            raise Blocked(_SHORT)
        size = data[position]
        position += 1
        if not size:
            return b"".join(pieces), position
        pieces.append(data[position : position + size])
        position += size


def webp(data: bytes) -> Iterator[Told]:
    """Chunks of metadata, further frames, and what follows the end. Raises `Blocked` for one that is cut short."""
    size = struct.unpack_from("<I", data, 4)[0] + 8
    if size > len(data) + 1:
        raise Blocked(_SHORT)
    position = 12
    while position + 8 <= min(size, len(data)):
        name, length = struct.unpack_from("<4sI", data, position)
        content = data[position + 8 : position + 8 + length]
        codes = {b"EXIF": "EXIF", b"XMP ": "XMP", b"ANMF": "frames"}
        if name not in _WEBP_PIXELS:
            code = codes.get(name, f"chunk_{name.decode('latin-1').strip()}")
            yield code, position, b"" if code == "frames" else content
        position += 8 + length + length % 2
    if data[size:].strip(b"\x00"):
        yield "TRAILER", size, data[size:]


def bmp(data: bytes) -> Iterator[Told]:
    """Bytes between the headers and the pixels, and after the pixels. Raises `Blocked` for one that is cut short."""
    if len(data) < 54:
        raise Blocked(_SHORT)
    _, _, begin, header, width, height, _, bits, packed, length = struct.unpack_from("<IIIIiiHHII", data, 2)
    colours = struct.unpack_from("<I", data, 46)[0] or (1 << bits if bits <= 8 else 0)
    named = 14 + header + (12 if packed == 3 and header == 40 else 0) + 4 * min(colours, 256)
    row = -(-abs(width) * bits // 32) * 4
    end = begin + (row * abs(height) if packed in {0, 3} else length)
    if begin > len(data) or end > len(data):
        raise Blocked(_SHORT)
    if data[named:begin].strip(b"\x00"):
        yield "TRAILER", named, data[named:begin]
    if data[end:].strip(b"\x00"):
        yield "TRAILER", end, data[end:]
