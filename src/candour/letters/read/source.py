"""What a file holds before it is read as a response: its words as plain text, and the names of files beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

LARGEST_FILE = 25_000_000
"""Bytes of the largest file that is read."""

LONGEST_TEXT = 10_000_000
"""Characters of the longest text that is read."""

MOST_LINES = 250_000
"""Lines of the longest text that is read; no letter comes near."""


class UnreadableText(ValueError):
    """There is no response to read; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page or document: its words, its address, and where its words begin in the text."""

    words: str
    url: str
    start: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file as text. `kind` names what it was; `files` what comes with it; `anchors` its links with other words."""

    text: str
    kind: str
    files: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()


@dataclass
class TextBuilder:
    """Plain text under construction: paragraphs parted by blank lines, with one place for list marks and indents."""

    indent: str = ""
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _length: int = 0
    _mark: str = ""
    _gap: bool = False

    def put(self, words: str) -> None:
        """Add words to the line; a line never begins with white space of its own."""
        words = words if self._line else words.lstrip()
        if not words:
            return
        if not self._line:
            if self._gap and self._lines:
                self._append("")
            self._line, self._mark, self._gap = [self.indent, self._mark], "", False
        self._line.append(words)

    def mark(self, mark: str) -> None:
        """Let the next line begin with a list mark."""
        self.end_line()
        self._mark = f"{mark} "

    def end_line(self) -> None:
        """End the line, if one was begun."""
        if self._line:
            self._append("".join(self._line).rstrip())
            self._line = []

    def end_paragraph(self) -> None:
        """End the line, and leave a blank one before the next."""
        self.end_line()
        self._gap = self._gap or bool(self._lines)

    @property
    def place(self) -> int:
        """Where the next words go."""
        opening = 1 if self._gap and self._lines and not self._line else 0
        prefix = sum(map(len, self._line)) if self._line else len(self.indent) + len(self._mark)
        return self._length + opening + prefix

    def text(self) -> str:
        """All that was put."""
        self.end_line()
        return "\n".join(self._lines)

    def _append(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1
