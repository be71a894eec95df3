"""What stands behind a table of counts: the truth, the rules and the proof. It never leaves the force.

What readers see is the exhibit, and only the exhibit is read by letters, the log and the post: a contract in
`pyproject.toml` keeps this module from them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from candour.desk.models.decision import Decision, Exhibit
from candour.tables.counts import CountTable, Labels
from candour.tables.distinct import DistinctTable, read_distinct
from candour.tables.protection import Aim, Override, Protection
from candour.tables.read_counts import Columns, read_counts


class Unit(models.TextChoices):
    """What a table counts."""

    CASES = "cases", "Cases"
    PEOPLE = "people", "People"
    ALLEGATIONS = "allegations", "Allegations"


class ProtectedCounts(models.Model):
    """A table of counts in the builder: as pasted, as understood, its rules, and what each method makes of it.

    `register` names the data set that is counted: tables of one register are audited together. `extracted` is the day
    on which it stood like this; `only`, `without` and `period` are the population, as labels of dimensions it is
    limited to or leaves out, and likewise in time; `corrects` the release whose figures were wrong. `repeated`: the
    dimension in which one person may stand several times, so that its totals are no sums; empty where there is none.
    `full`, `tells_small`, `populations` (dimension, label, people) and `least_population` are rules as
    `candour.tables.protection.Protection` has them. `columns` says what the columns of `source` mean: `count`,
    `hierarchy`, `by`. `overrides`: the cells that a person decided on, each with `labels`, `sensitive`, `reason` and
    `by`, and `public` where it was published. `candidates`: what each method made, to choose from.
    `method` and `proof` are those agreed; both are empty from the first change until somebody agrees again, while the
    exhibit, if there is one, keeps what was agreed before.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="protected_counts")
    exhibit = models.OneToOneField(
        Exhibit, null=True, blank=True, on_delete=models.CASCADE, related_name="protected_counts"
    )
    title = models.CharField(max_length=200)
    register = models.CharField(max_length=120, blank=True)
    extracted = models.DateField(null=True, blank=True)
    only = models.JSONField(default=dict, blank=True)
    without = models.JSONField(default=dict, blank=True)
    period = models.CharField(max_length=80, blank=True)
    corrects = models.CharField(max_length=120, blank=True)
    repeated = models.CharField(max_length=120, blank=True)
    source = models.TextField()
    unit = models.CharField(max_length=12, choices=Unit.choices, default=Unit.CASES)
    columns = models.JSONField(default=dict)
    threshold = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(2)])
    aim = models.CharField(max_length=12, default=Aim.BELIEVABLE)
    width = models.PositiveSmallIntegerField(default=0)
    zeros = models.BooleanField(default=False)
    full = models.JSONField(default=list, blank=True)
    tells_small = models.BooleanField(default=False)
    populations = models.JSONField(default=list, blank=True)
    least_population = models.PositiveIntegerField(default=0)
    overrides = models.JSONField(default=list, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    method = models.CharField(max_length=20, blank=True)
    proof = models.JSONField(default=dict, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def is_agreed(self) -> bool:
        """Whether the table of the answer is what was agreed, with nothing changed since."""
        return bool(self.method and self.exhibit_id)

    @property
    def table(self) -> CountTable | DistinctTable:
        """The true counts. Raises TableError where the columns do not make a table."""
        if self.repeated:
            return read_distinct(self.source, self.meaning, self.repeated)
        return read_counts(self.source, self.meaning)

    @property
    def meaning(self) -> Columns:
        """What the columns mean, as the reader of counts takes it."""
        return Columns(
            self.columns.get("count"), self.columns.get("hierarchy", {}), tuple(self.columns["by"]), self.unit
        )

    @property
    def decided_cells(self) -> dict[Labels, Override]:
        """The cells that a person decided on, save those that are public already."""
        return {
            tuple(each["labels"]): Override(each["sensitive"], each["reason"])
            for each in self.overrides
            if not each.get("public")
        }

    @property
    def public_cells(self) -> frozenset[Labels]:
        """The cells that were published elsewhere."""
        return frozenset(tuple(each["labels"]) for each in self.overrides if each.get("public"))

    @property
    def protection(self) -> Protection:
        """The rules. Raises TableError where they protect nothing."""
        return Protection(
            self.threshold,
            Aim(self.aim),
            self.width,
            self.zeros,
            overrides=self.decided_cells,
            full=tuple(self.full),
            tells_small=self.tells_small,
            public=self.public_cells,
            populations={(name, label): people for name, label, people in self.populations},
            least_population=self.least_population,
        )

    def candidate(self, method: str) -> dict[str, Any] | None:
        """What a method made, as stored."""
        return next((each for each in self.candidates if each["method"] == method), None)
