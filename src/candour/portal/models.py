"""What the public side keeps of its own: drafts of requests, private links, what was tried how often, feedback."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from candour.desk.models import Authority, Case

DRAFT_LASTS = timedelta(days=14)
_SECRET_BYTES = 24


def new_secret() -> str:
    """The secret part of a private address: 192 random bits, for addresses."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is stored of a secret: who reads the database cannot follow the link."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Draft(models.Model):
    """A request that somebody is writing, found by its secret address alone; gone some days after the last change.

    `digest` is of the secret; `submission` the number under which the case is opened, so that a draft sent twice opens
    one case; `case` is set once it was sent, and then what was written is emptied.
    """

    digest = models.CharField(max_length=64, unique=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4)
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True, help_text="The request as pasted, before its questions were agreed on.")
    opening = models.TextField(blank=True, help_text="What stands before the questions.")
    questions = models.JSONField(default=list)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    code = models.CharField(max_length=64, blank=True, help_text="The digest of the code that was mailed.")
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    confirmed = models.BooleanField(default=False, help_text="Whether the code came back from that address.")
    language = models.CharField(max_length=2, default="en")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    mailed = models.BooleanField(default=False, help_text="Whether the reference went out by mail.")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the draft, and keep it for the whole time from now on."""
        self.expires_at = timezone.now() + DRAFT_LASTS
        super().save(*args, **kwargs)


class FollowLink(models.Model):
    """The private address under which a requester follows a request; only the digest of its secret is kept."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=2, default="en")

    def __str__(self) -> str:
        return f"link to case {self.case_id}"


class Attempt(models.Model):
    """That something was done once by somebody, told by a keyed digest: neither addresses nor names are kept here."""

    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=("what", "who", "at"), name="attempts"), models.Index(fields=("at",))]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"


class Feedback(models.Model):
    """What a reader said about a page. Nothing of the reader is kept."""

    page = models.CharField(max_length=300, blank=True)
    useful = models.BooleanField(null=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.page} ({self.at:%Y-%m-%d})"
