"""Percentages and averages beside a released table, from the same text that `candour protect --percentages` takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Beside, Labels, LedgerError, Release
from candour.tables.ledger.marks import read_ratio
from candour.tables.read_counts import read_rows


def with_beside(release: Release, text: str) -> Release:
    """The release with what is printed beside its cells.

    A row for each: a column for each dimension (left out or empty for the total), then `percent` and `of`, the columns
    (with ; between) along which the whole is taken; or `average`, and perhaps `average_of`, what it averages. Raises
    LedgerError naming the line.
    """
    names = [column.name for column in release.columns]
    known = [{cell.labels[at] for cell in release.cells} | {TOTAL} for at in range(len(names))]
    header, rows = read_rows(text)
    if unknown := [name for name in header if name not in {*names, "percent", "of", "average", "average_of"}]:
        raise LedgerError(f"There is no column “{unknown[0]}” in the table. The columns are {', '.join(names)}.")
    found: list[Beside] = []
    averages: Counter[Labels] = Counter()
    for line, row in rows:
        said = dict(zip(header, row, strict=True))
        labels = tuple(said.get(name) or TOTAL for name in names)
        for name, label, labels_known in zip(names, labels, known, strict=True):
            if label not in labels_known:
                raise LedgerError(f"Line {line}: the table has no {name} “{label}”.")
        percent, average = said.get("percent", "").strip(), said.get("average", "").strip()
        if bool(percent) == bool(average):
            raise LedgerError(f"Line {line}: give a percent or an average.")
        if percent:
            of = tuple(each.strip() for each in said.get("of", "").split(";") if each.strip())
            if not of or any(each not in names for each in of):
                raise LedgerError(f"Line {line}: say of which column it is a share: {', '.join(names)}.")
            found.append(Beside(labels, _number(f"{percent.removesuffix('%').strip()}%", line), of))
        else:
            averages[labels] += 1
            # Two averages of one cell are of two things, unless their names say that they are of one.
            plain = f"averaged in {release.reference} ({averages[labels]})"
            found.append(Beside(labels, _number(average, line), average_of=said.get("average_of", "").strip() or plain))
    return replace(release, beside=(*release.beside, *found))


def _number(printed: str, line: int) -> str:
    try:
        ratio = read_ratio(printed)
    except (TableError, ValueError):
        ratio = None
    if ratio is None:
        raise LedgerError(f"Line {line}: “{printed}” is no percentage and no average: write a number such as 33.3.")
    return printed
