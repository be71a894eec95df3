"""Pictures inside a document: what their bytes carry beside the pixels."""

from __future__ import annotations

import struct
from collections.abc import Iterator

VECTOR = ("emf", "wmf", "svg", "emz", "wmz", "eps", "pict")


def kind_of(data: bytes) -> str:
    """The kind of a picture by its first bytes; an empty text when it is none that is known."""
    signatures = (
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF8", "gif"),
        (b"BM", "bmp"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"\x01\x00\x00\x00", "emf"),
        (b"\xd7\xcd\xc6\x9a", "wmf"),
        (b"\x01\x00\x09\x00", "wmf"),
        (b"\x1f\x8b", "emz"),
        (b"%!PS", "eps"),
        (b"RIFF", "webp"),
        (b"II\xbc\x01", "wdp"),
    )
    for signature, kind in signatures:
        if data.startswith(signature):
            return kind
    if b"<svg" in data[:2000]:
        return "svg"
    return "pict" if data[512:].startswith(b"\x00\x11\x02\xff") else ""


def carried(data: bytes) -> list[tuple[str, bytes]]:
    """Each block of a picture that is not pixels: its name and its bytes."""
    match kind_of(data):
        case "jpeg":
            return list(_jpeg(data))
        case "png":
            return list(_png(data))
        case "gif":
            return [("comment", data)] if b"\x21\xfe" in data else []
        case "tiff":
            return [("TIFF tags", data[:65_536])]
        case "webp":
            return [(name.decode(), data) for name in (b"EXIF", b"XMP ") if name in data]
        case _:
            return []


def _jpeg(data: bytes) -> Iterator[tuple[str, bytes]]:
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xDA:
            break
        if marker in {0x01, *range(0xD0, 0xD9), 0xFF}:
            position += 1 if marker == 0xFF else 2
            continue
        length = struct.unpack_from(">H", data, position + 2)[0]
        segment = data[position + 4 : position + 2 + length]
        harmless = marker == 0xE0 or (marker == 0xEE and segment.startswith(b"Adobe")) or segment.startswith(b"ICC_PRO")
        if (0xE1 <= marker <= 0xEF or marker == 0xFE) and not harmless:
            yield ("comment" if marker == 0xFE else f"APP{marker - 0xE0}"), segment
        position += 2 + length
    end = data.rfind(b"\xff\xd9")
    if end >= 0 and data[end + 2 :].strip(b"\x00\r\n "):
        yield "bytes after the end", data[end + 2 :]


_PNG_HARMLESS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"),
    *(b"hIST", b"sPLT", b"cICP", b"acTL", b"fcTL", b"fdAT", b"sTER", b"mDCV", b"cLLI"),
}


def _png(data: bytes) -> Iterator[tuple[str, bytes]]:
    position = 8
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        position += 12 + length
        if name == b"IEND":
            if data[position:].strip(b"\x00"):
                yield "bytes after the end", data[position:]
            return
        if name not in _PNG_HARMLESS:
            yield name.decode("ascii", "replace"), content
