"""The steps of a decision that belong to an exemption: which one, why, harm, public interest, personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.answering.decide import add_claim
from candour.desk.forms.decision import StepForm, area
from candour.desk.models import Claim, Decision
from candour.law import (
    CitationError,
    Likelihood,
    Limb,
    Need,
    UnknownLimb,
    catalogue,
    format_provisions,
)
from candour.law.requirements import claim_needs
from candour.letters.decisions_file import parse_claimed
from candour.site.forms import GovDateField, HintedChoice


class AddClaimForm(StepForm):
    """An exemption to claim, typed as it is cited."""

    note = "exemption added"
    citation = forms.CharField(
        label="Which limb, by virtue of what?",
        help_text="For example: 31(1)(a) and (b), or 30(3) by virtue of 30(1)(a)(i)",
        max_length=200,
    )
    in_the_alternative = forms.BooleanField(label="Claim it in the alternative to an exemption above", required=False)

    def clean_citation(self) -> str:
        """Refuse what is not a limb of the Act, or cannot be claimed with this outcome."""
        text: str = self.cleaned_data["citation"]
        try:
            limbs, grounds = parse_claimed(text)
        except (CitationError, UnknownLimb) as error:
            raise ValidationError(str(error)) from error
        if len({limb.section for limb in limbs}) > 1:
            raise ValidationError("Claim the limbs of one section at a time: each section has reasons of its own")
        outcome = self.decision.value.outcome
        for limb in limbs:
            if outcome and not outcome.facts.allows(catalogue().limb(limb)):
                raise ValidationError(f"Section {limb} cannot be claimed with the outcome “{outcome.label.lower()}”")
        self._limbs, self._grounds = limbs, grounds
        return text

    def save(self, stored: Decision) -> None:
        """Add the claim."""
        add_claim(
            stored,
            [str(limb) for limb in self._limbs],
            [str(ground) for ground in self._grounds],
            in_the_alternative=self.cleaned_data["in_the_alternative"],
        )


class ClaimForm(StepForm):
    """A step that belongs to one claim."""

    fields_of_claim: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        return {name: getattr(self.claim, name) for name in self.fields_of_claim}

    def values(self) -> dict[str, Any]:
        """What is written to the claim."""
        return {name: self.cleaned_data[name] for name in self.fields_of_claim}

    def save(self, stored: Decision) -> None:
        """Write the values to the claim."""
        assert self.claim is not None
        claim = stored.claims.get(pk=self.claim.pk)
        for name, value in self.values().items():
            setattr(claim, name, value)
        claim.save()


class ReasonsForm(ClaimForm):
    """Which grounds, why the exemption applies, and what it rests on."""

    note = "reasons given"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        assert claim is not None
        needs = claim_needs(claim.value)
        self._opinion = Need.QUALIFIED_PERSON in needs
        optional = tuple(
            name for name, need in (("enactment", Need.ENACTMENT), ("function", Need.FUNCTION)) if need in needs
        )
        self.fields_of_claim = ("why", "in_the_alternative", *optional)
        super().__init__(data, decision=decision, claim=claim)
        grounds = dict.fromkeys(ground for limb in claim.value.known for ground in limb.by_virtue_of)
        if len(grounds) > 1:
            known = [catalogue().limb(ground) for ground in grounds]
            referring = format_provisions([limb.provision for limb in claim.value.known if limb.by_virtue_of])
            self.fields["by_virtue_of"] = forms.MultipleChoiceField(
                label="By virtue of which matter is it claimed?",
                help_text=f"Section {referring} applies only through one of these matters. Tick each that it rests on.",
                choices=[HintedChoice(str(limb.provision), f"Section {limb.provision}", limb.says) for limb in known],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=claim.by_virtue_of,
            )
        self.fields["why"] = forms.CharField(
            label="Why does it apply to this information?", required=False, widget=area(6)
        )
        if "function" in optional:
            self.fields["function"] = forms.CharField(
                label="Which public authority and function would be prejudiced?", required=False, widget=area(2)
            )
        if "enactment" in optional:
            self.fields["enactment"] = forms.CharField(
                label="Which enactment prohibits it?", required=False, widget=area(2)
            )
        if self._opinion:
            self._add_opinion(claim)
        self.fields["in_the_alternative"] = forms.BooleanField(
            label="Claimed in the alternative to an exemption before it", required=False
        )

    def values(self) -> dict[str, Any]:
        """What is written to the claim."""
        values = super().values()
        if "by_virtue_of" in self.fields:
            order = [str(ground) for limb in self.known_limbs() for ground in limb.by_virtue_of]
            values["by_virtue_of"] = sorted(self.cleaned_data["by_virtue_of"], key=order.index)
        if self._opinion:
            given = self.cleaned_data["given_on"]
            values["qualified_opinion"] = {
                "person": self.cleaned_data["person"],
                "given_on": given.isoformat() if given else "",
                "opinion": self.cleaned_data["opinion"],
            }
        return values

    def known_limbs(self) -> tuple[Limb, ...]:
        """The limbs claimed, as catalogued."""
        assert self.claim is not None
        return self.claim.value.known

    def _add_opinion(self, claim: Claim) -> None:
        opinion = claim.qualified_opinion
        self.fields["person"] = forms.CharField(
            label="Who is the qualified person?", required=False, max_length=200, initial=opinion.get("person", "")
        )
        self.fields["given_on"] = GovDateField(
            label="Date of the opinion", required=False, initial=opinion.get("given_on", "")
        )
        self.fields["opinion"] = forms.CharField(
            label="What is the opinion?", required=False, widget=area(4), initial=opinion.get("opinion", "")
        )


class HarmForm(ClaimForm):
    """Evidence of harm and its likelihood."""

    note = "evidence of harm given"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        assert claim is not None
        value = claim.value
        self.fields_of_claim = (*(("likelihood",) if value.wants_likelihood else ()), "harm")
        super().__init__(data, decision=decision, claim=claim)
        matter = "confirming or denying" if value.denies else "disclosure"
        if value.wants_likelihood:
            self.fields["likelihood"] = forms.ChoiceField(
                label=f"How likely is it that {matter} causes the harm?",
                choices=[
                    HintedChoice(Likelihood.WOULD, "It would", "More likely than not."),
                    HintedChoice(Likelihood.WOULD_BE_LIKELY, "It would be likely to", "A real and significant chance."),
                ],
                widget=forms.RadioSelect,
                required=False,
            )
        both = (
            " Say what a confirmation would do, and what a denial would do, whatever is held." if value.denies else ""
        )
        self.fields["harm"] = forms.CharField(
            label="What is the evidence of harm?",
            required=False,
            help_text=f"The chain from {matter} to the harm, for this information and at this level of detail.{both}",
            widget=area(10),
        )


class PublicInterestForm(ClaimForm):
    """The public interest test: factors on both sides, and the balance."""

    note = "public interest weighed"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        assert claim is not None
        super().__init__(data, decision=decision, claim=claim)
        matter = "confirming or denying" if claim.value.denies else "disclosure"
        for name, side in (("favouring", "favouring"), ("against", "against")):
            self.fields[name] = forms.CharField(
                label=f"Factors {side} {matter}",
                required=False,
                help_text="One factor on each line.",
                widget=area(6),
                initial="\n".join(getattr(claim, name)),
            )
        self.fields["balance"] = forms.CharField(
            label="Where does the balance lie, and why?",
            required=False,
            help_text="Weigh the factors against each other. The letter adds the statutory conclusion by itself.",
            widget=area(6),
            initial=claim.balance,
        )

    def values(self) -> dict[str, Any]:
        """What is written to the claim: one factor for each line."""
        lists = {
            name: [" ".join(line.split()) for line in self.cleaned_data[name].splitlines() if line.strip()]
            for name in ("favouring", "against")
        }
        return {**lists, "balance": self.cleaned_data["balance"]}
