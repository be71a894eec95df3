"""The visible text of a binary DOC, and what its characters hide. [MS-DOC] 2.4 (document content), 2.6 (properties)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from candour.files.visible import Block, Paragraph, Table
from candour.files.word.doc_file import DocFile, Run, changes_in
from candour.files.word.gathered import Gathered
from candour.files.word.looks import BLOCK, Looks, Seen

_ICO = ["", "000000", "0000FF", "00FFFF", "00FF00", "FF00FF", "FF0000", "FFFF00", "FFFFFF"]
_ICO += ["000080", "008080", "008000", "800080", "800000", "808000", "808080", "C0C0C0"]
_CODES = {
    Seen.VANISHED: "B.doc_vanish_runs",
    Seen.REDACTED: "B.doc_fake_redaction",
    Seen.SAME_COLOUR: "B.doc_white_text",
    Seen.TINY: "B.doc_tiny_text",
}
_PLAIN = {"\x0b": "\n", "\x0c": "\n", "\x1e": "-", "\x1f": "", "\t": "\t", "\x0e": "\n"}


@dataclass(slots=True)
class _Marks:
    """The looks of a character, and whether it is deleted, inserted or a special one."""

    looks: Looks
    deleted: bool = False
    inserted: bool = False
    special: bool = False


@dataclass(slots=True)
class DocText:
    """Walks the parts of the text one after another."""

    file: DocFile
    gathered: Gathered
    pictures: int = 0
    objects: int = 0
    fields: list[list[str]] = field(default_factory=list)
    _looks: dict[tuple[bytes, bytes, int], _Marks] = field(default_factory=dict)

    def parts(self) -> dict[str, list[tuple[str, int, bytes]]]:
        """The characters of each part of the text, with the offset and the changes of the piece."""
        every = [(character, offset, piece.changes) for character, offset, piece in self.file.text()]
        parts = {}
        start = 0
        for name, length in self.file.lengths.items():
            parts[name] = every[start : start + length]
            start += length
        return parts

    def blocks(self, characters: list[tuple[str, int, bytes]]) -> list[Block]:
        """The paragraphs and tables of some characters."""
        blocks: list[Block] = []
        rows: list[tuple[str, ...]] = []
        cells: list[str] = []
        line: list[str] = []
        self.fields = []
        for character, offset, own in characters:
            paragraph = self.file.paragraph_at(offset)
            marks = self._marks(offset, own, paragraph)
            if character in {"\x13", "\x14", "\x15"}:
                self._field(character)
                continue
            if character == "\x07":
                if self._ends_row(paragraph):
                    if any(cell.strip() for cell in cells):
                        rows.append(tuple(cells))
                    cells = []
                else:
                    cells.append("".join(line).strip("\n"))
                line = []
                continue
            if character == "\r":
                if self._in_table(paragraph):
                    line.append("\n")
                    continue
                if rows:
                    blocks.append(_table(rows))
                    rows = []
                if marks.deleted:
                    self.gathered.add("B.doc_deleted_runs", "text")
                    continue
                self._finish(blocks, line, paragraph)
                line = []
                continue
            line.append(self._character(character, marks))
        if rows:
            blocks.append(_table(rows))
        self._finish(blocks, line, None)
        self._flush()
        return blocks

    def _finish(self, blocks: list[Block], line: list[str], paragraph: Run | None) -> None:
        text = "".join(line).strip("\n")
        if text.strip():
            blocks.append(Paragraph(text, self._level(paragraph)))

    def _character(self, character: str, marks: _Marks) -> str:
        if marks.deleted:
            self._hide("B.doc_deleted_runs", character)
            return ""
        code = next((opened for opened in reversed(self.fields) if opened is not _RESULT), None)
        if code is not None:
            code.append(character)
            return ""
        if character in {"\x01", "\x08"}:
            if marks.special:
                self.pictures += 1
            return ""
        if character in _PLAIN:
            return _PLAIN[character]
        if character < " ":
            return ""
        if marks.inserted:
            self._hide("B.doc_inserted_runs", "")
        seen = marks.looks.seen
        if seen is Seen.SHOWN or (not character.strip() and not self._open[0]):
            self._flush()
            return character if seen is not Seen.VANISHED else ""
        begins = self._open[0] != _CODES[seen]
        self._hide(_CODES[seen], character)
        if not begins or seen is Seen.VANISHED:
            return ""
        return BLOCK if seen is Seen.REDACTED else " "

    _open: tuple[str, list[str]] = ("", [])

    def _hide(self, code: str, character: str) -> None:
        if self._open[0] != code:
            self._flush()
            self._open = (code, [])
        self._open[1].append(character)

    def _flush(self) -> None:
        code, characters = self._open
        if code:
            self.gathered.add(code, "text", "".join(characters))
        self._open = ("", [])

    def _field(self, character: str) -> None:
        if character == "\x13":
            self.fields.append([])
        elif character == "\x14" and self.fields:
            self._code(self.fields[-1])
            self.fields[-1] = _RESULT
        elif character == "\x15" and self.fields:
            ended = self.fields.pop()
            if ended is not _RESULT:
                self._code(ended)

    def _code(self, code: list[str]) -> None:
        from candour.files.word.fields import report_code

        report_code("".join(code), "", self.gathered, "text")

    # Properties

    def _marks(self, offset: int, own: bytes, paragraph: Run | None) -> _Marks:
        changes = self.file.run_at(offset) + own
        style = paragraph.style if paragraph else 0
        key = (changes, paragraph.changes if paragraph else b"", style)
        if key not in self._looks:
            marks = _Marks(Looks(size=10.0))
            for inherited in self._inherited(style):
                self._apply(marks, inherited)
            self._apply(marks, changes)
            self._looks[key] = marks
        return self._looks[key]

    def _inherited(self, style: int) -> list[bytes]:
        chain: list[bytes] = []
        seen: set[int] = set()
        while style < len(self.file.styles) and style not in seen:
            seen.add(style)
            entry = self.file.styles[style]
            if entry is None:
                break
            chain.append(entry.runs)
            style = entry.based_on
        return chain[::-1]

    def _apply(self, marks: _Marks, changes: bytes) -> None:  # noqa: C901, PLR0912  one line for each property
        for code, operand in changes_in(changes):
            if code == 0x4A30:
                for inherited in self._inherited(struct.unpack("<H", operand)[0]):
                    self._apply(marks, inherited)
            elif code == 0x0800:
                marks.deleted = operand[0] != 0
            elif code == 0x0801:
                marks.inserted = operand[0] != 0
            elif code == 0x083C:
                marks.looks = marks.looks.with_(
                    vanish=operand[0] in {1, 0x81} or (operand[0] == 0x80 and marks.looks.vanish)
                )
            elif code == 0x0855:
                marks.special = operand[0] != 0
            elif code == 0x2A42 and operand[0] < len(_ICO):
                marks.looks = marks.looks.with_(colour=_ICO[operand[0]])
            elif code == 0x6870:
                marks.looks = marks.looks.with_(colour="" if operand[3] == 0xFF else operand[:3].hex().upper())
            elif code == 0x4A43:
                marks.looks = marks.looks.with_(size=struct.unpack("<H", operand)[0] / 2)
            elif code == 0x2A0C and operand[0] < len(_ICO):
                marks.looks = marks.looks.with_(under=_ICO[operand[0]])
            elif code == 0xCA71 and len(operand) >= 10:
                marks.looks = marks.looks.with_(under=_shade(operand))
            elif code == 0x4866:
                shade = struct.unpack("<H", operand)[0]
                fore, back, pattern = shade & 0x1F, (shade >> 5) & 0x1F, shade >> 10
                number = fore if pattern == 1 else back
                marks.looks = marks.looks.with_(
                    under="000000" if pattern == 1 and not fore else _ICO[number] if number < len(_ICO) else ""
                )

    def _paragraph_value(self, paragraph: Run | None, code: int) -> bytes | None:
        if paragraph is None:
            return None
        value = None
        seen: set[int] = set()
        style = paragraph.style
        chain: list[bytes] = []
        while style < len(self.file.styles) and style not in seen and (entry := self.file.styles[style]) is not None:
            seen.add(style)
            chain.append(entry.paragraphs)
            style = entry.based_on
        for changes in (*chain[::-1], paragraph.changes):
            for own, operand in changes_in(changes):
                if own == code:
                    value = operand
        return value

    def _in_table(self, paragraph: Run | None) -> bool:
        value = self._paragraph_value(paragraph, 0x2416)
        return value is not None and value[0] != 0

    def _ends_row(self, paragraph: Run | None) -> bool:
        values = [self._paragraph_value(paragraph, code) for code in (0x2417, 0x244C)]
        return any(value is not None and value[0] != 0 for value in values)

    def _level(self, paragraph: Run | None) -> int:
        if paragraph is None or paragraph.style >= len(self.file.styles):
            return 0
        style = self.file.styles[paragraph.style]
        name = style.name.casefold() if style else ""
        if name.startswith("heading ") and name[8:9].isdigit():
            return max(1, min(6, int(name[8:9])))
        value = self._paragraph_value(paragraph, 0x2640)
        return value[0] + 1 if value is not None and value[0] < 6 else 0


_RESULT: list[str] = []
"""Stands for a field whose code is read and whose result is shown."""


def _shade(operand: bytes) -> str:
    fore, back = operand[0:4], operand[4:8]
    pattern = struct.unpack_from("<H", operand, 8)[0]
    if pattern == 1:
        return "000000" if fore[3] == 0xFF else fore[:3].hex().upper()
    return "" if back[3] == 0xFF else back[:3].hex().upper()


def _table(rows: list[tuple[str, ...]]) -> Table:
    width = max(len(row) for row in rows)
    return Table(tuple(row + ("",) * (width - len(row)) for row in rows))
