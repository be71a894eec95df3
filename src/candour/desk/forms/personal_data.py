"""The section 40 journey as forms, one page for each of its steps."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.claim import ClaimForm
from candour.desk.forms.decision import area
from candour.law import SensitiveData, Step
from candour.law.personal_data import FAILS_ON
from candour.site.forms import HintedChoice


class PersonalDataForm(ClaimForm):
    """One step of the reasoning; the others stay as they are stored."""

    note = "personal data reasoned"
    step: Step = Step.WHOSE_DATA

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        assert self.claim is not None
        kept = self.claim.personal_data
        failure = FAILS_ON.get(self.step)
        fails = {"fails": "yes" if kept.get("fails_at") == failure else "no"} if kept.get("fails_at") else {}
        return {**kept, **fails}

    def values(self) -> dict[str, Any]:
        """What is written to the claim: this step among the others."""
        assert self.claim is not None
        reasoning = dict(self.claim.personal_data)
        reasoning |= {name: self.cleaned_data[name] for name in self.fields if name not in {"version", "fails"}}
        failure = FAILS_ON.get(self.step)
        if failure and "fails" in self.fields:
            if self.cleaned_data["fails"] == "yes":
                reasoning["fails_at"] = failure.value
            elif reasoning.get("fails_at") == failure:
                reasoning["fails_at"] = ""
        return {"personal_data": reasoning}


class WhoseDataForm(PersonalDataForm):
    """Whose data it is, and how they could be identified."""

    whose = forms.CharField(
        label="Whose personal data is it?", required=False, help_text="Without naming anyone.", widget=area(2)
    )
    identifiable = forms.CharField(label="How could they be identified?", required=False, widget=area(4))


class ProtectedDataForm(PersonalDataForm):
    """Whether it is criminal offence or special category data, and whether a condition for it is met."""

    step = Step.PROTECTED_DATA
    sensitive = forms.ChoiceField(
        label="Is it data with further protection?",
        choices=[
            HintedChoice(SensitiveData.NONE, "No"),
            HintedChoice(SensitiveData.CRIMINAL_OFFENCE, "Criminal offence data", "Includes allegations of offences."),
            HintedChoice(SensitiveData.SPECIAL_CATEGORY, "Special category data", "For example health, or sex life."),
            HintedChoice(SensitiveData.BOTH, "Both"),
        ],
        widget=forms.RadioSelect,
    )
    gateway = forms.CharField(
        label="If it is, which condition was considered, and why is it met or not?", required=False, widget=area(4)
    )
    fails = forms.ChoiceField(
        label="Does it fail to be lawful here?",
        choices=[
            HintedChoice("yes", "Yes", "No condition for such data is met; no later step is needed."),
            HintedChoice("no", "No", "It is not such data, or a condition is met."),
        ],
        widget=forms.RadioSelect,
    )


class LegitimateInterestForm(PersonalDataForm):
    """Whether a legitimate interest is pursued."""

    step = Step.LEGITIMATE_INTEREST
    purpose = forms.CharField(label="Which legitimate interest would it serve?", required=False, widget=area(4))
    fails = forms.ChoiceField(
        label="Does it fail to be lawful here?",
        choices=[
            HintedChoice("yes", "Yes", "There is no legitimate interest; nothing is left to weigh."),
            HintedChoice("no", "No", "There is one."),
        ],
        widget=forms.RadioSelect,
    )


class NecessityForm(PersonalDataForm):
    """Whether it is necessary for that interest."""

    step = Step.NECESSITY
    necessity = forms.CharField(label="Is it necessary for that interest, and why?", required=False, widget=area(4))
    fails = forms.ChoiceField(
        label="Does it fail to be lawful here?",
        choices=[
            HintedChoice("yes", "Yes", "The interest can be met in a less intrusive way."),
            HintedChoice("no", "No", "Nothing less intrusive would do."),
        ],
        widget=forms.RadioSelect,
    )


class RightsForm(PersonalDataForm):
    """Whether the people's rights and freedoms override the interest."""

    step = Step.RIGHTS
    balance = forms.CharField(
        label="How do the people’s rights and freedoms weigh against it?",
        required=False,
        help_text="Expectations, seniority, distress, what is already public. It is not the public interest test.",
        widget=area(5),
    )
    fails = forms.ChoiceField(
        label="Do they override it?",
        choices=[
            HintedChoice("yes", "Yes", "It would not be lawful."),
            HintedChoice("no", "No", "Then it would be lawful, and this exemption does not apply."),
        ],
        widget=forms.RadioSelect,
    )

    def clean_fails(self) -> str:
        """Say what follows when nothing fails: the exemption does not hold."""
        fails: str = self.cleaned_data["fails"]
        if fails == "no":
            raise forms.ValidationError(
                "Then disclosure, or confirming or denying, would be lawful, and section 40 does not apply. "
                "Take the exemption away, or choose another outcome"
            )
        return fails
