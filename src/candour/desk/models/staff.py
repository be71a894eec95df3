"""The people who work at the desk."""

from __future__ import annotations

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
    """A log-in of one force. What its role may do is told by `candour.desk.workflow`."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.OFFICER)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.get_full_name() or self.username
