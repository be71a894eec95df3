"""The forms of the day: handing over many cases, days away, a filter that is kept."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.person import PersonField
from candour.desk.models import StaffMember
from candour.site.forms import GovDateField, GovForm


class MoveForm(GovForm):
    """Which cases go, to whom, and what they need to know."""

    cases = forms.MultipleChoiceField(
        label="Which cases?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one case"},
    )
    officer = PersonField(
        label="Who gets them?",
        empty_label="Choose a person",
        error_messages={"required": "Choose who gets the cases"},
    )
    note = forms.CharField(
        label="What do they need to know?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the trail of each case. Do not name a requester.",
    )

    def __init__(self, *args: Any, cases: list[tuple[str, str]], people: list[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = cases  # type: ignore[attr-defined]  # a MultipleChoiceField
        keys = [person.pk for person in people]
        self.fields["officer"].authority = people[0].authority_id if people else 0  # type: ignore[attr-defined]  # a PersonField
        self.fields["officer"].queryset = StaffMember.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class AbsenceForm(GovForm):
    """Days on which somebody is away: whoever fills it in or, for who may say so, one of `people`."""

    person = PersonField(label="Who is away?", empty_label=None)

    first = GovDateField(label="First day away")
    last = GovDateField(label="Last day away")

    def __init__(self, *args: Any, people: list[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people:
            keys = [person.pk for person in people]
            self.fields["person"].queryset = StaffMember.objects.filter(pk__in=keys)  # type: ignore[attr-defined]  # as above
        else:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        """The two days. The last is not before the first."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("first") and values.get("last") and values["last"] < values["first"]:
            self.add_error("last", "The last day must be the first day or later")
        return values


class FilterForm(GovForm):
    """The name of a filter that is kept."""

    name = forms.CharField(label="What do you call it?", max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=500)
