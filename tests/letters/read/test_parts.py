"""Where the request begins: at the words that announce it, wherever in their paragraph they stand."""

from __future__ import annotations

import pytest

from candour.letters.read.parts import find_parts

COURTESIES = "Thank you for writing to us about the horses, which we are always glad to hear about. "
QUESTIONS = "\n\nThe stables in Canal Street.\n\nThe riders of the year before last.\n\n"
ANSWER = "Our response\n\nThere are three stables."


@pytest.mark.parametrize("courtesies", [0, 1, 4, 5, 6, 12])
@pytest.mark.parametrize(
    "announces", ["You asked for the following:", "You requested information on:", "I would like to know about:"]
)
def test_a_request_is_announced_at_the_end_of_a_paragraph_however_long(courtesies: int, announces: str) -> None:
    """A short announcement after many courtesies counts as one that stands alone."""
    parts = find_parts(COURTESIES * courtesies + announces + QUESTIONS + ANSWER)
    assert parts.request.split() == QUESTIONS.split()


@pytest.mark.parametrize("words", ["Unconcerning as that may be, these:", "You asked. Our answer is this:"])
def test_other_words_before_a_colon_announce_nothing(words: str) -> None:
    """They begin at a word, and nothing ends between them and the colon."""
    assert find_parts(COURTESIES * 6 + words + QUESTIONS + ANSWER).request == ""
