"""The form for a note on a case."""

from __future__ import annotations

from django import forms

from candour.desk.caseload.notes import LONGEST
from candour.site.forms import GovForm


class NoteForm(GovForm):
    """What somebody should know who opens the case next."""

    text = forms.CharField(
        label="What should whoever opens the case next know?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write the note"},
        help_text="It stays in the trail, is part of the bundle for the Commissioner, and cannot be changed. "
        "Do not write who asked.",
    )
