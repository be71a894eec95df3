"""What is asked of a business area, and what comes back; and what is referred to another authority for advice.

A contact sees the question and the task and nothing else of the case; the link that leads there is signed and expires.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from candour.desk.models.authority import Authority
from candour.desk.models.case import Case, Question
from candour.desk.models.checked_file import CheckedFile

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class BusinessArea(models.Model):
    """Who in the force holds information: asked by mail, without an account. An administrator keeps the list."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    escalation_email = models.EmailField(blank=True, help_text="Who is told when the area does not answer.")
    remind_after = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1)])
    escalate_after = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1)], help_text="Working days, as for reminding."
    )
    in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("authority", "name"), name="one_area_a_name")]

    def __str__(self) -> str:
        return self.name


class TaskState(models.TextChoices):
    """How far a task has got."""

    OPEN = "open", "Asked"
    ANSWERED = "answered", "Answered"
    REVOKED = "revoked", "Taken back"


class Task(models.Model):
    """One thing asked of one area about one question. `link` is the secret of its link: another one makes it void.

    `posts` counts what came through the link since `posts_since`, so that nobody floods it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="tasks")
    area = models.ForeignKey(BusinessArea, on_delete=models.PROTECT, related_name="tasks")
    asked = models.TextField()
    wanted_by = models.DateField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    link = models.UUIDField(default=uuid.uuid4, unique=True)
    expires_at = models.DateTimeField()
    base = models.URLField(max_length=300, help_text="The address of this site, for the link in its mails.")
    posts = models.PositiveSmallIntegerField(default=0)
    posts_since = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        replies: RelatedManager[TaskReply]

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("state", "made_at"))]

    def __str__(self) -> str:
        return f"task {self.pk} of {self.area}"


class TaskReply(models.Model):
    """What an area gave back: words or figures, hours by activity, and files that went through the gate.

    `hours` has the keys of `candour.law.countable_activities`; `hours_taken`: they are in the estimate of the question.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="replies")
    submission = models.UUIDField(unique=True, help_text="The form that it came by: posted again it adds nothing.")
    text = models.TextField(blank=True)
    hours = models.JSONField(default=dict, blank=True)
    by = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    hours_taken = models.BooleanField(default=False)

    if TYPE_CHECKING:
        files: RelatedManager[CheckedFile]

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"reply to {self.task}"


class Referral(models.Model):
    """A question referred to another authority of this installation, such as the national unit, and its advice."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="referrals")
    to = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="referrals_in")
    asked = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    advice = models.TextField(blank=True)
    advised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    advised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"referral {self.pk} to {self.to}"
