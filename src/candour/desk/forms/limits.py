"""Fields that say of what a figure is: the register, whom it is limited to, the day on which it was taken."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.forms.decision import area
from candour.desk.models import Case
from candour.desk.refusals import Refused
from candour.desk.safe_figures.registers import known_registers, named_register
from candour.site.forms import GovDateField
from candour.tables.ledger.periods import read_period

_NEW = ""


def register_fields(case: Case, about: str) -> dict[str, forms.Field]:
    """The choice of a known register, and the name of a new one."""
    known = known_registers(case)
    return {
        "register": forms.ChoiceField(
            label=f"Which register or data set {about}?",
            help_text="Everything of one register is checked together before a letter is cleared, so that two answers "
            "do not tell what neither tells alone.",
            choices=[*((name, name) for name in known), (_NEW, "Another one, which I name below")],
            initial=known[0] if len(known) == 1 else _NEW,
            required=False,
        ),
        "new_register": forms.CharField(
            label="The name of another register (optional)",
            help_text="Only where the list above does not have it. Name the register itself, not this request: "
            "“Misconduct cases”, not “Cases of 2024”.",
            required=False,
            max_length=120,
        ),
    }


def clean_register(form: forms.Form, case: Case) -> None:
    """Put the register into the cleaned data, or say what is wrong with it."""
    cleaned = form.cleaned_data
    if form.errors.get("register") or form.errors.get("new_register"):
        return
    try:
        cleaned["register"] = named_register(case, cleaned.get("register", ""), cleaned.get("new_register", ""))
    except Refused as refusal:
        form.add_error("new_register" if cleaned.get("new_register") else "register", str(refusal))


class TakenField(GovDateField):
    """The day on which figures were taken from their register, today where none is given; never one that is to come."""

    def __init__(self, about: str) -> None:
        super().__init__(
            label=f"When {about} taken from the register? (optional)",
            help_text="The day on which the register stood like this. Without it, today is taken. Figures of different "
            "days need not agree with each other.",
            required=False,
        )

    def clean(self, value: Any) -> date:
        """The day. Raises ValidationError."""
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError("Enter a day that is not in the future")
        return day or timezone.localdate()


class LimitsField(forms.CharField):
    """Categories, a column to a line; its value is the labels by column."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__(label=label, help_text=hint, required=False, max_length=2_000, widget=area(2))

    def clean(self, value: Any) -> dict[str, list[str]]:
        """The labels by column. Raises ValidationError naming the line."""
        return read_limits(super().clean(value))


class PeriodField(forms.CharField):
    """A period as the ledger reads it; its value is the text with single spaces, empty where none is given."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__(label=label, help_text=hint, required=False, max_length=80)

    def clean(self, value: Any) -> str:
        """The period, or empty. Raises ValidationError where it is none."""
        plain = " ".join(super().clean(value).split())
        if plain and read_period(plain) is None:
            raise ValidationError("Write the period as 2023, 2022/23, Q1 2023, March 2023 or as two dates with “to”")
        return plain


def read_limits(text: str) -> dict[str, list[str]]:
    """Labels by column, from lines like “Rank: Constable, Sergeant”. Raises ValidationError naming the line."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, labels = line.partition(":")
        listed = [label for each in labels.split(",") if (label := " ".join(each.split()))]
        name = " ".join(name.split())
        if not colon or not name or not listed:
            raise ValidationError(f"“{line}”: write the column, a colon and its categories, as in Rank: Constable")
        if name in found:
            raise ValidationError(f"“{name}” stands on two lines. Put its categories on one, with commas between")
        found[name] = listed
    return found


def limits_text(limits: dict[str, Any]) -> str:
    """The lines that `read_limits` reads."""
    return "\n".join(
        f"{name}: {labels if isinstance(labels, str) else ', '.join(labels)}" for name, labels in limits.items()
    )
