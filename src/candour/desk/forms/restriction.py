"""The forms that say who sees a case: restricting it, naming somebody, taking somebody off, lifting it."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.caseload.restrict import named_on, who_can_be_named
from candour.desk.forms.person import PersonField
from candour.desk.models import Case
from candour.site.forms import GovForm

LONGEST = 500


class _WhyForm(GovForm):
    """A step with its reason; `asks` is how the form asks for it, as a page has several."""

    asks = "Why?"
    why = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter why"},
        help_text="It stays in the trail. Do not write who asked.",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["why"].label = self.asks


class RestrictForm(_WhyForm):
    """Restrict the case."""

    asks = "Why is it restricted?"


class LiftForm(_WhyForm):
    """Lift the restriction."""

    asks = "Why is the restriction lifted?"


class NameForm(_WhyForm):
    """Let somebody see the case."""

    asks = "Why do they have to see it?"
    person = PersonField(
        label="Who else may see this case?",
        empty_label="Choose a person",
        error_messages={"required": "Choose who may see this case"},
    )
    field_order = ("person", "why")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        field = self.fields["person"]
        field.authority = case.authority_id  # type: ignore[attr-defined]  # a PersonField
        field.queryset = who_can_be_named(case)  # type: ignore[attr-defined]  # a PersonField


class TakeOffForm(_WhyForm):
    """Let somebody see the case no more."""

    asks = "Why are they not to see it any more?"
    person = PersonField(
        label="Who is not to see this case any more?",
        empty_label="Choose a person",
        error_messages={"required": "Choose who is not to see this case any more"},
    )
    field_order = ("person", "why")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        field = self.fields["person"]
        field.authority = case.authority_id  # type: ignore[attr-defined]  # a PersonField
        field.queryset = named_on(case).exclude(pk=case.officer_id or 0)  # type: ignore[attr-defined]  # a PersonField
