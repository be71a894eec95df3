"""What a check sees of a letter."""

from __future__ import annotations

import pytest

from candour.letters.lint.document import Document
from letters.lint.parts import refusal


@pytest.mark.parametrize("filling", range(280, 300))
def test_a_long_sentence_is_cut_between_words(filling: int) -> None:
    """“Send meadows” does not begin to ask for anything, wherever the look at a long sentence ends."""
    lead = "Section 43(2) applies to hay "
    words = lead + "-" * (filling - len(lead)) + " and send meadows to the council."
    assert [str(cite.provision) for cite in Document(refusal(words)).named] == ["43(2)"]


@pytest.mark.parametrize(("filling", "names"), [(40, []), (400, ["43(2)"])])
def test_a_citation_is_judged_by_the_words_near_it(filling: int, names: list[str]) -> None:
    """What is asked in the same sentence makes the citation no reason, unless it stands far off."""
    words = f"Section 43(2) {'of the hay ' * (filling // 11)}and please send me the rest."
    assert [str(cite.provision) for cite in Document(refusal(words)).named] == names
