"""What a sheet shows and what it hides, whatever the format that it came from.

A format module hands over the rows of a sheet one by one, each cell with the text that it displays and, where it is not
displayed, the code of the reason (its veil). Rows are kept closed up: what is hidden leaves no gap.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.masked import masked
from candour.files.visible import Rows, Sheet

REMOTE_ROWS = 200
REMOTE_COLUMNS = 50
"""How far away from the rest a cell stands when nobody comes across it by scrolling."""


@dataclass(slots=True)
class Cell:
    """A filled cell. `column` from 0; `text` as displayed; `stored` the whole value where that tells more."""

    column: int
    text: str
    stored: str = ""
    veil: str = ""
    """The code of why the cell is not shown; empty when it is."""


@dataclass(slots=True)
class Tally:
    """How many cells are behind one veil, and the first few of them."""

    count: int = 0
    first: str = ""
    samples: list[str] = field(default_factory=list)

    def add(self, place: str, text: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.samples) < 4:
            self.first = self.first or place
            self.samples.append(masked(text, 30))


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle of cells, from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class ShownSheet:
    """Collects one sheet: the rows that are shown go to `sheet`, the rest to the findings.

    `column_veil` gives the code of why a column is not shown, or an empty text; `remote` is the code for cells far
    away. `sheet_veil` is the code of why the whole sheet is not shown.
    """

    def __init__(
        self,
        name: str,
        inspected: Inspected,
        *,
        sheet_veil: str = "",
        column_veil: Callable[[int], str] = lambda _column: "",
        remote: str = "",
    ) -> None:
        self.sheet = Sheet(name)
        self.inspected = inspected
        self.tallies: dict[str, Tally] = {}
        self._numbers = array("I")
        self._gaps = array("B")
        self._sheet_veil = sheet_veil
        self._column_veil = column_veil
        self._veils: dict[int, str] = {}
        self._remote = remote
        self._last_filled = -1
        self._next = 0
        self._columns: set[int] = set()
        self._beyond = False
        self._kept_columns: list[int] = []
        self._before: array[int] = array("I")
        self._hiding_rows = array("I")

    def row(self, number: int, veil: str, cells: Iterable[Cell]) -> None:  # noqa: C901, PLR0912  in one piece for speed
        """Take the next row (from 0). Rows that are empty and shown need not be given."""
        shown: list[str] = []
        filled = False
        for cell in cells:
            if not cell.text and not cell.stored:
                continue
            if not filled:
                filled = True
                if self._remote and self._last_filled >= 0 and number - self._last_filled > REMOTE_ROWS:
                    self._beyond = True
                self._last_filled = number
            column = cell.column
            if column not in self._veils:
                self._veils[column] = self._column_veil(column)
            beyond = self._remote if self._beyond else ""
            why = self._sheet_veil or veil or self._veils[column] or cell.veil or beyond
            if why:
                if not self._hiding_rows or self._hiding_rows[-1] != number:
                    self._hiding_rows.append(number)
                self.hide(why, number, column, cell.text or cell.stored)
                for other in (veil, self._veils[column], cell.veil):
                    if other and other != why:
                        self.note(other, number, column, cell.text or cell.stored)
                self.inspected.hidden.add(cell.stored)
                continue
            if cell.stored and cell.stored != cell.text:
                self.inspected.hidden.add(cell.stored)
            if cell.text:
                if len(shown) <= column:
                    shown.extend([""] * (column - len(shown) + 1))
                shown[column] = cell.text
                self._columns.add(column)
        if shown:
            self.sheet.rows.append(shown)
            self._numbers.append(number)
            self._gaps.append(1 if number > self._next else 0)
            self._next = number + 1
        elif (filled or veil) and number == self._next:
            self._next = number + 1

    def hide(self, veil: str, row: int, column: int, text: str) -> None:
        """Count a cell behind a veil."""
        self.inspected.hidden.add(text)
        self.note(veil, row, column, text)

    def note(self, code: str, row: int, column: int, text: str) -> None:
        """Count a cell that is shown, but not as it is stored."""
        self.tallies.setdefault(code, Tally()).add(f"{self.sheet.name}!{reference(row, column)}", text)

    def blank(self, spans: Iterable[tuple[Span, str]]) -> None:
        """Take away, after the rows, what stands in rectangles that cover it; each with its code."""
        waiting = sorted(spans, key=lambda entry: entry[0].top)
        if not waiting:
            return
        kept, numbers, gaps = Rows(), array("I"), array("B")
        active: list[tuple[Span, str]] = []
        for number, gap, row in zip(self._numbers, self._gaps, self.sheet.rows, strict=True):
            while waiting and waiting[0][0].top <= number:
                active.append(waiting.pop(0))
            active = [entry for entry in active if entry[0].bottom >= number]
            for span, code in active:
                for column in range(span.left, min(span.right + 1, len(row))):
                    if row[column]:
                        self.hide(code, number, column, row[column])
                        row[column] = ""
            if any(row):
                kept.append(row)
                numbers.append(number)
                gaps.append(gap)
        self.sheet.rows, self._numbers, self._gaps = kept, numbers, gaps

    def finish(self) -> Sheet:
        """The sheet closed up, with its findings reported."""
        self._cut_remote_columns()
        self._close_up()
        for code, tally in self.tallies.items():
            self.inspected.findings.append(found(code, tally.first, tally.count, "; ".join(tally.samples)))
        return self.sheet

    def row_place(self, number: int) -> int | None:
        """Where a row (from 0) stands once the sheet is finished; None when it is not shown, or shows nothing."""
        place = bisect_left(self._numbers, number)
        if place >= len(self._numbers) or self._numbers[place] != number:
            return None
        return place + (self._before[place] if self._before else 0)

    def column_place(self, number: int) -> int | None:
        """Where a column (from 0) stands once the sheet is finished; None when it is not shown, or shows nothing."""
        place = bisect_left(self._kept_columns, number)
        return place if place < len(self._kept_columns) and self._kept_columns[place] == number else None

    def hides_rows(self, first: int, last: int) -> bool:
        """Whether any row from one to another has cells that are not shown."""
        place = bisect_left(self._hiding_rows, first)
        return place < len(self._hiding_rows) and self._hiding_rows[place] <= last

    def _cut_remote_columns(self) -> None:
        used = sorted(self._columns)
        for before, after in pairwise(used):
            if self._remote and after - before > REMOTE_COLUMNS:
                last = self._numbers[-1] if self._numbers else 0
                self.blank([(Span(0, after, last, used[-1]), self._remote)])
                self._columns = {column for column in used if column < after}
                return

    def _close_up(self) -> None:
        """Leave out hidden columns and the empty ones before the first; one blank row stands for each gap."""
        used = sorted(self._columns)
        if not used:
            self.sheet.rows = Rows()
            return
        columns = [column for column in range(used[0], used[-1] + 1) if not self._veils.get(column)]
        self._kept_columns = columns
        if columns == list(range(used[-1] + 1)) and not any(self._gaps[1:]):
            return
        self._before = array("I", accumulate(self._gaps[1:], initial=0))
        closed = Rows()
        for gap, row in zip(self._gaps, self.sheet.rows, strict=True):
            if gap and closed.count:
                closed.append([""])
            closed.append([row[column] if column < len(row) else "" for column in columns])
        self.sheet.rows = closed


def reference(row: int, column: int) -> str:
    """The name of a cell, `B3` for row 2 and column 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
