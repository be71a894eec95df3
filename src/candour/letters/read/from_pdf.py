"""The text layer of a PDF: lines as they stand on the page, parted into paragraphs by the space between them."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from candour.letters.read.source import LONGEST_TEXT, Source, UnreadableText

_MOST_PAGES = 2000
_PAGE_NUMBER = re.compile(
    r"(?:.{0,80}\s)?page \d{1,4}(?: of |\s?/\s?)\d{1,4}$|page \d{1,4}$|\d{1,4}(?: of |\s?/\s?)\d{1,4}$", re.IGNORECASE
)
_NONSENSE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0b-\x1f]")
_NUMBERING = re.compile(
    r"\bpage\s?\d{1,4}|\b\d{1,4}(?: of |\s?/\s?)\d{1,4}$|^[-–\s]{0,3}\d{1,4}[-–\s]{0,3}$", re.IGNORECASE
)
_WIDEST_PITCH, _TIGHTEST_PITCH, _USUAL_PITCH = 2.2, 0.9, 1.3
_GAP = 1.2
_SAME_LINE = 0.3
_STEP = 5.0
_FULL = 0.8
_EDGE = 2
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a page: its words, its left and right edge, its baseline, the size of its letters.

    opens, ends: the size and font of its first and its last letter, by which a heading differs from what follows it.
    """

    words: str
    left: float
    right: float
    base: float
    size: float
    opens: tuple[float, bytes] = (0.0, b"")
    ends: tuple[float, bytes] = (0.0, b"")


def from_pdf(data: bytes) -> Source:
    """The text of a PDF.

    Raises UnreadableText when it is damaged, wants a password, or has pages that are pictures without text.
    """
    document = _opened(data)
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableText(f"The PDF has {len(document)} pages; no more than {_MOST_PAGES} are read.")
        pages = [_page(document, number) for number in range(len(document))]
        pictures = [number for number, lines in enumerate(pages, 1) if not lines and _is_picture(document, number - 1)]
    except pypdfium2.PdfiumError as error:
        raise UnreadableText("The PDF is damaged and cannot be read.") from error
    finally:
        document.close()
    if not any(pages):
        raise UnreadableText("The PDF has no text: it is a scan or a picture, and needs text recognition first.")
    if pictures:
        raise UnreadableText(f"Page {pictures[0]} of the PDF is a picture without text; the rest alone is not read.")
    text = _joined(_without_margins(pages))
    _refuse_nonsense(text)
    return Source(text, "PDF")


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableText("The PDF is encrypted: it wants a password.") from error
        raise UnreadableText("The PDF is damaged and cannot be read.") from error


def _page(document: Any, number: int) -> list[_Line]:
    page = document[number]
    text = page.get_textpage()
    try:
        return _beside(_lines(text))
    finally:
        text.close()
        page.close()


def _lines(page: Any) -> list[_Line]:
    """The lines in the order of the page, without those that hold no words."""
    count = page.count_chars()
    units = page.get_text_range(0, count).encode("utf-16-le", "surrogatepass") if count > 0 else b""
    aligned = len(units) == 2 * count
    found: list[_Line] = []
    start = 0
    for piece in units.decode("utf-16-le", "replace").split("\n"):
        length = len(piece.encode("utf-16-le", "surrogatepass")) // 2
        words = _clean(piece)
        if words:
            lead = len(piece) - len(piece.lstrip())
            first, last = start + lead, start + len(piece.rstrip("\r \x02\ufffe")) - 1
            found.append(_placed(page, words, first, max(first, last)) if aligned else _Line(words, 0, 0, 0, 0))
        start += length + 1
    return found


def _clean(piece: str) -> str:
    """The words of a line; a hyphen that the reader of PDFs marks as the end of a line is a hyphen again."""
    return piece.strip().replace("\x02", "-").replace("\ufffe", "-").replace("\x00", "")


def _placed(page: Any, words: str, first: int, last: int) -> _Line:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(page, first, x, y)
    _, bottom, right, top = page.get_charbox(first, loose=True)
    edge = page.get_charbox(last)[2]
    size = pdfium.FPDFText_GetFontSize(page, first)
    size = size if size > 4 else max((top - bottom) / _USUAL_PITCH, 4.0)
    return _Line(words, x.value, max(edge, right), y.value, size, _look(page, first), _look(page, last))


def _look(page: Any, index: int) -> tuple[float, bytes]:
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium.FPDFText_GetFontInfo(page, index, name, _LONGEST_NAME, ctypes.c_int())
    return round(pdfium.FPDFText_GetFontSize(page, index), 1), name.value


def _beside(lines: list[_Line]) -> list[_Line]:
    """Pieces of one line that stand apart, as the cells of a table do, as one line."""
    found: list[_Line] = []
    for line in lines:
        last = found[-1] if found else None
        level = last is not None and last.size > 0 and abs(last.base - line.base) < _SAME_LINE * last.size
        if last is not None and level and line.left >= last.right - 1:
            found[-1] = _join(last, line)
        else:
            found.append(line)
    return found


def _join(left: _Line, right: _Line) -> _Line:
    words = f"{left.words}  {right.words}"
    return _Line(words, left.left, right.right, left.base, left.size, left.opens, right.ends)


def _is_picture(document: Any, number: int) -> bool:
    page = document[number]
    try:
        return next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), None) is not None
    finally:
        page.close()


def _without_margins(pages: list[list[_Line]]) -> list[list[_Line]]:
    """The pages without what is printed on every one of them: headers after the first, footers, page numbers."""
    tops = Counter(shape for page in pages for shape in {_shape(line) for line in page[:_EDGE]})
    ends = Counter(shape for page in pages for shape in {_shape(line) for line in page[-_EDGE:]})
    most = max(3, len(pages) - 1)
    kept = []
    for number, page in enumerate(pages):
        lines = list(page)
        for _ in range(_EDGE):
            if lines and (ends[_shape(lines[-1])] >= most or _PAGE_NUMBER.match(lines[-1].words)):
                lines.pop()
            if number and lines and tops[_shape(lines[0])] >= most:
                lines.pop(0)
        kept.append(lines)
    return kept


def _shape(line: _Line) -> str:
    """What a line has in common with its like on other pages: all but the number of the page."""
    return _NUMBERING.sub("#", line.words)


def _joined(pages: list[list[_Line]]) -> str:
    """The lines as text: a blank line where the space between two is wider than usual, indents kept."""
    pitch = _pitch(pages)
    edge = max((line.right for page in pages for line in page), default=0.0)
    margin = min((line.left for page in pages for line in page), default=0.0)
    found: list[str] = []
    last: _Line | None = None
    for page in pages:
        for index, line in enumerate(page):
            if last is not None and (_ends_there(last, line, edge) if index == 0 else _is_apart(last, line, pitch)):
                found.append("")
            found.append(" " * min(60, round(max(0.0, line.left - margin) / _STEP)) + line.words)
            last = line
    text = "\n".join(found)
    if len(text) > LONGEST_TEXT:
        raise UnreadableText("The PDF holds more text than a letter can.")
    return text


def _pitch(pages: list[list[_Line]]) -> float:
    """The distance between lines of one paragraph, in heights of letters: the smallest that is common."""
    steps: Counter[float] = Counter()
    for page in pages:
        for above, line in pairwise(page):
            size = min(above.size, line.size)
            step = (above.base - line.base) / size if size else 0
            if _TIGHTEST_PITCH <= step <= _WIDEST_PITCH:
                steps[round(step * 20) / 20] += 1
    wanted = max(2, sum(steps.values()) // 30)
    common = [step for step, count in steps.items() if count >= wanted]
    tight = min(common, default=_USUAL_PITCH)
    return tight if tight <= _USUAL_PITCH * _GAP or len(common) > 1 else _USUAL_PITCH


def _is_apart(above: _Line, line: _Line, pitch: float) -> bool:
    size = min(above.size, line.size)
    step = above.base - line.base
    return bool(size) and (step > pitch * _GAP * size or step < 0 or above.ends != line.opens)


def _ends_there(last: _Line, line: _Line, edge: float) -> bool:
    """Whether a paragraph ends with its page: its line is short or ends a sentence, or the next looks different."""
    return last.right < _FULL * edge or last.words[-1] in ".?!:;" or last.ends != line.opens


def _refuse_nonsense(text: str) -> None:
    """A font without a table of characters gives codes that stand for nothing."""
    odd = len(_NONSENSE.findall(text))
    if odd * 5 > len(text):
        raise UnreadableText("The PDF's text cannot be read: its fonts do not say which characters they show.")
