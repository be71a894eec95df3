"""What the public sees of a case: a snapshot of its own, made when it was published, that holds no requester."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from candour.desk.models.authority import Authority
from candour.desk.models.response import Response

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Entries of the log, to be narrowed."""

    def visible(self, now: datetime | None = None) -> PublicationQuerySet:
        """The entries that readers may see: published by `now` (the present, if not given) and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True, published_at__lte=now or timezone.now())

    def withdrawn_from_readers(self) -> PublicationQuerySet:
        """The entries that readers saw once and see no more. Of one withdrawn before its day they learn nothing."""
        return self.filter(withdrawn_at__gte=models.F("published_at"))


class Publication(models.Model):
    """An entry of the disclosure log. `content` is the entry as `candour.desk.publishing.publish` describes it.

    `published_at` is the beginning of a day, so that it tells nobody at what hour somebody at the desk worked. It may
    lie ahead: until then the entry is seen by staff only. A withdrawn entry keeps its address, which
    says that it was withdrawn and why; `words` and `content` are emptied with it.
    """

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="publication")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="publications")
    slug = models.SlugField(max_length=120)
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    received = models.DateField()
    responded = models.DateField()
    year = models.PositiveIntegerField()
    outcomes = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    part = models.CharField(
        max_length=400, blank=True, help_text="What it answers, where it is one of several letters."
    )
    words = models.TextField(help_text="What the search looks through, besides the title.")
    facets = models.CharField(
        max_length=500, blank=True, help_text="The outcomes, a bar, the sections: what the log counts by, in one value."
    )
    topics = models.CharField(
        max_length=200, blank=True, help_text="What it is about, as `candour.desk.publishing.topics.saved` writes it."
    )
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True, help_text="Readers see this in the entry’s place.")

    objects = PublicationQuerySet.as_manager()

    if TYPE_CHECKING:
        files: RelatedManager[PublishedFile]
        marks: RelatedManager[PublicationMark]
        changes: RelatedManager[PublicationChange]
        fetches: RelatedManager[FileFetches]
        replaces: RelatedManager[PublicationChange]

    class Meta:
        # Never by key: keys tell in which order people at the desk got round to things.
        ordering = ("-published_at", "-slug", "authority")
        constraints = [models.UniqueConstraint(fields=("authority", "slug"), name="one_entry_an_address")]
        indexes = [
            # What the log counts by, in the order in which it groups: a count neither reads the entries nor sorts.
            models.Index(
                fields=("withdrawn_at", "year", "authority", "facets", "published_at", "topics"),
                name="visible_entries",
            ),
            models.Index(fields=("withdrawn_at", "-published_at", "-slug", "authority"), name="newest_entries"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_visible(self) -> bool:
        """Whether readers may see it now."""
        return self.withdrawn_at is None and self.published_at <= timezone.now()

    @property
    def is_known_to_readers(self) -> bool:
        """Whether readers see it now, or saw it until it was withdrawn and may be told so."""
        return self.published_at <= (self.withdrawn_at or timezone.now())

    @property
    def replaced(self) -> PublicationChange | None:
        """The last change by which an answer that readers can see replaced it; one withdrawn since replaces nothing.

        It reads `changes` and what replaced it: a list of entries has to fetch both beforehand.
        """
        standing = [change for change in self.changes.all() if change.replaced_by and change.replaced_by.is_visible]
        return standing[-1] if standing else None


class PublicationDecision(models.Model):
    """What somebody decided on publishing an answer, and why. The latest one stands; the earlier ones are kept."""

    class Choice(models.TextChoices):
        """What can be decided."""

        NOW = "now", "Publish it now"
        ON_DATE = "on_date", "Publish it on a date"
        HOLD = "hold", "Hold it"
        NOT = "not", "Do not publish it"

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="publication_decisions")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    reason = models.CharField(max_length=300)
    day = models.DateField(null=True, blank=True, help_text="From when readers see it; for a hold, when to look again.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.get_choice_display()} ({self.at:%Y-%m-%d})"


class TakenOut(models.Model):
    """Words that a person took out of the published copy of an answer; kept apart from what readers see."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="taken_out")
    words = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("response", "words"), name="taken_out_once")]

    def __str__(self) -> str:
        return f"taken out of {self.response}"


class PublicationMark(models.Model):
    """One thing that an entry can be found and counted by: an outcome, a section of the Act, a limb, a topic."""

    class Kind(models.TextChoices):
        """What the mark is."""

        OUTCOME = "outcome", "Outcome"
        SECTION = "section", "Section relied on"
        LIMB = "limb", "Limb relied on"
        TOPIC = "topic", "Topic"

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("publication", "kind", "value"), name="one_mark_an_entry")]
        indexes = [models.Index(fields=("kind", "value", "publication"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class PublicationChange(models.Model):
    """What became of an entry after it was published, as its readers are told of it: corrected, or replaced."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    replaced_by = models.ForeignKey(
        Publication,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
        help_text="The entry that holds now; empty where words were taken out of this one.",
    )

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.reason}"


class PublishedFile(models.Model):
    """A file of an entry: the letter as PDF, an attachment, a table as CSV."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=250)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("publication", "name"), name="one_published_file_a_name")]

    def __str__(self) -> str:
        return self.name


class FileFetches(models.Model):
    """How often a file of an entry was fetched on a day; nothing of who did, so it counts fetches and not people.

    It names the file and does not hang on it: when the entry is withdrawn its files go, and the counts stay.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="fetches")
    name = models.CharField(max_length=120)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("day", "name")
        constraints = [models.UniqueConstraint(fields=("publication", "name", "day"), name="one_count_a_file_and_day")]

    def __str__(self) -> str:
        return f"{self.name} on {self.day:%Y-%m-%d}: {self.count}"
