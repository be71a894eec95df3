"""Forms of the queue: which case a message belongs to, why it is no request, which force it is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.forms.request import MOST_TEXT, RequestForm
from candour.desk.models import Authority, Case, Channel, StaffMember
from candour.desk.sight import cases_seen_by
from candour.post.deal import submission_of
from candour.post.models import QueueEntry
from candour.post.reading.whatdotheyknow import title_of, without_foot
from candour.site.forms import GovForm


class CaseForm(GovForm):
    """The case that a message is put to, by its reference."""

    reference = forms.CharField(
        label="Reference of the case",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={"required": "Enter the reference of the case"},
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        self.case: Case | None = None

    def clean_reference(self) -> str:
        """Find the case among those that the person sees."""
        reference = str(self.cleaned_data["reference"]).strip()
        self.case = cases_seen_by(self._person).filter(reference__iexact=reference).first()
        if self.case is None:
            raise ValidationError("There is no case with this reference. Look it up in the caseload.")
        return reference


class ReasonForm(GovForm):
    """Why a message is no request, or is put back."""

    reason = forms.CharField(
        label="Why?",
        max_length=250,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        help_text="Without names. For example: an advertisement; meant for the press office.",
        error_messages={"required": "Say why, in a few words"},
    )


class NotRequestsForm(ReasonForm):
    """Which of several messages are no requests, and why."""

    mails = forms.MultipleChoiceField(
        label="Which messages are not requests?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one message",
            "invalid_choice": "Somebody has dealt with one of these messages already. Choose again",
        },
    )
    field_order = ("mails", "reason")

    def __init__(self, *args: Any, mails: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mails"].choices = mails  # type: ignore[attr-defined]  # a MultipleChoiceField


class ReachedForm(GovForm):
    """How a requester was reached whose letter came back."""

    how = forms.CharField(
        label="How did it reach the requester?",
        max_length=250,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        help_text="Without names and addresses. For example: posted on 3 March; sent again to the address that the "
        "requester gave on the telephone.",
        error_messages={"required": "Say how it reached the requester, or why that is not needed"},
    )


class ForceForm(GovForm):
    """The force that a message is given to."""

    authority = forms.ModelChoiceField(
        label="Which force is it for?",
        queryset=Authority.objects.all(),
        empty_label="Choose a force",
        error_messages={"required": "Choose the force"},
    )


def request_form(entry: QueueEntry, data: Any = None) -> RequestForm:
    """The form of a request, filled in with what the message says, for a person to confirm."""
    if data is not None:
        return RequestForm(data)
    reading = entry.message.read
    wanted = {
        "submission": submission_of(entry),
        "received": timezone.localdate(entry.message.stored_at),
        "channel": Channel.EMAIL,
        "requester_name": reading.sender.name or reading.sender.address,
        "requester_email": reading.sender.address,
        "title": title_of(reading.subject)[:200],
        "text": without_foot(reading.own if reading.own.strip() else reading.text)[:MOST_TEXT],
    }
    return RequestForm(initial=wanted)
