"""What every page of a decision shows, and the addresses of its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from candour.desk.access import StaffRequest, case_of
from candour.desk.answering.decide import target, target_name
from candour.desk.models import Case, Decision, Question, QuestionPart
from candour.desk.publishing.masking import masked_question
from candour.desk.views.case import crumbs
from candour.law import Missing, Step

TITLES = {
    Step.OUTCOME: "Outcome",
    Step.DISCLOSURE: "What we disclose",
    Step.WITHHELD: "Reach of the refusal",
    Step.EXEMPTIONS: "Exemptions",
    Step.REASONS: "Why section {cited} applies",
    Step.HARM: "Evidence of harm for section {cited}",
    Step.PUBLIC_INTEREST: "Public interest test for section {cited}",
    Step.WHOSE_DATA: "Section {cited}: whose personal data",
    Step.PROTECTED_DATA: "Section {cited}: data with further protection",
    Step.LEGITIMATE_INTEREST: "Section {cited}: legitimate interest",
    Step.NECESSITY: "Section {cited}: necessity",
    Step.RIGHTS: "Section {cited}: balance with people’s rights",
    Step.COST: "Cost estimate",
    Step.PUBLISHED: "Published material",
    Step.HELP: "Advice and assistance",
}


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision within its case, as its pages show it."""

    case: Case
    decision: Decision

    @property
    def title(self) -> str:
        """What is decided, as the page is headed."""
        return self.decision.name

    @property
    def name(self) -> str:
        """The decision in its addresses."""
        return target_name(self.decision)

    @property
    def hub(self) -> str:
        """The address of the task list."""
        return reverse("desk:decision", args=[self.case.pk, self.name])

    def step_url(self, step: Step, claim: int | None) -> str:
        """The address of a step; those of one exemption carry its position."""
        if claim is None:
            return reverse("desk:step", args=[self.case.pk, self.name, step.value])
        return reverse("desk:claim-step", args=[self.case.pk, self.name, claim + 1, step.value])

    def lack_url(self, lack: Missing) -> str:
        """The address of the step on which it is given."""
        return self.step_url(lack.step, None if lack.step is Step.EXEMPTIONS else lack.claim)

    def context(self, here: str) -> dict[str, Any]:
        """What the templates ask for; `here` names a page below the task list, empty for the list itself."""
        trail = crumbs(self.case, self.title)
        if here:
            trail[-1]["url"] = self.hub
            trail.append({"text": here})
        decision = self.decision
        asked = masked_question(decision.question.asked, self.case.requester) if decision.question else None
        return {
            "case": self.case,
            "decision": decision,
            "page_title": self.title,
            "asked": asked,
            "part": decision.part,
            "hub": self.hub,
            "target": self.name,
            "breadcrumbs": trail,
        }


def page_of(request: StaffRequest, pk: int, name: str) -> DecisionPage:
    """The decision that an address names. Raises Http404."""
    case = case_of(request, pk)
    try:
        return DecisionPage(case, target(case, name))
    except (Question.DoesNotExist, QuestionPart.DoesNotExist):
        raise Http404("There is no such question in this case.") from None


def lacks_at(lacking: Iterable[Missing], step: Step, position: int | None) -> list[Missing]:
    """What is missing on one step; the exemptions are one step for all claims, the others have one for each."""
    return [lack for lack in lacking if lack.step is step and (lack.claim == position or step is Step.EXEMPTIONS)]
