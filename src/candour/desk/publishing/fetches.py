"""How often a published file was fetched: a number a file and day, and nothing of who did.

It is kept so that a force can say, when something turns out to be on the log that should not be, how far it may have
gone. It counts fetches, not people: a program that asks ten times is to it what ten readers are. Copies that a cache,
an archive or an exported log gave out are not in it.
"""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from candour.desk.models import FileFetches, PublishedFile


def note_fetch(file: PublishedFile) -> None:
    """Count one fetch of the file. A reader gets the file all the same where it cannot be counted."""
    about = {"publication": file.publication_id, "name": file.name, "day": timezone.localdate()}
    counted = FileFetches.objects.filter(**about)
    try:
        with transaction.atomic():
            if not counted.update(count=F("count") + 1):
                FileFetches.objects.create(
                    publication_id=file.publication_id, name=file.name, day=timezone.localdate(), count=1
                )
    except IntegrityError:  # Another reader was the first of the day at the same moment.
        counted.update(count=F("count") + 1)
    except DatabaseError:
        return
