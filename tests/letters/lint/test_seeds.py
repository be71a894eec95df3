"""The five source letters: the labelled defects are found, and nothing wrong beside them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from candour.letters.lint import Finding, lint_text

SHARED = Path(__file__).resolve().parents[4] / "shared"
LABELS = SHARED / "reference" / "seed_defects.yaml"
pytestmark = pytest.mark.skipif(not LABELS.is_file(), reason="the source letters are not here")

UNDECIDABLE = {
    "D-000-20": "whether the effect of a denial is developed enough is a judgement; the letter mentions both",
    "D-001-32": "needs the register of what the force answered before",
    "D-002-10": "needs to know which cases in the spreadsheet are closed",
    "D-002-11": "needs to know for what the information is held",
    "D-003-10": "needs the register of what the force answered before",
}
"""Labels that the words of one letter cannot show, each with the reason."""

ALSO_RIGHT = {
    ("001", 58, "L-HRM-04"),
    ("001", 70, "L-PIT-08"),
    ("001", 76, "L-TXT-01"),
    ("001", 80, "L-LIM-04"),
    ("001", 102, "L-TXT-01"),
    ("002", 31, "L-TXT-02"),
    ("003", 53, "L-ATT-01"),
    ("004", 45, "L-TXT-02"),
}
"""Findings without a label that are right by reading."""


@cache
def found(seed: str) -> tuple[Finding, ...]:
    """What the linter finds in a source letter."""
    (path,) = (SHARED / "seeds").glob(f"{seed}_*.txt")
    return lint_text(path.read_text(encoding="utf-8"))


def labels() -> list[tuple[str, str, int, str, bool]]:
    """Id, letter, line, rule, and whether the label is an absence, of every labelled defect."""
    if not LABELS.is_file():
        return []
    entries = re.split(r"^- id: ", LABELS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [
        (
            entry.split("\n", 1)[0],
            *re.findall(r"^  seed: '(\d+)'", entry, re.MULTILINE),
            int(re.findall(r"^  line: (\d+)", entry, re.MULTILINE)[0]),
            *re.findall(r"^  rule: (\S+)", entry, re.MULTILINE),
            "\n  quote: null" in entry,
        )
        for entry in entries
    ]


def test_every_label_that_text_can_decide_is_found() -> None:
    """Rule and line agree, or rule and letter where something is absent."""
    missed = {
        identity
        for identity, seed, line, rule, absent in labels()
        if not any(finding.code == rule and (absent or finding.line == line) for finding in found(seed))
    }
    assert missed == set(UNDECIDABLE)


def test_what_is_found_beside_the_labels_was_read_and_is_right() -> None:
    """Every other finding is in the list of those that a person has read and agreed with."""
    labelled = {(seed, rule, 0 if absent else line) for _, seed, line, rule, absent in labels()}
    extra = {
        (seed, finding.line, finding.code)
        for seed in ("000", "001", "002", "003", "004")
        for finding in found(seed)
        if (seed, finding.code, finding.line) not in labelled and (seed, finding.code, 0) not in labelled
    }
    assert extra == ALSO_RIGHT
