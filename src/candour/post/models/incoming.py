"""Mail as it was received: the bytes, what they say, and where each message was put in each force's queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from candour.desk.models import Authority, Case
from candour.post.reading import Kind, ReadMessage

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Message(models.Model):
    """One message, in the queue once however often it is delivered.

    `identity` tells whether it is the same message: SHA-256 over its Message-ID, the head that its sender wrote and its
    body, without the marks of its way. `size` is that of the first copy, in bytes. `read_at` is empty until it
    was read; one that was stored when the process died is read by the next. The rest is what was read, to list by.
    """

    identity = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    delivered_to = models.JSONField(default=list, help_text="Addresses that the mail server named, beside the head.")
    stored_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind], default=Kind.MAIL.value)
    message_id = models.CharField(max_length=300, blank=True, db_index=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=320, blank=True, db_index=True)
    subject = models.CharField(max_length=400, blank=True)
    dated = models.DateTimeField(null=True)
    unproven = models.BooleanField(default=False, help_text="Whether the checks of the sender failed.")
    reading = models.JSONField(default=dict)

    if TYPE_CHECKING:
        entries: RelatedManager[QueueEntry]
        copies: RelatedManager[MessageBytes]

    class Meta:
        ordering = ("-stored_at", "-pk")
        indexes = [models.Index(fields=("read_at", "stored_at"), name="mail_left_unread")]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def read(self) -> ReadMessage:
        """What the message says."""
        return ReadMessage.from_json(self.reading)


class MessageBytes(models.Model):
    """The message as received, in a table of its own so that no list ever reads it. Written once.

    A copy that came another way, with other marks of its way, is kept beside the first: whatever was acknowledged is
    here, byte for byte. `digest` is SHA-256 over the bytes.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="copies")
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("message", "digest"), name="each_copy_once")]

    def __str__(self) -> str:
        return f"bytes of message {self.message_id}"


class Mailbox(models.Model):
    """How far a mailbox has been read: up to which UID, while its UIDVALIDITY stays (RFC 3501, section 2.3.1.1)."""

    name = models.CharField(max_length=400, unique=True)
    validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.name


class EntryState(models.TextChoices):
    """Where a message was put."""

    WAITING = "waiting", "Waiting for a person"
    JOINED = "joined", "Joined to a case by itself"
    ATTACHED = "attached", "Put to a case"
    NEW_REQUEST = "new_request", "Became a request"
    NOT_REQUEST = "not_request", "Not a request"


IN_A_CASE = (EntryState.JOINED, EntryState.ATTACHED, EntryState.NEW_REQUEST)


class QueueEntry(models.Model):
    """A message in the queue of one force; with no force, in the queue that administrators see.

    A message that belongs to several cases has an entry for each of them.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="entries")
    authority = models.ForeignKey(Authority, null=True, on_delete=models.PROTECT, related_name="mail")
    state = models.CharField(max_length=12, choices=EntryState.choices, default=EntryState.WAITING)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="mail")
    suggested = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    why_waiting = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-message__stored_at", "-pk")
        verbose_name_plural = "queue entries"
        constraints = [
            models.UniqueConstraint(
                fields=("message", "authority"), condition=models.Q(case=None), name="one_entry_a_force"
            ),
            models.UniqueConstraint(fields=("message", "case"), name="one_copy_a_case"),
            models.UniqueConstraint(
                fields=("message",), condition=models.Q(authority=None), name="one_entry_without_force"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "not_request"), case=None)
                | models.Q(state__in=("joined", "attached", "new_request"), case__isnull=False),
                name="a_case_where_it_was_put",
            ),
        ]
        indexes = [models.Index(fields=("authority", "state"), name="queue_of_a_force")]

    def __str__(self) -> str:
        return f"{self.message} ({self.get_state_display()})"

    @property
    def about_a_case(self) -> bool:
        """Whether the message is with a case, or seems to belong to one."""
        return self.case_id is not None or self.suggested_id is not None
