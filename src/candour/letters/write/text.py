"""A letter as plain text, for an e-mail or a text box."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from candour.letters.model import Block, BulletList, DataTable, Facts, Letter, Link, Paragraph, Quote, Section
from candour.letters.write.columns import numeric_columns
from candour.letters.write.outline import below, head_facts
from candour.letters.write.plain import tidy

WIDTH = 78
_UNDERLINES = {1: "=", 2: "-"}
_DEEPER = "."
_GAP = "  "


def to_text(letter: Letter) -> str:
    """The letter in lines of at most 78 characters; a longer word or address stays whole.

    A table whose columns do not fit side by side is written row by row, each cell after the name of its column.
    """
    clean = tidy(letter)
    return "\n\n".join(_letter(clean)) + "\n"


def _letter(letter: Letter) -> Iterator[str]:
    sender = letter.sender
    yield from _filled(_each((sender.name, sender.unit, *sender.address, sender.email)))
    yield from _filled(letter.addressee)
    facts = head_facts(letter)
    if facts:
        yield _facts(facts)
    yield _heading(letter.subject, 1)
    yield from _filled(_wrap(letter.salutation))
    for section in letter.sections:
        yield from _section(section, 2)


def _section(section: Section, level: int) -> Iterator[str]:
    if section.title:
        yield _heading(section.title, level)
    for block in section.blocks:
        yield _block(block)
    for inner in section.sections:
        yield from _section(inner, below(level, section))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _wrap(text)
        case Quote(text):
            return "\n".join(_wrap(line, "    ") for line in text.split("\n"))
        case BulletList(items):
            return "\n".join(_wrap(item, "- ", "  ") for item in items)
        case Facts():
            return _facts(block)
        case Link(text, url, note):
            return _each(dict.fromkeys((text, url, note)))
        case DataTable():
            return _table(block)


def _heading(title: str, level: int) -> str:
    wrapped = _wrap(title)
    return f"{wrapped}\n{_UNDERLINES.get(level, _DEEPER) * max(_width(line) for line in wrapped.splitlines())}"


def _facts(facts: Facts) -> str:
    longest = max(_width(name) for name, _ in facts.rows)
    if longest > WIDTH // 2:
        return "\n".join(_wrap(f"{name}: {value}", "", "    ") for name, value in facts.rows)
    indent = " " * (longest + 1 + len(_GAP))
    return "\n".join(
        _wrap(value, _padded(f"{name}:", longest + 1) + _GAP, indent) or f"{name}:" for name, value in facts.rows
    )


def _table(table: DataTable) -> str:
    parts = [_wrap(table.title), _grid(table) or _records(table), *(_wrap(note) for note in table.notes)]
    return "\n\n".join(part for part in parts if part)


def _grid(table: DataTable) -> str:
    """The table in columns, or nothing when they do not fit side by side."""
    rows = [table.columns, *table.rows]
    widths = [max(_width(row[index]) for row in rows) for index in range(len(table.columns))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > WIDTH:
        return ""
    right = numeric_columns(table)
    rule = _GAP.join("-" * width for width in widths)
    written = [
        _GAP.join(_padded(cell, widths[index], right=index in right) for index, cell in enumerate(row)).rstrip()
        for row in rows
    ]
    return "\n".join([written[0], rule, *written[1:]])


def _records(table: DataTable) -> str:
    head = _wrap("Columns: " + "; ".join(table.columns), "", "    ")
    return "\n\n".join([head, *(_record(table.columns, row) for row in table.rows)])


def _record(columns: Sequence[str], row: Sequence[str]) -> str:
    pairs = list(zip(columns, row, strict=True))
    written = [_wrap(f"{name}: {value}" if name else value) for name, value in pairs[:1]]
    written += [_wrap(f"{name}: {value}" if name else value, "    ", "        ") for name, value in pairs[1:]]
    return "\n".join(line for line in written if line)


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _each(texts: Sequence[str] | dict[str, None]) -> str:
    return "\n".join(_wrap(text) for text in texts if text)


def _filled(text: str) -> Iterator[str]:
    if text:
        yield text


def _width(text: str) -> int:
    """How many places the text takes in a fixed-width font."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
