"""The signs by which a letter shows what it does."""

from __future__ import annotations

import pytest

from candour.letters.lint import lint_text
from candour.letters.lint.document import Document
from letters.lint.parts import denial


@pytest.mark.parametrize(
    ("words", "gives"),
    [
        ("We are able to provide the following.", True),
        ("We have decided to partially disclose it.", True),
        ("We are unable to provide it.", False),
        ("We are not able to disclose it.", False),
        ("We will not be able to release it.", False),
    ],
)
def test_what_a_force_cannot_do_it_does_not_do(words: str, *, gives: bool) -> None:
    """To be unable to provide is not to disclose, though “able to provide” stands in it."""
    assert Document(denial(words)).gives is gives


def test_a_denial_that_is_unable_to_provide_only_denies() -> None:
    """What holds for letters that give nothing is looked for in it."""
    text = denial("Section 31(3)\n\nSection 21(1)\n\nWe are unable to provide more.")
    assert "L-NCND-02" in {finding.code for finding in lint_text(text)}
