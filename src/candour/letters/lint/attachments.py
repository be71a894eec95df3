"""Attachments: named in the letter, in a form that can be used, and safe to send."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_UNNAMED = phrase(r"\bsee (?:the )?attached(?=\s*[.;]|\s*(?:\n|\Z))", "attached")
_ABOVE = phrase(
    r"\b(?:in addition to |other than |apart from )?the (?:figures|table|data|details|numbers) above\b"
    r"|\b(?:figures|table) (?:shown|provided|given) above\b",
    "above",
)
_FIGURE = re.compile(
    r"(?<![\d(/.])\b\d{1,3}(?:,\d{3})*\b(?! ?(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december))(?![/)\d.])|\b(?:nil|zero|none)\b"
)
_TEST_FILE = re.compile(r"\b\w*(?:pit|public_interest|harm)_?\w*_\d\w*\b|\b\w+_pit\b")
_TEST = phrase(
    r"\bpublic interest test\b[^.\n]{0,80}\battach|\battach\w*[^.\n]{0,80}\b(?:public interest|pit|harm)\b"
    r"|\bpit\b[^.\n_]{0,40}\battach",
    "attach",
)
_TABLE_FILE = re.compile(
    r"(?:table|data|figures?|spreadsheet|statistics?|stats|counts?|breakdown)[\w ()-]{0,60}\.(?:pdf|png"
    r"|jpe?g|docx?|tiff?)$",
    re.IGNORECASE,
)


@check("L-ATT-01")
def unnamed(document: Document) -> Iterator[Spot]:
    """“See the attached”, and not what it is."""
    for found in document.own.find(_UNNAMED):
        yield document.own.at(found)


@check("L-ATT-01")
def nothing_above(document: Document) -> Iterator[Spot]:
    """Figures “above” are spoken of, and none stand there."""
    own = document.own
    for found in own.find(_ABOVE):
        start = own.paragraphs[
            len(document.layout.parts.head) if len(own.paragraphs) > len(document.layout.parts.head) else 0
        ][0]
        if not _FIGURE.search(own.text, min(start, found.start()), found.start()) and not document.layout.answered:
            yield own.at(found)


@check("L-ATT-01")
def test_unmentioned(document: Document) -> Iterator[Spot]:
    """A file that by its name holds the public interest test is attached, and the letter never says so."""
    for _, below in document.under("attachments"):
        for number in below:
            start, end = document.own.paragraphs[number]
            found = _TEST_FILE.search(document.own.text, start, end)
            if found and not document.own.has(_TEST):
                yield document.own.at(found)


@check("L-FMT-02")
def table_as_picture(document: Document) -> Iterator[Spot]:
    """A file that by its name holds figures is a PDF, a picture or a word-processed page."""
    sent = document.letter.attachments if document.letter else ()
    names = (*document.layout.files, *(item.name for item in sent))
    for name in names:
        if _TABLE_FILE.search(name):
            place = document.text.find(name)
            yield Spot(place, place + len(name), name) if place >= 0 else document.first_words


@check("L-FMT-02")
def exhibit_as_picture(document: Document) -> Iterator[Spot]:
    """A table is sent as a file that no program can use again."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        for exhibit in answer.exhibits:
            if exhibit.file and not exhibit.file.lower().endswith((".csv", ".xlsx", ".ods")):
                yield Spot(start.start, start.end, exhibit.file, ", ".join(answer.about) or None)


@check("L-SEC-01")
def unsafe(document: Document) -> Iterator[Spot]:
    """The desk's inspection found something hidden in an attachment."""
    start = document.first_words
    for name in document.desk.unsafe:
        yield Spot(start.start, start.end, name)
