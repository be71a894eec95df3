"""What the columns of a pasted table seem to mean: a first guess, for a person to correct.

Nothing is decided here. A guess that is wrong shows as such on the page that asks, and the reader of counts refuses
what cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from candour.tables.read_counts import Columns, read_rows

_COUNT_WORDS = frozenset(
    {
        "allegations",
        "cases",
        "count",
        "counts",
        "freq",
        "frequency",
        "n",
        "number",
        "officers",
        "people",
        "persons",
        "total",
    }
)
_WHOLE = re.compile(r"[0-9][0-9,]*")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SHOWN = 4
_FEW_ROWS = 10
"""In fewer rows than this, a column in which nothing repeats may still be one of categories."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The columns of a table as they seem: which holds the counts, which are categories, which group another.

    `count` is None where each row seems to be one case. `groups`: for a column of categories the column that groups it.
    `unused`: columns that seem to number the rows. `labels`: for each column its first labels, and how many it has.
    """

    header: tuple[str, ...]
    rows: int
    count: str | None
    groups: dict[str, str]
    unused: tuple[str, ...]
    labels: dict[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)

    def columns(self, unit: str = "cases") -> Columns:
        """The guess as the reader of counts takes it."""
        left_out = {self.count, *self.groups.values(), *self.unused}
        by = tuple(name for name in self.header if name not in left_out)
        return Columns(self.count, self.groups, by, unit)


def guess_columns(text: str) -> Guess:
    """What the columns of delimited text seem to mean. Raises TableError where it is no table."""
    header, rows = read_rows(text)
    cells = {name: [row[at] for _, row in rows] for at, name in enumerate(header)}
    count = _count_column(header, cells)
    rest = [name for name in header if name != count]
    unused = () if count else tuple(name for name in rest if _numbers_the_rows(cells[name]))
    if len(unused) == len(rest):
        unused = unused[1:]
    groups = _groups([name for name in rest if name not in unused], cells)
    labels = {name: _first(cells[name]) for name in header}
    return Guess(tuple(header), len(rows), count, groups, unused, labels)


def _count_column(header: Sequence[str], cells: dict[str, list[str]]) -> str | None:
    """A column headed like a count, else the last one of whole numbers that are not all years."""
    if len(header) == 1:
        return None
    named = [name for name in header if _COUNT_WORDS & set(re.findall("[a-z]+", name.casefold()))]
    numbers = [name for name in header if all(_WHOLE.fullmatch(cell) for cell in cells[name])]
    counts = [name for name in numbers if not all(_YEAR.fullmatch(cell) for cell in cells[name])]
    both = [name for name in named if name in counts]
    mostly = [name for name in named if sum(_has_digit(cell) for cell in cells[name]) > len(cells[name]) / 2]
    repeating = [name for name in counts if not _runs_on(cells[name])]
    chosen = both or mostly or repeating
    return chosen[-1] if chosen else None


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _runs_on(cells: list[str]) -> bool:
    """Whether the column numbers its rows: 1, 2, 3."""
    first = int(cells[0].replace(",", ""))
    return len(cells) > 2 and [cell.replace(",", "") for cell in cells] == [str(first + at) for at in range(len(cells))]


def _numbers_the_rows(cells: list[str]) -> bool:
    return len(cells) >= _FEW_ROWS and len(set(cells)) == len(cells)


def _groups(names: Sequence[str], cells: dict[str, list[str]]) -> dict[str, str]:
    """For each column the nearest one that says of each of its labels the same thing in every row."""
    sizes = {name: len(set(cells[name])) for name in names}
    found: dict[str, str] = {}
    for name in names:
        above = [
            other
            for other in names
            if 1 < sizes[other] < sizes[name] and len(set(zip(cells[name], cells[other], strict=True))) == sizes[name]
        ]
        if above and sizes[name] < len(cells[name]):
            found[name] = max(above, key=lambda other: sizes[other])
    return found


def _first(cells: list[str]) -> tuple[tuple[str, ...], int]:
    labels = tuple(dict.fromkeys(cells))
    return labels[:_SHOWN], len(labels)
