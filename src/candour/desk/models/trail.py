"""The trail of a force: what was done, by whom, when and why. Events are written once, chained, and never changed.

The database itself refuses to change or delete them (`candour.desk.audit_trail.guard`), and
`candour.desk.audit_trail.verification` proves the chain.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from candour.desk.audit_trail.chain import BEGINNING, Link
from candour.desk.models.authority import Authority
from candour.desk.models.case import Case


class EventKind(models.TextChoices):
    """The steps that a case leaves in its trail."""

    NOTE = "note", "Note"
    RECEIVED = "received", "Request received"
    QUESTIONS_CHANGED = "questions_changed", "Questions corrected"
    DECISION_SAVED = "decision_saved", "Decision saved"
    FIGURE = "figure", "Figure in the letter explained"
    DECISION_COMPLETED = "decision_completed", "Decision completed"
    PREPARED = "prepared", "Letter put up for clearance"
    OVERRIDDEN = "overridden", "Errors of the check overridden"
    SMALL_COUNTS = "small_counts", "Small counts confirmed"
    CLEARED = "cleared", "Letter cleared"
    STEP_CLEARED = "step_cleared", "Step of the clearance taken"
    BYPASSED = "bypassed", "Clearance bypassed in an emergency"
    COMMENTED = "commented", "Passage of the letter commented on"
    COMMENT_SETTLED = "comment_settled", "Comment settled"
    TASK = "task", "Business area asked"
    TASK_ANSWERED = "task_answered", "Business area answered"
    REFERRED = "referred", "Question referred for advice"
    ADVISED = "advised", "Advice received"
    TRIAGED = "triaged", "Questions triaged"
    PROFILE = "profile", "Profile of the case changed"
    SENT_BACK = "sent_back", "Letter sent back"
    VOIDED = "voided", "Clearance void"
    SENDING = "sending", "Sending begun"
    SENT = "sent", "Letter sent"
    NOT_SENT = "not_sent", "Letter not sent"
    PUBLISHED = "published", "Answer published"
    CORRECTED = "corrected", "Entry of the log corrected"
    WITHDRAWN = "withdrawn", "Entry of the log withdrawn"
    REQUESTER_SEEN = "requester_seen", "Requester’s identity looked at"
    ROWS_SEEN = "rows_seen", "Case-level rows looked at"
    EXTRACT_IMPORTED = "extract_imported", "Extract imported"
    RECORDS_COUNTED = "records_counted", "Data set counted"
    CLOCK = "clock", "Recorded for the clock"
    REDATED = "redated", "Due date changed"
    ASSIGNED = "assigned", "Case assigned"
    WATCHER = "watcher", "Watchers changed"
    REGISTER_CHANGED = "register_changed", "Register of what is neither confirmed nor denied changed"
    MAIL = "mail", "Mail came in"
    ACKNOWLEDGED = "acknowledged", "Request acknowledged"
    REVIEW = "review", "Internal review"
    COMPLAINT = "complaint", "Complaint to the Commissioner"
    BUNDLE = "bundle", "Bundle of the case exported"
    RESTRICTED = "restricted", "Restriction of the case changed"
    BREACH = "breach", "Personal data breach"
    BREACH_EXPORTED = "breach_exported", "Record of a breach exported"
    HELD = "held", "Held beyond its time"
    DESTROYED = "destroyed", "Case destroyed"
    REQUESTER_WROTE = "requester_wrote", "The requester wrote on their page"
    PUBLICATION_DECIDED = "publication_decided", "Decided on publication"


class Event(models.Model):
    """One step in the trail of a force, mostly of one of its cases.

    `sequence` counts the events of the force from 1; `previous` is the digest of the one before. `who` is the log-in as
    it was then; `detail` says what, `why` the reason that was given; `facts` is canonical JSON for programs. `words`
    commits to `detail` and `why` with `salt`; these three are emptied when the case is destroyed.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=150, blank=True)
    detail = models.TextField(blank=True)
    why = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    words = models.CharField(max_length=64)
    facts = models.TextField(default="{}")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("authority", "sequence")
        constraints = [models.UniqueConstraint(fields=("authority", "sequence"), name="one_event_a_number")]

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

    @property
    def in_words(self) -> str:
        """What was done and why, as the page of the case tells it."""
        return f"{self.detail} Reason: {self.why}".strip() if self.why else self.detail

    @property
    def data(self) -> dict[str, Any]:
        """The facts of the event, for programs."""
        found: dict[str, Any] = json.loads(self.facts)
        return found

    @property
    def link(self) -> Link:
        """The event as the chain sees it."""
        return Link(
            authority=self.authority_id,
            sequence=self.sequence,
            previous=self.previous,
            case=self.case_id,
            kind=self.kind,
            at=self.at,
            actor=self.actor_id,
            who=self.who,
            words=self.words,
            facts=self.facts,
        )


class TrailHead(models.Model):
    """The last event of a force's trail. Locked while the next is written, so that no two events share a number."""

    authority = models.OneToOneField(Authority, primary_key=True, on_delete=models.PROTECT, related_name="trail_head")
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=BEGINNING)

    def __str__(self) -> str:
        return f"event {self.sequence} of authority {self.authority_id}"
