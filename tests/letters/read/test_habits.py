"""Letters in the habits of many forces, all invented, are read as a person reads them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from candour.letters.read import Reading, read_text
from candour.letters.read.outcome import judge, signals

FOLDER = Path(__file__).with_name("letters")
LABELS: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))
FLAGS = ("ncnd", "refusal_notice", "harm", "public_interest_test", "balance", "internal_review", "ico", "attachments")


@pytest.fixture(params=sorted(LABELS))
def letter(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Reading]:
    """One letter: its labels and its reading."""
    text = (FOLDER / f"{request.param}.txt").read_text(encoding="utf-8")
    return LABELS[request.param], read_text(text)


def test_outcomes(letter: tuple[dict[str, Any], Reading]) -> None:
    """The outcome of the letter and of each question."""
    label, reading = letter
    assert reading.outcome in {label["outcome"], label.get("also", label["outcome"])}
    if "questions" in label and "only_count" not in label:
        assert [question.outcome for question in reading.questions] == label["questions"]
    if "count" in label:
        assert len(reading.questions) == label["count"]


def test_limbs_reference_and_dates(letter: tuple[dict[str, Any], Reading]) -> None:
    """The limbs relied on, the reference, and the dates where the letter gives them."""
    label, reading = letter
    assert [str(limb) for limb in reading.exemptions] == label["exemptions"]
    assert reading.reference == label.get("reference")
    for name in ("authority", "received", "responded"):
        assert getattr(reading, name) == label.get(name, getattr(reading, name))


def test_flags(letter: tuple[dict[str, Any], Reading]) -> None:
    """What the letter shows, and nothing that it does not."""
    label, reading = letter
    assert {name for name in FLAGS if getattr(reading, name)} == set(label["flags"])


def test_reasons(letter: tuple[dict[str, Any], Reading]) -> None:
    """For which sections harm, factors for and against, and the reasoning on personal data are found."""
    label, reading = letter
    for name in ("harm", "favouring", "against", "personal_data"):
        if name in label:
            found = [claim.limbs[0].section for claim in reading.reasons if claim.limbs and getattr(claim, name)]
            assert found == label[name], name


def test_places(letter: tuple[dict[str, Any], Reading]) -> None:
    """Every part is where the reading says: the words there are the words read."""
    _, reading = letter
    for cited in reading.citations:
        found = reading.text[cited.words.place.start : cited.words.place.end]
        assert "".join(found.split()) == "".join(cited.words.text.split())
    for claim in reading.reasons:
        for words in (*(claim.harm or ()), *(claim.favouring or ()), *(claim.against or ()), *(claim.balance or ())):
            found = reading.text[words.place.start : words.place.end]
            assert "".join(words.text.split()) in "".join(found.split())
    if reading.reference:
        place = reading.places["reference"]
        assert reading.text[place.start : place.end] == reading.reference
    for question in reading.questions:
        assert question.place
        assert reading.text[question.place.start : question.place.end].strip()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("We do not hold a list of kennels. There were 14 dogs retired in the year.", "mixed"),
        ("We do not hold a list of kennels. There are two reasons for this.", "not_held"),
        ("We do not hold a list of kennels. There are 20 working days in which to ask for a review.", "not_held"),
        ("To answer would exceed the cost limit. There are 2,100 dogs to look up by hand.", "cost_refusal"),
    ],
)
def test_a_figure_told_in_prose_beside_what_is_not_held_is_an_answer(answer: str, outcome: str) -> None:
    """But a count of reasons or days is none, nor the arithmetic of a cost refusal."""
    assert judge(signals(answer, ())) == outcome
