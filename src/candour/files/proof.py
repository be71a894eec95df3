"""The proof that a rebuilt file carries only what a reader of the original could see."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from candour.files.findings import Blocked, Inspection, Status
from candour.files.format import Inspected, Output
from candour.files.kinds import Kind, format_of
from candour.files.limits import MIB
from candour.files.masked import masked
from candour.files.visible import Grid, Visible, tokens_of
from candour.files.workbook.numbers import same

BYTES_ASIDE = 60_000
"""Bytes that an empty file of any kind may have: frame, styles, fonts."""

BYTES_FOR_A_CHARACTER = 60
"""Bytes of XML and padding that a visible character may cost before the size is held to be implausible."""

_PARTS = re.compile(r"[\W_]+")
_RAW_WORD = re.compile(rb"[0-9A-Za-z]{7,}")
_RAW_WIDE = re.compile(rb"(?:[0-9A-Za-z\xc0-\xff]\x00){4,}")
_CELL_OR_NUMBER = re.compile(r"^(?:[a-z]{1,3}\d+(?::[a-z]{1,3}\d+)?|(?:sheet|rid)\d+|[\d.:,/-]+)$")
"""What the markup of a workbook is full of: names of cells and numbers. The cells themselves are read one by one."""

_GENERIC_NAME = re.compile(r"^Table \d{1,4}$")
"""What a sheet without a name is called when it is written."""

_PIECE = 4 * MIB

_DEFLATED = re.compile(rb"stream\r?\n")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked after a rebuild.

    `clean`: the inspection of each output finds nothing. `contained`: every token of the output is a visible token of
    the original, and no token that was only hidden is in its bytes. `second_reader`: another reader sees the same in
    the output. `plausible`: its size fits what it shows. `failures` says in plain words what did not hold.
    """

    clean: bool
    contained: bool
    second_reader: bool
    plausible: bool
    original: str
    outputs: tuple[str, ...]
    version: str
    failures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every part of the proof holds: only then may the outputs leave."""
        return self.clean and self.contained and self.second_reader and self.plausible

    def covers(self, sha256: str) -> bool:
        """Whether a file with this digest may leave on this proof."""
        return self.holds and sha256 in self.outputs

    def as_data(self) -> dict[str, Any]:
        """The stable JSON shape."""
        return {
            "clean": self.clean,
            "contained": self.contained,
            "second_reader": self.second_reader,
            "plausible": self.plausible,
            "original": self.original,
            "outputs": list(self.outputs),
            "version": self.version,
            "failures": list(self.failures),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The proof again from `as_data`."""
        return cls(
            bool(data["clean"]),
            bool(data["contained"]),
            bool(data["second_reader"]),
            bool(data["plausible"]),
            str(data["original"]),
            tuple(map(str, data["outputs"])),
            str(data["version"]),
            tuple(map(str, data["failures"])),
        )


def prove(
    original: str,
    inspected: Inspected,
    outputs: Iterable[Output],
    inspections: Iterable[tuple[Inspection, Inspected | None]],
    version: str,
) -> Proof:
    """The proof of some outputs.

    `original` is the digest of the upload, `inspected` what its inspection saw, `inspections` the reports on the
    outputs in their order, each with what was seen.
    """
    outputs = list(outputs)
    assert inspected.visible is not None
    failures: dict[str, list[str]] = {"clean": [], "contained": [], "second_reader": [], "plausible": []}
    checks = list(inspections)
    for output, (report, _) in zip(outputs, checks, strict=True):
        if report.status is not Status.CLEAN:
            codes = ", ".join(sorted({finding.code for finding in report.findings}))
            failures["clean"].append(f"{output.name}: {report.reason or codes}")
    visible = _digests(inspected.visible.texts())
    hidden = _not_even_parts(inspected.hidden.only(inspected.visible), inspected.visible)
    for output, (_, seen) in zip(outputs, checks, strict=True):
        try:
            again = format_of(Kind(output.kind)).read_again(output.data)
        except Blocked as blocked:
            failures["second_reader"].append(f"{output.name}: {blocked.reason}")
            continue
        shown = seen.visible if seen is not None and seen.visible is not None else again
        if strange := _strange((text for text in shown.texts() if not _GENERIC_NAME.match(text)), visible):
            failures["contained"].append(f"{output.name} shows what the original did not: {masked(strange)}")
        if leaked := _leaked(output, hidden):
            failures["contained"].append(f"{output.name} carries what was hidden: {masked(leaked)}")
        if output.shows is None or (difference := _difference(output.shows, again)):
            failures["second_reader"].append(f"{output.name}: {difference if output.shows else 'nothing to compare'}")
        if not _plausible(output):
            failures["plausible"].append(f"{output.name} is larger than what it shows explains")
    return Proof(
        **{part: not found for part, found in failures.items()},
        original=original,
        outputs=tuple(output.sha256 for output in outputs),
        version=version,
        failures=tuple(text for found in failures.values() for text in found),
    )


def _digests(texts: Iterable[str]) -> NDArray[np.int64]:
    """The sorted digests of all tokens: 8 bytes for each, whatever the size of the file."""
    return np.unique(_hashes(texts))


def _hashes(texts: Iterable[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, chain.from_iterable(map(tokens_of, texts))), np.int64)


def _strange(texts: Iterable[str], visible: NDArray[np.int64]) -> str:
    """The first text with a token that is not among the visible ones."""
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) >= 50_000:
            if strange := _strange_in(batch, visible):
                return strange
            batch = []
    return _strange_in(batch, visible)


def _strange_in(texts: list[str], visible: NDArray[np.int64]) -> str:
    if not len(visible):
        return next((text for text in texts if any(tokens_of(text))), "")
    digests = _hashes(texts)
    places = np.minimum(np.searchsorted(visible, digests), len(visible) - 1)
    if bool((visible[places] == digests).all()):
        return ""
    known = set(visible.tolist())
    return next((text for text in texts if any(hash(token) not in known for token in tokens_of(text))), "")


def _not_even_parts(hidden: set[str], visible: Visible) -> set[str]:
    """Hidden tokens that are no part of a visible one either, as “example” is of “www.example.com”."""
    if hidden:
        for text in visible.texts():
            if text.isalnum():
                hidden.discard(text.casefold())
            else:
                hidden.difference_update(_PARTS.split(text.casefold()))
    return hidden


def searched(kind: str, data: bytes) -> Iterator[bytes]:
    """The bytes of an output in which hidden tokens are looked for.

    A format whose files are pixels for the most part says itself which bytes those are (`searchable`), having made sure
    that they are nothing besides: among a million bytes of pixels every short word stands somewhere by chance.
    """
    own = getattr(format_of(Kind(kind)), "searchable", None)
    return own(data) if own else inflated(data)


def _leaked(output: Output, hidden: set[str]) -> str:
    """A hidden token that stands in the bytes of a file, as they are or inflated."""
    harmless = _format_words(output.kind) if hidden else frozenset()
    suspects = {token for token in hidden - harmless if not (output.kind == "xlsx" and _CELL_OR_NUMBER.match(token))}
    if not suspects:
        return ""
    for content in searched(output.kind, output.data):
        for text in _readings(content):
            if not suspects.isdisjoint(tokens_of(text)):
                return next(token for token in tokens_of(text) if token in suspects)
    return ""


@cache
def _format_words(kind: str) -> frozenset[str]:
    """The words of a format itself: those of a file with nothing in it."""
    blank = getattr(format_of(Kind(kind)), "blank", None)
    if blank is None:
        return frozenset()
    return frozenset(token for content in inflated(blank()) for text in _readings(content) for token in tokens_of(text))


def _readings(content: bytes) -> Iterator[str]:
    """Text as text; other bytes as the longer words that stand in them, narrow and wide."""
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-8-sig" or content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            yield html.unescape(text) if text.startswith("<") else text
            return
    for match in _RAW_WORD.finditer(content):
        yield match.group().decode("ascii")
    for match in _RAW_WIDE.finditer(content):
        yield match.group().decode("utf-16-le")


def inflated(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and the bytes of whatever is deflated in it: entries of a ZIP, streams of a PDF."""
    if data.startswith(b"PK"):
        yield data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename.encode()
                with archive.open(info) as entry:
                    yield from _pieces(entry)
        return
    yield from _pieces(io.BytesIO(data))
    for match in _DEFLATED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[match.end() :], 50_000_000)
        except zlib.error:
            continue


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces of bounded size, cut where no word goes on: after a tag, or after a line of a table.

    Bytes that are neither come as one piece.
    """
    waiting = b""
    cut = b""
    while block := stream.read(_PIECE):
        waiting += block
        if not cut:
            start = waiting[:_PIECE].lstrip(b"\xef\xbb\xbf")
            cut = b">" if start.startswith(b"<") else b"\n" if _is_text(start) else b"none"
        if cut == b"none":
            continue
        whole, end, rest = waiting.rpartition(cut)
        if end:
            yield whole + end
            waiting = rest
    if waiting:
        yield waiting


def _is_text(data: bytes) -> bool:
    """Whether the beginning of something reads as UTF-8, but for a character that the end cuts."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(data) - error.start < 4
    return b"\x00" not in data


def _difference(shows: Visible, again: Visible) -> str:
    """Where what was written and what a second reader sees differ; an empty text where they do not."""
    if isinstance(shows, Grid) and isinstance(again, Grid):
        return _grid_difference(shows, again)
    ours = (token for text in shows.texts() for token in tokens_of(text))
    theirs = (token for text in again.texts() for token in tokens_of(text))
    for mine, other in zip_longest(ours, theirs):
        if mine != other:
            return f"a second reader sees “{masked(other or '')}” where “{masked(mine or '')}” was written"
    return ""


def _grid_difference(shows: Grid, again: Grid) -> str:
    if [sheet.name for sheet in shows.sheets] != [sheet.name for sheet in again.sheets]:
        return "a second reader sees other sheets"
    for sheet, other in zip(shows.sheets, again.sheets, strict=True):
        empty: list[str] = []
        for number, (row, seen) in enumerate(zip_longest(sheet.rows, other.rows, fillvalue=empty), 1):
            if row == seen:
                continue
            mine, theirs = _trimmed(row), _trimmed(seen)
            if mine != theirs and (len(mine) != len(theirs) or not all(map(same, mine, theirs))):
                return f"a second reader sees another row {number:,} in {sheet.name}"
    return ""


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _plausible(output: Output) -> bool:
    if output.shows is None or output.kind in {"pdf", "png", "jpeg", "docx", "zip"}:
        return True
    characters = sum(len(text) + 1 for text in output.shows.texts())
    return len(output.data) <= BYTES_ASIDE + BYTES_FOR_A_CHARACTER * characters
