"""The forms of data sets: an extract, what its columns mean, what to count, why rows are looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.models import RecordSet
from candour.records import RecordsError
from candour.records.description import (
    ALLEGATION,
    CASE,
    PERSON,
    ROW,
    Description,
    Editions,
    Kind,
    read_description,
)
from candour.records.filters import parse_day, parse_filter
from candour.records.question import CountDefinition, Part, Period
from candour.records.vocabulary import terms_in_words
from candour.site.forms import GovForm, HintedChoice

KINDS = [
    (Kind.CATEGORY, "Categories"),
    (Kind.KEY, "A reference or number"),
    (Kind.DATE, "Dates"),
    (Kind.NUMBER, "Numbers or money"),
    (Kind.YES_NO, "Yes or no"),
    (Kind.TEXT, "Free text"),
    (Kind.LEFT_OUT, "Leave it out"),
]
"""What a column can hold, in words."""
_NONE = [("", "None of them")]
_PERIODS = [("year", "Year"), ("quarter", "Quarter"), ("month", "Month")]


class ExtractForm(GovForm):
    """An extract, and for a new data set its name."""

    title = forms.CharField(
        label="What is the data set called?",
        max_length=200,
        help_text="For example: Conduct matters. Later extracts of the same register go into it.",
    )
    extract = forms.FileField(
        label="The extract",
        help_text="CSV, XLSX, XLS or ODS, a row for each case, person or allegation. Leave out columns that no "
        "question needs, such as names.",
        error_messages={"required": "Choose the file", "empty": "The file is empty. Choose another one."},
    )
    sheet = forms.CharField(
        label="The sheet", required=False, max_length=100, help_text="Leave it empty for the first one."
    )

    def __init__(self, data: Any = None, files: Any = None, *, record_set: RecordSet | None = None) -> None:
        super().__init__(data, files)
        if record_set:
            del self.fields["title"]
            del self.fields["sheet"]


class UnderstoodForm(GovForm):
    """What each column means, and what a row stands for, as understood, to be corrected."""

    row = forms.ChoiceField(
        label="What does one row stand for?",
        choices=[
            HintedChoice(ROW, "Something else", "For example one person in one case, or one allegation of one person."),
            HintedChoice(CASE, "A case", "Each case has one row."),
            HintedChoice(PERSON, "A person", "Each person has one row."),
            HintedChoice(ALLEGATION, "An allegation", "Each allegation has one row."),
        ],
        widget=forms.RadioSelect,
    )
    editions = forms.ChoiceField(
        label="What will a later extract be?",
        choices=[
            HintedChoice(Editions.REPLACE, "The whole register anew", "What is no longer in it is gone."),
            HintedChoice(Editions.ADD, "Further rows", "It may overlap with what is there; no row is counted twice."),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, description: str, problems: bool, later: bool) -> None:
        self.stored = read_description(description)
        super().__init__(data, initial={"row": self.stored.row, "editions": self.stored.editions})
        self.later = later
        if later:
            # A data set keeps the meaning that it was given with its first extract.
            del self.fields["row"], self.fields["editions"]
        else:
            self._add_meaning()
        if problems:
            self.fields["accept"] = forms.BooleanField(
                label="Import it although some rows were not understood",
                required=False,
                help_text="Cells that were not understood are counted as “Not understood”; rows set aside are not.",
            )

    def _add_meaning(self) -> None:
        columns = [(column.name, column.heading) for column in self.stored.columns]
        dates = [(column.name, column.heading) for column in self.stored.kept if column.kind is Kind.DATE]
        for role, label in ((CASE, "a case"), (PERSON, "a person"), (ALLEGATION, "an allegation")):
            self.fields[role] = forms.ChoiceField(
                label=f"Which column tells {label} from another?",
                choices=[*_NONE, *columns],
                required=False,
                initial=next(iter(self.stored.keys.get(role, ())), ""),
            )
        for name, label in (
            ("date", "By which date do years go?"),
            ("opened", "When is a case opened?"),
            ("closed", "When is a case closed?"),
        ):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[*_NONE, *dates], required=False, initial=getattr(self.stored, name)
            )
        self.fields["unidentified"] = forms.CharField(
            label="Which words stand for somebody who is not identified?",
            required=False,
            help_text="One on each line, as “TBC”. “Unknown” and the like are known already.",
            widget=forms.Textarea(attrs={"rows": 2}),
            initial="\n".join(self.stored.unidentified),
        )
        for place, column in enumerate(self.stored.columns):
            more = f" Terms of {terms_in_words(column.terms)}." if column.terms else ""
            more += f" Several values in a cell, parted by “{column.parts}”." if column.parts else ""
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=f"Column “{column.heading}”",
                choices=[(str(kind), label) for kind, label in KINDS],
                initial=column.kind.value,
                help_text=more.strip(),
            )

    def clean(self) -> dict[str, Any]:
        """Put the description together, or say what does not hold."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or self.later:
            return cleaned
        try:
            self.description = self._description(cleaned)
        except RecordsError as error:
            raise ValidationError(str(error)) from error
        return cleaned

    def _description(self, cleaned: dict[str, Any]) -> Description:
        columns = []
        for place, column in enumerate(self.stored.columns):
            kind = Kind(cleaned[f"kind_{place}"])
            kept = kind is column.kind
            columns.append(
                replace(
                    column,
                    kind=kind,
                    terms=column.terms if kept else "",
                    parts=column.parts if kept or kind in {Kind.KEY, Kind.CATEGORY} else "",
                    month_first=column.month_first if kept else None,
                )
            )
        keys = dict(self.stored.keys)
        for role in (CASE, PERSON, ALLEGATION):
            chosen = cleaned[role]
            if not chosen:
                keys.pop(role, None)
            elif next(iter(keys.get(role, ())), "") != chosen:
                keys[role] = (chosen,)
        return replace(
            self.stored,
            row=cleaned["row"],
            editions=Editions(cleaned["editions"]),
            columns=tuple(columns),
            keys=keys,
            date=cleaned["date"],
            opened=cleaned["opened"],
            closed=cleaned["closed"],
            unidentified=tuple(line.strip() for line in cleaned["unidentified"].splitlines() if line.strip()),
        )


class ChooseForm(GovForm):
    """Which data set is counted."""

    heading_field = "record_set"
    record_set = forms.ChoiceField(label="Which data set holds the answer?", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, sets: list[RecordSet]) -> None:
        super().__init__(data)
        self.fields["record_set"].choices = [(str(each.pk), each.title) for each in sets]  # type: ignore[attr-defined]


class WhatForm(GovForm):
    """What is counted, by what, of which rows."""

    title = forms.CharField(label="What does the table show?", max_length=200)
    unit = forms.ChoiceField(label="What is counted?", widget=forms.RadioSelect)
    where = forms.CharField(
        label="Only some of the rows?",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    parts = forms.CharField(
        label="“Of which” parts?",
        required=False,
        max_length=4_000,
        help_text="One on each line: a label, a colon and a filter, such as a) suspended: status = “suspended”. "
        "What is in none of them is counted beside them.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    period = forms.ChoiceField(
        label="Which years?",
        choices=[
            HintedChoice(Period.CALENDAR, "Calendar years"),
            HintedChoice(Period.FINANCIAL, "Financial years", "From 1 April to 31 March."),
        ],
        widget=forms.RadioSelect,
        initial=Period.FINANCIAL,
    )
    since = forms.CharField(label="From", required=False, help_text="The first day, such as 01/04/2021.")
    until = forms.CharField(label="To", required=False, help_text="The last day, such as 31/03/2026.")
    as_at = forms.CharField(
        label="Only what was open at the end of a day?", required=False, help_text="The day, such as 31/03/2026."
    )
    once = forms.BooleanField(
        label="Count each in one category only",
        required=False,
        help_text="Those in several stand under “More than one”. Needed where parts would not add up, as with people.",
    )

    def __init__(self, data: Any = None, *, description: Description) -> None:
        self.described = description
        super().__init__(data)
        units = {"cases": CASE, "persons": PERSON, "allegations": ALLEGATION}
        countable = [name for name, role in units.items() if description.keys.get(role) or description.row == role]
        names = {"cases": "Cases", "persons": "People", "allegations": "Allegations"}
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [(name, names[name]) for name in countable]
        unit.initial = next(iter(countable), "")
        columns = [
            (column.name, column.heading)
            for column in description.kept
            if column.kind in {Kind.CATEGORY, Kind.YES_NO, Kind.KEY}
        ]
        periods = _PERIODS if description.date_to_go_by() else []
        for place, label in enumerate(("By what?", "And by what?", "And by what else?")):
            self.fields[f"by_{place}"] = forms.ChoiceField(
                label=label,
                choices=[("", "Nothing more" if place else "Nothing, only the parts"), *periods, *columns],
                required=False,
            )
        first = next((column.name for column in description.kept if column.kind is Kind.CATEGORY), "rank")
        self.fields["where"].help_text = f"For example: {first} = “…” and not {first} is blank. Leave it empty for all."
        dates = [(column.name, column.heading) for column in description.kept if column.kind is Kind.DATE]
        if len(dates) > 1:
            self.fields["date"] = forms.ChoiceField(
                label="By which date?", choices=dates, initial=description.date_to_go_by(), required=False
            )
        self.order_fields(
            [
                "title",
                "unit",
                "by_0",
                "by_1",
                "by_2",
                "period",
                "date",
                "since",
                "until",
                "as_at",
                "where",
                "parts",
                "once",
            ]
        )

    def clean(self) -> dict[str, Any]:
        """Put the definition together, or say what does not hold."""
        cleaned: dict[str, Any] = super().clean() or {}
        days = {}
        for name in ("since", "until", "as_at"):
            try:
                days[name] = parse_day(cleaned[name], str(self.fields[name].label)) if cleaned.get(name) else None
            except RecordsError as error:
                self.add_error(name, str(error))
        if cleaned.get("where"):
            try:
                parse_filter(cleaned["where"], self.described)
            except RecordsError as error:
                self.add_error("where", str(error))
        parts = self._parts(cleaned.get("parts", ""))
        if not parts and not cleaned.get("by_0"):
            self.add_error("by_0", "Choose by what it is counted, or enter parts")
        if self.errors:
            return cleaned
        by = tuple(dict.fromkeys(cleaned[f"by_{place}"] for place in range(3) if cleaned.get(f"by_{place}")))
        try:
            self.definition = CountDefinition(
                unit=cleaned["unit"],
                by=by,
                where=cleaned["where"],
                period=Period(cleaned["period"]),
                date=cleaned.get("date", ""),
                once=cleaned["once"],
                since=days["since"],
                until=days["until"],
                as_at=days["as_at"],
                parts=parts,
            )
        except RecordsError as error:
            raise ValidationError(str(error)) from error
        return cleaned

    def _parts(self, text: str) -> tuple[Part, ...]:
        parts = []
        for line in filter(None, map(str.strip, text.splitlines())):
            label, found, where = (piece.strip() for piece in line.partition(":"))
            if not (found and label and where):
                self.add_error("parts", f"“{line}”: write a label, a colon and a filter.")
                continue
            try:
                parse_filter(where, self.described)
            except RecordsError as error:
                self.add_error("parts", str(error))
            else:
                parts.append(Part(label, where))
        return tuple(parts)


class LookForm(GovForm):
    """Which rows are looked at, and why."""

    where = forms.CharField(
        label="Which rows?",
        required=False,
        max_length=2_000,
        help_text="A filter, such as case_ref = “C12”. Leave it empty for the first ones.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why do you need to see them?",
        max_length=500,
        help_text="That you looked, at which rows and why, stays in the trail of the data set for ever.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter why you need to see the rows"},
    )


class ReasonForm(GovForm):
    """Why the rows behind a difference are looked at."""

    reason = LookForm.base_fields["reason"]
