"""A table of counts read from delimited text: one row for each innermost cell, or one row for each case.

Margins may stand among the rows, under the label `Total` or that of a group; they are checked against the sums of their
parts and not needed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from candour.tables.counts import CountTable, Labels, refuse_too_many
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL, Dimension, chain_of, climb, parents_of

MOST_ROWS = 2_000_000
"""More rows than this are no table of counts."""

_LARGEST_COUNT = 1_000_000_000
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?\s*%?")
_RATIO = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+|(?:\.[0-9]+)?\s*%)")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a file mean: `count` holds the counts, or each row is one case where it is None.

    `hierarchy` gives the column of groups above a column; `by` the dimensions, every other column where it is empty.
    `of_which`: of a dimension, the parts that are given beside the total; the rest follows where it is not given.
    """

    count: str | None = None
    hierarchy: Mapping[str, str] | None = None
    by: tuple[str, ...] = ()
    unit: str = "cases"
    of_which: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_counts(text: str, columns: Columns) -> CountTable:
    """The table of counts in delimited text, comma- or tab-separated, headings first.

    Raises TableError, naming the line or the cell, where a count is no whole number of 0 or more, a cell stands
    twice, a margin does not add up, a hierarchy has a loop, a category has two groups, or a column is missing.
    """
    header, rows = read_rows(text)
    return table_of_rows(header, rows, columns)


def table_of_rows(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], columns: Columns) -> CountTable:
    """As `read_counts`, from rows with their line numbers."""
    hierarchy = dict(columns.hierarchy or {})
    for name in [*hierarchy, *hierarchy.values(), *columns.by, *([columns.count] if columns.count else [])]:
        if name not in header:
            raise TableError(f"There is no column “{name}”. The columns are {', '.join(header)}.")
    for child, parent in hierarchy.items():
        if columns.count in {child, parent}:
            raise TableError(f"“{columns.count}” is the column of counts and cannot be in the hierarchy.")
    for child in hierarchy:
        chain_of(child, hierarchy)
    groups = set(hierarchy.values())
    names = columns.by or tuple(name for name in header if name not in groups and name != columns.count)
    if not columns.by:
        refuse_ratios(names, header, rows)
    if both := [name for name in names if name in groups]:
        raise TableError(f"“{both[0]}” is a column of groups and follows from the categories below it.")
    for name, parts in columns.of_which.items():
        if name in names and columns.count:
            rows = _with_rest(header, rows, name, parts, header.index(columns.count))
    dimensions = tuple(dimension_of(name, header, rows, hierarchy) for name in names)
    return _filled(dimensions, header, rows, columns)


def read_rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings, and each row with the number of its line. Raises TableError where the text is no table."""
    text = text.replace("\x00", "").lstrip("\ufeff")
    if not text.strip():
        raise TableError("The file is empty. Give a line of headings and one row for each cell.")
    # A tab at the very beginning is an empty heading, and says that tabs part the cells.
    first = text.lstrip("\r\n ").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for record in reader:
            cells = [" ".join(cell.split()) for cell in record]
            if any(cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise TableError(f"The file has more than {MOST_ROWS:,} rows. Count them first.")
    except csv.Error as error:
        raise TableError(f"Line {begins}: the file cannot be read: {error}.") from error
    (_, header), *body = rows
    if not all(header):
        raise TableError("Every column needs a heading.")
    if twice := [name for index, name in enumerate(header) if name in header[:index]]:
        raise TableError(f"Two columns are headed “{twice[0]}”.")
    if not body:
        raise TableError("There are headings but no rows.")
    for line, cells in body:
        if len(cells) != len(header):
            raise TableError(f"Line {line} has {len(cells)} cells, but there are {len(header)} headings.")
    return header, body


def refuse_ratios(names: Sequence[str], header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Raise TableError where a column of percentages or averages would be taken for one of categories, and printed."""
    for name in names:
        at = header.index(name)
        labels = [(line, row[at]) for line, row in rows if row[at] not in {TOTAL, ""}]
        ratios = [(line, label) for line, label in labels if _RATIO.fullmatch(label)]
        if ratios and all(_NUMBER.fullmatch(label) for _, label in labels):
            line, label = ratios[0]
            raise TableError(
                f"Line {line}: {name} is “{label}”: percentages and averages are no categories, and tell counts. Name "
                "the columns to count by, without it, and say what is printed beside the counts as a percentage."
            )


def _with_rest(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], name: str, parts: Sequence[str], counted: int
) -> Sequence[tuple[int, Sequence[str]]]:
    """The rows and, where parts of a total are given without the rest, a row of the rest for each total."""
    at = header.index(name)
    if {row[at] for _, row in rows} - {*parts, TOTAL}:
        return rows
    taken: dict[tuple[str, ...], int] = {}
    totals: list[tuple[int, list[str], tuple[str, ...]]] = []
    for line, row in rows:
        others = tuple(cell for place, cell in enumerate(row) if place not in {at, counted})
        if row[at] == TOTAL:
            totals.append((line, list(row), others))
        else:
            taken[others] = taken.get(others, 0) + count_of(row[counted], line, f"{name} {row[at]}")
    if not totals:
        raise TableError(f"{name} has {' and '.join(parts)} but no {TOTAL}: give the total of which it is a part.")
    rest = f"Other than {' or '.join(parts)}"
    more = []
    for line, row, others in totals:
        left = count_of(row[counted], line, f"{name} {TOTAL}") - taken.get(others, 0)
        if left < 0:
            raise TableError(f"Line {line}: {name} {' and '.join(parts)} is more than the total of which it is a part.")
        row[at], row[counted] = rest, str(left)
        more.append((line, row))
    return [*rows, *more]


def dimension_of(
    name: str, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], hierarchy: Mapping[str, str]
) -> Dimension:
    """One dimension: its categories in the order of the file, without the labels of margins, and their groups."""
    chain = chain_of(name, hierarchy)
    at = header.index(name)
    margins = {TOTAL, *(row[header.index(above)] for _, row in rows for above in chain)}
    inner = [(line, row) for line, row in rows if row[at] not in margins]
    for line, row in rows:
        if not row[at]:
            raise TableError(
                f"Line {line}: {name} is empty. Give the unknown a name of its own, such as “Not recorded”."
            )
        if row[at] != TOTAL and row[at].casefold() == TOTAL.casefold():
            raise TableError(
                f"Line {line}: {name} is “{row[at]}”. Write “{TOTAL}” for the sum, or rename the category."
            )
    if not inner:
        raise TableError(f"“{name}” has no categories: every row is a margin or a group.")
    categories = tuple(dict.fromkeys(row[at] for _, row in inner))
    parents = []
    for below, above in zip((name, *chain), chain, strict=False):
        low, high = header.index(below), header.index(above)
        pairs = [(row[low], row[high], line) for line, row in inner]
        if nameless := [line for _, group, line in pairs if not group]:
            raise TableError(f"Line {nameless[0]}: {above} is empty.")
        parents.append((above, parents_of(pairs, below, above)))
    return climb(name, categories, parents)


def _filled(
    dimensions: tuple[Dimension, ...],
    header: Sequence[str],
    rows: Sequence[tuple[int, Sequence[str]]],
    columns: Columns,
) -> CountTable:
    places = [{label: index for index, label in enumerate(dimension.categories)} for dimension in dimensions]
    ats = [header.index(dimension.name) for dimension in dimensions]
    counted = header.index(columns.count) if columns.count else None
    refuse_too_many(dimensions)
    counts = np.zeros([len(dimension.categories) for dimension in dimensions], dtype=np.int64)
    table = CountTable(dimensions, counts, columns.unit)
    seen: dict[Labels, int] = {}
    margins: list[tuple[int, Labels, int]] = []
    for line, row in rows:
        labels = tuple(row[at] for at in ats)
        count = 1 if counted is None else count_of(row[counted], line, table.name(labels))
        inner = tuple(place.get(label, -1) for place, label in zip(places, labels, strict=True))
        for dimension, label in zip(dimensions, labels, strict=True):
            if label not in dimension.nodes_known:
                raise TableError(
                    f"Line {line}: “{label}” stands for a category of {dimension.name}, and for a group of others. "
                    "Rename one of them."
                )
        if counted is None:
            if -1 in inner:
                label = labels[inner.index(-1)]
                raise TableError(f"Line {line}: each row is one case, but “{label}” is the label of a total.")
            counts[inner] += 1
            continue
        if labels in seen:
            raise TableError(f"Line {line}: {table.name(labels)} is given twice, first on line {seen[labels]}.")
        seen[labels] = line
        if -1 in inner:
            margins.append((line, labels, count))
        else:
            counts[inner] = count
    for line, labels, count in margins:
        if (adds := table.value(labels)) != count:
            raise TableError(f"Line {line}: {table.name(labels)} is {count:,}, but its parts add up to {adds:,}.")
    return table


def count_of(cell: str, line: int, name: str) -> int:
    """A count as it stands in a file. Raises TableError where it is no whole number of 0 or more."""
    plain = cell.replace(",", "")
    if not plain.isascii() or not plain.isdigit():
        raise TableError(f"Line {line}: {name} is “{cell}”: a count is a whole number of 0 or more.")
    if len(plain) > len(str(_LARGEST_COUNT)) or int(plain) > _LARGEST_COUNT:
        raise TableError(f"Line {line}: {name} is “{cell}”: that is more than {_LARGEST_COUNT:,}.")
    return int(plain)
