"""The form that gives a case to somebody else."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.caseload.assign import who_can_work
from candour.desk.forms.person import PersonField
from candour.desk.forms.seen import SeenForm
from candour.desk.models import Case


def officer_field(what: str) -> PersonField:
    """Who gets `what`, which is one case or several."""
    return PersonField(
        label=f"Who works on {what} from now on?",
        empty_label="Choose a person",
        error_messages={"required": f"Choose who works on {what} from now on"},
    )


def note_field() -> forms.CharField:
    """What whoever gets a case, or each of several, needs to know."""
    return forms.CharField(
        label="What do they need to know?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example whom you have asked for figures. It stays in the trail. Do not write who asked.",
    )


class AssignForm(SeenForm):
    """To whom, and what they need to know."""

    officer = officer_field("this case")
    note = note_field()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, stands={"Works on it": str(case.officer or "nobody")}, **kwargs)
        people = who_can_work(case)
        self.fields["officer"].authority = case.authority_id  # type: ignore[attr-defined]  # a PersonField
        self.fields["officer"].queryset = people.exclude(pk=case.officer_id) if case.officer_id else people  # type: ignore[attr-defined]  # a ModelChoiceField
