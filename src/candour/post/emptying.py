"""What becomes of mail when its case is destroyed."""

from __future__ import annotations

from candour.post.models import Message, MessageBytes, OutgoingMail, QueueEntry


def empty_mail(case: int) -> None:
    """Delete the mail of the case: what went out, and each message that came in and is of no other case or force."""
    OutgoingMail.objects.filter(case=case).delete()
    entries = QueueEntry.objects.filter(case=case)
    messages = list(entries.values_list("message", flat=True))
    entries.delete()
    orphans = Message.objects.filter(pk__in=messages, entries__isnull=True)
    MessageBytes.objects.filter(message__in=orphans).delete()
    orphans.delete()
