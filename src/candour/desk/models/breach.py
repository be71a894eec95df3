"""A personal data breach: what left that should not have, when the force became aware of it, and what was done.

The Commissioner can ask for this record (UK GDPR Article 33(5); Data Protection Act 2018 section 67(6)). The words of
ways, people, risks and points are those of `candour.desk.breaches.vocabulary`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from candour.desk.models.authority import Authority
from candour.desk.models.case import Case

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Breach(models.Model):
    """The record of one breach. `aware_at` starts the hours in which the Commissioner is to be told.

    `contained` tells, a line each, what was stopped when the record was started, and what could not be. `version`
    counts the saves. `was_breach` is empty until the record is closed; False: it turned out to be none.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="breaches")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="breaches")
    number = models.PositiveIntegerField()
    submission = models.UUIDField(unique=True, help_text="The form that started it; posted again it starts no other.")
    way = models.CharField(max_length=20)
    what = models.TextField(help_text="What left.")
    people = models.JSONField(default=list, help_text="Whose data it is, by kind.")
    people_about = models.PositiveIntegerField(null=True, blank=True)
    records_about = models.PositiveIntegerField(null=True, blank=True)
    consequences = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    found_by = models.CharField(max_length=200, blank=True)
    aware_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    contained = models.JSONField(default=list)
    risk = models.CharField(max_length=10, blank=True)
    risk_why = models.TextField(blank=True)
    risk_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    risk_at = models.DateTimeField(null=True, blank=True)
    was_breach = models.BooleanField(null=True, blank=True)
    lessons = models.TextField(blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        steps: RelatedManager[BreachStep]

    class Meta:
        ordering = ("-aware_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("authority", "number"), name="one_breach_a_number"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(closed_at__isnull=True), name="one_open_breach_a_case"
            ),
        ]
        indexes = [models.Index(fields=("authority", "closed_at", "aware_at"), name="breaches_of_a_force")]

    def __str__(self) -> str:
        return f"personal data breach {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.closed_at is None


class BreachStep(models.Model):
    """One answer to one point: that it was done and when, or why not. Never changed; the latest of a point stands."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="steps")
    point = models.CharField(max_length=20)
    done = models.BooleanField()
    at = models.DateTimeField(help_text="When it was done, or decided.")
    told = models.CharField(max_length=300, blank=True, help_text="Whom.")
    how = models.TextField(blank=True)
    reference = models.CharField(max_length=80, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    why = models.TextField(blank=True, help_text="Why not, or why so late.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.point} of {self.breach}"
