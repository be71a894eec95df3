"""The forms of retention."""

from __future__ import annotations

from django import forms

from candour.desk.models import Hold
from candour.site.forms import GovForm


class DestroyForm(GovForm):
    """Exactly what the preview showed, and the word of a person."""

    cases = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="I have read the list. What is destroyed cannot be brought back.",
        error_messages={"required": "Confirm that you have read the list"},
    )

    def clean_cases(self) -> list[int]:
        """The keys of the cases. Raises ValidationError when they are none."""
        keys = self.cleaned_data["cases"].split()
        if not all(key.isascii() and key.isdecimal() for key in keys):
            raise forms.ValidationError("The list cannot be read. Open the page again.")
        return [int(key) for key in keys]


class HoldForm(GovForm):
    """Why a case is held."""

    kind = forms.ChoiceField(
        label="What is it held for?",
        widget=forms.RadioSelect,
        choices=Hold.Kind.choices,
        error_messages={"required": "Choose what it is held for"},
    )
    why = forms.CharField(
        label="Why?", widget=forms.Textarea(attrs={"rows": 3}), help_text="Do not name the requester."
    )
