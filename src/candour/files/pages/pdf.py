"""PDF: what no page shows, found object by object and character by character; and the pages again as pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pikepdf
import pypdfium2 as pdfium

from candour.files.catalogue import found
from candour.files.findings import Blocked, Severity
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.pages import pdf_writer
from candour.files.pages.canvas import Canvas, Counted, changed, flattened
from candour.files.pages.pdf_content import tell_content
from candour.files.pages.pdf_document import tell_document
from candour.files.pages.pdf_history import tell_history
from candour.files.pages.pdf_objects import walk
from candour.files.pages.pdf_pictures import tell_pictures
from candour.files.pages.reasons import Why
from candour.files.pages.sight import Sight, look
from candour.files.pages.tally import Tally
from candour.files.visible import Page, Pages, tokens_of

_ENCRYPTED = "The PDF needs a password to open. Remove the password, save it, and upload it again."
_FEW = 3
_DAMAGED = "The PDF is damaged and cannot be opened. Ask for it again."


@dataclass(slots=True)
class SightedPages(Pages):
    """The pages with the place of every character, so that a rebuild need not look again."""

    sights: tuple[Sight, ...] = ()


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a PDF that no page shows. Raises `Blocked` where it cannot be opened, or its readers disagree."""
    inspected = Inspected()
    if (written := pdf_writer.read(data)) is not None:
        return _inspect_written(data, written, inspected, context)
    document, pdf = _opened(data)
    with pdf:
        if len(pdf.pages) != len(document):
            reason = "Two readers see a different number of pages. Print the PDF to a new one and upload that."
            raise Blocked(reason, (found("G.readers_disagree", "pages", abs(len(pdf.pages) - len(document))),))
        if not len(document):
            raise Blocked("The PDF has no pages. Ask for it again.")
        tally = Tally(hidden=inspected.hidden)
        sights = []
        context.budget.allow(len(document))
        for number in range(len(document)):
            context.budget.at(0.9 * number / len(document))
            canvas = flattened(document, number)
            sight = look(canvas)
            sights.append(sight)
            _tell_sight(sight, number + 1, tally)
            tell_pictures(canvas, sight, number + 1, tally)
            canvas.page.close()
        pages = [Page(sight.text, sight.width, sight.height) for sight in sights]
        inspected.visible = SightedPages(pages, tuple(sights))
        tally.seen = frozenset(token for page in pages for token in tokens_of(page.text))
        _tell_crops(data, tally)
        walked = walk(pdf, tally)
        tell_document(pdf, tally, context)
        for number, (shown, sight) in enumerate(zip(tell_content(pdf, tally), sights, strict=True), 1):
            if shown > _FEW and not sight.glyphs:
                tally.add("G.readers_disagree", f"page {number}", shown, plainly="one reader sees text, another none")
        tell_history(data, pdf, walked, tally)
        if complaints := pdf.get_warnings():
            tally.add("P.damaged", "file", len(complaints), plainly=_plainly(str(complaints[0])))
    document.close()
    inspected.findings.extend(tally.findings())
    inspected.classified = walked.known + len(sights)
    inspected.total = walked.total + len(sights)
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The pages as pictures with a layer of the text that is seen on them. Raises `Blocked`."""
    inspected = context.inspected or inspect(data, context)
    assert isinstance(inspected.visible, SightedPages)
    sights = inspected.visible.sights
    document = _rendered(data)
    written = []
    for number, sight in enumerate(sights):
        context.budget.at(number / len(sights))
        canvas = flattened(document, number)
        picture = pdf_writer.picture_of(canvas.draw(canvas.scale(pdf_writer.DOTS / 72)))
        canvas.page.close()
        written.append(
            pdf_writer.WrittenPage(round(sight.width, 2), round(sight.height, 2), picture, pdf_writer.lines_of(sight))
        )
    document.close()
    output = pdf_writer.write(written)
    shows = Pages([Page(page.text, page.width, page.height) for page in written])
    return Rebuilt([Output(f"{context.stem}.pdf", "pdf", output, shows)], shows, _lost(inspected, sights))


def read_again(data: bytes) -> Pages:
    """The text of a PDF that this package wrote, by a reader of its objects; another that draws it must see the same.

    Raises `Blocked` when they do not agree, or the file is not of the form that is written here.
    """
    written = pdf_writer.read(data)
    if written is None:
        raise Blocked("The PDF is not of the form that is written here.")
    document = _rendered(data)
    for number, page in enumerate(written):
        text_page = document[number].get_textpage()
        other = text_page.get_text_range()
        text_page.close()
        if _letters(page.text) != _letters(other):
            raise Blocked(f"Two readers see different text on page {number + 1} of the rebuilt PDF.")
    document.close()
    return Pages([Page(page.text, page.width, page.height) for page in written])


def searchable(data: bytes) -> Iterator[bytes]:
    """The bytes of a rebuilt PDF that could carry a word: its text. The frame never varies, and the rest is pixels."""
    written = pdf_writer.read(data)
    if written is None:
        yield data
        return
    yield from (page.text.encode() for page in written)


def _plainly(complaint: str) -> str:
    """What the reader of objects complains of, without the name of the file and its own."""
    return complaint.rpartition(": ")[2]


def _letters(text: str) -> list[str]:
    return sorted(character for character in text if character.isalnum() and ord(character) < 0x10000)


def _opened(data: bytes) -> tuple[pdfium.PdfDocument, pikepdf.Pdf]:
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Blocked(_ENCRYPTED, (found("P.encrypted", "file"),)) from None
    except pikepdf.PdfError:
        raise Blocked(_DAMAGED) from None
    return _rendered(data), pdf


def _rendered(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).casefold() or "security" in str(error).casefold():
            raise Blocked(_ENCRYPTED, (found("P.encrypted", "file"),)) from None
        raise Blocked(_DAMAGED) from None
    with suppress(pdfium.PdfiumError):
        document.init_forms()
    return document


def _tell_sight(sight: Sight, number: int, tally: Tally) -> None:
    unseen = sight.unseen
    place = f"page {number}"
    if sight.without_font:
        tally.add("P.font_missing", place, sight.without_font)
    if not unseen:
        return
    text = sight.unseen_text()
    tally.hidden.add(text)
    on_ink = [glyph for glyph in unseen if glyph.why is Why.INVISIBLE and glyph.over_ink]
    scan = len(on_ink) == len(unseen)
    reasons = ", ".join(sorted({glyph.why.value for glyph in unseen}))
    severity = Severity.HIGH if scan else Severity.CRITICAL
    tally.add("P.text_not_rendered", place, len(unseen), text, severity=severity)
    tally.add("P.text_not_rendered", place, 0, plainly=reasons, severity=severity)
    for why, code in (
        (Why.INVISIBLE, "P.invisible_text"),
        (Why.OFF_PAGE, "P.offpage_text"),
        (Why.TINY, "P.tiny_text"),
        (Why.SAME_COLOUR, "P.same_colour"),
    ):
        if (part := sight.unseen_text([why])).strip():
            tally.add(code, place, len(part.replace(" ", "")), part, severity=severity)


def _tell_crops(data: bytes, tally: Tally) -> None:
    """Pages that show less than their sheet: light when there is nothing beyond the edge."""
    document = _rendered(data)
    for number in range(len(document)):
        page = document[number]
        media, crop = page.get_mediabox(), page.get_cropbox()
        cut = max(abs(one - other) for one, other in zip(media, crop, strict=True))
        if cut > 0.5:
            page.close()
            severity = Severity.HIGH if _ink_beyond(data, number, media, crop) else Severity.LOW
            tally.add("P.cropbox", f"page {number + 1}", plainly=f"{cut:.0f} points are cut off", severity=severity)
        else:
            page.close()
    document.close()


def _ink_beyond(data: bytes, number: int, media: tuple[float, ...], crop: tuple[float, ...]) -> bool:
    document = _rendered(data)
    page = document[number]
    page.set_cropbox(*media)
    page.close()
    canvas = Canvas(document[number])
    drawing = canvas.draw(canvas.scale(1.0))
    left, top, right, bottom = canvas.to_pixels(np.array([crop], dtype=np.float64), drawing.shape)[0]
    blank = drawing.copy()
    blank[:, :, :3] = drawing[0, 0, :3]
    mask = changed(drawing, blank)
    mask[max(0, int(top) - 1) : max(0, int(bottom) + 2), max(0, int(left) - 1) : max(0, int(right) + 2)] = False
    canvas.page.close()
    document.close()
    return int(mask.sum()) > 20


def _inspect_written(
    data: bytes, written: list[pdf_writer.WrittenPage], inspected: Inspected, context: Context
) -> Inspected:
    """A file in the form of our own rebuilds: its layer is the one thing to check, word by word, against the ink."""
    document = _rendered(data)
    tally = Tally(hidden=inspected.hidden)
    for number, page in enumerate(written):
        context.budget.at(number / len(written))
        words = [word for line in page.lines for word in line]
        if words:
            canvas = Canvas(document[number])
            drawing = canvas.draw(2.0)
            mask = np.zeros(drawing.shape[:2], dtype=np.bool_)
            mask[:, 1:] |= changed(drawing[:, 1:], drawing[:, :-1], 8)
            mask[1:, :] |= changed(drawing[1:, :], drawing[:-1, :], 8)
            boxes = np.array([_box(word) for word in words])
            inked = Counted(mask).within(canvas.to_pixels(boxes, drawing.shape)) > 0
            for word, on_ink in zip(words, inked, strict=True):
                if not on_ink:
                    tally.add("P.text_not_rendered", f"page {number + 1}", len(word.text), word.text)
            canvas.page.close()
        inspected.know(3)
    document.close()
    inspected.visible = Pages([Page(page.text, page.width, page.height) for page in written])
    inspected.findings.extend(tally.findings())
    inspected.know()
    return inspected


def _box(word: pdf_writer.Word) -> tuple[float, float, float, float]:
    width = word.breadth / 100 * 0.5 * word.size * len(word.text)
    return word.x - 0.5, word.y - 0.5, word.x + width + 0.5, word.y + word.size + 0.5


def _lost(inspected: Inspected, sights: tuple[Sight, ...]) -> list[str]:
    lost = ["The pages are pictures now: links, bookmarks and form fields do not work, and text does not reflow."]
    codes = {finding.code for finding in inspected.findings}
    if any(not sight.text for sight in sights):
        lost.append("Pages without text of their own (scans) have no text to search or to be read aloud.")
    if codes & {"P.image_covered", "P.text_not_rendered"}:
        lost.append("Text and pictures that a reader could not see are gone.")
    if "P.redaction_width" in codes:
        lost.append(
            "Nothing of the boxes over names is lost: their length still tells how long a name was. Widen them."
        )
    if missing := sum(sight.without_font for sight in sights):
        lost.append(f"{missing:,} characters are set in fonts that are not here, and are missing. Embed the fonts.")
    if codes & {"P.attachment", "P.associated_file", "P.portfolio"}:
        lost.append("Files inside the PDF are gone. Upload each that is meant to leave by itself.")
    return lost
