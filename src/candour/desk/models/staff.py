"""The people who work at the desk."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from candour.desk.models.authority import Authority


class Role(models.TextChoices):
    """What a person may do with the cases of their force."""

    OFFICER = "officer", "FOI officer"
    APPROVER = "approver", "Approver"


class StaffMember(AbstractUser):
    """A log-in of one force. An officer decides and sends; an approver also clears the letters of others."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.OFFICER)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_clear(self) -> bool:
        """Whether the person may clear letters, though never their own."""
        return self.role == Role.APPROVER
