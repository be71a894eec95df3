"""The force's register of topics on which it neither confirms nor denies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from candour import law
from candour.desk.models.authority import Authority

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_LEVELS = [(level.value, level.label) for level in law.Granularity]


class NcndTopic(models.Model):
    """One topic at one level of detail; see `candour.law.ncnd_register`."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="ncnd_topics")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    words = models.CharField(
        max_length=300,
        blank=True,
        help_text="Words that a question on this topic has, with commas between.",
    )
    granularity = models.CharField(max_length=10, choices=_LEVELS)
    limbs = models.JSONField(default=list)
    national_advice = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    first_used = models.DateField(null=True, blank=True)
    last_used = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    in_force = models.BooleanField(default=True)

    if TYPE_CHECKING:
        known_disclosures: RelatedManager[KnownDisclosure]

    class Meta:
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(fields=("authority", "title", "granularity"), name="one_entry_a_topic_and_level")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def value(self) -> law.RegisteredTopic:
        """The entry as the law sees it."""
        return law.RegisteredTopic(
            title=self.title,
            granularity=law.Granularity(self.granularity),
            limbs=frozenset(law.Provision.parse(limb) for limb in self.limbs),
            known_disclosures=tuple(known.value for known in self.known_disclosures.all()),
            review_on=self.review_on,
        )

    def recognises(self, text: str) -> bool:
        """Whether every word of the entry stands in the text: then it may be about this topic."""
        wanted = [word.strip().casefold() for word in self.words.split(",") if word.strip()]
        return bool(wanted) and all(word in text.casefold() for word in wanted)


class KnownDisclosure(models.Model):
    """Something public that confirms or denies on the topic."""

    topic = models.ForeignKey(NcndTopic, on_delete=models.CASCADE, related_name="known_disclosures")
    url = models.URLField(max_length=500)
    on = models.DateField()
    granularity = models.CharField(max_length=10, choices=_LEVELS)

    class Meta:
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return self.url

    @property
    def value(self) -> law.KnownDisclosure:
        """The disclosure as the law sees it."""
        return law.KnownDisclosure(self.url, self.on, law.Granularity(self.granularity))
