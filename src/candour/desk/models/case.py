"""A case: what was asked, by whom (kept apart), and the questions that it was split into."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from candour.desk.models.authority import Authority
from candour.letters.response import AnsweredBefore, Asked, AskedPart

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from candour.desk.models.breach import Breach
    from candour.desk.models.clock import ClockEvent
    from candour.desk.models.day import Watch
    from candour.desk.models.decision import Decision
    from candour.desk.models.requester_message import RequesterMessage
    from candour.desk.models.response import AnsweredQuestion, Response
    from candour.desk.models.restriction import Restriction
    from candour.desk.models.retention import Hold
    from candour.desk.models.review import Complaint, InternalReview
    from candour.desk.models.task import Referral, Task
    from candour.desk.models.trail import Event


class Channel(models.TextChoices):
    """How a request reached the force."""

    EMAIL = "email", "E-mail"
    FORM = "form", "Web form"
    POST = "post", "Post"
    OTHER = "other", "Another way"


class Profile(models.TextChoices):
    """How closely a case is watched; the rules of clearance may ask for it."""

    ORDINARY = "ordinary", "Ordinary"
    HIGH = "high", "High profile"


class Handling(models.TextChoices):
    """Under what a question is dealt with; all but the first leave the request by a letter."""

    FOI = "foi", "Freedom of Information Act"
    EIR = "eir", "Environmental Information Regulations"
    ACCESS = "access", "Subject access: the requester’s own data"
    ROUTINE = "routine", "Ordinary course of work"
    TRANSFER = "transfer", "Another authority holds it, and the requester agrees that it gets the question"


class Requester(models.Model):
    """Who asked. The Act is blind to it, so it stands in a table of its own that decisions never read."""

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"requester {self.pk}"


class Case(models.Model):
    """One matter with one reference, answered in one letter or in stages; of one requester, with one request or more.

    `before` and `following` are set where a case is loaded for one letter of several (`candour.desk.answering.letter`).
    """

    before: tuple[AnsweredBefore, ...] = ()
    following: tuple[str, ...] = ()

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    requester = models.ForeignKey(Requester, on_delete=models.PROTECT, related_name="cases")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    received = models.DateField(help_text="The earliest day on which a request of this case was received.")
    due = models.DateField(
        null=True, blank=True, db_index=True, help_text="A copy of what the clock computes, to sort by; never typed in."
    )
    profile = models.CharField(max_length=10, choices=Profile.choices, default=Profile.ORDINARY)
    submission = models.UUIDField(
        unique=True, help_text="The form that opened the case: a second post of it opens no other."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    final_stage = models.CharField(
        max_length=10,
        blank=True,
        default="",
        help_text="A copy of the stage once nothing is left to do, to find open cases by; never typed in.",
    )
    destroyed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its content went by the rule of retention; the row stays for the trail."
    )

    if TYPE_CHECKING:
        requests: RelatedManager[Request]
        questions: RelatedManager[Question]
        decisions: RelatedManager[Decision]
        clock_events: RelatedManager[ClockEvent]
        requester_messages: RelatedManager[RequesterMessage]
        responses: RelatedManager[Response]
        answered_questions: RelatedManager[AnsweredQuestion]
        events: RelatedManager[Event]
        tasks: RelatedManager[Task]
        referrals: RelatedManager[Referral]
        reviews: RelatedManager[InternalReview]
        complaints: RelatedManager[Complaint]
        holds: RelatedManager[Hold]
        breaches: RelatedManager[Breach]
        watches: RelatedManager[Watch]
        restriction: Restriction

    class Meta:
        ordering = ("due", "received", "pk")
        constraints = [models.UniqueConstraint(fields=("authority", "reference"), name="one_case_a_reference")]
        indexes = [
            models.Index(fields=("authority", "received")),
            models.Index(fields=("authority", "final_stage", "due")),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Request(models.Model):
    """One request as it was received: its words are kept and never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requests")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    received = models.DateField()
    submission = models.UUIDField(
        null=True, unique=True, help_text="The form that entered it; posted again it adds none."
    )
    text = models.TextField()
    opening = models.TextField(blank=True, help_text="What stood before the first question, as the letter repeats it.")

    class Meta:
        ordering = ("received", "pk")

    def __str__(self) -> str:
        return f"request of {self.received}"


class Question(models.Model):
    """One thing asked, as put; the unit that is decided."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="questions")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=10)
    group = models.CharField(max_length=40, blank=True)
    lead_in = models.TextField(blank=True)
    text = models.TextField()
    handling = models.CharField(max_length=10, choices=Handling.choices, default=Handling.FOI)

    if TYPE_CHECKING:
        parts: RelatedManager[QuestionPart]
        decisions: RelatedManager[Decision]
        answered_questions: RelatedManager[AnsweredQuestion]
        tasks: RelatedManager[Task]
        referrals: RelatedManager[Referral]

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("case", "group", "number"), name="one_question_a_number"),
        ]

    def __str__(self) -> str:
        return self.asked.name

    @property
    def label(self) -> str:
        """How the question is named among all questions of the case, without reading its parts."""
        return f"{self.group}, {self.number}" if self.group else self.number

    @property
    def in_a_sentence(self) -> str:
        """How a sentence names the question, without reading its parts: `request 2, question 1`."""
        group = f"{self.group[0].lower()}{self.group[1:]}, " if self.group else ""
        return f"{group}question {self.number}"

    @property
    def state(self) -> str:
        """A digest of the question as it stands: a form that was opened on another one is not saved over it."""
        asked = self.asked
        words = (
            asked.number,
            asked.group,
            asked.lead_in,
            asked.text,
            *((part.letter, part.text) for part in asked.parts),
        )
        return hashlib.sha256(repr(words).encode()).hexdigest()[:16]

    @property
    def asked(self) -> Asked:
        """The question as a letter repeats it."""
        parts = tuple(AskedPart(part.letter, part.text) for part in self.parts.all())
        return Asked(self.number, self.text, self.group, self.lead_in, parts)


class QuestionPart(models.Model):
    """A lettered part of a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    letter = models.CharField(max_length=5)
    text = models.TextField()

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(fields=("question", "letter"), name="one_part_a_letter")]

    def __str__(self) -> str:
        return f"part {self.letter}"
