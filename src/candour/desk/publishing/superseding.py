"""An entry that a later answer replaces: it stays readable, and says which answer holds now."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import record
from candour.desk.models import EventKind, Publication, PublicationChange, StaffMember
from candour.desk.publishing.publish import locked_entry
from candour.desk.refusals import Refused


def supersede(publication_pk: int, address: str, reason: str, actor: StaffMember) -> Publication:
    """Say on the entry that the one at that address replaces it, and why; the one that replaces it is returned.

    `address`: as readers see it, or its last part alone. Raises Refused when no entry of the force that readers can see
    is there, it is the entry itself, or it was replaced by this one.
    """
    with transaction.atomic():
        publication = locked_entry(publication_pk, "correct_entry", actor)
        later = _entry_at(publication, address)
        if later.pk == publication.pk:
            raise Refused("An answer cannot replace itself. Enter the address of the later one.")
        if publication in replacements(later):
            raise Refused("That answer was itself replaced by this one. Enter the address of the one that holds now.")
        PublicationChange.objects.create(publication=publication, at=timezone.now(), reason=reason, replaced_by=later)
        detail = f"Replaced by {later.reference} ({later.slug})."
        record(publication.response.case, EventKind.CORRECTED, actor, detail, why=reason)
        return later


def replacements(entry: Publication) -> list[Publication]:
    """The entries that came in the place of this one, each in the place of the one before."""
    found: list[Publication] = []
    here: Publication | None = entry
    while here is not None and here not in found[:-1]:
        last = here.changes.filter(replaced_by__isnull=False).select_related("replaced_by").last()
        here = last.replaced_by if last else None
        if here is not None:
            found.append(here)
    return found


def _entry_at(publication: Publication, address: str) -> Publication:
    slug = address.replace("\x00", "").strip().rstrip("/").rpartition("/")[2]
    found = Publication.objects.visible().filter(authority=publication.authority, slug=slug).first()
    if found is None:
        raise Refused("There is no such entry on the log of this force. Copy the address of the later answer’s page.")
    return found
