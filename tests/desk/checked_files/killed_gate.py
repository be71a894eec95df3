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
from candour.desk.models import CheckedFile, CleanFile, Event, Job  # noqa: E402
from candour.desk.refusals import Refused  # noqa: E402
from candour.held.models import HeldUpload  # noqa: E402
from candour.post.models import OutgoingMail  # noqa: E402
from desk.world import World, decide_all, decision_on, make_world, open_case  # noqa: E402

queue.STALE = timedelta(seconds=1)
worker.HEARTBEAT, worker._RECOVER, worker._POLL = 0.2, 0.2, 0.02
run._BETWEEN = 0.0


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


def work() -> int:
    """A worker in a process of its own."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        Worker().run()
        os._exit(0)
    return pid


def until(note: str, checked: CheckedFile) -> bool:
    """Whether the work came to a stage before it was done."""
    for _ in range(3000):
        found = Job.objects.get(key=f"file {checked.pk}")
        if found.note == note:
            return True
        if not found.is_open:
            return False
        time.sleep(0.005)
    return False


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


def killed_while(world: World, note: str) -> dict[str, object]:
    """Kill a worker at a stage of the gate; then let another one do the work."""
    checked = given(world)
    result: dict[str, object] = {}
    pid = work()
    result["came to"] = until(note, checked)
    end(pid)
    result["dead"] = state(checked)
    for _ in range(200):
        if not list(ROOMS.iterdir()):
            break
        time.sleep(0.02)
    result["left"] = [path.name for path in ROOMS.iterdir()]
    status, words = page(world, checked)
    result["page"] = [status, note in words and "Original and rebuilt" not in words]
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
    made = {note: killed_while(world, note) for note in sys.argv[2:]}
    print(json.dumps(made))  # noqa: T201  the result


if __name__ == "__main__":
    main()
