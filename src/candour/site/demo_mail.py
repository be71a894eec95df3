"""Mail of the demonstration, taken in as a mail server would deliver it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.utils import timezone

from candour.desk.models import Authority, Case
from candour.post.models import Message
from candour.post.take_in import take_in


def load_mail(text: str, cases: Mapping[tuple[str, int], Case]) -> None:
    """Deliver each message of the file to its force, some hours ago; `cases` are by force and number."""
    for entry in tomllib.loads(text)["mail"]:
        authority = Authority.objects.get(slug=entry["force"])
        message = take_in(_message(entry, authority, cases).as_bytes(), [authority.email])
        Message.objects.filter(pk=message.pk).update(stored_at=timezone.now() - timedelta(hours=entry["hours_ago"]))


def _message(entry: dict[str, Any], authority: Authority, cases: Mapping[tuple[str, int], Case]) -> EmailMessage:
    sender, subject = entry["from"], entry["subject"]
    if "case" in entry:
        case = cases[entry["force"], entry["case"]]
        sender = sender.format(requester=f"{case.requester.name} <{case.requester.email}>")
        subject = subject.format(reference=case.reference)
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, authority.email, subject
    made["Date"] = format_datetime(timezone.now() - timedelta(hours=entry["hours_ago"], minutes=1))
    made["Message-ID"] = f"<{hashlib.sha256(subject.encode()).hexdigest()[:16]}@demonstration.example>"
    if entry.get("automatic"):
        made["Auto-Submitted"] = "auto-replied"
    if "text" in entry:
        made.set_content(entry["text"].lstrip("\n"))
    else:
        made.set_content(entry["html"], subtype="html")
    if "file" in entry:
        made.add_attachment(entry["file_text"].encode(), "text", "plain", filename=entry["file"])
    return made
