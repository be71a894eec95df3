"""The form that triages the questions of a case."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.seen import SeenForm
from candour.desk.models import Case, Handling, Question
from candour.desk.publishing.masking import masked_question

_SHOWN = 160


class TriageForm(SeenForm):
    """For each open question: the Act, environmental information, subject access, or the ordinary course of work."""

    def __init__(self, case: Case, questions: list[Question], data: Any = None) -> None:
        stands = {f"question {question.label}": question.get_handling_display() for question in questions}
        super().__init__(data, stands=stands)
        self._keys = [question.pk for question in questions]
        for question in questions:
            asked = masked_question(question.asked, case.requester)
            self.fields[f"q{question.pk}"] = forms.ChoiceField(
                label=asked.name,
                choices=Handling.choices,
                initial=question.handling,
                widget=forms.RadioSelect,
                help_text=asked.text[:_SHOWN],
            )

    @property
    def wanted(self) -> dict[int, Handling]:
        """What was chosen for each question."""
        return {key: Handling(self.cleaned_data[f"q{key}"]) for key in self._keys}
