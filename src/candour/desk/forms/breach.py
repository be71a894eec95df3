"""The forms of a personal data breach: what left and when the force became aware, the points, the risk, the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from candour.desk.breaches.points import hours_in_words
from candour.desk.breaches.vocabulary import Point, vocabulary
from candour.desk.forms.seen import SeenForm
from candour.desk.models import Breach, Case, StaffMember
from candour.site.forms import GovDateField, GovForm, HintedChoice

_NOT_NAMED = "Do not write who asked, and do not repeat the data itself."


class _TimeField(forms.TimeField):
    """An hour and a minute as people write them."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            help_text="On the 24-hour clock, such as 14:20.",
            input_formats=("%H:%M", "%H.%M", "%H%M"),
            widget=forms.TimeInput(format="%H:%M", attrs={"class": "govuk-input--width-5"}),
            error_messages={
                "required": "Enter the time, such as 14:20",
                "invalid": "Enter the time on the 24-hour clock, such as 14:20",
            },
        )


class _MomentForm(GovForm):
    """A form that asks for a day and a time, which are one moment of the past: `moment` in its cleaned data."""

    day_name, time_name = "on", "at"

    def clean(self) -> dict[str, Any] | None:
        """What was entered, with the moment. One that lies ahead is an error of the time."""
        values: dict[str, Any] = super().clean() or {}
        day, time = values.get(self.day_name), values.get(self.time_name)
        if day and time:
            values["moment"] = timezone.make_aware(datetime.combine(day, time))
            if values["moment"] > timezone.now():
                self.add_error(self.time_name, "The time must be in the past")
        return values


def _moment(at: datetime) -> tuple[Any, Any]:
    local = timezone.localtime(at).replace(second=0, microsecond=0)
    return local.date(), local.time()


class WhichCaseForm(GovForm):
    """The case of which something left."""

    reference = forms.CharField(
        label="Which case is it of?",
        max_length=40,
        help_text="Its reference, such as 190A/26. The letter, the entry of the log and the caseload have it.",
        error_messages={"required": "Enter the reference of the case"},
    )


class _KnownForm(_MomentForm):
    """What is known of a breach."""

    day_name, time_name = "aware_on", "aware_at"

    way = forms.ChoiceField(
        label="How did it leave?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it left"},
    )
    what = forms.CharField(
        label="What left?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"For example: a hidden sheet with the names and ranks of everybody in a unit. {_NOT_NAMED}",
        error_messages={"required": "Say what left"},
    )
    aware_on = GovDateField(
        label="On which day did the force become aware?",
        help_text="When somebody in the force was reasonably certain, not when all was known.",
        subject="The day on which the force became aware",
    )
    aware_at = _TimeField("At what time?")
    found_by = forms.CharField(
        label="Who found it? (optional)",
        max_length=200,
        required=False,
        help_text="A role will do: a reader, a colleague.",
    )
    people = forms.MultipleChoiceField(
        label="Whose data is it? (optional)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="As far as is known. More can be added at any time.",
    )
    people_about = forms.IntegerField(
        label="About how many people? (optional)",
        required=False,
        min_value=0,
        max_value=100_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a whole number, such as 120"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = vocabulary()
        self.fields["way"].choices = [(key, entry.label) for key, entry in words.ways.items()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["people"].choices = [(key, entry.label) for key, entry in words.people.items()]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def known(self) -> dict[str, Any]:
        """What was entered, as the record keeps it."""
        names = {"way", "what", "found_by", "people", "people_about", "records_about", "consequences", "measures"}
        given = {name: value for name, value in self.cleaned_data.items() if name in names}
        return {**given, "aware_at": self.cleaned_data["moment"]}


class StartBreachForm(_KnownForm):
    """The first minute: what left, when the force became aware, and whether links of areas are ended too."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    end_links = forms.BooleanField(
        label="End the links through which business areas read and answer",
        required=False,
        initial=True,
        help_text="Leave it ticked where it stands in a question, or where you do not know. They can be asked anew.",
    )

    def __init__(self, *args: Any, case: Case, actor: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        day, time = _moment(timezone.now())
        self.initial = {"aware_on": day, "aware_at": time, "found_by": str(actor), "end_links": True, **self.initial}


class LearnForm(SeenForm, _KnownForm):
    """What is known by now; it takes the place of what was known before."""

    records_about = forms.IntegerField(
        label="About how many records? (optional)",
        required=False,
        min_value=0,
        max_value=1_000_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a whole number, such as 120"},
    )
    consequences = forms.CharField(
        label="What may follow for them? (optional)",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    measures = forms.CharField(
        label="What was done about it, besides what was stopped? (optional)",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why = forms.CharField(
        label="What changed?",
        max_length=300,
        help_text="It goes into the trail. Do not repeat the data itself.",
        error_messages={"required": "Say what changed"},
    )

    @classmethod
    def of(cls, breach: Breach, data: Any) -> LearnForm:
        """The form over the record as it stands."""
        day, time = _moment(breach.aware_at)
        names = ("way", "what", "found_by", "people", "people_about", "records_about", "consequences", "measures")
        initial = {name: getattr(breach, name) for name in names}
        stands = {"What left": breach.what, "State of the record": str(breach.version)}
        return cls(data, initial={**initial, "aware_on": day, "aware_at": time}, stands=stands)


class RiskForm(SeenForm):
    """How likely a risk to people is."""

    risk = forms.ChoiceField(
        label="How likely is a risk to the people whose data it is?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how likely a risk is"},
    )
    why = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Who may have it, what they could do with it, and how bad that would be. {_NOT_NAMED}",
        error_messages={"required": "Say why"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = vocabulary().risks.items()
        self.fields["risk"].choices = [HintedChoice(key, each.label, each.means) for key, each in entries]  # type: ignore[attr-defined]  # a ChoiceField


class PointForm(_MomentForm):
    """The answer to one point: done, when and how; or not, and why."""

    done = forms.ChoiceField(label="Was it done?", widget=forms.RadioSelect)
    on = GovDateField(label="On which day was it done, or decided?", subject="The day")
    at = _TimeField("At what time?")
    told = forms.CharField(
        label="Who was told or asked? (optional)", max_length=300, required=False, help_text=_NOT_NAMED
    )
    how = forms.CharField(
        label="How? (optional)", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reference = forms.CharField(label="Reference (optional)", max_length=80, required=False)
    ground = forms.ChoiceField(label="If the risk is high and they are not told, why not? (optional)", required=False)
    why = forms.CharField(
        label="Reasons (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Needed where it was not done. {_NOT_NAMED}",
    )

    def __init__(self, *args: Any, point: Point, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done"].choices = [("yes", point.done), ("no", point.not_done)]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["done"].error_messages["required"] = "Choose whether it was done"
        day, time = _moment(timezone.now())
        self.initial = {"on": day, "at": time, **self.initial}
        if point.key == "people":
            grounds = [(key, entry.label) for key, entry in vocabulary().grounds.items()]
            self.fields["ground"].choices = [("", "No such ground"), *grounds]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["ground"]
        if point.key == "commissioner":
            self.fields[
                "why"
            ].help_text = (
                f"Needed where he was not told, and for the delay where it was after {hours_in_words()}. {_NOT_NAMED}"
            )
        else:
            del self.fields["reference"]


class CloseBreachForm(GovForm):
    """How the record ends."""

    result = forms.ChoiceField(
        label="How does it end?",
        widget=forms.RadioSelect,
        choices=[
            HintedChoice("breach", "Everything that had to be done is done", "Each point has an answer."),
            HintedChoice("none", "It was no breach", "Nothing left that should not have. The case is no longer held."),
        ],
        error_messages={"required": "Choose how it ends"},
    )
    lessons = forms.CharField(
        label="What was learned, or why was it no breach?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_NOT_NAMED,
        error_messages={"required": "Write what was learned, or why it was no breach"},
    )
