"""Words that are searched only where a needle stands are found wherever the pattern itself would find them."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.letters.lint.registry import SUBJECTS
from candour.letters.lint.words import Composer, Phrase, phrase

MODULES = [import_module(f"candour.letters.lint.{name}") for name in (*SUBJECTS, "signs")]
PHRASES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Phrase) and value.needles
}
MISSED = {
    "classes._DECLARED",
    "cost._FIGURES",
    "explanations._REQUIRED",
    "header._REFERENCE",
    "limbs._ALTERNATIVE",
    "limbs._FORTY_FIVE",
    "limbs._MISBRACKETED",
    "ncnd._EACH_PART",
    "ncnd._PUBLIC_DOMAIN",
    "outcome._LEFT_OVER",
    "personal_data._CONDITION",
    "text_quality._SLIPS",
}
"""Phrases some of whose words are passed over to this day, as `the the` is; to find them changes what is reported."""


@pytest.mark.parametrize("name", sorted(PHRASES.keys() - MISSED))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_match_holds_a_needle(name: str, data: st.DataObject) -> None:
    """No match of a pattern is missed because none of its needles stands there."""
    sought = PHRASES[name]
    words = data.draw(st.from_regex(sought.pattern, alphabet=st.characters(codec="latin-1", exclude_characters="\n")))
    for found in sought.pattern.finditer(words):
        assert any(needle in found.group() for needle in sought.needles)


@given(st.lists(st.sampled_from(["hay and oats", "no oats", "oats, hay, oats", "straw"])), st.booleans())
def test_all_ways_of_asking_agree(paragraphs: list[str], there_first: bool) -> None:
    """Whether, first and all agree, whichever is asked first, and however far an earlier search went."""
    composer = Composer()
    for number, words in enumerate(paragraphs):
        composer.paragraph([(number * 100, words)])
    own, sought = composer.finish(), phrase(r"\boats\b", "oats")
    spans = [found.span() for found in sought.pattern.finditer(own.text)]
    if there_first:
        assert own.has(sought) is bool(spans)
    next(own.find(sought), None)
    for _ in range(2):
        assert [found.span() for found in own.find(sought)] == spans
    first = own.first(sought)
    assert (first.span() if first else None) == (spans[0] if spans else None)
    assert own.has(sought) is bool(spans)
