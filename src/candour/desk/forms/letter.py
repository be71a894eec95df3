"""Forms for a letter on its way: its date, its clearance, a look at the requester."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from candour.site.forms import GovDateField, GovForm


class PrepareForm(GovForm):
    """The date of the letter."""

    dated = GovDateField(label="Date of the letter", help_text="The day on which you expect it to be sent.")

    def __init__(
        self,
        *args: Any,
        errors_found: bool = False,
        small_counts_found: bool = False,
        audit_open: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("dated", timezone.localdate())
        if errors_found:
            self.fields["override"] = forms.CharField(
                label="Why is the letter right although the check found errors?",
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Put the errors right if you can. If you go on, your reason stays in the trail for ever.",
            )
        if small_counts_found:
            self.fields["small_counts"] = forms.CharField(
                label="Why may the small counts be shown?",
                error_messages={"required": "Enter why the small counts may be shown"},
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Make the tables safe in the table builder if you can. If you go on, your reason stays in "
                "the trail for ever.",
            )
        if audit_open:
            self.fields["unaudited"] = forms.CharField(
                label="Why may the tables go, although it was not decided what they tell with earlier ones?",
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Compare with the ledger of releases by hand. Your reason stays in the trail for ever.",
            )


class SendBackForm(GovForm):
    """Why a letter goes back."""

    reason = forms.CharField(
        label="What has to change?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The officer reads this on the case.",
    )


class LookForm(GovForm):
    """Why somebody needs to know who asked."""

    reason = forms.CharField(
        label="Why do you need to know who asked?",
        max_length=300,
        help_text="For example: the answer came back, or one person’s requests may have to be added up (section 12).",
    )


class CorrectForm(GovForm):
    """What has to go from a published entry, and what its readers are told."""

    also = forms.CharField(
        label="What has to be taken out?",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what has to be taken out"},
        help_text="Words as they stand in the entry, one entry to a line. They go from page, search and files.",
    )
    reason = forms.CharField(
        label="What are readers told?",
        max_length=300,
        error_messages={"required": "Enter what readers are told"},
        help_text="For example: a name was removed. Do not repeat what is taken out.",
    )

    @property
    def taken_out(self) -> list[str]:
        """What has to go, an entry each."""
        return [line.strip() for line in self.cleaned_data["also"].splitlines() if line.strip()]


class WithdrawForm(GovForm):
    """Why an entry is taken off the log."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=300,
        error_messages={"required": "Enter why it is withdrawn"},
        help_text="Readers who come to its address see this. For example: published in error.",
    )
