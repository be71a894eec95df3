"""Which kind of table is added to an answer."""

from __future__ import annotations

from django import forms

from candour.site.forms import GovForm, HintedChoice


class KindForm(GovForm):
    """Which kind of table is added."""

    heading_field = "kind"
    kind = forms.ChoiceField(
        label="What does the table hold?",
        choices=[
            HintedChoice(
                "counts",
                "Counts of cases or people",
                "The safe way: small counts are protected, and you see the proof before you agree.",
            ),
            HintedChoice(
                "data-set",
                "A count from a data set of the force",
                "Cases, people or allegations counted from a case-level register, and protected in the same way.",
            ),
            HintedChoice(
                "figures", "Other figures", "Amounts, dates or words. You paste exactly what the reader will see."
            ),
            HintedChoice(
                "file",
                "It is in a file",
                "A workbook, a document or a picture. It is searched for what is hidden, and made anew without it.",
            ),
        ],
        widget=forms.RadioSelect,
    )
