"""Which bytes of a TIFF its tables account for. TIFF 6.0, section 2."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_INNER_TABLES = {330, 34665, 34853, 40965}
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES, _JPEG, _JPEG_SIZE = 273, 279, 324, 325, 513, 514
_MOST_TABLES = 2000


def ranges(data: bytes) -> list[tuple[int, int]]:
    """Start and end of every table, every value outside a table, and every strip, tile and JPEG inside."""
    order = "<" if data.startswith(b"II") else ">"
    waiting = [struct.unpack_from(order + "I", data, 4)[0]]
    seen: set[int] = set()
    found: list[tuple[int, int]] = []
    while waiting and len(seen) < _MOST_TABLES:
        start = waiting.pop()
        if start in seen or not 8 <= start <= len(data) - 6:
            continue
        seen.add(start)
        count = struct.unpack_from(order + "H", data, start)[0]
        end = start + 2 + 12 * count
        if end + 4 > len(data):
            continue
        found.append((start, end + 4))
        waiting.append(struct.unpack_from(order + "I", data, end)[0])
        found.extend(_table(data, order, start, count, waiting))
    return found


def _table(data: bytes, order: str, start: int, count: int, waiting: list[int]) -> Iterator[tuple[int, int]]:
    values: dict[int, list[int]] = {}
    for number in range(count):
        tag, kind, amount = struct.unpack_from(order + "HHI", data, start + 2 + 12 * number)
        size = _SIZES.get(kind, 1) * amount
        at = start + 10 + 12 * number
        if size > 4:
            at = struct.unpack_from(order + "I", data, at)[0]
            yield at, at + size + size % 2
        if kind in {3, 4, 13} and at + size <= len(data):
            letter = "H" if kind == 3 else "I"
            values[tag] = list(struct.unpack_from(f"{order}{amount}{letter}", data, at))
    for tag in _INNER_TABLES & set(values):
        waiting.extend(values[tag])
    for offsets, sizes in ((_STRIPS, _STRIP_SIZES), (_TILES, _TILE_SIZES), (_JPEG, _JPEG_SIZE)):
        for offset, size in zip(values.get(offsets, []), values.get(sizes, []), strict=False):
            yield offset, offset + size + size % 2
