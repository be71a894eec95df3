"""The tables of the post: mail as it came in, and mail on its way out."""

from candour.post.models.elsewhere import SiteRequest
from candour.post.models.incoming import IN_A_CASE, EntryState, Mailbox, Message, MessageBytes, QueueEntry
from candour.post.models.outgoing import OPEN_STATES, UNREACHED, Fate, MailState, OutgoingMail, Purpose

__all__ = [
    "IN_A_CASE",
    "OPEN_STATES",
    "UNREACHED",
    "EntryState",
    "Fate",
    "MailState",
    "Mailbox",
    "Message",
    "MessageBytes",
    "OutgoingMail",
    "Purpose",
    "QueueEntry",
    "SiteRequest",
]
