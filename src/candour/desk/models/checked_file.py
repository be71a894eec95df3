"""A file that went through the gate: what was found, what was rebuilt, and the proof by which it may leave.

The upload itself is not here: it is read in a process apart, and gone once the gate has looked into it. What can be
attached to an answer is what was rebuilt, and only with a proof that names its digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from candour.desk.models.decision import Decision

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_PARTS_OF_A_PROOF = ("clean", "contained", "second_reader", "plausible")


class Unproven(ValueError):
    """A file whose digest no proof names: it may not leave."""


class CheckedFile(models.Model):
    """One upload as the gate saw it.

    `shape` is what the officer declared before uploading (“43 x 6 police force”). `findings` and `in_sight` are lists
    of findings as `candour.files` gives them, `original` and `rebuilt` the beginnings of what a reader sees in each.
    `reason` says why nothing was rebuilt; it is empty when something was. `looked_at` is when the gate was done; until
    then nothing is known of the file. A file that a business area
    gave (`reply`) has no decision until somebody takes it into one, and nobody of the desk who made it.
    """

    decision = models.ForeignKey(Decision, null=True, on_delete=models.CASCADE, related_name="checked_files")
    reply = models.ForeignKey("desk.TaskReply", null=True, on_delete=models.PROTECT, related_name="files")
    title = models.CharField(max_length=200)
    shape = models.CharField(max_length=100, blank=True)
    upload_name = models.CharField(max_length=255)
    upload_sha256 = models.CharField(max_length=64)
    upload_size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12, blank=True)
    classified = models.FloatField(default=0)
    findings = models.JSONField(default=list)
    in_sight = models.JSONField(default=list)
    lost = models.JSONField(default=list)
    original = models.JSONField(default=dict)
    rebuilt = models.JSONField(default=dict)
    proof = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    accepted = models.TextField(blank=True, help_text="Why what is in plain sight may be shown.")

    if TYPE_CHECKING:
        outputs: RelatedManager[CleanFile]

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def is_agreed(self) -> bool:
        """Whether what was rebuilt is part of the answer."""
        return self.agreed_at is not None

    @property
    def stopped_by(self) -> list[dict[str, Any]]:
        """What is in plain sight and forbids that the file leaves at all."""
        return [finding for finding in self.in_sight if finding["severity"] == "C"]

    def proves(self, sha256: str) -> bool:
        """Whether the proof holds and names this digest."""
        return all(self.proof.get(part) for part in _PARTS_OF_A_PROOF) and sha256 in self.proof.get("outputs", ())


class CleanFile(models.Model):
    """One rebuilt file; written once."""

    checked = models.ForeignKey(CheckedFile, on_delete=models.CASCADE, related_name="outputs")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    attached = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def proven(self) -> bytes:
        """The bytes, if they are those of the proof. Raises `Unproven`."""
        content = bytes(self.content)
        digest = hashlib.sha256(content).hexdigest()
        if digest != self.sha256 or not self.checked.proves(digest):
            raise Unproven(f"The file {self.name} carries no proof that nothing is hidden in it.")
        return content
