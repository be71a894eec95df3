"""Forms of the register of what is neither confirmed nor denied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from candour.desk.forms.decision import area
from candour.desk.forms.seen import SeenModelForm
from candour.desk.models import KnownDisclosure, NcndTopic
from candour.law import CitationError, Granularity, Kind, UnknownLimb, catalogue, format_provisions, parse_citation
from candour.site.forms import GovDateField, GovForm, GovModelForm, HintedChoice

LEVELS = [HintedChoice(level.value, level.label) for level in Granularity]


class TopicForm(SeenModelForm):
    """An entry of the register."""

    granularity = forms.ChoiceField(label="At which level of detail?", choices=LEVELS, widget=forms.RadioSelect)
    cited = forms.CharField(
        label="Which limbs are used?", max_length=200, help_text="For example: 30(3), 31(3) and 40(5B)(a)(i)"
    )

    class Meta:
        model = NcndTopic
        fields = ("title", "description", "words", "granularity", "cited", "national_advice", "review_on", "in_force")
        labels = {
            "title": "What is the topic?",
            "description": "What does it cover, and what not?",
            "words": "Words by which a question on it is recognised",
            "national_advice": "Reference of national advice",
            "review_on": "Review it by",
            "in_force": "In force",
        }
        widgets = {"description": area(3)}

    field_order = ("title", "description", "words", "granularity", "cited", "national_advice", "review_on", "in_force")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        entry: NcndTopic = kwargs["instance"]
        super().__init__(*args, stands=_stands(entry) if entry.pk else {}, **kwargs)
        if self.instance.pk:
            known = [catalogue().limb(limb).provision for limb in self.instance.limbs]
            self.fields["cited"].initial = format_provisions(known)

    def clean_cited(self) -> list[str]:
        """Read the limbs; each must be one that lifts the duty to confirm or deny."""
        try:
            limbs = [catalogue().limb(provision) for provision in parse_citation(self.cleaned_data["cited"])]
        except (CitationError, UnknownLimb) as error:
            raise ValidationError(str(error)) from error
        for limb in limbs:
            if limb.kind is not Kind.DENY:
                raise ValidationError(f"Section {limb.provision} does not lift the duty to confirm or deny")
        return [str(limb.provision) for limb in limbs]

    def save(self, commit: bool = True) -> Any:
        """Write the entry with its limbs."""
        self.instance.limbs = self.cleaned_data["cited"]
        return super().save(commit)


def _stands(entry: NcndTopic) -> dict[str, str]:
    """What the entry says now, by the labels of the form."""
    labels = TopicForm.Meta.labels
    return {
        labels["title"]: entry.title,
        labels["description"]: entry.description,
        labels["words"]: entry.words,
        "Level of detail": entry.get_granularity_display(),
        "Limbs": ", ".join(entry.limbs),
        labels["national_advice"]: entry.national_advice,
        labels["review_on"]: date_format(entry.review_on, "j F Y") if entry.review_on else "",
        labels["in_force"]: "yes" if entry.in_force else "no",
    }


class KnownDisclosureForm(GovModelForm):
    """Something public on the topic."""

    granularity = forms.ChoiceField(label="At which level of detail?", choices=LEVELS, widget=forms.RadioSelect)
    on = GovDateField(label="Date of it", subject="The date")
    url = forms.URLField(label="Where was it said in public?", max_length=500, assume_scheme="https")

    class Meta:
        model = KnownDisclosure
        fields = ("url", "on", "granularity")


class ChooseTopicForm(GovForm):
    """Which entry of the register a decision belongs to."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    topic = forms.ModelChoiceField(
        label="Entry of the register",
        queryset=NcndTopic.objects.none(),
        required=False,
        empty_label="None of them",
    )

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topic"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = topics
