"""A letter as an accessible PDF (PDF/UA-1), typeset by Typst from data alone: no text of a letter becomes markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from candour.letters.model import (
    Block,
    BulletList,
    DataTable,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
)
from candour.letters.write import fonts
from candour.letters.write.addresses import href, mail
from candour.letters.write.columns import numeric_columns
from candour.letters.write.fit import LONGEST_NAME, breakable, em, fitted, layout
from candour.letters.write.outline import below, head_facts
from candour.letters.write.plain import tidy

_LINE = 36.0
_LONGEST_FOOTER = 60
_MOST_LINES, _MOST_WORDS = 8, 600
_NOT_DRAWN = "could not be displayed"

Drawn = Callable[[str], str]
"""Gives a text as the fonts can draw it."""


def to_pdf(letter: Letter) -> bytes:
    """The letter as a tagged PDF in British English; the same letter always gives the same bytes."""
    clean = tidy(letter)
    try:
        return _compile(clean, fonts.drawable)
    except typst.TypstError as error:
        if _NOT_DRAWN not in str(error):
            raise
        return _compile(clean, lambda text: fonts.drawable(text, strictly=True))


def _compile(letter: Letter, drawn: Drawn) -> bytes:
    template = Path(str(resources.files(__package__).joinpath("letter.typ")))
    made = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"letter": json.dumps(_Data(drawn).letter(letter), ensure_ascii=False)},
        timestamp=datetime.combine(letter.dated, time(), UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in fonts.folders()],
    )


def _kept_together(section: Section) -> bool:
    """Whether a page should not end within it: the few lines that close a letter."""
    short = all(isinstance(block, Paragraph) for block in section.blocks) and not section.sections
    words = sum(len(block.text) for block in section.blocks if isinstance(block, Paragraph))
    return section.kind is SectionKind.CLOSING and short and len(section.blocks) <= _MOST_LINES and words <= _MOST_WORDS


class _Data:
    """The letter as plain data for `letter.typ`, every text drawable and no word wider than its place."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn

    def letter(self, letter: Letter) -> dict[str, Any]:
        sender, facts = letter.sender, head_facts(letter)
        return {
            "title": self._drawn(letter.subject),
            "author": self._drawn(sender.name),
            "year": letter.dated.year,
            "month": letter.dated.month,
            "day": letter.dated.day,
            "families": fonts.FAMILIES,
            "sender": self._text(sender.name),
            "unit": self._text(sender.unit),
            "address": [self._text(line) for line in sender.address],
            "email": {"text": self._text(sender.email), "href": mail(sender.email)},
            "addressee": [self._text(line) for line in letter.addressee.split("\n") if line],
            "facts": self._facts(facts) if facts else [],
            "footer": self._drawn(letter.reference[:_LONGEST_FOOTER]),
            "subject": self._text(letter.subject, _LINE / 2),
            "salutation": self._text(letter.salutation),
            "content": [item for section in letter.sections for item in self._section(section, 2)],
        }

    def _section(self, section: Section, level: int) -> list[dict[str, Any]]:
        """The section and what is in it as one run of headings and blocks."""
        found: list[dict[str, Any]] = []
        if section.title:
            found.append({"is": "heading", "level": level, "text": self._text(section.title, _LINE / 1.6)})
        found += [self._block(block) for block in section.blocks]
        for inner in section.sections:
            found += self._section(inner, below(level, section))
        return [{"is": "together", "content": found}] if _kept_together(section) else found

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Paragraph(text, _, strong):
                return {"is": "paragraph", "text": self._text(text), "strong": strong}
            case Quote(text):
                return {"is": "quote", "lines": [self._text(line) for line in text.split("\n")]}
            case BulletList(items):
                return {"is": "list", "items": [self._text(item) for item in items]}
            case Facts():
                return {"is": "facts", "rows": self._facts(block)}
            case Link(text, url, note):
                shown = "" if url == text else self._text(url)
                return {
                    "is": "link",
                    "text": self._text(text),
                    "url": shown,
                    "href": href(url),
                    "note": self._text(note),
                }
            case DataTable():
                return self._table(block)

    def _table(self, table: DataTable) -> dict[str, Any]:
        drawn = DataTable(
            self._text(table.title),
            tuple(self._drawn(name) for name in table.columns),
            tuple(tuple(self._drawn(cell) for cell in row) for row in table.rows),
            tuple(self._text(note) for note in table.notes),
        )
        found = layout(drawn)
        fit = [
            [fitted(cell, width, found) for cell, width in zip(row, found.widths, strict=True)]
            for row in (drawn.columns, *drawn.rows)
        ]
        return {
            "is": "table",
            "title": drawn.title,
            "columns": fit[0],
            "rows": fit[1:],
            "notes": drawn.notes,
            "numeric": sorted(numeric_columns(table)),
            "sideways": found.sideways,
            "size": found.size,
            "inset": found.inset,
            "widths": found.widths,
        }

    def _facts(self, facts: Facts) -> list[dict[str, Any]]:
        """The pairs; the value of a name too long for its column goes on the next line."""
        return [
            {
                "name": self._text(name),
                "value": self._text(value, _LINE - LONGEST_NAME),
                "long": em(name) > LONGEST_NAME,
            }
            for name, value in facts.rows
        ]

    def _text(self, text: str, limit: float = _LINE) -> str:
        return breakable(self._drawn(text), limit)
