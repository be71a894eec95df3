"""Every writer says everything the letter says, in order, and nothing it says can break a format."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import lxml.etree
import pikepdf
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from hypothesis import given, settings

from candour.letters.model import (
    Attachment,
    BulletList,
    DataTable,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
    Sender,
)
from candour.letters.write import FORMATS, UnknownFormat, to_docx, to_html, to_html_fragment, to_pdf, to_text, write
from candour.letters.write.addresses import href
from candour.letters.write.columns import numeric_columns
from candour.letters.write.plain import tidy

from .reading import docx_text, html, html_text, missing, said, squash, word
from .samples import advice, letter, table
from .strategies import MARKUP, ODD, hostile_texts, letters


@given(letters(hostile_texts))
@settings(max_examples=60, deadline=None)
def test_text_says_everything(drawn: Letter) -> None:
    """Plain text holds every text of any letter in reading order and ends with a line end."""
    text = to_text(drawn)
    assert missing(said(tidy(drawn)), squash(text)) is None
    assert text.endswith("\n")


@given(letters(hostile_texts))
@settings(max_examples=60, deadline=None)
def test_html_says_everything(drawn: Letter) -> None:
    """The page and the fragment of any letter hold every text in reading order, with no script, and ids are unique."""
    for page in (to_html(drawn), to_html_fragment(drawn)):
        root = html(page)
        assert missing(said(tidy(drawn), urls=False), html_text(page)) is None
        assert not root.xpath("//script | //img | //iframe | //@*[starts-with(name(), 'on')]")
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert all(re.match("(https?://|mailto:)", address) for address in root.xpath("//@href"))


@given(letters(hostile_texts))
@settings(max_examples=40, deadline=None)
def test_docx_says_everything(drawn: Letter) -> None:
    """The Word document of any letter opens and holds every text in reading order."""
    assert missing(said(tidy(drawn)), docx_text(to_docx(drawn))) is None


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", [*MARKUP, *ODD])
def test_no_text_breaks_a_format(name: str, text: str) -> None:
    """A hostile text in every place of a letter is written without an error, and the same bytes come twice."""
    data = DataTable(text, (text, text), ((text, text),), (text,))
    held = (Paragraph(text), Quote(text), BulletList((text,)), Facts(((text, text),)), Link(text, text, text), data)
    drawn = replace(
        letter(Section(SectionKind.ADVICE, text, held, about=(text,))),
        sender=Sender(text, text, (text,), text),
        subject=text,
        reference=text,
        addressee=text,
        attachments=(Attachment(text, text),),
    )
    assert write(drawn, name) == write(drawn, name)


@pytest.mark.parametrize("name", FORMATS)
def test_same_letter_same_bytes(name: str) -> None:
    """An ordinary letter gives the same bytes however often it is written."""
    assert len({write(advice(table(13, 3)), name) for _ in range(3)}) == 1


def test_unknown_format() -> None:
    """An unknown format is refused, and the message names the known ones."""
    with pytest.raises(UnknownFormat, match="html, docx, pdf, txt"):
        write(letter(), "odt")


def test_tidy_shows_what_cannot_be_written() -> None:
    """Control characters show as U+FFFD, what reorders or hides text is gone, and joiners stay."""
    paragraph = tidy(advice(Paragraph("a\x00b\ud800c\u202ed\u200be\u200df \n\t g"))).sections[1].blocks[0]
    assert paragraph == Paragraph("a\ufffdb\ufffdcde\u200df g")


def test_tidy_keeps_the_lines_of_a_quote() -> None:
    """A quote keeps its line breaks of whatever kind, without empty lines at its ends."""
    assert tidy(advice(Quote("\r\n a\r\nb\u2028\u2029c\x0b"))).sections[1].blocks == (Quote("a\nb\n\nc"),)


def test_reference_is_said_once() -> None:
    """The reference and the dates stand at the head, unless the opening of the letter gives facts itself."""
    assert "Our reference:     FOI-2026-0001\nDate:              3 March 2026\n" in to_text(letter())
    facts = Facts((("Reference", "FOI-2026-0001"), ("Dated", "3 March 2026")))
    own = letter(Section(SectionKind.OPENING, "Your request", (facts,)))
    for page in (to_text(own), html_text(to_html(own)), docx_text(to_docx(own))):
        assert page.count("FOI-2026-0001") == 1


def test_attachments_are_listed_once() -> None:
    """Attachments are listed at the end, unless a section of the letter is about them."""
    sent = (Attachment("a.csv", "Figures"),)
    assert "- a.csv: Figures" in to_text(replace(letter(), attachments=sent))
    own = letter(Section(SectionKind.ATTACHMENTS, "Attachments", (Paragraph("We enclose a.csv."),)))
    assert to_text(replace(own, attachments=sent)).count("a.csv") == 1


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=c&d=é", "https://example.org/a?b=c&d=%C3%A9"),
        ("HTTPS://example.org/100%/[1]", "HTTPS://example.org/100%25/%5B1%5D"),
        ("mailto:foi@example.police.uk", "mailto:foi@example.police.uk"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://www.example.org@evil.example/", None),
        ("http://[broken", None),
        ("http://example.org:port/", None),
        ("//example.org", None),
        ("https://", None),
    ],
)
def test_only_sound_addresses_are_links(url: str, address: str | None) -> None:
    """Only a sound http, https or mailto address is a link, percent-encoded; any other is shown as text."""
    assert href(url) == address
    page = to_html(advice(Link("Here", url)))
    hrefs = html(page).xpath("//main//a[text()='Here']/@href")
    assert hrefs == ([address] if address else [])
    assert (squash(url) in html_text(page)) is (address is None)


def test_numeric_columns() -> None:
    """A column of numbers stays one with marks for missing figures, but not with words; the first never is one."""
    data = DataTable(
        "", ("Year", "a", "b", "c"), (("2024", "1,234", "<5", "1"), ("2025", "\N{EN DASH}", "£3.50", "few"))
    )
    assert numeric_columns(data) == {1, 2}


def test_question_heading_once() -> None:
    """The heading of a question is in each format exactly once, as a heading."""
    page = html(to_html(letter()))
    assert page.xpath("count(//h2[text()='Question 1'])") == 1
    paragraphs = word(to_docx(letter())).paragraphs
    assert [found.style.name for found in paragraphs if found.text == "Question 1"] == ["Heading 2"]
    assert to_text(letter()).count("\n\nQuestion 1\n----------\n\n") == 1
    with pikepdf.open(io.BytesIO(to_pdf(letter()))) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root[0].children] == ["Question 1"]


def test_text_layout() -> None:
    """Plain text has lines of at most 78 characters, tables in columns and quotes indented."""
    text = to_text(advice(Paragraph("word " * 100), table(4, 2), table(12, 2)))
    assert max(map(len, text.splitlines())) <= 78
    assert "    How many?\n\n    Please say *why*.\n    Thank you.\n" in text
    assert "Ward    Month 1  Month 2  Month 3\n------  -------  -------  -------\n" in text
    assert "Ward 1        1        2        3\n" in text
    assert "Ward: Ward 1\n    Month 1: 1\n" in text


def test_html_structure() -> None:
    """The page names its language and title, marks its sections and gives tables headers with a scope."""
    page = html(to_html(letter()))
    assert page.get("lang") == "en-GB"
    assert page.findtext(".//title") == "Stop & search <2025>"
    answer = page.xpath("//main/section[1]")[0]
    assert (answer.get("data-kind"), answer.get("data-about")) == ("answer", "1 1a")
    assert [head.get("scope") for head in answer.xpath(".//thead//th")] == ["col"] * 3
    assert [head.get("scope") for head in answer.xpath(".//tbody//th")] == ["row"] * 2
    assert all("number" in cell.get("class") for cell in answer.xpath(".//td"))
    assert answer.xpath(".//table/caption/text()") == ["Table of 3 by 2"]
    assert len(answer.xpath(".//blockquote/br")) == 3


def test_html_headings_never_skip_a_level() -> None:
    """Headings go down one level at a time, past sections without a title, and no deeper than level six."""
    deep = Section(SectionKind.BALANCE, "Deep")
    for depth in range(9):
        deep = Section(SectionKind.REASONS, "" if depth == 7 else f"Above {depth}", (), (deep,))
    levels = [int(head.tag[1]) for head in html(to_html(letter(deep))).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels == [1, 2, 2, 3, 4, 5, 6, 6, 6, 6, 6]


def test_html_fragment_fits_its_page() -> None:
    """The fragment starts at the heading level of its page and brings no style, only class names."""
    fragment = to_html_fragment(letter(), heading_level=3)
    root = html(fragment)
    assert root.xpath(".//h3/text()") == ["Stop & search <2025>"]
    assert not root.xpath(".//style | .//@style | .//h1 | .//h2 | .//main")
    assert root.xpath(".//table/@class") == ["govuk-table"]
    with pytest.raises(ValueError, match="heading level 7"):
        to_html_fragment(letter(), heading_level=7)


def test_docx_leaves_no_trace_of_its_template() -> None:
    """The Word document's metadata are the letter's own, and nothing in the package names python-docx or the US."""
    document = to_docx(letter())
    properties = word(document).core_properties
    assert (properties.author, properties.title) == ("Heddlu Gŵyr", "Stop & search <2025>")
    assert properties.created == properties.modified == datetime(2026, 3, 3, tzinfo=UTC)
    assert properties.comments == ""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.namelist()[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name or "customXml" in name]
        for name in package.namelist():
            content = package.read(name)
            lxml.etree.fromstring(content)
            assert not re.search(rb"python-docx|Macintosh|en-US|2013-12-23", content), name


def test_docx_structure() -> None:
    """The Word document has a real list, a real link, A4 pages and a table whose header row repeats."""
    document = word(to_docx(letter()))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert (styles["first"], styles["How many?\n\nPlease say *why*.\nThank you."]) == ("List Bullet", "Quote")
    targets = [one.target_ref for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.HYPERLINK]
    assert targets == ["mailto:foi@example.police.uk", "https://www.example.police.uk/figures?a=1&b=2"]
    header = document.tables[0].rows[0]._tr.trPr
    assert header.find(qn("w:tblHeader")) is not None
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)


def test_docx_turns_pages_for_wide_tables() -> None:
    """Wide tables stand on pages turned sideways, and the letter goes on upright."""
    document = word(to_docx(advice(table(13, 2), table(12, 2), Paragraph("On."))))
    upright = [section.page_width < section.page_height for section in document.sections]
    assert upright == [True, False, True]
