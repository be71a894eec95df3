"""A scripted working day in a process that can be killed at any moment; run by `test_crash.py` as a program of its own.

It forks a process for each day, kills it without warning after a random time, opens the database again as a restarted
server would, and compares what is stored with the states that the same day went through when nobody killed it.
Arguments: a folder of its own, the number of days, a seed. Prints one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

folder = Path(sys.argv[1])
os.environ |= {
    "CANDOUR_DATA_DIR": str(folder / "now"),
    "CANDOUR_DATABASE": "",
    "CANDOUR_MAIL_FOLDER": str(folder / "mail"),
    "DJANGO_SETTINGS_MODULE": "candour.site.settings",
}

import django  # noqa: E402  the environment comes first

django.setup()

import time_machine  # noqa: E402
from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from candour.desk.answering.decide import changing  # noqa: E402
from candour.desk.audit_trail import writing as trail  # noqa: E402
from candour.desk.audit_trail.verification import verify_chain  # noqa: E402
from candour.desk.audit_trail.writing import record  # noqa: E402
from candour.desk.clearing.clear import clear, send_back  # noqa: E402
from candour.desk.clearing.put_up import prepare  # noqa: E402
from candour.desk.deadlines.ending import end_request  # noqa: E402
from candour.desk.intake.receive import add_request  # noqa: E402
from candour.desk.models import (  # noqa: E402
    Authority,
    Case,
    Event,
    EventKind,
    Publication,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.publishing.publish import publish, withdraw  # noqa: E402
from candour.desk.reviewing.review import open_review  # noqa: E402
from candour.law.clock import Withdrawn  # noqa: E402
from candour.letters.response import Answer  # noqa: E402
from candour.post.send import send  # noqa: E402
from candour.site.demo import decide  # noqa: E402
from desk.world import NOW, TODAY, World, decision_on, denial, disclosure, incoming, make_world, open_case  # noqa: E402


def world() -> World:
    """The world of the template, as stored."""
    person = {each.username: each for each in StaffMember.objects.select_related("authority")}
    force, elsewhere = Authority.objects.get(slug="westvale"), Authority.objects.get(slug="kingsferry")
    return World(force, person["will"], person["wendy"], person["wes"], elsewhere, person["kemi"])


def steps(day: World) -> list[Callable[[], object]]:
    """What is done in a day, one acknowledgement after each."""
    given, exhibit = disclosure()

    def case() -> Case:
        return Case.objects.get(reference="1A/26")

    def change() -> None:
        decision = decision_on(case(), "1")
        with changing(decision, decision.version, day.officer, "thought better of"):
            pass

    def letter() -> Response:
        return Response.objects.exclude(state=ResponseState.VOID).get(case=case())

    return [
        lambda: open_case(day, submission=uuid.UUID(int=1)),
        lambda: decide(case(), Answer(denial(), ("1",)), day.officer),
        lambda: decide(case(), Answer(given, ("2",), (exhibit,)), day.officer),
        lambda: prepare(case().pk, TODAY, day.officer),
        lambda: send_back(letter().pk, "Say more.", day.approver),
        change,
        lambda: decide(case(), Answer(denial(), ("1",)), day.officer),
        lambda: prepare(case().pk, TODAY, day.officer),
        lambda: clear(letter().pk, letter().digest, day.approver),
        lambda: open_case(day, submission=uuid.UUID(int=2), title="Carts"),
        lambda: add_request(Case.objects.get(title="Carts"), incoming(submission=uuid.UUID(int=3)), day.officer),
        lambda: send(letter().pk, day.officer),
        lambda: publish(letter().pk, day.officer),
        lambda: end_request(Case.objects.get(title="Carts"), Withdrawn(TODAY), day.officer),
        lambda: open_review(case().pk, TODAY, "It says too little.", day.officer),
        lambda: withdraw(Publication.objects.get().pk, "Published in error.", day.officer),
    ]


def snapshot() -> str:
    """A digest of every row of the desk and of its mail."""
    taken = hashlib.sha256()
    for model in (*apps.get_app_config("desk").get_models(), *apps.get_app_config("post").get_models()):
        for row in model._default_manager.order_by("pk").values_list():
            taken.update(repr([model.__name__, *(bytes(v) if isinstance(v, memoryview) else v for v in row)]).encode())
    return taken.hexdigest()


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Do the work in a process of its own; its number and the end of the pipe on which it tells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        # The same salts each day, so that the same day leaves the same rows.
        salts = random.Random(0)  # noqa: S311  no secret is kept here
        trail.secrets = SimpleNamespace(token_hex=lambda size: salts.randbytes(size).hex())  # type: ignore[assignment]
        with time_machine.travel(NOW, tick=False):
            work(writing)
    except BaseException as error:  # noqa: BLE001  told to the parent, whatever it is
        os.write(writing, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def whole_day(told: int) -> None:
    """The day without a kill: every state that it goes through, and after which of them a step was acknowledged."""
    states, acknowledged = [snapshot()], []
    leave = transaction.Atomic.__exit__

    def look() -> None:
        if not connection.in_atomic_block and states[-1] != (now := snapshot()):
            states.append(now)

    def watched(self: transaction.Atomic, *error: Any) -> None:
        leave(self, *error)
        look()

    def alone(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        """A statement outside a transaction is stored as soon as it is done."""
        done = execute(sql, *arguments)
        if not sql.startswith("SELECT"):
            look()
        return done

    transaction.Atomic.__exit__ = watched  # type: ignore[method-assign]
    with connection.execute_wrapper(alone):
        for step in steps(world()):
            step()
            acknowledged.append(len(states) - 1)
    os.write(told, json.dumps([states, acknowledged]).encode())


def day_to_kill(told: int) -> None:
    """The day, told step by step."""
    for number, step in enumerate(steps(world()), start=1):
        step()
        os.write(told, f"{number}\n".encode())


def after_the_crash(told: int) -> None:
    """What a restarted server finds, and that work goes on."""
    found: dict[str, Any] = {
        "state": snapshot(),
        "chain": [verify_chain(each).whole for each in Authority.objects.all()],
    }
    sent = Response.objects.filter(state=ResponseState.SENT).count()
    found["sent"], found["mails"] = sent, len(list((folder / "mail").glob("*")))
    case = Case.objects.first()
    if case:
        record(case, EventKind.ASSIGNED, None)
        found["chain"].append(verify_chain(case.authority).whole)
    found["events"] = Event.objects.count()
    os.write(told, json.dumps(found).encode())


def heard(pid: int, reading: int) -> str:
    """All that the process told until it ended."""
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return text


def lines_until(reading: int, count: int) -> str:
    """What the process told until it had acknowledged so many steps."""
    told = b""
    while told.count(b"\n") < count and (more := os.read(reading, 1)):
        told += more
    return told.decode()


def fresh() -> None:
    """The database of the template, closed and without yesterday's mail."""
    for name in ("now", "mail"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(folder / "template", folder / "now")
    (folder / "mail").mkdir()


def main() -> None:
    """Make the template, live the day once, then kill it as often as was asked."""
    (folder / "now").mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    make_world()
    connection.close()
    shutil.move(folder / "now", folder / "template")
    fresh()
    begun = time.monotonic()
    told = heard(*forked(whole_day))
    took = time.monotonic() - begun
    if not told.startswith("["):
        raise SystemExit(f"the day without a kill failed: {told}")
    states, acknowledged = json.loads(told)
    chance, days = random.Random(sys.argv[3]), []  # noqa: S311  when to kill is no secret
    for _ in range(int(sys.argv[2])):
        fresh()
        pid, reading = forked(day_to_kill)
        before = lines_until(reading, chance.randrange(len(acknowledged) + 1))
        time.sleep(chance.uniform(0.0, took / len(acknowledged)))
        os.kill(pid, signal.SIGKILL)
        lines = (before + heard(pid, reading)).split()
        days.append({"acknowledged": lines, **json.loads(heard(*forked(after_the_crash)))})
    print(json.dumps({"states": states, "acknowledged": acknowledged, "days": days}))  # noqa: T201  the result


if __name__ == "__main__":
    main()
