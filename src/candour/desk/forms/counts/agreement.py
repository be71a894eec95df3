"""The agreement to one way of making a table safe, and how the answer gives it."""

from __future__ import annotations

from django import forms

from candour.desk.forms.decision import area
from candour.desk.models import ProtectedCounts, StaffMember
from candour.desk.safe_figures.protect import agree
from candour.site.forms import GovForm, HintedChoice


class AgreeForm(GovForm):
    """How the safe table is given."""

    notes = forms.CharField(
        label="Notes beneath it",
        required=False,
        help_text="One on each line. What is counted, and that figures are withheld, is noted by itself.",
        widget=area(3),
    )
    place = forms.ChoiceField(
        label="How do we give it?",
        choices=[
            HintedChoice("letter", "In the letter", "The reader sees it at once."),
            HintedChoice("attachment", "As an attachment", "A CSV file made from these values."),
        ],
        widget=forms.RadioSelect,
        initial="letter",
    )

    def save(self, counts: ProtectedCounts, method: str, actor: StaffMember) -> None:
        """Give the answer the table. Raises Refused."""
        notes = [line.strip() for line in self.cleaned_data["notes"].splitlines() if line.strip()]
        agree(counts, method, self.cleaned_data["place"], notes, actor)
