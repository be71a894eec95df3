"""An ordinary letter, and ones with what a test wants to see in it."""

from __future__ import annotations

from datetime import date

from candour.letters.model import (
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


def table(columns: int, rows: int, cell: str = "{0}") -> DataTable:
    """A table of that size, each row with its own name and figures."""
    return DataTable(
        f"Table of {columns} by {rows}",
        ("Ward", *(f"Month {index}" for index in range(1, columns))),
        tuple((f"Ward {row}", *(cell.format(row * index) for index in range(1, columns))) for row in range(rows)),
        ("Source: the record system.",),
    )


def letter(*sections: Section) -> Letter:
    """A letter with those sections between a question and a closing."""
    question = Section(
        SectionKind.ANSWER,
        "Question 1",
        (
            Quote("How many?\n\nPlease say *why*.\nThank you."),
            Paragraph("We hold this.", strong=True),
            BulletList(("first", "second")),
            Facts((("Officer", "A. Smith"), ("A name far too long to stand beside its own value", "A value"))),
            Link("Our figures", "https://www.example.police.uk/figures?a=1&b=2", "Answers question 1."),
            table(3, 2),
        ),
        about=("1", "1a"),
    )
    closing = Section(SectionKind.CLOSING, "", (Paragraph("Yours sincerely", locked=True),))
    return Letter(
        Sender("Heddlu Gŵyr", "Information Access", ("1 High Street", "AB1 2CD"), "foi@example.police.uk"),
        "FOI-2026-0001",
        "Stop & search <2025>",
        date(2026, 2, 3),
        date(2026, 3, 3),
        "Dear Ms Jones",
        (question, *sections, closing),
        addressee="Ms Jones\n2 Low Street",
    )


def advice(*blocks: Paragraph | Quote | BulletList | Facts | Link | DataTable) -> Letter:
    """A letter with one more section, which holds those blocks."""
    return letter(Section(SectionKind.ADVICE, "Advice", blocks))
