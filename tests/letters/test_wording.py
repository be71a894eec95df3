"""A force may change the words that the law leaves free, and no others."""

from __future__ import annotations

import tomllib

import pytest
from desk.complete import claim, complete
from hypothesis import given
from hypothesis import strategies as st

from candour.law import Basis, Outcome
from candour.letters.wording import WordingError, english

from .test_compose import asked, compose, response, words

ENGLISH = english()
LOCKED = [key for key, phrase in ENGLISH.phrases.items() if phrase.locked]
FREE = [key for key, phrase in ENGLISH.phrases.items() if not phrase.locked]
RIGHTS_AND_CONCLUSIONS = {
    "refusal_notice",
    "duty_withhold",
    "duty_deny",
    "balance_deny",
    "balance_withhold",
    "personal_conclusion_withhold",
    "personal_conclusion_deny",
    "no_inference",
    "review",
    "commissioner",
}


def written(key: str, text: str) -> str:
    """An override as a force gives it."""
    return f"{key} = {_toml(text)}"


def _toml(text: str) -> str:
    escaped = "".join(
        character if character.isalnum() or character in " {}.,!:" else f"\\U{ord(character):08x}" for character in text
    )
    return f'"{escaped}"'


def refused(text: str) -> str:
    """What is said against an override."""
    with pytest.raises(WordingError) as error:
        ENGLISH.overridden(text)
    return str(error.value)


def test_rights_and_statutory_conclusions_are_locked() -> None:
    """What the law fixes is among the locked entries."""
    assert set(LOCKED) >= RIGHTS_AND_CONCLUSIONS


@pytest.mark.parametrize("key", LOCKED)
def test_a_locked_entry_cannot_be_overridden(key: str) -> None:
    """Even its own text is refused for a locked entry, with the source in law."""
    message = refused(written(key, ENGLISH.phrases[key].text))
    assert f"“{key}”" in message
    assert ENGLISH.phrases[key].source in message


@pytest.mark.parametrize("key", FREE)
def test_a_free_entry_can_be_overridden_with_the_same_fields(key: str) -> None:
    """Another text with the same fields takes the place of ours, and only there."""
    fields = sorted(ENGLISH.phrases[key].fields)
    own = ENGLISH.overridden(written(key, "Ours: " + " ".join(f"{{{field}}}" for field in fields)))
    assert own.say(key, **{field: field.upper() for field in fields}) == "Ours: " + " ".join(
        field.upper() for field in fields
    )
    assert {other: phrase for other, phrase in own.phrases.items() if other != key} == {
        other: phrase for other, phrase in ENGLISH.phrases.items() if other != key
    }
    assert not own.locked(key)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('nonsense = "x"', "There is no wording called “nonsense”."),
        ('closing = ""', "“closing” must be a text that is not empty"),
        ("closing = 7", "“closing” must be a text that is not empty"),
        ('[closing]\ntext = "x"', "“closing” must be a text that is not empty"),
        ('opening = "We thank you."', "“opening” must use exactly these fields: {received}"),
        ('opening = "{received} {reference}"', "“opening” must use exactly these fields: {received}"),
        ('closing = "{name}"', "“closing” must use exactly these fields: no fields"),
        ('opening = "{received.year}"', "“opening” must use exactly these fields"),
        ('opening = "{received"', "“opening” has a bracket that is not closed"),
        ('opening = "received}"', "“opening” has a bracket that is not closed"),
        ("opening = ", "The wording is not valid TOML"),
    ],
)
def test_an_override_that_cannot_stand_is_named(text: str, says: str) -> None:
    """The entry and what is wrong with it are told."""
    assert says in refused(text)


@pytest.mark.parametrize("text", ["Yours {}", "Yours {0}", "Yours {!r}"])
def test_a_bracket_without_a_name_is_refused(text: str) -> None:
    """A field that nobody fills in would break every letter, so the override is refused when it is made."""
    assert "“closing”" in refused(written("closing", text))


@pytest.mark.parametrize("text", ["{received:>999999999}", "{received:{received}}", "{received:d}"])
def test_a_field_is_filled_in_as_it_is(text: str) -> None:
    """A format within a field is refused, since it can break or flood every letter."""
    assert "“opening”" in refused(written("opening", text))


def test_nothing_overridden_is_the_same_wording() -> None:
    """An empty override changes nothing."""
    assert ENGLISH.overridden("# nothing\n") == ENGLISH


def test_one_bad_entry_refuses_the_whole_override() -> None:
    """A good entry beside a bad one is not taken alone, and our wording stays as it was."""
    before = dict(ENGLISH.phrases)
    assert "“review”" in refused('closing = "With kind regards"\nreview = "You may complain."')
    assert ENGLISH.phrases == before


def test_the_letter_is_in_the_words_of_the_force() -> None:
    """An overridden phrase stands in the letter, and the rights stay as the law fixes them."""
    whole = response((asked(), complete(Outcome.WITHHELD, claim("31(1)(a)"))))
    own = compose(whole, ENGLISH.overridden('balance_title = "Where the balance lies"'))
    assert "Where the balance lies" in words(own)
    assert words(own).replace("Where the balance lies", "Balance") == words(compose(whole))


def test_every_basis_and_outcome_has_its_words() -> None:
    """No limb or outcome can bring a letter to a phrase that does not exist."""
    assert {f"basis_{basis}" for basis in Basis if basis is not Basis.PROCEDURE} <= set(ENGLISH.phrases)
    assert {"force_absolute", "force_qualified", "nature_procedure"} <= set(ENGLISH.phrases)


def test_every_entry_names_its_source() -> None:
    """Nothing is worded without saying which provision or practice it serves."""
    assert all(phrase.source.strip() for phrase in ENGLISH.phrases.values())


PIECES = st.sampled_from(["{received}", "{received}", "{", "}", "{}", "{{", "}}", "We thank you", " ", "{0}", "é", '"'])


@given(st.lists(PIECES, max_size=5).map("".join))
def test_whatever_is_accepted_can_be_said(text: str) -> None:
    """An override is refused in words, or else fills in without failing."""
    override = written("opening", text)
    assert tomllib.loads(override)["opening"] == text
    try:
        own = ENGLISH.overridden(override)
    except WordingError as error:
        assert "“opening”" in str(error)  # noqa: PT017  either outcome is right
    else:
        assert "2 March 2026" in own.say("opening", received="2 March 2026")
