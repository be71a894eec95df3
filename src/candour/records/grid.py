"""A file as a grid of rows, whatever its kind: the one place that chooses how a file is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from candour.records.delimited import Block, Row, delimited_blocks, examine
from candour.records.findings import Findings, RecordsError
from candour.records.workbook import SUFFIXES, Merged, sheet_names, sheet_rows

_HEAD = 2_000
_BLOCK = 1_000
"""Rows read at a time: as many as stay in the cache of a processor."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Grid:
    """The rows of one sheet. `head` is its beginning, for a workbook all of it; `blocks` runs over everything once.

    `is_even` is true of text without white space that has to be tidied, save breaks of lines within a cell.
    """

    digest: str
    sheet: str
    head: Sequence[Row]
    rest: Iterable[Block]
    merged: Sequence[Merged]
    is_even: bool = False
    head_lines: Sequence[int] = ()
    """The lines of `head` as a block has them: a range where each row has one line."""

    def rows(self) -> Iterator[Row]:
        """Every row, once."""
        return (row for lines, cells in self.blocks() for row in zip(lines, cells, strict=True))

    def blocks(self) -> Iterator[Block]:
        """Every row, once, many at a time."""
        lines = self.head_lines or [line for line, _ in self.head]
        return chain([(lines, [cells for _, cells in self.head])], self.rest)


def is_workbook(path: Path) -> bool:
    """Whether a file is read as a workbook: by what it is, and by its name only where that does not tell."""
    with path.open("rb") as file:
        begin = file.read(4)
    return begin in _WORKBOOKS or (path.suffix.lower() in SUFFIXES and not begin.isascii())


def sheets_of(path: Path) -> list[str]:
    """The sheets of a workbook; none for a text."""
    return sheet_names(path) if is_workbook(path) else []


def _is_delimited(path: Path) -> bool:
    """Whether what is named like a workbook is the text that some systems write under such a name."""
    with path.open("rb") as file:
        begin = file.read(4_096)
    lines = begin.splitlines()[:5]
    return (
        b"\0" not in begin
        and not begin.lstrip().startswith(b"<")
        and sum(any(sign in line for sign in (b",", b"\t", b";")) for line in lines) > 1
    )


def _sheet(
    path: Path, names: Sequence[str], sheet: str, findings: Findings
) -> tuple[str, list[Row], tuple[Merged, ...]]:
    """The sheet that is wanted, else the first that holds a table: a cover or an empty sheet may stand before it."""
    if sheet or len(names) == 1:
        wanted = sheet or names[0]
        return wanted, *sheet_rows(path, wanted)
    for place, name in enumerate(names):
        rows, merged = sheet_rows(path, name)
        if sum(1 for _, cells in islice(rows, _HEAD) if sum(1 for cell in cells if cell.strip()) > 1) > 1:
            which = "the first" if place == 0 else "the first that holds a table"
            findings.assume(f"The workbook has {len(names)} sheets; {which}, “{name}”, is read.")
            return name, rows, merged
    findings.assume(f"The workbook has {len(names)} sheets; the first, “{names[0]}”, is read.")
    return names[0], *sheet_rows(path, names[0])


def open_grid(path: Path, sheet: str, findings: Findings) -> Grid:
    """Open a file: a sheet of a workbook (the first where none is named), or delimited text.

    Raises RecordsError where it cannot be read, and OSError where it is not there.
    """
    if path.is_dir():
        raise RecordsError(f"{path}: this is a folder. Name a file.")
    if is_workbook(path):
        names = sheet_names(path)
        if not names:
            raise RecordsError(f"{path.name}: the workbook has no sheet.")
        wanted, rows, merged = _sheet(path, names, sheet, findings)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Grid(digest, wanted, rows, (), merged)
    if sheet:
        raise RecordsError(f"{path.name}: a text has no sheets, so leave “{sheet}” out.")
    if path.suffix.lower() in SUFFIXES and not _is_delimited(path):
        raise RecordsError(f"{path.name}: this is no workbook, or it is damaged. Open and save it again.")
    examined = examine(path)
    if path.suffix.lower() in SUFFIXES:
        findings.assume("It is named like a workbook, and is delimited text.")
    for assumption in examined.assumptions:
        findings.assume(assumption.text)
    stream = delimited_blocks(path, examined, _HEAD, _BLOCK)
    lines, cells = next(stream, ((), []))
    head = list(zip(lines, cells, strict=True))
    return Grid(examined.digest, "", head, stream, (), examined.is_even, lines)
