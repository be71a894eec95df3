"""The head of a letter and the depth of its headings, alike in every format."""

from __future__ import annotations

from candour.letters.model import Facts, Letter, Section, SectionKind, day

DEEPEST_HEADING = 6


def head_facts(letter: Letter) -> Facts | None:
    """The reference and the dates, to stand above the subject; None if the letter's opening gives facts itself."""
    openings = (section for section in letter.walk() if section.kind is SectionKind.OPENING)
    if any(isinstance(block, Facts) for section in openings for block in section.blocks):
        return None
    dates = (("Date", day(letter.dated)), ("Request received", day(letter.received)))
    rows = (("Our reference", letter.reference), *dates)
    return Facts(tuple(row for row in rows if row[1]))


def below(level: int, section: Section) -> int:
    """The heading level of what is inside a section at `level`: a section without a title adds no level."""
    return min(level + bool(section.title), DEEPEST_HEADING)
