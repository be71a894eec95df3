"""What follows an answer: an internal review, a complaint to the Commissioner, a tribunal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from candour.desk.models.case import Case
from candour.desk.models.decision import Decision
from candour.law import Outcome

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ReviewState(models.TextChoices):
    """How far an internal review has got."""

    OPEN = "open", "Under review"
    SENDING = "sending", "Letter being sent"
    ANSWERED = "answered", "Answered"
    WITHDRAWN = "withdrawn", "Withdrawn by the requester"


class ReviewResult(models.TextChoices):
    """What a review makes of one decision (s45 Code, chapter 5)."""

    UPHELD = "upheld", "Upheld"
    VARIED = "varied", "Varied"
    OVERTURNED = "overturned", "Overturned"


OPEN_REVIEWS = (ReviewState.OPEN, ReviewState.SENDING)


class InternalReview(models.Model):
    """The answer of a case looked at anew by somebody who had no part in it.

    `target` and `latest` are copies of what the calendar makes of `asked_on`, to sort by. `version` counts the saves.
    `digest` and the files are of the letter, frozen when its sending began.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    grounds = models.TextField(blank=True, help_text="What the requester is not content with, without who they are.")
    accepted_late_because = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.OPEN)
    target = models.DateField()
    latest = models.DateField()
    extended_until = models.DateField(null=True, blank=True)
    extended_because = models.TextField(blank=True)
    dated = models.DateField(null=True, blank=True)
    letter = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        findings: RelatedManager[ReviewFinding]
        files: RelatedManager[ReviewFile]

    class Meta:
        ordering = ("asked_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=("case", "number"), name="one_review_a_number"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(state__in=OPEN_REVIEWS), name="one_open_review_a_case"
            ),
        ]
        indexes = [models.Index(fields=("state", "target"))]

    def __str__(self) -> str:
        return f"internal review of {self.case_id}"

    @property
    def reference(self) -> str:
        """The reference of the review: that of the case, with a mark of its own."""
        return f"{self.case.reference}/IR{self.number if self.number > 1 else ''}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in OPEN_REVIEWS

    @property
    def due(self) -> object:
        """The day by which the requester was told to have the outcome."""
        return self.extended_until or self.target


class ReviewFinding(models.Model):
    """What the review makes of one decision, and why. `outcome` is the new one, where it is not upheld."""

    review = models.ForeignKey(InternalReview, on_delete=models.CASCADE, related_name="findings")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="review_findings")
    result = models.CharField(max_length=12, choices=ReviewResult.choices)
    reasons = models.TextField()
    outcome = models.CharField(max_length=30, blank=True)
    given = models.TextField(blank=True, help_text="What is told or disclosed now.")

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("review", "decision"), name="one_finding_a_decision")]

    def __str__(self) -> str:
        return self.get_result_display()

    @property
    def new_outcome(self) -> str:
        """The outcome that takes the place of the first, as a list names it; empty where the first stays."""
        return Outcome(self.outcome).label if self.outcome else ""


class ReviewFile(models.Model):
    """One form of the letter of a review, as it was sent; written once."""

    review = models.ForeignKey(InternalReview, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("review", "name"), name="one_review_file_a_name")]

    def __str__(self) -> str:
        return self.name


class NoticeResult(models.TextChoices):
    """How a complaint ended with the Commissioner."""

    NOT_UPHELD = "not_upheld", "Decision notice: not upheld"
    PARTLY_UPHELD = "partly_upheld", "Decision notice: partly upheld"
    UPHELD = "upheld", "Decision notice: upheld"
    INFORMAL = "informal", "Resolved without a notice"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Complaint(models.Model):
    """A complaint to the Commissioner about a case (section 50), with what came of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="complaints")
    reference = models.CharField(max_length=60, help_text="The Commissioner’s own reference.")
    told_on = models.DateField()
    about = models.TextField(blank=True)
    respond_by = models.DateField(null=True, blank=True)
    responded_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=20, choices=NoticeResult.choices, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        steps: RelatedManager[NoticeStep]
        appeals: RelatedManager[Appeal]

    class Meta:
        ordering = ("told_on", "pk")
        constraints = [models.UniqueConstraint(fields=("case", "reference"), name="one_complaint_a_reference")]

    def __str__(self) -> str:
        return f"complaint {self.reference}"

    @property
    def is_open(self) -> bool:
        """Whether the Commissioner has still to decide."""
        return self.closed_on is None


class NoticeStep(models.Model):
    """One step that a decision notice requires, with the day by which and the day on which it was taken."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=300)
    by = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("by", "pk")

    def __str__(self) -> str:
        return self.what


class AppealResult(models.TextChoices):
    """How an appeal ended."""

    DISMISSED = "dismissed", "Dismissed"
    ALLOWED = "allowed", "Allowed"
    PARTLY = "partly", "Allowed in part"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Appeal(models.Model):
    """An appeal against a decision notice to the First-tier Tribunal (section 57)."""

    class By(models.TextChoices):
        """Who appealed."""

        REQUESTER = "requester", "The requester"
        AUTHORITY = "authority", "The force"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="appeals")
    by = models.CharField(max_length=10, choices=By.choices)
    reference = models.CharField(max_length=60)
    lodged_on = models.DateField()
    hearing_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=AppealResult.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("lodged_on", "pk")
        constraints = [models.UniqueConstraint(fields=("complaint", "reference"), name="one_appeal_a_reference")]

    def __str__(self) -> str:
        return f"appeal {self.reference}"
