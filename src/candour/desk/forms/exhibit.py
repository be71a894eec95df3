"""The form of a table that is disclosed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.forms.decision import StepForm, area
from candour.desk.models import Claim, Decision, Exhibit
from candour.desk.safe_figures.protect import file_name
from candour.site.forms import HintedChoice
from candour.tables import TableError, read_cells


class ExhibitForm(StepForm):
    """A table to disclose, pasted from a spreadsheet."""

    note = "table changed"
    title = forms.CharField(label="What does the table show?", max_length=200)
    cells = forms.CharField(
        label="The table",
        help_text="Paste it from your spreadsheet, headings first. Only these values leave the force, no file does.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "candour-cells", "spellcheck": "false"}),
        strip=False,
    )
    notes = forms.CharField(label="Notes beneath it", required=False, help_text="One on each line.", widget=area(3))
    place = forms.ChoiceField(
        label="How do we give it?",
        choices=[
            HintedChoice("letter", "In the letter", "The reader sees it at once."),
            HintedChoice("attachment", "As an attachment", "A CSV file made from these values."),
        ],
        widget=forms.RadioSelect,
        initial="letter",
    )

    def __init__(
        self, data: Any = None, *, decision: Decision, claim: Claim | None = None, exhibit: Exhibit | None = None
    ) -> None:
        self.exhibit = exhibit
        super().__init__(data, decision=decision, claim=claim)

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        exhibit = self.exhibit
        if exhibit is None:
            return {}
        lines = [exhibit.columns, *exhibit.rows]
        return {
            "title": exhibit.title,
            "cells": "\n".join("\t".join(line) for line in lines),
            "notes": "\n".join(exhibit.notes),
            "place": "attachment" if exhibit.file else "letter",
        }

    def clean_cells(self) -> str:
        """Read the cells, or say which line is wrong."""
        text: str = self.cleaned_data["cells"]
        try:
            self._columns, self._rows = read_cells(text)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return text

    def save(self, stored: Decision) -> None:
        """Write the table."""
        exhibit = (
            stored.exhibits.get(pk=self.exhibit.pk)
            if self.exhibit
            else Exhibit(decision=stored, position=stored.exhibits.count())
        )
        exhibit.title = self.cleaned_data["title"]
        exhibit.columns, exhibit.rows = list(self._columns), [list(row) for row in self._rows]
        exhibit.notes = [line.strip() for line in self.cleaned_data["notes"].splitlines() if line.strip()]
        exhibit.file = file_name(stored, exhibit) if self.cleaned_data["place"] == "attachment" else ""
        exhibit.save()
