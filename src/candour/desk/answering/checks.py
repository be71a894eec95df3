"""The linter at the desk: what is wrong with the letter of a case as it stands, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from candour.desk.answering.letter import NAME_UNSEEN
from candour.desk.models import Case
from candour.desk.publishing.masking import blind_response
from candour.law import Provision
from candour.letters.compose import compose
from candour.letters.lint import DeskFacts, Finding, Severity, lint_letter


@dataclass(frozen=True, slots=True)
class CaseFindings:
    """The findings on a letter, and those that keep it from being put up."""

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The defects in law."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def about(self, label: str) -> tuple[Finding, ...]:
        """Those that concern one question or part."""
        return tuple(finding for finding in self.findings if finding.question and label in _labels(finding.question))


def lint_case(case: Case, dated: date) -> CaseFindings:
    """Lint the letter as it stands, drafts included: what is undecided is no finding of the linter's."""
    response = blind_response(case, dated)
    letter = compose(response, case.authority.words, draft=True)
    found = lint_letter(letter, response, desk=_facts(case, dated))
    # The name is left out on purpose, and filled in when the letter is put up.
    return CaseFindings(tuple(finding for finding in found if finding.quote != NAME_UNSEEN))


def _facts(case: Case, dated: date) -> DeskFacts:
    topics = [decision.topic for decision in case.decisions.all() if decision.topic]
    limbs = {limb for topic in topics for limb in topic.limbs}
    return DeskFacts(
        received=case.received,
        dated=dated,
        moved=bool(case.clock_events.all()),
        topic_limbs=tuple(Provision.parse(limb) for limb in sorted(limbs)),
    )


def _labels(question: str) -> Sequence[str]:
    return [label.strip() for label in question.replace(" and ", ", ").split(", ")] + [question]
