"""The ledger of a force: every table of counts that left, as it was printed, to be audited together with the next."""

from __future__ import annotations

from django.db import models

from candour.desk.models.authority import Authority
from candour.desk.models.response import Response


class LedgerRelease(models.Model):
    """One table as it was sent. `content` is the release as `candour.tables.ledger.file` reads and writes it.

    `register` names the data set that was counted: tables of one register are audited together. It tells which
    withheld figures are small, so it stays inside the force. `unit`, `population` (in words) and `corrects` say for
    lists what stands in `content`.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="ledger_releases")
    response = models.ForeignKey(Response, null=True, on_delete=models.PROTECT, related_name="ledger_releases")
    register = models.CharField(max_length=120)
    reference = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    extracted = models.DateField()
    unit = models.CharField(max_length=40, default="cases")
    population = models.TextField(blank=True)
    corrects = models.CharField(max_length=120, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    content = models.JSONField()

    class Meta:
        ordering = ("-entered_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("authority", "register", "reference"), name="one_release_a_reference")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
