"""The day of a person at the desk: their team, when they are away, what they watch, the filters that they keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from candour.desk.models.case import Case


class Absence(models.Model):
    """Days on which somebody is away, both inclusive. Their cases are shown, and can be handed over."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ("first", "pk")
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="absence_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class Watch(models.Model):
    """Somebody wants to be told of what is done on a case. `seen` is the number of the last event that they know."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    seen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "person"), name="one_watch_a_person")]

    def __str__(self) -> str:
        return f"watch on {self.case_id}"


class Sharing(models.TextChoices):
    """Who finds a filter above the caseload besides who keeps it."""

    NOBODY = "", "Only me"
    TEAM = "team", "My team"
    FORCE = "force", "Everybody of the force"


class SavedFilter(models.Model):
    """A choice of the caseload that somebody keeps under a name of their own, and may share.

    Shared with the team is shared with whatever team the person is in: it goes with them.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, help_text="What stands behind the question mark of the address.")
    shared = models.CharField(max_length=5, choices=Sharing.choices, default=Sharing.NOBODY, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=("person", "name"), name="one_filter_a_name")]

    def __str__(self) -> str:
        return self.name
