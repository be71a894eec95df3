"""What becomes of mail when its case is destroyed."""

from __future__ import annotations

from candour.post.models import Message, MessageBytes, QueueEntry


def empty_mail(case: int) -> None:
    """Delete the mail of the case: its place in the queue, and each message that is of no other case or force."""
    entries = QueueEntry.objects.filter(case=case)
    messages = list(entries.values_list("message", flat=True))
    entries.delete()
    orphans = Message.objects.filter(pk__in=messages, entries__isnull=True)
    MessageBytes.objects.filter(message__in=orphans).delete()
    orphans.delete()
