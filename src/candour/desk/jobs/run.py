"""One attempt at a job, as its function sees it: progress, being stopped, and the effect that happens once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.models import Job, JobState, StaffMember

_BETWEEN = 0.5
"""Seconds between two writes of progress."""


class Stopped(Exception):
    """Somebody pressed Stop: the function ends here, and nothing of it takes effect."""


class Interrupted(Exception):
    """The worker is ending: the function ends here, and the job is given back."""


class NoLongerMine(Exception):
    """Another worker bears the job, because this one was taken for dead: nothing may be written any more."""


class Run:
    """One attempt at a job. `payload` is what `enqueue` was given."""

    def __init__(self, job: Job, ending: Callable[[], bool] = lambda: False) -> None:
        self.job = job
        self.payload: dict[str, Any] = job.payload
        self.has_effect = False
        self._ending = ending
        self._written = 0.0

    @property
    def made_by(self) -> StaffMember | None:
        """Who asked for it."""
        return self.job.made_by

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Tell staff how far it is, as often as you like: `done` of `total`, and a note in words.

        Raises Stopped, Interrupted or NoLongerMine, which the function lets through. Not within a transaction.
        """
        if self._ending():
            raise Interrupted
        now = time.monotonic()
        if now - self._written < _BETWEEN and not (total and done >= total):
            return
        self._written = now
        mine = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, worker=self.job.worker)
        if not mine.update(done=done, total=total, note=note[:200], heartbeat=timezone.now()):
            raise NoLongerMine
        if mine.filter(stop_by__isnull=False).exists():
            raise Stopped

    @contextmanager
    def effect(self, result: dict[str, Any] | None = None) -> Iterator[Job]:
        """A transaction in which the job takes effect and is marked as done: both, or neither.

        Raises NoLongerMine or Stopped before anything in it is done.
        """
        with transaction.atomic():
            stored = Job.objects.select_for_update().get(pk=self.job.pk)
            if stored.state != JobState.RUNNING or stored.worker != self.job.worker:
                raise NoLongerMine
            if stored.stop_by_id:
                raise Stopped
            yield stored
            stored.state, stored.ended_at, stored.worker, stored.heartbeat = JobState.DONE, timezone.now(), "", None
            stored.result, stored.error = dict(result or {}), ""
            stored.done = stored.total or stored.done
            stored.save()
        self.has_effect = True
