"""Forms for what happened outside the desk and moves the clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.clock import event_from
from candour.desk.forms.decision import area
from candour.law.clock import Event, StepOrdered
from candour.site.forms import GovDateField, GovForm


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


class ReviewAskedForm(EventForm):
    """The requester wants an internal review."""

    kind, title = "internal_review_asked", "An internal review was asked for"


class ReviewExtendedForm(EventForm):
    """The review takes longer."""

    kind, title = "review_extended", "The internal review was extended"
    until = GovDateField(label="Until when?", subject="The date until when")
    reasons = forms.CharField(label="Why does it take longer?", widget=area(3))

    def details(self) -> dict[str, Any]:
        """Until when, and why."""
        return {"until": self.cleaned_data["until"].isoformat(), "reasons": self.cleaned_data["reasons"]}


class ReviewAnsweredForm(EventForm):
    """The outcome of the review went out."""

    kind, title = "internal_review_answered", "The internal review was answered"


class ComplaintForm(EventForm):
    """The Commissioner has a complaint."""

    kind, title = "commissioner_complaint", "The Commissioner told us of a complaint"


class DecisionNoticeForm(EventForm):
    """The Commissioner decided."""

    kind, title = "decision_notice", "The Commissioner’s decision notice came"
    steps = forms.CharField(
        label="Steps that it orders",
        required=False,
        widget=area(4),
        help_text="One on each line, its date first: 2026-05-14 Disclose the table. Empty if there are none.",
    )

    def clean_steps(self) -> list[list[str]]:
        """Read each step and the date by which it is to be taken."""
        steps = []
        for line in self.cleaned_data["steps"].splitlines():
            if not line.strip():
                continue
            day, _, name = line.strip().partition(" ")
            try:
                step = StepOrdered(name.strip(), GovDateField().to_python(day) or timezone.localdate())
            except ValidationError:
                step = None
            if step is None or not step.name:
                raise ValidationError(f"Begin each step with its date, like 2026-05-14: “{line.strip()[:60]}”")
            steps.append([step.name, step.by.isoformat()])
        return steps

    def details(self) -> dict[str, Any]:
        """The steps with their dates."""
        return {"steps": self.cleaned_data["steps"]}


class StepTakenForm(EventForm):
    """A step of the decision notice was taken."""

    kind, title = "step_taken", "A step of the decision notice was taken"
    step = forms.CharField(label="Which step?", max_length=300, help_text="In the words of the decision notice.")

    def details(self) -> dict[str, Any]:
        """The name of the step."""
        return {"step": self.cleaned_data["step"]}


EVENT_FORMS: dict[str, type[EventForm]] = {
    form.kind: form
    for form in (
        ClarificationGivenForm,
        FeePaidForm,
        WithdrawnForm,
        TransferredForm,
        ReviewAskedForm,
        ReviewExtendedForm,
        ReviewAnsweredForm,
        ComplaintForm,
        DecisionNoticeForm,
        StepTakenForm,
    )
}
