"""Office packages made by hand for the tests: a plain workbook, and ways to plant something in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import xlsxwriter

WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'

Writing = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]


def workbook(write: Writing | None = None) -> bytes:
    """A workbook with a small table on a sheet called Figures, and whatever else is written."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Figures")
    for row, cells in enumerate((("Force", "Count"), ("Avon", 12), ("Kent", 7))):
        sheet.write_row(row, 0, cells)
    if write:
        write(book, sheet)
    book.close()
    return buffer.getvalue()


class Package:
    """The parts of a package, to be changed and packed again."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {info.filename: archive.read(info) for info in archive.infolist()}

    def replace(self, part: str, old: str, new: str) -> Package:
        """Change a text in a part; it must be there."""
        text = self.parts[part].decode()
        assert old in text, (part, old)
        self.parts[part] = text.replace(old, new, 1).encode()
        return self

    def before(self, part: str, end: str, new: str) -> Package:
        """Add markup before a closing tag (or another text)."""
        return self.replace(part, end, new + end)

    def add(  # a part has as many sides as it has
        self,
        part: str,
        content: str | bytes,
        kind: str,
        *,
        source: str = WORKBOOK,
        declared: str = "",
        address: str = OFFICE,
    ) -> str:
        """Add a part that `source` refers to; returns the identity of the relationship."""
        self.parts[part] = content if isinstance(content, bytes) else content.encode()
        declared = declared or "application/xml"
        self.before("[Content_Types].xml", "</Types>", f'<Override PartName="/{part}" ContentType="{declared}"/>')
        return self.relate(source, kind, f"/{part}", address=address)

    def relate(self, source: str, kind: str, target: str, *, address: str = OFFICE, external: bool = False) -> str:
        """Add a relationship; returns its identity."""
        folder, _, name = source.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels" if source else "_rels/.rels"
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        text = self.parts.setdefault(rels, empty).decode()
        identity = f"planted{len(re.findall('<Relationship ', text))}"
        mode = ' TargetMode="External"' if external else ""
        arrow = f'<Relationship Id="{identity}" Type="{address}/{kind}" Target="{target}"{mode}/>'
        self.parts[rels] = text.replace("</Relationships>", f"{arrow}</Relationships>").encode()
        return identity

    def packed(self) -> bytes:
        """The package as bytes."""
        return packed(self.parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """Entries as a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def plain(*, part: str = SHEET, old: str, new: str, write: Writing | None = None) -> bytes:
    """The plain workbook with one text of one part changed."""
    return Package(workbook(write)).replace(part, old, new).packed()
