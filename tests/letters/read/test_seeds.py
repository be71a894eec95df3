"""Real responses come out as a person labelled them. The responses stay outside the project and may be absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from candour.letters.read import Reading, read_text

SHARED = Path(__file__).resolve().parents[4] / "shared"
LABELS = SHARED / "corpus" / "gold_seeds.jsonl"

pytestmark = pytest.mark.skipif(not LABELS.is_file(), reason=f"the labelled responses are not at {SHARED}")


def labelled(name: str) -> list[dict[str, Any]]:
    """The rows of a file of labels."""
    path = SHARED / "corpus" / name
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return [json.loads(line) for line in lines if line]


@pytest.fixture(params=labelled("gold_seeds.jsonl"), ids=lambda row: row["id"][:3])
def seed(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Reading]:
    """One of the five source responses: its label and its reading."""
    text = (SHARED / "seeds" / f"{request.param['id']}.txt").read_text(encoding="utf-8")
    return request.param, read_text(text)


def test_reference_and_limbs(seed: tuple[dict[str, Any], Reading]) -> None:
    """The reference and the list of exemptions are exactly those labelled."""
    label, reading = seed
    assert reading.reference == label["reference"]
    assert [str(provision) for provision in reading.exemptions] == label["exemptions"]


def test_questions_and_outcomes(seed: tuple[dict[str, Any], Reading]) -> None:
    """So are the number of questions, the outcome, and each question's own where the label has one."""
    label, reading = seed
    assert len(reading.questions) == label["n_questions"]
    assert reading.outcome == label["outcome"]
    for expected, question in zip(label["questions"], reading.questions, strict=True):
        if expected.get("outcome"):
            assert question.outcome == expected["outcome"], question.number
        if "exemptions" in expected:
            assert [str(provision) for provision in question.exemptions] == expected["exemptions"], question.number


def test_flags(seed: tuple[dict[str, Any], Reading]) -> None:
    """What reasoning and which rights the response shows is read as labelled."""
    label, reading = seed
    assert (reading.ncnd, reading.refusal_notice) == (label["has_ncnd"], label["has_s17_statement"])
    assert (reading.harm, reading.public_interest_test) == (label["has_harm"], label["has_pit"])
    assert reading.balance == label["has_balance"]
    assert (reading.internal_review, reading.ico) == (label["mentions_internal_review"], label["mentions_ico"])
    assert bool(reading.attachments) == label["attachments"]


def test_labelled_corpus_floor() -> None:
    """Over every labelled response with its text, limbs and outcomes stay as good as they have been."""
    texts = {row["id"]: row["text"] for row in labelled("dev.jsonl") if row.get("text")}
    rows = [row for row in labelled("gold_dev.jsonl") if row["id"] in texts]
    if not rows:
        pytest.skip("the labelled corpus is not there")
    readings = {row["id"]: read_text(texts[row["id"]]) for row in rows}
    right = wrong = missed = outcomes = 0
    for row in rows:
        reading = readings[row["id"]]
        outcomes += reading.outcome == row["outcome"]
        if row["exemptions"] is not None:
            found, expected = {str(provision) for provision in reading.exemptions}, set(row["exemptions"])
            right, wrong, missed = (
                right + len(found & expected),
                wrong + len(found - expected),
                missed + len(expected - found),
            )
    assert 2 * right / (2 * right + wrong + missed) >= 0.97
    assert outcomes / len(rows) >= 0.85
