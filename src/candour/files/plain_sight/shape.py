"""The shape that the officer declared before uploading, against what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from candour.files.plain_sight.columns import Sheetful

_RANGE = re.compile(r"(\d[\d,]*)(?:\s*(?:-|–|to)\s*(\d[\d,]*))?")
OF_PEOPLE = frozenset(
    {"person", "officer", "member of staff", "case", "complaint", "crime", "incident", "record", "allegation"}
)
"""Kinds of row that make a table raw data."""


class WrongShape(ValueError):
    """A declared shape that cannot be read."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number, or a least and a most."""

    least: int
    most: int

    @classmethod
    def read(cls, text: str) -> Self:
        """From “43” or “40-50”. Raises `WrongShape`."""
        match = _RANGE.fullmatch(text.strip())
        if match is None:
            raise WrongShape(f"“{text}” is no number of rows or columns: write 43, or 40-50.")
        least = int(match.group(1).replace(",", ""))
        most = int((match.group(2) or match.group(1)).replace(",", ""))
        if most < least:
            raise WrongShape(f"“{text}” ends before it begins.")
        return cls(least, most)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.least <= number <= self.most

    def __str__(self) -> str:
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"


@dataclass(frozen=True, slots=True)
class Shape:
    """What one table is meant to be: rows below the heading, columns, and what a row is (“police force”, “year” …).

    Rows that say they are totals may be counted or left out.
    """

    rows: Span
    columns: Span
    row_is: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """From “43 x 6 police force” or “40-50 x 6”. Raises `WrongShape`."""
        rows, cross, rest = re.sub(r"\s*[x×]\s*", "×", text.strip(), count=1).partition("×")
        columns = re.match(r"[\d,]+(?:\s*(?:-|–|to)\s*[\d,]+)?", rest)
        if not cross or columns is None:
            raise WrongShape(
                f"“{text}” is no shape: write rows x columns and what a row is, such as “43 x 6 police force”."
            )
        return cls(Span.read(rows), Span.read(columns.group()), rest[columns.end() :].strip(" ,;"))


def mismatches(shapes: tuple[Shape, ...], sheets: list[Sheetful]) -> Iterator[tuple[str, str]]:
    """Where the tables of a file are not what was declared: the place, and what differs."""
    filled = [sheet for sheet in sheets if sheet.rows or sheet.notes]
    if len(filled) != len(shapes):
        yield (
            "file",
            f"{len(shapes)} declared, {len(filled)} with content: {', '.join(sheet.name for sheet in filled[:8])}",
        )
    for shape, sheet in zip(shapes, filled, strict=False):
        yield from ((sheet.name, difference) for difference in _differences(shape, sheet))


def _differences(shape: Shape, sheet: Sheetful) -> Iterator[str]:
    if not {sheet.rows, sheet.rows - sheet.totals} & set(range(shape.rows.least, shape.rows.most + 1)):
        yield f"{shape.rows} rows declared, {sheet.rows:,} are there"
    if sheet.width not in shape.columns:
        yield f"{shape.columns} columns declared, {sheet.width:,} are there"
    what = shape.row_is.casefold().rstrip("s")
    if what in {"force", "police force"} and not any(column.of_forces for column in sheet.columns):
        yield "a row is declared to be a police force, but no column names forces"
    if what in {"year", "financial year", "calendar year"} and not any(
        column.filled and column.years >= 0.5 * column.filled for column in sheet.columns[:3]
    ):
        yield "a row is declared to be a year, but the first columns hold no years"
