"""The form that decides on the publication of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from candour.desk.forms.seen import SeenForm
from candour.desk.publishing.decision import Choice, beginning_of
from candour.desk.publishing.topics import MOST, chosen, topics
from candour.site.forms import GovDateField, GovForm, HintedChoice

_CHOICES = [
    HintedChoice(Choice.NOW, Choice.NOW.label),
    HintedChoice(Choice.ON_DATE, Choice.ON_DATE.label, "Readers see it from the beginning of that day."),
    HintedChoice(Choice.HOLD, Choice.HOLD.label, "Nothing is published until somebody decides again."),
    HintedChoice(Choice.NOT, Choice.NOT.label, "The case is finished without an entry on the log."),
]


def _topics_field(**options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="What is it about?",
        required=False,
        choices=[(topic.slug, topic.title) for topic in topics().values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Readers filter the log by this. Choose what was asked about, {MOST} at most.",
        **options,
    )


def _check_topics(form: forms.Form) -> None:
    try:
        chosen(form.cleaned_data.get("topics", ()))
    except ValueError as wrong:
        form.add_error("topics", str(wrong))


class TopicsForm(GovForm):
    """What an entry that is on the log is about."""

    topics = _topics_field()

    def clean(self) -> dict[str, Any]:
        """Refuse none, and more than an entry may have."""
        given = super().clean() or {}
        _check_topics(self)
        return given


class PublicationForm(SeenForm):
    """Whether and when the answer is published, why, what more is taken out, and that a person has read it."""

    also = forms.CharField(
        label="What else has to be taken out? (optional)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Words that identify somebody, as they stand in the letter. One entry to a line.",
    )
    choice = forms.ChoiceField(
        label="What do you decide?",
        choices=_CHOICES,
        widget=forms.RadioSelect,
    )
    day = GovDateField(
        label="Day (optional)",
        required=False,
        help_text="For a day: from when readers see it. For a hold: when to look at it again.",
    )
    why = forms.CharField(
        label="Why?",
        max_length=300,
        error_messages={"required": "Enter why you decide so"},
        help_text="Staff see this, readers do not. For example: of general interest; or a trial is under way.",
    )
    checked = forms.BooleanField(
        label="I have read the page below, and nothing in it identifies the requester or anybody else who must not be "
        "named",
        required=False,
    )

    suspected = forms.MultipleChoiceField(
        label="These may name somebody. Take out:",
        required=False,
        help_text="Untick what may be read by everybody, such as the name of a chief officer.",
        widget=forms.CheckboxSelectMultiple,
    )

    topics = _topics_field()

    field_order = ("suspected", "also", "topics")

    def __init__(
        self,
        *args: Any,
        by_rule: bool = False,
        suspected: Sequence[str] = (),
        about: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`by_rule`: day and topics follow from the request. `about`: the topics that its words propose."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("topics", list(about))
        if suspected:
            offered = self.fields["suspected"]
            assert isinstance(offered, forms.MultipleChoiceField)
            offered.choices = [(words, words) for words in suspected]
            self.initial.setdefault("suspected", list(suspected))
        else:
            del self.fields["suspected"]
        if by_rule:
            del self.fields["topics"]
            choice = self.fields["choice"]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [
                HintedChoice(Choice.NOW, "Publish it", "Readers see it from the day that the rule gives."),
                *(entry for entry in _CHOICES if entry[0] not in {Choice.NOW, Choice.ON_DATE}),
            ]
            day = self.fields["day"]
            day.label, day.help_text = "When to look at it again (optional)", "Only for a hold."

    def clean(self) -> dict[str, Any]:
        """Ask for the day and the confirmation where they are needed."""
        given = super().clean() or {}
        choice, day = given.get("choice"), given.get("day")
        if choice == Choice.ON_DATE and "day" not in self.errors:
            if day is None:
                self.add_error("day", "Enter the day from which readers can see it")
            elif day <= timezone.localdate():
                self.add_error("day", "Enter a day that is still to come, or publish now")
        if choice in (Choice.NOW, Choice.ON_DATE) and not given.get("checked"):
            self.add_error("checked", "Tick that you have read the page, and that nobody is identified in it")
        if choice in (Choice.NOW, Choice.ON_DATE) and "topics" in self.fields:
            _check_topics(self)
        return given

    @property
    def taken_out(self) -> list[str]:
        """What else is taken out, an entry each."""
        lines = (*self.cleaned_data.get("suspected", ()), *self.cleaned_data["also"].splitlines())
        return [line.strip() for line in lines if line.strip()]

    @property
    def at(self) -> datetime | None:
        """When readers see it from; None for now."""
        return beginning_of(self.cleaned_data["day"]) if self.cleaned_data["choice"] == Choice.ON_DATE else None
