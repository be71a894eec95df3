"""Original and rebuilt side by side, in pieces that fit a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.core.paginator import Page, Paginator

SCREENS = 4
_ROWS = 50
_BLOCKS = 40


@dataclass(frozen=True, slots=True)
class Screen:
    """A piece of a sheet or of a part, on both sides. `first` counts rows or blocks from 1.

    `rows` where it is a sheet, else `blocks`; a side is None where it has no such sheet or part. `differs` says whether
    the two sides show different words, and `name` what it is a piece of.
    """

    name: str
    first: int
    last: int
    of: int
    is_sheet: bool
    original: list[Any] | None
    rebuilt: list[Any] | None
    sizes: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether a reader sees different words on the two sides."""
        return _words(self.original) != _words(self.rebuilt)

    @property
    def sides(self) -> list[tuple[str, str, list[Any] | None]]:
        """Both sides: what it is called, how large it is, what it shows."""
        return [("Original", self.sizes[0], self.original), ("Rebuilt", self.sizes[1], self.rebuilt)]


def screens_of(original: Mapping[str, Any], rebuilt: Mapping[str, Any], number: str | None) -> Page[Screen]:
    """One page of the pieces of a file, from the previews of both sides."""
    return Paginator(list(_screens(original, rebuilt)), SCREENS).get_page(number)


def _screens(original: Mapping[str, Any], rebuilt: Mapping[str, Any]) -> Iterator[Screen]:
    for before, after in zip_longest(original.get("sheets", ()), rebuilt.get("sheets", ())):
        yield from _pieces(before, after, "rows", _ROWS)
    for before, after in zip_longest(original.get("parts", ()), rebuilt.get("parts", ())):
        yield from _pieces(before, after, "blocks", _BLOCKS)


def _pieces(before: Any, after: Any, key: str, step: int) -> Iterator[Screen]:
    sides = [side[key] if side else None for side in (before, after)]
    longest = max(len(side) for side in sides if side is not None)
    sizes = _size(before), _size(after)
    for start in range(0, max(1, longest), step):
        left, right = ([*side[start : start + step]] if side is not None else None for side in sides)
        yield Screen(
            (after or before)["name"],
            start + 1,
            min(start + step, longest),
            longest,
            key == "rows",
            left,
            right,
            sizes,
        )


def _size(side: Any) -> str:
    if not side or "row_count" not in side:
        return ""
    rows, columns = side["row_count"], side["column_count"]
    size = f"{rows:,} row{'' if rows == 1 else 's'}, {columns:,} column{'' if columns == 1 else 's'}"
    return size + (f"; the first {len(side['rows']):,} can be seen here" if rows > len(side["rows"]) else "")


def _words(side: list[Any] | None) -> list[Any]:
    words = []
    for block in side or ():
        if isinstance(block, dict):
            words += [cell for row in block.get("rows", ()) for cell in row] or [block.get("text", "")]
        else:
            words += block
    return [word for text in words for word in str(text).split()]
