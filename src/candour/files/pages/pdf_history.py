"""The bytes of a PDF: earlier revisions, objects that nothing leads to, and what stands outside every object."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from candour.files.findings import Severity
from candour.files.pages.pdf_objects import Walked, text_of_stream
from candour.files.pages.tally import Tally
from candour.files.visible import tokens_of

_END = re.compile(rb"%%EOF[ \t]*\r?\n?")
_STARTXREF = re.compile(rb"startxref\s+\d+")
_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[ \t\r\n]+(\d{1,5})[ \t\r\n]+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_LENGTH = re.compile(rb"/Length[ \t\r\n]+(\d+)(?![ \t\r\n]+\d+[ \t\r\n]+R)")
_STRINGS = re.compile(rb"\(((?:[^()\\]|\\.){3,})\)|<([0-9A-Fa-f\s]{8,})>")
_CROSS_REFERENCE = re.compile(rb"\bxref\s+(?:\d+\s+\d+\s+(?:\d{10}\s\d{5}\s[nf]\s+)*)*")
_EMPTY = b"\x00\t\n\x0c\r "
_MOST_REVISIONS = 12


@dataclass(frozen=True, slots=True)
class _Body:
    number: int
    start: int
    end: int


def tell_history(data: bytes, pdf: pikepdf.Pdf, walked: Walked, tally: Tally) -> None:
    """Find what the bytes hold beside the objects that make up the document as it is now."""
    _outside(data, tally)
    _revisions(data, tally)
    _unreferenced(pdf, walked, tally)
    bodies = list(_bodies(data))
    _superseded(data, pdf, bodies, tally)
    _between(data, bodies, tally)


def _outside(data: bytes, tally: Tally) -> None:
    start = data.find(b"%PDF-")
    if start > 0 and data[:start].strip(_EMPTY + b"\xef\xbb\xbf"):
        tally.add("P.leading_bytes", "byte 0", start, _words(data[:start]))
    ends = list(_END.finditer(data))
    if ends:
        rest = data[ends[-1].end() :]
        if rest.strip(b"\r\n \t"):
            empty = not rest.strip(_EMPTY)
            place = f"byte {ends[-1].end():,}"
            tally.add("P.trailing_bytes", place, len(rest), _words(rest), severity=Severity.LOW if empty else None)


def _linearised(data: bytes) -> bool:
    return b"/Linearized" in data[:2048]


def _revisions(data: bytes, tally: Tally) -> None:
    ends = [match.end() for match in _END.finditer(data)]
    starts = len(_STARTXREF.findall(data))
    linear = _linearised(data)
    revisions = max(len(ends), starts) - (1 if linear else 0)
    if revisions < 2:
        return
    earlier = ends[1 if linear else 0 : -1][-_MOST_REVISIONS:]
    now = _content(data)
    lost: list[str] = []
    for end in earlier:
        before = _content(data[:end])
        lost.extend(token for token in before if token not in now)
    text = " ".join(dict.fromkeys(lost))
    severity = Severity.CRITICAL if lost else Severity.MODERATE
    plainly = "" if lost else "the earlier revisions say nothing that is not shown now"
    tally.add("P.incremental", "file", max(len(ends), starts), text, plainly=plainly, severity=severity)


def _content(data: bytes) -> dict[str, None]:
    """Every token of the pages and of the strings of one revision, in order."""
    tokens: dict[str, None] = {}
    with suppress(pdfium.PdfiumError):
        document = pdfium.PdfDocument(data)
        for page in document:
            text = page.get_textpage()
            tokens.update(dict.fromkeys(tokens_of(text.get_text_bounded())))
            text.close()
            page.close()
        document.close()
    with suppress(pikepdf.PdfError), pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        for value in pdf.objects:
            for text in _strings(value, 0):
                tokens.update(dict.fromkeys(tokens_of(text)))
    return tokens


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, pikepdf.String):
        yield str(value)
    elif depth < 6 and isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, item in list(value.items()):
            if str(key) not in {"/Parent", "/P", "/ID", "/ModDate", "/CreationDate", "/M"}:
                yield from _strings(item, depth + 1) if not _indirect(item) else ()
    elif depth < 6 and isinstance(value, pikepdf.Array):
        for item in list(value):
            yield from _strings(item, depth + 1) if not _indirect(item) else ()


def _indirect(item: object) -> bool:
    return isinstance(item, pikepdf.Object) and item.is_indirect


_STRUCTURE = {"/XRef", "/ObjStm"}


def indirect(pdf: pikepdf.Pdf) -> list[Any]:
    """Every object of the file that has a number; bare numbers and names among them come as Python's own and do not."""
    values: list[Any] = list(pdf.objects)
    return [value for value in values if isinstance(value, pikepdf.Object) and value.is_indirect]


def _unreferenced(pdf: pikepdf.Pdf, walked: Walked, tally: Tally) -> None:
    """Objects of the file that nothing leads to, save those that only hold the file together."""
    for value in indirect(pdf):
        if value.objgen in walked.reached:
            continue
        walked.total += 1
        walked.known += 1
        place = f"object {value.objgen[0]}"
        if isinstance(value, pikepdf.Stream):
            structural = str(value.get("/Type")) in _STRUCTURE or (
                "/S" in value and "/Length" in value and "/O" not in value
            )
            text = "" if structural else text_of_stream(value)
            texts = " ".join([*([] if structural else _strings(value, 0)), text])
            light = structural or not bytes_of(value)
        elif isinstance(value, pikepdf.Dictionary):
            texts = " ".join(_strings(value, 0))
            light = "/Linearized" in value or not texts.strip()
        else:
            texts = " ".join(_strings(value, 0))
            light = not texts.strip()
        tally.add("P.unreferenced_objects", place, 1, texts, severity=Severity.LOW if light else None)


def bytes_of(value: pikepdf.Stream) -> bytes:
    """The bytes of a stream, inflated where that can be done."""
    for read in (value.read_bytes, value.read_raw_bytes):
        with suppress(pikepdf.PdfError, RuntimeError, NotImplementedError):
            return bytes(read())
    return b""


def _bodies(data: bytes) -> Iterator[_Body]:
    """Each `n g obj ... endobj` in the bytes."""
    position = 0
    while (match := _OBJECT.search(data, position)) is not None:
        end = data.find(b"endobj", match.end())
        stream = _STREAM.search(data, match.end(), end if end >= 0 else len(data))
        if stream:
            length = _LENGTH.search(data, match.end(), stream.start())
            skip = stream.end() + int(length.group(1)) if length else stream.end()
            if data[skip : skip + 12].lstrip().startswith(b"endstream") is False:
                skip = stream.end()
            after = data.find(b"endstream", skip)
            end = data.find(b"endobj", after) if after >= 0 else -1
        end = len(data) if end < 0 else end + 6
        yield _Body(int(match.group(1)), match.start(), end)
        position = end


def _superseded(data: bytes, pdf: pikepdf.Pdf, bodies: list[_Body], tally: Tally) -> None:
    """Bodies of objects that a later one of the same number replaces, or that no table of the file lists."""
    last = {body.number: body for body in bodies}
    listed = {value.objgen[0] for value in indirect(pdf)}
    for body in bodies:
        content = data[body.start : body.end]
        if last[body.number] is not body:
            text = _words(content)
            tally.add("P.replaced_objects", f"object {body.number}", 1, text, severity=None if text else Severity.LOW)
        elif body.number not in listed and b"/XRef" not in content and b"/Linearized" not in content:
            text = _words(content)
            tally.add(
                "P.unreferenced_objects", f"object {body.number}", 1, text, severity=None if text else Severity.LOW
            )


def _between(data: bytes, bodies: list[_Body], tally: Tally) -> None:
    """What stands between the objects and is neither a table of them nor white space."""
    ends = list(_END.finditer(data))
    stop = ends[-1].end() if ends else len(data)
    position = max(0, data.find(b"%PDF-"))
    for body in [*bodies, _Body(0, stop, stop)]:
        if body.start > position:
            gap = data[position : min(body.start, stop)]
            rest = _without_tables(gap, first=position == max(0, data.find(b"%PDF-")))
            if rest.strip(_EMPTY):
                tally.add("P.gap_bytes", f"byte {position:,}", len(rest.strip(_EMPTY)), _words(rest))
        position = max(position, body.end)


_TABLES = re.compile(
    rb"%%EOF|startxref\s*\d*|\bxref\b|\d{10}\s\d{5}\s[nf]|\btrailer\b|^\s*\d+\s+\d+\s*$|\bendobj\b", re.MULTILINE
)


def _without_tables(gap: bytes, *, first: bool) -> bytes:
    if first:
        lines = gap.splitlines()
        gap = b"\n".join(lines[1:]) if lines else b""
        binary = re.match(rb"\s*%[^\r\n]{0,40}(?=\r|\n|$)", gap)
        if binary and any(byte > 127 for byte in binary.group()):
            gap = gap[binary.end() :]
    return _TABLES.sub(b"", _without_dictionaries(gap))


def _without_dictionaries(gap: bytes) -> bytes:
    """A gap without the dictionaries of its trailers, which the walk over the objects has read."""
    pieces = []
    position = 0
    while (start := gap.find(b"trailer", position)) >= 0:
        opening = gap.find(b"<<", start)
        if opening < 0:
            break
        depth, at = 0, opening
        while at < len(gap):
            token = gap[at : at + 2]
            if token == b"<<":
                depth, at = depth + 1, at + 2
            elif token == b">>":
                depth, at = depth - 1, at + 2
                if depth == 0:
                    break
            else:
                at += 1
        pieces.append(gap[position:start])
        position = at
    pieces.append(gap[position:])
    return b"".join(pieces)


def _words(data: bytes) -> str:
    """The strings of some bytes: between brackets where there are any, else every run of letters; streams inflated."""
    import zlib

    pieces = [data]
    for match in re.finditer(rb"stream\r?\n", data):
        with suppress(zlib.error):
            pieces.append(zlib.decompressobj().decompress(data[match.end() :], 5_000_000))
    texts = []
    for piece in pieces:
        for match in _STRINGS.finditer(piece):
            raw = match.group(1)
            if raw is None:
                with suppress(ValueError):
                    raw = bytes.fromhex(match.group(2).decode("ascii"))
            if raw:
                texts.append(raw.decode("utf-16" if raw.startswith(b"\xfe\xff") else "latin-1", "ignore"))
    if not texts and not re.search(rb"\bobj\b", data):
        texts = [match.group().decode("ascii") for match in re.finditer(rb"[\x20-\x7e]{4,}", data)]
    return " ".join(texts)
