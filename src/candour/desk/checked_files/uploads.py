"""Uploads: the only place that touches the bytes that somebody uploads. They go through the gate and are not kept.

A contract in `pyproject.toml` keeps this module, and the table where uploads wait, from everything that sends or
publishes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from candour.desk.audit_trail.writing import record
from candour.desk.jobs import JobFailed, Run, enqueue
from candour.desk.models import Authority, CheckedFile, CleanFile, Decision, EventKind, Job, StaffMember
from candour.desk.refusals import Refused
from candour.desk.safe_figures.counts_in_sight import with_counts
from candour.files import Blocked, Gate, Limits
from candour.files.limits import MIB, Tell
from candour.held.hold import NotHeld, bytes_of, hold, let_go, let_go_of_old, sealed
from candour.site.config import config

KIND = "gate.check"
"""The kind of job in which the gate looks into an upload."""

_WAIT = 90.0
"""Seconds that a person waits for the gate where no upload is held."""

_USUAL_THRESHOLD = 5
_STEPS = 1000

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
}


def largest() -> int:
    """Bytes that an upload at the desk may have; the command line takes larger ones."""
    return config().upload_largest * MIB


def held_while_looking() -> bool:
    """Whether uploads are held, sealed, so that the work can be done in the background and begun again."""
    return config().uploads == "sealed"


def sealed_upload(upload: UploadedFile[Any], title: str, shape: str, actor: StaffMember) -> tuple[CheckedFile, bytes]:
    """An upload of which nothing is known yet, and its bytes, sealed; nothing is stored."""
    data = upload.read()
    return _unread(upload, data, title, shape, actor), sealed(data)


def give(stored: Decision, checked: CheckedFile, sealed_bytes: bytes, actor: StaffMember) -> CheckedFile:
    """Hold a sealed upload and ask for the gate to look into it; within `changing`, and with it or not at all."""
    checked.decision = stored
    checked.save()
    payload = {"file": checked.pk, "token": hold(sealed_bytes)}
    enqueue(KIND, _key(checked), payload, case=stored.case, made_by=actor)
    let_go_of_old()
    return checked


def job_of(checked: CheckedFile) -> Job | None:
    """The job in which the gate looks into a file; None where it was done while somebody waited."""
    return Job.objects.filter(kind=KIND, key=_key(checked)).select_related("stop_by").first()


def forget(payload: Mapping[str, Any]) -> None:
    """Let go of the upload of a job that comes to nothing."""
    let_go(payload["token"])


def check_in_background(run: Run) -> None:
    """Look into an upload that is held, store what was made of it, and let go of the upload. Raises JobFailed."""
    token, number = run.payload["token"], run.payload["file"]
    checked = CheckedFile.objects.select_related("decision__case__authority").filter(pk=number).first()
    if checked is None or checked.decision is None:
        raise JobFailed("The file was taken away before anybody had looked into it.")
    run.progress(0, _STEPS, "Looking into the file")
    try:
        data = bytes_of(token)
    except NotHeld as error:
        raise JobFailed(str(error)) from None

    def tell(share: float, note: str) -> None:
        run.progress(min(_STEPS - 1, int(share * _STEPS)), _STEPS, note)

    force = checked.decision.case.authority
    outputs = _look_into(checked, data, force, Limits(upload=largest()), tell)
    blocked = "It is blocked." if checked.reason else f"{len(outputs)} files were made of it."
    with run.effect({"says": f"The gate has looked into “{checked.title}”. {blocked}"}):
        stored = CheckedFile.objects.select_related("decision__case").filter(pk=number).first()
        if stored is None or stored.decision is None:
            raise JobFailed("The file was taken away while the gate looked into it.")
        keep(stored.decision, checked, outputs)
        detail = f"{stored.decision.name}: file “{checked.title}” looked into. {blocked}"
        record(stored.decision.case, EventKind.DECISION_SAVED, run.made_by, detail)
        let_go(token)


def check_upload(
    upload: UploadedFile[Any], title: str, shape: str, force: Authority | None, actor: StaffMember | None
) -> tuple[CheckedFile, list[CleanFile]]:
    """What the gate makes of an upload while somebody waits: what it found, and what it rebuilt (nothing if blocked).

    `actor` is nobody where a business area gave the file. Nothing is stored yet, and the upload never.
    """
    data = upload.read()
    checked = _unread(upload, data, title, shape, actor)
    limits = Limits(upload=largest(), wall=_WAIT, for_each_mib=0.0, for_a_page=0.0, longest=_WAIT)
    return checked, _look_into(checked, data, force, limits, None)


def keep(stored: Decision, checked: CheckedFile, outputs: list[CleanFile]) -> CheckedFile:
    """Store what the gate made; within `changing`."""
    with transaction.atomic():
        checked.decision = stored
        checked.looked_at = timezone.now()
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
    if checked.looked_at is None:
        raise Refused("The gate has not looked into this file yet.")
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


def _unread(upload: UploadedFile[Any], data: bytes, title: str, shape: str, actor: StaffMember | None) -> CheckedFile:
    return CheckedFile(
        title=title,
        shape=shape,
        upload_name=PurePosixPath((upload.name or "file").replace("\\", "/")).name,
        upload_sha256=hashlib.sha256(data).hexdigest(),
        upload_size=len(data),
        made_by=actor,
    )


def _look_into(
    checked: CheckedFile, data: bytes, force: Authority | None, limits: Limits, tell: Tell | None
) -> list[CleanFile]:
    """Write into `checked` what the gate finds; what it rebuilds is returned."""
    shapes, patterns = (checked.shape,) if checked.shape else (), force.reference_patterns if force else ""
    with Gate(limits) as gate:
        try:
            made = gate.rebuild(data, checked.upload_name, shapes, patterns=patterns, tell=tell)
        except Blocked as blocked:
            report = gate.inspect(data, checked.upload_name, tell)
            checked.reason = report.reason or blocked.reason
            checked.kind, checked.classified = report.kind, report.classified
            checked.findings = [finding.as_data() for finding in report.findings or blocked.findings]
            return []
    report = made.inspection
    checked.kind, checked.classified = report.kind, report.classified
    checked.findings = [finding.as_data() for finding in report.findings]
    checked.lost, checked.proof = list(made.lost), made.proof.as_data()
    checked.original, checked.rebuilt = made.original, made.rebuilt
    threshold = force.threshold if force else _USUAL_THRESHOLD
    checked.in_sight = [finding.as_data() for finding in with_counts(made.in_sight, made.rebuilt, threshold)]
    return [
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


def _key(checked: CheckedFile) -> str:
    return f"file {checked.pk}"


def _name(stored: Decision, checked: CheckedFile, output: CleanFile) -> str:
    """A name that says which question the file answers; the name of the upload may name people, so it is not used."""
    reference = "".join(character if character.isalnum() else "-" for character in stored.case.reference)
    about = "".join(character if character.isalnum() else "-" for character in stored.about.lower()) or "other"
    ending = "jpg" if output.kind == "jpeg" else output.kind
    number = f"-{output.position}" if output.position and output.kind == "csv" else ""
    return f"{reference}_question_{about}_file_{checked.pk}{number}.{ending}"
