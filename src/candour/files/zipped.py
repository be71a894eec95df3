"""ZIP containers: every byte of them belongs to an entry, to the directory, or is a finding."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from candour.files.catalogue import found
from candour.files.findings import Blocked, Finding
from candour.files.limits import Budget
from candour.files.masked import listed, masked

_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_HARMLESS_EXTRA = {0x0001: "sizes of large entries", 0xA220: "room for growth", 0xCAFE: "mark of Java archives"}
_BLOCK = 65_536


@dataclass(slots=True)
class Archive:
    """An opened container: entries by name, and what the container itself carries."""

    zip: zipfile.ZipFile
    budget: Budget
    findings: list[Finding] = field(default_factory=list)
    blocked: str | None = None
    """Why the container may not pass, where it was opened to be looked at all the same."""
    taken: int = 0
    """Bytes that were unpacked so far."""

    def names(self) -> list[str]:
        """Every entry that is a file."""
        return [info.filename for info in self.zip.infolist() if not info.is_dir()]

    def read(self, name: str) -> bytes:
        """An entry, within the limits. Raises `Blocked`, also for a checksum that does not fit."""
        with self.open(name) as stream:
            return stream.read()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A stream of an entry that counts what it yields against the limits."""
        with _readable(name):
            stream = self.zip.open(name)
        with stream:
            yield _Metered(stream, self, name)  # type: ignore[misc]  # it has the one method that is used

    def count(self, size: int) -> None:
        """Count unpacked bytes against the limits, and say how far the work is."""
        self.taken += size
        self.budget.spend(unpacked=size)
        if self.budget.tell:
            self.budget.at(self.taken / max(1, sum(info.file_size for info in self.zip.infolist())))


def open_archive(data: bytes, budget: Budget, *, look_on: bool = False) -> Archive:
    """A container with its own findings (codes `Z.*`). With `look_on`, two entries of one name only mark it as blocked.

    Raises `Blocked`: damaged, encrypted, too many entries, a bomb, two entries of one name, links or paths that climb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        raise Blocked("The file is damaged or cut short: it cannot be unpacked. Ask for it again.") from None
    entries = archive.infolist()
    opened = Archive(archive, budget)
    budget.spend(entries=len(entries))
    _refuse_bombs(data, entries, budget)
    _refuse_tricks(entries, opened, look_on=look_on)
    _walk_bytes(data, archive, opened.findings)
    return opened


def _refuse_bombs(data: bytes, entries: list[zipfile.ZipInfo], budget: Budget) -> None:
    limits = budget.limits
    declared = sum(info.file_size for info in entries)
    if declared > limits.ratio_from and declared > limits.ratio * len(data):
        raise Blocked(
            f"The file unpacks to {declared / max(1, len(data)):,.0f} times its size, as a bomb does. Ask for it again."
        )
    if declared > limits.unpacked:
        raise Blocked(f"The file unpacks to {declared // 1_048_576:,} MB. Send a smaller extract.")


def _refuse_tricks(entries: list[zipfile.ZipInfo], opened: Archive, *, look_on: bool) -> None:
    if any(info.flag_bits & 0x1 for info in entries):
        raise Blocked(
            "The file holds entries that are encrypted with a password. Unpack it and upload the files themselves.",
            (found("Z.encrypted", "entries", sum(info.flag_bits & 1 for info in entries)),),
        )
    spellings = Counter(info.filename.replace("\\", "/").casefold() for info in entries)
    twice = [name for name, count in spellings.items() if count > 1]
    if twice:
        finding = found("Z.dup_entry", twice[0], sum(spellings[name] for name in twice), listed(twice))
        reason = f"The file holds two entries called {twice[0]}; programs differ on which one they show. Save it anew."
        if not look_on:
            raise Blocked(reason, (finding,))
        opened.findings.append(finding)
        opened.blocked = reason
    for info in entries:
        name = info.filename.replace("\\", "/")
        mode = info.external_attr >> 16
        if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or "\x00" in info.orig_filename:
            raise Blocked(f"The file holds an entry with the path {masked(name)}, which leads out of it. Pack it anew.")
        if stat.S_ISLNK(mode):
            raise Blocked("The file holds a link to another place instead of a file. Pack it anew without links.")
    litter = [info.filename for info in entries if is_litter(info.filename)]
    if litter:
        opened.findings.append(found("Z.os_litter", "entries", len(litter), listed(litter)))


def is_litter(name: str) -> bool:
    """Whether an entry is what an operating system left."""
    return name.startswith(_LITTER[0]) or name.rsplit("/", 1)[-1] in _LITTER[1:] or "/._" in f"/{name}"


def _walk_bytes(data: bytes, archive: zipfile.ZipFile, findings: list[Finding]) -> None:
    """Account for every byte: before, between and after the entries, comments and extra fields."""
    entries = sorted(archive.infolist(), key=lambda info: info.header_offset)
    position = 0
    extras: Counter[int] = Counter()
    for info in entries:
        if info.header_offset > position:
            _stray(data[position : info.header_offset], position, findings)
        elif info.header_offset < position:
            raise Blocked("The file is damaged or an attack: two of its entries share the same bytes. Ask for it anew.")
        position = _end_of_entry(data, info, extras)
        extras.update(_extra_ids(info.extra))
        if info.comment:
            findings.append(found("Z.comment", info.filename, len(info.comment), masked(_text(info.comment))))
    directory = archive.start_dir
    if directory > position:
        _stray(data[position:directory], position, findings)
    if archive.comment:
        findings.append(found("Z.comment", "container", len(archive.comment), masked(_text(archive.comment))))
    end = data.rfind(b"PK\x05\x06")
    after = len(data) - (end + 22 + len(archive.comment))
    if end >= 0 and after > 0:
        findings.append(found("Z.trailing", f"byte {end + 22}", after, _shape(data[end + 22 :])))
    tracing = {number: count for number, count in extras.items() if number not in _HARMLESS_EXTRA}
    if tracing:
        findings.append(
            found(
                "Z.extra_fields", "entries", sum(tracing.values()), ", ".join(f"0x{number:04x}" for number in tracing)
            )
        )


def _end_of_entry(data: bytes, info: zipfile.ZipInfo, extras: Counter[int]) -> int:
    header = data[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Blocked("The file is damaged: an entry does not begin where its directory says. Ask for it again.")
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    start: int = info.header_offset + 30 + name_length
    extras.update(_extra_ids(data[start : start + extra_length]))
    end: int = start + extra_length + info.compress_size
    if end > len(data):
        raise Blocked("The file is cut short: an entry runs past its end. Ask for it again.")
    if info.flag_bits & 0x8:
        signature = 4 if data[end : end + 4] == b"PK\x07\x08" else 0
        wide = extra_length and 1 in _extra_ids(data[start : start + extra_length])
        sizes = data[end + signature + 4 : end + signature + 8]
        narrow_fits = len(sizes) == 4 and struct.unpack("<I", sizes)[0] == info.compress_size & 0xFFFFFFFF
        following = data[end + signature + 12 : end + signature + 14]
        end += signature + (20 if wide or not (narrow_fits and following in {b"PK", b""}) else 12)
    return end


def _extra_ids(extra: bytes) -> list[int]:
    found_ids: list[int] = []
    position = 0
    while position + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, position)
        found_ids.append(number)
        position += 4 + length
    return found_ids


def _stray(data: bytes, position: int, findings: list[Finding]) -> None:
    if data.strip(b"\x00"):
        findings.append(found("Z.trailing", f"byte {position}", len(data), _shape(data)))


def _shape(data: bytes) -> str:
    return masked(data[:200].decode("latin-1"), 80)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, KeyError) as error:
        raise Blocked(
            f"The file is damaged: {masked(name, 80)} cannot be unpacked ({error}). Ask for it again."
        ) from None


class _Metered:
    """A stream that stops when it yields more than the limits allow, whatever the directory declared."""

    def __init__(self, stream: IO[bytes], archive: Archive, name: str) -> None:
        self._stream = stream
        self._archive = archive
        self._name = name
        self._taken = 0

    def read(self, size: int = -1) -> bytes:
        if size >= 0:
            return self._take(size)
        pieces = []
        while piece := self._take(_BLOCK):
            pieces.append(piece)
        return b"".join(pieces)

    def _take(self, size: int) -> bytes:
        with _readable(self._name):
            piece = self._stream.read(size)
        self._taken += len(piece)
        self._archive.count(len(piece))
        largest = self._archive.budget.limits.entry
        if self._taken > largest:
            raise Blocked(f"One part of the file is larger than {largest // 1_048_576:,} MB.")
        return piece
