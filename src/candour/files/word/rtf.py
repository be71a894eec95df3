"""RTF. Rich Text Format Specification 1.9.1."""

from __future__ import annotations

from dataclasses import replace

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.residue import words_in
from candour.files.visible import Block, Document, Paragraph, Table, Visible
from candour.files.word.gathered import Gathered
from candour.files.word.looks import Looks, Seen, barred
from candour.files.word.outputs import rebuilt_document
from candour.files.word.rtf_groups import Group, report
from candour.files.word.rtf_picture import Picture, end_picture
from candour.files.word.rtf_tokens import Kind, Token, tokens
from candour.files.word.rtf_words import CHARSETS, HEADERS, SPECIAL, codec, listed, reported

_CODES = {
    Seen.VANISHED: "R.vanish_text",
    Seen.REDACTED: "R.fake_redaction",
    Seen.SAME_COLOUR: "R.white_text",
    Seen.TINY: "R.tiny_text",
}


class RtfReader:
    """Reads one RTF into visible blocks, and gathers the rest."""

    def __init__(self, data: bytes, context: Context, inspected: Inspected) -> None:
        self.data = data
        self.context = context
        self.gathered = Gathered(inspected)
        self.inspected = inspected
        self.blocks: list[Block] = []
        self.above: list[Block] = []
        self.below: list[Block] = []
        self.notes: list[Block] = []
        self.lost: dict[str, int] = {}
        self.stack: list[Group] = [Group()]
        self.colours: list[str] = []
        self.fonts: dict[int, str] = {}
        self.default = "cp1252"
        self.families: set[str] = set()
        self.facing = False
        self.first_page = False
        self.line: list[str] = []
        self._cells: list[str] = []
        self._rows: list[tuple[str, ...]] = []
        self._to_skip = 0
        self._high = 0xD800
        self._note_count = 0
        self._font: int | None = None
        self._colour = [-1, -1, -1]
        self._pending = bytearray()
        self.picture: Picture | None = None
        self._saved: list[tuple[list[str], list[Block], list[str], list[tuple[str, ...]]]] = []

    @property
    def group(self) -> Group:
        """The innermost group."""
        return self.stack[-1]

    def read(self) -> None:
        """Read to the end. Raises `Blocked`."""
        end = 0
        for token, position in tokens(self.data, self.context.budget):
            end = position
            self._take(token)
        self._end_paragraph()
        self._end_table()
        rest = self.data[end:].strip(b"\x00\r\n\t ")
        if rest:
            self.gathered.add(
                "R.trailing", f"byte {end}", " ".join(words_in(rest, self.context.budget)), count=len(rest)
            )
        self.inspected.know(len(self.families) + 1)

    # Tokens

    def _take(self, token: Token) -> None:
        if token.kind is not Kind.BYTE and token.kind is not Kind.TEXT:
            self._flush()
        if token.kind is Kind.OPEN:
            self.stack.append(replace(self.group, starred=False, name="", text=self.group.text))
        elif token.kind is Kind.CLOSE:
            self._close()
        elif token.kind is Kind.WORD:
            self._word(token.name, token.number)
        elif token.kind is Kind.SYMBOL:
            self._symbol(token.name)
        elif token.kind is Kind.BINARY:
            self._binary(token.data)
        else:
            self._bytes(token.data)

    def _symbol(self, name: str) -> None:
        if name == "*":
            self.group.starred = True
        elif name in SPECIAL:
            self._text(SPECIAL[name])
        elif name in {"\\", "{", "}"}:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._text(name)
        elif name in {"\r", "\n"}:
            self._text("\n")

    def _bytes(self, data: bytes) -> None:
        if self._to_skip:
            taken = min(self._to_skip, len(data))
            self._to_skip -= taken
            data = data[taken:]
        if self.picture is not None and self.group.target == "picture":
            self.picture.digits.append(data)
        elif self.group.target == "R.object":
            self.group.text.append(data.decode("latin-1"))
        elif data:
            self._pending += data

    def _flush(self) -> None:
        if self._pending:
            data = bytes(self._pending)
            self._pending.clear()
            self._text(data.decode(self.group.encoding, "replace"))

    def _binary(self, data: bytes) -> None:
        if self.picture is not None and self.group.target == "picture":
            self.picture.binary += data
        elif data:
            self.gathered.add("R.binary", "text", " ".join(words_in(data, self.context.budget)), count=len(data))

    def _word(self, name: str, number: int | None) -> None:  # noqa: C901, PLR0912, PLR0915  one line for each control word
        self.families.add(name)
        group = self.group
        if self._is_destination(name):
            return
        if name == "u" and number is not None:
            self._text(
                chr(number % 65_536) if not 0xD800 <= number % 65_536 < 0xE000 else self._surrogate(number % 65_536)
            )
            self._to_skip = group.skip
        elif name == "uc":
            group.skip = max(0, min(number or 0, 8))
        elif name in SPECIAL and name != "par":
            self._text(SPECIAL[name])
        elif name == "par":
            self._paragraph_mark()
        elif name == "plain":
            group.looks = Looks(size=12.0)
            group.deleted = group.revised = False
        elif name == "pard":
            group.in_table = False
            group.level = 0
        elif name == "v":
            group.looks = group.looks.with_(vanish=number != 0)
        elif name == "deleted":
            group.deleted = number != 0
        elif name in {"revised", "mvt"}:
            group.revised = number != 0
        elif name == "mvf":
            group.deleted = number != 0
        elif name == "fs" and number is not None:
            group.looks = group.looks.with_(size=number / 2)
        elif name == "cf":
            group.looks = group.looks.with_(colour=self._coloured(number))
        elif name in {"highlight", "chcbpat", "cb"}:
            group.looks = group.looks.with_(under=self._coloured(number))
        elif name in {"cbpat", "clcbpat"}:
            group.looks = group.looks.with_(behind=self._coloured(number) or "FFFFFF")
        elif name == "charscalex" and number is not None and number <= 5:
            group.looks = group.looks.with_(size=1.0)
        elif name == "f" and number is not None:
            self._font_change(number)
        elif name == "fcharset" and group.target == "fonts" and self._font is not None:
            self.fonts[self._font] = CHARSETS.get(number or 0, "cp1252")
        elif name == "ansicpg" and number:
            self.default = group.encoding = codec(number)
        elif name in {"red", "green", "blue"} and group.target == "colours":
            self._colour[("red", "green", "blue").index(name)] = max(0, min(number or 0, 255))
        elif name == "intbl":
            group.in_table = True
        elif name in {"cell", "nestcell"}:
            self._end_cell()
        elif name in {"row", "nestrow"}:
            self._end_row()
        elif name == "outlinelevel" and number is not None and 0 <= number < 6:
            group.level = number + 1
        elif name == "facingp":
            self.facing = True
        elif name == "titlepg":
            self.first_page = True
        elif name.startswith("piccrop") and self.picture is not None:
            self.picture.crop[name[7:]] = number or 0
        elif name == "picwgoal" and self.picture is not None:
            self.picture.width = number or 0
        elif name == "pichgoal" and self.picture is not None:
            self.picture.height = number or 0

    def _is_destination(self, name: str) -> bool:  # noqa: C901, PLR0912  one line for each kind
        """Whether a word begins a destination; then its group is sent there."""
        group = self.group
        starred, group.starred = group.starred, False
        if name == "ud" and len(self.stack) > 1 and self.stack[-2].name == "upr":
            group.target = "shown"
            return True
        hidden = group.target not in {"shown", "fonts", "colours"}
        if name in {"fonttbl", "colortbl", "pict"} and not (hidden and name == "pict"):
            group.target = {"fonttbl": "fonts", "colortbl": "colours", "pict": "picture"}[name]
            group.name = name
            if name == "pict":
                self.picture = Picture()
        elif name in HEADERS or name == "footnote":
            if hidden:
                return True
            group.name = name
            if name == "footnote":
                self._note_count += 1
                self.line.append(f"[{self._note_count}]")
            self._saved.append((self.line, self.blocks, self._cells, self._rows))
            self.line, self.blocks, self._cells, self._rows = [], [], [], []
        elif name in reported():
            if not hidden or group.target == "harmless":
                group.target, group.name, group.text = reported()[name], name, []
        elif name in listed("harmless") and (starred or name not in {"list", "sp", "sn", "sv", "ts", "cs", "ds"}):
            if not hidden:
                group.target = "harmless" if name not in {"shpinst", "nesttableprops", "background"} else group.target
        elif starred and name not in listed("shown"):
            if not hidden or group.target == "harmless":
                group.target, group.name, group.text = "R.unknown_destination", name, []
        elif starred or name in listed("shown"):
            if group.target == "harmless":
                group.target = "shown"
        elif name in {"sn", "sv", "sp"}:
            self._shape_property(name)
        else:
            return False
        return True

    def _shape_property(self, name: str) -> None:
        if name == "sv" and self.group.target == "shown":
            self.group.target, self.group.name, self.group.text = "R.shape_property", "sv", []
        elif name == "sn" and self.group.target == "shown":
            self.group.target = "harmless"

    def _surrogate(self, number: int) -> str:
        if number < 0xDC00:
            self._high = number
            return ""
        return chr(0x10000 + ((self._high - 0xD800) << 10) + (number - 0xDC00))

    def _font_change(self, number: int) -> None:
        if self.group.target == "fonts":
            self._font = number
        else:
            self.group.encoding = self.fonts.get(number, self.default) if number in self.fonts else self.default

    def _coloured(self, number: int | None) -> str:
        return self.colours[number] if number and 0 < number < len(self.colours) else ""

    # Text

    def _text(self, text: str) -> None:
        group = self.group
        if group.target == "colours":
            for _ in range(text.count(";")):
                plain = min(self._colour) < 0
                self.colours.append("" if plain else "".join(f"{part:02X}" for part in self._colour))
                self._colour = [-1, -1, -1]
        elif group.target == "shown":
            self._show(text)
        elif group.target not in {"fonts", "harmless", "picture"}:
            group.text.append(text)

    def _show(self, text: str) -> None:
        group = self.group
        if group.deleted:
            self.gathered.add("R.tracked_del", "text", text)
            return
        if group.revised and text.strip():
            self.gathered.add("R.tracked_ins", "text")
        seen = group.looks.seen
        if seen is Seen.SHOWN or not text.strip():
            self.line.append(text)
            return
        self.gathered.add(_CODES[seen], "text", text)
        self.line.append(barred(text) if seen is Seen.REDACTED else " ")

    def _paragraph_mark(self) -> None:
        if self.group.target != "shown":
            self._text("\n")
        elif self.group.in_table:
            self.line.append("\n")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        text = "".join(self.line).strip("\n")
        self.line.clear()
        if not self.group.in_table:
            self._end_table()
        if text.strip():
            self.blocks.append(Paragraph(text, self.group.level))

    def _end_cell(self) -> None:
        if self.group.target == "shown":
            self._cells.append("".join(self.line).strip("\n"))
            self.line.clear()

    def _end_row(self) -> None:
        if self._cells:
            if any(cell.strip() for cell in self._cells):
                self._rows.append(tuple(self._cells))
            self._cells = []

    def _end_table(self) -> None:
        self._end_row()
        if self._rows:
            width = max(len(row) for row in self._rows)
            self.blocks.append(Table(tuple(row + ("",) * (width - len(row)) for row in self._rows)))
            self._rows = []

    # Groups

    def _close(self) -> None:
        group = self.stack.pop()
        group.text.append(" ")
        if not self.stack:
            self.stack.append(group)
        if group.name == "pict":
            end_picture(self, shown=self.group.target == "shown")
        elif group.name in HEADERS or group.name == "footnote":
            self._end_aside(group)
        elif group.name and group.target not in {"shown", "harmless", "fonts", "colours", "picture"}:
            report(self, group)
        self._to_skip = 0

    def _end_aside(self, group: Group) -> None:
        self._end_paragraph()
        self._end_table()
        aside = self.blocks
        self.line, self.blocks, self._cells, self._rows = self._saved.pop()
        name = group.name
        shown = name in {"header", "footer", "footnote"}
        shown = (
            shown or (name[-1] == "f" and self.first_page) or (name[-1] in "lr" and name != "footer" and self.facing)
        )
        if not shown:
            text = " ".join(Document(aside).texts())
            if text.strip():
                self.gathered.add("R.header_footer", name, text)
        elif name == "footnote":
            if aside and isinstance(aside[0], Paragraph):
                aside[0] = Paragraph(f"[{self._note_count}] {aside[0].text.strip()}")
            self.notes += aside
        else:
            target = self.above if name.startswith("header") else self.below
            target += [block for block in aside if block not in target]


def _read(data: bytes, context: Context) -> tuple[Inspected, list[str]]:
    inspected = Inspected()
    start = data.find(b"{\\rtf")
    if start < 0:
        start = data.lower().find(b"{\\rtf")
    if start < 0:
        raise Blocked("The file is damaged: it does not begin as an RTF does. Ask for it again.")
    reader = RtfReader(data[start:], context, inspected)
    if data[:start].strip():
        reader.gathered.add("R.trailing", "byte 0", " ".join(words_in(data[:start], context.budget)), count=start)
    reader.read()
    reader.gathered.report()
    inspected.visible = Document([*reader.above, *reader.blocks, *reader.notes, *reader.below])
    return inspected, [f"{count} {what}" for what, count in reader.lost.items()]


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in an RTF. Raises `Blocked`."""
    inspected, lost = _read(data, context)
    inspected.lost += lost
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The accepted view of an RTF as a fresh DOCX and PDF. Raises `Blocked`."""
    return rebuilt_document(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """No rebuild writes RTF. Raises `Blocked`."""
    raise Blocked(f"A rebuild writes DOCX, not RTF ({len(data):,} bytes).")
