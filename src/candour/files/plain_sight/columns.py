"""What the columns of a table hold, read row by row in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from candour.files.plain_sight.names import is_force, is_person

_NUMBER = re.compile(r"[-+(]?[£$€]?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?\)?|[-+(]?[£$€]?\d+(?:\.\d+)?%?\)?")
_WHOLE = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-](?:19|20)?\d\d)?")
_TOTAL = re.compile(r"(?:grand |sub-?|overall )?totals?\b|all forces\b|sum\b", re.IGNORECASE)
_IS_DATA = re.compile(r"\d{4,}(?<!\b(?:19|20)\d\d)|@|\d/\d")
_NOTHING = frozenset(
    {"", "-", "–", "—", "*", "n/a", "na", "nil", "none", "null", "nan", "unknown", "not recorded", "..", "x", "c"}
)

WATCHED = 20_000
"""Distinct values are counted over the first so many filled cells of a column; so many names are looked up."""

HEADING_WITHIN = 25
"""A heading is looked for in the first so many rows."""


@dataclass(slots=True)
class Column:
    """Counts over one column. `filled` leaves out cells that say nothing (“-”, “n/a”)."""

    heading: str
    number: int
    filled: int = 0
    numbers: int = 0
    wholes: int = 0
    years: int = 0
    letters: int = 0
    words: int = 0
    longest: int = 0
    people: int = 0
    forces: int = 0
    with_digits: int = 0
    lengths: set[int] = field(default_factory=set)
    largest: int = 0
    _values: set[int] = field(default_factory=set)
    _people: set[str] = field(default_factory=set)
    watched: int = 0

    def take(self, text: str) -> None:
        """Count one cell."""
        if text.casefold() in _NOTHING:
            return
        self.filled += 1
        self.years += _YEAR.fullmatch(text) is not None
        if _NUMBER.fullmatch(text):
            self.numbers += 1
            if _WHOLE.fullmatch(text):
                self.wholes += 1
                self.lengths.add(len(text))
                self.largest = max(self.largest, int(text[:18]))
        else:
            self.letters += len(text)
            self.words += text.count(" ") + 1
            self.with_digits += any(character.isdigit() for character in text)
            if self.watched < WATCHED:
                if is_person(text):
                    self.people += 1
                    if len(self._people) < 1000:
                        self._people.add(text.casefold())
                self.forces += is_force(text)
        self.longest = max(self.longest, len(text))
        if self.watched < WATCHED:
            self.watched += 1
            self._values.add(hash(text))

    @property
    def texts(self) -> int:
        """Filled cells that are no number."""
        return self.filled - self.numbers

    @property
    def unique(self) -> float:
        """Distinct values as a share (0 to 1) of the filled cells that were watched."""
        return len(self._values) / self.watched if self.watched else 0.0

    @property
    def counts(self) -> bool:
        """Whether the column holds small whole numbers, as counts are."""
        return self.filled > 0 and self.wholes >= 0.8 * self.filled and self.largest < 100_000

    @property
    def distinct_people(self) -> int:
        """Different names of people, up to a thousand."""
        return len(self._people)

    def fill(self, rows: int) -> float:
        """Filled cells as a share of the rows."""
        return self.filled / rows if rows else 0.0

    @property
    def mean_length(self) -> float:
        """Characters of a cell of text."""
        return self.letters / self.texts if self.texts else 0.0

    @property
    def of_forces(self) -> bool:
        """Whether it names police forces, one for each row."""
        return self.texts > 0 and self.forces >= 0.5 * min(self.texts, WATCHED)

    @property
    def id_like(self) -> bool:
        """Whether its values look as if each stood for one record: unique, and written as keys are."""
        if self.filled < 20 or self.unique <= 0.9 or self.of_forces:
            return False
        if self.wholes >= 0.9 * self.filled:
            return self.years < 0.5 * self.filled and max(self.lengths) - min(self.lengths) <= 1 and self.largest >= 100
        if self.numbers > 0.5 * self.filled:
            return False
        return self.with_digits >= 0.5 * self.texts or self.mean_length <= 40


@dataclass(slots=True)
class Sheetful:
    """A table as it was read: `heading_row` counts from 1 (0 where there is none), `rows` are the rows below it.

    `totals` counts rows that say they are totals; `width` the columns that hold anything.
    """

    name: str
    heading_row: int
    columns: list[Column]
    rows: int = 0
    totals: int = 0
    notes: int = 0
    first: list[list[str]] = field(default_factory=list)
    """The first rows, as they stand: titles, the heading, and what comes below it."""

    @property
    def above(self) -> list[tuple[int, str]]:
        """Titles and the heading: the number of the row and the cell."""
        rows = enumerate(self.first[: self.heading_row], 1)
        return [(number, cell.strip()) for number, row in rows for cell in row if cell.strip()]

    @property
    def width(self) -> int:
        """Columns with a heading or a filled cell."""
        return sum(1 for column in self.columns if column.filled or column.heading)


def read_columns(name: str, rows: Iterable[list[str]]) -> tuple[Sheetful, Iterator[tuple[int, list[str]]]]:
    """A table, and its rows below the heading with their numbers; the counts are whole once the rows are used up."""
    stream = iter(rows)
    first = list(islice(stream, HEADING_WITHIN))
    at = _heading(first)
    headings = [cell.strip() for cell in first[at - 1]] if at else []
    sheet = Sheetful(name, at, [Column(heading, number) for number, heading in enumerate(headings, 1)], first=first)
    return sheet, _below(sheet, chain(first[at:], stream), at)


def _below(sheet: Sheetful, rows: Iterable[list[str]], at: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, at + 1):
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            continue
        while len(sheet.columns) < len(row):
            sheet.columns.append(Column("", len(sheet.columns) + 1))
        if len(filled) == 1 and sheet.width > 2 and len(filled[0]) > 12:
            sheet.notes += 1
        else:
            sheet.rows += 1
            sheet.totals += any(_TOTAL.match(cell.strip()) for cell in row[:3])
            for column, cell in zip(sheet.columns, row, strict=False):
                if cell:
                    column.take(cell.strip())
        yield number, row


def _heading(rows: list[list[str]]) -> int:
    """The number of the row that names the columns: the first that is as wide as the table and holds no number."""
    wide = max((sum(1 for cell in row if cell.strip()) for row in rows), default=0)
    for number, row in enumerate(rows, 1):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) < max(1, 0.6 * wide):
            continue
        plain = [cell for cell in filled if not _NUMBER.fullmatch(cell) or _YEAR.fullmatch(cell)]
        named = sum(1 for cell in plain if not _YEAR.fullmatch(cell))
        if len(plain) < len(filled) or not named or any(len(cell) > 120 for cell in filled):
            return 0
        data = sum(is_person(cell) or _IS_DATA.search(cell) is not None for cell in plain if not _YEAR.fullmatch(cell))
        if data > 0.2 * len(plain):
            return 0
        return number
    return 0
