"""A cleared letter as mail: text and HTML of the letter, the letter as PDF, the attachments, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """One file of the message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """Everything that the message is made of. `key` makes its Message-ID, so that a second copy is seen to be one."""

    key: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    files: Sequence[OutgoingFile]


def send_letter(letter: OutgoingLetter) -> None:
    """Hand the message to Django's mail backend. Raises what the backend raises when it cannot be handed over."""
    domain = letter.sender.rpartition("@")[2].strip(">") or "localhost"
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=letter.sender,
        to=[letter.recipient],
        headers={"Message-ID": f"<{letter.key}@{domain}>"},
    )
    message.attach_alternative(letter.html, "text/html")
    for file in letter.files:
        message.attach(file.name, file.content, file.media_type)
    message.send(fail_silently=False)
