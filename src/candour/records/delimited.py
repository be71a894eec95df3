"""Delimited text as a stream of rows: the encoding found out, NULs taken out, the delimiter recognised."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import BinaryIO, cast

from candour.records.findings import Assumption, RecordsError

Row = tuple[int, list[str]]
"""The number of the line on which a row begins, and its cells."""

Block = tuple[Sequence[int], list[list[str]]]
"""Some rows one after the other: the lines on which they begin, a range where each has one line, and their cells."""

MOST_BYTES = 20_000_000_000
"""More text than this, unpacked, is not read."""

_CHUNK = 1 << 20
_DELIMITERS = ",\t;|"
_BREAK = re.compile(r"\r\n|\r|\n")
_GZIP = b"\x1f\x8b"
_UNEVEN = tuple(sign.encode() for sign in ("  ", "\t", "\v", "\f", "\u00a0", "\u200b", "\ufeff"))
_UTF16_SHARE = 0.3
"""Of Latin text in UTF-16 without a mark, about half of all bytes are NUL, all on one side."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a first pass over the file found: how to decode it, its SHA-256, and what had to be assumed."""

    encoding: str
    digest: str
    has_nul: bool
    is_even: bool
    """Whether it is free of white space that has to be tidied: of anything but single spaces and the ends of lines."""
    assumptions: tuple[Assumption, ...]


@contextmanager
def _unpacked(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.open(raw) as content:
            yield cast("BinaryIO", content)


def _chunks(path: Path) -> Iterator[bytes]:
    taken = 0
    try:
        with _unpacked(path) as content:
            while chunk := content.read(_CHUNK):
                taken += len(chunk)
                if taken > MOST_BYTES:
                    raise RecordsError(f"{path.name}: more than {MOST_BYTES // 10**9} GB of text is not read.")
                yield chunk
    except (gzip.BadGzipFile, EOFError) as error:
        raise RecordsError(f"{path.name}: the compressed file is damaged or cut off ({error}).") from error


def examine(path: Path) -> Examined:
    """One pass over a text file. Raises RecordsError where it is empty, too long or no text at all."""
    digest = hashlib.sha256()
    nuls, strange = 0, 0
    encoding, even, before = "", True, b""
    utf8: codecs.IncrementalDecoder | None = None
    wide: codecs.IncrementalDecoder | None = None
    for chunk in _chunks(path):
        digest.update(chunk)
        before += chunk if encoding else chunk.removeprefix(codecs.BOM_UTF8)
        even = even and not any(sign in before for sign in _UNEVEN)
        before = before[-2:]
        if not encoding:
            encoding = _by_its_beginning(chunk)
            utf8 = codecs.getincrementaldecoder("utf-8")("strict") if encoding == "utf-8-sig" else None
            wide = codecs.getincrementaldecoder(encoding)("replace") if encoding.startswith("utf-") else None
        if encoding.startswith(("utf-16", "utf-32")):
            assert wide is not None
            nuls += wide.decode(chunk).count("\0")
            continue
        nuls += chunk.count(0)
        strange += sum(chunk.count(byte) for byte in b"\x81\x8d\x8f\x90\x9d")
        if utf8 is not None:
            try:
                utf8.decode(chunk)
            except UnicodeDecodeError:
                utf8 = None
    if not encoding:
        raise RecordsError(f"{path.name}: the file is empty.")
    if encoding == "utf-8-sig":
        try:
            encoding = encoding if utf8 is not None and utf8.decode(b"", final=True) == "" else "cp1252"
        except UnicodeDecodeError:
            encoding = "cp1252"
    assumed = []
    if wide_name := next((name for name in ("UTF-16", "UTF-32") if encoding.startswith(name.lower())), ""):
        assumed.append(Assumption(f"The file is text in {wide_name}."))
    if encoding == "cp1252":
        lost = f" {strange:,} bytes have no meaning there and are shown as “�”." if strange else ""
        assumed.append(Assumption(f"The file is not UTF-8; it was read as Windows-1252.{lost}"))
    if nuls:
        assumed.append(Assumption(f"{nuls:,} NUL characters were taken out."))
    even = even and encoding == "utf-8-sig" and not nuls
    return Examined(encoding, digest.hexdigest(), nuls > 0, even, tuple(assumed))


def _by_its_beginning(chunk: bytes) -> str:
    if chunk.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = chunk[:4096]
    if len(head) >= 4:
        if head[1::2].count(0) > len(head) * _UTF16_SHARE:
            return "utf-16-le"
        if head[::2].count(0) > len(head) * _UTF16_SHARE:
            return "utf-16-be"
    return "utf-8-sig"


def delimited_blocks(path: Path, examined: Examined, first: int, size: int) -> Iterator[Block]:
    """The same rows many at a time, the first few in a block of their own; much quicker. Raises RecordsError."""
    errors = "replace" if examined.encoding == "cp1252" else "strict"
    try:
        with _unpacked(path) as content, io.TextIOWrapper(content, examined.encoding, errors, newline="") as text:
            lines = (line.replace("\x00", "") for line in text) if examined.has_nul else text
            reader = csv.reader(lines, delimiter=_delimiter(path, examined), strict=True)
            begins, rows = 1, list(islice(reader, first))
            while rows:
                yield _numbered(rows, begins, reader.line_num + 1), rows
                begins, rows = reader.line_num + 1, list(islice(reader, size))
    except (csv.Error, UnicodeError):
        # Which row it was is known only where they are read one by one.
        deque(delimited_rows(path, examined), maxlen=0)
        raise


def _numbered(rows: list[list[str]], begins: int, until: int) -> Sequence[int]:
    if until - begins == len(rows):
        return range(begins, until)
    lines = []
    for cells in rows:
        lines.append(begins)
        begins += 1 + sum(len(_BREAK.findall(cell)) for cell in cells if "\n" in cell or "\r" in cell)
    return lines


def delimited_rows(path: Path, examined: Examined) -> Iterator[Row]:
    """Every row with the line on which it begins. Raises RecordsError, naming the line, where it cannot be read."""
    errors = "replace" if examined.encoding == "cp1252" else "strict"
    begins = 1
    try:
        with _unpacked(path) as content, io.TextIOWrapper(content, examined.encoding, errors, newline="") as text:
            delimiter = _delimiter(path, examined)
            lines = (line.replace("\x00", "") for line in text) if examined.has_nul else text
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            for record in reader:
                yield begins, record
                begins = reader.line_num + 1
    except csv.Error as error:
        raise RecordsError(f"{path.name}, line {begins}: {_in_words(error)}") from error
    except UnicodeError as error:
        raise RecordsError(f"{path.name}, after line {begins}: the text is damaged ({error}).") from error


def _in_words(error: csv.Error) -> str:
    said = str(error)
    if "end of data" in said:
        return "a quotation mark is opened here and never closed. Close it, or take it out."
    if "field limit" in said:
        return "a cell is longer than 131,072 characters; a quotation mark may never be closed."
    return f"the quotation marks of a cell are not in order ({said}). Double a quotation mark inside a cell."


def _delimiter(path: Path, examined: Examined) -> str:
    """What parts the cells: the sign that stands equally often, and most often, in the first lines."""
    errors = "replace" if examined.encoding == "cp1252" else "strict"
    with _unpacked(path) as content, io.TextIOWrapper(content, examined.encoding, errors, newline="") as text:
        lines = [line for line in (text.readline(100_000) for _ in range(40)) if line.strip()]
    found: Counter[str] = Counter()
    for sign in _DELIMITERS:
        counts = [line.count(sign) for line in lines]
        if any(counts):
            found[sign] = int(median(counts) * 1000) + counts[0]
    return found.most_common(1)[0][0] if found and found.most_common(1)[0][1] else ","
