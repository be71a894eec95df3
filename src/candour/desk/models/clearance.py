"""The chain by which a letter is cleared, and what readers of it say about its passages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from candour.desk.models.response import Response


class ClearanceStep(models.Model):
    """One step of the chain of a letter, as the rule had it when the letter was put up.

    `digest` is what the person read: all steps of a letter that is sent carry its digest. A step that was bypassed has
    nobody who cleared it. With `informs` the letter does not wait for it.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    roles = models.JSONField(default=list)
    only = models.TextField(blank=True)
    informs = models.BooleanField(default=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    bypassed = models.BooleanField(default=False)

    class Meta:
        ordering = ("round", "position")
        constraints = [
            models.UniqueConstraint(fields=("response", "key"), name="one_step_a_key"),
            models.UniqueConstraint(
                fields=("response", "done_by"), condition=Q(done_by__isnull=False), name="nobody_clears_two_steps"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.done_at is None


class PassageComment(models.Model):
    """What somebody says about one passage of a letter, until somebody says that it is settled.

    `passage` is the number of the paragraph in the text of the letter, `quote` its beginning without who asked. A
    letter with an open comment is not cleared; a comment on a letter that went back is shown beside the next one.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="comments")
    passage = models.PositiveIntegerField()
    quote = models.TextField()
    text = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_with = models.TextField(blank=True)

    class Meta:
        ordering = ("passage", "pk")

    def __str__(self) -> str:
        return f"comment on passage {self.passage}"
