"""The letter as a tree: what every writer writes and every reader reads.

A letter is composed once, from the request and the decisions, and written as HTML, DOCX, PDF and text from the same
tree. Sections say what they are for (`SectionKind`), so that a writer can mark them and a checker can find them; blocks
say only how they look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum


class SectionKind(StrEnum):
    """What a section of a letter is for."""

    OPENING = "opening"
    """The request as put, before its questions: what was asked, when it was received."""
    ANSWER = "answer"
    """One question: as asked, its outcome in plain words, what is disclosed."""
    REASONS = "reasons"
    """Why something is refused, for the questions in `about`; holds the sections below."""
    EXEMPTIONS = "exemptions"
    HARM = "harm"
    PUBLIC_INTEREST = "public_interest"
    FACTORS_FAVOURING = "factors_favouring"
    FACTORS_AGAINST = "factors_against"
    BALANCE = "balance"
    PERSONAL_DATA = "personal_data"
    QUALIFIED_PERSON = "qualified_person"
    COST = "cost"
    REFUSAL_NOTICE = "refusal_notice"
    NO_INFERENCE = "no_inference"
    SIGNPOSTS = "signposts"
    ADVICE = "advice"
    ATTACHMENTS = "attachments"
    INTERNAL_REVIEW = "internal_review"
    COMMISSIONER = "commissioner"
    CLOSING = "closing"
    CLARIFICATION = "clarification"
    FEE = "fee"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `locked` text states a right or a statutory conclusion and may not be edited."""

    text: str
    locked: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words, as put: the question of the requester. Line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """Points of equal standing."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a value, in order: the reference and the dates at the head of a letter."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is published: words that say what it is, the address, and what it answers."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """Figures shown in the letter. The first column heads its rows; every row has as many cells as `columns`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"table “{self.title}” has no columns")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table “{self.title}”, row {number}: {len(row)} cells under {len(self.columns)} columns"
                )


Block = Paragraph | Quote | BulletList | Facts | Link | DataTable


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the letter; `about` names the questions it concerns ("1", "2", "4a")."""

    kind: SectionKind
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    about: tuple[str, ...] = ()

    def walk(self) -> Iterator[Section]:
        """The section itself and every one below it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers: the force, and where it can be reached."""

    name: str
    unit: str = ""
    address: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with the letter: its name and what it holds."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter. `addressee` is empty in the copy that is published."""

    sender: Sender
    reference: str
    subject: str
    received: date
    dated: date
    salutation: str
    sections: tuple[Section, ...]
    addressee: str = ""
    attachments: tuple[Attachment, ...] = ()

    def walk(self) -> Iterator[Section]:
        """Every section, in reading order."""
        for section in self.sections:
            yield from section.walk()

    def digest(self) -> str:
        """SHA-256 of the whole tree, in hexadecimal: two letters with one digest say the same."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def day(value: date) -> str:
    """A date as people write it: 3 March 2026."""
    return f"{value.day} {value:%B %Y}"
