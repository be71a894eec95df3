"""One letter, four formats that say the same: HTML, Word, PDF and plain text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from candour.letters.model import Letter
from candour.letters.write.docx import to_docx
from candour.letters.write.html import to_html, to_html_fragment
from candour.letters.write.pdf import to_pdf
from candour.letters.write.text import to_text

__all__ = ["FORMATS", "Format", "UnknownFormat", "to_docx", "to_html", "to_html_fragment", "to_pdf", "to_text", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a letter: what people call it, its media type, the ending of its file, its writer."""

    title: str
    media_type: str
    extension: str
    writer: Callable[[Letter], bytes]


class UnknownFormat(ValueError):
    """There is no such format; the message names those there are."""

    def __init__(self, name: str) -> None:
        """Tell the unknown name and the known ones."""
        super().__init__(f"unknown format “{name}”: known are {', '.join(FORMATS)}")


FORMATS: dict[str, Format] = {
    "html": Format("Web page", "text/html; charset=utf-8", ".html", lambda letter: to_html(letter).encode()),
    "docx": Format(
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
        to_docx,
    ),
    "pdf": Format("PDF", "application/pdf", ".pdf", to_pdf),
    "txt": Format("Plain text", "text/plain; charset=utf-8", ".txt", lambda letter: to_text(letter).encode()),
}


def write(letter: Letter, format: str) -> bytes:
    """The letter in one of `FORMATS`; the same letter always gives the same bytes."""
    if format not in FORMATS:
        raise UnknownFormat(format)
    return FORMATS[format].writer(letter)
