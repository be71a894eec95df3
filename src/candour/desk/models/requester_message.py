"""What the requester wrote to the force on their private page, after the request was made."""

from __future__ import annotations

from django.db import models

from candour.desk.models.case import Case


class RequesterMessage(models.Model):
    """One message of the requester about their case: its words are kept and never changed.

    `submission` is the number of the form, so that a form posted twice is one message. A message changes nothing by
    itself: what follows from it, a person decides.
    """

    class Kind(models.TextChoices):
        """What the requester wants with it."""

        CLARIFY = "clarify", "Says what they meant"
        NARROW = "narrow", "Narrows the request"
        WITHDRAW = "withdraw", "Withdraws the request"
        REVIEW = "review", "Asks for an internal review"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requester_messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    at = models.DateTimeField()
    submission = models.UUIDField(unique=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d})"
