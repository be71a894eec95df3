"""A letter on its way out: the exact bytes, who cleared them, and when they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from candour.desk.models.case import Case, Question

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from candour.desk.models.clearance import ClearanceStep, PassageComment
    from candour.desk.models.publication import TakenOut


class ResponseState(models.TextChoices):
    """How far a letter has got."""

    AWAITING_CLEARANCE = "awaiting_clearance", "Awaiting clearance"
    CLEARED = "cleared", "Cleared"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    VOID = "void", "Void"


class LetterKind(models.TextChoices):
    """What a letter is for."""

    ANSWER = "answer", "Answer"
    CLARIFICATION = "clarification", "Request for clarification"
    FEES_NOTICE = "fees_notice", "Fees notice"
    EXTENSION = "extension", "Notice of more time"
    HAND_OVER = "hand_over", "Hand-over of questions"


PENDING_STATES = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED, ResponseState.SENDING)
LIVE_STATES = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED, ResponseState.SENDING, ResponseState.SENT)


class Response(models.Model):
    """One letter with its files, frozen when it was put up for clearance.

    `digest` is of everything that will be sent; clearance repeats it in `cleared_digest`, and only a letter whose bytes
    still have that digest can be sent. `tree_digest` is of the letter as composed then: when the case composes
    differently, the clearance is void. `details` holds what a letter that is no answer says; an answer comes from the
    decisions alone.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="responses")
    kind = models.CharField(max_length=20, choices=LetterKind.choices, default=LetterKind.ANSWER)
    details = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=20, choices=ResponseState.choices, default=ResponseState.AWAITING_CLEARANCE)
    frozen = models.JSONField(default=dict, help_text="The letter as it was put up, and what it was composed from.")
    dated = models.DateField()
    recipient = models.CharField(max_length=320)
    mail_subject = models.CharField(max_length=250)
    tree_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_digest = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    void_because = models.TextField(blank=True)
    bypassed_because = models.TextField(blank=True, help_text="Why a manager cleared it without its steps; stays.")

    if TYPE_CHECKING:
        files: RelatedManager[ResponseFile]
        answered: RelatedManager[AnsweredQuestion]
        steps: RelatedManager[ClearanceStep]
        comments: RelatedManager[PassageComment]
        taken_out: RelatedManager[TakenOut]

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(state__in=PENDING_STATES, kind=LetterKind.ANSWER),
                name="one_pending_answer_a_case",
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(state__in=PENDING_STATES) & ~Q(kind=LetterKind.ANSWER),
                name="one_pending_notice_a_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=("prepared_at",),
                condition=Q(state=ResponseState.AWAITING_CLEARANCE),
                name="letters_to_be_cleared",
            ),
        ]

    def __str__(self) -> str:
        return f"letter of {self.dated} ({self.get_state_display()})"


class AnsweredQuestion(models.Model):
    """A question that a letter answers; without a question, any other information. Gone when the letter is void.

    A case is answered in one letter or in stages: no question stands in two letters that hold.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answered")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answered_questions")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="answered_questions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("question",), name="one_answer_a_question"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(question__isnull=True), name="one_answer_on_the_rest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question or 'any other information'} in {self.response}"


class ResponseFile(models.Model):
    """One file of a letter, as it will be sent; written once."""

    class Purpose(models.TextChoices):
        """What the file is in the message."""

        LETTER = "letter", "The letter"
        ATTACHMENT = "attachment", "An attachment"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("response", "name"), name="one_file_a_name")]

    def __str__(self) -> str:
        return self.name
