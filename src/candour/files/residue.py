"""Words in bytes that nobody has a reader for: what anybody with a byte viewer would find."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator

from candour.files.cfb import open_compound
from candour.files.findings import Blocked
from candour.files.limits import Budget
from candour.files.zipped import open_archive

_NARROW = re.compile(rb"[\x20-\x7e\xc0-\xf4\x80-\xbf]{4,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){3,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{200,}={0,2}")


def words_in(data: bytes, budget: Budget, depth: int = 0) -> Iterator[str]:
    """Runs of text in some bytes, narrow and wide, also inside containers and base64 up to two layers deep."""
    if depth < 2:
        if data.startswith(b"PK\x03\x04"):
            yield from _unpacked(data, budget, depth)
            return
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            yield from _compound(data, budget, depth)
            return
        for match in _BASE64.finditer(data[:4_000_000]):
            try:
                decoded = base64.b64decode(match.group(), validate=False)
            except binascii.Error:
                continue
            start = decoded.find(b"PK\x03\x04")
            if start >= 0:
                yield from words_in(decoded[start:], budget, depth + 1)
    for match in _NARROW.finditer(data):
        yield match.group().decode("utf-8", "replace")
    for match in _WIDE.finditer(data):
        yield match.group().decode("utf-16-le", "replace")


def _unpacked(data: bytes, budget: Budget, depth: int) -> Iterator[str]:
    try:
        archive = open_archive(data, budget)
        for name in archive.names():
            yield name
            yield from words_in(archive.read(name), budget, depth + 1)
    except Blocked:
        yield from _salvaged(data)


def _salvaged(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        pass
    for match in _NARROW.finditer(data[:1_000_000]):
        yield match.group().decode("utf-8", "replace")


def _compound(data: bytes, budget: Budget, depth: int) -> Iterator[str]:
    try:
        compound = open_compound(data, budget)
        for name in compound.streams():
            content = compound.read(name)
            start = content.find(b"PK\x03\x04")
            yield from words_in(content if start < 0 else content[start:], budget, depth + 1)
    except Blocked:
        for match in _NARROW.finditer(data[:1_000_000]):
            yield match.group().decode("utf-8", "replace")
