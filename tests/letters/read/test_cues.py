"""The cues fit together where one of them is looked for before another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from candour.letters.read.cues import cues


@given(st.from_regex(cues().request_introduction))
def test_an_introduction_has_one_of_the_ends(words: str) -> None:
    """No introduction is passed over because its end was looked for first."""
    if cues().request_introduction.search(words):
        assert cues().introduction_end.search(words)
