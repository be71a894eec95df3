"""What a figure in the words of an answer counts, or why it counts nobody."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.decision import area
from candour.desk.forms.limits import (
    LimitsField,
    PeriodField,
    TakenField,
    clean_register,
    limits_text,
    register_fields,
)
from candour.desk.models import Case, LetterFigure, Unit
from candour.desk.models.letter_figure import Dismissal
from candour.desk.safe_figures.letter_figures import FoundFigure, Recognised, recognise
from candour.desk.safe_figures.registers import known_registers
from candour.site.forms import GovForm, HintedChoice
from candour.tables.csv import TableError
from candour.tables.ledger.marks import Reading, is_percentage, read_count, read_ratio
from candour.tables.ledger.typed import Kind

_COUNTS = "counts"
_RATIOS = {Kind.PERCENTAGE, Kind.SHARE}


class FigureForm(GovForm):
    """One figure; filled in with what its sentence says."""

    what = forms.ChoiceField(
        label="What is this figure?",
        choices=[
            HintedChoice(
                _COUNTS, "It counts people, cases or allegations", "It is checked together with what was published."
            ),
            HintedChoice(Dismissal.NO_COUNT, "It counts something else, or nothing", "Say below what it is."),
            HintedChoice(
                Dismissal.PUBLIC, "It is public already", "Say below where, and that it is the very same figure."
            ),
            HintedChoice(Dismissal.LAW, "It is from the law, or a limit of time or cost"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why does it not enter the ledger, or where is it public? (optional)",
        help_text="Needed for a figure that counts something else or is public. It stays in the trail for ever.",
        required=False,
        max_length=500,
        widget=area(2),
    )
    printed = forms.CharField(
        label="What does a reader take it for?",
        help_text="As a number, “fewer than 5”, “at least 2”, “3 to 7”, a percentage as 12.5%, or a share as 1 in 4.",
        max_length=80,
    )
    unit = forms.ChoiceField(label="What does it count?", choices=Unit.choices, widget=forms.RadioSelect)
    where = LimitsField(
        "Which of them does it count? (optional)",
        "A column of the register and its category on each line, as in “Offence: Theft”. Use the names that the tables "
        "of the register have. Leave it empty where it counts all.",
    )
    period = PeriodField("Which period does it cover? (optional)", "2023, 2022/23, March 2023, or two dates with “to”.")
    of = LimitsField(
        "What is it a share of? (optional)",
        "Only for a percentage or a share. Likewise a category on each line; empty for all of the same period.",
    )
    population = forms.IntegerField(
        label="How many is the rate of? (optional)",
        help_text="Only for a rate, such as “4 per 1,000 officers”: how many officers there are in all.",
        required=False,
        min_value=1,
        max_value=10_000_000_000,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    average_of = forms.CharField(
        label="What is there so many of to each?",
        help_text="As in “days”, or “allegations” for “2.4 allegations to each officer”. Above, say over whom or what "
        "it is an average: “people” for officers.",
        max_length=40,
    )
    extracted = TakenField("was it")
    accepted = forms.CharField(
        label="If it is small: why may it be shown? (optional)",
        help_text="A small count that is shown keeps the letter back unless somebody says why it may be. Better change "
        "the words of the answer, or put the figures into a safe table. Your reason stays in the trail for ever.",
        required=False,
        max_length=500,
        widget=area(2),
    )

    def __init__(self, data: Any = None, *, case: Case, figure: FoundFigure) -> None:
        self.case, self.figure = case, figure
        registers = known_registers(case)
        super().__init__(data, initial=_of(figure.said) if figure.said else _seems(case, figure, registers))
        self.fields |= register_fields(case, "does it count")
        if figure.found.kind is not Kind.RATE:
            del self.fields["population"]
        if figure.found.kind is not Kind.AVERAGE:
            del self.fields["average_of"]
        if figure.found.kind not in _RATIOS:
            del self.fields["of"]
        if figure.found.is_about:
            self.fields[
                "printed"
            ].help_text = (
                "The words before it say that it is not exact: write the range that a reader takes it for, as 45 to 55."
            )
        order = [
            "what",
            "reason",
            "printed",
            "register",
            "new_register",
            "unit",
            "where",
            "period",
            "of",
            "population",
            "average_of",
        ]
        self.order_fields([*order, "extracted", "accepted"])
        self.counts = self.data.get("what") == _COUNTS
        if data is not None and not self.counts:
            for name in {"printed", "unit", "average_of"} & set(self.fields):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where it is dismissed, and for everything that the ledger needs where it is not."""
        cleaned = super().clean() or {}
        if not self.counts:
            for name in [each for each in self.errors if each not in {"what", "reason"}]:
                del self.errors[name]
            if cleaned.get("what") in {Dismissal.NO_COUNT, Dismissal.PUBLIC} and not cleaned.get("reason"):
                asked = "where it is public" if cleaned["what"] == Dismissal.PUBLIC else "what the figure is"
                self.add_error("reason", f"Enter {asked}")
            return cleaned
        clean_register(self, self.case)
        self._check_figure(cleaned)
        for name in ("where", "of"):
            if any(len(labels) > 1 for labels in cleaned.get(name, {}).values()):
                self.add_error(name, "Write one category for each column: a figure has one place")
        return cleaned

    def _check_figure(self, cleaned: dict[str, Any]) -> None:
        printed, kind = cleaned.get("printed", ""), self.figure.found.kind
        if not printed:
            return
        if kind is Kind.RATE:
            if not cleaned.get("population") and "population" not in self.errors:
                self.add_error("population", "Enter how many the rate is of")
            if read_ratio(printed) is None:
                self.add_error("printed", "Write the rate as a number")
        elif kind is Kind.AVERAGE:
            if read_ratio(printed) is None:
                self.add_error("printed", "Write the average as a number, as 2.4")
        elif kind in _RATIOS or is_percentage(printed):
            if read_ratio(printed) is None:
                self.add_error("printed", "Write it as a percentage, as 12.5%, or as a share, as 1 in 4")
        else:
            try:
                read_count(printed, Reading())
            except TableError:
                self.add_error("printed", "Write it as a number, “fewer than 5”, “at least 2” or “3 to 7”")

    @property
    def said(self) -> LetterFigure:
        """What was said, to be kept."""
        cleaned = self.cleaned_data
        if not self.counts:
            return LetterFigure(
                printed=self.figure.found.printed, dismissal=cleaned["what"], reason=cleaned.get("reason", "")
            )
        is_ratio = self.figure.found.kind in _RATIOS or is_percentage(cleaned["printed"])
        return LetterFigure(
            printed=cleaned["printed"],
            register=cleaned["register"],
            unit=cleaned["unit"],
            where=_single(cleaned["where"]),
            of=_single(cleaned.get("of", {})) if is_ratio else None,
            period=cleaned["period"],
            extracted=cleaned["extracted"],
            per=self.figure.found.per,
            population=cleaned.get("population") or 0,
            average_of=" ".join(cleaned.get("average_of", "").split()).casefold(),
            accepted=cleaned["accepted"],
        )


def _single(limits: dict[str, list[str]]) -> dict[str, str]:
    return {name: labels[0] for name, labels in limits.items()}


def _of(said: LetterFigure) -> dict[str, Any]:
    return {
        "what": said.dismissal or _COUNTS,
        "reason": said.reason,
        "printed": said.printed,
        "register": said.register,
        "unit": said.unit or Unit.CASES,
        "where": limits_text(said.where),
        "of": limits_text(said.of or {}),
        "period": said.period,
        "population": said.population or None,
        "average_of": said.average_of,
        "extracted": said.extracted,
        "accepted": said.accepted,
    }


def _seems(case: Case, figure: FoundFigure, registers: list[str]) -> dict[str, Any]:
    seen: Recognised = recognise(case, figure.found, registers)
    return {
        "printed": figure.found.printed,
        "register": seen.register,
        "unit": figure.found.unit or Unit.CASES,
        "where": limits_text(seen.where),
        "period": seen.period,
    }
