"""The outbox: each message that leaves, as the bytes that leave, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from candour.desk.models import Authority, Case, InternalReview, Response


class Purpose(models.TextChoices):
    """What a message is for."""

    LETTER = "letter", "Letter"
    ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
    REVIEW = "review", "Outcome of the internal review"


class MailState(models.TextChoices):
    """How far a message has got on its way to the mail server."""

    WAITING = "waiting", "Waiting to be sent"
    CONNECTING = "connecting", "Being offered to the mail server"
    HANDING_OVER = "handing_over", "Being handed over"
    TAKEN = "taken", "Sent"
    REFUSED = "refused", "Refused by the mail server"
    TAKEN_BACK = "taken_back", "Taken back"


OPEN_STATES = (MailState.WAITING, MailState.CONNECTING, MailState.HANDING_OVER)
"""The states of a message of which it is not settled whether it goes."""


class Fate(models.TextChoices):
    """What is known of a message after the mail server took it, from the reports that came back."""

    UNKNOWN = "", "No report"
    ARRIVED = "arrived", "Arrived"
    DELAYED = "delayed", "Delayed"
    RETURNED = "returned", "Came back"


UNREACHED = models.Q(dealt_with="") & (
    models.Q(fate=Fate.RETURNED) | models.Q(purpose=Purpose.ACKNOWLEDGEMENT, state=MailState.REFUSED)
)
"""The messages that did not reach the requester, for which nobody has found another way yet.

A letter that the mail server refuses goes back to its case, to be sent again; an acknowledgement does not.
"""


class OutgoingMail(models.Model):
    """One message on its way out. `content` is the whole message as the mail server gets it, and is written once.

    `key` is the local part of its Message-ID. A message that is CONNECTING has not been told to the server yet and may
    be tried again when its process died; one that is HANDING_OVER may have been taken, which only a person can find
    out. `claimed_at` is when the attempt at hand began. `said` is what the server said last, without addresses.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="outgoing_mail")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="outgoing_mail")
    response = models.ForeignKey(Response, null=True, on_delete=models.PROTECT, related_name="outgoing_mail")
    review = models.ForeignKey(InternalReview, null=True, on_delete=models.PROTECT, related_name="outgoing_mail")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    key = models.CharField(max_length=64, db_index=True)
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    content = models.BinaryField()
    state = models.CharField(max_length=14, choices=MailState.choices, default=MailState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    said = models.CharField(max_length=300, blank=True)
    stopped = models.BooleanField(
        default=False, help_text="Not to be tried again, whatever becomes of the attempt at hand."
    )
    settled_at = models.DateTimeField(null=True)
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.UNKNOWN, blank=True)
    fate_said = models.CharField(max_length=500, blank=True)
    fate_at = models.DateTimeField(null=True)
    dealt_with = models.CharField(
        max_length=300, blank=True, help_text="How the requester was reached after the message came back."
    )

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("response",),
                condition=models.Q(state__in=(*OPEN_STATES, MailState.TAKEN)),
                name="one_mail_a_letter",
            ),
            models.UniqueConstraint(
                fields=("review",),
                condition=models.Q(state__in=(*OPEN_STATES, MailState.TAKEN)),
                name="one_mail_a_review",
            ),
            models.UniqueConstraint(
                fields=("case", "purpose"),
                condition=models.Q(response=None, review=None),
                name="one_mail_a_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=("authority", "state"), name="outbox_of_a_force"),
            models.Index(fields=("state", "next_at"), name="mail_to_be_tried"),
        ]

    def __str__(self) -> str:
        return f"outgoing message {self.pk} ({self.get_state_display()})"

    @property
    def is_unreached(self) -> bool:
        """Whether it did not reach the requester, and nobody has found another way yet: what UNREACHED finds."""
        refused = self.purpose == Purpose.ACKNOWLEDGEMENT and self.state == MailState.REFUSED
        return not self.dealt_with and (self.fate == Fate.RETURNED or refused)
