"""A worker that is killed while the gate looks into an upload, and one while the gate makes it anew.

Run by `test_files.py` as a program. Argument: a folder of its own. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOMS = Path(sys.argv[1]) / "rooms"
ROOMS.mkdir()
os.environ |= {
    "CANDOUR_DATA_DIR": sys.argv[1],
    "CANDOUR_DATABASE": "",
    "DJANGO_SETTINGS_MODULE": "candour.site.settings",
    "TMPDIR": str(ROOMS),
}

import django  # noqa: E402

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from candour.desk.answering.decide import changing  # noqa: E402
from candour.desk.checked_files.uploads import agree, give, job_of, sealed_upload  # noqa: E402
from candour.desk.jobs import Worker, queue, run, worker  # noqa: E402
from candour.desk.models import CheckedFile, CleanFile, Event  # noqa: E402
from candour.desk.refusals import Refused  # noqa: E402
from candour.held.models import HeldUpload  # noqa: E402
from candour.post.models import OutgoingMail  # noqa: E402
from desk.world import World, decide_all, decision_on, make_world, open_case  # noqa: E402

queue.STALE = timedelta(seconds=1)
worker.HEARTBEAT, worker._RECOVER, worker._POLL = 0.2, 0.2, 0.02
run._BETWEEN = 0.0
LOOKING = "Looking into the file"


def table() -> bytes:
    """A table that keeps the gate busy for a second or two."""
    return ("force,count,place\n" + "".join(f"Force {n},{n},Town {n}\n" for n in range(15_000))).encode()


def given(world: World) -> CheckedFile:
    """An upload that waits for the gate."""
    decision = decision_on(decide_all(world, open_case(world)), "2")
    upload = SimpleUploadedFile("horses.csv", table())
    checked, sealed = sealed_upload(upload, "Horses by force", "", world.officer)
    with changing(decision, decision.version, world.officer, "file given") as stored:
        give(stored, checked, sealed, world.officer)
    return checked


def work(dies_while: str = "") -> int:
    """A worker in a process of its own, which the kernel ends the moment it has told that it is at a stage.

    The gate tells of its stages now and then: of those after the first, any will do.
    """
    connection.close()
    pid = os.fork()
    if pid == 0:
        told = run.Run.progress

        def progress(self: run.Run, done: int, total: int = 0, note: str = "") -> None:
            told(self, done, total, note)
            if dies_while and any(ROOMS.iterdir()) and (note == LOOKING) == (dies_while == LOOKING):
                os.kill(os.getpid(), signal.SIGKILL)

        run.Run.progress = progress  # type: ignore[method-assign]
        Worker().run()
        os._exit(0)
    return pid


def end(pid: int) -> None:
    """Kill a worker as the kernel does."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def page(world: World, checked: CheckedFile) -> tuple[int, str]:
    """What staff see of the file."""
    client = Client(headers={"host": "localhost"})
    client.force_login(world.officer)
    assert checked.decision
    address = reverse("desk:file", args=[checked.decision.case_id, f"q{checked.decision.question_id}", checked.pk])
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def state(checked: CheckedFile) -> dict[str, object]:
    """What there is of an upload."""
    found = job_of(checked)
    stored = CheckedFile.objects.get(pk=checked.pk)
    return {
        "job": found.state if found else None,
        "looked into": stored.looked_at is not None,
        "outputs": CleanFile.objects.filter(checked=checked).count(),
        "proof": bool(stored.proof),
        "held": HeldUpload.objects.count(),
        "said": Event.objects.filter(detail__contains="looked into").count(),
        "sent": OutgoingMail.objects.count(),
    }


def killed_while(world: World, stage: str) -> dict[str, object]:
    """Kill a worker at a stage of the gate; then let another one do the work."""
    checked = given(world)
    result: dict[str, object] = {}
    _, status = os.waitpid(work(dies_while=stage), 0)
    result["came to"] = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    result["dead"] = state(checked)
    for _ in range(200):
        if not list(ROOMS.iterdir()):
            break
        time.sleep(0.02)
    result["left"] = [path.name for path in ROOMS.iterdir()]
    code, words = page(world, checked)
    found = job_of(checked)
    result["page"] = [code, found is not None and found.note in words and "Original and rebuilt" not in words]
    try:
        agree(CheckedFile.objects.get(pk=checked.pk), [1], "", world.officer)
        result["agreed"] = True
    except Refused as refused:
        result["agreed"] = str(refused)
    other = work()
    for _ in range(1200):
        found = job_of(checked)
        if found is None or not found.is_open:
            break
        time.sleep(0.05)
    end(other)
    result["again"] = state(checked)
    result["left again"] = [path.name for path in ROOMS.iterdir()]
    HeldUpload.objects.all().delete()
    return result


def main() -> None:
    """Both stages."""
    call_command("migrate", verbosity=0)
    world = make_world()
    made = {stage: killed_while(world, stage) for stage in sys.argv[2:]}
    print(json.dumps(made))  # noqa: T201  the result


if __name__ == "__main__":
    main()
