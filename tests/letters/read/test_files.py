"""Files of every kind are read by their content, and what cannot be read is refused with the reason."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pikepdf
import pytest

from candour.letters.read import LARGEST_FILE, UnreadableText, open_source, read_file
from candour.letters.read import source as sources
from candour.letters.write import to_pdf
from letters.samples import letter

LETTER = """Our reference: 190A/23

Request

1. How many horses does the force keep?
2. Who rides them? – please name them

Response

1. 41 horses.

2. The names are exempt under section 40(2) of the Act, and the table is on our site.

You may ask for an internal review, and then complain to the Information Commissioner.
"""

PAGE = """<!DOCTYPE html><html><head><title>x</title><script>var section = "31(1)(a)";</script></head>
<body class="has-cookie-banner"><header><nav><a href="/">Home</a> Section 12 news</nav></header>
<div class="cookie-banner">We use cookies under section 22 of our policy.</div>
<main><h1>Horses</h1><p>Our reference: 190A/23</p><h2>Request</h2>
<ol><li>How many horses does the force keep?</li><li value="2"><p>Who rides them?</p></li></ol>
<h2>Response</h2><p>1. 41 horses.</p><p>2. The names are exempt under section&nbsp;40(2).</p>
<table><tr><th>Year</th><th>Horses</th></tr><tr><td>2021</td><td>41</td></tr></table>
<p>See <a href="https://example.police.uk/stable">the stable page</a> and
<a href="/files/horses.xlsx">Horses</a>.</p></main>
<footer>Complain to the Information Commissioner? Section 14.</footer></body></html>"""


def assert_read(data: bytes) -> None:
    """The file gives the reference, both questions with their outcomes, and the limb."""
    reading = read_file(data)
    assert reading.reference == "190A/23"
    assert [question.outcome for question in reading.questions] == ["full", "refused"]
    assert [str(limb) for limb in reading.exemptions] == ["40(2)"]


def word(document: object) -> bytes:
    """The bytes of a Word document."""
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_in_every_encoding(encoding: str) -> None:
    """Text is read in the encodings that offices save."""
    assert_read(LETTER.encode(encoding))


def test_a_file_on_disk(tmp_path: Path) -> None:
    """A path is read as its bytes are, whatever it is called."""
    path = tmp_path / "letter.pdf"
    path.write_text(LETTER, encoding="utf-8")
    assert read_file(path).kind == "text"
    assert read_file(str(path)).reference == "190A/23"


def test_web_page() -> None:
    """Of a page the content is read, its lists numbered and its tables in rows; menus, banners and scripts are not."""
    assert_read(PAGE.encode())
    source = open_source(PAGE.encode())
    assert "1. How many horses does the force keep?\n2. Who rides them?" in source.text
    assert "\nYear  Horses\n2021  41\n" in source.text
    assert not any(word in source.text for word in ("cookies", "news", "Section 14", "var "))
    assert source.files == ("horses.xlsx",)
    (anchor,) = source.anchors
    assert source.text[anchor.start :].startswith("the stable page")
    assert [link.url for link in read_file(PAGE.encode()).links] == ["https://example.police.uk/stable"]


def test_lettered_and_roman_lists_of_a_page() -> None:
    """Lists keep their own kind of number, and where they start."""
    page = '<p>a</p><ol type="a"><li>red<ol type="i" start="3"><li>dark</li></ol></li><li>blue</li></ol>'
    assert open_source(page.encode()).text.splitlines() == ["a", "", "a) red", "iii) dark", "b) blue"]


def test_word_document() -> None:
    """Of a Word document the body is read in order, tables as rows, lists with the numbers that Word counts."""
    document = docx.Document()
    document.add_paragraph("Our reference: 190A/23")
    document.add_heading("Request", 1)
    document.add_paragraph("How many horses does the force keep?", style="List Number")
    document.add_paragraph("Who rides them?", style="List Number")
    document.add_heading("Response", 1)
    document.add_paragraph("1. 41 horses.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Year", "Horses", "2021", "41"), strict=True):
        cell.text = text
    document.add_paragraph("2. The names are exempt under section 40(2).")
    assert_read(word(document))
    text = open_source(word(document)).text
    assert "1. How many horses does the force keep?\n2. Who rides them?" in text
    assert text.index("Year  Horses\n2021  41") < text.index("2. The names")


def mail(charset: str = "utf-8", *, html: bool = False) -> EmailMessage:
    """An e-mail with the letter, or the page, as its body."""
    message = EmailMessage()
    message["From"] = "foi@example.police.uk"
    message["To"] = "requester@example.org"
    message["Subject"] = "FOI response"
    message["Date"] = "Tue, 03 Mar 2026 10:00:00 +0000"
    message.set_content(PAGE if html else LETTER, subtype="html" if html else "plain", charset=charset)
    return message


def test_mail() -> None:
    """Of an e-mail the body is read, plain or HTML; its date is the answer's, its attachments are named."""
    assert_read(bytes(mail()))
    assert_read(bytes(mail(html=True)))
    message = mail("windows-1252")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="Horses.pdf")
    reading = read_file(bytes(message))
    assert reading.attachments == ("Horses.pdf",)
    assert reading.responded
    assert reading.responded.isoformat() == "2026-03-03"


def test_mail_in_an_unknown_character_set() -> None:
    """A character set that nobody knows is named, and nothing is guessed."""
    data = bytes(mail()).replace(b'charset="utf-8"', b'charset="x-horse"')
    with pytest.raises(UnreadableText, match="“x-horse”, which is not known"):
        read_file(data)


def blank_pdf(*, image: bool = False, password: str = "") -> bytes:
    """A PDF of one page that holds no text, only perhaps a picture."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    if image:
        picture = pikepdf.Stream(
            pdf, b"\xff" * 3, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1
        )
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.Contents = pikepdf.Stream(pdf, b"q 600 0 0 800 0 0 cm /Im0 Do Q")
    stream = io.BytesIO()
    pdf.save(stream, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return stream.getvalue()


def zipped(name: str) -> bytes:
    """A zip file with one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(name, "no letter")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (blank_pdf(), "no text"),
        (blank_pdf(image=True), "scan or a picture"),
        (blank_pdf(password="secret"), "encrypted"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (zipped("word/document.xml"), "damaged"),
        (zipped("xl/workbook.xml"), "zip file"),
        (b"PK\x03\x04 not a zip at all", "zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word 97", "old Office"),
        (b"{\\rtf1 Dear}", "rich text"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        ("Это письмо написано не по-английски, и читать его здесь некому. ".encode("koi8-r") * 9, "encoding"),
        (b"x" * (LARGEST_FILE + 1), "MB"),
        (b"<html><body><nav>Menu</nav><footer>Contact</footer></body></html>", "furniture"),
        (word(docx.Document()), "no text"),
    ],
)
def test_what_cannot_be_read(data: bytes, says: str) -> None:
    """Each is refused in one clear line, and nothing of it is presented as read."""
    with pytest.raises(UnreadableText, match=says) as refused:
        read_file(data, "letter.bin")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data", [LETTER.encode(), b"<html><body><p>Dear requester</p></body></html>", b"PK\x03\x04 no zip"]
)
def test_a_word_document_that_is_none(data: bytes) -> None:
    """What only bears the name of a Word document is refused; under another name its text is read."""
    with pytest.raises(UnreadableText, match="called a Word document and is not one"):
        read_file(data, "letter.docx")


WELSH = "Diolch am eich cais. Rydym wedi ystyried y cais ac mae'r heddlu yn dal yr wybodaeth hon. "
FRENCH = "Nous vous remercions de votre demande. Les chevaux de la police sont dans une écurie qui est à la campagne. "
GREEK = "Σας ευχαριστούμε για το αίτημά σας σχετικά με τα άλογα της αστυνομίας που στεγάζονται στον στάβλο. "


@pytest.mark.parametrize("text", [WELSH, FRENCH, GREEK])
def test_another_language(text: str) -> None:
    """A letter in another language is refused, and not read as an English one that says nothing."""
    with pytest.raises(UnreadableText, match="not in English"):
        read_file((text * 6).encode())


@pytest.mark.parametrize("text", [LETTER + WELSH, "Horses\n2021\n2022\n" * 40, "Jones Smith Patel Khan Brown\n" * 30])
def test_tables_and_bilingual_letters_are_read(text: str) -> None:
    """A letter with a paragraph in Welsh, a table and a list of names are read."""
    assert read_file(text.encode()).kind == "text"


def test_too_many_lines() -> None:
    """A text of more lines than any letter is refused at once."""
    with pytest.raises(UnreadableText, match="too long"):
        read_file(b"a\n" * (sources.MOST_LINES + 1))


def test_a_page_without_text_among_others() -> None:
    """A PDF with one scanned page is refused as a whole: half a letter is none."""
    both = pikepdf.open(io.BytesIO(to_pdf(letter())))
    both.pages.extend(pikepdf.open(io.BytesIO(blank_pdf(image=True))).pages)
    stream = io.BytesIO()
    both.save(stream)
    with pytest.raises(UnreadableText, match=r"Page \d of the PDF is a picture"):
        read_file(stream.getvalue())
