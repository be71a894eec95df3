"""What a reader of the file can see, as a model: the one thing that a rebuild writes and a proof compares.

Sheets keep their rows in a temporary file once they are long, so that a workbook of a million rows needs little memory.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Protocol

TOKEN = re.compile(r"[^\W_]+(?:[.'’@:/-][^\W_]+)*")
"""A token: letters and digits, with single joining marks inside, such as `O'Neill`, `01/04/2024`, `12.5`."""

_SPOOLED_IN_MEMORY = 8 * 1024 * 1024
_READ_AT_ONCE = 256 * 1024
_ROWS_AT_ONCE = 256
_CELL_END, _ROW_BREAK = "\x1f", "\x1e"


def tokens_of(text: str) -> Iterator[str]:
    """The tokens of a text, in lower case."""
    if text.isalnum():
        return iter((text.casefold(),))
    return map(str.casefold, TOKEN.findall(text))


class Visible(Protocol):
    """What can be seen, whatever its form."""

    def texts(self) -> Iterator[str]:
        """Every visible text, in reading order."""
        ...


class Rows:
    """Rows of displayed text, each a list of cells from the first column on; can be read again and again."""

    def __init__(self, rows: Iterable[list[str]] = ()) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY)  # noqa: SIM115  lives on
        self._user: object = self
        self._waiting: list[str] = []
        self.count = 0
        self.width = 0
        self.filled = 0
        for row in rows:
            self.append(row)

    def append(self, row: list[str]) -> None:
        """Add a row at the end. Characters that no text has (U+001C to U+001F) are left out."""
        line = _CELL_END.join(row)
        if line.count(_CELL_END) >= max(1, len(row)) or _ROW_BREAK in line:
            line = _CELL_END.join(cell.replace(_CELL_END, " ").replace(_ROW_BREAK, " ") for cell in row)
        self._waiting.append(line.replace("\n", _ROW_BREAK) if "\n" in line else line)
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._write()
        self.count += 1
        self.width = max(self.width, len(row))
        self.filled += sum(map(bool, row))

    def _write(self) -> None:
        if self._waiting:
            if self._user is not self:
                self._file.seek(0, 2)
                self._user = self
            self._file.write("\n".join([*self._waiting, ""]).encode("utf-8", "surrogatepass"))
            self._waiting.clear()

    def __iter__(self) -> Iterator[list[str]]:
        mine = object()
        position = 0
        rest = b""
        while True:
            self._write()
            if self._user is not mine:
                self._file.seek(position)
                self._user = mine
            block = self._file.read(_READ_AT_ONCE)
            if not block:
                return
            position += len(block)
            whole, end, rest = (rest + block).rpartition(b"\n")
            if not end:
                continue
            text = whole.decode("utf-8", "surrogatepass")
            broken = _ROW_BREAK in text
            for line in text.split("\n"):
                yield (line.replace(_ROW_BREAK, "\n") if broken else line).split(_CELL_END)

    def __len__(self) -> int:
        return self.count


@dataclass(slots=True)
class Sheet:
    """One sheet as it is shown: its name and the displayed text of its visible rows and columns, closed up."""

    name: str
    rows: Rows = field(default_factory=Rows)


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one sheet as it is shown: the number of the sheet, and rows and columns from 0, ends included."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures in a chart: the cells that it draws, those that label them, and its name."""

    values: Area
    labels: Area | None
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that draws on shown cells alone. `kind` is column, bar, line, pie, doughnut, area, scatter or radar.

    `grouping` is empty, stacked or percent_stacked; `across` and `upward` are the titles of the axes; `sheet` is the
    number of the sheet that shows it.
    """

    kind: str
    grouping: str
    title: str
    across: str
    upward: str
    series: tuple[Series, ...]
    sheet: int

    @property
    def words(self) -> list[str]:
        """What it shows as words of its own."""
        return [text for text in (self.title, self.across, self.upward, *(one.name for one in self.series)) if text]


@dataclass(slots=True)
class Grid:
    """A workbook or a table of text."""

    sheets: list[Sheet] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Words of charts, names of sheets and filled cells."""
        for chart in self.charts:
            yield from chart.words
        for sheet in self.sheets:
            yield sheet.name
            for row in sheet.rows:
                yield from (cell for cell in row if cell)

    @property
    def cells(self) -> int:
        """How many cells show something."""
        return sum(sheet.rows.filled for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of visible text: `level` 1 to 6 for a heading, 0 for running text; `list_mark` is “•”, “1.”."""

    text: str
    level: int = 0
    list_mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table in running text: rows of cells of visible text."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pixels: decoded, cropped, written anew as PNG or JPEG; `alt` only if a reader was shown it."""

    data: bytes
    media_type: str
    width: int
    height: int
    alt: str = ""


Block = Paragraph | Table | Picture


@dataclass(slots=True)
class Document:
    """Running text: DOCX, DOC, ODT, RTF."""

    blocks: list[Block] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Paragraphs and cells."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield f"{block.list_mark} {block.text}" if block.list_mark else block.text
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the text that is seen on it, and its size in points."""

    text: str
    width: float
    height: float


@dataclass(slots=True)
class Pages:
    """Fixed pages: PDF, and pictures as pages without text."""

    pages: list[Page] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """The text of each page."""
        return (page.text for page in self.pages)


@dataclass(slots=True)
class Transcript:
    """A mail as it is read: visible header lines, the body, and what each attachment shows."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    attachments: list[tuple[str, Visible]] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Headers, body, and the attachments in turn."""
        for name, value in self.headers:
            yield f"{name}: {value}"
        yield from self.body
        for name, visible in self.attachments:
            yield name
            yield from visible.texts()


@dataclass(slots=True)
class Bundle:
    """Several files in one: a ZIP."""

    files: list[tuple[str, Visible]] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """The names, and the files in turn."""
        for name, visible in self.files:
            yield name
            yield from visible.texts()


class HiddenTokens:
    """A bounded sample of the tokens that are hidden in a file.

    Up to `size` distinct tokens of three characters and more are kept, chosen by their digest, so that which ones are
    kept depends on the tokens alone, and a data set of any size leaves an even sample.
    """

    def __init__(self, size: int = 50_000) -> None:
        self.size = size
        self._kept: set[str] = set()
        self._ceiling = 1 << 64

    def add(self, text: str) -> None:
        """Take the tokens of a hidden text."""
        for token in tokens_of(text):
            if len(token) >= 3 and (self._ceiling == 1 << 64 or _digest(token) < self._ceiling):
                self._kept.add(token)
        if len(self._kept) > self.size:
            ordered = sorted(self._kept, key=_digest)[: self.size // 2]
            self._ceiling = _digest(ordered[-1]) + 1
            self._kept = set(ordered)

    def update(self, other: HiddenTokens) -> None:
        """Take what is hidden in an inner file."""
        for token in other._kept:
            self.add(token)

    def only(self, visible: Visible) -> set[str]:
        """The hidden tokens that are not visible as well."""
        left = set(self._kept)
        for text in visible.texts():
            left.difference_update(tokens_of(text))
        return left

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, token: object) -> bool:
        return token in self._kept


def _digest(token: str) -> int:
    import hashlib

    return int.from_bytes(hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
