"""The form for the profile of a case."""

from __future__ import annotations

from django import forms

from candour.desk.forms.seen import SeenForm
from candour.desk.models import Profile


class ProfileForm(SeenForm):
    """How closely the case is watched, and why."""

    profile = forms.ChoiceField(
        label="How closely is the case watched?", choices=Profile.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label="Why?",
        max_length=300,
        error_messages={"required": "Enter why"},
        help_text="The rules of clearance may ask more people of a high-profile case. Do not write who asked.",
    )
