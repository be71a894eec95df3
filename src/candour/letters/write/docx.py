"""A letter as a Word document."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from itertools import groupby

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from candour.letters.model import Block, BulletList, DataTable, Facts, Letter, Link, Paragraph, Quote, Section
from candour.letters.write.addresses import href, mail
from candour.letters.write.columns import numeric_columns
from candour.letters.write.docx_base import (
    FACTS,
    HYPERLINK,
    NOTES,
    SENDER,
    SENDER_NAME,
    TABLE_TEXT,
    add,
    element,
    prepare,
)
from candour.letters.write.fit import LONGEST_NAME, Layout, em, layout
from candour.letters.write.outline import below, head_facts
from candour.letters.write.plain import tidy

_LONGEST_PROPERTY = 255
_WIDER_FONT = 1.12

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def to_docx(letter: Letter) -> bytes:
    """The letter with real headings, lists, tables and links; the same letter always gives the same bytes."""
    clean = tidy(letter)
    document = docx.Document()
    prepare(document, clean.reference)
    _properties(document, clean)
    _head(document, clean)
    for section in clean.sections:
        _section(document, section, 2)
    stream = io.BytesIO()
    document.save(stream)
    return _reproducible(stream.getvalue())


def _properties(document: Document, letter: Letter) -> None:
    written = datetime.combine(letter.dated, time())
    properties = document.core_properties
    properties.author = letter.sender.name[:_LONGEST_PROPERTY]
    properties.last_modified_by = letter.sender.name[:_LONGEST_PROPERTY]
    properties.title = letter.subject[:_LONGEST_PROPERTY]
    properties.identifier = letter.reference[:_LONGEST_PROPERTY]
    properties.language = "en-GB"
    properties.comments = ""
    properties.revision = 1
    properties.created = written
    properties.modified = written


def _head(document: Document, letter: Letter) -> None:
    sender = letter.sender
    if sender.name:
        add(document, sender.name, SENDER_NAME)
    for text in (sender.unit, *sender.address):
        if text:
            add(document, text, SENDER)
    if sender.email:
        _linked(add(document, "", SENDER), sender.email, mail(sender.email))
    if letter.addressee:
        add(document, letter.addressee).paragraph_format.space_before = Mm(8)
    facts = head_facts(letter)
    if facts:
        _facts(document, facts)
    add(document, letter.subject, "Heading1")
    if letter.salutation:
        add(document, letter.salutation)


def _section(document: Document, section: Section, level: int) -> None:
    if section.title:
        add(document, section.title, f"Heading{level}")
    for sideways, blocks in groupby(section.blocks, _is_sideways):
        if sideways:
            _turn(document)
        for block in blocks:
            _block(document, block)
        if sideways:
            _turn(document)
    for inner in section.sections:
        _section(document, inner, below(level, section))


def _block(document: Document, block: Block) -> None:
    match block:
        case Paragraph(text, _, strong):
            add(document, "").add_run(text).bold = strong or None
        case Quote(text):
            add(document, text, "Quote")
        case BulletList(items):
            for item in items:
                add(document, item, "ListBullet")
        case Facts():
            _facts(document, block)
        case Link():
            _published(document, block)
        case DataTable():
            _table(document, block, layout(block, _WIDER_FONT))


def _facts(document: Document, facts: Facts) -> None:
    for name, value in facts.rows:
        paragraph = add(document, "", FACTS)
        paragraph.add_run(name).bold = True
        paragraph.add_run(f"\n{value}" if em(name) > LONGEST_NAME else f"\t{value}")


def _published(document: Document, link: Link) -> None:
    paragraph = add(document, "")
    address = href(link.url)
    _linked(paragraph, link.text, address)
    if link.url and link.url != link.text:
        paragraph.add_run(f" ({link.url})")
    if link.note:
        paragraph.add_run(f"\n{link.note}")


def _linked(paragraph: DocxParagraph, text: str, address: str | None) -> None:
    """Add the text, as a hyperlink when there is an address."""
    run = paragraph.add_run(text)
    if address is None:
        return
    run._r.style = HYPERLINK
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run._r)
    paragraph._p.append(link)


def _is_sideways(block: Block) -> bool:
    return isinstance(block, DataTable) and layout(block, _WIDER_FONT).sideways


def _turn(document: Document) -> None:
    """Go on on a new page, turned a quarter from the last."""
    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.page_width, page.page_height = page.page_height, page.page_width
    upright = (page.page_width or 0) < (page.page_height or 0)
    page.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE


def _table(document: Document, data: DataTable, found: Layout) -> None:
    if data.title:
        add(document, data.title, "Caption")
    table = document.add_table(rows=1 + len(data.rows), cols=len(data.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    right = numeric_columns(data)
    widths = [Pt(width) for width in found.widths]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    marks = table._tbl.tblPr
    look = marks.find(qn("w:tblLook"))
    if look is not None:
        marks.remove(look)
    padding = element("w:tblCellMar")
    for side in ("left", "right"):
        padding.append(element(f"w:{side}", w=str(round(found.inset * 10)), type="dxa"))
    marks.append(padding)
    marks.append(element("w:tblLook", val="00A0", firstRow="1", firstColumn="1", noHBand="1", noVBand="1"))
    if data.title:
        marks.append(element("w:tblCaption", val=data.title))
    for number, (row, texts) in enumerate(zip(table._tbl.tr_lst, (data.columns, *data.rows), strict=True)):
        properties = row.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if number == 0:
            properties.append(element("w:tblHeader"))
        for index, (cell, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
            cell.width = widths[index]
            _cell(_Cell(cell, table), text, heading=number == 0, right=index in right, size=found.size)
    for note in data.notes:
        add(document, note, NOTES)
    if not data.notes:
        add(document, "", NOTES)


def _cell(cell: _Cell, text: str, *, heading: bool, right: bool, size: float) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = TABLE_TEXT
    run = paragraph.add_run(text)
    if heading:
        run.bold = True
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="E8ECF1"))
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    marks: BaseOxmlElement = run._r.get_or_add_rPr()
    marks.append(element("w:sz", val=str(round(2 * size))))


def _reproducible(package: bytes) -> bytes:
    """The same package with its parts in one order and under one date."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return stream.getvalue()
