"""The steps of a decision as forms, one page each. What a step requires is asked from `candour.law`, not known here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.decide import add_claim, replace_items, save_fields
from candour.desk.models import Claim, Decision, Exhibit, PublishedItem
from candour.law import (
    CitationError,
    Kind,
    LawfulnessFailsAt,
    Likelihood,
    Need,
    Outcome,
    SensitiveData,
    Step,
    UnknownLimb,
    catalogue,
    cost_limit,
)
from candour.law.requirements import claim_needs
from candour.letters.decisions_file import parse_claimed
from candour.site.forms import GovDateField, GovForm, HintedChoice
from candour.tables import TableError, read_cells


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepForm(GovForm):
    """One step of a decision. `version` is the save on which the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    fields_of_decision: tuple[str, ...] = ()
    note = "changed"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        self.decision, self.claim = decision, claim
        super().__init__(data, initial={"version": decision.version, **self.stored()})

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        return {name: getattr(self.decision, name) for name in self.fields_of_decision}

    def save(self, stored: Decision) -> None:
        """Write the values to the decision, which is being changed."""
        save_fields(stored, {name: self.cleaned_data[name] for name in self.fields_of_decision})


class OutcomeForm(StepForm):
    """What the question comes to."""

    fields_of_decision = ("outcome", "explanation")
    note = "outcome chosen"
    outcome = forms.ChoiceField(
        label="What is the outcome?",
        choices=[HintedChoice(outcome.value, outcome.label, outcome.facts.tells) for outcome in Outcome],
        widget=forms.RadioSelect,
    )
    explanation = forms.CharField(
        label="Explain it in plain words",
        required=False,
        help_text="Follows the outcome in the letter. For “not held”, say what was searched or why nothing would be held.",
        widget=_area(5),
    )


class DisclosureForm(StepForm):
    """What is given, in words; tables have pages of their own."""

    fields_of_decision = ("disclosed",)
    note = "disclosure described"
    disclosed = forms.CharField(
        label="What do we disclose?",
        required=False,
        help_text="In words. Figures go into a table, which you add below.",
        widget=_area(6),
    )


class WithheldForm(StepForm):
    """What exactly is not given, or what “other information” means."""

    note = "reach of the refusal described"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        value = decision.value
        withholds = value.outcome is not None and value.outcome.facts.claims == "withhold"
        self.fields_of_decision = (*(("scope",) if value.other_information else ()), *(("withheld",) if withholds else ()))
        super().__init__(data, decision=decision, claim=claim)
        if value.other_information:
            self.fields["scope"] = forms.CharField(
                label="Which information is the “other information”?",
                required=False,
                help_text="For example: live investigations beyond the published misconduct outcomes.",
                widget=_area(3),
            )
        if withholds:
            self.fields["withheld"] = forms.CharField(
                label="What exactly do we withhold?",
                required=False,
                help_text="Name the rows, columns, documents or passages, without giving them away.",
                widget=_area(4),
            )


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
        optional = tuple(name for name, need in (("enactment", Need.ENACTMENT), ("function", Need.FUNCTION)) if need in needs)
        self.fields_of_claim = ("why", "in_the_alternative", *optional)
        super().__init__(data, decision=decision, claim=claim)
        grounds = dict.fromkeys(ground for limb in claim.value.known for ground in limb.by_virtue_of)
        if len(grounds) > 1:
            known = [catalogue().limb(ground) for ground in grounds]
            self.fields["by_virtue_of"] = forms.MultipleChoiceField(
                label="By virtue of which matter is it claimed?",
                choices=[HintedChoice(str(limb.provision), f"Section {limb.provision}", limb.says) for limb in known],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=claim.by_virtue_of,
            )
        self.fields["why"] = forms.CharField(
            label="Why does it apply to this information?", required=False, widget=_area(6)
        )
        if "function" in optional:
            self.fields["function"] = forms.CharField(
                label="Which public authority and function would be prejudiced?", required=False, widget=_area(2)
            )
        if "enactment" in optional:
            self.fields["enactment"] = forms.CharField(label="Which enactment prohibits it?", required=False, widget=_area(2))
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

    def known_limbs(self) -> tuple[Any, ...]:
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
            label="What is the opinion?", required=False, widget=_area(4), initial=opinion.get("opinion", "")
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
        both = " Say what a confirmation would do, and what a denial would do, whatever is held." if value.denies else ""
        self.fields["harm"] = forms.CharField(
            label="What is the evidence of harm?",
            required=False,
            help_text=f"The chain from {matter} to the harm, for this information and at this level of detail.{both}",
            widget=_area(10),
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
                widget=_area(6),
                initial="\n".join(getattr(claim, name)),
            )
        self.fields["balance"] = forms.CharField(
            label="Where does the balance lie, and why?",
            required=False,
            help_text="Weigh the factors against each other. The statutory conclusion is added to the letter by itself.",
            widget=_area(6),
            initial=claim.balance,
        )

    def values(self) -> dict[str, Any]:
        """What is written to the claim: one factor for each line."""
        lists = {
            name: [" ".join(line.split()) for line in self.cleaned_data[name].splitlines() if line.strip()]
            for name in ("favouring", "against")
        }
        return {**lists, "balance": self.cleaned_data["balance"]}


class PersonalDataForm(ClaimForm):
    """The section 40 reasoning, step by step."""

    note = "personal data reasoned"
    whose = forms.CharField(label="Whose personal data is it?", required=False, help_text="Without naming anyone.", widget=_area(2))
    identifiable = forms.CharField(label="How could they be identified?", required=False, widget=_area(3))
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
        label="If so, which condition was considered, and why is it not met?", required=False, widget=_area(3)
    )
    purpose = forms.CharField(label="What legitimate interest is pursued?", required=False, widget=_area(3))
    necessity = forms.CharField(label="Is it necessary for that interest?", required=False, widget=_area(3))
    balance = forms.CharField(
        label="Do the people’s rights and freedoms override it?",
        required=False,
        help_text="Their reasonable expectations, seniority, distress, what is already public. This is not the public interest test.",
        widget=_area(4),
    )
    fails_at = forms.ChoiceField(
        label="At which step does it fail to be lawful?",
        choices=[
            HintedChoice(LawfulnessFailsAt.GATEWAY, "Protected data", "No condition for it is met; the later steps are not needed."),
            HintedChoice(LawfulnessFailsAt.PURPOSE, "Legitimate interest", "There is none."),
            HintedChoice(LawfulnessFailsAt.NECESSITY, "Necessity", "The interest can be met in a less intrusive way."),
            HintedChoice(LawfulnessFailsAt.BALANCE, "Balance", "The people’s rights override the interest."),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        assert self.claim is not None
        return {"sensitive": SensitiveData.NONE, **self.claim.personal_data}

    def values(self) -> dict[str, Any]:
        """What is written to the claim."""
        return {"personal_data": {name: self.cleaned_data[name] for name in self.fields if name != "version"}}


class CostForm(StepForm):
    """The estimate for section 12."""

    fields_of_decision = ("estimate_hours", "estimate_basis")
    note = "cost estimated"
    estimate_hours = forms.DecimalField(
        label="How many hours would it take?",
        required=False,
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
    )
    estimate_basis = forms.CharField(label="How was that estimated?", required=False, widget=_area(5))

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        super().__init__(data, decision=decision, claim=claim)
        limit = cost_limit()
        self.fields["estimate_hours"].help_text = (
            f"The limit is {limit.hours} hours (£{limit.pounds}). Count only: {'; '.join(limit.countable)}."
        )
        self.fields["estimate_basis"].help_text = "For example: how many records, a sample of how many, minutes for each."


class PublishedForm(StepForm):
    """Where something is published, and what will be."""

    note = "published material named"
    rows = 4

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        value = decision.value
        needs = {need for claimed in value.claims for need in claim_needs(claimed)}
        self.answers = Need.LOCATOR in needs
        self.fields_of_decision = ("publication",) if Need.PUBLICATION in needs else ()
        super().__init__(data, decision=decision, claim=claim)
        if self.fields_of_decision:
            self.fields["publication"] = forms.CharField(
                label="What will be published, by whom and when?", required=False, widget=_area(3)
            )
        items = list(decision.published_items.all()) if decision.pk else []
        for place in range(max(self.rows, len(items) + 1)):
            self._add_row(place, items[place] if place < len(items) else None)

    def clean(self) -> dict[str, Any]:
        """Ask for the address of whatever is named, and for the name of every address."""
        cleaned: dict[str, Any] = super().clean() or {}
        for place in self.places():
            title, url = cleaned.get(f"title_{place}", ""), cleaned.get(f"url_{place}", "")
            if title and not url and f"url_{place}" not in self.errors:
                self.add_error(f"url_{place}", "Enter the web address, beginning with https://")
            if url and not title:
                self.add_error(f"title_{place}", "Enter what is published there")
        return cleaned

    def places(self) -> range:
        """The numbers of the rows."""
        return range(sum(name.startswith("title_") for name in self.fields))

    def save(self, stored: Decision) -> None:
        """Put the items in place of those stored."""
        super().save(stored)
        for kind in PublishedItem.Kind:
            items = [
                {name: self.cleaned_data[f"{name}_{place}"] for name in ("title", "url", "answers")}
                for place in self.places()
                if self.cleaned_data[f"title_{place}"] and self._kind(place) == kind
            ]
            replace_items(stored, kind, items)

    def _kind(self, place: int) -> str:
        return self.cleaned_data.get(f"kind_{place}") or PublishedItem.Kind.HELPS

    def _add_row(self, place: int, item: PublishedItem | None) -> None:
        count = f" {place + 1}"
        self.fields[f"title_{place}"] = forms.CharField(
            label=f"What is published?{count}", required=False, max_length=200, initial=item.title if item else ""
        )
        self.fields[f"url_{place}"] = forms.URLField(
            label=f"Web address{count}", required=False, max_length=500, initial=item.url if item else "", assume_scheme="https"
        )
        self.fields[f"answers_{place}"] = forms.CharField(
            label=f"What does it answer?{count}",
            required=False,
            max_length=300,
            initial=item.answers if item else "",
            help_text="Which part of the question, and for which dates.",
        )
        if self.answers:
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=f"Does it answer the question?{count}",
                choices=PublishedItem.Kind.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=item.kind if item else PublishedItem.Kind.ANSWERS,
            )


class HelpForm(StepForm):
    """Advice and assistance (s16)."""

    fields_of_decision = ("advice",)
    note = "advice given"
    advice = forms.CharField(
        label="What advice can we give?",
        required=False,
        help_text="How the request could be narrowed, who else may hold the information, what we could give instead (section 16).",
        widget=_area(5),
    )


class ExhibitForm(StepForm):
    """A table to disclose, pasted from a spreadsheet."""

    note = "table changed"
    title = forms.CharField(label="What does the table show?", max_length=200)
    cells = forms.CharField(
        label="The table",
        help_text="Paste it from your spreadsheet, headings first. Only these values leave the force: no file is passed on.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "candour-cells", "spellcheck": "false"}),
        strip=False,
    )
    notes = forms.CharField(label="Notes beneath it", required=False, help_text="One on each line.", widget=_area(3))
    place = forms.ChoiceField(
        label="How do we give it?",
        choices=[
            HintedChoice("letter", "In the letter", "The reader sees it at once."),
            HintedChoice("attachment", "As an attachment", "A CSV file made from these values."),
        ],
        widget=forms.RadioSelect,
        initial="letter",
    )

    def __init__(
        self, data: Any = None, *, decision: Decision, claim: Claim | None = None, exhibit: Exhibit | None = None
    ) -> None:
        self.exhibit = exhibit
        super().__init__(data, decision=decision, claim=claim)

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        exhibit = self.exhibit
        if exhibit is None:
            return {}
        lines = [exhibit.columns, *exhibit.rows]
        return {
            "title": exhibit.title,
            "cells": "\n".join("\t".join(line) for line in lines),
            "notes": "\n".join(exhibit.notes),
            "place": "attachment" if exhibit.file else "letter",
        }

    def clean_cells(self) -> str:
        """Read the cells, or say which line is wrong."""
        text: str = self.cleaned_data["cells"]
        try:
            self._columns, self._rows = read_cells(text)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return text

    def save(self, stored: Decision) -> None:
        """Write the table."""
        exhibit = stored.exhibits.get(pk=self.exhibit.pk) if self.exhibit else Exhibit(decision=stored, position=stored.exhibits.count())
        exhibit.title = self.cleaned_data["title"]
        exhibit.columns, exhibit.rows = list(self._columns), [list(row) for row in self._rows]
        exhibit.notes = [line.strip() for line in self.cleaned_data["notes"].splitlines() if line.strip()]
        exhibit.file = _file_name(stored, exhibit) if self.cleaned_data["place"] == "attachment" else ""
        exhibit.save()


STEP_FORMS: dict[Step, type[StepForm]] = {
    Step.OUTCOME: OutcomeForm,
    Step.DISCLOSURE: DisclosureForm,
    Step.WITHHELD: WithheldForm,
    Step.EXEMPTIONS: AddClaimForm,
    Step.REASONS: ReasonsForm,
    Step.HARM: HarmForm,
    Step.PUBLIC_INTEREST: PublicInterestForm,
    Step.PERSONAL_DATA: PersonalDataForm,
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


def _file_name(stored: Decision, exhibit: Exhibit) -> str:
    """A name that no other attachment of the case has."""
    if exhibit.file:
        return exhibit.file
    reference = "".join(character if character.isalnum() else "-" for character in stored.case.reference)
    about = "".join(character if character.isalnum() else "-" for character in stored.about.lower()) or "other"
    stem = f"{reference}_question_{about}"
    taken = set(Exhibit.objects.filter(decision__case=stored.case).values_list("file", flat=True))
    return next(name for name in (f"{stem}.csv", *(f"{stem}_{n}.csv" for n in range(2, len(taken) + 3))) if name not in taken)

