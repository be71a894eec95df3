"""A table as somebody pasted it, read as a release: which columns are labels, which are counts, and what stays unread.

Either one row for each combination of labels with its count, or a cross-table whose headings are labels themselves. A
table that prints its total is taken to list everything, as its readers take it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Column, Labels, PrintedCell
from candour.tables.ledger.marks import WITHHELD_MARKS, Reading, read_count
from candour.tables.ledger.periods import read_period
from candour.tables.ledger.places import normal

MOST_CELLS = 5_000
"""A larger table is not read."""

_TOTAL = re.compile(r"(?:grand |overall )?totals?|all|sum", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"[%£$€]|\b(?:per ?cent|percentage|rate|average|mean|median|rank|year|id|ref|reference|code|age|cost|amount|price|"
    r"date|hours?|minutes?|days)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADINGS = "column"
"""What the dimension of a cross-table's headings is called where nothing names it."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A table that was read: its columns and cells, and the headings of the columns whose numbers were not."""

    columns: tuple[Column, ...]
    cells: tuple[PrintedCell, ...]
    unread: tuple[str, ...]

    def labels(self, at: int) -> list[str]:
        """The labels of a column, without its total."""
        return list(dict.fromkeys(cell.labels[at] for cell in self.cells if cell.labels[at] != TOTAL))

    def named(self, names: Mapping[int, str]) -> tuple[Column, ...]:
        """The columns with what they are called in the register, by their place."""
        return tuple(
            Column(column.name, names.get(at, ""), column.is_period, column.complete)
            for at, column in enumerate(self.columns)
        )


def has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether anything in a table is a number that is no period."""
    return any(re.search(r"\d", cell) and not read_period(cell) for row in rows for cell in row)


def read_pasted(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Pasted | None:
    """The table of counts that these rows are; None where they are none, or where its labels do not tell rows apart."""
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    if not filled or not head or any(len(row) != len(head) for row in filled) or len(filled) * len(head) > MOST_CELLS:
        return None
    counts = [at for at in range(1, len(head)) if not _NO_COUNT.search(head[at]) and _is_of_counts(filled, at)]
    if not counts:
        return None
    of_labels = [at for at in range(counts[0]) if _is_of_labels(filled, at)]
    if not of_labels:
        return None
    unread = [
        head[at]
        for at in range(len(head))
        if at not in {*counts, *of_labels} and has_figures([[row[at]] for row in filled])
    ]
    crossed = len(counts) > 1 or read_period(head[counts[0]]) is not None
    names = [head[at].strip() or f"column {at + 1}" for at in of_labels] + ([_HEADINGS] if crossed else [])
    cells: dict[Labels, str] = {}
    for row in filled:
        rows_labels = tuple(_label(row[at]) for at in of_labels)
        for at in counts:
            labels = (*rows_labels, *((_label(head[at]),) if crossed else ()))
            if labels in cells or not all(labels):
                return None
            cells[labels] = row[at].strip()
    columns = tuple(_column(name, [labels[at] for labels in cells]) for at, name in enumerate(names))
    return Pasted(columns, tuple(PrintedCell(labels, said) for labels, said in cells.items()), tuple(unread))


def _column(name: str, labels: Sequence[str]) -> Column:
    plain = [label for label in labels if label != TOTAL]
    return Column(
        name,
        is_period=bool(plain) and all(read_period(label) for label in plain),
        complete=len(plain) < len(labels) and bool(plain),
    )


def _label(text: str) -> str:
    return TOTAL if _TOTAL.fullmatch(text.strip()) else " ".join(text.split())


def _is_of_labels(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column names things: no cell is empty, nor a plain number but for years and in the first column."""
    cells = [row[at].strip() for row in rows]
    return all(cells) and (at == 0 or all(_YEAR.fullmatch(cell) or not _WHOLE.fullmatch(cell) for cell in cells))


def _is_of_counts(rows: Sequence[Sequence[str]], at: int) -> bool:
    cells = [row[at].strip() for row in rows]
    plain = [cell for cell in cells if _WHOLE.fullmatch(cell)]
    if all(_YEAR.fullmatch(cell) for cell in plain):
        return False
    return all(_is_count(cell) for cell in cells)


def _is_count(cell: str) -> bool:
    if "%" in cell:
        return False
    if normal(cell) in WITHHELD_MARKS | {"-", "–"}:
        return True
    try:
        read_count(cell, Reading())
    except TableError:
        return False
    return True
