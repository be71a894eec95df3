"""Background work is not lost, not done twice in effect, tried again within limits, and stopped by a button."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from candour.cli import app
from candour.desk.audit_trail.writing import record
from candour.desk.jobs import (
    Interrupted,
    JobFailed,
    NoLongerMine,
    Run,
    Stopped,
    again,
    enqueue,
    job,
    kind_of,
    queue,
    run_due,
    stop,
)
from candour.desk.jobs import run as run_module
from candour.desk.jobs import worker as worker_module
from candour.desk.jobs.kinds import _KINDS
from candour.desk.jobs.worker import do
from candour.desk.models import Case, EventKind, Job, JobState
from candour.desk.refusals import NotAllowed, Refused
from desk.world import World, make_world, open_case, taken_back


@pytest.fixture(autouse=True)
def kinds() -> Iterator[list[str]]:
    """Kinds of job made for these tests, and what they did."""
    did: list[str] = []
    kind_of("any")  # those of the product are there first
    kept = dict(_KINDS)

    @job("test.fine", "Fine")
    def fine(run: Run) -> dict[str, str]:
        did.append(run.job.key)
        return {"says": "It is done."}

    @job("test.effect", "With an effect")
    def effect(run: Run) -> None:
        with run.effect({"says": "Recorded."}):
            record(run.job.case, EventKind.ASSIGNED, run.made_by, run.job.key)  # type: ignore[arg-type]  # it has one
            if run.payload.get("fails") == "within":
                raise RuntimeError("Robin Quillfeather")
        if run.payload.get("fails") == "after":
            raise RuntimeError("after")

    @job("test.wrong", "Goes wrong", attempts=3)
    def wrong(run: Run) -> None:
        did.append("wrong")
        raise ValueError("Robin Quillfeather, 7 Elm Lane")

    @job("test.refused", "Is refused")
    def refused(run: Run) -> None:
        raise JobFailed("The file has a password.")

    @job("test.steps", "In steps")
    def steps(run: Run) -> None:
        for done in range(run.payload["until"]):
            run.progress(done, 10, f"Step {done}")
            if done == run.payload.get("stop_at"):
                Job.objects.filter(pk=run.job.pk).update(stop_by=run.job.made_by)
            did.append(str(done))

    yield did
    _KINDS.clear()
    _KINDS.update(kept)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each progress is written."""
    monkeypatch.setattr(run_module, "_BETWEEN", 0.0)


def state(job: Job) -> tuple[str, int]:
    job.refresh_from_db()
    return job.state, job.attempts


# Asking


def test_a_job_is_done_and_says_what_came_of_it(world: World, kinds: list[str]) -> None:
    made = enqueue("test.fine", "a", made_by=world.officer)
    assert (made.state, made.authority) == (JobState.QUEUED, world.force)
    assert run_due() == 1
    assert state(made) == (JobState.DONE, 1)
    assert (made.result, made.percent, made.worker, kinds) == ({"says": "It is done."}, 100, "", ["a"])


def test_a_job_is_there_only_if_the_transaction_was_committed(world: World, kinds: list[str]) -> None:
    with taken_back():
        enqueue("test.fine", "a")
    assert run_due() == 0
    assert not Job.objects.exists()


def test_a_kind_and_key_are_done_once(world: World, kinds: list[str]) -> None:
    """Asking again, before or after, gives the same job; another key is other work."""
    made = enqueue("test.fine", "a")
    assert enqueue("test.fine", "a").pk == made.pk
    run_due()
    assert enqueue("test.fine", "a").pk == made.pk
    assert run_due() == 0
    assert enqueue("test.fine", "b").pk != made.pk
    assert run_due() == 1
    assert kinds == ["a", "b"]


def test_there_is_no_job_of_an_unknown_kind(world: World) -> None:
    with pytest.raises(ValueError, match="no kind of job"):
        enqueue("test.none", "a")
    Job.objects.create(kind="test.newer", key="a")
    assert run_due() == 0


def test_two_kinds_do_not_share_a_name() -> None:
    with pytest.raises(ValueError, match="already"):
        job("test.fine", "Another")(lambda _: None)


# Effects


def test_an_effect_and_the_mark_of_being_done_are_one(world: World) -> None:
    """What goes wrong within the effect leaves neither; what goes wrong after it leaves both."""
    case = open_case(world)
    within = enqueue("test.effect", "within", {"fails": "within"}, case=case)
    after = enqueue("test.effect", "after", {"fails": "after"}, case=case)
    run_due()
    assert state(within) == (JobState.QUEUED, 1)
    assert state(after) == (JobState.DONE, 1)
    assert [event.detail for event in case.events.filter(kind=EventKind.ASSIGNED)] == ["after"]


def test_whoever_lost_a_job_has_no_effect_any_more(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A worker that was taken for dead and comes back is told so, and writes nothing."""
    case = open_case(world)
    made = enqueue("test.effect", "a", case=case)
    late = queue.claim()
    assert late is not None
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert queue.recover() == 1
        assert run_due() == 1
    with pytest.raises(NoLongerMine), Run(late).effect():
        raise AssertionError
    with pytest.raises(NoLongerMine):
        Run(late).progress(1)
    do(late, lambda: False)
    queue.end(late, JobState.FAILED, "x")
    queue.try_again(late, "x")
    assert state(made) == (JobState.DONE, 2)
    assert case.events.filter(kind=EventKind.ASSIGNED).count() == 1
    assert "given to another worker" in caplog.text


# Going wrong


def test_what_goes_wrong_is_tried_again_within_limits(
    world: World, kinds: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """With longer waits between, three times; the words of the error, which may name somebody, are shown nowhere."""
    made = enqueue("test.wrong", "a")
    now = timezone.now()
    waits = []
    with caplog.at_level(logging.WARNING), time_machine.travel(now) as clock:
        for _ in range(5):
            run_due()
            made.refresh_from_db()
            waits.append(made.not_before)
            clock.move_to(max(made.not_before, timezone.now()) + timedelta(seconds=1))
    assert state(made) == (JobState.FAILED, 3)
    assert kinds == ["wrong"] * 3
    assert waits[1] - waits[0] > timedelta(seconds=30)
    assert made.error == "It went wrong in a way that was not foreseen (ValueError)."
    assert "Robin" not in caplog.text
    assert "test_jobs.py" in caplog.text


def test_what_cannot_be_done_is_not_tried_again(world: World) -> None:
    """The job says why, in words for staff, and can be done again by hand."""
    made = enqueue("test.refused", "a", made_by=world.officer)
    run_due()
    assert state(made) == (JobState.FAILED, 1)
    assert made.error == "The file has a password."
    again(made.pk, world.officer)
    assert state(made) == (JobState.QUEUED, 0)
    with pytest.raises(Refused, match="failed or was stopped"):
        again(made.pk, world.officer)


def test_a_silent_worker_loses_its_job_and_a_beating_one_keeps_it(world: World) -> None:
    made = enqueue("test.fine", "a")
    held = queue.claim()
    assert held is not None
    assert queue.claim() is None
    now = timezone.now()
    with time_machine.travel(now + timedelta(seconds=50)):
        assert queue.recover() == 0
        assert queue.beat(held)
    with time_machine.travel(now + timedelta(seconds=100)):
        assert queue.recover() == 0
    with time_machine.travel(now + timedelta(seconds=120)):
        assert queue.recover() == 1
        assert state(made) == (JobState.QUEUED, 1)
        assert not queue.beat(held)


def test_a_job_that_kills_its_workers_is_given_up(world: World) -> None:
    """After as many attempts as its kind has."""
    made = enqueue("test.fine", "a")
    now = timezone.now()
    for turn in range(3):
        with time_machine.travel(now + timedelta(minutes=5 * turn)):
            assert queue.claim() is not None
        with time_machine.travel(now + timedelta(minutes=5 * turn + 4)):
            assert queue.recover() == 1
    assert state(made) == (JobState.FAILED, 3)
    assert made.error == "The process that did it ended 3 times before it was done."


def test_killed_and_frozen_workers_leave_every_job_done_once(tmp_path: Path) -> None:
    """In real processes: after kill -9 another worker does the job; one that wakes up too late has no effect."""
    program = Path(__file__).with_name("killed_worker.py")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        env={**os.environ, "PYTHONPATH": str(program.parent.parent)},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["while dead"] == "running"
    assert result["killed"] == ["done", 2, ["attempt 2"]]
    assert result["frozen"] == ["done", 2, ["attempt 2", "attempt 2"]]


# Stopping


def test_a_job_that_nobody_does_yet_is_stopped_at_once(world: World) -> None:
    made = enqueue("test.fine", "a", made_by=world.officer)
    stop(made.pk, world.approver)
    assert run_due() == 0
    assert state(made) == (JobState.STOPPED, 0)
    assert made.stop_by == world.approver
    with pytest.raises(Refused, match="ended already"):
        stop(made.pk, world.approver)


def test_a_job_stops_at_its_next_step(world: World, kinds: list[str], unhurried: None) -> None:
    made = enqueue("test.steps", "a", {"until": 9, "stop_at": 4}, made_by=world.officer)
    run_due()
    assert state(made) == (JobState.STOPPED, 1)
    assert kinds == ["0", "1", "2", "3", "4"]
    assert (made.done, made.total, made.note) == (5, 10, "Step 5")


def test_a_job_that_was_stopped_has_no_effect(world: World) -> None:
    """Also where the function never tells its progress."""
    case = open_case(world)
    made = enqueue("test.effect", "a", case=case, made_by=world.officer)
    held = queue.claim()
    assert held is not None
    stop(made.pk, world.officer)
    do(held, lambda: False)
    assert state(made) == (JobState.STOPPED, 1)
    assert case.events.filter(kind=EventKind.ASSIGNED).count() == 0


def test_a_worker_that_ends_gives_its_job_back(world: World, kinds: list[str]) -> None:
    """The attempt does not count."""
    made = enqueue("test.steps", "a", {"until": 3})
    held = queue.claim()
    assert held is not None
    do(held, lambda: True)
    assert state(made) == (JobState.QUEUED, 0)
    assert kinds == []
    assert issubclass(Interrupted, Exception) and issubclass(Stopped, Exception)


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_what_goes_wrong_between_jobs(
    world: World, kinds: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Planning the day fails once, for whatever reason: the work that is due is done all the same."""
    made = enqueue("test.fine", "a")
    worker = worker_module.Worker()
    failed: list[int] = []

    def failing() -> None:
        if not failed:
            failed.append(1)
            raise ValueError("Robin")

    def claim() -> Job | None:
        job = honest()
        if job is None:
            worker.end()
        return job

    honest = queue.claim
    monkeypatch.setattr(queue, "plan_the_day", failing)
    monkeypatch.setattr(queue, "claim", claim)
    monkeypatch.setattr(worker_module, "_AFTER_TROUBLE", 0.0)
    worker.run()
    assert failed == [1]
    assert state(made) == (JobState.DONE, 1)
    assert "looking for work went wrong" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_several_workers_do_each_job_once(kinds: list[str]) -> None:
    """On either database, workers at the same time take different jobs."""
    case = open_case(make_world())
    for number in range(24):
        enqueue("test.effect", str(number), case=case)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            run_due()
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    details = case.events.filter(kind=EventKind.ASSIGNED).values_list("detail", flat=True)
    assert sorted(details, key=int) == [str(number) for number in range(24)]
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


# What staff see


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]  # a member of staff
    return client


def test_staff_see_their_forces_work_stop_it_and_do_it_again(world: World) -> None:
    client = client_of(world.officer)
    empty = client.get(reverse("desk:jobs")).content.decode()
    assert "There is none yet" in empty
    client.post(reverse("desk:jobs"))
    made = Job.objects.get()
    assert "Check that the trail is whole" in client.get(reverse("desk:jobs")).content.decode()
    page = reverse("desk:job", args=[made.pk])
    client.post(page, {"action": "stop"})
    assert state(made)[0] == JobState.STOPPED
    assert "stopped by Will Hart" in client.get(page).content.decode()
    client.post(page, {"action": "again"})
    open_case(world)
    run_due()
    assert "The trail is whole: 1 events." in client.get(page).content.decode()
    Job.objects.filter(pk=made.pk).update(state=JobState.RUNNING, done=3, total=12, note="Reading")
    shown = client.get(page).content.decode()
    assert 'value="25"' in shown and "Reading: 3 of 12" in shown


def test_another_forces_work_is_neither_seen_nor_stopped(world: World) -> None:
    made = enqueue("test.fine", "a", made_by=world.officer)
    client = client_of(world.outsider)
    assert "There is none yet" in client.get(reverse("desk:jobs")).content.decode()
    assert client.get(reverse("desk:job", args=[made.pk])).status_code == 404
    assert client.post(reverse("desk:job", args=[made.pk]), {"action": "stop"}).status_code == 404
    with pytest.raises(NotAllowed):
        stop(made.pk, world.outsider)
    assert state(made)[0] == JobState.QUEUED


def test_staff_are_told_when_nobody_works(world: World) -> None:
    enqueue("test.fine", "a", made_by=world.officer)
    client = client_of(world.officer)
    assert "candour work" not in client.get(reverse("desk:jobs")).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert "candour work" in client.get(reverse("desk:jobs")).content.decode()


def test_the_list_of_work_has_a_fixed_number_of_queries(world: World, django_assert_num_queries: object) -> None:
    client = client_of(world.officer)
    case = open_case(world)
    counts = []
    for many in (1, 30):
        for number in range(many):
            enqueue("test.fine", f"{many} {number}", case=case, made_by=world.officer)
        with django_assert_num_queries(6) as seen:  # type: ignore[operator]  # a fixture of pytest-django
            client.get(reverse("desk:jobs"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_command_does_what_is_due_and_ends(world: World, kinds: list[str]) -> None:
    with transaction.atomic():
        enqueue("test.fine", "a")
        enqueue("test.fine", "b", not_before=timezone.now() + timedelta(hours=1))
    done = CliRunner().invoke(app, ["work", "--once"])
    assert (done.exit_code, done.stdout) == (0, "1 job done.\n")
    assert kinds == ["a"]
    assert Case.objects.count() == 0
