"""What happened to a request in the eyes of the clock, and holidays proclaimed after the calendar was shipped."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from candour.desk.models.case import Case
from candour.desk.models.response import Response

NATIONS = (("E&W", "England and Wales"), ("SCT", "Scotland"), ("NI", "Northern Ireland"))


class ClockEvent(models.Model):
    """One event of `candour.law.clock_events`, as plain values; deadlines are computed from these and never stored."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clock_events")
    kind = models.CharField(max_length=30)
    on = models.DateField()
    details = models.JSONField(default=dict, blank=True)
    letter = models.OneToOneField(Response, null=True, blank=True, on_delete=models.PROTECT, related_name="clock_event")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("on", "pk")
        indexes = [models.Index(fields=("case", "on"))]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"


class OneOffHoliday(models.Model):
    """A bank holiday proclaimed since: it stops the clock of every force from then on."""

    on = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    nations = models.JSONField(
        default=list, blank=True, help_text='The parts of the United Kingdom that keep it: "E&W", "SCT", "NI".'
    )
    source = models.CharField(max_length=300, help_text="Where it was proclaimed.")

    class Meta:
        ordering = ("on",)
        verbose_name = "one-off bank holiday"

    def __str__(self) -> str:
        return f"{self.name}, {self.on}"

    def clean(self) -> None:
        """Raise ValidationError where the parts that keep it are none of the country, which no calendar takes."""
        known = [code for code, _ in NATIONS]
        if not isinstance(self.nations, list) or not all(code in known for code in self.nations):
            listed = ", ".join(f'"{code}"' for code in known)
            raise ValidationError({"nations": f'Name the parts that keep it as a list of {listed}, such as ["SCT"]'})
