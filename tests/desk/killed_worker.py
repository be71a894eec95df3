"""A worker that is killed, and one that is frozen and comes back too late; run by `test_jobs.py` as a program.

Argument: a folder of its own. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta

os.environ |= {
    "CANDOUR_DATA_DIR": sys.argv[1],
    "CANDOUR_DATABASE": "",
    "DJANGO_SETTINGS_MODULE": "candour.site.settings",
}

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from candour.desk.audit_trail.writing import record  # noqa: E402
from candour.desk.jobs import Run, Worker, enqueue, job, queue, worker  # noqa: E402
from candour.desk.models import Authority, Case, Event, EventKind, Job  # noqa: E402
from desk.world import make_world, open_case  # noqa: E402

queue.STALE = timedelta(seconds=1)
worker.HEARTBEAT, worker._RECOVER, worker._POLL = 0.2, 0.2, 0.05
_PATIENT = {"seconds": 30.0}


@job("test.slow", "A slow one")
def slow(run: Run) -> None:
    """Take long the first time, then take effect."""
    if run.job.attempts == 1:
        os.write(int(os.environ["TELL"]), b"begun\n")
        time.sleep(_PATIENT["seconds"])
    with run.effect():
        record(Case.objects.get(), EventKind.ASSIGNED, None, f"attempt {run.job.attempts}")


def work() -> tuple[int, int]:
    """A worker in a process of its own; its number and the end of the pipe on which it tells."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.environ["TELL"] = str(writing)
    Worker().run()
    os._exit(0)


def ended(key: str) -> Job:
    """The job, once it has ended; after half a minute as it is then."""
    for _ in range(600):
        found = Job.objects.get(key=key)
        if not found.is_open:
            return found
        time.sleep(0.05)
    return found


def told(found: Job) -> list[object]:
    """What became of the job."""
    return [found.state, found.attempts, list(Event.objects.filter(kind="assigned").values_list("detail", flat=True))]


def main() -> None:
    """Kill a worker in the middle of a job; then freeze one, and let it go on when another has done its job."""
    call_command("migrate", verbosity=0)
    case = open_case(make_world())
    result = {}

    enqueue("test.slow", "killed", case=case)
    pid, reading = work()
    os.read(reading, 6)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    result["while dead"] = Job.objects.get(key="killed").state
    other, _ = work()
    result["killed"] = told(ended("killed"))
    os.kill(other, signal.SIGKILL)
    os.waitpid(other, 0)

    _PATIENT["seconds"] = 0.5
    enqueue("test.slow", "frozen", case=case)
    pid, reading = work()
    os.read(reading, 6)
    os.kill(pid, signal.SIGSTOP)
    other, _ = work()
    ended("frozen")
    os.kill(pid, signal.SIGCONT)
    time.sleep(1.5)
    result["frozen"] = told(ended("frozen"))
    for each in (pid, other):
        os.kill(each, signal.SIGKILL)
        os.waitpid(each, 0)
    result["forces"] = Authority.objects.count()
    print(json.dumps(result))  # noqa: T201  the result


if __name__ == "__main__":
    main()
