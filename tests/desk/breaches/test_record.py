"""The record of a breach: what the law asks of it, who received what left, who may read it, and its export."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from candour.desk.breaches.export import export_breach, record_of, with_words
from candour.desk.breaches.points import hours_left, why_open
from candour.desk.breaches.received import on_the_log, receipts
from candour.desk.breaches.record import Answer, answer, assess, close, learn
from candour.desk.models import (
    Breach,
    Event,
    EventKind,
    Hold,
)
from candour.desk.publishing.fetches import note_fetch
from candour.desk.refusals import NotAllowed, Refused
from desk.breaches.records import KNOWN, answer_all, done, manager_of, started, task_asked
from desk.world import EMAIL, NAME, NOW, TODAY, World, decide_all, make_staff, open_case
from desk.world import published as published_entry
from desk.world import sent as sent_letter

# What the law asks for


def test_the_hours_run_from_awareness_through_the_weekend(world: World) -> None:
    """From Friday 09:00 there are 71 hours left at 10:00, whatever is a weekend or a change of the clocks."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=1))
    assert hours_left(breach, NOW) == "71 hours left to tell the Commissioner."
    assert hours_left(breach, NOW + timedelta(hours=70, minutes=30)) == "30 minutes left to tell the Commissioner."
    late = hours_left(breach, NOW + timedelta(hours=76))
    assert late == "5 hours late: tell the Commissioner now, with the reasons for the delay."


def test_telling_the_commissioner_late_needs_the_reasons(world: World) -> None:
    """After the hours the reasons for the delay are asked for; with them it is recorded as late."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=80))
    with pytest.raises(Refused, match="reasons for the delay"):
        answer(breach.pk, "commissioner", done(NOW, reference="IC-1"), world.officer)
    answer(breach.pk, "commissioner", done(NOW, reference="IC-1", why="Found on a Saturday."), world.officer)
    told = Event.objects.filter(kind=EventKind.BREACH).latest("sequence")
    assert "It was late." in told.detail
    assert told.why == "Found on a Saturday."
    assert hours_left(Breach.objects.get(), NOW) == "The Commissioner was told after 80 hours, late."


def test_what_follows_in_phases_is_not_late(world: World) -> None:
    """Told in time once, more may follow after the hours without a reason."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=80))
    answer(breach.pk, "commissioner", done(NOW - timedelta(hours=70)), world.officer)
    answer(breach.pk, "commissioner", done(NOW), world.officer)
    assert hours_left(Breach.objects.get(), NOW) == "The Commissioner was told after 10 hours."


@pytest.mark.parametrize(("risk", "allowed"), [("", False), ("unlikely", True), ("likely", False), ("high", False)])
def test_the_commissioner_is_left_out_only_where_a_risk_is_unlikely(world: World, risk: str, *, allowed: bool) -> None:
    """Without an assessment, and with a likely risk, a reason is not enough."""
    breach = started(open_case(world), world.officer)
    if risk:
        assess(breach.pk, 0, risk, "x", world.officer)
    told = Answer(done=False, at=NOW, why="Only one colleague saw it, and deleted it.")
    if allowed:
        answer(breach.pk, "commissioner", told, world.officer)
        assert "need not be told" in hours_left(Breach.objects.get(), NOW)
        return
    with pytest.raises(Refused):
        answer(breach.pk, "commissioner", told, world.officer)


def test_a_later_assessment_opens_what_was_answered_by_the_earlier_one(world: World) -> None:
    """He was not told because a risk was unlikely; once it is likely the point is open again."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "unlikely", "x", world.officer)
    answer(breach.pk, "commissioner", Answer(done=False, at=NOW, why="x"), world.officer)
    assert not any("Information Commissioner" in each for each in why_open(Breach.objects.get()))
    assess(breach.pk, Breach.objects.get().version, "likely", "It was copied.", world.officer)
    assert any("the Commissioner has to be told" in each for each in why_open(Breach.objects.get()))


def test_people_at_high_risk_are_left_out_only_on_a_ground_of_the_law(world: World) -> None:
    """A reason alone is not enough; with one of the three grounds it is."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "high", "x", world.officer)
    with pytest.raises(Refused, match="grounds of Article 34"):
        answer(breach.pk, "people", Answer(done=False, at=NOW, why="They are many."), world.officer)
    answer(breach.pk, "people", Answer(done=False, at=NOW, why="Told in the press.", ground="effort"), world.officer)
    assert not any("whose data" in each for each in why_open(Breach.objects.get()))


def test_a_record_is_closed_by_a_manager_once_each_point_has_an_answer(world: World) -> None:
    """Until then it is refused, naming what is open; an officer is refused at any time."""
    breach, boss = started(open_case(world), world.officer), manager_of(world)
    with pytest.raises(Refused, match="Tell the data protection officer: no answer yet"):
        close(breach.pk, 0, "Look at hidden sheets.", boss)
    answer_all(breach, world.officer)
    version = Breach.objects.get().version
    with pytest.raises(NotAllowed):
        close(breach.pk, version, "Look at hidden sheets.", world.officer)
    with pytest.raises(Refused, match="learned"):
        close(breach.pk, version, " ", boss)
    close(breach.pk, version, "Look at hidden sheets.", boss)
    with pytest.raises(Refused, match="closed"):
        answer(breach.pk, "dpo", done(NOW), world.officer)


def test_a_correction_of_the_moment_of_awareness_stands_in_the_trail(world: World) -> None:
    """The hours follow the corrected moment, and the trail says what it was before and why it changed."""
    breach = started(open_case(world), world.officer)
    learn(
        breach.pk, 0, {**KNOWN, "aware_at": NOW - timedelta(hours=30)}, "A mail of Thursday was found.", world.officer
    )
    assert hours_left(Breach.objects.get(), NOW) == "42 hours left to tell the Commissioner."
    told = Event.objects.filter(kind=EventKind.BREACH).latest("sequence")
    assert "26 March 2026 at 04:00, not on 27 March 2026 at 09:00" in told.detail
    assert told.why == "A mail of Thursday was found."


@pytest.mark.parametrize(
    "known", [{"aware_at": NOW + timedelta(hours=1)}, {"what": " "}, {"way": "pigeon"}, {"people": ["martians"]}]
)
def test_a_record_without_its_facts_is_refused(world: World, known: dict[str, Any]) -> None:
    """A time that lies ahead, nothing that left, a way or people that there are not."""
    with pytest.raises(Refused):
        started(open_case(world), world.officer, **known)
    assert not Hold.objects.exists()


# Who received it


def test_it_tells_who_received_what_and_never_who_asked(world: World) -> None:
    """The letter with its time and the number of its message; the area by its link; not the requester’s name."""
    case = open_case(world)
    task_asked(world, case)
    letter = sent_letter(world, decide_all(world, case))
    breach = started(case, world.officer)
    found = receipts(breach)
    assert {each.who for each in found} == {"Stables", "The requester"}
    of_letter = next(each for each in found if each.who == "The requester" and each.what == "Answer")
    assert of_letter.at == letter.sent_at
    assert f"<{letter.digest[:40]}@westvale.police.example>" in of_letter.by
    client = Client()
    client.force_login(world.officer)
    page = client.get(reverse("desk:breach", args=[breach.pk])).content.decode()
    assert "Stables" in page
    assert NAME not in page
    assert EMAIL not in page


def test_it_tells_how_often_each_published_file_was_fetched(world: World) -> None:
    """Counted by file and day without anything of who did; a look at the entry and a HEAD count for nothing."""
    entry = published_entry(world)
    path = reverse("portal:file", args=[world.force.slug, entry.slug, "horses.csv"])
    for _ in range(3):
        Client().get(path)
    Client().head(path)
    Client().get(reverse("portal:entry", args=[world.force.slug, entry.slug]))
    with time_machine.travel(NOW + timedelta(days=1)):
        Client().get(path)
    assert list(entry.fetches.values_list("name", "count")) == [("horses.csv", 3), ("horses.csv", 1)]
    with time_machine.travel(NOW + timedelta(days=2)):
        breach = started(entry.response.case, world.officer)
    (on_log,) = on_the_log(breach.case)
    assert [(each.name, each.count, each.last) for each in on_log.files] == [
        ("horses.csv", 4, TODAY + timedelta(days=1))
    ]
    assert on_log.until is not None


def test_a_reader_gets_the_file_where_it_cannot_be_counted(world: World) -> None:
    """A database that takes no writes is no reason to refuse a download."""
    entry = published_entry(world)
    with patch("candour.desk.publishing.fetches.FileFetches.objects") as broken:
        broken.filter.return_value.update.side_effect = OperationalError("read-only")
        note_fetch(entry.files.get(name="horses.csv"))
        path = reverse("portal:file", args=[world.force.slug, entry.slug, "horses.csv"])
        assert Client().get(path).status_code == 200


def test_the_export_names_no_requester_and_is_the_same_each_time(world: World) -> None:
    """A page with what a notification has to say, and the trail with digests; the export itself is not in it."""
    entry = published_entry(world)
    breach = started(entry.response.case, world.officer)
    answer_all(breach, world.officer)
    first, second = export_breach(breach.pk, world.officer), export_breach(breach.pk, world.officer)
    assert first == second == record_of(with_words(breach.pk))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["index.html", "trail.csv", "SHA256SUMS"]
        page, trail = archive.read("index.html").decode(), archive.read("trail.csv").decode()
    for words in (
        "A hidden sheet with names.",
        "Police officers",
        "120",
        "Information Commissioner told",
        "27 March 2026",
    ):
        assert words in page
    assert "Entry of the log withdrawn" in trail
    for text in (page, trail):
        assert NAME not in text
        assert EMAIL not in text
    assert Event.objects.filter(kind=EventKind.BREACH_EXPORTED).count() == 2


# Who may see it


def test_the_press_office_reads_neither_the_record_nor_its_words_on_the_case(world: World) -> None:
    """That there is one is not hidden; why anybody is at risk is not told. Readers of records see both."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "high", "Names of officers in a covert unit.", world.officer)
    seen = {}
    for role in ("press", "auditor"):
        client = Client()
        client.force_login(make_staff(world.force, f"the-{role}", "Robin", role))
        pages = [client.get(reverse(f"desk:{name}", args=args)) for name, args in _read_by(breach)]
        seen[role] = [page.status_code for page in pages]
        assert ("covert unit" in pages[0].content.decode()) is (role == "auditor")
        assert ("Something left that should not have" in pages[0].content.decode()) is (role == "auditor")
    assert seen == {"press": [200, 403, 403], "auditor": [200, 200, 200]}


def _read_by(breach: Breach) -> list[tuple[str, list[int]]]:
    return [("case", [breach.case_id]), ("breaches", []), ("breach", [breach.pk])]
