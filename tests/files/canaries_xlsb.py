"""Binary packages (XLSB) made by hand: records of [MS-XLSB] 2.1.4 in a package, and a token in each hiding place."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from files.packages import OFFICE, packed

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


def brt(kind: int, body: bytes = b"") -> bytes:
    """A record: its type in one or two bytes, its length seven bits at a time."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def text_cell(column: int, text: str, style: int = 0) -> bytes:
    return brt(6, struct.pack("<II", column, style) + wide(text))


def number_cell(column: int, value: float, style: int = 0) -> bytes:
    return brt(5, struct.pack("<IId", column, style, value))


def line(number: int, *cells: bytes, flags: int = 0, height: int = 300) -> bytes:
    """A row with its cells; flags: 8 folded away, 16 hidden."""
    return brt(0, struct.pack("<IIHBBBI", number, 0, height, 0, flags, 0, 0)) + b"".join(cells)


PLAIN = line(0, text_cell(0, "Force"), text_cell(1, "Note")) + line(1, text_cell(0, "Avon"), text_cell(1, "checked"))


@dataclass
class Xlsb:
    """A package: a sheet called Figures, and whatever is planted beside."""

    rows: str | bytes = PLAIN
    before: bytes = b""
    after: bytes = b""
    book: bytes = b""
    others: list[tuple[str, int, bytes]] = field(default_factory=list)
    """Further sheets: the name, the state (1 hidden, 2 very hidden), the rows."""
    before_others: bytes = b""
    styles: bytes = b""
    strings: list[str] = field(default_factory=list)
    parts: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Further parts of the workbook: the type of the relationship, and the bytes."""

    def bytes(self) -> bytes:
        """The package."""
        sheets = [("Figures", 0, self.before, self.rows, self.after)]
        sheets += [(name, state, self.before_others, rows, b"") for name, state, rows in self.others]
        parts: dict[str, bytes] = {}
        arrows: list[tuple[str, str]] = []
        bundle = b""
        for number, (name, state, before, rows, after) in enumerate(sheets, 1):
            parts[f"xl/worksheets/sheet{number}.bin"] = (
                brt(129) + brt(148, struct.pack("<IIII", 0, 1_000, 0, 100)) + before + brt(145) + rows + brt(146)
                + after + brt(130)
            )  # fmt: skip
            arrows.append(("worksheet", f"worksheets/sheet{number}.bin"))
            bundle += brt(156, struct.pack("<II", state, number) + wide(f"rId{number}") + wide(name))
        parts["xl/workbook.bin"] = brt(131) + brt(143) + bundle + brt(144) + self.book + brt(132)
        if self.styles:
            parts["xl/styles.bin"] = brt(278) + self.styles + brt(279)
            arrows.append(("styles", "styles.bin"))
        if self.strings:
            items = b"".join(brt(19, b"\0" + wide(text)) for text in self.strings)
            count = struct.pack("<II", len(self.strings), len(self.strings))
            parts["xl/sharedStrings.bin"] = brt(159, count) + items + brt(160)
            arrows.append(("sharedStrings", "sharedStrings.bin"))
        for path, (kind, data) in self.parts.items():
            parts[f"xl/{path}"] = data
            arrows.append((kind, path))
        parts["[Content_Types].xml"] = (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/>'
            '<Default Extension="bin" ContentType="application/octet-stream"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.bin" ContentType="{_MAIN}"/></Types>'
        ).encode()
        parts["_rels/.rels"] = _arrows([("officeDocument", "xl/workbook.bin")])
        parts["xl/_rels/workbook.bin.rels"] = _arrows(arrows)
        return packed(parts)


def _arrows(arrows: list[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(arrows, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'.encode()


def column(number: int, width: int, flags: int = 0) -> bytes:
    return brt(60, struct.pack("<IIIIH", number, number, width, 0, flags))


def font(colour: str = "000000", height: int = 220) -> bytes:
    shade = bytes([0x05, 0]) + b"\0\0" + bytes.fromhex(colour) + b"\xff"
    return brt(43, struct.pack("<HHHHBBBB", height, 0, 400, 0, 0, 0, 0, 0) + shade + b"\0" + wide("Arial"))


def styled(*, fonts: bytes = b"", formats: bytes = b"", looks: tuple[tuple[int, int], ...] = ()) -> bytes:
    """Styles: the plain one, and then those that are given by number format and font."""
    cells = b"".join(
        brt(47, struct.pack("<HHHHHHHH", 0, code, number, 0, 0, 0, 0, 0)) for code, number in ((0, 0), *looks)
    )
    formats = brt(615, struct.pack("<I", 1)) + formats + brt(616) if formats else b""
    count = struct.pack("<I", len(looks) + 1)
    return formats + brt(611, count) + font() + fonts + brt(612) + brt(617, count) + cells + brt(618)


def number_format(code: str) -> bytes:
    return brt(44, struct.pack("<H", 200) + wide(code))


def _formatted(code: str) -> bytes:
    return styled(formats=number_format(code), looks=((200, 0),))


def _sheet(rows: bytes, **more: object) -> bytes:
    return Xlsb(PLAIN + rows, **more).bytes()  # type: ignore[arg-type]  # the names are those of the fields


def _part(path: str, kind: str) -> Callable[[str], bytes]:
    return lambda token: Xlsb(parts={path: (kind, b"\0" * 8 + wide(token))}).bytes()


def _record(kind: int) -> Callable[[str], bytes]:
    return lambda token: Xlsb(after=brt(kind, b"\0" * 8 + wide(token))).bytes()


def _book(kind: int) -> Callable[[str], bytes]:
    return lambda token: Xlsb(book=brt(kind, b"\0" * 8 + wide(token))).bytes()


def _orphan(token: str) -> bytes:
    buffer = io.BytesIO(Xlsb().bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/left.bin", wide(token))
    return buffer.getvalue()


PLANTED: dict[str, Callable[[str], bytes]] = {
    "X.sheet_hidden": lambda t: Xlsb(others=[("Other", 1, line(0, text_cell(0, t)))]).bytes(),
    "X.sheet_veryhidden": lambda t: Xlsb(others=[("Other", 2, line(0, text_cell(0, t)))]).bytes(),
    "X.row_hidden": lambda t: _sheet(line(4, text_cell(0, t), flags=16)),
    "X.row_tiny": lambda t: _sheet(line(4, text_cell(0, t), height=20)),
    "X.outline_collapsed": lambda t: _sheet(line(4, text_cell(0, t), flags=16) + line(5, flags=8)),
    "X.zero_height_default": lambda t: Xlsb(
        others=[("Other", 0, line(4, text_cell(0, t)))], before_others=brt(485, b"\0" * 6 + b"\x2c\x01\x02\0")
    ).bytes(),
    "X.col_hidden": lambda t: _sheet(line(4, text_cell(4, t)), before=column(4, 2000, 1)),
    "X.col_tiny": lambda t: _sheet(line(4, text_cell(4, t)), before=column(4, 20)),
    "X.same_colour": lambda t: _sheet(
        line(4, text_cell(0, t, 1)), styles=styled(fonts=font("ffffff"), looks=((0, 1),))
    ),
    "X.tiny_font": lambda t: _sheet(line(4, text_cell(0, t, 1)), styles=styled(fonts=font(height=20), looks=((0, 1),))),
    "X.fmt_hide": lambda t: _sheet(line(4, text_cell(0, t, 1)), styles=_formatted(";;;")),
    "X.fmt_literal": lambda t: _sheet(line(4, text_cell(0, t, 1)), styles=_formatted('0;0;0;"withheld"')),
    "X.under_merge": lambda t: _sheet(
        line(4, text_cell(0, "Total"), text_cell(1, t)), after=brt(176, struct.pack("<IIII", 4, 4, 0, 2))
    ),
    "X.remote_cell": lambda t: _sheet(line(5_000, text_cell(0, t))),
    "X.sst_orphan": lambda t: _sheet(line(4, brt(7, struct.pack("<III", 0, 0, 0))), strings=["Kent", t]),
    "X.hyperlink": _record(494),
    "X.header_footer": _record(479),
    "X.data_validation": _record(64),
    "X.cond_format": _record(463),
    "X.scenario": _record(502),
    "X.custom_sheet_view": _record(397),
    "X.ole_object": _record(639),
    "X.filter_active": lambda t: Xlsb(after=brt(161) + brt(163, b"\0" * 8) + brt(166, wide(t)) + brt(162)).bytes(),
    "X.extension": _record(3_500),
    "X.defname": lambda t: Xlsb(book=brt(39, b"\0" * 9 + wide(t) + b"\0" * 8)).bytes(),
    "X.defname_hidden": lambda t: Xlsb(book=brt(39, b"\1\0\0\0\0\0\0\0\0" + wide(t) + b"\0" * 8)).bytes(),
    "X.abspath": _book(2071),
    "X.file_sharing": _book(548),
    "X.custom_view": _book(423),
    "X.pivot_records": _part("pivotCache/records1.bin", "pivotCacheRecords"),
    "X.pivot_shared_items": _part("pivotCache/definition1.bin", "pivotCacheDefinition"),
    "X.pivot_table": _part("pivotTables/table1.bin", "pivotTable"),
    "X.slicer_cache": _part("slicerCaches/cache1.bin", "slicerCache"),
    "X.timeline_cache": _part("timelineCaches/cache1.bin", "timelineCache"),
    "X.external_cache": _part("externalLinks/link1.bin", "externalLink"),
    "X.external_link": _part("externalLinks/link1.bin", "externalLink"),
    "X.connections": _part("connections.bin", "connections"),
    "X.query_table": _part("queryTables/query1.bin", "queryTable"),
    "X.comments": _part("comments1.bin", "comments"),
    "X.revisions": _part("revisions/log1.bin", "revisionLog"),
    "X.volatile": _part("volatileDependencies.bin", "volatileDependencies"),
    "X.xml_map": _part("xmlMaps.bin", "xmlMaps"),
    "X.data_model": _part("model/item.data", "powerPivotData"),
    "X.richdata": _part("richData/rdrichvalue.bin", "rdRichValue"),
    "X.table": _part("tables/table1.bin", "table"),
    "O.vba": _part("vbaProject.bin", "vbaProject"),
    "O.printer_settings": _part("printerSettings/settings1.bin", "printerSettings"),
    "O.embedding": _part("embeddings/object1.bin", "oleObject"),
    "O.activex_ctrl": _part("activeX/control1.bin", "activeXControlBinary"),
    "O.orphan_part": _orphan,
}
