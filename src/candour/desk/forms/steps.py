"""Which form each step of a decision has, and what can be claimed with its outcome."""

from __future__ import annotations

from typing import Any

from candour.desk.forms.claim import AddClaimForm, HarmForm, PublicInterestForm, ReasonsForm
from candour.desk.forms.decision import (
    CostForm,
    DisclosureForm,
    HelpForm,
    OutcomeForm,
    PublishedForm,
    StepForm,
    WithheldForm,
)
from candour.desk.forms.personal_data import (
    LegitimateInterestForm,
    NecessityForm,
    ProtectedDataForm,
    RightsForm,
    WhoseDataForm,
)
from candour.desk.models import Decision
from candour.law import Kind, Step, catalogue

STEP_FORMS: dict[Step, type[StepForm]] = {
    Step.OUTCOME: OutcomeForm,
    Step.DISCLOSURE: DisclosureForm,
    Step.WITHHELD: WithheldForm,
    Step.EXEMPTIONS: AddClaimForm,
    Step.REASONS: ReasonsForm,
    Step.HARM: HarmForm,
    Step.PUBLIC_INTEREST: PublicInterestForm,
    Step.WHOSE_DATA: WhoseDataForm,
    Step.PROTECTED_DATA: ProtectedDataForm,
    Step.LEGITIMATE_INTEREST: LegitimateInterestForm,
    Step.NECESSITY: NecessityForm,
    Step.RIGHTS: RightsForm,
    Step.COST: CostForm,
    Step.PUBLISHED: PublishedForm,
    Step.HELP: HelpForm,
}


def claimable(decision: Decision) -> list[dict[str, Any]]:
    """The limbs that can be claimed with the decision's outcome, by section, to choose from."""
    outcome = decision.value.outcome
    if outcome is None:
        return []
    sections = []
    for exemption in catalogue().exemptions:
        limbs = [limb for limb in exemption.limbs if outcome.facts.allows(limb) and limb.kind is not Kind.CONDITION]
        if limbs:
            sections.append({"exemption": exemption, "limbs": limbs})
    return sections
