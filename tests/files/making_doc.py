"""Makes binary DOC files for tests: a compound file with the least that a reader of [MS-DOC] needs."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

VISIBLE = "Visible words of the answer\r"
_SECTOR = 512
_TEXT_AT = 2048
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes], free: bytes = b"") -> bytes:
    """A compound file of some streams (paths with slashes), with bytes in a free sector where some are given."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[place : place + _SECTOR].ljust(_SECTOR, b"\0") for place in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        chain.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    storages = sorted({path.rpartition("/")[0] for path in streams if "/" in path})
    names = ["Root Entry", *storages, *streams]
    starts = {path: (put(data.ljust(4096, b"\0")), max(len(data), 4096)) for path, data in streams.items()}
    children: dict[str, list[int]] = {}
    for number, path in enumerate(names[1:], 1):
        children.setdefault(path.rpartition("/")[0] if path in streams else "", []).append(number)
    entries = []
    for number, path in enumerate(names):
        parent = path.rpartition("/")[0] if path in streams else ""
        siblings = children.get(parent, []) if number else []
        after = siblings[siblings.index(number) + 1] if number and number != siblings[-1] else _FREE
        kind = 5 if not number else 2 if path in streams else 1
        own = children.get(path if number else "", [])
        name = path.rpartition("/")[2].encode("utf-16-le")
        start, size = starts.get(path, (_END, 0)) if number else (_END, 0)
        entries.append(
            name.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(name) + 2, kind, 1, _FREE, after, own[0] if own and kind != 2 else _FREE)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )
    directory = put(b"".join(entries))
    if free:
        sectors.append(free.ljust(_SECTOR, b"\0"))
        chain.append(_FREE)
    table_at = len(sectors)
    chain.append(_FAT)
    assert len(chain) <= 128, "one sector of the table is enough for a test"
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, 9, 6, b"\0" * 6,
        0, 1, directory, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", table_at, *[_FREE] * 108)
    return head + b"".join(sectors) + table


@dataclass
class Doc:
    """One DOC: runs of text with their property changes, and whatever is planted beside it."""

    runs: list[tuple[str, bytes]] = field(default_factory=list)
    comments: str = ""
    headers: list[str] = field(default_factory=list)
    tables: dict[int, bytes] = field(default_factory=dict)
    streams: dict[str, bytes] = field(default_factory=dict)
    left: bytes = b""
    flags: int = 0x0200
    version: int = 0x00C1
    free: bytes = b""
    paragraph_style: int = 0

    def bytes(self) -> bytes:
        """The file."""
        runs = [(VISIBLE, b""), *self.runs, ("\r", b"")]
        text = "".join(content for content, _ in runs)
        stories = [*[""] * 6, *self.headers, ""] if self.headers else []
        header = "".join(stories)
        whole = (text + header + self.comments).encode("cp1252")
        main = bytearray(_TEXT_AT) + whole + self.left
        last = _TEXT_AT + len(whole) + len(self.left)
        table = bytearray()
        pairs: dict[int, tuple[int, int]] = {}

        def keep(number: int, data: bytes) -> None:
            pairs[number] = (len(table), len(data))
            table.extend(data)

        pieces = struct.pack("<II", 0, len(whole)) + struct.pack("<HIH", 0, 0x40000000 | _TEXT_AT * 2, 0)
        keep(33, b"\x02" + struct.pack("<I", len(pieces)) + pieces)
        bounds = [_TEXT_AT]
        for content, _ in runs:
            bounds.append(bounds[-1] + len(content.encode("cp1252")))
        bounds[-1] = _TEXT_AT + len(whole)
        keep(12, self._page(main, bounds, [changes for _, changes in runs]))
        keep(13, self._page(main, [_TEXT_AT, _TEXT_AT + len(whole)], [b""], paragraphs=True))
        if self.headers:
            ends = [0]
            for story in stories:
                ends.append(ends[-1] + len(story))
            keep(11, struct.pack(f"<{len(ends)}I", *ends))
        for number, data in self.tables.items():
            keep(number, data)
        struct.pack_into("<HH", main, 0, 0xA5EC, self.version)
        struct.pack_into("<H", main, 10, self.flags)
        struct.pack_into("<II", main, 0x18, _TEXT_AT, last)
        struct.pack_into("<8i", main, 0x4C, len(text), 0, len(header), 0, len(self.comments), 0, 0, 0)
        struct.pack_into("<H", main, 0x98, 93)
        for number, (offset, length) in pairs.items():
            struct.pack_into("<II", main, 0x9A + 8 * number, offset, length)
        return compound({"WordDocument": bytes(main), "1Table": bytes(table), **self.streams}, self.free)

    def _page(self, main: bytearray, bounds: list[int], changes: list[bytes], *, paragraphs: bool = False) -> bytes:
        main.extend(b"\0" * (-len(main) % 512))
        page = bytearray(512)
        count = len(changes)
        struct.pack_into(f"<{count + 1}I", page, 0, *bounds)
        end = 510
        for number, grpprl in enumerate(changes):
            if paragraphs:
                content = struct.pack("<H", self.paragraph_style) + grpprl
                content = bytes([len(content) // 2 + 1]) + content
                end = (end - len(content)) // 2 * 2
                page[4 * (count + 1) + 13 * number] = end // 2
                page[end : end + len(content)] = content
            elif grpprl:
                end = (end - len(grpprl) - 1) // 2 * 2
                page[4 * (count + 1) + number] = end // 2
                page[end : end + len(grpprl) + 1] = bytes([len(grpprl)]) + grpprl
        page[511] = count
        number = len(main) // 512
        main.extend(page)
        return struct.pack("<III", bounds[0], bounds[-1], number)


def strings(*texts: str) -> bytes:
    """A table of wide strings."""
    body = b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in texts)
    return b"\xff\xff" + struct.pack("<HH", len(texts), 0) + body


def hidden_style() -> bytes:
    """A style sheet whose second style hides its text, by what it is based on."""

    def style(name: str, based_on: int, run: bytes) -> bytes:
        head = struct.pack("<5H", 0, 1 | based_on << 4, 2, 0, 0)
        letters = struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
        own = struct.pack("<HH", 2, 0) + struct.pack("<H", len(run)) + run + b"\0" * (len(run) % 2)
        entry = head + letters + own
        return struct.pack("<H", len(entry)) + entry

    sheet = struct.pack("<HH", 2, 10) + b"\0" * 14
    return struct.pack("<H", 18) + sheet + style("Base", 0xFFF, b"\x3c\x08\x01") + style("Hidden", 0, b"")
