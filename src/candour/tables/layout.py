"""How a protected table is laid out for readers: a cross-table where it has one or two dimensions, else one row a cell.

The layout knows where each cell stands, so that what was printed can be read back and checked against its proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.distinct import DistinctTable

WITHHELD = "withheld"
"""The one mark of a figure that is not shown. Another mark for small counts would tell which ones are small."""

_WIDEST = 14
"""A cross-table with more columns of figures than this no longer fits a page."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of the columns, the words that head each row, and the cell at each place beside them."""

    columns: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[Labels, ...], ...]

    def rows(self, printed: Mapping[Labels, str]) -> list[list[str]]:
        """The rows with what is printed for each cell."""
        return [
            [*head, *(printed[labels] for labels in cells)] for head, cells in zip(self.heads, self.cells, strict=True)
        ]

    def read_back(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], marks: Collection[str] = (WITHHELD,)
    ) -> dict[Labels, int | None]:
        """The number that each cell prints, None where it is withheld, as one of `marks` says; the inverse of `rows`.

        Raises TableError where the headings or the heads of the rows are others, or a cell is no number and no mark.
        """
        if tuple(columns) != self.columns or len(rows) != len(self.heads):
            raise TableError("The table does not have the rows and columns that it was given.")
        found: dict[Labels, int | None] = {}
        for row, head, cells in zip(rows, self.heads, self.cells, strict=True):
            if tuple(row[: len(head)]) != head or len(row) != len(head) + len(cells):
                raise TableError(f"The row “{', '.join(row[: len(head)])}” is not the one that stood there.")
            for labels, text in zip(cells, row[len(head) :], strict=True):
                if text not in marks and not (text.isascii() and text.isdigit()):
                    raise TableError(f"{', '.join(labels)} reads “{text}”, which is no whole number.")
                found[labels] = None if text in marks else int(text)
        return found


def layout(table: CountTable | DistinctTable) -> Layout:
    """The layout of a table: down and across for two dimensions that fit, else a column for each dimension."""
    figures = table.unit.capitalize()
    if len(table.dimensions) == 1:
        (only,) = table.dimensions
        order = list(in_reading_order(only))
        return Layout((only.name, figures), tuple((words,) for _, words in order), tuple(((at,),) for at, _ in order))
    if len(table.dimensions) == 2 and (cross := _cross(table)):
        return cross
    nodes = [list(in_reading_order(dimension)) for dimension in table.dimensions]
    combined = list(product(*nodes))
    return Layout(
        (*(dimension.name for dimension in table.dimensions), figures),
        tuple(tuple(words for _, words in each) for each in combined),
        tuple((tuple(label for label, _ in each),) for each in combined),
    )


def in_reading_order(dimension: Dimension) -> Iterator[tuple[str, str]]:
    """Each label with the words a reader sees: categories, each group's total after its own, the total last."""
    yield from _below(dimension, tuple(range(len(dimension.categories))), len(dimension.levels))
    yield TOTAL, TOTAL


def _below(dimension: Dimension, members: tuple[int, ...], level: int) -> Iterator[tuple[str, str]]:
    if level == 0:
        yield from ((dimension.categories[at], dimension.categories[at]) for at in members)
        return
    groups = dimension.levels[level - 1]
    for group in dict.fromkeys(groups[at] for at in members):
        yield from _below(dimension, tuple(at for at in members if groups[at] == group), level - 1)
        yield group, f"{group}, total"


def _cross(table: CountTable | DistinctTable) -> Layout | None:
    """The first dimension down and the second across, or the other way round where only that fits the page."""
    down, across = 0, 1
    if len(table.dimensions[across].nodes) > _WIDEST:
        down, across = across, down
    if len(table.dimensions[across].nodes) > _WIDEST:
        return None
    rows = list(in_reading_order(table.dimensions[down]))
    columns = list(in_reading_order(table.dimensions[across]))

    def cell(row: str, column: str) -> Labels:
        return (row, column) if down == 0 else (column, row)

    return Layout(
        (table.dimensions[down].name, *(words for _, words in columns)),
        tuple((words,) for _, words in rows),
        tuple(tuple(cell(row, column) for column, _ in columns) for row, _ in rows),
    )
