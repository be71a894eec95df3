"""The steps of a decision as forms, one page each. What a step requires is asked from `candour.law`, not known here."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.answering.decide import replace_items, save_fields
from candour.desk.models import Claim, Decision, PublishedItem
from candour.law import (
    Need,
    Outcome,
    cost_limit,
    countable_activities,
)
from candour.law.requirements import claim_needs
from candour.site.forms import GovForm, HintedChoice


def area(rows: int) -> forms.Textarea:
    """A box for text of so many lines."""
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
        help_text="Follows the outcome in the letter. For “not held”: what was searched, or why nothing would be held.",
        widget=area(5),
    )


class DisclosureForm(StepForm):
    """What is given, in words; tables have pages of their own."""

    fields_of_decision = ("disclosed",)
    note = "disclosure described"
    disclosed = forms.CharField(
        label="What do we disclose?",
        required=False,
        help_text="In words. Figures go into a table, which you add below.",
        widget=area(6),
    )


class WithheldForm(StepForm):
    """What exactly is not given, or what “other information” means."""

    note = "reach of the refusal described"

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        value = decision.value
        withholds = bool(value.withheld) or (value.outcome is not None and value.outcome.facts.claims == "withhold")
        self.fields_of_decision = (
            *(("scope",) if value.other_information else ()),
            *(("withheld",) if withholds else ()),
        )
        super().__init__(data, decision=decision, claim=claim)
        if value.other_information:
            self.fields["scope"] = forms.CharField(
                label="Which information is the “other information”?",
                required=False,
                help_text="For example: live investigations beyond the published misconduct outcomes.",
                widget=area(3),
            )
        if withholds:
            self.fields["withheld"] = forms.CharField(
                label="What exactly do we withhold?",
                required=False,
                help_text="Name the rows, columns, documents or passages, without giving them away.",
                widget=area(4),
            )


class CostForm(StepForm):
    """The estimate for section 12, by the activities that count."""

    fields_of_decision = ("estimate_basis",)
    note = "cost estimated"
    estimate_basis = forms.CharField(
        label="How was that estimated?",
        required=False,
        widget=area(5),
        help_text="For example: how many records, a sample of how many, minutes for each. Where the cost of other "
        "requests was added, name them and when they came; where there are several questions, why they count together.",
    )

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        super().__init__(data, decision=decision, claim=claim)
        limit = cost_limit()
        for activity in countable_activities():
            self.fields[activity.key] = forms.DecimalField(
                label=f"Hours for {activity.text}",
                required=False,
                min_value=0,
                max_value=100_000,
                decimal_places=2,
                initial=decision.estimate_hours.get(activity.key),
                widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
            )
        first = next(iter(countable_activities()))
        self.fields[first.key].help_text = (
            f"The limit is {limit.hours} hours in all (£{limit.pounds} at £{limit.pounds_per_hour} an hour). "
            "Redacting, considering exemptions and copying do not count."
        )
        self.order_fields([*(activity.key for activity in countable_activities()), "estimate_basis", "version"])

    def save(self, stored: Decision) -> None:
        """Write the hours by activity, and how they were estimated."""
        super().save(stored)
        hours = {activity.key: self.cleaned_data[activity.key] for activity in countable_activities()}
        stored.estimate_hours = {key: float(value) for key, value in hours.items() if value is not None}


class PublishedForm(StepForm):
    """Where something is published, and what will be."""

    note = "published material named"
    rows = 4

    def __init__(self, data: Any = None, *, decision: Decision, claim: Claim | None = None) -> None:
        value = decision.value
        needs = {need for claimed in value.claims for need in claim_needs(claimed)}
        self.answers = Need.LOCATOR in needs
        self.fields_of_decision = ("publication",) if Need.PUBLICATION in needs or value.publication else ()
        super().__init__(data, decision=decision, claim=claim)
        if self.fields_of_decision:
            self.fields["publication"] = forms.CharField(
                label="What will be published, by whom and when?", required=False, widget=area(3)
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
            label=f"Web address{count}",
            required=False,
            max_length=500,
            initial=item.url if item else "",
            assume_scheme="https",
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
        help_text="How it could be narrowed, who else may hold it, what we could give instead (section 16).",
        widget=area(5),
    )
