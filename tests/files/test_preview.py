"""What a person is shown of original and rebuilt, for every family of files."""

from __future__ import annotations

import base64
import io
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image

from candour.files import Gate
from candour.files.preview import MOST_ROWS
from files.making_docx import VISIBLE, Docx, p
from files.packages import packed, workbook
from files.pages.pdf_canaries import pdf


@pytest.fixture(scope="module")
def gate() -> Any:
    with Gate() as opened:
        yield opened


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 300), "white").save(buffer, "PNG")
    return buffer.getvalue()


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "foi@example.org", "press@example.org", "Horses"
    mail.set_content("There are twelve horses.")
    mail.add_attachment(workbook(), maintype="application", subtype="octet-stream", filename="figures.xlsx")
    return mail.as_bytes()


def _shown(side: dict[str, Any]) -> tuple[list[str], str, int]:
    """The names of the parts, all words in them, and how many pictures there are."""
    blocks = [block for part in side["parts"] for block in part["blocks"]]
    words = [block.get("text", "") for block in blocks]
    words += [cell for block in blocks for row in block.get("rows", ()) for cell in row]
    pictures = [block["picture"] for block in blocks if "picture" in block]
    for picture in pictures:
        assert max(Image.open(io.BytesIO(base64.b64decode(picture))).size) <= 3 * 460
    return [part["name"] for part in side["parts"]], " ".join(words), len(pictures)


@pytest.mark.parametrize(
    ("name", "data", "part", "word", "pictures"),
    [
        ("answer.docx", Docx(p("Twelve horses")).bytes(), "Text", VISIBLE, 0),
        ("page.pdf", pdf(), "Page 1", "", 1),
        ("plan.png", _png(), "Page 1", "", 1),
        ("mail.eml", _mail(), "Attachment figures.xlsx: Figures", "Avon", 0),
        ("all.zip", packed({"a/figures.xlsx": workbook()}), "a/figures.xlsx: Figures", "Kent", 0),
    ],
    ids=["a document", "a page", "a picture", "a mail", "an archive"],
)
def test_both_sides_show_the_same_parts(  # noqa: PLR0917  one case of the table
    gate: Gate, name: str, data: bytes, part: str, word: str, pictures: int
) -> None:
    made = gate.rebuild(data, name)

    for side in (made.original, made.rebuilt):
        names, words, drawn = _shown(side)
        assert part in names or any(part.rsplit(": ", maxsplit=1)[-1] in each for each in names)
        assert word in words
        assert drawn == pictures


def test_a_long_sheet_is_shown_up_to_a_bound_and_says_how_long_it_is(gate: Gate) -> None:
    long = workbook(lambda _, sheet: [sheet.write(row, 0, f"{row} x") for row in range(3000)] and None)

    (sheet,) = gate.rebuild(long, "figures.xlsx").rebuilt["sheets"]

    assert (len(sheet["rows"]), sheet["row_count"]) == (MOST_ROWS, 3000)
