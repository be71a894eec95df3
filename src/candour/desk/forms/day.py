"""The forms of the day: days away, a filter that is kept."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.person import PersonField
from candour.desk.models import Sharing, StaffMember
from candour.site.forms import GovDateField, GovForm


class AbsenceForm(GovForm):
    """Days on which somebody is away: whoever fills it in or, for who may say so, one of `people`."""

    person = PersonField(label="Who is away?", empty_label=None)

    first = GovDateField(label="First day away")
    last = GovDateField(label="Last day away")

    def __init__(self, *args: Any, people: list[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people:
            keys = [person.pk for person in people]
            self.fields["person"].queryset = StaffMember.objects.filter(pk__in=keys)  # type: ignore[attr-defined]  # a PersonField
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


class KeptFilterForm(GovForm):
    """The name of a filter that is kept already and, for who may share one, who finds it."""

    name = forms.CharField(label="What do you call it?", max_length=60)
    shared = forms.ChoiceField(
        label="Who finds it above the caseload?",
        choices=Sharing.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Others see its name and yours. It shows each of them their own queues: “Mine” is theirs, not yours.",
    )

    def __init__(self, *args: Any, shares: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shares:
            del self.fields["shared"]
