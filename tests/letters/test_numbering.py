"""The mark at the start of a line is read, whatever its form."""

from __future__ import annotations

import pytest

from candour.letters.numbering import MarkKind, read_mark

MARKS = {
    MarkKind.GROUP: ("REQUEST 1:", "request two", "Part 3", "A", "B:"),
    MarkKind.NAMED: ("Q1.", "q2) why", "Question One", "FOI Q1. How", "Request 2, question 1", "Part 2: How"),
    MarkKind.NUMBER: ("1. How", "1) how", "(1) how", "2: how", "3 – How", "“4. How", "'5) how"),
    MarkKind.NUMBER_LETTER: ("1a How", "(1b) how", "1.c) how"),
    MarkKind.DOTTED: ("1.2 How", "1.2.3) How"),
    MarkKind.LETTER: ("a) how", "(B) how", "c. how", "D) how"),
    MarkKind.ROMAN: ("i) how", "(iv) how", "viii. how", "ix) how", "x. how"),
    MarkKind.BULLET: ("- how", "* how", "• how", "•how", "o\thow", "\u2014 how"),
}


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in MARKS.items() for line in lines])
def test_a_mark_of_every_form(kind: MarkKind, line: str) -> None:
    """Every form of every kind is read, quoted or not."""
    mark = read_mark(line)
    assert mark is not None
    assert mark.kind is kind


@pytest.mark.parametrize(
    "line",
    ["Partial answers", "queue", "Foil", "requests for", "I would like", "via email", "_1. no", "over", "mix) no"],
)
def test_words_are_no_mark(line: str) -> None:
    """A line that begins with words has no mark, although it may begin as one does."""
    assert read_mark(line) is None
