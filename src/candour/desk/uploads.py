"""Uploads: the only place that touches the bytes that somebody uploads. They go through the gate and are not kept.

A contract in `pyproject.toml` keeps this module from everything that sends or publishes.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from candour.desk.models import CheckedFile, CleanFile, Decision, StaffMember
from candour.desk.refusals import Refused
from candour.files import Blocked, Gate, Limits
from candour.files.limits import MIB

LARGEST = 50 * MIB
"""Bytes of an upload at the desk, where somebody waits; the command line takes larger ones."""

_WAIT = 90.0
"""Seconds that a person waits for the gate."""

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
}


def check_upload(
    upload: UploadedFile[Any], title: str, shape: str, actor: StaffMember | None
) -> tuple[CheckedFile, list[CleanFile]]:
    """What the gate makes of an upload, not stored yet: what it found, and what it rebuilt (nothing if blocked)."""
    data = upload.read()
    name = PurePosixPath((upload.name or "file").replace("\\", "/")).name
    checked = CheckedFile(
        title=title,
        shape=shape,
        upload_name=name,
        upload_sha256=hashlib.sha256(data).hexdigest(),
        upload_size=len(data),
        made_by=actor,
    )
    with Gate(Limits(wall=_WAIT, cpu=int(_WAIT), upload=LARGEST)) as gate:
        report = gate.inspect(data, name)
        checked.kind, checked.classified = report.kind, report.classified
        checked.findings = [finding.as_data() for finding in report.findings]
        try:
            made = gate.rebuild(data, name, (shape,) if shape else ())
        except Blocked as blocked:
            checked.reason = report.reason or blocked.reason
            return checked, []
    checked.lost, checked.proof = list(made.lost), made.proof.as_data()
    checked.original, checked.rebuilt = made.original, made.rebuilt
    checked.in_sight = [finding.as_data() for finding in made.in_sight]
    outputs = [
        CleanFile(
            position=position,
            name=output.name,
            kind=output.kind,
            media_type=MEDIA_TYPES.get(output.kind, "application/octet-stream"),
            sha256=output.sha256,
            size=len(output.data),
            content=output.data,
        )
        for position, output in enumerate(made.outputs)
    ]
    return checked, outputs


def keep(stored: Decision, checked: CheckedFile, outputs: list[CleanFile]) -> CheckedFile:
    """Store what the gate made; within `changing`."""
    with transaction.atomic():
        checked.decision = stored
        checked.save()
        for output in outputs:
            output.checked = checked
            output.name = _name(stored, checked, output)
        CleanFile.objects.bulk_create(outputs)
        return checked


def agree(checked: CheckedFile, chosen: list[int], accepted: str, actor: StaffMember) -> None:
    """Attach the chosen outputs to the answer; within `changing`.

    Raises Refused where there is nothing to attach, the proof does not name a file, or what is in plain sight forbids
    it.
    """
    if checked.reason:
        raise Refused("The gate blocked this file, so nothing of it can be attached.")
    if checked.stopped_by:
        raise Refused("What the file shows in plain sight forbids that it leaves. Change its content, or its shape.")
    outputs = list(checked.outputs.all())
    if not any(output.pk in chosen for output in outputs):
        raise Refused("Choose at least one of the rebuilt files.")
    for output in outputs:
        output.attached = output.pk in chosen
        if output.attached and not checked.proves(output.sha256):
            raise Refused(f"The file {output.name} carries no proof that nothing is hidden in it.")
        output.save(update_fields=("attached",))
    checked.accepted, checked.agreed_by, checked.agreed_at = accepted, actor, timezone.now()
    checked.save(update_fields=("accepted", "agreed_by", "agreed_at"))


def _name(stored: Decision, checked: CheckedFile, output: CleanFile) -> str:
    """A name that says which question the file answers; the name of the upload may name people, so it is not used."""
    reference = "".join(character if character.isalnum() else "-" for character in stored.case.reference)
    about = "".join(character if character.isalnum() else "-" for character in stored.about.lower()) or "other"
    ending = "jpg" if output.kind == "jpeg" else output.kind
    number = f"-{output.position}" if output.position and output.kind == "csv" else ""
    return f"{reference}_question_{about}_file_{checked.pk}{number}.{ending}"
