"""One step on many cases: ticked on the caseload, shown case by case, then taken on each, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candour.desk.business_areas.tasks import ask
from candour.desk.caseload.moves import planned
from candour.desk.caseload.together import AddWatcher, ChangeProfile, HandOver, Remind, Step, WriteNote
from candour.desk.caseload.watching import news
from candour.desk.models import BusinessArea, Case, EventKind, Profile, StaffMember, Task
from desk.world import TODAY, World, make_staff, open_case, prepared, sent


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen_on(page: str) -> str:
    """What the page gives back as what it showed."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def late_task(world: World, case: Case, name: str = "Stables") -> Task:
    """A task whose day has passed."""
    email = "stables@westvale.police.example"
    area, _ = BusinessArea.objects.get_or_create(authority=world.force, name=name, defaults={"email": email})
    site = "https://foi.westvale.police.example/"
    task = ask(case.questions.all()[0], area, "How many?", TODAY, site, world.officer)
    Task.objects.filter(pk=task.pk).update(wanted_by=TODAY - timedelta(days=1))
    return task


def test_the_cases_that_are_ticked_are_those_that_are_offered(world: World) -> None:
    """Or all that the page showed; none ticked is said; what is no key, or of another force, is left out."""
    first, second = open_case(world), open_case(world)
    client, path = client_of(world.approver), reverse("desk:move")
    page = client.get(reverse("desk:caseload")).content.decode()
    assert f'name="case" value="{first.pk}"' in page
    shown = re.search(r'name="shown" value="([^"]*)"', page)
    assert shown and set(shown[1].split(",")) == {str(first.pk), str(second.pk)}

    def offered(**query: object) -> str:
        return client.get(path, {"shown": shown[1] if shown else "", **query}).content.decode()

    one = offered(case=[second.pk, "x", "9" * 30], step="watch")
    assert second.reference in one and first.reference not in one
    assert all(case.reference in offered(**{"page-of": "all"}) for case in (first, second))
    assert "No case was chosen" in offered()
    stranger = client_of(world.outsider).get(path, {"case": first.pk}).content.decode()
    assert first.reference not in stranger and "No case was chosen" in stranger
    auditor = client_of(make_staff(world.force, "ada", "Ada", "auditor"))
    assert 'name="case"' not in auditor.get(reverse("desk:caseload")).content.decode()


def test_a_watcher_is_added_to_many_cases_and_told(world: World) -> None:
    """Each in its own trail; a case that they watch stays; the second of two posts does nothing."""
    watched, fresh = open_case(world), open_case(world)
    reader = make_staff(world.force, "lea", "Lea", "legal")
    client, path = client_of(world.approver), reverse("desk:move") + f"?step=watch&case={watched.pk}&case={fresh.pk}"
    watched.watches.create(person=reader)
    posted = {"cases": [watched.pk, fresh.pk], "person": reader.pk}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "Stays as it is: Lea Hart watches it already" in preview
    assert "Lea Hart watches it from now on" in preview
    assert not fresh.watches.exists()
    for _ in range(2):
        page = client.post(path, {**posted, "action": "move", "seen": seen_on(preview)}, follow=True).content.decode()
        assert f"{watched.reference}: Lea Hart watches it already" in page
    (event,) = fresh.events.filter(kind=EventKind.WATCHER)
    assert (event.actor, event.detail) == (world.approver, "Lea Hart watches the case from now on.")
    assert not watched.events.filter(kind=EventKind.WATCHER).exists()
    assert fresh in [each.case for each in news(reader)]


def test_areas_that_are_late_are_reminded_once(world: World) -> None:
    """Of the cases that are chosen; one without a late task stays, and so does one that has been answered."""
    late, punctual, gone = open_case(world), open_case(world), sent(world).case
    task = late_task(world, late)
    client, path = client_of(world.approver), reverse("desk:move") + "?step=remind&stage=all"
    posted = {"cases": [late.pk, punctual.pk, gone.pk]}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "reminds Stables" in preview
    assert "Stays as it is: no area is late with an answer" in preview
    assert "Stays as it is: the letter has been sent" in preview
    for _ in range(2):
        client.post(path, {**posted, "action": "move", "seen": seen_on(preview)})
    assert late.events.filter(kind=EventKind.TASK, detail__contains="reminded").count() == 1
    task.refresh_from_db()
    assert task.reminded_at is not None and timezone.localdate(task.reminded_at) == TODAY
    again = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "every area was reminded today already" in again and "Nothing would change." in again


def test_a_case_that_was_destroyed_stays_and_is_told(world: World) -> None:
    """It can be ticked where all cases are shown; whatever the step, nothing is done to it."""
    case = open_case(world)
    Case.objects.filter(pk=case.pk).update(destroyed_at=timezone.now())
    client = client_of(world.approver)
    for step, chosen in (("watch", {"person": world.second.pk}), ("note", {"text": "x"}), ("remind", {})):
        path = reverse("desk:move") + f"?step={step}&case={case.pk}"
        preview = client.post(path, {"cases": [case.pk], **chosen, "action": "preview"}).content.decode()
        assert "Stays as it is: it was destroyed" in preview and "Nothing would change." in preview
        client.post(path, {"cases": [case.pk], **chosen, "action": "move", "seen": seen_on(preview)})
    assert not case.watches.exists() and not case.events.filter(kind=EventKind.NOTE).exists()


def test_a_task_that_was_answered_since_the_preview_is_left(world: World) -> None:
    """What the preview rests on is what would be reminded; the case is named."""
    case = open_case(world)
    task, _ = late_task(world, case), late_task(world, case, "Kennels")
    client, path = client_of(world.approver), reverse("desk:move") + "?step=remind"
    posted = {"cases": [case.pk]}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "reminds Stables, Kennels" in preview
    Task.objects.filter(pk=task.pk).update(state="answered")
    page = client.post(path, {**posted, "action": "move", "seen": seen_on(preview)}, follow=True).content.decode()
    assert "which is now: reminds Kennels" in page
    assert not case.events.filter(detail__contains="reminded").exists()


def test_a_note_is_written_into_many_cases_without_who_asked(world: World) -> None:
    """Once, however often it is posted; a preview of other words writes nothing."""
    first, second = open_case(world), open_case(world)
    client, path = client_of(world.approver), reverse("desk:move") + "?step=note"
    posted = {"cases": [first.pk, second.pk], "text": f"Press office asked about {first.requester.name}."}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    other = client.post(path, {**posted, "text": "Else.", "action": "move", "seen": seen_on(preview)})
    assert "This would change" in other.content.decode()
    for _ in range(2):
        client.post(path, {**posted, "action": "move", "seen": seen_on(preview)})
    for case in (first, second):
        (event,) = case.events.filter(kind=EventKind.NOTE)
        assert event.detail.startswith("Press office asked about") and case.requester.name not in event.detail


def test_the_profile_of_many_cases_is_changed_with_a_reason(world: World) -> None:
    """What has it stays, and so does a case whose letter was put up by the chain of the profile as it is."""
    low, high, up = open_case(world), open_case(world), prepared(world).case
    Case.objects.filter(pk=high.pk).update(profile=Profile.HIGH)
    client, path = client_of(world.approver), reverse("desk:move") + "?step=profile"
    chosen = {"cases": [low.pk, high.pk, up.pk], "profile": "high"}
    assert "Enter why" in client.post(path, {**chosen, "action": "preview"}).content.decode()
    posted = {**chosen, "why": "A debate in the council."}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "from “Ordinary” to “High profile”" in preview
    assert "Stays as it is: its profile is “High profile” already" in preview
    assert "Stays as it is: a letter is on its way by the clearance of the profile as it is" in preview
    for _ in range(2):
        client.post(path, {**posted, "action": "move", "seen": seen_on(preview)})
    (event,) = low.events.filter(kind=EventKind.PROFILE)
    assert (event.detail, event.why) == ("High profile.", "A debate in the council.")
    assert not Case.objects.get(pk=up.pk).events.filter(kind=EventKind.PROFILE).exists()


def test_one_case_that_fails_takes_no_other_with_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case is a transaction of its own: what was done before a crash is done, and that case is whole or absent."""
    first, second = open_case(world), open_case(world)
    Case.objects.filter(pk=second.pk).update(due=TODAY + timedelta(days=90))
    client, path = client_of(world.approver), reverse("desk:move") + "?step=hand-over"
    client.raise_request_exception = False
    posted = {"cases": [first.pk, second.pk], "officer": world.second.pk, "note": ""}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    take = HandOver.take

    def crash(self: HandOver, case: Case, actor: StaffMember) -> None:
        take(self, case, actor)
        if case.pk == second.pk:
            raise OSError("the disk is full")

    monkeypatch.setattr(HandOver, "take", crash)
    assert client.post(path, {**posted, "action": "move", "seen": seen_on(preview)}).status_code == 500
    assert [case.pk for case in Case.objects.filter(officer=world.second)] == [first.pk]
    assert second.events.filter(kind=EventKind.ASSIGNED, actor=world.approver).count() == 0


@pytest.mark.parametrize("name", ["hand-over", "watch", "remind", "note", "profile"])
def test_a_preview_asks_as_many_questions_however_many_cases(world: World, name: str) -> None:
    steps: dict[str, Step] = {
        "hand-over": HandOver(world.second),
        "watch": AddWatcher(world.second),
        "remind": Remind(TODAY),
        "note": WriteNote("x"),
        "profile": ChangeProfile(Profile.HIGH, "x"),
    }
    counted = []
    for many in (1, 5):
        for _ in range(many):
            late_task(world, open_case(world))
        with CaptureQueriesContext(connection) as queries:
            planned(world.officer, world.force.cases.values_list("pk", flat=True), steps[name])
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 3
