"""Forms for a request that comes in and for its questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.intake.receive import Incoming
from candour.desk.models import Channel, Question
from candour.law.working_days import PastHorizon, due_date
from candour.letters.response import AskedPart
from candour.site.forms import GovDateField, GovForm

MOST_TEXT = 200_000
"""Characters of a request; a longer one is a file, not a letter."""

_PART = re.compile(r"\s*\(?(?P<letter>[a-z]{1,2}|[ivx]{1,4})[).:]\s+(?P<text>.*)")


class RequestForm(GovForm):
    """A request as it was received. `submission` is the number of the form: each opens one case."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    received = GovDateField(
        label="Date received",
        help_text="The day it reached the force, even on a Saturday or late at night. For example, 3 3 2026.",
    )
    channel = forms.ChoiceField(
        label="How did it reach us?", choices=Channel.choices, widget=forms.RadioSelect, initial=Channel.EMAIL
    )
    requester_name = forms.CharField(
        label="Name of the requester",
        max_length=200,
        help_text="Kept apart from the case: the people who decide do not see it.",
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
    )
    requester_email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="Leave this empty if the answer goes by post.",
        widget=forms.EmailInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
    )
    requester_address = forms.CharField(
        label="Postal address", required=False, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    )
    title = forms.CharField(
        label="What is it about?",
        max_length=200,
        help_text="A short title without names. It appears on the letter and in the disclosure log.",
    )
    text = forms.CharField(
        label="The request as received",
        max_length=MOST_TEXT,
        help_text="Paste all of it. The text is kept as it is; its questions are split out on the next page.",
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean_received(self) -> Any:
        """Refuse a day that is still to come, or whose deadline cannot be told."""
        received = self.cleaned_data["received"]
        if received > timezone.localdate():
            raise ValidationError("The date received cannot be in the future")
        try:
            due_date(received)
        except PastHorizon as error:
            raise ValidationError(str(error)) from error
        return received

    def clean(self) -> dict[str, Any]:
        """Ask for somewhere to send the answer (FOIA s8(1)(b))."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            not cleaned.get("requester_email")
            and not cleaned.get("requester_address")
            and "requester_email" not in self.errors
        ):
            self.add_error("requester_email", "Enter an e-mail address or a postal address to send the answer to")
        return cleaned

    def incoming(self) -> Incoming:
        """The request that the form describes."""
        data = dict(self.cleaned_data)
        return Incoming(**{**data, "channel": Channel(data["channel"])})


class FurtherRequestForm(GovForm):
    """Another request of the same requester, to be answered in the same letter; each form joins one."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    received = GovDateField(label="Date received")
    channel = forms.ChoiceField(
        label="How did it reach us?", choices=Channel.choices, widget=forms.RadioSelect, initial=Channel.EMAIL
    )
    text = forms.CharField(
        label="The request as received", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 12})
    )

    clean_received = RequestForm.clean_received

    def incoming(self) -> Incoming:
        """The request that the form describes; the requester is that of the case."""
        data = self.cleaned_data
        return Incoming(data["submission"], "", data["text"], data["received"], Channel(data["channel"]), "")


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["QuestionForm"]
else:
    _FormSet = forms.BaseFormSet


class QuestionForm(GovForm):
    """One question, to be corrected after it was split out."""

    question = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    number = forms.CharField(
        label="Number", max_length=10, widget=forms.TextInput(attrs={"class": "govuk-input--width-4"})
    )
    group = forms.CharField(
        label="Belongs to",
        max_length=40,
        required=False,
        help_text="Only when several requests are answered together, for example Request 2.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    lead_in = forms.CharField(
        label="Words that lead to it", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: “For the last three years, please tell me:”",
    )  # fmt: skip
    text = forms.CharField(label="Question", widget=forms.Textarea(attrs={"rows": 4}))
    parts = forms.CharField(
        label="Parts",
        required=False,
        help_text="One on each line, beginning with its letter: a) suspended",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    remove = forms.BooleanField(label="Remove this question", required=False)

    def clean_parts(self) -> tuple[AskedPart, ...]:
        """The parts, a line that has no letter continuing the one before it."""
        parts: list[AskedPart] = []
        for line in self.cleaned_data["parts"].splitlines():
            if not line.strip():
                continue
            if found := _PART.fullmatch(line):
                parts.append(AskedPart(found["letter"], found["text"].strip()))
            elif parts:
                parts[-1] = AskedPart(parts[-1].letter, f"{parts[-1].text}\n{line.strip()}")
            else:
                raise ValidationError("Begin each part with its letter, for example a) suspended")
        letters = [part.letter for part in parts]
        if len(set(letters)) != len(letters):
            raise ValidationError("Give each part a letter of its own")
        return tuple(parts)

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, Any]:
        """The values with which the form shows a stored question."""
        return {
            "question": question.pk,
            "seen": question.state,
            "number": question.number,
            "group": question.group,
            "lead_in": question.lead_in,
            "text": question.text,
            "parts": "\n".join(f"{part.letter}) {part.text}" for part in question.parts.all()),
        }


class BaseQuestionFormSet(_FormSet):
    """All questions of a case; an empty last form adds one."""

    def clean(self) -> None:
        """Refuse two questions with one number, and a case without any."""
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["remove"]]
        labels = [(data["group"], data["number"]) for data in kept]
        doubled = next((label for label in labels if labels.count(label) > 1), None)
        if doubled:
            raise ValidationError(f"Two questions have the number {doubled[1]}. Give each a number of its own.")
        if not kept:
            raise ValidationError("A request has at least one question. Keep one, or put the whole text into it.")


QuestionFormSet = forms.formset_factory(
    QuestionForm, formset=BaseQuestionFormSet, extra=1, max_num=200, absolute_max=201
)
