"""The rows and columns of a worksheet: sizes, and why some are not shown. ECMA-376 part 1, 18.3.1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.findings import Blocked
from candour.files.markup import Element, local
from candour.files.workbook.second_reader import CellSum

TINY_ROW = 2.0
"""Points; a row lower than this cannot be read."""

TINY_COLUMN = 0.5
"""Characters; a column narrower than this cannot be read."""

_TRUE = {"1", "true"}


@dataclass(slots=True)
class ColumnSpan:
    """A `col` element: columns from 0, ends included."""

    first: int
    last: int
    hidden: bool
    width: float
    collapsed: bool


@dataclass(slots=True)
class SheetRead:
    """What the rows of a sheet told beside the cells that it shows."""

    columns: list[ColumnSpan] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    default_height: float = 15.0
    default_width: float = 8.43
    formulas: int = 0
    external: list[str] = field(default_factory=list)
    literals: list[str] = field(default_factory=list)
    uncached: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    collapsed: int = 0
    hidden_rows: int = 0
    all_hidden: bool = False
    states_shown_rows: bool = False
    """Whether empty rows are listed although all are hidden: such a row is listed only to say that it is shown."""
    phonetic: int = 0
    loose: list[str] = field(default_factory=list)
    """Words that stand between rows."""
    sum: CellSum = field(default_factory=CellSum)
    zeros_hidden: bool = False
    first_column: int = 0
    """The first column that can be scrolled to: those left of frozen panes are out of reach."""


class RowVeils:
    """Why a row is not shown."""

    def __init__(self) -> None:
        self.all_hidden = False
        self.states_shown_rows = False
        self.first_row = 0

    def of(self, row: Element, number: int, read: SheetRead) -> str:
        """The code, or an empty text; heights go to `read` for the shapes that lie over cells."""
        get = row.get
        height = get("ht")
        if number < self.first_row:
            return "X.frozen_away"
        if get("collapsed") in _TRUE:
            read.collapsed += 1
        if get("hidden") in _TRUE:
            read.hidden_rows += 1
            read.heights[number] = 0.0
            return "X.row_hidden"
        if height is not None:
            points = _float(height, 15.0)
            if points != read.default_height:
                read.heights[number] = points
            return "X.row_tiny" if points < TINY_ROW else ""
        if read.default_height < TINY_ROW:
            return "X.row_tiny"
        if self.all_hidden and not self.states_shown_rows and get("hidden") is None:
            return "X.zero_height_default"
        return ""


def before_rows(root: Element, read: SheetRead, veils: RowVeils) -> None:
    """What precedes the rows: the widths of columns and the heights that hold where nothing else is said."""
    veils.states_shown_rows = read.states_shown_rows
    for child in root:
        match local(child):
            case "sheetFormatPr":
                read.all_hidden = veils.all_hidden = (child.get("zeroHeight") or "") in _TRUE
                read.default_height = _float(child.get("defaultRowHeight"), 15.0)
                base = _float(child.get("baseColWidth"), 8.0)
                read.default_width = _float(child.get("defaultColWidth"), base + 0.43)
            case "cols":
                read.columns += [_column(entry) for entry in child if local(entry) == "col"]
            case "sheetViews":
                read.zeros_hidden = any((view.get("showZeros") or "1") not in _TRUE for view in child)
                veils.first_row, read.first_column = _frozen(child)
            case _:
                pass


def column_veils(columns: list[ColumnSpan]) -> dict[int, str]:
    """The code of each column that is not shown; columns beyond 16,384 do not exist."""
    veils: dict[int, str] = {}
    for span in columns:
        code = "X.col_hidden" if span.hidden else "X.col_tiny" if span.width < TINY_COLUMN else ""
        if code:
            veils.update(dict.fromkeys(range(span.first, min(span.last, 16_383) + 1), code))
    return veils


def default_veil(read: SheetRead) -> str:
    """The code for columns of which nothing is said, where those have no width."""
    return "X.col_tiny" if read.default_width < TINY_COLUMN else ""


def _frozen(views: Element) -> tuple[int, int]:
    """The first row and column that can be scrolled to in every view whose panes are frozen."""
    firsts = []
    for view in views:
        panes = [child for child in view if local(child) == "pane" and (child.get("state") or "").startswith("frozen")]
        corner = re.fullmatch(r"([A-Z]{1,3})(\d+)", view.get("topLeftCell") or "A1")
        if not panes or not corner:
            return 0, 0
        pane = panes[0]
        firsts.append(
            (
                int(corner[2]) - 1 if _float(pane.get("ySplit"), 0.0) else 0,
                column_number(corner[1]) if _float(pane.get("xSplit"), 0.0) else 0,
            )
        )
    return (min(row for row, _ in firsts), min(column for _, column in firsts)) if firsts else (0, 0)


def _column(entry: Element) -> ColumnSpan:
    first = int(_float(entry.get("min"), 1)) - 1
    last = int(_float(entry.get("max"), first + 1)) - 1
    return ColumnSpan(
        first,
        last,
        (entry.get("hidden") or "") in _TRUE,
        _float(entry.get("width"), 8.43),
        (entry.get("collapsed") or "") in _TRUE,
    )


def column_number(letters: str) -> int:
    """The number of a column, from 0. Raises `Blocked` for letters that name none."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise Blocked("The file is damaged: a cell stands nowhere. Ask for it again.")
        number = number * 26 + ord(letter) - 64
    return number - 1


def _float(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
