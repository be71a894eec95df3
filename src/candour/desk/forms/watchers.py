"""The form that adds somebody who watches a case."""

from __future__ import annotations

from typing import Any

from candour.desk.caseload.watching import who_sees
from candour.desk.forms.person import PersonField
from candour.desk.models import Case
from candour.site.forms import GovForm


class WatcherForm(GovForm):
    """Who is told from now on."""

    person = PersonField(
        label="Who else watches this case?",
        empty_label="Choose a person",
        error_messages={"required": "Choose who watches this case"},
        help_text="They are told under “My day” of what others do on it.",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].authority = case.authority_id  # type: ignore[attr-defined]  # a PersonField
        people = who_sees(case).exclude(watches__case=case)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
