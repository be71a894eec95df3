"""Further hiding places of a binary workbook: one function for each row of the catalogue. [MS-XLS]."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from files.binary_workbooks import PLAIN, label, record, row, text8, workbook

_STYLES = 18
"""How many styles the plain workbook has: the next ones follow."""


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def font(height: int) -> bytes:
    return record(0x31, struct.pack("<HHHHHBBBBBB", height, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0) + b"Arial")


def style(font_number: int = 0, code: int = 0) -> bytes:
    return record(0xE0, struct.pack("<HHHBBBBIIH", font_number, code, 1, 0x20, 0, 0, 0, 0, 0, 0x20C0))


def formatted(code: str) -> bytes:
    """A number format, and a style with it: the style after those of the plain workbook."""
    return record(0x041E, struct.pack("<H", 201) + text8(code)) + style(0, 201)


def number(line: int, column: int, value: float, look: int = 15) -> bytes:
    return record(0x0203, struct.pack("<HHHd", line, column, look, value))


def of(token: str) -> int:
    """A number that stands for a token."""
    return zlib.crc32(token.encode()) + 10**9


def formula(code: bytes, value: float = 12.0) -> bytes:
    return record(0x06, struct.pack("<HHHdHI", 4, 0, 15, value, 0, 0) + struct.pack("<H", len(code)) + code)


def literal(text: str) -> bytes:
    return b"\x17" + bytes([len(text), 0]) + text.encode()


def name(text: str, code: bytes, flags: int = 0) -> bytes:
    head = struct.pack("<HBBHHHBBBB", flags, 0, len(text), len(code), 0, 0, 0, 0, 0, 0)
    return record(0x18, head + b"\0" + text.encode() + code)


def strings(*texts: str) -> bytes:
    return record(0xFC, struct.pack("<II", len(texts), len(texts)) + b"".join(map(text8, texts)))


def anchored(top: int, left: int, bottom: int, right: int) -> bytes:
    """A picture over a rectangle of cells."""
    anchor = struct.pack("<HII", 0, 0xF010 << 16, 18)[:10]
    anchor = b"\x00\x00\x10\xf0\x12\x00\x00\x00" + struct.pack("<H8H", 0, left, 0, top, 0, right, 1023, bottom, 255)
    return record(0xEC, anchor) + record(0x5D, struct.pack("<HHHH", 0x15, 0x12, 8, 1) + b"\0" * 14)


def properties(author: str) -> bytes:
    """A set of properties with an author. [MS-OLEPS]."""
    text = author.encode() + b"\0"
    value = struct.pack("<II", 0x1E, len(text)) + text + b"\0" * (-len(text) % 4)
    section = struct.pack("<IIII", 16 + len(value), 1, 4, 16) + value
    known = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    return struct.pack("<HHI16sI", 0xFFFE, 0, 4, b"\0" * 16, 1) + known + struct.pack("<I", 48) + section


def _beside(record_type: int, body: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """A record among the cells whose words nobody is shown."""
    return lambda token: workbook(PLAIN + record(record_type, body(token)))


PLANTED: dict[str, Callable[[str], bytes]] = {
    "B.macrosheet": lambda t: workbook(others=[("Macro", 1 << 8, label(0, 0, t))]),
    "B.zero_height_default": lambda t: workbook(
        others=[("Other", 0, record(0x225, struct.pack("<HH", 2, 255)) + label(4, 0, t))]
    ),
    "B.tiny_font": lambda t: workbook(PLAIN + label(4, 0, t, _STYLES), font(20) + style(6)),
    "B.filter_mode": _beside(0x9E, lambda t: b"\0" * 24 + t.encode()),
    "B.outline_collapsed": lambda t: workbook(row(4, 0x0130) + PLAIN + label(4, 0, t)),
    "B.fmt_literal": lambda t: workbook(PLAIN + number(4, 0, of(t), _STYLES), formatted('"withheld"')),
    "B.fmt_cond": lambda t: workbook(PLAIN + number(4, 0, of(t), _STYLES), formatted('[>1000]"many";0')),
    "B.precision": lambda t: workbook(PLAIN + number(4, 0, 3 + of(t) / 1e11, _STYLES), formatted("0")),
    "B.overlay": lambda t: workbook(PLAIN + label(6, 2, t) + anchored(5, 1, 8, 4)),
    "B.cond_format": _beside(0x87A, lambda t: b"\0" * 12 + literal(t)),
    "B.zeros_hidden": lambda _: workbook(
        PLAIN + number(4, 0, 0) + record(0x23E, struct.pack("<HHHIHHI", 0x06A6, 0, 0, 64, 0, 0, 0))
    ),
    "B.pivot_stream_id": _beside(0xB0, lambda t: b"\0" * 44 + t.encode()),
    "B.comments": _beside(0x1C, lambda t: struct.pack("<HHHH", 1, 0, 0, 1) + text8(t) + b"\0"),
    "B.textbox": lambda t: workbook(
        PLAIN
        + record(0x5D, struct.pack("<HHHH", 0x15, 0x12, 6, 1) + b"\0" * 14)
        + record(0x1B6, struct.pack("<HH6sHHI", 0x212, 0, b"", len(t), 0, 0))
        + record(0x3C, b"\0" + t.encode())
    ),
    "B.defname_literal": lambda t: workbook(more=name("Rate", literal(t))),
    "B.defname": lambda t: workbook(more=name(t, b"\x24\0\0\0\0")),
    "B.sst_orphan": lambda t: workbook(PLAIN + record(0xFD, struct.pack("<HHHI", 4, 0, 15, 0)), strings("Kent", t)),
    "B.formula": lambda _: workbook(PLAIN + formula(b"\x1e\x0c\0")),
    "B.formula_literal": lambda t: workbook(PLAIN + formula(literal(t))),
    "B.summary_info": lambda t: workbook(**{"\x05SummaryInformation": properties(t)}),
    "B.xml_data": lambda t: workbook(MsoDataStore=t.encode()),
    "B.query_table": lambda t: workbook(List__Data=wide(t)),
    "B.protection": lambda _: workbook(PLAIN + record(0x12, b"\1\0")),
    "B.chart_cache": _beside(0x100D, lambda t: b"\0\0" + text8(t)[1:]),
    "B.drawing": lambda t: workbook(more=record(0xEB, b"\x0f\0\0\xf0" + wide(t))),
    "B.routing": lambda t: workbook(more=record(0xB8, t.encode())),
    "B.web_publish": lambda t: workbook(more=record(0x801, b"\0" * 20 + wide(t))),
}

BLOCKED: dict[str, Callable[[str], bytes]] = {
    "B.signature": lambda t: workbook(_signatures=t.encode()),
    "B.encrypted": lambda _: workbook(more=record(0x2F, b"\1\0" * 20)),
}
"""Places where the whole file is refused."""
