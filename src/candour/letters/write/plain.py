"""One rule for characters, applied to a whole letter before any writer sees it, so that all formats say the same.

- A control character, a lone surrogate or a code point that Unicode will never assign becomes U+FFFD (�): the reader
  sees that something stood there.
- Invisible characters that reorder, hide or tag text (bidirectional controls, zero-width spaces, soft hyphens, byte
  order marks, tag characters) are removed. The joiners U+200C and U+200D stay: several scripts and emoji need them.
- Every kind of line end becomes one line break. Line breaks are kept in a quote and in the addressee; anywhere else a
  run of white space is one space. Lines have no white space at either end.
- What is empty after that is left out, except in a table, which keeps its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from candour.letters.model import (
    Attachment,
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
    Sender,
)

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")


def line(text: str) -> str:
    """The text as one line."""
    return " ".join(lines(text)).strip()


def lines(text: str) -> list[str]:
    """The text's lines; empty lines stay, but not at either end."""
    visible = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    found = [_SPACE.sub(" ", _UNPRINTABLE.sub("\ufffd", part)).strip() for part in visible.split("\n")]
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    return found


def tidy(letter: Letter) -> Letter:
    """The letter under the rule above, with its attachments listed and never without a subject."""
    attachments = tuple(Attachment(line(item.name), line(item.title)) for item in letter.attachments)
    sender = letter.sender
    return replace(
        letter,
        sender=Sender(line(sender.name), line(sender.unit), _filled(sender.address), line(sender.email)),
        reference=line(letter.reference),
        subject=line(letter.subject) or line(letter.reference) or "Letter",
        salutation=line(letter.salutation),
        addressee="\n".join(part for part in lines(letter.addressee) if part),
        sections=_with_attachments(tuple(tidy_section(section) for section in letter.sections), attachments),
        attachments=attachments,
    )


def tidy_section(section: Section) -> Section:
    """One section of a letter under the rule above."""
    blocks = (_block(block) for block in section.blocks)
    return Section(
        section.kind,
        line(section.title),
        tuple(block for block in blocks if block is not None),
        tuple(tidy_section(below) for below in section.sections),
        _filled(section.about),
    )


def _block(block: Block) -> Block | None:
    match block:
        case Paragraph(text):
            return replace(block, text=line(text)) if line(text) else None
        case Quote(text):
            return Quote("\n".join(lines(text))) if lines(text) else None
        case BulletList(items):
            return BulletList(_filled(items)) if _filled(items) else None
        case Facts(rows):
            pairs = tuple((line(name), line(value)) for name, value in rows)
            kept = tuple(pair for pair in pairs if any(pair))
            return Facts(kept) if kept else None
        case Link(text, url, note):
            shown = line(text) or line(url)
            return Link(shown, line(url), line(note)) if shown or line(note) else None
        case DataTable(title, columns, rows, notes):
            return DataTable(
                line(title),
                tuple(line(name) for name in columns),
                tuple(tuple(line(cell) for cell in row) for row in rows),
                _filled(notes),
            )


def _filled(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in (line(text) for text in texts) if text)


def _with_attachments(sections: tuple[Section, ...], attachments: tuple[Attachment, ...]) -> tuple[Section, ...]:
    """The sections, ending with a list of the attachments unless a section of that kind says what they are."""
    told = any(below.kind is SectionKind.ATTACHMENTS for section in sections for below in section.walk())
    if told or not attachments:
        return sections
    items = tuple(": ".join(part for part in (item.name, item.title) if part) for item in attachments)
    return (*sections, Section(SectionKind.ATTACHMENTS, "Attachments", (BulletList(_filled(items)),)))
