"""A fresh DOCX of nothing but visible blocks: no properties, no settings; the same blocks give the same bytes."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from candour.files.visible import Document, Paragraph, Picture, Table
from candour.files.word.numbering import BULLET

_MOMENT = (1980, 1, 1, 0, 0, 0)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PAGE_EMU = 5_760_000
"""The width between the margins of an A4 page (16 cm)."""

_PIXEL_EMU = 9_525
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def to_docx(document: Document) -> bytes:
    """The document as DOCX."""
    pictures: list[Picture] = []
    body = "".join(_block(block, pictures) for block in document.blocks)
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1418" w:bottom="1440" w:left="1418"'
    )
    section += ' w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    main = (
        f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{drawing}/wordprocessingDrawing" '
        f'xmlns:a="{drawing}/main" xmlns:pic="{drawing}/picture"><w:body>{body}{section}</w:body></w:document>'
    )
    relationships = [("rIdS", "styles", "styles.xml"), ("rIdN", "numbering", "numbering.xml")]
    relationships += [(f"rId{number}", "image", _name(number, picture)) for number, picture in enumerate(pictures, 1)]
    entries = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships([("rId1", "officeDocument", "word/document.xml")]),
        "word/document.xml": main,
        "word/_rels/document.xml.rels": _relationships(relationships),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            _write(archive, name, text.encode())
        for number, picture in enumerate(pictures, 1):
            _write(archive, f"word/{_name(number, picture)}", picture.data)
    return written.getvalue()


def blank_docx() -> bytes:
    """A DOCX with one block of each kind and no text: what its markup says of itself."""
    picture = Picture(b"", "image/jpeg", 1, 1)
    other = Picture(b"", "image/png", 1, 1)
    marks = [Paragraph("\n\t", 0, BULLET), Paragraph("", 0, "."), *(Paragraph("", level) for level in range(7))]
    return to_docx(Document([*marks, Table((("",), ("",))), picture, other]))


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _name(number: int, picture: Picture) -> str:
    return f"media/image{number}.{'jpeg' if picture.media_type == 'image/jpeg' else 'png'}"


def _block(block: Paragraph | Table | Picture, pictures: list[Picture]) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        pictures.append(block)
        return f"<w:p><w:r>{_drawing(block, len(pictures))}</w:r></w:p>"
    return _paragraph(block)


def _paragraph(block: Paragraph) -> str:
    if block.level:
        mark = f"{block.list_mark} " if block.list_mark and block.list_mark != BULLET else ""
        return f'<w:p><w:pPr><w:pStyle w:val="Heading{block.level}"/></w:pPr>{_runs(mark + block.text)}</w:p>'
    if block.list_mark == BULLET:
        properties = '<w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>'
        return f"<w:p>{properties}{_runs(block.text)}</w:p>"
    if block.list_mark:
        marked = f"{block.list_mark}\t{block.text}"
        return f'<w:p><w:pPr><w:pStyle w:val="ListMark"/></w:pPr>{_runs(marked)}</w:p>'
    return f"<w:p>{_runs(block.text)}</w:p>"


def _runs(text: str) -> str:
    """Text with its line breaks and tabs; characters that XML cannot carry become spaces."""
    pieces = []
    for number, line in enumerate(text.split("\n")):
        if number:
            pieces.append("<w:br/>")
        for place, piece in enumerate(line.split("\t")):
            if place:
                pieces.append("<w:tab/>")
            if piece:
                pieces.append(f'<w:t xml:space="preserve">{escape(_printable(piece))}</w:t>')
    return f"<w:r>{''.join(pieces)}</w:r>" if pieces else ""


def _printable(text: str) -> str:
    return "".join(
        character
        if character >= " " and not 0xD800 <= ord(character) < 0xE000 and character not in "\ufffe\uffff"
        else " "
        for character in text
    )


def _table(block: Table) -> str:
    width = max((len(row) for row in block.rows), default=1)
    column = 9070 // max(1, width)
    rows = []
    for number, row in enumerate(block.rows):
        heading = "<w:trPr><w:tblHeader/></w:trPr>" if number == 0 and len(block.rows) > 1 else ""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/></w:tcPr><w:p>{_runs(cell)}</w:p></w:tc>'
            for cell in row
        )
        rows.append(f"<w:tr>{heading}{cells}</w:tr>")
    grid = f'<w:gridCol w:w="{column}"/>' * width
    properties = '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl><w:p/>"


def _drawing(picture: Picture, number: int) -> str:
    width, height = picture.width * _PIXEL_EMU, picture.height * _PIXEL_EMU
    if width > _PAGE_EMU:
        width, height = _PAGE_EMU, max(1, height * _PAGE_EMU // width)
    size = f'cx="{max(width, 40_000)}" cy="{max(height, 40_000)}"'
    uri = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        f'<w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="{number}" name="Picture {number}"/><a:graphic>'
        f'<a:graphicData uri="{uri}"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/>'
        "<pic:cNvPicPr/>"
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{number}"/><a:stretch><a:fillRect/></a:stretch>'
        "</pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _content_types() -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    overrides = {"document": "document.main+xml", "styles": "styles+xml", "numbering": "numbering+xml"}
    lines = [f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in defaults.items()]
    lines += [
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPES}.{kind}"/>' for part, kind in overrides.items()
    ]
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{"".join(lines)}</Types>'


def _relationships(arrows: list[tuple[str, str, str]]) -> str:
    lines = [f'<Relationship Id="{number}" Type="{_R}/{kind}" Target="{target}"/>' for number, kind, target in arrows]
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}">'
        f'<w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{max(36 - 4 * level, 22)}"/></w:rPr>'
        "</w:style>"
        for level in range(1, 7)
    )
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"'
        ' w:cs="Arial"/><w:sz w:val="22"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1"'
        f' w:styleId="Normal"><w:name w:val="Normal"/></w:style>{headings}<w:style w:type="paragraph"'
        ' w:styleId="ListBullet"><w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId'
        ' w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="ListMark"><w:name'
        ' w:val="List"/><w:basedOn w:val="Normal"/><w:pPr><w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs><w:ind'
        ' w:left="567" w:hanging="567"/></w:pPr></w:style><w:style w:type="table" w:styleId="TableGrid"><w:name'
        f' w:val="Table Grid"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style></w:styles>'
    )


def _numbering() -> str:
    return (
        f'{_HEAD}<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="{BULLET}"/><w:lvlJc'
        ' w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum><w:num'
        ' w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
