"""A cleared letter as mail: text and HTML of the letter, the letter as PDF, the attachments, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.encoders import encode_base64
from email.mime.base import MIMEBase

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
        message.attach(_part(file))
    message.send(fail_silently=False)


def _part(file: OutgoingFile) -> MIMEBase:
    """The file as a part in base64, so that no server on the way changes its line ends or its characters."""
    main, _, kind = file.media_type.partition(";")[0].partition("/")
    part = MIMEBase(main, kind)
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part
