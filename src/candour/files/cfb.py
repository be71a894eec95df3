"""Compound files (OLE2): streams by name, and the bytes that belong to none of them. [MS-CFB]."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import olefile

from candour.files.findings import Blocked
from candour.files.limits import Budget

_MINIMUM = 4096
"""Streams shorter than this live in the mini stream, in sectors of 64 bytes."""


_PROPERTY_SETS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_VECTOR = 0x1000


@dataclass(slots=True)
class Compound:
    """An opened compound file."""

    ole: olefile.OleFileIO
    data: bytes
    budget: Budget

    def streams(self) -> list[str]:
        """Every stream, as a path with slashes."""
        return ["/".join(path) for path in self.ole.listdir(streams=True, storages=False)]

    def storages(self) -> list[str]:
        """Every storage, as a path with slashes."""
        return ["/".join(path) for path in self.ole.listdir(streams=False, storages=True)]

    def read(self, name: str) -> bytes:
        """A stream. Raises `Blocked` when it is damaged or too large."""
        try:
            with self.ole.openstream(name.split("/")) as stream:
                content = bytes(stream.read())
        except Exception:  # noqa: BLE001  olefile raises whatever the damage makes it raise
            raise Blocked(f"The file is damaged: its stream {name} cannot be read. Ask for it again.") from None
        self.budget.spend(unpacked=len(content), entries=1)
        return content

    def check_properties(self) -> None:
        """Raises `Blocked` for properties that claim more values than they have bytes: reading them never ends."""
        for name in _PROPERTY_SETS:
            if self.ole.exists(name) and _claims_too_much(self.read(name)):
                raise Blocked("The file is damaged: its properties are longer than they can be. Save it anew.")

    def residue(self) -> Iterator[tuple[str, bytes]]:
        """Bytes that no stream shows and that are not empty: free sectors, slack after streams, bytes after the end."""
        yield from _free_sectors(self)
        yield from _slack(self)
        sectors = (len(self.data) - self.ole.sector_size) // self.ole.sector_size
        beyond = self.data[(sectors + 1) * self.ole.sector_size :]
        if beyond.strip(b"\x00\xff"):
            yield "bytes after the last sector", beyond


def open_compound(data: bytes, budget: Budget) -> Compound:
    """A compound file. Raises `Blocked` when it is damaged."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
    except Exception:  # noqa: BLE001  olefile raises whatever the damage makes it raise
        raise Blocked("The file is damaged: its table of contents cannot be read. Ask for it again.") from None
    return Compound(ole, data, budget)


def _free_sectors(file: Compound) -> Iterator[tuple[str, bytes]]:
    size = file.ole.sector_size
    for number, following in enumerate(file.ole.fat):
        if following != olefile.FREESECT:
            continue
        sector = file.data[(number + 1) * size : (number + 2) * size]
        if sector.strip(b"\x00\xff"):
            yield f"free sector {number}", sector


def _slack(file: Compound) -> Iterator[tuple[str, bytes]]:
    """What stands between the end of each stream and the end of its last sector, and in free mini sectors."""
    ole = file.ole
    size = ole.sector_size
    for path in ole.listdir(streams=True, storages=False):
        entry = ole.direntries[ole._find(path)]  # olefile offers no public way to the first sector
        if entry is None or entry.size < _MINIMUM or entry.size % size == 0:
            continue
        last = _last_sector(ole.fat, entry.isectStart)
        sector = file.data[(last + 1) * size : (last + 2) * size] if last is not None else b""
        rest = sector[entry.size % size :]
        if rest.strip(b"\x00\xff"):
            yield f"after the end of {'/'.join(path)}", rest
    yield from _free_mini_sectors(file)


def _free_mini_sectors(file: Compound) -> Iterator[tuple[str, bytes]]:
    ole = file.ole
    if ole.root is None or not ole.root.size:
        return
    ole.loadminifat()
    mini = ole._open(ole.root.isectStart, ole.root.size, force_FAT=True).read()  # likewise
    width = ole.mini_sector_size
    used: set[int] = set()
    for path in ole.listdir(streams=True, storages=False):
        entry = ole.direntries[ole._find(path)]  # likewise
        if entry is None or not 0 < entry.size < _MINIMUM:
            continue
        left = entry.size
        sector = entry.isectStart
        while left > 0 and sector < len(ole.minifat) and sector not in used:
            used.add(sector)
            if left < width:
                rest = mini[sector * width + left : (sector + 1) * width]
                if rest.strip(b"\x00\xff"):
                    yield f"after the end of {'/'.join(path)}", rest
            left -= width
            sector = ole.minifat[sector]
    for number in range(len(mini) // width):
        sector_bytes = mini[number * width : (number + 1) * width]
        if number not in used and sector_bytes.strip(b"\x00\xff"):
            yield f"free mini sector {number}", sector_bytes


def _last_sector(fat: list[int], first: int) -> int | None:
    sector, seen = first, 0
    while sector < len(fat) and seen <= len(fat):
        following = fat[sector]
        if following >= olefile.MAXREGSECT:
            return sector
        sector, seen = following, seen + 1
    return None


def _claims_too_much(stream: bytes) -> bool:
    """Whether a set of properties has more entries or values than the stream has bytes. [MS-OLEPS]."""
    if len(stream) < 48:
        return False
    section = int.from_bytes(stream[44:48], "little")
    count = int.from_bytes(stream[section + 4 : section + 8], "little")
    if count * 8 > len(stream):
        return True
    for number in range(count):
        entry = section + 8 + 8 * number
        place = section + int.from_bytes(stream[entry + 4 : entry + 8], "little")
        kind = int.from_bytes(stream[place : place + 4], "little")
        if kind & _VECTOR and int.from_bytes(stream[place + 4 : place + 8], "little") > len(stream):
            return True
    return False
