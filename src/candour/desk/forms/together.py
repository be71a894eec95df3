"""The forms of the steps that are taken on many cases at once: which cases, and what each step has to know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.caseload.assign import who_can_work
from candour.desk.caseload.notes import LONGEST
from candour.desk.caseload.together import AddWatcher, ChangeProfile, HandOver, Remind, Step, WriteNote
from candour.desk.caseload.watching import who_can_watch
from candour.desk.forms.assign import note_field, officer_field
from candour.desk.forms.person import PersonField
from candour.desk.models import Authority, Case, Profile, StaffMember
from candour.desk.publishing.decision import Choice
from candour.desk.publishing.together import CHOICES, DecidePublication
from candour.site.forms import GovDateField, GovForm, HintedChoice


class TogetherForm(GovForm):
    """Which cases. Each kind adds what its step has to know; `label` names the step where one is chosen."""

    label = ""
    confirm = ""

    cases = forms.MultipleChoiceField(
        label="Which cases?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one case"},
    )

    def __init__(self, *args: Any, cases: list[tuple[str, str]], authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = cases  # type: ignore[attr-defined]  # a MultipleChoiceField
        self.authority = authority

    def step(self) -> Step:
        """The step as it was filled in; of a valid form. Each kind says which: no form can be an ABC besides."""
        raise NotImplementedError

    def _people(self, field: str, people: QuerySet[StaffMember]) -> None:
        self.fields[field].authority = self.authority.pk  # type: ignore[attr-defined]  # a PersonField
        self.fields[field].queryset = people  # type: ignore[attr-defined]


class HandOverForm(TogetherForm):
    """To whom the cases go, and what they need to know."""

    label = "Hand over"
    confirm = "Hand them over"

    officer = officer_field("these cases")
    note = note_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people("officer", who_can_work(Case(authority=self.authority)))

    def step(self) -> Step:
        """Handing over."""
        return HandOver(self.cleaned_data["officer"], self.cleaned_data["note"])


class WatchForm(TogetherForm):
    """Who watches the cases from now on."""

    label = "Add a watcher"
    confirm = "Add the watcher"

    person = PersonField(
        label="Who watches them?",
        empty_label="Choose a person",
        error_messages={"required": "Choose who watches the cases"},
        help_text="They are told under “My day” what others do on these cases.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people("person", who_can_watch(self.authority.pk))

    def step(self) -> Step:
        """Adding a watcher."""
        return AddWatcher(self.cleaned_data["person"])


class RemindForm(TogetherForm):
    """Nothing but the cases has to be known."""

    label = "Remind business areas that are late"
    confirm = "Remind them"

    def step(self) -> Step:
        """Reminding."""
        return Remind(timezone.localdate())


class NotesForm(TogetherForm):
    """What the note says."""

    label = "Write a note"
    confirm = "Write the note"

    text = forms.CharField(
        label="What should whoever opens the cases next know?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write the note"},
        help_text="It stays in the trail of each case and cannot be changed. Do not write who asked.",
    )

    def step(self) -> Step:
        """Writing."""
        return WriteNote(self.cleaned_data["text"])


class ProfilesForm(TogetherForm):
    """How closely the cases are watched, and why."""

    label = "Change the profile"
    confirm = "Change the profile"

    profile = forms.ChoiceField(
        label="How closely are they watched?",
        choices=Profile.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how closely they are watched"},
    )
    why = forms.CharField(
        label="Why?",
        max_length=300,
        error_messages={"required": "Enter why"},
        help_text="It stays in the trail of each case. Do not write who asked.",
    )

    def step(self) -> Step:
        """Changing."""
        return ChangeProfile(Profile(self.cleaned_data["profile"]), self.cleaned_data["why"])


class PublicationsForm(TogetherForm):
    """What is decided on the publication of the answers, and why."""

    label = "Decide on publication"
    confirm = "Decide so"

    choice = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            HintedChoice(
                Choice.NOW,
                "Publish the answers",
                "One that neither confirms nor denies appears on the day that the rule gives.",
            ),
            HintedChoice(Choice.HOLD, "Hold the answers", "Nothing is published until somebody decides again."),
            HintedChoice(
                Choice.NOT, "Do not publish the answers", "The cases are finished without an entry on the log."
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    day = GovDateField(
        label="When to look at them again (optional)", required=False, help_text="Only for answers that are held."
    )
    why = forms.CharField(
        label="Why?",
        max_length=300,
        error_messages={"required": "Enter why you decide so"},
        help_text="Staff see this, readers do not. It stands in the trail of each case.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a day with which nothing would be done."""
        given = super().clean() or {}
        if given.get("day") and given.get("choice") != Choice.HOLD:
            self.add_error("day", "Leave the day empty: it is only for answers that are held")
        return given

    def step(self) -> Step:
        """Deciding."""
        given = self.cleaned_data
        choice = next(each for each in CHOICES if each == given["choice"])
        return DecidePublication(choice, given["why"], given["day"])


FORMS: dict[str, type[TogetherForm]] = {
    HandOver.name: HandOverForm,
    AddWatcher.name: WatchForm,
    Remind.name: RemindForm,
    WriteNote.name: NotesForm,
    ChangeProfile.name: ProfilesForm,
    DecidePublication.name: PublicationsForm,
}
"""By the name of each step, its form; in the order in which they are offered. Other parts of the house add theirs."""
