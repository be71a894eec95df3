"""The one table that has the bytes of uploads, sealed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class HeldUpload(models.Model):
    """An upload that the gate has still to look into. `sealed` is what `candour.sealing` makes of its bytes."""

    token = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    held_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"an upload held since {self.held_at:%Y-%m-%d %H:%M}"
