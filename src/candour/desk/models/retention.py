"""Retention: what keeps a case beyond its time, and the certificates of what was destroyed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from candour.desk.models.authority import Authority
from candour.desk.models.case import Case


class Hold(models.Model):
    """A reason of a person why a case is not destroyed when its time has come. Reviews and complaints hold by rule."""

    class Kind(models.TextChoices):
        """Why it is held."""

        LITIGATION = "litigation", "Legal proceedings"
        SECTION_77 = "section_77", "Suspected offence under section 77"
        BREACH = "breach", "Personal data breach"
        OTHER = "other", "Another reason"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    why = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("placed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "kind"), condition=Q(lifted_at__isnull=True), name="one_hold_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Destruction(models.Model):
    """One run of the rule, and the certificate of what went. The certificate names cases by reference, and nobody."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="destructions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    years = models.PositiveSmallIntegerField()
    cases = models.PositiveIntegerField(default=0)
    certificate = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=("authority", "number"), name="one_destruction_a_number")]

    def __str__(self) -> str:
        return f"certificate {self.number}"
