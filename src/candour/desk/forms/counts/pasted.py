"""The counts as pasted, and of what they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from candour.desk.forms.counts.columns import as_data, fits
from candour.desk.forms.decision import StepForm
from candour.desk.forms.limits import (
    LimitsField,
    PeriodField,
    TakenField,
    clean_register,
    limits_text,
    register_fields,
)
from candour.desk.models import Decision, LedgerRelease, ProtectedCounts, Unit
from candour.desk.safe_figures.protect import withdraw_agreement
from candour.desk.sight import beside
from candour.site.forms import HintedChoice
from candour.tables import TableError
from candour.tables.guess import guess_columns

_LONGEST = 1_000_000
_MOST_SENT = 200


class FiguresForm(StepForm):
    """The true counts, as pasted."""

    title = forms.CharField(label="What does the table show?", max_length=200)
    source = forms.CharField(
        label="The counts",
        help_text="Paste them from your spreadsheet, headings first: one row for each combination of categories with "
        "its count, or one row for each case. They stay in the force; readers see only the safe table.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "candour-cells", "spellcheck": "false"}),
        strip=False,
        max_length=_LONGEST,
        error_messages={
            "max_length": "This is longer than %(limit_value)d characters. Count the cases first, or leave columns out."
        },
    )
    unit = forms.ChoiceField(
        label="What is counted?",
        choices=[
            HintedChoice(Unit.CASES, "Cases"),
            HintedChoice(
                Unit.PEOPLE,
                "People",
                "Only where each person is counted once. If one person can be in two rows, count cases.",
            ),
            HintedChoice(Unit.ALLEGATIONS, "Allegations"),
        ],
        widget=forms.RadioSelect,
        initial=Unit.CASES,
    )

    extracted = TakenField("were the figures")
    only = LimitsField(
        "Whom are they limited to? (optional)",
        "Only where the table leaves people or cases out of the register. A column and its categories on each line, as "
        "in “Role: Police officer” where staff are left out.",
    )
    without = LimitsField(
        "Who is left out? (optional)", "Likewise: “Rank: Special constable” where they are not counted."
    )
    period = PeriodField(
        "Which period do they cover? (optional)",
        "Only where no column of the table says so: 2023, 2022/23, or 1 May 2023 to 31 July 2023.",
    )
    corrects = forms.ChoiceField(
        label="Do they correct an earlier table? (optional)",
        help_text="Choose it where figures that were sent were wrong. Readers hold both from then on.",
        required=False,
    )

    def __init__(self, data: Any = None, *, decision: Decision, counts: ProtectedCounts | None = None) -> None:
        self.counts = counts
        super().__init__(data, decision=decision)
        self.case = decision.case
        self.fields |= register_fields(self.case, "are they from")
        sent = self._sent().values_list("reference", "title", "register")
        self.fields["corrects"].choices = [  # type: ignore[attr-defined]  # the field is a ChoiceField
            ("", "No"),
            *((reference, f"{reference}: {title} ({register})") for reference, title, register in sent[:_MOST_SENT]),
        ]
        after = ["unit", "register", "new_register", "extracted", "only", "without", "period", "corrects"]
        self.order_fields(["title", "source", *after, "version"])
        others = decision.protected_counts.exclude(register="") if decision.pk else ProtectedCounts.objects.none()
        if not counts and (last := others.last()):
            self.initial.setdefault("register", last.register)

    def clean(self) -> dict[str, Any]:
        """Find the register by its name; what is corrected is of the same."""
        cleaned = super().clean() or {}
        clean_register(self, self.case)
        wrong = "" if self.errors else cleaned.get("corrects")
        if wrong and not self._sent().filter(reference=wrong, register=self.cleaned_data["register"]).exists():
            self.add_error("corrects", f"{wrong} is of another register. Choose that register, or another table.")
        return cleaned

    def _sent(self) -> QuerySet[LedgerRelease]:
        """What was sent before, as far as whoever sees the case may know of it."""
        return LedgerRelease.objects.filter(beside(self.case, "response__case"), authority=self.case.authority_id)

    @property
    def note(self) -> str:  # type: ignore[override]  # what is noted depends on the title
        """What the trail says."""
        return f"counts of “{self.cleaned_data['title']}” {'changed' if self.counts else 'entered'}"

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        if self.counts is None:
            return {}
        names = ("title", "source", "unit", "register", "extracted", "period", "corrects")
        limits = {name: limits_text(getattr(self.counts, name)) for name in ("only", "without")}
        return {name: getattr(self.counts, name) for name in names} | limits

    def clean_source(self) -> str:
        """Read the columns, or say which line is wrong."""
        source: str = self.cleaned_data["source"].replace("\r\n", "\n")
        try:
            self._guess = guess_columns(source)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return source

    def save(self, stored: Decision) -> None:
        """Write the counts. Other figures undo what was decided on single cells."""
        counts = (
            stored.protected_counts.get(pk=self.counts.pk)
            if self.counts
            else ProtectedCounts(decision=stored, threshold=stored.case.authority.threshold)
        )
        source = self.cleaned_data["source"]
        if counts.source != source:
            counts.overrides, counts.repeated = [], ""
            if not counts.columns or not fits(counts.columns, self._guess):
                meaning = self._guess.columns()
                counts.columns = as_data(meaning)
        counts.source, counts.candidates = source, []
        counts.title, counts.unit = self.cleaned_data["title"], self.cleaned_data["unit"]
        for name in ("register", "extracted", "only", "without", "period", "corrects"):
            setattr(counts, name, self.cleaned_data[name])
        withdraw_agreement(counts)
        counts.save()
        self.counts = counts
