"""Binary workbooks (XLS) made by hand for the tests: records of Excel 97 in a compound file. [MS-XLS], [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Callable

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def text8(text: str) -> bytes:
    """A text with a length of two bytes, one byte for each letter."""
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def label(row: int, column: int, text: str, style: int = 15) -> bytes:
    return record(0x0204, struct.pack("<HHH", row, column, style) + text8(text))


def row(number: int, flags: int = 0x0100, height: int = 0x00FF) -> bytes:
    return record(0x0208, struct.pack("<HHHHHHHH", number, 0, 10, height, 0, 0, flags, 0x0F))


def _font(colour: int = 0x7FFF) -> bytes:
    name = b"Arial"
    return record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, colour, 400, 0, 0, 0, 0, 0, len(name), 0) + name)


def _style(font: int = 0, code: int = 0) -> bytes:
    return record(0xE0, struct.pack("<HHHBBBBIIH", font, code, 0x0001, 0x20, 0, 0, 0, 0, 0, 0x20C0))


def workbook_stream(sheets: list[tuple[str, int, bytes]], more: bytes = b"") -> bytes:
    """The stream: sheets with their state (and their kind times 256) and their records; `more` are global records.

    Style 15 is plain, 16 has white text, 17 shows nothing (`;;;`).
    """
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0x41, 6)) + record(0x42, b"\xb0\x04")
    head += _font() * 4 + _font(9) + record(0x041E, struct.pack("<H", 200) + text8(";;;"))
    head += _style() * 16 + _style(5) + _style(0, 200) + more
    bounds = [struct.pack("<IHBB", 0, state, len(name), 0) + name.encode("latin-1") for name, state, _ in sheets]
    size = len(head) + sum(len(bound) + 4 for bound in bounds) + 4
    listed, bodies = b"", b""
    for (_, _, inside), bound in zip(sheets, bounds, strict=True):
        listed += record(0x85, struct.pack("<I", size + len(bodies)) + bound[4:])
        bodies += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0x41, 6))
        bodies += record(0x0200, struct.pack("<IIHHH", 0, 20, 0, 10, 0)) + inside + record(0x0A)
    return head + listed + record(0x0A) + bodies


def compound(streams: dict[str, bytes], residue: bytes = b"") -> bytes:
    """A compound file; each stream is padded so that it lives in whole sectors. `residue` fills a free sector."""
    streams = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    sectors: list[bytes] = []
    fat: list[int] = []
    starts: dict[str, int] = {}
    for name, content in streams.items():
        starts[name] = len(sectors)
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        fat += [*range(len(sectors) + 1, len(sectors) + len(pieces)), _END]
        sectors += pieces
    if residue:
        fat.append(_FREE)
        sectors.append(residue.ljust(_SECTOR, b"\0"))
    entries = [("Root Entry", 5, 1, _END, 0)] + [
        (name, 2, number + 2 if number + 2 <= len(streams) else _FREE, starts[name], len(content))
        for number, (name, content) in enumerate(streams.items())
    ]
    directory = b"".join(_entry(*entry, root=index == 0) for index, entry in enumerate(entries))
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    first = len(sectors)
    pieces = [directory[at : at + _SECTOR] for at in range(0, len(directory), _SECTOR)]
    fat += [*range(first + 1, first + len(pieces)), _END]
    sectors += pieces
    place = len(sectors)
    fat.append(_FAT)
    assert len(fat) <= 128
    sectors.append(struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHHHIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, first)
    header += struct.pack("<IIIIII", 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", place, *[_FREE] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, sibling: int, start: int, size: int, *, root: bool) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    child = 1 if root else _FREE
    right = _FREE if root else sibling
    return (
        raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child) + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )  # fmt: skip


PLAIN = label(0, 0, "Force") + label(0, 1, "Note") + label(1, 0, "Avon") + label(1, 1, "checked")


def workbook(
    inside: bytes = b"", more: bytes = b"", others: list[tuple[str, int, bytes]] | None = None, **streams: bytes
) -> bytes:
    """A workbook with a small table, and whatever else is given; `streams` are further streams by name."""
    stream = workbook_stream([("Figures", 0, inside or PLAIN), *(others or [])], more)
    named = {name.replace("__", " "): content for name, content in streams.items()}
    return compound({"Workbook": stream, **named})


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _link(text: str) -> bytes:
    """A link from the first cell to an address. [MS-OSHARED] 2.3.7.1."""
    address = _wide(f"http://{text}.test/\0")
    known = bytes.fromhex("d0c9ea79f9bace118c8200aa004ba90b02000000")
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
    return (
        struct.pack("<HHHH", 0, 0, 0, 0)
        + known
        + struct.pack("<I", 3)
        + moniker
        + struct.pack("<I", len(address))
        + address
    )


BINARIES: dict[str, Callable[[str], bytes]] = {
    "B.sheet_hidden": lambda t: workbook(others=[("Other", 1, label(0, 0, t))]),
    "B.sheet_veryhidden": lambda t: workbook(others=[("Other", 2, label(0, 0, t))]),
    "B.row_hidden": lambda t: workbook(row(4, 0x0120) + PLAIN + label(4, 0, t)),
    "B.row_tiny": lambda t: workbook(row(4, 0x0140, 10) + PLAIN + label(4, 0, t)),
    "B.col_hidden": lambda t: workbook(
        record(0x7D, struct.pack("<HHHHHH", 4, 4, 2000, 15, 1, 0)) + PLAIN + label(1, 4, t)
    ),
    "B.col_tiny": lambda t: workbook(record(0x7D, struct.pack("<HHHHHH", 4, 4, 20, 15, 0, 0)) + PLAIN + label(1, 4, t)),
    "B.same_colour": lambda t: workbook(PLAIN + label(4, 0, t, 16)),
    "B.fmt_hide": lambda t: workbook(PLAIN + label(4, 0, t, 17)),
    "B.remote_cell": lambda t: workbook(PLAIN + label(5000, 0, t)),
    "B.under_merge": lambda t: workbook(
        PLAIN + label(4, 0, "Total") + label(4, 1, t) + record(0xE5, struct.pack("<HHHHH", 1, 4, 4, 0, 2))
    ),
    "B.header_footer": lambda t: workbook(PLAIN + record(0x14, text8(f"&C{t}"))),
    "B.hyperlink": lambda t: workbook(PLAIN + record(0x1B8, _link(t))),
    "B.data_validation": lambda t: workbook(PLAIN + record(0x1BE, b"\0" * 4 + text8(t))),
    "B.scenario": lambda t: workbook(PLAIN + record(0xAF, b"\0" * 6 + t.encode())),
    "B.custom_view": lambda t: workbook(more=record(0x1A9, b"\0" * 40 + _wide(t))),
    "B.write_access": lambda t: workbook(more=record(0x5C, text8(t).ljust(112, b" "))),
    "B.file_sharing": lambda t: workbook(more=record(0x5B, b"\0" * 4 + text8(t))),
    "B.external_link": lambda t: workbook(more=record(0x1AE, struct.pack("<H", 1) + text8(t))),
    "B.external_cache": lambda t: workbook(more=record(0x5A, b"\0\0\0\0\x02" + text8(t))),
    "B.query_conn": lambda t: workbook(more=record(0x80A, b"\0" * 8 + t.encode())),
    "B.printer_settings": lambda t: workbook(more=record(0x4D, b"\0\0" + _wide(t))),
    "B.defname_hidden": lambda t: workbook(
        more=record(0x18, struct.pack("<HBBHHHBBBB", 1, 0, len(t), 0, 0, 0, 0, 0, 0, 0) + b"\0" + t.encode())
    ),
    "B.pivot_cache": lambda t: workbook(_SX_DB_CUR=t.encode()),
    "B.revision_log": lambda t: workbook(Revision__Log=_wide(t)),
    "B.vba": lambda t: workbook(_VBA_PROJECT_CUR=t.encode()),
    "B.embedding": lambda t: workbook(MBD00000001=t.encode()),
    "B.activex": lambda t: workbook(Ctls=_wide(t)),
    "B.future_record": lambda t: workbook(PLAIN + record(0x8F0, b"\0" * 8 + _wide(t))),
    "B.free_sector_residue": lambda t: compound({"Workbook": workbook_stream([("Figures", 0, PLAIN)])}, t.encode()),
}
