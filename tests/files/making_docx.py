# ruff: noqa: E501, PLR0917  markup is planted in one piece, as it stands in a file
"""Makes DOCX files for tests: a whole package from a body and whatever a test plants beside it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
VISIBLE = "Visible words of the answer"


def p(text: str, run: str = "", properties: str = "") -> str:
    """A paragraph of one run."""
    inner = f"<w:rPr>{run}</w:rPr>" if run else ""
    outer = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f'<w:p>{outer}<w:r>{inner}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


@dataclass
class Docx:
    """One package: `body` stands after a visible paragraph; parts and relationships are added to the usual ones."""

    body: str = ""
    settings: str = ""
    styles: str = ""
    section: str = ""
    content_type: str = f"{WORD_TYPE}.document.main+xml"
    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    arrows: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Source part, kind (or a whole address), target, mode."""
    root_attributes: str = ""

    def relate(
        self,
        kind: str,
        name: str,
        data: str | bytes,
        declared: str = "application/xml",
        source: str = "word/document.xml",
        number: str = "",
    ) -> str:
        """Add a part with a relationship; gives the relationship’s identifier."""
        self.parts[name] = data.encode() if isinstance(data, str) else data
        self.types[name] = declared
        self.arrows.append((source, kind, "/" + name, ""))
        return number or f"rId{len(self.arrows)}"

    def outside(self, kind: str, target: str, source: str = "word/document.xml") -> str:
        """Add a relationship to something outside the package."""
        self.arrows.append((source, kind, target, "External"))
        return f"rId{len(self.arrows)}"

    def bytes(self) -> bytes:
        """The package."""
        main = (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES} {self.root_attributes}><w:body>{p(VISIBLE)}{self.body}'
            f"<w:sectPr>{self.section}</w:sectPr></w:body></w:document>"
        )
        parts = {"word/document.xml": main.encode(), **self.parts}
        types = {"word/document.xml": self.content_type, **self.types}
        arrows = [("", "officeDocument", "/word/document.xml", ""), *self.arrows]
        for name, text in (("settings", self.settings), ("styles", self.styles)):
            if text:
                parts[f"word/{name}.xml"] = f"<w:{name} {NAMESPACES}>{text}</w:{name}>".encode()
                types[f"word/{name}.xml"] = f"{WORD_TYPE}.{name}+xml"
                arrows.append(("word/document.xml", name, f"/word/{name}.xml", ""))
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
            archive.writestr(
                "[Content_Types].xml",
                f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
                f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
            )
            for source in {arrow[0] for arrow in arrows}:
                lines = "".join(
                    f'<Relationship Id="rId{self.arrows.index(arrow) + 1 if arrow in self.arrows else 900 + number}" '
                    f'Type="{arrow[1] if "://" in arrow[1] else f"{R}/{arrow[1]}"}" Target="{arrow[2]}"'
                    f"{' TargetMode=' + chr(34) + arrow[3] + chr(34) if arrow[3] else ''}/>"
                    for number, arrow in enumerate(arrows)
                    if arrow[0] == source
                )
                folder, _, file = source.rpartition("/")
                name = f"{folder}/_rels/{file}.rels" if source else "_rels/.rels"
                archive.writestr(name, f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>')
            for name, data in parts.items():
                archive.writestr(name, data)
        return written.getvalue()


def png(comment: str = "") -> bytes:
    """A small grey picture, with a comment in it where one is given."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\x00" + b"\x80" * 40 for _ in range(40))
    told = chunk(b"tEXt", b"Comment\x00" + comment.encode()) if comment else b""
    head = struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + told + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def drawing(
    number: str,
    *,
    crop: str = "",
    properties: str = "",
    holder: str = "inline",
    extra: str = "",
    size: str = 'cx="400000" cy="400000"',
) -> str:
    """A picture in the text."""
    return (
        f'<w:p><w:r><w:drawing><wp:{holder}>{extra}<wp:extent {size}/><wp:docPr id="1" name="Picture 1" {properties}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="Picture 1"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{number}"/>{crop}'
        f"</pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:{holder}></w:drawing></w:r></w:p>"
    )


def box(
    text: str,
    *,
    attributes: str = "",
    position: str = "",
    properties: str = "",
    shape: str = "",
    size: str = 'cx="900000" cy="900000"',
) -> str:
    """A text box that floats."""
    content = f"<wps:txbx><w:txbxContent>{p(text)}</w:txbxContent></wps:txbx>" if text else ""
    return (
        f"<w:p><w:r><w:drawing><wp:anchor {attributes}>{position}<wp:extent {size}/><wp:wrapNone/>"
        f'<wp:docPr id="2" name="Text Box 2" {properties}/><a:graphic><a:graphicData uri="wps"><wps:wsp><wps:spPr>{shape}'
        f"</wps:spPr>{content}</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )
