"""Tables of plain text: CSV and TSV. RFC 4180; W3C, Model for tabular data and metadata on the web."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.masked import masked, plain
from candour.files.visible import Grid, Rows, Sheet, Visible
from candour.files.workbook.shown import REMOTE_COLUMNS, REMOTE_ROWS, reference
from candour.files.workbook.write import MOST_ROWS, as_text, clean, write_seen

_DELIMITERS = ",\t;|"
_QUOTED = re.compile(r'"[^"]*"')
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]")
_ROW_LIMIT = 4_000_000


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a table of text. Raises `Blocked`."""
    inspected = Inspected()
    text = _decoded(data, inspected)
    context.budget.spend(unpacked=len(data))
    _characters(text, inspected)
    delimiter = delimiter_of(text)
    sheet = Sheet("Table 1")
    _Table(sheet, inspected, delimiter).read(text, context)
    inspected.visible = Grid([sheet])
    inspected.know(3)
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The table as a workbook and as CSV in one encoding, with one delimiter, and with nothing that runs."""
    inspected = context.inspected or inspect(data, context)
    return write_seen(inspected, context)


def read_again(data: bytes) -> Visible:
    """A table that this package wrote, as the standard library reads it."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    return Grid([Sheet("", Rows(rows))])


def blank() -> bytes:
    """A table with nothing in it."""
    return b"\xef\xbb\xbf"


def delimiter_of(text: str) -> str:
    """What stands between the cells: the character that most lines hold equally often.

    What is in quotation marks is left out first, as a cell may run over several lines.
    """
    lines = [line for line in _QUOTED.sub("", text[:200_000]).splitlines()[:200] if line.strip()]
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines)
        counts.pop(0, None)
        if counts:
            often = counts.most_common(1)[0][1]
            if often > most:
                best, most = delimiter, often
    return best


def _decoded(data: bytes, inspected: Inspected) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise Blocked("The file is damaged: its text does not fit its encoding. Save it anew.") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        wide = sum(byte >= 0x80 for byte in data)
        valid = len(re.findall(rb"[\xc3\xc2][\x80-\xbf]|[\xe2][\x80-\xbf]{2}", data))
        if valid:
            inspected.findings.append(
                found("C.encoding", f"byte {error.start:,}", wide, "some bytes are UTF-8, some are Windows-1252")
            )
        return data.decode("cp1252", "replace")


def _characters(text: str, inspected: Inspected) -> None:
    """Characters that a reader does not see."""
    if count := text.count("\x00"):
        inspected.findings.append(found("C.nul", f"character {text.index(chr(0)):,}", count))
    if match := _CONTROL.search(text):
        inspected.findings.append(found("C.control", f"character {match.start():,}", len(_CONTROL.findall(text))))
    hidden = _INVISIBLE.findall(text.lstrip("\ufeff"))
    if hidden:
        names = ", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(hidden))
        inspected.findings.append(found("C.invisible", "text", len(hidden), names))


class _Table:
    """Reads the rows of a table, and notes those that are odd."""

    def __init__(self, sheet: Sheet, inspected: Inspected, delimiter: str) -> None:
        self.sheet = sheet
        self.inspected = inspected
        self.delimiter = delimiter
        self.widths: Counter[int] = Counter()
        self.injected: list[str] = []
        self.remote: list[str] = []
        self.comments: list[str] = []
        self.rivals = 0
        self.blank = 0
        self._text = ""
        self._loose = False
        self._edge = 0
        """The first column that stands apart from all the others; 0 while nobody had to ask."""

    def read(self, text: str, context: Context) -> None:
        """All rows. Raises `Blocked` for quotation marks that never close."""
        self._text = text
        strict = csv.reader(_lines(text), delimiter=self.delimiter, strict=True)
        try:
            for number, row in enumerate(strict):
                self.row(number, row)
                if number % 20_000 == 0:
                    context.budget.check_time()
                if number > _ROW_LIMIT:
                    raise Blocked(f"The file has more than {_ROW_LIMIT:,} rows. Split it.")
        except csv.Error:
            self.loose(text, context)
        self.report()

    def loose(self, text: str, context: Context) -> None:
        """The rows again where quotation marks stand oddly: each line is a row, as most programs show it."""
        self._loose, self._edge = True, 0
        self.sheet.rows, self.widths = Rows(), Counter()
        self.injected, self.remote, self.blank = [], [], 0
        self.inspected.findings.append(found("C.delimiter", "text", 1, "quotation marks that do not close"))
        for number, row in enumerate(csv.reader(_lines(text), delimiter=self.delimiter, quoting=csv.QUOTE_NONE)):
            self.row(number, [cell.strip('"') for cell in row])
            if number % 20_000 == 0:
                context.budget.check_time()

    def row(self, number: int, row: list[str]) -> None:
        """One row."""
        if not any(row):
            self.blank += 1
            return
        cells = [clean(cell) for cell in row]
        if self.blank > REMOTE_ROWS and self.sheet.rows.count:
            self.remote.append(reference(number, 0))
            for cell in cells:
                self.inspected.hidden.add(cell)
            return
        if self.blank and self.sheet.rows.count:
            self.sheet.rows.append([""])
        self.blank = 0
        self.widths[len(row)] += 1
        cells = self._without_remote(number, cells)
        for column, cell in enumerate(cells):
            if cell and as_text(cell) != cell:
                self.injected.append(f"{reference(number, column)} {masked(cell, 40)}")
        if cells[0].startswith("#") and len(row) == 1:
            self.comments.append(cells[0])
        if len(row) == 1:
            self.rivals += any(other in cells[0] for other in _DELIMITERS if other != self.delimiter)
        self.sheet.rows.append(cells)

    def _without_remote(self, number: int, cells: list[str]) -> list[str]:
        """Without cells that stand far to the right of everything else."""
        if len(cells) <= REMOTE_COLUMNS or len(cells) <= self._edge:
            return cells
        filled = [column for column, cell in enumerate(cells) if cell]
        if not any(after - before > REMOTE_COLUMNS for before, after in zip([0, *filled], filled, strict=False)):
            return cells
        if not self._edge:
            self._edge = self._first_gap()
        for column in filled:
            if column >= self._edge:
                self.remote.append(reference(number, column))
                self.inspected.hidden.add(cells[column])
        return cells[: self._edge]

    def _first_gap(self) -> int:
        """The first column beyond a gap that no row fills; a row alone may well leave many cells empty."""
        used: set[int] = {0}
        lines = _lines(self._text)
        loose = csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        for row in loose if self._loose else csv.reader(lines, delimiter=self.delimiter):
            used.update(column for column, cell in enumerate(row) if cell)
        ordered = sorted(used)
        for before, after in pairwise(ordered):
            if after - before > REMOTE_COLUMNS:
                return after
        return ordered[-1] + 1

    def report(self) -> None:
        """What was odd."""
        findings = self.inspected.findings
        if self.injected:
            findings.append(
                found("C.injection", self.injected[0].split()[0], len(self.injected), "; ".join(self.injected[:4]))
            )
        if self.remote:
            findings.append(found("C.remote_cell", self.remote[0], len(self.remote)))
            self.inspected.lost.append(f"{len(self.remote):,} cells far away from the rest, from {self.remote[0]} on.")
        if len(self.widths) > 1:
            shown = ", ".join(f"{count:,} rows of {width}" for width, count in self.widths.most_common(5))
            findings.append(found("C.ragged", "rows", len(self.widths), shown))
        if self.comments:
            findings.append(found("C.comment", "rows", len(self.comments), masked("; ".join(self.comments))))
        if self.rivals and sum(self.widths.values()) > 2 and self.widths[1] < sum(self.widths.values()) / 2:
            findings.append(found("C.delimiter", "rows", self.rivals, plain(f"other than {self.delimiter!r}")))
        if self.sheet.rows.count > MOST_ROWS:
            findings.append(found("C.too_long", f"row {MOST_ROWS + 1:,}", self.sheet.rows.count - MOST_ROWS))


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, without bytes of zero."""
    return iter(io.StringIO(text.replace("\x00", "").lstrip("\ufeff"), newline=""))
