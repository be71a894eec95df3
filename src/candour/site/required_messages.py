"""What a form says of a field left empty."""

from __future__ import annotations

from django import forms
from django.forms.widgets import ChoiceWidget


def has_own_required_message(field: forms.Field) -> bool:
    """Whether the form's author worded the message for this field, which then stands."""
    return str(field.error_messages["required"]) != str(forms.Field.default_error_messages["required"])


def in_a_sentence(label: str) -> str:
    """The label as it reads after a first word: "Date received" becomes "date received", "FOI officer" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def required_message(field: forms.Field, label: str) -> str:
    """What to do about a field left empty. It names the field, for in the error summary it stands alone."""
    if label.rstrip().endswith("?"):
        return f"Answer the question “{label}”"
    if isinstance(field, forms.FileField):
        return f"Choose a file for “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to continue"
    verb = "Select" if isinstance(field.widget, ChoiceWidget) else "Enter"
    return f"{verb} {in_a_sentence(label)}"
