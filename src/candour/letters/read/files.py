"""A file of any kind that a response comes in, told by its content and not by its name."""

from __future__ import annotations

import re
from pathlib import Path

from candour.letters.read.decoding import decode_as, decode_text
from candour.letters.read.from_docx import from_docx, is_docx
from candour.letters.read.from_html import from_html
from candour.letters.read.from_mail import from_mail, looks_like_mail
from candour.letters.read.from_pdf import from_pdf
from candour.letters.read.reading import Reading, read_source
from candour.letters.read.source import LARGEST_FILE, Source, UnreadableText

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_OPENS_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*)*"
    r"<(?:!doctype html|html|head|body|article|main|div|p|table|h[1-6]|meta|title|section)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([\w-]{1,40})", re.IGNORECASE)


def read_file(source: Path | str | bytes, name: str = "") -> Reading:
    """The structure of a response in a file: text, a web page, a Word document, a PDF, an e-mail.

    `name` is only for messages. Raises UnreadableText with the reason when there is nothing to read, and OSError when
    the file cannot be opened.
    """
    return read_source(open_source(source, name))


def open_source(source: Path | str | bytes, name: str = "") -> Source:
    """The text of a file of any kind; see `read_file`."""
    if isinstance(source, bytes):
        data = source
    else:
        path = Path(source)
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableText(_too_large(path.stat().st_size))
        data = path.read_bytes()
    if len(data) > LARGEST_FILE:
        raise UnreadableText(_too_large(len(data)))
    return _sort(data, name or ("" if isinstance(source, bytes) else Path(source).name))


def _sort(data: bytes, name: str) -> Source:
    if not data.strip():
        raise UnreadableText("The file is empty.")
    if b"%PDF-" in data[:1024]:
        return from_pdf(data)
    if data.startswith(b"PK"):
        if is_docx(data):
            return from_docx(data)
        _refuse_misnamed(name)
        raise UnreadableText("This is a zip file: it holds no text of a letter.")
    _refuse_others(data)
    _refuse_misnamed(name)
    if looks_like_mail(data):
        return from_mail(data)
    text = _decoded(data)
    if _OPENS_HTML.match(text[:5000]):
        return from_html(text)
    return Source(text, "text")


def _refuse_misnamed(name: str) -> None:
    """What is called a Word document and is none was damaged on its way: its words are not to be trusted."""
    if name.lower().endswith(".docx"):
        raise UnreadableText("This is called a Word document and is not one: it holds no text of a letter.")


def _decoded(data: bytes) -> str:
    charset = _CHARSET.search(data[:4096])
    if charset and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode_as(data, charset.group(1).decode("ascii"))
    return decode_text(data)


def _refuse_others(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableText("The document is encrypted: it wants a password.")
        raise UnreadableText("This is a document of an old Office format: save it as .docx or PDF and try again.")
    if data.startswith(b"{\\rtf"):
        raise UnreadableText("This is a rich text file (RTF): save it as .docx or PDF and try again.")
    if data.startswith(_PICTURES):
        raise UnreadableText("This is a picture: a response is read from text, not from images of it.")


def _too_large(size: int) -> str:
    return f"The file has {size / 1e6:.0f} MB; no more than {LARGEST_FILE // 1_000_000} MB are read."
