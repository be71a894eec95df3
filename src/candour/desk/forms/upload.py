"""The forms of a file that is given: what it is meant to be and the file, and the agreement to what was rebuilt."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from candour.desk.checked_files.uploads import agree, held_while_looking, largest
from candour.desk.forms.decision import StepForm, area
from candour.desk.models import CheckedFile, Decision, StaffMember
from candour.files.limits import MIB
from candour.site.forms import GovForm, HintedChoice

_SPAN = re.compile(r"\d[\d,]*(?:\s*(?:-|–|to)\s*\d[\d,]*)?")
_ROWS = (
    ("", "It is no table, or I cannot say"),
    ("police force", "A police force"),
    ("year", "A year or another period"),
    ("area", "An area, such as a district or a ward"),
    ("category", "A category, such as an offence"),
    ("person", "A person"),
    ("case", "A case, a crime, a complaint or an incident"),
)


class UploadForm(StepForm):
    """What the file is meant to be, and the file."""

    title = forms.CharField(label="What does the file show?", max_length=200)
    rows = forms.CharField(
        label="How many rows should a reader see, without the headings?",
        required=False,
        max_length=20,
        help_text="For example 43, or 40-50. Say it before you look at the file: a file of another shape is stopped. "
        "Leave it empty for a document or a picture.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    columns = forms.CharField(
        label="How many columns?",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    row_is = forms.ChoiceField(label="What is one row?", required=False, choices=_ROWS)
    file = forms.FileField(label="The file")

    def __init__(self, data: Any = None, files: Any = None, *, decision: Decision) -> None:
        super().__init__(data, decision=decision)
        if files is not None:
            self.files = files
        held = "kept, sealed, only until the gate has looked into it," if held_while_looking() else "not kept"
        self.fields["file"].help_text = (
            f"A workbook, a document, a PDF, a picture, a mail or a ZIP, up to {largest() // MIB} MB. "
            f"The file itself is {held} and never leaves: what leaves is made anew from what a reader can see."
        )

    def clean_rows(self) -> str:
        """A number or a range."""
        return self._span("rows")

    def clean_columns(self) -> str:
        """A number or a range."""
        return self._span("columns")

    def clean_file(self) -> UploadedFile[Any]:
        """A file that is not larger than the operator allows."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > largest():
            raise ValidationError(f"The file is larger than {largest() // MIB} MB. Give a smaller extract.")
        return upload

    def clean(self) -> dict[str, Any]:
        """Rows and columns belong together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("rows")) != bool(cleaned.get("columns")) and not self.errors:
            self.add_error("columns" if cleaned.get("rows") else "rows", "Give both the rows and the columns.")
        return cleaned

    @property
    def shape(self) -> str:
        """The declared shape as the gate reads it; empty where none was declared."""
        rows, columns = self.cleaned_data["rows"], self.cleaned_data["columns"]
        return f"{rows} x {columns} {self.cleaned_data['row_is']}".strip() if rows else ""

    def _span(self, name: str) -> str:
        text: str = self.cleaned_data[name].strip()
        if text and not _SPAN.fullmatch(text):
            raise ValidationError("Write a number, such as 43, or a range, such as 40-50.")
        return text


class AgreeToFileForm(GovForm):
    """Which of the rebuilt files go with the answer, and why what is in plain sight may be shown."""

    outputs = forms.TypedMultipleChoiceField(
        label="Which of the rebuilt files go with the answer?", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    accepted = forms.CharField(
        label="Why may a reader see what is listed under “In plain sight”?", required=False, widget=area(3)
    )

    def __init__(self, data: Any = None, *, checked: CheckedFile) -> None:
        self.checked = checked
        super().__init__(data)
        outputs = list(checked.outputs.defer("content"))
        choices: Any = [HintedChoice(str(output.pk), output.name, _size(output.size)) for output in outputs]
        self.fields["outputs"].choices = choices  # type: ignore[attr-defined]  # the field of choices declared above
        self.fields["outputs"].initial = [output.pk for output in outputs if output.attached or not output.position]
        self.fields["accepted"].initial = checked.accepted
        if not checked.in_sight:
            del self.fields["accepted"]

    def clean_accepted(self) -> str:
        """A reason where something is in plain sight."""
        text: str = self.cleaned_data["accepted"].strip()
        if self.checked.in_sight and not text:
            raise ValidationError("Say why a reader may see it, or change the file.")
        return text

    def save(self, actor: StaffMember) -> None:
        """Attach the files. Raises Refused."""
        agree(self.checked, self.cleaned_data["outputs"], self.cleaned_data.get("accepted", ""), actor)


def _size(size: int) -> str:
    return f"{size / 1024:,.0f} kB" if size >= 10_240 else f"{size:,} bytes"
