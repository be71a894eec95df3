"""The PDF says everything, is tagged and keeps within its pages."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given, settings

from candour.letters.model import (
    BulletList,
    DataTable,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
)
from candour.letters.write import to_pdf
from candour.letters.write.plain import tidy

from .reading import PDFTOTEXT, html, missing, pdf_form, pdf_text, pdftotext, said
from .samples import advice, table
from .strategies import hostile_texts, letters, plain_texts

needs_pdftotext = pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")


def pages(document: bytes) -> list[str]:
    """What pdftotext reads on each page."""
    return pdftotext(document, "-layout").split("\f")[:-1]


def structure(document: bytes) -> list[pikepdf.Dictionary]:
    """The elements of a PDF's structure tree, in reading order."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        found: list[pikepdf.Dictionary] = []
        waiting = [pdf.Root.StructTreeRoot.K]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, pikepdf.Array):
                waiting = [*node, *waiting]
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                found.append(node)
                waiting = [node.get("/K", pikepdf.Array()), *waiting]
        return [pikepdf.Dictionary(S=node.S, A=_owned(node.get("/A"))) for node in found]


def _owned(attributes: pikepdf.Object | None) -> pikepdf.Dictionary:
    """The attributes that concern a table."""
    every = [] if attributes is None else [attributes] if isinstance(attributes, pikepdf.Dictionary) else attributes
    for one in every:
        if one.get("/O") == pikepdf.Name.Table:
            return pikepdf.Dictionary(Scope=one.get("/Scope", pikepdf.Name.None_))
    return pikepdf.Dictionary()


@needs_pdftotext
@given(letters(plain_texts))
@settings(max_examples=15, deadline=None)
def test_pdf_says_everything(drawn: Letter) -> None:
    """The PDF of any letter in Latin letters, markup of every format included, holds every text in reading order."""
    clean = tidy(drawn)
    found = pdf_text(to_pdf(drawn), clean.reference[:60])
    assert missing((pdf_form(text) for text in said(clean)), found) is None


@given(letters(hostile_texts))
@settings(max_examples=20, deadline=None)
def test_pdf_of_any_letter(drawn: Letter) -> None:
    """Any letter becomes a tagged PDF with one table element for each of its tables."""
    tables = [block for part in drawn.walk() for block in part.blocks if isinstance(block, DataTable)]
    tags = Counter(str(node.S) for node in structure(to_pdf(drawn)))
    assert tags["/Table"] == len(tables)
    assert tags["/H1"] == 1


def test_pdf_structure() -> None:
    """The PDF is PDF/UA-1 with its title, language, headings and a scope for each column header."""
    document = to_pdf(advice(table(13, 4)))
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Stop & search <2025>"
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20260303000000Z"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    nodes = structure(document)
    assert [str(node.S) for node in nodes if re.fullmatch(r"/H\d", str(node.S))] == ["/H1", "/H2", "/H2"]
    headers = [node for node in nodes if node.S == pikepdf.Name.TH]
    assert [str(node.A.Scope) for node in headers] == ["/Column"] * (3 + 13)
    tags = Counter(str(node.S) for node in nodes)
    assert (tags["/Table"], tags["/Caption"], tags["/BlockQuote"], tags["/Link"]) == (2, 2, 1, 2)


@needs_pdftotext
def test_pdf_long_table_is_one() -> None:
    """A table of 300 rows is one element, and each of its pages repeats its header and numbers itself."""
    document = to_pdf(advice(table(4, 300)))
    assert Counter(str(node.S) for node in structure(document))["/Table"] == 2
    read = pages(document)
    assert len(read) > 4
    assert all("Month 1" in page for page in read if "Ward 1" in page or "Ward 2" in page)
    assert all(f"Page {number} of {len(read)}" in page for number, page in enumerate(read, start=1))
    assert all("FOI-2026-0001" in page for page in read)


@needs_pdftotext
def test_pdf_keeps_within_the_page() -> None:
    """Long words, addresses and wide tables stay between the margins."""
    long = ("W" * 400, "a" * 400, "https://www.example.org/" + "path/" * 60, "ŴŶ" * 100)
    held = [make for text in long for make in (Paragraph(text), Quote(text), BulletList((text,)), Link(text, text))]
    facts = Facts(tuple((text, text) for text in long))
    tables = (table(12, 3, "{0} disproportionately"), table(25, 2, "WWWWWWWW{0}"), table(3, 2, "W" * 200))
    drawn = replace(advice(*held, facts, *tables), subject="W" * 200, reference="W" * 200, addressee="W" * 200)
    report = html(pdftotext(to_pdf(drawn), "-bbox"))
    for page in report.iter("page"):
        width = float(page.get("width"))
        for found in page.iter("word"):
            assert float(found.get("xmin")) >= 55, found.text
            assert float(found.get("xmax")) <= width - 54, found.text


@needs_pdftotext
def test_pdf_writes_what_it_cannot_draw_by_number() -> None:
    """A character that no font of the PDF draws is written by its number; other scripts and emoji are drawn."""
    document = to_pdf(advice(Paragraph("中 \ue000 a\u05b0 Ŵŷ ≤ ✓ Ελλάδα Привет 😀")))
    text = pdftotext(document)
    assert "[U+4E2D] [U+E000]" in text
    assert all(word in text for word in ("Ŵŷ ≤ ✓ Ελλάδα Привет", "😀"))
