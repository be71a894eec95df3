"""Decisions as stored: what `candour.law.decision` describes, for one question, one part, or any other information."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from candour import law
from candour.desk.models.case import Case, Question, QuestionPart
from candour.desk.models.ncnd import NcndTopic
from candour.letters.model import DataTable
from candour.letters.response import Answer
from candour.letters.response import Exhibit as LetterExhibit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from candour.desk.models.checked_file import CheckedFile
    from candour.desk.models.protected_counts import ProtectedCounts


class Decision(models.Model):
    """What is decided, how far it has got, and who wrote last.

    `version` counts the saves: a form that was opened on an older version is not saved over a newer one.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    part = models.ForeignKey(QuestionPart, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=30, blank=True)
    explanation = models.TextField(blank=True)
    disclosed = models.TextField(blank=True)
    withheld = models.TextField(blank=True)
    scope = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    publication = models.TextField(blank=True)
    estimate_hours = models.JSONField(default=dict, blank=True, help_text="Hours by activity that counts.")
    estimate_basis = models.TextField(blank=True)
    topic = models.ForeignKey(NcndTopic, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")
    completed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    if TYPE_CHECKING:
        claims: RelatedManager[Claim]
        exhibits: RelatedManager[Exhibit]
        published_items: RelatedManager[PublishedItem]
        protected_counts: RelatedManager[ProtectedCounts]
        checked_files: RelatedManager[CheckedFile]

    class Meta:
        ordering = (F("question__position").asc(nulls_last=True), F("part__position").asc(nulls_first=True), "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("question",),
                condition=Q(part__isnull=True, question__isnull=False),
                name="one_decision_a_question",
            ),
            models.UniqueConstraint(fields=("part",), condition=Q(part__isnull=False), name="one_decision_a_part"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(question__isnull=True), name="one_decision_on_the_rest"
            ),
        ]

    def __str__(self) -> str:
        return f"decision on {self.about or 'any other information'}"

    @property
    def about(self) -> str:
        """The label of what is decided: `3`, `3a`; empty for any other information."""
        if self.question is None:
            return ""
        return self.question.asked.part_label(self.part.letter) if self.part else self.question.asked.label

    @property
    def name(self) -> str:
        """What is decided, as a heading names it: `Question 3`, `Part a of question 3`, `Any other information`."""
        if self.question is None:
            return "Any other information"
        name = self.question.asked.name
        return (
            f"Part {self.part.letter} of {name[0].lower() if name.startswith('Question') else name[0]}{name[1:]}"
            if self.part
            else name
        )

    @property
    def value(self) -> law.Decision:
        """The decision as the law sees it."""
        items = list(self.published_items.all())
        return law.Decision(
            outcome=law.Outcome(self.outcome) if self.outcome else None,
            explanation=self.explanation,
            disclosed=self.disclosed,
            data=(
                *(exhibit.title for exhibit in self.exhibits.all()),
                *(checked.title for checked in self._agreed_files),
            ),
            withheld=self.withheld,
            scope=self.scope,
            claims=tuple(claim.value for claim in self.claims.all()),
            locators=tuple(item.value for item in items if item.kind == PublishedItem.Kind.ANSWERS),
            signposts=tuple(item.value for item in items if item.kind == PublishedItem.Kind.HELPS),
            estimate=self._estimate,
            publication=self.publication,
            advice=self.advice,
            other_information=self.question_id is None,
        )

    @property
    def _estimate(self) -> law.CostEstimate | None:
        if not self.estimate_hours and not self.estimate_basis:
            return None
        keys = [activity.key for activity in law.countable_activities()]
        hours = tuple((key, float(self.estimate_hours[key])) for key in keys if key in self.estimate_hours)
        return law.CostEstimate(sum(each for _, each in hours), self.estimate_basis, hours)

    @property
    def answer(self) -> Answer:
        """The decision with its tables, as a letter takes it."""
        exhibits = tuple(exhibit.value for exhibit in self.exhibits.all())
        files = tuple(
            LetterExhibit(DataTable(checked.title, ("File",), ((output.name,),)), output.name, is_file=True)
            for checked in self._agreed_files
            for output in checked.outputs.all()
            if output.attached
        )
        return Answer(self.value, (self.about,) if self.about else (), (*exhibits, *files))

    @property
    def _agreed_files(self) -> list[CheckedFile]:
        """The files that were rebuilt and agreed to."""
        return [checked for checked in self.checked_files.all() if checked.is_agreed] if self.pk else []


class Claim(models.Model):
    """A claim on limbs of one section, with its reasons; the fields are those of `candour.law.decision.Claim`."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="claims")
    position = models.PositiveIntegerField()
    limbs = models.JSONField(default=list)
    by_virtue_of = models.JSONField(default=list)
    in_the_alternative = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    likelihood = models.CharField(max_length=20, blank=True)
    harm = models.TextField(blank=True)
    favouring = models.JSONField(default=list)
    against = models.JSONField(default=list)
    balance = models.TextField(blank=True)
    personal_data = models.JSONField(default=dict, blank=True)
    qualified_opinion = models.JSONField(default=dict, blank=True)
    enactment = models.TextField(blank=True)
    function = models.TextField(blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"claim on {', '.join(self.limbs)}"

    @property
    def value(self) -> law.Claim:
        """The claim as the law sees it."""
        return law.Claim(
            limbs=tuple(law.Provision.parse(limb) for limb in self.limbs),
            by_virtue_of=tuple(law.Provision.parse(limb) for limb in self.by_virtue_of),
            in_the_alternative=self.in_the_alternative,
            why=self.why,
            likelihood=law.Likelihood(self.likelihood) if self.likelihood else None,
            harm=self.harm,
            favouring=tuple(self.favouring),
            against=tuple(self.against),
            balance=self.balance,
            personal_data=_personal_data(self.personal_data),
            qualified_opinion=_qualified_opinion(self.qualified_opinion),
            enactment=self.enactment,
            function=self.function,
        )


class Exhibit(models.Model):
    """A table given with an answer, kept as the values that a reader will see and nothing else.

    `charted` is true of a table that the builder made safe: only such a table is drawn as bars.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="exhibits")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    file = models.CharField(max_length=120, blank=True)
    charted = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def value(self) -> LetterExhibit:
        """The table as a letter takes it."""
        rows = tuple(tuple(row) for row in self.rows)
        return LetterExhibit(
            DataTable(self.title, tuple(self.columns), rows, tuple(self.notes)), self.file, charted=self.charted
        )


class PublishedItem(models.Model):
    """Something already published: it answers the question (s21), or may help the requester (s16)."""

    class Kind(models.TextChoices):
        """What the published material is good for."""

        ANSWERS = "answers", "It answers the question"
        HELPS = "helps", "It may help"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="published_items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    answers = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def value(self) -> law.Locator:
        """The item as the law sees it."""
        return law.Locator(self.title, self.url, self.answers)


def _personal_data(stored: dict[str, str]) -> law.PersonalDataReasoning | None:
    if not stored:
        return None
    texts = {
        key: stored.get(key, "") for key in ("whose", "identifiable", "gateway", "purpose", "necessity", "balance")
    }
    fails_at = stored.get("fails_at")
    return law.PersonalDataReasoning(
        **texts,
        sensitive=law.SensitiveData(stored["sensitive"]) if stored.get("sensitive") else None,
        fails_at=law.LawfulnessFailsAt(fails_at) if fails_at else None,
    )


def _qualified_opinion(stored: dict[str, str]) -> law.QualifiedOpinion | None:
    if not stored:
        return None
    given_on = stored.get("given_on")
    return law.QualifiedOpinion(
        stored.get("person", ""), date.fromisoformat(given_on) if given_on else None, stored.get("opinion", "")
    )
