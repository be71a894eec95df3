"""Data sets at the desk: an extract is understood before it is imported, a count is protected before it is answered."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from candour.desk.audit_trail.verification import verify_chain
from candour.desk.counting.data_set_counts import counted
from candour.desk.counting.records_files import folder, rows_file, unsealed
from candour.desk.models import (
    Event,
    EventKind,
    KeptSource,
    ProtectedCounts,
    RecordSet,
    RecordsEvent,
    RecordsUpload,
    SavedCount,
    StaffMember,
)
from candour.records import RecordsError
from candour.records.question import CountDefinition
from candour.site.config import config
from candour.tables.distinct import DistinctTable
from desk.world import World, decision_on, open_case

HEADINGS = ("Case Ref", "Officer No", "Rank", "Nature", "Date received", "Date closed")
PEOPLE = 24


def register(extra: list[tuple[str, ...]] = []) -> bytes:  # noqa: B006  only read
    """An invented register: 24 officers, two allegations each, in 24 cases."""
    rows = []
    for at in range(PEOPLE):
        year = 2022 + at % 3
        natures = ("Neglect", "Incivility") if at % 2 else ("Neglect", "Neglect")
        rows += [(f"C{at}", f"P{at}", "PC" if at % 4 else "PS", nature, f"03/05/{year}", "") for nature in natures]
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *rows, *extra])
    return out.getvalue().encode()


class Desk:
    """An officer in front of the data sets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Client()
        self.client.force_login(world.officer)

    def send(self, content: bytes, name: str = "conduct.csv", later: int | None = None, title: str = "Conduct") -> Any:
        """Upload an extract."""
        address = reverse("desk:extract-later", args=[later]) if later else reverse("desk:extract-new")
        return self.client.post(address, {"title": title, "extract": SimpleUploadedFile(name, content)}, follow=True)

    def form(self, **changed: str) -> dict[str, str]:
        """What the page of the waiting extract has filled in."""
        waiting = RecordsUpload.objects.get()
        page = self.client.get(reverse("desk:extract", args=[waiting.pk]))
        form = page.context["form"]
        values = {name: str(form[name].value() or "") for name in form.fields if name != "accept"}
        return {**values, **changed}

    def act(self, action: str, **changed: str) -> Any:
        """Import, try again or discard the waiting extract."""
        waiting = RecordsUpload.objects.get()
        data = {**self.form(**changed), "action": action}
        return self.client.post(reverse("desk:extract", args=[waiting.pk]), data, follow=True)

    def imported(self, content: bytes | None = None) -> RecordSet:
        """The data set with an extract in it."""
        self.send(content or register())
        self.act("import")
        return RecordSet.objects.get()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_rows_lie_sealed_and_nothing_unsealed_is_left(desk: Desk) -> None:
    record_set = desk.imported()
    path = rows_file(record_set.file)
    content = path.read_bytes()
    assert b"Incivility" not in content
    assert b"DUCK" not in content[:64], "no data base that anybody could open"
    counted(record_set, CountDefinition("persons"))
    assert sorted(each.suffix for each in folder().iterdir() if str(record_set.file) in each.name) == [".records"]
    path.write_bytes(content[:-40] + bytes(40))
    with pytest.raises(RecordsError, match="changed since"):
        counted(record_set, CountDefinition("persons"))
    path.unlink()
    with pytest.raises(RecordsError, match="is not there"):
        counted(record_set, CountDefinition("persons"))


def sealed() -> list[Path]:
    return sorted(folder().glob("*.sealed"))


def test_an_extract_is_understood_before_anything_is_imported(desk: Desk) -> None:
    page = desk.send(register())
    said = text(page)
    assert "48 rows" in said
    assert "“PC” (36 times) is read as “Constable”." in said
    assert "Nothing is imported yet" in said
    assert not RecordSet.objects.exists()
    form = page.context["form"]
    assert (form["case"].value(), form["person"].value(), form["date"].value()) == (
        "case_ref",
        "officer_no",
        "date_received",
    )
    page = desk.act("import")
    record_set = RecordSet.objects.get()
    assert counted(record_set, CountDefinition("persons")).total == PEOPLE
    assert counted(record_set, CountDefinition("cases")).total == PEOPLE
    event = RecordsEvent.objects.get().event
    assert event.kind == EventKind.EXTRACT_IMPORTED
    assert event.authority == record_set.authority
    assert "48 rows" in event.detail
    assert "C1" not in text(page), "no row is shown"


def test_the_file_waits_sealed_and_is_gone_afterwards(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    desk.send(register())
    waiting = RecordsUpload.objects.get()
    [path] = [each for each in sealed() if str(waiting.file) in each.name]
    assert b"Incivility" not in path.read_bytes()
    with unsealed(waiting) as plain:
        assert plain.read_bytes() == register()
    assert not plain.exists()
    with django_capture_on_commit_callbacks(execute=True):
        desk.act("import")
    assert not path.exists()
    assert not KeptSource.objects.exists()


def test_the_file_is_kept_sealed_where_the_settings_say_so_and_never_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config(), "records_keep_source", True)
    desk.imported()
    kept = KeptSource.objects.get()
    [path] = [each for each in sealed() if str(kept.file) in each.name]
    assert b"Incivility" not in path.read_bytes()
    from candour.desk.urls import urlpatterns

    assert not [each for each in urlpatterns if "source" in str(each.pattern)]


def test_a_discarded_extract_leaves_nothing(desk: Desk) -> None:
    before = sealed()
    desk.send(register())
    desk.act("discard")
    assert sealed() == before
    assert not RecordsUpload.objects.exists()
    assert not RecordSet.objects.exists()


def test_rows_not_understood_have_to_be_accepted(desk: Desk) -> None:
    page = desk.send(register([("C90", "P90", "PC", "Neglect", "30/02/2023", "")]))
    assert "line 50, Date received: “30/02/2023” is no date: February 2023 has 28 days." in text(page)
    page = desk.act("import")
    assert "Tick this to import although some rows were not understood" in text(page)
    assert not RecordSet.objects.exists()
    desk.act("import", accept="on")
    assert counted(RecordSet.objects.get(), CountDefinition("rows", ("year",))).value(("Not understood",)) == 1


def test_corrections_are_tried_before_the_import(desk: Desk) -> None:
    desk.send(register())
    place = next(
        name
        for name, field in desk.client.get(reverse("desk:extract", args=[RecordsUpload.objects.get().pk]))
        .context["form"]
        .fields.items()
        if field.label == "Column “Nature”"
    )
    page = desk.act("try", **{place: "left-out"})
    assert "Tried again with your corrections" in text(page)
    desk.act("import")
    page = desk.client.get(reverse("desk:data-set", args=[RecordSet.objects.get().pk]))
    assert "Nature" not in text(page)


def test_a_key_that_is_not_unique_is_told_on_the_page(desk: Desk) -> None:
    desk.send(register())
    page = desk.act("import", row="case")
    assert "The key is not unique: “Case Ref” should identify a case" in text(page)
    assert not RecordSet.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("conduct.xlsx", b"PK\x03\x04 no workbook", "no workbook, or it is damaged"),
        ("conduct.csv", b"1,2\n3,4\n5,6\n", "no row of headings was found"),
        ("conduct.csv", b"", "The file is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_page(desk: Desk, name: str, content: bytes, said: str) -> None:
    before = sealed()
    assert said in text(desk.send(content, name))
    assert not RecordsUpload.objects.exists()
    assert sealed() == before


def test_an_extract_too_large_to_wait_for_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config(), "records_largest", 0)
    assert "ask an administrator to raise the limit" in text(desk.send(register()))


def test_a_later_extract_says_what_is_new_and_the_same_one_changes_nothing(desk: Desk) -> None:
    record_set = desk.imported()
    page = desk.send(register([("C90", "P90", "PC", "Neglect", "03/05/2025", "")]), "later.csv", record_set.pk)
    assert "49 rows: 1 new, 48 there already" in text(page)
    desk.act("import")
    record_set.refresh_from_db()
    assert counted(record_set, CountDefinition("persons")).total == PEOPLE + 1
    page = desk.send(register(), "again.csv", record_set.pk)
    assert "in the data set already" in text(page)
    desk.act("import")
    record_set.refresh_from_db()
    assert counted(record_set, CountDefinition("persons")).total == PEOPLE + 1


def test_another_force_sees_none_of_it(desk: Desk) -> None:
    record_set = desk.imported()
    outsider = Client()
    outsider.force_login(desk.world.outsider)
    assert "Conduct" not in text(outsider.get(reverse("desk:data-sets")))
    for name in ("data-set", "extract-later", "data-set-rows"):
        assert outsider.get(reverse(f"desk:{name}", args=[record_set.pk])).status_code == 404


class Answering(Desk):
    """The officer, with a data set, in front of a question."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.record_set = self.imported()
        self.case = open_case(world)
        self.name = f"q{self.case.questions.get(number='2').pk}"
        outcome = reverse("desk:step", args=[self.case.pk, self.name, "outcome"])
        self.client.post(outcome, {"outcome": "disclosed", "explanation": "", "version": 0})

    def table(self, **asked: str) -> str:
        """The address of step 3."""
        given = {"title": "Officers by nature", "unit": "cases", "by_0": "year", "period": "calendar", **asked}
        step = self.client.get(reverse("desk:count-what", args=[self.case.pk, self.name, self.record_set.pk]), given)
        return str(step.headers.get("Location", "")) or text(step)

    def take(self, address: str) -> Any:
        """Hand the table to the builder."""
        return self.client.post(address, {"version": decision_on(self.case, "2").version})


@pytest.fixture
def answering(world: World) -> Answering:
    return Answering(world)


def test_a_count_is_attached_in_three_steps_and_goes_to_the_builder(answering: Answering) -> None:
    start = reverse("desk:add-table", args=[answering.case.pk, answering.name])
    first = answering.client.post(start, {"kind": "data-set"})
    assert first.headers["Location"] == reverse("desk:count-choose", args=[answering.case.pk, answering.name])
    second = answering.client.post(first.headers["Location"], {"record_set": str(answering.record_set.pk)})
    assert second.status_code == 302
    address = answering.table(by_1="rank")
    page = text(answering.client.get(address))
    assert "These are true counts" in page
    assert "told apart by “Case Ref”" in page
    done = answering.take(address)
    made = ProtectedCounts.objects.get()
    assert done.headers["Location"] == reverse("desk:counts-rules", args=[answering.case.pk, answering.name, made.pk])
    assert made.unit == "cases"
    assert made.table.value(("2022", "Total")) == 8
    assert made.table.value(("Total", "Sergeant")) == 6
    saved = SavedCount.objects.get()
    assert saved.decision == decision_on(answering.case, "2")
    assert saved.table == made
    assert "made from the data set “Conduct”" in answering.case.events.last().detail  # type: ignore[union-attr]  # there is one
    rules = {
        "column_0": "category",
        "column_1": "category",
        "column_2": "counts",
        "threshold": "5",
        "aim": "believable",
        "width": "",
    }
    version = decision_on(answering.case, "2").version
    answering.client.post(done.headers["Location"], {**rules, "version": version})
    ways = text(answering.client.get(reverse("desk:counts-methods", args=[answering.case.pk, answering.name, made.pk])))
    assert "told apart by “Case Ref”" in ways, "the definitions are offered as notes"


def test_people_who_stand_in_several_parts_are_protected_by_bounds_or_counted_once(answering: Answering) -> None:
    address = answering.table(unit="persons", by_0="nature")
    page = text(answering.client.get(address))
    assert "count each in one category only" in page
    answering.take(address)
    bounded = ProtectedCounts.objects.get()
    assert (bounded.repeated, bounded.register) == (bounded.columns["by"][0], "Conduct")
    assert isinstance(bounded.table, DistinctTable)
    assert bounded.table.value(("Total",)) == PEOPLE
    bounded.delete()
    answering.take(answering.table(unit="persons", by_0="nature", once="on"))
    made = ProtectedCounts.objects.get()
    assert (made.unit, made.repeated) == ("people", "")
    assert made.table.value(("More than one",)) == PEOPLE // 2
    assert made.table.value(("Total",)) == PEOPLE


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"where": 'rnk = "pc"'}, "There is no column “rnk”. The columns are case_ref"),
        ({"since": "30/02/2023"}, "February 2023 has 28 days"),
        ({"title": ""}, "There is a problem"),
        ({"since": "01/01/2024", "until": "01/01/2023"}, "after the last"),
    ],
)
def test_what_cannot_be_counted_is_told_beside_the_field(
    answering: Answering, asked: dict[str, str], said: str
) -> None:
    assert said in answering.table(**asked)


def test_the_parts_of_one_question_become_one_table_that_can_be_made_safe(answering: Answering) -> None:
    parts = "a) constables: rank = 'constable'\nb) sergeants: rank = 'sergeant'\nc) left: rank = 'inspector'"
    address = answering.table(unit="persons", by_0="", parts=parts)
    page = text(answering.client.get(address))
    assert "a) constables" in page
    assert "Make these counts safe" in page
    answering.take(address)
    made = ProtectedCounts.objects.get()
    assert made.table.value(("a) constables",)) == 18
    assert made.table.value(("Total",)) == PEOPLE
    assert "c) left" in made.source
    assert "write a label, a colon and a filter" in answering.table(by_0="", parts="only words")
    assert "Choose by what it is counted, or enter parts" in answering.table(by_0="", parts="")


def test_nothing_counted_makes_no_table(answering: Answering) -> None:
    address = answering.table(where='rank = "chief constable"')
    page = answering.client.post(address, {"version": decision_on(answering.case, "2").version}, follow=True)
    assert "Nothing was counted" in text(page)


def allowed(member: StaffMember) -> None:
    member.user_permissions.add(Permission.objects.get(codename="see_case_rows"))


def test_case_level_rows_need_a_permission_and_each_look_is_recorded(desk: Desk) -> None:
    record_set = desk.imported()
    address = reverse("desk:data-set-rows", args=[record_set.pk])
    assert desk.client.get(address).status_code == 403
    assert desk.client.post(address, {"where": "", "reason": "because"}).status_code == 403
    allowed(desk.world.officer)
    page = desk.client.post(address, {"where": 'officer_no = "P3"', "reason": ""})
    assert "Enter why you need to see the rows" in text(page)
    assert not Event.objects.filter(kind=EventKind.ROWS_SEEN).exists()
    page = desk.client.post(address, {"where": 'officer_no = "P3"', "reason": "A figure looks wrong."})
    assert "2 rows match" in text(page)
    assert "C3" in text(page)
    event = RecordsEvent.objects.get(event__kind=EventKind.ROWS_SEEN).event
    assert event.actor == desk.world.officer
    assert event.detail == 'Data set “Conduct”. Rows where officer_no = "P3".'
    assert event.why == "A figure looks wrong."
    assert "A figure looks wrong." in text(desk.client.get(reverse("desk:data-set", args=[record_set.pk])))
    report = verify_chain(record_set.authority)
    assert report.broken is None, "the look is a link of the chain of the force"
    assert report.events >= 2


def test_a_saved_count_is_asked_again_and_its_rows_are_for_those_allowed(answering: Answering) -> None:
    answering.take(answering.table())
    saved = SavedCount.objects.get()
    address = reverse("desk:saved-count", args=[answering.record_set.pk, saved.pk])
    assert "No figure has changed." in text(answering.client.get(address))
    answering.send(register([("C90", "P90", "PC", "Neglect", "03/05/2024", "")]), "later.csv", answering.record_set.pk)
    answering.act("import")
    page = text(answering.client.get(address))
    assert "and again now from edition 2" in page
    assert "1 row is new" in page
    assert "Show the rows" not in page
    assert answering.client.post(address, {"reason": "x"}).status_code == 403
    allowed(answering.world.officer)
    page = text(answering.client.post(address, {"reason": "The letter says 8."}))
    assert "“C90”" in page
    event = Event.objects.get(kind=EventKind.ROWS_SEEN)
    assert event.case == answering.case
    assert event.why == "The letter says 8."


def test_a_saved_count_is_drawn_from_the_protected_table_alone(answering: Answering) -> None:
    made_at = answering.take(answering.table()).headers["Location"]
    saved = SavedCount.objects.get()
    address = reverse("desk:saved-count", args=[answering.record_set.pk, saved.pk])
    page = text(answering.client.get(address))
    assert "has not been made safe yet" in page
    assert f'href="{made_at}"' in page
    assert "<svg" not in page
    rules = {"column_0": "category", "column_1": "counts", "threshold": "9", "aim": "believable", "width": ""}
    answering.client.post(made_at, {**rules, "version": decision_on(answering.case, "2").version})
    ways = made_at.replace("/rules/", "/safe/")
    page = text(answering.client.get(address))
    assert "nobody has agreed to the way" in page
    assert f'href="{ways}"' in page
    assert "<svg" not in page
    agreed = {"action": "agree", "place": "letter", "notes": "", "version": decision_on(answering.case, "2").version}
    answering.client.post(f"{ways}?method=rounding", agreed)
    table = ProtectedCounts.objects.get()
    assert table.is_agreed
    page = text(answering.client.get(address))
    assert page.count("<svg") == 1
    assert "The table beside it holds every figure." in page
    assert "<title" in page.split("<svg")[1]
    drawn = page.split('<figure class="candour-chart">')[1].split("</figure>")[0]
    assert table.exhibit is not None
    assert all(f">{row[1]}<" in drawn for row in table.exhibit.rows if row[0] != "Total")
    table.exhibit.delete()
    SavedCount.objects.update(decision=None, table=None)
    assert "this count belongs to no question" in text(answering.client.get(address))
