"""A worker: takes jobs one after the other, does them, and lets nothing that goes wrong in one end it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connections

from candour.desk.jobs import queue
from candour.desk.jobs.kinds import JobFailed, kind_of
from candour.desk.jobs.run import Interrupted, NoLongerMine, Run, Stopped
from candour.desk.models import Job, JobState
from candour.desk.refusals import Refused
from candour.held.hold import let_go_of_old

HEARTBEAT = 5.0
"""Seconds between two heartbeats."""
_POLL = 1.0
_RECOVER = 10.0
_AFTER_TROUBLE = 5.0
_log = logging.getLogger(__name__)


class Worker:
    """Does jobs until it is told to end; several may work on one database, in one process or many."""

    def __init__(self) -> None:
        self._ending = threading.Event()

    def end(self) -> None:
        """Take no further job, and give back the one at hand at its next step."""
        self._ending.set()

    def run(self) -> None:
        """Work until told to end. A database that is away for a while is waited for."""
        recovered = 0.0
        while not self._ending.is_set():
            close_old_connections()
            try:
                if time.monotonic() - recovered > _RECOVER:
                    queue.recover()
                    let_go_of_old()
                    queue.plan_the_day()
                    recovered = time.monotonic()
                job = queue.claim()
                if job:
                    do(job, self._ending.is_set)
                else:
                    self._ending.wait(_POLL)
            except DatabaseError:
                _log.exception("the database could not be used; trying again")
                self._ending.wait(_AFTER_TROUBLE)
            except Exception:  # noqa: BLE001  whatever it is, the next job is to be done
                # In the thread of a serving process nobody would begin the work again.
                _log.exception("looking for work went wrong; trying again")
                self._ending.wait(_AFTER_TROUBLE)
        connections.close_all()

    def start(self) -> threading.Thread:
        """Work in a thread of this process, which does not keep it from ending."""
        thread = threading.Thread(target=self.run, name="candour-work", daemon=True)
        thread.start()
        return thread


def run_due() -> int:
    """Do, in this thread, every job that is due, those included that come of them; how many is returned."""
    queue.recover()
    let_go_of_old()
    count = 0
    while job := queue.claim():
        do(job, lambda: False)
        count += 1
    return count


def do(job: Job, ending: Callable[[], bool]) -> None:
    """Do one job that was claimed, and write what became of it."""
    kind = kind_of(job.kind)
    assert kind is not None
    run = Run(job, ending)
    try:
        with _Pulse(job):
            result = kind.work(run)
        if not run.has_effect:
            with run.effect(result):
                pass
    except Stopped:
        queue.end(job, JobState.STOPPED)
    except Interrupted:
        queue.give_back(job)
    except NoLongerMine:
        _log.warning("job %s was given to another worker meanwhile; nothing of this attempt was written", job.pk)
    except (JobFailed, Refused) as error:
        queue.end(job, JobState.FAILED, str(error))
    except Exception as error:  # noqa: BLE001  one job must not end the worker
        # Its words may quote what was read: the log gets where it happened, and staff only of what kind it was.
        places = "; ".join(_places(error))
        _log.error("job %s (%s) went wrong: %s at %s", job.pk, job.kind, type(error).__name__, places)
        queue.try_again(job, f"It went wrong in a way that was not foreseen ({type(error).__name__}).")


def _places(error: BaseException) -> list[str]:
    places, frame = [], error.__traceback__
    while frame:
        places.append(f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}")
        frame = frame.tb_next
    return places[-6:]


class _Pulse:
    """Writes a heartbeat from a thread of its own for as long as the block lasts."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="candour-heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT):
            try:
                if not queue.beat(self._job):
                    break
            except DatabaseError:
                _log.warning("a heartbeat could not be written; the next one may")
        connections.close_all()
