"""Case-level data sets of a force: what is kept about them beside their files, and where they are in the trail."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from candour.desk.models.authority import Authority
from candour.desk.models.decision import Decision
from candour.desk.models.job import Job
from candour.desk.models.protected_counts import ProtectedCounts
from candour.desk.models.trail import Event


class RecordSet(models.Model):
    """A data set of a force. Its rows are in the file that `file` names; the description is kept there as well."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="record_sets")
    title = models.CharField(max_length=200)
    file = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("title", "pk")
        constraints = [models.UniqueConstraint(fields=("authority", "title"), name="one_record_set_of_a_title")]
        permissions = [("see_case_rows", "Can look at the case-level rows of data sets")]

    def __str__(self) -> str:
        return self.title


class RecordsUpload(models.Model):
    """An extract that somebody uploaded and has not confirmed yet. The file is kept sealed until then, and no longer.

    `record_set` is empty for a new data set. `description` is the TOML as proposed or corrected; `told` what a trial
    import said: rows, assumptions, how many problems (the problems quote the extract, and lie sealed beside it). `job`
    is the work being done on it, or done last.
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    record_set = models.ForeignKey(RecordSet, null=True, on_delete=models.CASCADE, related_name="uploads")
    title = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    sheet = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    file = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    description = models.TextField(blank=True)
    told = models.JSONField(default=dict)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class KeptSource(models.Model):
    """The file of an edition, kept sealed where the settings say so. It is never served."""

    record_set = models.ForeignKey(RecordSet, on_delete=models.CASCADE, related_name="sources")
    edition = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    file = models.UUIDField(unique=True)

    class Meta:
        ordering = ("edition",)

    def __str__(self) -> str:
        return self.name


class SavedCount(models.Model):
    """A count defined once: what it was made for, and its cells when it was last asked."""

    record_set = models.ForeignKey(RecordSet, on_delete=models.PROTECT, related_name="counts")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.SET_NULL, related_name="saved_counts")
    table = models.OneToOneField(ProtectedCounts, null=True, on_delete=models.SET_NULL, related_name="saved_count")
    title = models.CharField(max_length=200)
    definition = models.JSONField()
    cells = models.JSONField()
    notes = models.JSONField(default=list)
    edition = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.title


class RecordsEvent(models.Model):
    """Which events of the trail of the force are about a data set. The events themselves are in the trail."""

    record_set = models.ForeignKey(RecordSet, on_delete=models.PROTECT, related_name="events")
    event = models.OneToOneField(Event, on_delete=models.PROTECT)

    class Meta:
        ordering = ("event__sequence",)

    def __str__(self) -> str:
        return str(self.event)
