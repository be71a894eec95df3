"""Which kind of file some bytes are, by the container itself and never by the name; and who reads each kind."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from enum import StrEnum
from importlib import import_module
from typing import cast

import olefile

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Format


class Kind(StrEnum):
    """The kinds that the gate knows."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    DOCX = "docx"
    DOCM = "docm"
    DOC = "doc"
    WORDML = "wordml"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    HEIC = "heic"
    GIF = "gif"
    WEBP = "webp"
    BMP = "bmp"
    SVG = "svg"
    HTML = "html"
    EML = "eml"
    MSG = "msg"
    ZIP = "zip"


FORMATS: dict[Kind, str] = {
    Kind.XLSX: "candour.files.workbook.xlsx",
    Kind.XLSM: "candour.files.workbook.xlsx",
    Kind.XLSB: "candour.files.workbook.xlsb",
    Kind.XLS: "candour.files.workbook.xls",
    Kind.ODS: "candour.files.workbook.ods",
    Kind.CSV: "candour.files.workbook.csv",
    Kind.DOCX: "candour.files.word.docx",
    Kind.DOCM: "candour.files.word.docx",
    Kind.DOC: "candour.files.word.doc",
    Kind.WORDML: "candour.files.word.wordml",
    Kind.ODT: "candour.files.word.odt",
    Kind.RTF: "candour.files.word.rtf",
    Kind.PDF: "candour.files.pages.pdf",
    Kind.JPEG: "candour.files.pages.image",
    Kind.PNG: "candour.files.pages.image",
    Kind.TIFF: "candour.files.pages.image",
    Kind.HEIC: "candour.files.pages.image",
    Kind.GIF: "candour.files.pages.image",
    Kind.WEBP: "candour.files.pages.image",
    Kind.BMP: "candour.files.pages.image",
    Kind.SVG: "candour.files.pages.svg",
    Kind.HTML: "candour.files.mail.web_page",
    Kind.EML: "candour.files.mail.eml",
    Kind.MSG: "candour.files.mail.msg",
    Kind.ZIP: "candour.files.archive",
}
"""The module that reads each kind: to add a kind, add it here."""

_MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": Kind.XLSX,
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": Kind.XLSM,
    "application/vnd.ms-excel.template.macroenabled.main+xml": Kind.XLSM,
    "application/vnd.ms-excel.addin.macroenabled.main+xml": Kind.XLSM,
    "application/vnd.ms-excel.sheet.binary.macroenabled.main": Kind.XLSB,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": Kind.DOCX,
    "application/vnd.ms-word.document.macroenabled.main+xml": Kind.DOCM,
    "application/vnd.ms-word.template.macroenabledtemplate.main+xml": Kind.DOCM,
}

_ODF_TYPES = {
    "application/vnd.oasis.opendocument.spreadsheet": Kind.ODS,
    "application/vnd.oasis.opendocument.spreadsheet-template": Kind.ODS,
    "application/vnd.oasis.opendocument.text": Kind.ODT,
    "application/vnd.oasis.opendocument.text-template": Kind.ODT,
}

_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_BITMAP_HEADERS = {struct.pack("<I", size) for size in (40, 52, 56, 108, 124)}
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_BIFF = re.compile(rb"\A\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
_ANY_HEADER = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,76}:|From ")
_MIME_HEADER = re.compile(rb"content-type:\s*(?:multipart|text|message)/", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype|!--|\?xml|[a-z][\w:.-]*[\s>/])", re.IGNORECASE)
_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!doctype[^>\[]*>|\s)*<(?:svg:)?(svg|html|head|body|table|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
"""The first element of a drawing or of a web page."""

_FLAT_WORD = re.compile(
    rb"""<(?:([\w.-]+):)?wordDocument\s[^>]*xmlns(?(1):\1)=["']http://schemas\.microsoft\.com/office/word/2003/wordml["']"""
)
"""The first element of a Word 2003 XML document."""

_MAIL_HEADER = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path|delivered-to|x-[\w-]+|content-type|bcc|cc"
    rb"|reply-to|sender|dkim-signature|authentication-results|in-reply-to|references):",
    re.IGNORECASE | re.MULTILINE,
)


def recognise(data: bytes) -> Kind:
    """The kind of some bytes.

    Raises `Blocked` with what the file is, where that can be said, and what to send instead.
    """
    if not data:
        raise Blocked("The file is empty.")
    if (kind := _by_magic(data)) is not None:
        return kind
    if data.startswith(_CFB):
        return _compound(data)
    if b"PK\x05\x06" in data[-66_000:] or data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data[:1024].find(b"%PDF-") >= 0:
        return Kind.PDF
    return _text(data)


def format_of(kind: Kind) -> Format:
    """The module that reads a kind. Raises `Blocked` where this installation has none."""
    try:
        return cast("Format", import_module(FORMATS[kind]))
    except ModuleNotFoundError as error:
        if error.name and FORMATS[kind].startswith(error.name):
            raise Blocked(
                f"Nothing here can read {kind.upper()} files yet. Send the content in another form."
            ) from None
        raise


def load_formats() -> None:
    """Import the module of every kind that this installation has.

    The process that reads uploads does so before it is confined: libraries cannot be loaded afterwards.
    """
    for path in dict.fromkeys(FORMATS.values()):
        try:
            import_module(path)
        except ModuleNotFoundError as error:
            if not (error.name and path.startswith(error.name)):
                raise


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
)


def _by_magic(data: bytes) -> Kind | None:
    for signature, kind in _MAGIC:
        if data.startswith(signature):
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(b"BM") and len(data) > 54 and data[14:18] in _BITMAP_HEADERS:
        return Kind.BMP
    if data[:5].lower() == rb"{\rtf":
        return Kind.RTF
    return Kind.XLS if _BARE_BIFF.match(data) else None


def _compound(data: bytes) -> Kind:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            names = {"/".join(path).lower() for path in file.listdir(streams=True, storages=True)}
    except Exception:  # noqa: BLE001  olefile raises whatever the damage makes it raise
        raise Blocked("The file is damaged: its table of contents cannot be read. Ask for it again.") from None
    if "encryptedpackage" in names:
        raise Blocked(
            "The file is encrypted with a password. Remove the password, save it, and upload it again.",
            (found("O.encrypted_package", "EncryptedPackage"),),
        )
    if names & {"workbook", "book"}:
        return Kind.XLS
    if "worddocument" in names:
        return Kind.DOC
    if "__properties_version1.0" in names:
        return Kind.MSG
    raise Blocked("The file is an Office file of a kind that cannot be checked here. Send it as a workbook or a PDF.")


def _zipped(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                return _office(archive)
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    declared = entry.read(200).decode("ascii", "replace").strip()
                if declared in _ODF_TYPES:
                    return _ODF_TYPES[declared]
                if declared.startswith("application/vnd.oasis.opendocument"):
                    raise Blocked("The file is an OpenDocument file that is neither a text nor a spreadsheet.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise Blocked("The file is damaged or cut short: it cannot be unpacked. Ask for it again.") from None
    return Kind.ZIP


def _office(archive: zipfile.ZipFile) -> Kind:
    from candour.files.opc import main_content_type

    declared = main_content_type(archive)
    if (kind := _MAIN_TYPES.get(declared.lower())) is not None:
        return kind
    if "presentationml" in declared:
        raise Blocked("The file is a presentation. Send it as a PDF.")
    raise Blocked("The file is an Office file of a kind that cannot be checked here. Send it as a workbook or a PDF.")


def _text(data: bytes) -> Kind:
    head = data[:65_536]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _MARKUP.match(start) and data.rstrip(b" \t\r\n\x00").endswith(b">"):
        if (root := _ROOT.search(head)) is not None:
            return Kind.SVG if root[1].lower() == b"svg" else Kind.HTML
        if _FLAT_WORD.search(head):
            return Kind.WORDML
        raise Blocked("The file is XML, whatever its name says. Save it as XLSX, CSV or PDF.")
    lines = start[:4000].splitlines()
    if lines and _ANY_HEADER.match(lines[0]):
        headers = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        if _MIME_HEADER.match(headers) or len(_MAIL_HEADER.findall(headers)) > 1:
            return Kind.EML
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or _reads_as_text(head):
        return Kind.CSV
    raise Blocked("The file is of no kind that can be checked here. Send XLSX, CSV, DOCX, PDF, a picture or a mail.")


def _reads_as_text(head: bytes) -> bool:
    """Lines of text, maybe with a few bytes of zero that do not belong there."""
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return odd * 50 <= len(head) or (odd <= 4 and b"\n" in head)
