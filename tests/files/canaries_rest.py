# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""Hiding places that belong to no other family of canaries: containers, traces of documents, and what is refused."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

from files.binary_workbooks import compound
from files.canaries_odt import odt
from files.canaries_rtf import rtf
from files.mail.mail_canaries import letter
from files.making_doc import Doc
from files.making_docx import Docx, box, p
from files.packages import SHEET, Package, workbook
from files.pages.pdf_canaries import encrypted, pdf
from files.table_canaries import cell, row, spreadsheet

Maker = Callable[[str], bytes]

_HEAD = "Force,Count\r\nAvon,12\r\n"


def _hidden_entry(token: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.pdf", pdf())
        info = zipfile.ZipInfo(f"{token}.pdf")
        info.external_attr = 2
        archive.writestr(info, pdf())
    return buffer.getvalue()


def _entry_twice(token: str) -> bytes:
    buffer = io.BytesIO(workbook())
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, token)
    return buffer.getvalue()


def _entry_encrypted(_: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.pdf", pdf())
    data = bytearray(buffer.getvalue())
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _disagreeing(token: str) -> bytes:
    value = f'<c r="B2" t="s"><v>0</v><is><t>{token}</t></is></c>'
    return Package(workbook()).replace(SHEET, '<c r="B2"><v>12</v></c>', value).packed()


def _odd_attachment(token: str) -> bytes:
    message = letter()
    message.add_attachment(b"\x00\x01" + token.encode(), maintype="application", subtype="x-odd", filename="a.xyz")
    return message.as_bytes()


def _odd_picture(token: str) -> bytes:
    package = Package(workbook())
    package.add("xl/media/image1.odd", b"\x00\x07odd" + token.encode(), "image", source=SHEET, declared="image/x-odd")
    return package.packed()


def _linked(token: str) -> bytes:
    made = Docx()
    made.outside("image", f"https://{token}.test/a.png")
    made.body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="400000" cy="400000"/><wp:docPr id="1" name="Picture 1"/><a:graphic>'
        '<a:graphicData uri="p"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="Picture 1"/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:link="rId1 {token}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    return made.bytes()


def _watermark(token: str) -> bytes:
    return Docx(f'<w:p><w:r><w:pict><v:shape><v:textpath string="{token}"/></v:shape></w:pict></w:r></w:p>').bytes()


def _sub_document(token: str) -> bytes:
    made = Docx()
    number = made.outside("subDocument", f"{token}.docx")
    made.body = f'<w:subDoc r:id="{number}"/>'
    return made.bytes()


def _covering(_: str) -> bytes:
    return Docx(box("", shape='<a:solidFill><a:srgbClr val="000000"/></a:solidFill>')).bytes()


def _styled(token: str) -> bytes:
    style = f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="a"><w:name w:val="{token}"/></w:style>'
    return Docx(styles=style).bytes()


def _shape_over_odt(token: str) -> bytes:
    style = (
        '<style:style style:name="s" style:family="graphic"><style:graphic-properties draw:fill="solid" '
        'draw:fill-color="#000000" style:wrap="run-through" style:run-through="foreground"/></style:style>'
    )
    shape = '<text:p><draw:rect draw:style-name="s" svg:width="5cm" svg:height="1cm"/>' + token + "</text:p>"
    return odt(shape, styles=style)


REBUILT: dict[str, tuple[str, Maker]] = {
    "Z.hidden_file": ("a.zip", _hidden_entry),
    "G.wrong_extension": ("a.docx", lambda _: workbook()),
    "G.unclassified": ("a.xlsx", _odd_picture),
    "G.embedded_blocked": ("a.eml", _odd_attachment),
    "E.hdr:*": ("a.eml", lambda t: f"X-Case: {t}\n".encode() + letter().as_bytes()),
    "C.delimiter": ("a.csv", lambda t: (_HEAD + "Kent,7\r\n" * 3 + f"{t};8\r\n").encode()),
    "D.style_name": ("a.docx", _styled),
    "D.textbox": ("a.docx", lambda _: Docx(box("In a box")).bytes()),
    "D.textbox_hidden": ("a.docx", lambda t: Docx(box(t, properties='hidden="1"')).bytes()),
    "D.track_revisions": ("a.docx", lambda _: Docx(settings="<w:trackRevisions/>").bytes()),
    "D.web_hidden": ("a.docx", lambda _: Docx(p("seen on paper", "<w:webHidden/>")).bytes()),
    "D.linked_picture": ("a.docx", _linked),
    "D.watermark": ("a.docx", _watermark),
    "D.doc_protection": ("a.docx", lambda _: Docx(settings='<w:documentProtection w:edit="readOnly"/>').bytes()),
    "D.rsid": ("a.docx", lambda _: Docx(settings='<w:rsids><w:rsid w:val="00A77B3E"/></w:rsids>').bytes()),
    "D.proof_mark": (
        "a.docx",
        lambda _: Docx('<w:p><w:proofErr w:type="spellStart"/><w:r><w:t>x</w:t></w:r></w:p>').bytes(),
    ),
    "D.sub_document": ("a.docx", _sub_document),
    "R.rsid": ("a.rtf", lambda _: rtf(r"{\*\rsidtbl \rsid123}")),
    "R.tracked_ins": ("a.rtf", lambda _: rtf(r"{\revised more}")),
    "R.tracked_fmtchange": ("a.rtf", lambda _: rtf(r"{\*\oldcprops \b more}")),
    "R.protection": ("a.rtf", lambda t: rtf(r"{\*\passwordhash " + t + "}")),
    "R.settings": ("a.rtf", lambda t: rtf(r"{\*\nextfile " + t + "}")),
    "B.doc_inserted_runs": ("a.doc", lambda _: Doc([("more", b"\x01\x08\x01")]).bytes()),
    "B.doc_mailmerge": ("a.doc", lambda t: Doc(tables={44: t.encode("utf-16-le")}).bytes()),
    "B.doc_autosave": ("a.doc", lambda t: Doc(tables={35: t.encode("utf-16-le")}).bytes()),
    "F.outline": (
        "a.ods",
        lambda t: spreadsheet(f'<table:table-row-group table:display="false">{row(cell(t))}</table:table-row-group>'),
    ),
    "F.formula": (
        "a.ods",
        lambda _: spreadsheet(
            row(
                '<table:table-cell table:formula="of:=6*2" office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
            )
        ),
    ),
    "F.precision": (
        "a.ods",
        lambda _: spreadsheet(
            row(
                '<table:table-cell office:value-type="float" office:value="12.345678"><text:p>12</text:p></table:table-cell>'
            )
        ),
    ),
    "F.cond_format": (
        "a.ods",
        lambda t: spreadsheet(
            tables=f'<table:table table:name="More">{row(cell("Kent"))}<calcext:conditional-formats xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><calcext:conditional-format><calcext:condition calcext:value="{t}"/></calcext:conditional-format></calcext:conditional-formats></table:table>'
        ),
    ),
    "F.chart_cache": (
        "a.ods",
        lambda t: spreadsheet(
            entries={"Object 1/content.xml": f'<chart><table name="local-table">{t}</table></chart>'}
        ),
    ),
    "F.printer_setup": (
        "a.ods",
        lambda t: spreadsheet(
            entries={
                "settings.xml": f'<office:document-settings NAMES><config:config-item config:name="PrinterSetup">{t}</config:config-item></office:document-settings>'
            }
        ),
    ),
    "F.settings": (
        "a.ods",
        lambda t: spreadsheet(
            entries={
                "settings.xml": f'<office:document-settings NAMES><config:config-item config:name="CurrentDatabaseCommand">{t}</config:config-item></office:document-settings>'
            }
        ),
    ),
    "F.protection": (
        "a.ods",
        lambda _: spreadsheet(
            tables=f'<table:table table:name="Locked" table:protected="true">{row(cell("Kent"))}</table:table>'
        ),
    ),
}
"""By code: the name of the file, and who makes it. Each is found, and a rebuild leaves nothing of it."""

REFUSED: dict[str, tuple[str, Maker]] = {
    "Z.dup_entry": ("a.xlsx", _entry_twice),
    "Z.encrypted": ("a.zip", _entry_encrypted),
    "G.readers_disagree": ("a.xlsx", _disagreeing),
    "O.encrypted_package": ("a.xlsx", lambda t: compound({"EncryptedPackage": t.encode(), "EncryptionInfo": b"x"})),
    "P.encrypted": ("a.pdf", lambda _: encrypted(pdf(), user="secret")),
    "E.encrypted": (
        "a.eml",
        lambda t: (
            letter().as_bytes().partition(b"Content-Type")[0]
            + f"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\n{t}\n".encode()
        ),
    ),
    "F.signature": ("a.ods", lambda t: spreadsheet(entries={"META-INF/documentsignatures.xml": f"<s>{t}</s>"})),
    "D.shape_over_text": ("a.docx", _covering),
    "F.shape_over_text": ("a.odt", _shape_over_odt),
}
"""The same, of what is found and the whole file then refused."""
