"""Words that are searched only where a needle stands are found wherever the pattern itself would find them."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.letters.lint.registry import SUBJECTS
from candour.letters.lint.words import Composer, Phrase, Words, phrase

MODULES = [import_module(f"candour.letters.lint.{name}") for name in (*SUBJECTS, "signs")]
PHRASES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Phrase) and value.needles
}


@pytest.mark.parametrize("name", sorted(PHRASES))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_match_holds_a_needle(name: str, data: st.DataObject) -> None:
    """No match of a pattern is missed because none of its needles stands there."""
    sought = PHRASES[name]
    words = data.draw(st.from_regex(sought.pattern, alphabet=st.characters(codec="latin-1", exclude_characters="\n")))
    for found in sought.pattern.finditer(words):
        assert any(needle in found.group() for needle in sought.needles)


def laid_out(*paragraphs: str) -> Words:
    """Paragraphs as the linter searches them."""
    composer = Composer()
    for number, words in enumerate(paragraphs):
        composer.paragraph([(number * 100, words)])
    return composer.finish()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cost._FIGURES", "It would take 2,5-hour shifts."),
        ("header._REFERENCE", "Our refs; 190/26"),
        ("limbs._ALTERNATIVE", "It applies only so far."),
        ("limbs._FORTY_FIVE", "Section 40(5 ) applies."),
        ("limbs._FORTY_FIVE", "Section 40 ( 5) applies."),
        ("limbs._MISBRACKETED", "By virtue of subsection 3 (B) of it"),
        ("ncnd._EACH_PART", "We cannot answer any one of the points."),
        ("ncnd._PUBLIC_DOMAIN", "The force has published it."),
        ("personal_data._CONDITION", "Section 40(3)(a) applies."),
        ("text_quality._MISWRITTEN", "We rely on section54(1) here."),
        ("text_quality._MISWRITTEN", "We rely on section 40(2, as amended."),
    ],
)
def test_odd_spellings_are_found(name: str, words: str) -> None:
    """What the pattern admits is found in a paragraph that holds nothing but it."""
    assert laid_out(words).has(PHRASES[name])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("classes._DECLARED", "Sections 30 and 31 are and remain class-based."),
        ("explanations._REQUIRED", "National security is untouched. Silence is required to safeguard children."),
        ("outcome._LEFT_OVER", "We answer your question on the review of completed cases."),
        ("text_quality._SLIPS", "Under section 40 the the horse is no person."),
        ("text_quality._MISWRITTEN", "See section 45(1-3), section 30(1, 2) and section 31(1 & 2)."),
    ],
)
def test_words_that_say_something_else_are_not_found(name: str, words: str) -> None:
    """A needle that stands there by chance lets no other words through."""
    assert not laid_out(words).has(PHRASES[name])


@given(st.lists(st.sampled_from(["hay and oats", "no oats", "oats, hay, oats", "straw"])), st.booleans())
def test_all_ways_of_asking_agree(paragraphs: list[str], there_first: bool) -> None:
    """Whether, first and all agree, whichever is asked first, and however far an earlier search went."""
    own, sought = laid_out(*paragraphs), phrase(r"\boats\b", "oats")
    spans = [found.span() for found in sought.pattern.finditer(own.text)]
    if there_first:
        assert own.has(sought) is bool(spans)
    next(own.find(sought), None)
    for _ in range(2):
        assert [found.span() for found in own.find(sought)] == spans
    first = own.first(sought)
    assert (first.span() if first else None) == (spans[0] if spans else None)
    assert own.has(sought) is bool(spans)
