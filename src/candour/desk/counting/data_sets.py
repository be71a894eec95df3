"""The steps of a data set at the desk: an extract is uploaded, understood, corrected, confirmed or discarded.

A small extract is worked on while somebody waits, a large one in the background; either way it is one function, which
`follow` tells how far it is. Nothing takes effect but in the one transaction at the end: the rows are sealed under a
new name first, and the data set changes to that name with everything else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import record, record_for_force
from candour.desk.counting.records_files import (
    forget,
    forget_orphans,
    forget_rows,
    rows_file,
    seal,
    seal_rows,
    size_of,
    tell,
    unsealed,
    working_copy,
)
from candour.desk.jobs import enqueue
from candour.desk.models import (
    Authority,
    Case,
    EventKind,
    Job,
    KeptSource,
    RecordSet,
    RecordsEvent,
    RecordsUpload,
    StaffMember,
)
from candour.desk.models.trail import Event
from candour.desk.refusals import Refused
from candour.records.dataset import DataSet, Imported
from candour.records.describing import describe
from candour.records.description import Description, read_description, write_description
from candour.records.findings import Findings, Watch, unwatched
from candour.site.config import config

AT_ONCE = 2_000_000
"""An extract, or sealed rows, of more bytes are worked on in the background."""

UNDERSTAND, IMPORT = "records.understand", "records.import"


def upload(  # noqa: PLR0917  what is uploaded, by whom and for what
    authority: Authority,
    record_set: RecordSet | None,
    title: str,
    name: str,
    content: bytes | UploadedFile[Any],
    sheet: str,
    by: StaffMember,
) -> RecordsUpload:
    """Take an extract in, and try it or have it tried. Raises Refused; RecordsError where it cannot be read.

    Of an extract that cannot be read nothing is kept.
    """
    size = len(content) if isinstance(content, bytes) else content.size or 0
    largest = config().records_largest
    if size > largest * 1_000_000:
        raise Refused(
            f"{name} is larger than {largest:,} MB. Leave out columns that no question needs, or ask an administrator "
            "to raise the limit."
        )
    waiting = RecordsUpload(
        authority=authority,
        record_set=record_set,
        title=record_set.title if record_set else title,
        name=name,
        sheet=sheet,
        file=uuid.uuid4(),
        size=size,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    seal([content] if isinstance(content, bytes) else content.chunks(), waiting.file)
    try:
        if is_large(waiting):
            with transaction.atomic():
                waiting.save()
                in_background(waiting, UNDERSTAND, by)
        else:
            understand(waiting)
            waiting.save()
    except BaseException:
        forget(waiting.file)
        raise
    return waiting


def is_large(waiting: RecordsUpload) -> bool:
    """Whether an extract, or the data set that it goes into, is too large to be worked on while somebody waits."""
    return waiting.size + (size_of(waiting.record_set) if waiting.record_set else 0) > AT_ONCE


def in_background(waiting: RecordsUpload, kind: str, by: StaffMember, description: str = "") -> Job:
    """Have an extract tried, or imported, in the background."""
    payload = {"upload": waiting.pk, "description": description}
    job = enqueue(kind, f"{waiting.pk} {uuid.uuid4()}", payload, authority=waiting.authority, made_by=by)
    waiting.job = job
    waiting.save(update_fields=["job"])
    return job


def understand(waiting: RecordsUpload, description: Description | None = None, follow: Watch = unwatched) -> None:
    """Try an extract: propose a description unless one is given, and note what an import would tell.

    Raises RecordsError where the extract, or the description, cannot be used.
    """
    with unsealed(waiting) as path, working_copy(waiting.record_set, waiting.size) as copy:
        seen: list[str] = []
        if waiting.record_set:
            held = DataSet.open(copy)
        else:
            if description is None:
                findings = Findings(watch=follow)
                description, _ = describe(path, findings, waiting.sheet)
                description = replace(description, title=waiting.title)
                seen = [str(each) for each in findings.assumptions]
            held = DataSet.create(copy, description)
        with held:
            done = held.import_extract(path, accept=True, name=waiting.name, watch=follow)
            waiting.description = write_description(held.description)
        waiting.told = _told(done, seen)
        tell(waiting.file, [str(each) for each in done.problems])


def _told(done: Imported, seen: Sequence[str]) -> dict[str, Any]:
    return {
        "rows": done.rows,
        "new": done.new,
        "same": done.same,
        "changed": done.changed,
        "gone": done.gone,
        "known": done.known,
        "assumptions": list(dict.fromkeys([*seen, *(str(each) for each in done.assumptions)])),
        "set_aside": done.set_aside,
        "not_understood": done.not_understood,
    }


def confirm(
    waiting: RecordsUpload,
    by: StaffMember,
    follow: Watch = unwatched,
    effect: Callable[[dict[str, Any]], AbstractContextManager[object]] = lambda _: transaction.atomic(),
) -> RecordSet:
    """Import an extract that was looked at: all of it or nothing, with its event in the trail.

    `effect` is the transaction in which it happens, given what a job tells about it. Raises RecordsError, Refused.
    """
    fresh = waiting.record_set is None
    record_set = waiting.record_set or RecordSet(
        authority=waiting.authority, title=waiting.title, created_by=by, created_at=timezone.now()
    )
    refuse_taken(waiting)
    forget_orphans(set(RecordSet.objects.values_list("file", flat=True)))
    before, after = record_set.file, uuid.uuid4()
    with unsealed(waiting) as path, working_copy(waiting.record_set, waiting.size) as copy:
        held = DataSet.create(copy, read_description(waiting.description)) if fresh else DataSet.open(copy)
        with held:
            done = held.import_extract(path, accept=True, name=waiting.name, watch=follow)
        follow("Sealing the rows", done.rows, done.rows)
        seal_rows(copy, after)
    told: dict[str, Any] = {}
    try:
        with effect(told):
            _take_effect(waiting, record_set, done, (before, after), by)
            told.update(record_set=record_set.pk, says=f"{waiting.name} is in “{record_set}”: {_said(done)}.")
    except BaseException:
        rows_file(after).unlink(missing_ok=True)
        raise
    return record_set


def refuse_taken(waiting: RecordsUpload) -> None:
    """Raise Refused where a new data set would have the name of one there is."""
    taken = RecordSet.objects.filter(authority=waiting.authority, title=waiting.title).exists()
    if waiting.record_set is None and taken:
        raise Refused(f"There is a data set “{waiting.title}” already. Give the new one another name.")


def _said(done: Imported) -> str:
    return "was in it already; nothing was changed" if done.known else f"{done.rows:,} rows, {done.new:,} new"


def _take_effect(
    waiting: RecordsUpload,
    record_set: RecordSet,
    done: Imported,
    files: tuple[uuid.UUID, uuid.UUID],
    by: StaffMember,
) -> None:
    before, after = files
    if record_set.pk and RecordSet.objects.select_for_update().get(pk=record_set.pk).file != before:
        raise Refused("Somebody else has imported an extract into the data set meanwhile. Import this one again.")
    record_set.file = after
    record_set.save()
    note(
        record_set,
        EventKind.EXTRACT_IMPORTED,
        by,
        f"{waiting.name} (SHA-256 {done.digest[:12]}…): {_said(done)}.",
    )
    keep = config().records_keep_source and not done.known
    name = waiting.file
    if keep:
        KeptSource.objects.create(record_set=record_set, edition=done.edition, name=waiting.name, file=name)
    waiting.delete()
    transaction.on_commit(lambda: forget_rows(before))
    if not keep:
        transaction.on_commit(lambda: forget(name))


def discard(waiting: RecordsUpload) -> None:
    """Forget an extract that was not confirmed. Raises Refused while it is being worked on."""
    if waiting.job and waiting.job.is_open:
        raise Refused("The extract is being worked on. Stop that first.")
    forget(waiting.file)
    waiting.delete()


def note(  # noqa: PLR0917  what an event is made of
    record_set: RecordSet, kind: EventKind, by: StaffMember, detail: str, why: str = "", case: Case | None = None
) -> None:
    """Write what was done with a data set into the trail of its force, and of the case for which it was done."""
    with transaction.atomic():
        about = f"Data set “{record_set}”. {detail}"
        event = (
            record(case, kind, by, about, why) if case else record_for_force(record_set.authority, kind, by, about, why)
        )
        remember(record_set, event)


def remember(record_set: RecordSet, event: Event) -> None:
    """Keep which data set an event of the trail is about."""
    RecordsEvent.objects.create(record_set=record_set, event=event)
