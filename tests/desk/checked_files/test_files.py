import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from files.packages import workbook

from candour.desk.answering.decide import changing
from candour.desk.answering.letter import load
from candour.desk.checked_files.uploads import agree, check_upload, give, job_of, keep, sealed_upload
from candour.desk.clearing.clear import clear
from candour.desk.clearing.frozen import file_faults
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import run_due, stop
from candour.desk.jobs.queue import STALE, claim, recover
from candour.desk.models import CheckedFile, CleanFile, Decision, Event, Job, JobState, StaffMember, Unproven
from candour.desk.publishing.publish import publish
from candour.desk.refusals import Refused
from candour.files import Gate
from candour.files.limits import Tell
from candour.held.models import HeldUpload
from candour.post.send import send
from candour.site.config import config
from desk.world import TODAY, World, decide_all, decision_on, open_case

SECRET = "Qz7secretxk"

pytestmark = pytest.mark.django_db


def _laden() -> bytes:
    def write(book: Any, sheet: Any) -> None:
        other = book.add_worksheet("Staff")
        other.write(0, 0, SECRET)
        other.hide()
        sheet.write_comment(1, 1, SECRET)

    return workbook(write)


def _uploaded(world: World, data: bytes, shape: str = "") -> tuple[Decision, CheckedFile]:
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    checked, outputs = check_upload(
        SimpleUploadedFile("secret names.xlsx", data), "Horses by force", shape, world.force, world.officer
    )
    with changing(decision, decision.version, world.officer, "file checked") as stored:
        keep(stored, checked, outputs)
    decision.refresh_from_db()
    return decision, checked


def _agreed(world: World) -> tuple[Decision, CheckedFile]:
    decision, checked = _uploaded(world, _laden())
    with changing(decision, decision.version, world.officer, "agreed") as stored:
        agree(checked, [output.pk for output in checked.outputs.all()], "", world.officer)
        assert stored
    decision.refresh_from_db()
    Decision.objects.filter(case=decision.case).update(completed=True)
    return decision, checked


def test_an_upload_is_checked_rebuilt_and_not_kept(world: World) -> None:
    _, checked = _uploaded(world, _laden())

    assert {finding["code"] for finding in checked.findings} >= {"X.sheet_hidden", "X.comments"}
    assert [output.kind for output in checked.outputs.all()] == ["xlsx", "csv"]
    assert not checked.is_agreed
    with connection.cursor() as cursor:
        for model in (CheckedFile, CleanFile):
            columns = [field.column for field in model._meta.fields]
            cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table}")  # noqa: S608  our own names
            for row in cursor.fetchall():
                assert all(SECRET.lower() not in _text(value) for value in row)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = b"".join(archive.read(name) for name in archive.namelist())
        return data.decode("utf-8", "replace").lower()
    return str(value).lower()


def test_the_rebuilt_file_goes_with_the_letter_and_is_published_with_it(world: World) -> None:
    decision, checked = _agreed(world)
    names = [output.name for output in checked.outputs.all()]

    response = prepare(decision.case_id, TODAY, world.officer)
    attached = {file.name: file for file in response.files.all() if file.purpose == "attachment"}

    assert set(names) <= set(attached)
    assert all("secret" not in name for name in attached)
    assert all(checked.proves(attached[name].sha256) for name in names)
    clear(response.pk, response.digest, world.approver)
    send(response.pk, world.officer)
    entry = publish(response.pk, world.officer)
    assert {file.name for file in entry.files.all()} >= set(names)


def test_nothing_is_cleared_whose_digest_no_proof_names(world: World) -> None:
    decision, checked = _agreed(world)
    output = checked.outputs.all()[0]
    CleanFile.objects.filter(pk=output.pk).update(content=_laden())

    with pytest.raises(Unproven):
        assert CleanFile.objects.get(pk=output.pk).proven
    assert "no proof" in file_faults(load(decision.case_id))[0]
    with pytest.raises(Refused, match="no proof"):
        prepare(decision.case_id, TODAY, world.officer)


@pytest.mark.parametrize("part", ["clean", "contained", "second_reader", "plausible"])
def test_a_file_of_whose_proof_one_part_fails_is_neither_agreed_to_nor_cleared(world: World, part: str) -> None:
    decision, checked = _agreed(world)
    CheckedFile.objects.filter(pk=checked.pk).update(proof={**checked.proof, part: False})

    with pytest.raises(Refused, match="no proof"):
        prepare(decision.case_id, TODAY, world.officer)
    checked.refresh_from_db()
    with pytest.raises(Refused, match="no proof"):
        agree(checked, [output.pk for output in checked.outputs.all()], "", world.officer)


def test_a_cleared_letter_is_not_sent_once_its_proof_is_gone(world: World) -> None:
    decision, checked = _agreed(world)
    response = prepare(decision.case_id, TODAY, world.officer)
    clear(response.pk, response.digest, world.approver)
    CheckedFile.objects.filter(pk=checked.pk).update(proof={**checked.proof, "contained": False})

    with pytest.raises(Refused):
        send(response.pk, world.officer)


def test_a_file_that_was_not_agreed_to_does_not_go_with_the_letter(world: World) -> None:
    decision, checked = _uploaded(world, _laden())
    Decision.objects.filter(case=decision.case).update(completed=True)

    response = prepare(decision.case_id, TODAY, world.officer)

    names = {output.name for output in checked.outputs.all()}
    assert not names & {file.name for file in response.files.all()}


def test_a_blocked_file_is_shown_with_its_reason_and_cannot_be_agreed_to(world: World) -> None:
    decision, checked = _uploaded(world, b"PK\x03\x04 cut short")

    assert "cannot be unpacked" in checked.reason
    assert not checked.outputs.exists()
    with pytest.raises(Refused, match="blocked"):
        agree(checked, [1], "", world.officer)
    client = Client()
    client.force_login(world.officer)
    name = "q" + str(decision.question_id)
    page = client.get(reverse("desk:file", args=[decision.case_id, name, checked.pk])).content.decode()
    assert "This file cannot leave" in page


def test_what_is_in_plain_sight_needs_a_reason_and_what_is_grave_stops_the_file(world: World) -> None:
    _, checked = _uploaded(world, _laden())
    checked.in_sight = [
        {"code": "X.formula", "severity": "C", "place": "p", "count": 1, "evidence": "", "recovery": ""}
    ]

    with pytest.raises(Refused, match="plain sight"):
        agree(checked, [output.pk for output in checked.outputs.all()], "", world.officer)


def test_staff_of_another_force_see_nothing_of_a_file(world: World) -> None:
    decision, checked = _uploaded(world, _laden())
    client = Client()
    client.force_login(world.outsider)
    name = "q" + str(decision.question_id)

    assert client.get(reverse("desk:file", args=[decision.case_id, name, checked.pk])).status_code == 404


def test_the_pages_lead_from_the_upload_to_the_answer(world: World) -> None:
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    name = "q" + str(decision.question_id)
    client = Client()
    client.force_login(world.officer)
    form = {"version": decision.version, "title": "Horses by force", "rows": "", "columns": "", "row_is": ""}

    page = client.post(
        reverse("desk:new-file", args=[case.pk, name]),
        {**form, "file": SimpleUploadedFile("horses.xlsx", _laden())},
        follow=True,
    )
    checked = CheckedFile.objects.get()
    assert "Waiting for its turn" in page.content.decode()
    assert page["Refresh"]
    assert run_due() == 1
    checked = CheckedFile.objects.get()
    page = client.get(reverse("desk:file", args=[case.pk, name, checked.pk]))
    text = page.content.decode()
    assert "Refresh" not in page
    assert "Cells of hidden sheets" in text
    assert "Original and rebuilt side by side" in text
    assert "Avon" in text
    assert SECRET not in text

    outputs = [str(output.pk) for output in checked.outputs.all()]
    decision.refresh_from_db()
    after = client.post(
        reverse("desk:file", args=[case.pk, name, checked.pk]),
        {"version": decision.version, "outputs": outputs, "accepted": "Nothing in it names anybody."},
        follow=True,
    )
    assert "rebuilt and attached" in after.content.decode()
    clean = client.get(reverse("desk:clean-file", args=[case.pk, name, checked.pk, outputs[0]]))
    assert clean.content == checked.outputs.all()[0].proven


def _given(world: World, data: bytes) -> CheckedFile:
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    upload = SimpleUploadedFile("secret names.xlsx", data)
    with changing(decision, decision.version, world.officer, "file given") as stored:
        return give(stored, *sealed_upload(upload, "Horses by force", "", world.officer), world.officer)


def _page(world: World, checked: CheckedFile) -> tuple[Client, str]:
    client = Client()
    client.force_login(world.officer)
    decision = checked.decision
    return client, reverse("desk:file", args=[decision.case_id, f"q{decision.question_id}", checked.pk])


def test_an_upload_is_held_sealed_until_the_gate_has_looked_into_it_and_no_longer(world: World) -> None:
    checked = _given(world, _laden())

    assert SECRET.lower().encode() not in bytes(HeldUpload.objects.get().sealed).lower()
    assert run_due() == 1
    checked.refresh_from_db()
    assert checked.looked_at
    assert checked.outputs.count() == 2
    assert not HeldUpload.objects.exists()
    events = Event.objects.filter(case=checked.decision.case, detail__contains="looked into")
    assert [event.actor for event in events] == [world.officer]


def test_who_gave_a_file_can_stop_the_gate_and_then_nothing_is_kept_of_it(world: World) -> None:
    checked = _given(world, _laden())
    client, address = _page(world, checked)

    page = client.post(address, follow=True)

    assert "stopped it before it was done" in page.content.decode()
    assert not HeldUpload.objects.exists()
    assert run_due() == 0
    with pytest.raises(Refused, match="not looked into"):
        agree(checked, [1], "", world.officer)


def test_a_stop_while_the_gate_works_ends_it_and_lets_go_of_the_upload(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = _given(world, _laden())
    job = job_of(checked)
    assert job

    def rebuild(self: Gate, *given: object, tell: Tell, **more: object) -> None:
        stop(job.pk, world.officer)
        tell(0.5, "Making it anew")
        raise AssertionError("it went on")

    monkeypatch.setattr("candour.desk.jobs.run._BETWEEN", -1.0)
    monkeypatch.setattr(Gate, "rebuild", rebuild)
    run_due()

    job.refresh_from_db()
    checked.refresh_from_db()
    assert (job.state, checked.looked_at) == (JobState.STOPPED, None)
    assert not HeldUpload.objects.exists()


def test_the_work_is_begun_again_after_its_worker_was_killed(world: World) -> None:
    checked = _given(world, _laden())
    lost = claim()
    assert lost
    Job.objects.filter(pk=lost.pk).update(heartbeat=timezone.now() - 2 * STALE)

    assert run_due() == 1
    checked.refresh_from_db()
    assert checked.looked_at


def test_a_file_that_kills_its_workers_is_given_up_and_let_go_of(world: World) -> None:
    checked = _given(world, _laden())
    for _ in range(3):
        lost = claim()
        assert lost
        Job.objects.filter(pk=lost.pk).update(heartbeat=timezone.now() - 2 * STALE)
        recover()

    assert claim() is None
    assert not HeldUpload.objects.exists()
    client, address = _page(world, checked)
    assert "ended 3 times" in client.get(address).content.decode()


@pytest.mark.parametrize("stage", ["Looking into the file", "a later stage"])
def test_a_worker_that_is_really_killed_leaves_nothing_half_done_and_another_does_the_work(
    tmp_path: Path, stage: str
) -> None:
    """In real processes, with kill -9 at a stage of the gate."""
    program = Path(__file__).with_name("killed_gate.py")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), stage],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, "PYTHONPATH": str(program.parents[2])},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)[stage]
    nothing = {"looked into": False, "outputs": 0, "proof": False, "said": 0, "sent": 0}
    assert result["came to"]
    assert result["dead"] == nothing | {"job": "running", "held": 1}
    assert result["page"] == [200, True]
    assert "not looked into this file yet" in result["agreed"]
    assert result["left"] == [], "no reader goes on, and no upload lies about"
    assert result["again"] == {
        "job": "done", "looked into": True, "outputs": 2, "proof": True, "held": 0, "said": 1, "sent": 0,
    }  # fmt: skip
    assert result["left again"] == []


def test_an_upload_that_is_no_longer_held_is_asked_for_again(world: World) -> None:
    checked = _given(world, _laden())
    HeldUpload.objects.all().delete()

    run_due()

    client, address = _page(world, checked)
    assert "not kept any more. Give it again." in client.get(address).content.decode()


def test_a_file_that_is_taken_away_meanwhile_leaves_nothing(world: World) -> None:
    checked = _given(world, _laden())
    CheckedFile.objects.filter(pk=checked.pk).delete()

    run_due()

    assert not HeldUpload.objects.exists()
    assert not CheckedFile.objects.exists()


def test_where_nothing_may_be_held_the_person_waits_and_nothing_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config(), "uploads", "not kept")
    monkeypatch.setattr("candour.desk.checked_files.uploads.hold", lambda _data: pytest.fail("an upload was held"))
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    client = Client()
    client.force_login(world.officer)

    page = client.post(
        reverse("desk:new-file", args=[case.pk, "q" + str(decision.question_id)]),
        {"version": decision.version, "title": "t", "file": SimpleUploadedFile("horses.xlsx", _laden())},
        follow=True,
    )

    assert "Original and rebuilt side by side" in page.content.decode()
    assert not Job.objects.exists()


def test_sending_and_publishing_ask_nothing_of_the_table_where_uploads_wait(world: World) -> None:
    _given(world, _laden())
    decision, _ = _agreed(world)

    with CaptureQueriesContext(connection) as asked:
        response = prepare(decision.case_id, TODAY, world.officer)
        clear(response.pk, response.digest, world.approver)
        send(response.pk, world.officer)
        publish(response.pk, world.officer)

    assert len(asked) > 10
    assert not [query["sql"] for query in asked if HeldUpload._meta.db_table in query["sql"]]


def test_no_table_but_the_sealed_one_ever_has_the_bytes_of_an_upload(world: World) -> None:
    data = _laden()
    _given(world, data)
    run_due()
    given = _given(world, data)

    for model in apps.get_models(include_auto_created=True):
        if model is HeldUpload:
            continue
        fields = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*fields):
            assert all(SECRET.lower() not in _text(value) for value in row), model
            assert all(bytes(value) != data for value in row if isinstance(value, bytes | memoryview)), model
    assert given.looked_at is None


def test_a_shape_is_written_as_numbers(world: World) -> None:
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    client = Client()
    client.force_login(world.officer)

    page = client.post(
        reverse("desk:new-file", args=[case.pk, "q" + str(decision.question_id)]),
        {"version": decision.version, "title": "t", "rows": "many", "columns": "", "row_is": ""},
    ).content.decode()

    assert "Write a number, such as 43" in page


def test_a_forces_own_patterns_are_tried_in_the_administration_and_used_by_the_gate(world: World) -> None:
    force = world.officer.authority
    assert force
    admin = StaffMember.objects.create_superuser("root", password="a long passphrase")
    client = Client()
    client.force_login(admin)
    address = reverse("admin:desk_authority_change", args=[force.pk])
    form = {
        name: value
        for name, value in client.get(address).context["adminform"].form.initial.items()
        if value is not None
    }
    pattern = "[[crime_reference]]\npattern = 'NP-[0-9]{4}'"

    wrong = client.post(address, {**form, "reference_patterns": "[[crime_reference]]\npattern = '('"})
    assert "no regular expression" in wrong.content.decode()
    tried = client.post(address, {**form, "reference_patterns": pattern, "try_patterns": "It is NP-1234."}, follow=True)
    assert "references to crimes: NP-1234" in tried.content.decode()

    def write(_: Any, sheet: Any) -> None:
        sheet.write_column(3, 0, [f"NP-{number}" for number in range(1000, 1040)])

    force.refresh_from_db()
    world.officer.authority = force
    checked, _ = check_upload(SimpleUploadedFile("a.xlsx", workbook(write)), "t", "", force, world.officer)
    assert "V.crime_reference" in {finding["code"] for finding in checked.in_sight}


def test_small_counts_in_a_file_are_judged_by_the_threshold_of_the_force_and_named(world: World) -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ("Avon", 8))

    force = world.officer.authority
    assert force
    force.threshold = 10
    checked, _ = check_upload(SimpleUploadedFile("a.xlsx", workbook(write)), "t", "", force, world.officer)

    (small,) = [finding for finding in checked.in_sight if finding["code"] == "V.small_count"]
    assert small["evidence"] == "below 10: Avon, Count; Kent, Count"
