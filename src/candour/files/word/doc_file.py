"""The structures of a binary DOC: information block, piece table, properties of runs and paragraphs. [MS-DOC]."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from candour.files.findings import Blocked

_UNRELIABLE = (
    "The visible text of this old Word file cannot be read reliably: {why}. "
    "Open it in Word, save it as DOCX, and upload that."
)
_OLDER = (
    "This file was written by Word 95 or an older Word, and its visible text cannot be read reliably. "
    "Open it in LibreOffice, or in Word where that still opens such files, save it as DOCX, and upload that."
)
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABLE_DEFINITION = (0xD608, 0xD606)


class Unreliable(Blocked):
    """A DOC whose visible text cannot be told."""


def unreliable(why: str) -> Unreliable:
    """The refusal, with the reason in plain words."""
    return Unreliable(_UNRELIABLE.format(why=why))


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: positions in the text, offset in the stream, one byte or two for each, its own changes."""

    start: int
    end: int
    offset: int
    narrow: bool
    changes: bytes

    @property
    def size(self) -> int:
        """Bytes in the stream."""
        return (self.end - self.start) * (1 if self.narrow else 2)


@dataclass(slots=True)
class Run:
    """A stretch of the stream with one set of property changes: `style` is that of the paragraph."""

    start: int
    end: int
    changes: bytes
    style: int = 0


@dataclass(slots=True)
class DocFile:
    """An opened DOC: its streams, its lengths, its tables."""

    main: bytes
    table: bytes
    flags: int
    lengths: dict[str, int]
    pairs: list[tuple[int, int]]
    pieces: list[Piece] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    paragraphs: list[Run] = field(default_factory=list)
    styles: list[StyleChanges | None] = field(default_factory=list)

    @property
    def complex(self) -> bool:
        """Whether it was saved quickly, by adding pieces and leaving what they replace."""
        return is_complex(self.main)

    def block(self, number: int) -> bytes:
        """One structure of the table stream by its number in the information block; empty where there is none."""
        if number >= len(self.pairs):
            return b""
        offset, length = self.pairs[number]
        return self.table[offset : offset + length] if length > 0 and offset + length <= len(self.table) else b""

    def text(self) -> Iterator[tuple[str, int, Piece]]:
        """Every character in order, with its offset in the stream and its piece."""
        for piece in self.pieces:
            raw = self.main[piece.offset : piece.offset + piece.size]
            decoded = raw.decode("cp1252", "replace") if piece.narrow else raw.decode("utf-16-le", "surrogatepass")
            width = 1 if piece.narrow else 2
            for place, character in enumerate(decoded):
                yield character, piece.offset + place * width, piece

    def run_at(self, offset: int) -> bytes:
        """The changes of the run at an offset of the stream."""
        found = _at(self.runs, offset)
        return found.changes if found else b""

    def paragraph_at(self, offset: int) -> Run | None:
        """The paragraph at an offset of the stream."""
        return _at(self.paragraphs, offset)


@dataclass(frozen=True, slots=True)
class StyleChanges:
    """One style: what it is based on, its name, and what it changes for runs and for paragraphs."""

    based_on: int
    name: str
    runs: bytes
    paragraphs: bytes


def _at(runs: list[Run], offset: int) -> Run | None:
    place = bisect_right(runs, offset, key=lambda run: run.start) - 1
    return runs[place] if place >= 0 and runs[place].start <= offset < runs[place].end else None


def is_complex(main: bytes) -> bool:
    """Whether the stream of text was saved quickly (fComplex), also in versions before Word 97."""
    return len(main) >= 12 and bool(struct.unpack_from("<H", main, 10)[0] & 0x0004)


def open_doc(main: bytes, tables: dict[str, bytes]) -> DocFile:
    """A DOC from its streams. Raises `Blocked`: encrypted, older than Word 97, or not to be read reliably."""
    if len(main) < 426 or main[:2] not in {b"\xec\xa5", b"\xdc\xa5", b"\xdb\xa5"}:
        raise unreliable("its information block is damaged")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & 0x0100:
        raise Blocked("The file is encrypted with a password. Remove the password, save it, and upload it again.")
    if version < 0x00C0:
        raise Unreliable(_OLDER)
    table = tables.get("1table" if flags & 0x0200 else "0table")
    if table is None:
        raise unreliable("one of its streams is missing")
    names = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes")
    lengths = dict(zip(names, struct.unpack_from("<8i", main, 0x4C), strict=True))
    if any(length < 0 for length in lengths.values()):
        raise unreliable("its lengths are damaged")
    count = struct.unpack_from("<H", main, 0x98)[0]
    room = (len(main) - 0x9A) // 8
    flat = struct.unpack_from(f"<{2 * min(count, room)}I", main, 0x9A)
    file = DocFile(main, table, flags, lengths, list(zip(flat[::2], flat[1::2], strict=True)))
    try:
        _read_pieces(file)
        file.runs = list(_pages(file, 12, paragraphs=False))
        file.paragraphs = list(_pages(file, 13, paragraphs=True))
        file.styles = _styles(file.block(1))
    except (struct.error, IndexError, OverflowError):
        raise unreliable("its tables are damaged") from None
    return file


def _read_pieces(file: DocFile) -> None:
    clx = file.block(33)
    position = 0
    changes: list[bytes] = []
    while position < len(clx) and clx[position] == 1:
        length = struct.unpack_from("<H", clx, position + 1)[0]
        changes.append(clx[position + 3 : position + 3 + length])
        position += 3 + length
    if position + 5 > len(clx) or clx[position] != 2:
        raise unreliable("it has no table of pieces")
    length = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + length]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for number in range(count):
        offset, modifier = struct.unpack_from("<IH", plc, 4 * (count + 1) + 8 * number + 2)
        narrow = bool(offset & 0x40000000)
        start = (offset & 0x3FFFFFFF) // 2 if narrow else offset & 0x3FFFFFFF
        if modifier and not modifier & 1:
            own = _short_change(modifier)
        else:
            own = changes[modifier >> 1] if modifier & 1 and modifier >> 1 < len(changes) else b""
        piece = Piece(ends[number], ends[number + 1], start, narrow, own)
        if piece.end < piece.start or piece.offset + piece.size > len(file.main):
            raise unreliable("a piece of its text lies outside the file")
        file.pieces.append(piece)
    wanted = sum(file.lengths.values())
    if not file.pieces or file.pieces[-1].end < wanted:
        raise unreliable("pieces of its text are missing")


def _short_change(modifier: int) -> bytes:
    """A change that stands in the piece itself ([MS-DOC] 2.9.215, Prm0): only those that hide text matter here."""
    number, operand = (modifier >> 1) & 0x7F, modifier >> 8
    known = {0x41: 0x0800, 0x42: 0x0801, 0x55: 0x0835, 0x5B: 0x083B, 0x5C: 0x083C}
    return struct.pack("<HB", known[number], operand) if number in known else b""


def _pages(file: DocFile, number: int, *, paragraphs: bool) -> Iterator[Run]:
    plc = file.block(number)
    count = (len(plc) - 4) // 8 if len(plc) >= 12 else 0
    for place in range(count):
        page_number = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * place)[0] & 0x3FFFFF
        page = file.main[page_number * 512 : page_number * 512 + 512]
        if len(page) < 512:
            raise unreliable("a page of its properties lies outside the file")
        runs = page[511]
        bounds = struct.unpack_from(f"<{runs + 1}I", page, 0)
        for index in range(runs):
            if paragraphs:
                yield _paragraph(page, bounds, runs, index)
            else:
                at = page[4 * (runs + 1) + index] * 2
                changes = page[at + 1 : at + 1 + page[at]] if at else b""
                yield Run(bounds[index], bounds[index + 1], changes)


def _paragraph(page: bytes, bounds: tuple[int, ...], runs: int, index: int) -> Run:
    at = page[4 * (runs + 1) + 13 * index] * 2
    if not at:
        return Run(bounds[index], bounds[index + 1], b"")
    length = page[at] * 2 - 1
    start = at + 1
    if page[at] == 0:
        length, start = page[at + 1] * 2, at + 2
    content = page[start : start + length]
    style = struct.unpack_from("<H", content, 0)[0] if len(content) >= 2 else 0
    return Run(bounds[index], bounds[index + 1], content[2:], style)


def _styles(sheet: bytes) -> list[StyleChanges | None]:
    if len(sheet) < 4:
        return []
    head = struct.unpack_from("<H", sheet, 0)[0]
    base = struct.unpack_from("<H", sheet, 4)[0]
    position = 2 + head
    styles: list[StyleChanges | None] = []
    while position + 2 <= len(sheet):
        length = struct.unpack_from("<H", sheet, position)[0]
        entry = sheet[position + 2 : position + 2 + length]
        position += 2 + length
        styles.append(_style(entry, base) if length >= base + 4 else None)
    return styles


def _style(entry: bytes, base: int) -> StyleChanges:
    kind = struct.unpack_from("<H", entry, 2)[0]
    letters = struct.unpack_from("<H", entry, base)[0]
    position = base + 2 + 2 * letters + 2
    name = entry[base + 2 : base + 2 + 2 * letters].decode("utf-16-le", "replace")
    changes: list[bytes] = []
    while position + 2 <= len(entry) and len(changes) < 3:
        length = struct.unpack_from("<H", entry, position)[0]
        changes.append(entry[position + 2 : position + 2 + length])
        position += 2 + length + (length % 2)
    if kind & 0xF == 1:
        paragraph, run = (changes[0][2:] if changes else b""), (changes[1] if len(changes) > 1 else b"")
    else:
        paragraph, run = b"", changes[0] if changes else b""
    return StyleChanges(kind >> 4, name, run, paragraph)


def changes_in(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """Each property change of a list: its code, and the bytes of its operand. Stops where the list is damaged."""
    position = 0
    while position + 2 <= len(grpprl):
        code = struct.unpack_from("<H", grpprl, position)[0]
        position += 2
        kind = code >> 13
        if kind == 6:
            if code in _TABLE_DEFINITION:
                if position + 2 > len(grpprl):
                    return
                length = struct.unpack_from("<H", grpprl, position)[0] + 1
            elif position < len(grpprl):
                length = grpprl[position] + 1
            else:
                return
            yield code, grpprl[position + 1 : position + length]
            position += length
            continue
        length = _OPERANDS[kind]
        if position + length > len(grpprl):
            return
        yield code, grpprl[position : position + length]
        position += length


def strings_in(block: bytes) -> list[str]:
    """The strings of a table of strings (STTB), wide or narrow."""
    if len(block) < 4:
        return []
    wide = block[:2] == b"\xff\xff"
    position = 2 if wide else 0
    count, extra = struct.unpack_from("<HH", block, position)
    position += 4
    strings = []
    for _ in range(min(count, 4096)):
        if position >= len(block):
            break
        length = (
            struct.unpack_from("<H", block, position)[0] if wide and position + 2 <= len(block) else block[position]
        )
        position += 2 if wide else 1
        size = length * 2 if wide else length
        raw = block[position : position + size]
        strings.append(raw.decode("utf-16-le" if wide else "cp1252", "replace"))
        position += size + extra
    return strings
