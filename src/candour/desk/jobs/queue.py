"""Jobs in the database: asked for, taken by a worker, given back, recovered, stopped."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.jobs.kinds import daily_kinds, kind_of, known_kinds
from candour.desk.models import Authority, Case, Job, JobState, StaffMember
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.workflow import require_of_force

STALE = timedelta(seconds=60)
"""Without a heartbeat for so long, a worker is taken for dead."""

_WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
"""How long to wait before the second attempt, the third, and every later one."""


def enqueue(
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    authority: Authority | None = None,
    case: Case | None = None,
    made_by: StaffMember | None = None,
    not_before: datetime | None = None,
) -> Job:
    """The job of that kind and key, made unless there is one; it begins when the caller's transaction is committed.

    Raises ValueError when there is no such kind.
    """
    if kind_of(kind) is None:
        raise ValueError(f"there is no kind of job “{kind}”")
    force = authority.pk if authority else case.authority_id if case else made_by.authority_id if made_by else None
    made, _ = Job.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "authority_id": force,
            "case": case,
            "payload": dict(payload or {}),
            "made_by": made_by,
            "not_before": not_before or timezone.now(),
        },
    )
    return made


def plan_the_day() -> None:
    """Ask for what is done once a day and has something to do today; asked again, it adds nothing."""
    for kind in daily_kinds():
        key = f"day {timezone.localdate().isoformat()}"
        if kind.daily and not Job.objects.filter(kind=kind.name, key=key).exists() and kind.daily():
            enqueue(kind.name, key)


def stop(job_pk: int, actor: StaffMember) -> Job:
    """Stop a job: at once when nobody does it yet, else as soon as its worker hears of it.

    Raises NotAllowed for another force's job, Refused when it has ended.
    """
    with transaction.atomic():
        job = _locked(job_pk, actor)
        if not job.is_open:
            raise Refused("This work has ended already.")
        job.stop_by = actor
        if job.state == JobState.QUEUED:
            job.state, job.ended_at = JobState.STOPPED, timezone.now()
            _forget(job)
        job.save()
        return job


def again(job_pk: int, actor: StaffMember) -> Job:
    """Let a job that failed or was stopped be done after all. Raises NotAllowed, Refused."""
    with transaction.atomic():
        job = _locked(job_pk, actor)
        if job.state not in {JobState.FAILED, JobState.STOPPED}:
            raise Refused("Only work that failed or was stopped can be done again.")
        job.state, job.attempts, job.stop_by, job.error = JobState.QUEUED, 0, None, ""
        job.not_before, job.ended_at, job.worker = timezone.now(), None, ""
        job.done, job.total, job.note = 0, 0, ""
        job.save()
        return job


def claim() -> Job | None:
    """The next job that is due, now borne by the caller; None when there is none."""
    with transaction.atomic():
        due = Job.objects.filter(state=JobState.QUEUED, not_before__lte=timezone.now(), kind__in=known_kinds())
        job = due.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
        if job is None:
            return None
        now = timezone.now()
        job.state, job.attempts, job.started_at, job.heartbeat = JobState.RUNNING, job.attempts + 1, now, now
        job.worker = f"{socket.gethostname()[:50]} {os.getpid()} {uuid.uuid4().hex}"
        job.done, job.total, job.note = 0, 0, ""
        job.save()
        return job


def beat(job: Job) -> bool:
    """Write a heartbeat; whether the job is still the caller's."""
    return bool(_mine(job).update(heartbeat=timezone.now()))


def give_back(job: Job) -> None:
    """Put a job that its worker has no time to end back into the queue; the attempt does not count."""
    _mine(job).update(
        state=JobState.QUEUED, worker="", attempts=max(0, job.attempts - 1), not_before=timezone.now(), heartbeat=None
    )


def end(job: Job, state: JobState, error: str = "") -> None:
    """Write that the job has failed or was stopped, if it is still the caller's."""
    with transaction.atomic():
        if _mine(job).update(state=state, error=error, ended_at=timezone.now(), worker="", heartbeat=None):
            _forget(job)


def try_again(job: Job, error: str) -> None:
    """Put a job that went wrong back for a later attempt, or write that it failed when that was the last."""
    kind = kind_of(job.kind)
    if kind is None or job.attempts >= kind.attempts:
        end(job, JobState.FAILED, error)
        return
    wait = _WAITS[min(job.attempts, len(_WAITS)) - 1]
    _mine(job).update(state=JobState.QUEUED, worker="", error=error, not_before=timezone.now() + wait, heartbeat=None)


def recover() -> int:
    """Take the jobs of dead workers back; how many is returned."""
    count = 0
    with transaction.atomic():
        silent = Job.objects.filter(state=JobState.RUNNING, heartbeat__lt=timezone.now() - STALE)
        for job in silent.select_for_update(skip_locked=True):
            count += 1
            if job.stop_by_id:
                end(job, JobState.STOPPED)
                continue
            kind = kind_of(job.kind)
            if kind and job.attempts >= kind.attempts:
                times = "once" if job.attempts == 1 else f"{job.attempts} times"
                end(job, JobState.FAILED, f"The process that did it ended {times} before it was done.")
            else:
                _mine(job).update(state=JobState.QUEUED, worker="", not_before=timezone.now(), heartbeat=None)
    return count


def nobody_works() -> bool:
    """Whether a job has been due for some time and nobody does any: then no worker is running."""
    waiting = Job.objects.filter(state=JobState.QUEUED, not_before__lt=timezone.now() - STALE).exists()
    return waiting and not Job.objects.filter(heartbeat__gte=timezone.now() - STALE).exists()


def _forget(job: Job) -> None:
    kind = kind_of(job.kind)
    if kind and kind.forget:
        kind.forget(job.payload)


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker)


def _locked(job_pk: int, actor: StaffMember) -> Job:
    job = Job.objects.select_for_update().get(pk=job_pk)
    if job.authority is None:
        raise NotAllowed("This work belongs to no force.")
    require_of_force("steer_work", job.authority, actor)
    return job
