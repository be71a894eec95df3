"""What a letter says, in reading order, and what a reader finds in each format: both without white space."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Any

import docx
import lxml.html
from docx.oxml.ns import qn

from candour.letters.model import (
    Block,
    BulletList,
    DataTable,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
    day,
)

PDFTOTEXT = shutil.which("pdftotext")


def squash(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)


def said(letter: Letter, *, urls: bool = True) -> Iterator[str]:
    """Every text of a tidy letter, in reading order; the address of a link only on demand."""
    sender = letter.sender
    head = (sender.name, sender.unit, *sender.address, sender.email, letter.addressee)
    openings = [section for section in letter.walk() if section.kind is SectionKind.OPENING]
    told = any(isinstance(block, Facts) for section in openings for block in section.blocks)
    facts = () if told else (letter.reference, day(letter.dated), day(letter.received))
    body = chain.from_iterable(_section(section, urls) for section in letter.sections)
    return (squash(text) for text in chain(head, facts, (letter.subject, letter.salutation), body) if squash(text))


def missing(texts: Iterator[str], found: str) -> str | None:
    """The first text that does not follow the ones before it."""
    place = 0
    for text in texts:
        at = found.find(text, place)
        if at < 0:
            return text
        place = at + len(text)
    return None


def html(page: str) -> Any:
    """The page as lxml reads it; untyped, as its queries are."""
    return lxml.html.document_fromstring(page)


def word(document: bytes) -> Any:
    """The document as python-docx reads it; untyped, as its XML is."""
    return docx.Document(io.BytesIO(document))


def html_text(page: str) -> str:
    """The words of a page as lxml reads them."""
    return squash(html(page).find(".//body").text_content())


def docx_text(document: bytes) -> str:
    """The words of a Word document as python-docx reads them, its tables in their place."""
    return squash("".join(node.text or "" for node in word(document).element.body.iter(qn("w:t"))))


def pdf_text(document: bytes, reference: str) -> str:
    """The words of a PDF as pdftotext reads them, without footers and hyphens."""
    text = pdftotext(document, "-raw")
    pages = [page for page in text.split("\f") if page]
    footer = re.escape(squash(reference)) + r"Page\d+of\d+"
    return "".join(re.sub(footer, "", pdf_form(page)) for page in pages)


def pdf_form(text: str) -> str:
    """A text as it may be compared with what a PDF gives back."""
    return squash(unicodedata.normalize("NFKC", text)).replace("-", "")


def pdftotext(document: bytes, *options: str) -> str:
    """What pdftotext prints."""
    command = [PDFTOTEXT or "pdftotext", "-enc", "UTF-8", *options, "-", "-"]
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout.decode()


def _section(section: Section, urls: bool) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        yield from _block(block, urls)
    for inner in section.sections:
        yield from _section(inner, urls)


def _block(block: Block, urls: bool) -> Iterator[str]:
    match block:
        case Paragraph(text) | Quote(text):
            yield text
        case BulletList(items):
            yield from items
        case Facts(rows):
            yield from chain.from_iterable(rows)
        case Link(text, url, note):
            yield from (text, url if urls and url != text else "", note)
        case DataTable(title, columns, rows, notes):
            yield from (title, *columns, *chain.from_iterable(rows), *notes)
