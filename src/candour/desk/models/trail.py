"""The trail of a case: what was done, by whom, when and why. Events are written once and never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from candour.desk.models.case import Case


class EventKind(models.TextChoices):
    """The steps that a case leaves in its trail."""

    RECEIVED = "received", "Request received"
    QUESTIONS_CHANGED = "questions_changed", "Questions corrected"
    DECISION_SAVED = "decision_saved", "Decision saved"
    DECISION_COMPLETED = "decision_completed", "Decision completed"
    PREPARED = "prepared", "Letter put up for clearance"
    OVERRIDDEN = "overridden", "Errors of the check overridden"
    SMALL_COUNTS = "small_counts", "Small counts confirmed"
    CLEARED = "cleared", "Letter cleared"
    SENT_BACK = "sent_back", "Letter sent back"
    VOIDED = "voided", "Clearance void"
    SENT = "sent", "Letter sent"
    NOT_SENT = "not_sent", "Letter not sent"
    PUBLISHED = "published", "Answer published"
    CORRECTED = "corrected", "Entry of the log corrected"
    WITHDRAWN = "withdrawn", "Entry of the log withdrawn"
    REQUESTER_SEEN = "requester_seen", "Requester’s identity looked at"
    CLOCK = "clock", "Recorded for the clock"
    REDATED = "redated", "Due date changed"
    ASSIGNED = "assigned", "Case assigned"
    MAIL = "mail", "Mail came in"


class Event(models.Model):
    """One step in the trail of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the event. Raises TypeError when it was already written."""
        if self.pk is not None:
            raise TypeError("an event of the trail is written once")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise TypeError: the trail is not shortened."""
        raise TypeError("an event of the trail is not deleted")
