"""Forms for what happened outside the desk and moves the clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.deadlines.clock import event_from
from candour.law.clock import Event
from candour.site.forms import GovDateField, GovForm


class CountDaysForm(GovForm):
    """A day of receipt, which may lie ahead."""

    received = GovDateField(label="On what day does the request reach the force?")


class EventForm(GovForm):
    """An event that needs no more than its day."""

    kind = ""
    title = ""
    hint = ""
    on = GovDateField(label="On which day?")

    def clean_on(self) -> Any:
        """Refuse a day that is still to come."""
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError("The date cannot be in the future")
        return on

    def details(self) -> dict[str, Any]:
        """What the event holds besides its day, as plain values."""
        return {}

    def event(self) -> Event:
        """The event that the form describes."""
        return event_from(self.kind, self.cleaned_data["on"], self.details())


class ClarificationGivenForm(EventForm):
    """The requester made clear what is meant."""

    kind, title = "clarification_given", "The requester sent clarification"
    hint = "A fresh period of 20 working days begins on that day."


class FeePaidForm(EventForm):
    """The fee came."""

    kind, title = "fee_paid", "The fee was paid"
    hint = "The working days from the fees notice to this day, both included, do not count."


class WithdrawnForm(EventForm):
    """The requester took the request back."""

    kind, title = "withdrawn", "The request was withdrawn"


class TransferredForm(EventForm):
    """The request went to another authority."""

    kind, title = "transferred", "The request was transferred"
    hint = "Under the Act only with the requester’s agreement; the other authority has a clock of its own."
    to = forms.CharField(label="To which authority?", max_length=200)
    agreed = forms.BooleanField(label="The requester agreed", required=False)

    def details(self) -> dict[str, Any]:
        """To whom it went, and whether the requester agreed."""
        return {"to": self.cleaned_data["to"], "agreed": self.cleaned_data["agreed"]}


EVENT_FORMS: dict[str, type[EventForm]] = {
    form.kind: form
    for form in (
        ClarificationGivenForm,
        FeePaidForm,
        WithdrawnForm,
        TransferredForm,
    )
}
