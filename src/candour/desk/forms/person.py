"""Choosing somebody of the force: who is away is said beside the name."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from candour.desk.caseload.away import away_until
from candour.desk.models import StaffMember


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One of the people of the queryset. `authority` is the key of their force, set by the form."""

    authority = 0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(StaffMember.objects.none(), **kwargs)

    @cached_property
    def _away(self) -> dict[int, date]:
        return away_until(self.authority, timezone.localdate())

    def label_from_instance(self, obj: StaffMember) -> str:
        """The name and, of who is away today, until when."""
        until = self._away.get(obj.pk)
        return f"{obj} (away until {date_format(until, 'j F Y')})" if until else str(obj)
