"""Letters that our writer makes from complete decisions hold in law: no errors, whatever the decisions."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

import pytest
from hypothesis import HealthCheck, given, settings

from candour.letters.compose import compose
from candour.letters.decisions_file import load_response
from candour.letters.lint import Finding, Severity, lint_letter, lint_text
from candour.letters.response import Response
from candour.letters.write import to_text
from letters.lint.complete import responses

EXAMPLES = tuple(
    entry
    for entry in sorted(resources.files("candour.desk.examples").iterdir(), key=lambda entry: entry.name)
    if entry.name.endswith(".toml") and entry.name not in {"demo.toml", "mail.toml", "records.toml"}
)


def both(response: Response) -> tuple[Finding, ...]:
    """The findings in the text of a letter and in its tree."""
    letter = compose(response)
    return (*lint_text(to_text(letter)), *lint_letter(letter, response))


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.name)
def test_the_examples_are_without_any_finding(entry: Traversable) -> None:
    """The letters that the desk shows have not even a note."""
    assert both(load_response(entry.read_text(encoding="utf-8"))) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(responses())
def test_a_letter_from_complete_decisions_has_no_errors(response: Response) -> None:
    """Any outcomes, any limbs, any number of questions: what is complete is without error."""
    assert [finding for finding in both(response) if finding.severity is Severity.ERROR] == []


def test_text_and_tree_agree_on_what_text_can_decide() -> None:
    """Reading the written letter and walking its tree find the same, since the text is that of the tree."""
    for entry in EXAMPLES:
        letter = compose(load_response(entry.read_text(encoding="utf-8")))
        from_text = {(finding.code, finding.offset) for finding in lint_text(to_text(letter))}
        assert from_text == {(finding.code, finding.offset) for finding in lint_letter(letter)}
