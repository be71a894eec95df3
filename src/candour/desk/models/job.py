"""Work that takes longer than a page may: kept in the database, so that it is not lost with its process."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from candour.desk.models.authority import Authority
from candour.desk.models.case import Case


class JobState(models.TextChoices):
    """How far a job has got."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being done"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class Job(models.Model):
    """One piece of work; see `candour.desk.jobs`.

    `key` names what is to be done: there is one job for each kind and key, ever. `worker` is a mark made anew for each
    attempt: only who bears it may write what the job comes to. `total` of 0 means that the length is not known.
    """

    authority = models.ForeignKey(Authority, null=True, on_delete=models.PROTECT, related_name="jobs")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=100, blank=True)
    heartbeat = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=("kind", "key"), name="one_job_a_kind_and_key")]
        indexes = [models.Index(fields=("state", "not_before")), models.Index(fields=("authority", "-id"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        """Whether something will still become of it without a person."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def percent(self) -> int:
        """How much is done, from 0 to 100."""
        if self.state == JobState.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else 0
