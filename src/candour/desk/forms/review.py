"""The forms of a review, of a complaint and of an appeal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from candour.desk.forms.seen import SeenForm
from candour.desk.models import Appeal, AppealResult, NoticeResult, ReviewResult, StaffMember
from candour.law import Outcome
from candour.site.forms import GovDateField, GovForm, with_hints

_NOT_NAMED = "Do not name the requester."


class PastDateField(GovDateField):
    """A day that has come."""

    def clean(self, value: Any) -> date | None:
        """The day. Raises ValidationError when it lies ahead."""
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError("The date must be today or in the past")
        return day


class NewReviewForm(GovForm):
    """What the requester asked for."""

    asked_on = PastDateField(label="When did the request for a review come?")
    grounds = forms.CharField(
        label="What is the requester not content with?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_NOT_NAMED,
    )
    accepted_late = forms.CharField(
        label="Why is it taken up, if it came too late?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only needed when it was asked for more than 40 working days after the answer.",
    )


class GiveReviewForm(SeenForm):
    """Who reviews."""

    reviewer = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label="Who reviews the answer?",
        empty_label="Choose a person",
        help_text="Only people who had no part in the answer are offered.",
        error_messages={"required": "Choose who reviews the answer"},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class FindingForm(GovForm):
    """What the review makes of one decision."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label="What do you find?",
        widget=forms.RadioSelect,
        choices=with_hints(
            ReviewResult.choices,
            {
                ReviewResult.UPHELD: "The decision was right and stays.",
                ReviewResult.VARIED: "Part of it was right; the rest is changed.",
                ReviewResult.OVERTURNED: "It was wrong, and another takes its place.",
            },
        ),
        error_messages={"required": "Choose what you find"},
    )
    reasons = forms.CharField(
        label="Your reasons",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"They go into the letter. {_NOT_NAMED}",
    )
    outcome = forms.ChoiceField(
        label="What is the outcome now?",
        required=False,
        choices=[("", "Choose the outcome"), *((outcome.value, outcome.label) for outcome in Outcome)],
        help_text="Only for a decision that is varied or overturned. If its outcome stays, choose it again.",
    )
    given = forms.CharField(
        label="What is told or disclosed now?", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        """What was entered. A changed decision needs an outcome."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("result") in {ReviewResult.VARIED, ReviewResult.OVERTURNED} and not values.get("outcome"):
            self.add_error("outcome", "Choose what the outcome is now. If it stays, choose it again")
        return values


class ExtendReviewForm(SeenForm):
    """Until when, and why."""

    until = GovDateField(label="Until when does it take?")
    because = forms.CharField(label="Why?", widget=forms.Textarea(attrs={"rows": 3}))


class OnForm(SeenForm):
    """A day on which something happened."""

    on = PastDateField(label="On which day?")


class _RowForm(GovForm):
    """A form about one of several rows of the page, which is named by its key."""

    row = forms.TypedChoiceField(label="Which one?", coerce=int, error_messages={"required": "Choose which one"})

    def __init__(self, *args: Any, rows: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = [(row.pk, str(row)) for row in rows]  # type: ignore[attr-defined]  # a ChoiceField


class StepForm(_RowForm):
    """A step of the notice that was taken."""

    on = PastDateField(label="On which day was it taken?")


class NewComplaintForm(GovForm):
    """What the Commissioner told us."""

    reference = forms.CharField(label="The Commissioner’s reference", max_length=60)
    told_on = PastDateField(label="When were we told?")
    about = forms.CharField(
        label="What is it about?", required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_NOT_NAMED
    )
    respond_by = GovDateField(label="By when do we have to answer?", required=False)


class CloseComplaintForm(GovForm):
    """How the complaint ended, and what has to be done."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label="How did it end?",
        widget=forms.RadioSelect,
        choices=NoticeResult.choices,
        error_messages={"required": "Choose how it ended"},
    )
    on = PastDateField(label="On which day?")
    summary = forms.CharField(label="What was decided?", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    steps = forms.CharField(
        label="Steps that the notice requires",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on each line, with its day at the end: Disclose the figures for 2024; 17 April 2026",
    )

    def clean_steps(self) -> list[tuple[str, date]]:
        """The steps with their days. Raises ValidationError for a line that has no day."""
        found = []
        for line in self.cleaned_data["steps"].splitlines():
            if not line.strip():
                continue
            what, _, by = line.rpartition(";")
            try:
                found.append((what.strip()[:300], _day(by.strip())))
            except ValueError:
                raise forms.ValidationError(
                    f"Give the day of “{line.strip()}” at its end, such as ; 17 April 2026"
                ) from None
            if not what.strip():
                raise forms.ValidationError("Say what has to be done before the day")
        return found


def _day(written: str) -> date:
    """A day as people write it, `17 April 2026`, or as 2026-04-17. Raises ValueError."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return datetime.strptime(written, "%d %B %Y").date()  # noqa: DTZ007  a day has no time zone


class AppealForm(GovForm):
    """An appeal to the tribunal."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    by = forms.ChoiceField(label="Who appeals?", widget=forms.RadioSelect, choices=Appeal.By.choices)
    reference = forms.CharField(label="The tribunal’s reference", max_length=60)
    lodged_on = PastDateField(label="When was it lodged?")
    hearing_on = GovDateField(label="When is it heard?", required=False)


class CloseAppealForm(_RowForm):
    """How the appeal ended."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label="How did it end?", widget=forms.RadioSelect, choices=AppealResult.choices)
    on = PastDateField(label="On which day?")


class BundleForm(GovForm):
    """What the bundle is for."""

    why = forms.CharField(
        label="What is the bundle for?",
        max_length=300,
        help_text="It names the requester, so the export is recorded as a look at who asked.",
    )
