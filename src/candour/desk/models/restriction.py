"""A restricted case: why only some see it, who said so, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from candour.desk.models.case import Case

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Restriction(models.Model):
    """The case is seen by whoever is named on it; `candour.desk.sight` decides. Lifting it takes the row away.

    It outlasts the content of the case: that there was one stays with those who knew.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="restriction")
    why = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    if TYPE_CHECKING:
        named: RelatedManager[NamedPerson]

    def __str__(self) -> str:
        return f"restriction of case {self.pk}"


class NamedPerson(models.Model):
    """Somebody who sees a restricted case. Who named them, when and why is told by the trail of the case."""

    restriction = models.ForeignKey(Restriction, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="named_on")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("restriction", "person"), name="one_naming_a_person")]

    def __str__(self) -> str:
        return f"person {self.person_id} on case {self.restriction_id}"
