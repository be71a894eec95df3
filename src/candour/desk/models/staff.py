"""The people who work at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from candour.desk.models.authority import Authority


class Role(models.TextChoices):
    """What somebody is at the desk; `workflow.toml` says what each role sees and does."""

    OFFICER = "officer", "FOI officer"
    APPROVER = "approver", "Approver"
    MANAGER = "manager", "Manager"
    CONTACT = "contact", "Business area contact"
    PRESS = "press", "Press office"
    LEGAL = "legal", "Legal adviser"
    REVIEWER = "reviewer", "Reviewer"
    NATIONAL = "national", "National unit"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class Team(models.Model):
    """Some of the people of a force who share their work."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("authority", "name"), name="one_team_a_name")]

    def __str__(self) -> str:
        return self.name


class StaffMember(AbstractUser):
    """A log-in of one force. What its role may do is told by `candour.desk.workflow`.

    `provider_name` is entered by an administrator. The first sign-in under it ties the account to the identity that
    never changes (`provider_issuer` and `provider_subject`), which alone counts from then on.
    """

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.OFFICER)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    provider_name = models.CharField(
        "name at the identity provider",
        max_length=254,
        blank=True,
        help_text="What the identity provider of the force calls the person, such as will.okafor@westvale.example. "
        "Empty: the person cannot sign in through it.",
    )
    provider_issuer = models.CharField(max_length=254, blank=True, editable=False)
    provider_subject = models.CharField(max_length=255, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                fields=("provider_name",),
                condition=~models.Q(provider_name=""),
                name="one_account_a_provider_name",
                violation_error_message="Another account has this name at the identity provider.",
            ),
            models.UniqueConstraint(
                fields=("provider_issuer", "provider_subject"),
                condition=~models.Q(provider_subject=""),
                name="one_account_an_identity",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account; providers tell names apart by their letters, not by their size."""
        self.provider_name = self.provider_name.strip().lower()
        super().save(*args, **kwargs)
