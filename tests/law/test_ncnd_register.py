"""The register warns where a decision departs from it, or the world has overtaken it."""

from __future__ import annotations

from datetime import date

import pytest

from candour.law import (
    Claim,
    Decision,
    Granularity,
    KnownDisclosure,
    Outcome,
    Provision,
    RegisteredTopic,
    register_warnings,
)

TODAY = date(2026, 3, 27)
LIMBS = frozenset({Provision.parse("30(3)"), Provision.parse("31(3)")})
TOPIC = RegisteredTopic("Open investigations", Granularity.UNIT, LIMBS)


def denial(*cited: str) -> Decision:
    """A decision to neither confirm nor deny by these limbs."""
    return Decision(Outcome.NCND, claims=tuple(Claim((Provision.parse(cite),)) for cite in cited))


def test_a_decision_that_follows_the_register_is_not_warned_of() -> None:
    """The same limbs, nothing public, no review due."""
    assert register_warnings(TOPIC, denial("30(3)", "31(3)"), TODAY) == ()


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.NCND])
def test_any_other_outcome_departs_from_the_register(outcome: Outcome) -> None:
    """To disclose, to refuse or to say "not held" makes the other answers readable."""
    (warning,) = register_warnings(TOPIC, Decision(outcome), TODAY)
    assert "does otherwise" in warning.what


def test_other_limbs_are_told() -> None:
    """Both sets are named, so that a person sees the difference."""
    (warning,) = register_warnings(TOPIC, denial("30(3)", "38(2)"), TODAY)
    assert "30(3) and 31(3)" in warning.what
    assert "30(3) and 38(2)" in warning.what


@pytest.mark.parametrize(("level", "warned"), [(Granularity.UNIT, 1), (Granularity.FORCE, 0), (Granularity.PERSON, 0)])
def test_what_is_public_counts_at_its_own_level_of_detail(level: Granularity, warned: int) -> None:
    """A figure for the whole force does not confirm anything of one team."""
    public = KnownDisclosure("https://www.example.org/news", date(2025, 5, 1), level)
    topic = RegisteredTopic(TOPIC.title, TOPIC.granularity, LIMBS, (public,))
    assert len(register_warnings(topic, denial("30(3)", "31(3)"), TODAY)) == warned


@pytest.mark.parametrize(("review_on", "warned"), [(date(2026, 3, 27), 1), (date(2026, 3, 28), 0), (None, 0)])
def test_an_entry_that_was_to_be_reviewed_is_told(review_on: date | None, warned: int) -> None:
    """From its day of review on."""
    topic = RegisteredTopic(TOPIC.title, TOPIC.granularity, LIMBS, review_on=review_on)
    assert len(register_warnings(topic, denial("30(3)", "31(3)"), TODAY)) == warned


def test_before_there_is_an_outcome_nothing_is_said() -> None:
    """The register waits for the decision."""
    assert register_warnings(TOPIC, Decision(), TODAY) == ()
