"""Large data sets are worked on in the background: followed, stopped, taken up again, and never imported by half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from candour.desk.counting import count_again, data_set_counts, data_set_work, data_sets
from candour.desk.counting.data_set_counts import StillCounting, counted
from candour.desk.counting.data_sets import confirm
from candour.desk.counting.records_files import folder, reading, rows_file
from candour.desk.jobs import run_due
from candour.desk.models import Event, EventKind, Job, JobState, RecordSet, RecordsUpload, SavedCount
from candour.desk.refusals import Refused
from candour.records.question import CountDefinition
from desk.counting.test_data_sets import PEOPLE, Answering, Desk, allowed, register, text
from desk.world import World


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(data_sets, "AT_ONCE", 0)
    monkeypatch.setattr(data_set_counts, "AT_ONCE", 0)
    return Desk(world)


def rows_kept() -> list[str]:
    return sorted(path.name for path in folder().glob("*.records"))


def test_a_large_extract_is_read_and_imported_in_the_background(desk: Desk) -> None:
    before = rows_kept()
    page = text(desk.send(register()))
    assert "worked on in the background" in page
    assert "It waits for its turn" in page
    assert run_due() == 1
    waiting = RecordsUpload.objects.get()
    assert "48 rows" in text(desk.client.get(reverse("desk:extract", args=[waiting.pk])))
    assert "It waits for its turn" in text(desk.act("import"))
    assert not RecordSet.objects.exists()
    assert rows_kept() == before
    assert run_due() == 1
    page = desk.client.get(reverse("desk:extract", args=[waiting.pk]), follow=True)
    assert "48 rows, 48 new" in text(page)
    record_set = RecordSet.objects.get()
    assert page.redirect_chain[-1][0] == reverse("desk:data-set", args=[record_set.pk])
    assert not RecordsUpload.objects.exists()
    assert len(rows_kept()) == len(before) + 1


def test_what_is_wrong_with_an_extract_is_said_once_it_was_read(desk: Desk) -> None:
    desk.send(b"PK\x03\x04no workbook", "broken.xlsx")
    run_due()
    waiting = RecordsUpload.objects.get()
    address = reverse("desk:extract", args=[waiting.pk])
    assert "broken.xlsx: this is no workbook, or it is damaged" in text(desk.client.get(address))
    desk.client.post(address, {"action": "discard"})
    assert not RecordsUpload.objects.exists()


def test_a_stopped_import_leaves_everything_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(register())
    run_due()
    before, events = rows_kept(), Event.objects.count()
    desk.act("import")
    followed = data_set_work.following

    def stopped_at_the_end(run: Any) -> Any:
        watch = followed(run)

        def follow(what: str, done: int, total: int) -> None:
            if what == "Sealing the rows":
                desk.client.post(reverse("desk:job", args=[run.job.pk]), {"action": "stop"})
            watch(what, done, total)

        return follow

    monkeypatch.setattr(data_set_work, "following", stopped_at_the_end)
    run_due()
    job = Job.objects.get(kind=data_sets.IMPORT)
    assert job.state == JobState.STOPPED
    assert not RecordSet.objects.exists()
    assert rows_kept() == before
    assert Event.objects.count() == events
    waiting = RecordsUpload.objects.get()
    assert "48 rows" in text(desk.client.get(reverse("desk:extract", args=[waiting.pk]))), "it can be imported again"
    monkeypatch.undo()
    desk.act("import")
    run_due()
    assert RecordSet.objects.count() == 1


def test_a_job_whose_process_died_is_done_by_the_next_and_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(register())
    run_due()
    desk.act("import")

    def died(*_: object) -> None:
        raise OSError("the disk went away")

    with monkeypatch.context() as broken:
        broken.setattr(data_sets, "_take_effect", died)
        run_due()
    assert not RecordSet.objects.exists()
    Job.objects.filter(kind=data_sets.IMPORT).update(not_before=Job.objects.latest("pk").made_at)
    run_due()
    record_set = RecordSet.objects.get()
    assert Event.objects.filter(kind=EventKind.EXTRACT_IMPORTED).count() == 1
    assert len([name for name in rows_kept() if str(record_set.file) in name]) == 1


def test_two_imports_into_one_data_set_do_not_lose_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_sets, "AT_ONCE", 10_000_000)
    record_set = desk.imported()
    desk.send(register([("C90", "P90", "PC", "Neglect", "03/05/2024", "")]), "later.csv", record_set.pk)
    waiting = RecordsUpload.objects.select_related("record_set").get()
    stale = RecordSet.objects.get()
    desk.act("import")
    waiting.record_set = stale
    with pytest.raises(Refused, match="Somebody else has imported an extract into the data set meanwhile"):
        confirm(waiting, desk.world.officer)
    with reading(RecordSet.objects.get()) as held:
        assert len(held.editions) == 2


def test_a_large_data_set_is_counted_in_the_background_and_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answering = Answering(world)
    monkeypatch.setattr(data_set_counts, "AT_ONCE", 0)
    address = answering.table(by_1="rank")
    assert "worked on in the background" in text(answering.client.get(address))
    assert "worked on in the background" in text(answering.client.get(address))
    assert Job.objects.filter(kind=data_set_counts.COUNT).count() == 1
    run_due()
    assert "These are true counts" in text(answering.client.get(address))
    assert answering.take(address).status_code == 302
    with pytest.raises(StillCounting):
        counted(answering.record_set, CountDefinition("persons"))
    run_due()
    assert counted(answering.record_set, CountDefinition("persons")).total == PEOPLE


def test_every_row_not_understood_is_listed_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_sets, "AT_ONCE", 10_000_000)
    desk.send(register([(f"C{at}", "P1", "PC", "Neglect", f"30/02/{at + 1500}", "") for at in range(400, 530)]))
    address = reverse("desk:extract", args=[RecordsUpload.objects.get().pk])
    first, second = (text(desk.client.get(address, {"page": page})) for page in (1, 2))
    assert "130 cells were not understood" in first
    assert first.count("is no date") == 100
    assert second.count("is no date") == 30
    assert "line 179, Date received: “30/02/2029” is no date: February 2029 has 28 days." in second


NEW = ("C90", "P90", "PC", "Neglect", "03/05/2024", "")


class Comparing(Answering):
    """The officer with a count that was saved, and a later extract of the data set with one row more."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.take(self.table())
        self.saved = SavedCount.objects.get()
        self.send(register([NEW]), "later.csv", self.record_set.pk)
        self.act("import")
        self.address = reverse("desk:saved-count", args=[self.record_set.pk, self.saved.pk])

    def job(self) -> Job:
        """The work of comparing."""
        return Job.objects.get(kind=count_again.COMPARE)

    def looks(self) -> int:
        """How often somebody looked at rows."""
        return Event.objects.filter(kind=EventKind.ROWS_SEEN).count()

    def kept(self) -> list[Path]:
        """The files of rows that changed, of the rows as they are."""
        return list(folder().glob(f"{RecordSet.objects.get().file}.*.changed"))


@pytest.fixture
def comparing(world: World, monkeypatch: pytest.MonkeyPatch) -> Comparing:
    found = Comparing(world)
    monkeypatch.setattr(count_again, "AT_ONCE", 0)
    return found


def test_a_small_data_set_is_compared_at_once(comparing: Comparing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_again, "AT_ONCE", 10_000_000)
    assert "1 row is new, 0 are gone and 0 have changed" in text(comparing.client.get(comparing.address))
    allowed(comparing.world.officer)
    assert "“C90”" in text(comparing.client.post(comparing.address, {"reason": "The letter says 8."}))
    assert not Job.objects.filter(kind=count_again.COMPARE).exists()
    assert comparing.kept() == []


def test_a_large_data_set_is_compared_in_the_background_and_once(comparing: Comparing) -> None:
    for _ in range(2):
        page = text(comparing.client.get(comparing.address))
        assert "worked on in the background" in page
        assert "It waits for its turn" in page
    assert run_due() == 1
    page = text(comparing.client.get(comparing.address))
    assert "and again now from edition 2" in page
    assert "1 row is new, 0 are gone and 0 have changed" in page
    assert "C90" not in page
    job = comparing.job()
    assert job.result["says"] == "It is compared: 1 rows new, 0 rows gone, 0 rows changed."
    assert "C90" not in str(job.result), "no row lies in the database"
    [kept] = comparing.kept()
    assert b"C90" not in kept.read_bytes()


def test_rows_compared_in_the_background_are_for_those_allowed_and_each_look_is_recorded(comparing: Comparing) -> None:
    assert comparing.client.post(comparing.address, {"reason": "x"}).status_code == 403
    assert not Job.objects.filter(kind=count_again.COMPARE).exists(), "nothing is begun for somebody who may not look"
    comparing.client.get(comparing.address)
    run_due()
    assert "Show the rows" not in text(comparing.client.get(comparing.address))
    assert comparing.client.post(comparing.address, {"reason": "x"}).status_code == 403
    assert comparing.looks() == 0
    allowed(comparing.world.officer)
    assert "C90" not in text(comparing.client.post(comparing.address, {"reason": ""}))
    assert comparing.looks() == 0
    assert "“C90”" in text(comparing.client.post(comparing.address, {"reason": "The letter says 8."}))
    event = Event.objects.get(kind=EventKind.ROWS_SEEN)
    assert (event.case, event.why) == (comparing.case, "The letter says 8.")


def test_nobody_has_looked_while_the_rows_are_still_compared(comparing: Comparing) -> None:
    allowed(comparing.world.officer)
    page = text(comparing.client.post(comparing.address, {"reason": "The letter says 8."}))
    assert "worked on in the background" in page
    assert comparing.looks() == 0


def test_a_comparison_that_failed_says_why_and_can_be_done_again(comparing: Comparing) -> None:
    comparing.client.get(comparing.address)
    path = rows_file(RecordSet.objects.get().file)
    content = path.read_bytes()
    path.write_bytes(content[:-40] + bytes(40))
    run_due()
    assert comparing.job().state == JobState.FAILED
    page = text(comparing.client.get(comparing.address))
    assert "changed since" in page
    assert "Do it again" in page
    path.write_bytes(content)
    comparing.client.post(reverse("desk:job", args=[comparing.job().pk]), {"action": "again"})
    run_due()
    assert "1 row is new" in text(comparing.client.get(comparing.address))


def test_what_goes_wrong_unforeseen_is_tried_again(comparing: Comparing, monkeypatch: pytest.MonkeyPatch) -> None:
    comparing.client.get(comparing.address)
    with monkeypatch.context() as broken:
        broken.setattr(count_again, "keep_changed_rows", lambda *_: 1 / 0)
        run_due()
    assert (comparing.job().state, comparing.job().attempts) == (JobState.QUEUED, 1)
    Job.objects.update(not_before=comparing.job().made_at)
    run_due()
    assert "1 row is new" in text(comparing.client.get(comparing.address))


def test_a_comparison_is_stopped_at_its_next_step(comparing: Comparing, monkeypatch: pytest.MonkeyPatch) -> None:
    comparing.client.get(comparing.address)
    followed = data_set_work.following

    def stopped_midway(run: Any) -> Any:
        watch = followed(run)

        def follow(what: str, done: int, total: int) -> None:
            if what == "Comparing the rows":
                comparing.client.post(reverse("desk:job", args=[run.job.pk]), {"action": "stop"})
            watch(what, done, total)

        return follow

    monkeypatch.setattr(data_set_work, "following", stopped_midway)
    run_due()
    assert comparing.job().state == JobState.STOPPED
    assert "It was stopped" in text(comparing.client.get(comparing.address))


def test_what_was_compared_goes_with_the_rows_it_was_found_in(
    comparing: Comparing, django_capture_on_commit_callbacks: Any
) -> None:
    comparing.client.get(comparing.address)
    run_due()
    before = comparing.kept()
    assert before
    comparing.send(
        register([NEW, ("C91", "P91", "PC", "Neglect", "03/05/2024", "")]), "next.csv", comparing.record_set.pk
    )
    with django_capture_on_commit_callbacks(execute=True):
        comparing.act("import")
    assert not [path for path in before if path.exists()]
    assert "worked on in the background" in text(comparing.client.get(comparing.address))
    run_due()
    assert "2 rows are new" in text(comparing.client.get(comparing.address))
