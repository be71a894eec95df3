"""Forms of a task: what is asked of an area, what it gives back, and a referral with its advice."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils import timezone

from candour.desk.business_areas.referral import who_can_advise
from candour.desk.checked_files.uploads import largest
from candour.desk.models import Authority, BusinessArea, Case, Question
from candour.files.limits import MIB
from candour.law import countable_activities
from candour.site.forms import GovDateField, GovForm

_LONGEST_ANSWER = 200_000


class _QuestionForm(GovForm):
    """A form about one question of the case."""

    question = forms.ModelChoiceField(Question.objects.none(), label="Which question is it about?", empty_label=None)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = Question.objects.filter(case=case, answered_questions__isnull=True).prefetch_related("parts")
        self.fields["question"].queryset = asked  # type: ignore[attr-defined]  # the field of choices declared above


class AskForm(_QuestionForm):
    """What is asked of which area, and by when."""

    area = forms.ModelChoiceField(BusinessArea.objects.none(), label="Which business area?", empty_label=None)
    asked = forms.CharField(
        label="What do you need from them?",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="They see this and the question. Do not write who asked.",
    )
    wanted_by = GovDateField(label="By when?", subject="The day")

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        areas = BusinessArea.objects.filter(authority=case.authority_id, in_use=True)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]  # as above

    def clean_wanted_by(self) -> Any:
        """A day to come."""
        day = self.cleaned_data["wanted_by"]
        if day < timezone.localdate():
            raise ValidationError("The day must be today or later")
        return day


class RevokeForm(GovForm):
    """Why a task is taken back."""

    why = forms.CharField(label="Why is it taken back?", max_length=300)


class ReplyForm(GovForm):
    """What an area gives back: words or figures, a file, and how long it took."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=True)
    text = forms.CharField(
        label="Your answer (optional if you give a file)",
        required=False,
        max_length=_LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Words or figures. You can paste a table from a spreadsheet. Do not give names of people.",
    )
    file = forms.FileField(
        label="A file (optional)",
        required=False,
        error_messages={"empty": "The file is empty. Choose another, or take it out"},
    )
    by = forms.CharField(
        label="Your name or team (optional)", required=False, max_length=120, help_text="So that we can ask back."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submission", uuid.uuid4())
        most = largest() // MIB
        self.fields[
            "file"
        ].help_text = f"A workbook, a document or a PDF, up to {most} MB. It is checked for hidden content."
        for activity in countable_activities():
            self.fields[activity.key] = forms.DecimalField(
                label=f"{activity.text[0].upper()}{activity.text[1:]}",
                required=False,
                min_value=0,
                max_value=10_000,
                decimal_places=2,
                widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
                error_messages=_wrong_hours(activity.text),
            )

    def clean_file(self) -> UploadedFile[Any] | None:
        """A file that is not too large to be looked at while somebody waits."""
        upload: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if upload and (upload.size or 0) > largest():
            raise ValidationError(f"The file is larger than {largest() // MIB} MB. Give a smaller extract.")
        return upload

    @property
    def hour_fields(self) -> list[BoundField]:
        """How long each activity took."""
        return [self[activity.key] for activity in countable_activities()]

    @property
    def answer_fields(self) -> list[BoundField]:
        """What is given back, without the hours."""
        hours = {activity.key for activity in countable_activities()}
        return [field for field in self.visible_fields() if field.name not in hours]

    @property
    def hours(self) -> dict[str, float]:
        """The hours given, by activity."""
        given = {activity.key: self.cleaned_data.get(activity.key) for activity in countable_activities()}
        return {key: float(value) for key, value in given.items() if value}


def _wrong_hours(activity: str) -> dict[str, str]:
    """What is said of hours that are none; each names its activity, for in the summary it stands alone."""
    number = f"Enter the hours of {activity} as a number, such as 1.5"
    return {
        "invalid": number,
        "min_value": number,
        "max_decimal_places": f"{number}, with at most two decimals",
        "max_value": f"Enter the hours of {activity} as a number of at most 10,000",
    }


class ReferForm(_QuestionForm):
    """What is referred to which authority."""

    to = forms.ModelChoiceField(Authority.objects.none(), label="To which authority?", empty_label=None)
    asked = forms.CharField(
        label="What do you want advice on?",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="They see this and the question, and nothing else of the case. The clock goes on.",
    )

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["to"].queryset = who_can_advise(case)  # type: ignore[attr-defined]  # as above


class AdviceForm(GovForm):
    """The advice of the unit."""

    advice = forms.CharField(
        label="Your advice",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The force reads it beside the question.",
    )
