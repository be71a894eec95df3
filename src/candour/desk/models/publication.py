"""What the public sees of a case: a snapshot of its own, made when it was published, that holds no requester."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from candour.desk.models.authority import Authority
from candour.desk.models.response import Response

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Publication(models.Model):
    """An entry of the disclosure log. `content` is the entry as `candour.desk.publish` describes it."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="publication")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="publications")
    slug = models.SlugField(max_length=120)
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    received = models.DateField()
    responded = models.DateField()
    year = models.PositiveIntegerField()
    outcomes = models.JSONField(default=list)
    outcome_keys = models.CharField(
        max_length=300, help_text="Every outcome between bars, |ncnd|disclosed|, to filter by."
    )
    content = models.JSONField(default=dict)
    search_text = models.TextField()
    published_at = models.DateTimeField()

    if TYPE_CHECKING:
        files: RelatedManager[PublishedFile]

    class Meta:
        ordering = ("-published_at", "-pk")
        constraints = [models.UniqueConstraint(fields=("authority", "slug"), name="one_entry_an_address")]
        indexes = [models.Index(fields=("year",)), models.Index(fields=("-published_at",))]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


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
