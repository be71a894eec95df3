"""What the bytes of a picture carry beside its pixels, segment by segment: JPEG, PNG, TIFF, HEIC, JPEG 2000."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from candour.files.findings import Blocked, Severity
from candour.files.pages import blocks
from candour.files.pages.tiff import ranges

_H, _M, _L = Severity.HIGH, Severity.MODERATE, Severity.LOW


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a picture's bytes that is no pixels. `code` is the part of the catalogue's code after “I.”."""

    code: str
    place: str
    size: int
    data: bytes
    severity: Severity | None = None

    @property
    def text(self) -> str:
        """Whatever words are in it."""
        return " ".join(words(self.data))


def has_position(data: bytes) -> bool:
    """Whether an EXIF block points at a block of positions, empty or not."""
    return b"\x88\x25" in data[:1000] or b"\x25\x88" in data[:1000]


def carried(data: bytes, *, lenient: bool = False) -> list[Segment]:
    """Every segment of a picture that is not needed to draw it; an empty list for a kind that is not known.

    Raises `Blocked` where the frame of the file is broken; a lenient look tells what stands before the break, as
    is enough for a picture inside another file, which the reader of that file draws as far as it goes.
    """
    if lenient:
        segments: list[Segment] = []
        with suppress(Blocked, struct.error):
            for segment in _segments(data):
                segments.append(segment)  # noqa: PERF402  what came before a break is kept
        return segments
    return list(_segments(data))


def _segments(data: bytes) -> Iterator[Segment]:
    if data.startswith(b"\xff\xd8"):
        yield from _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _png(data)
    if data[4:8] == b"ftyp" or data[4:8] == b"jP  ":
        yield from _boxes(data)
    elif data[:4] in {b"II*\x00", b"MM\x00*"}:
        yield from uncovered(data)
    for signature, walk in ((b"GIF8", blocks.gif), (b"RIFF", blocks.webp), (b"BM", blocks.bmp)):
        if data.startswith(signature):
            for code, position, content in walk(data):
                yield Segment(code, f"byte {position:,}", len(content), content)


def words(data: bytes) -> list[str]:
    """Runs of readable text in some bytes, in one and two bytes to a character."""
    found, run = [], bytearray()
    for byte in data[:200_000]:
        if 0x20 <= byte <= 0x7E or byte >= 0xC0 or (run and byte >= 0x80):
            run.append(byte)
            continue
        if len(run) >= 4:
            found.append(run.decode("utf-8", "ignore"))
        run = bytearray()
    if len(run) >= 4:
        found.append(run.decode("utf-8", "ignore"))
    if data.count(b"\x00") * 3 > len(data):
        for order in ("utf-16-le", "utf-16-be"):
            wide = data[: len(data) & ~1].decode(order, "ignore")
            found += [text for text in wide.split("\x00") if len(text) >= 4 and text.isprintable() and text.isascii()]
    return found


_TELLING_APP = (
    (0xE1, b"Exif\0", "EXIF"),
    (0xE1, b"ns.adobe.com", "XMP"),
    (0xED, b"Photoshop 3.0", "IPTC/8BIM"),
    (0xED, b"8BIM", "IPTC/8BIM"),
    (0xE2, b"MPF\0", "group_MPF0"),
)
_HARMLESS_APP = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))


def _jpeg(data: bytes) -> Iterator[Segment]:
    position = 2
    while True:
        if position + 2 > len(data):
            raise Blocked("The picture is cut short. Ask for it again.")
        if data[position] != 0xFF:
            raise Blocked("The picture is damaged between its segments. Ask for it again.")
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xD9:
            position += 2
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
            continue
        if position + 4 > len(data):
            raise Blocked("The picture is cut short. Ask for it again.")
        length = struct.unpack_from(">H", data, position + 2)[0]
        segment = data[position + 4 : position + 2 + length]
        if (named := _jpeg_segment(marker, segment, position)) is not None:
            yield named
        position += 2 + length
        if marker == 0xDA:
            position = _after_scan(data, position)
    rest = data[position:]
    if rest.strip(b"\x00\xff\r\n "):
        yield Segment("TRAILER", f"byte {position:,}", len(rest), rest)
    elif rest:
        yield Segment("TRAILER", f"byte {position:,}", len(rest), b"", _L)


def _jpeg_segment(marker: int, segment: bytes, position: int) -> Segment | None:
    place = f"byte {position:,}"
    size = len(segment)
    if marker == 0xFE:
        return Segment("COM", place, size, segment, None if segment.strip(b"\x00 ") else _L)
    if not 0xE0 <= marker <= 0xEF or any(
        marker == known and segment.startswith(start) for known, start in _HARMLESS_APP
    ):
        has_picture = marker == 0xE0 and segment.startswith(b"JFIF\0") and segment[12:14].strip(b"\0")
        return Segment("thumbnail", place, size, segment) if has_picture else None
    for known, beginning, code in _TELLING_APP:
        if marker == known and beginning in segment[:64]:
            return Segment(code, place, size, segment)
    return Segment(f"APP{marker - 0xE0}", place, size, segment)


def _after_scan(data: bytes, position: int) -> int:
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            raise Blocked("The picture is cut short: its end is missing. Ask for it again.")
        following = data[position + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return position
        position += 2


_PNG_PIXELS = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT pHYs bKGD hIST cICP sTER mDCV cLLI iCCP".split())
_PNG_NAMES = {b"tEXt": "tEXt", b"zTXt": "zTXt", b"iTXt": "iTXt", b"eXIf": "eXIf", b"tIME": "tIME"}


def _png(data: bytes) -> Iterator[Segment]:
    position = 8
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        if len(content) < length:
            break
        if zlib.crc32(name + content) != struct.unpack_from(">I", data, position + 8 + length)[0]:
            raise Blocked("The picture is damaged: a checksum does not fit. Ask for it again.")
        place = f"byte {position:,}"
        position += 12 + length
        if name == b"IEND":
            rest = data[position:]
            if rest:
                yield Segment("TRAILER", f"byte {position:,}", len(rest), rest, None if rest.strip(b"\x00") else _L)
            return
        if name in {b"zTXt", b"iTXt"}:
            content += _inflated(content)
        if name in {b"acTL", b"fcTL", b"fdAT"}:
            yield Segment("frames", place, length, content)
        elif name == b"iDOT":
            yield Segment("chunk_iDOT", place, length, b"", _L)
        elif name not in _PNG_PIXELS:
            yield Segment(_PNG_NAMES.get(name, f"chunk_{name.decode('latin-1')}"), place, length, content)
    raise Blocked("The picture is cut short: its end is missing. Ask for it again.")


def _inflated(content: bytes) -> bytes:
    for start in range(len(content)):
        if content[start : start + 1] == b"\x78":
            with suppress(zlib.error):
                return b" " + zlib.decompressobj().decompress(content[start:], 1_000_000)
    return b""


_BOX_PIXELS = frozenset(
    b"ftyp mdat jP   jp2h jp2c moov hdlr pitm iprp dinf iref grpl free skip".replace(b"   ", b"\x20\x20 ").split()
)


def _boxes(data: bytes) -> Iterator[Segment]:
    """The boxes of ISO base media (HEIC) and JPEG 2000 files."""
    position = 0
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        header = 8
        if size == 1 and position + 16 <= len(data):
            size, header = struct.unpack_from(">Q", data, position + 8)[0], 16
        elif size == 0:
            size = len(data) - position
        if size < header or position + size > len(data):
            break
        content = data[position + header : position + size]
        place = f"byte {position:,}"
        if name == b"meta":
            yield from _items(content, data)
        elif name in {b"free", b"skip"} and content.strip(b"\x00"):
            yield Segment("TRAILER", place, len(content), content)
        elif name in {b"uuid", b"xml "}:
            yield Segment("XMP", place, len(content), content)
        elif name == b"moov":
            yield Segment("frames", place, len(content), content)
        elif name not in {b"ftyp", b"mdat", b"jP  ", b"jp2h", b"jp2c", b"free", b"skip"}:
            yield Segment(f"box_{name.decode('latin-1').strip()}", place, len(content), content)
        position += size
    if data[position:].strip(b"\x00"):
        yield Segment("TRAILER", f"byte {position:,}", len(data) - position, data[position:])


def _items(meta: bytes, data: bytes) -> Iterator[Segment]:
    """Items of a HEIC file that are no part of the main picture: EXIF, XMP, other pictures, depth."""
    inner = meta[4:]
    position = 0
    while position + 8 <= len(inner):
        size, name = struct.unpack_from(">I4s", inner, position)
        if size < 8 or position + size > len(inner):
            return
        if name == b"iinf":
            yield from _item_entries(inner[position + 8 : position + size], data)
        if name == b"iref" and b"auxl" in inner[position : position + size]:
            yield Segment("auxiliary", "item references", size, b"")
        if name == b"iref" and b"thmb" in inner[position : position + size]:
            yield Segment("thumbnail", "item references", size, b"")
        position += size


def _item_entries(body: bytes, data: bytes) -> Iterator[Segment]:
    for kind, code in ((b"Exif", "EXIF"), (b"mime", "XMP"), (b"uri ", "box_uri")):
        if kind not in body:
            continue
        content = b""
        if kind == b"Exif":
            start = data.find(b"Exif\x00\x00")
            content = data[start : start + 65_536] if start >= 0 else b""
        elif (start := data.find(b"<x:xmpmeta")) >= 0:
            content = data[start : data.find(b"</x:xmpmeta>", start) + 12]
        yield Segment(code, f"item {kind.decode().strip()}", len(content), content)


def uncovered(data: bytes) -> Iterator[Segment]:
    """Bytes of a TIFF that none of its tables and strips accounts for."""
    position = 8
    for start, end in [*sorted(ranges(data)), (len(data), len(data))]:
        gap = data[position:start]
        if gap.strip(b"\x00") and len(gap) > 3:
            yield Segment("TRAILER", f"byte {position:,}", len(gap), gap)
        position = max(position, end)
