"""A figure that stands in the words of an answer: what it counts, or why it counts nobody."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from candour.desk.models.case import Case


class Dismissal(models.TextChoices):
    """Why a figure does not enter the ledger."""

    NO_COUNT = "no_count", "It counts no people, cases or allegations"
    PUBLIC = "public", "It is public already"
    LAW = "law", "It is from the law, or a limit of time or cost"


class LetterFigure(models.Model):
    """What an officer said of one figure of the answer, found again by `key` (its sentence, words and place).

    `printed` is the figure in the words of the ledger. Where it is dismissed, `dismissal` and `reason` say why (for
    what is public: where). Else `register`, `unit`, `where` (a label for each dimension), `period` and `extracted` say
    what it counts; `of` what a percentage is a share of, `{}` for everything; `per` and `population` are of a rate;
    `average_of`: what an average is of, so many to each of `unit`; `accepted`: why it may be shown although it is
    small.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letter_figures")
    key = models.CharField(max_length=24)
    sentence = models.TextField()
    text = models.CharField(max_length=200)
    printed = models.CharField(max_length=80)
    dismissal = models.CharField(max_length=12, choices=Dismissal.choices, blank=True)
    reason = models.TextField(blank=True)
    register = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    where = models.JSONField(default=dict, blank=True)
    of = models.JSONField(null=True, blank=True)
    period = models.CharField(max_length=80, blank=True)
    extracted = models.DateField(null=True, blank=True)
    per = models.PositiveIntegerField(default=0)
    population = models.PositiveBigIntegerField(default=0)
    average_of = models.CharField(max_length=40, blank=True)
    accepted = models.TextField(blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("case", "key"), name="one_say_of_a_figure")]

    def __str__(self) -> str:
        return f"{self.text} ({self.sentence[:60]})"
