"""The day at the desk: many cases handed over at once, colleagues away, watched cases."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from candour.desk.audit_trail.writing import record
from candour.desk.caseload.moves import carry_out
from candour.desk.caseload.together import HandOver
from candour.desk.caseload.watching import news, watch
from candour.desk.models import Absence, Case, EventKind, StaffMember
from desk.world import TODAY, World, make_staff, open_case


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen_on(page: str) -> str:
    """What the page gives back as what it showed."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def days(first: int, last: int) -> dict[str, int]:
    found = {}
    for name, more in (("first", first), ("last", last)):
        day = TODAY + timedelta(days=more)
        found |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    return found


def test_the_cases_of_somebody_who_is_away_are_handed_over_at_once(world: World) -> None:
    """Chosen out of the queue, shown before anything changes, and each in its own trail with the note."""
    first, second = open_case(world), open_case(world)
    officer, approver = client_of(world.officer), client_of(world.approver)
    assert (
        "must be the first day or later"
        in officer.post(reverse("desk:my-day"), {"action": "away", **days(2, 1)}).content.decode()
    )
    officer.post(reverse("desk:my-day"), {"action": "away", **days(0, 5)})
    assert "Of people who are away (2)" in approver.get(reverse("desk:caseload")).content.decode()
    path = reverse("desk:move") + "?queue=away"
    asked = {"cases": [first.pk, second.pk], "officer": world.second.pk, "note": "Back on Monday."}
    preview = approver.post(path, {**asked, "action": "preview"}).content.decode()
    assert preview.count("from Will Hart to Wes Hart") == 2
    assert Case.objects.filter(officer=world.second).count() == 0
    approver.post(path, {**asked, "action": "move"})
    assert Case.objects.filter(officer=world.second).count() == 0, "nothing moves that was not shown"
    approver.post(path, {**asked, "action": "move", "seen": seen_on(preview)})
    for case in (first, second):
        event = Case.objects.get(pk=case.pk, officer=world.second).events.last()
        assert event is not None
        assert (event.kind, event.why) == (EventKind.ASSIGNED, "Back on Monday.")
    absence = Absence.objects.get()
    approver.post(reverse("desk:my-day"), {"action": "back", "row": absence.pk})
    assert Absence.objects.exists()
    officer.post(reverse("desk:my-day"), {"action": "back", "row": absence.pk})
    assert not Absence.objects.exists()


def test_what_cannot_be_handed_over_stays_and_is_told(world: World) -> None:
    """A case that the person has already, or of another force, does not keep the others."""
    mine, other = open_case(world), open_case(world)
    Case.objects.filter(pk=other.pk).update(officer=world.approver)
    seen = {str(other.pk): world.approver.pk}
    moved, stayed = carry_out(world.force, [mine.pk, other.pk, 10**9], HandOver(world.officer), world.approver, seen)
    assert moved == 1
    assert stayed == [f"{mine.reference}: Will Hart has it already"]
    assert carry_out(world.elsewhere, [mine.pk], HandOver(world.outsider), world.outsider, {}) == (0, [])
    auditor = make_staff(world.force, "ada", "Ada", "auditor")
    assert client_of(auditor).get(reverse("desk:move")).status_code == 403


def test_what_changed_since_the_preview_stays_and_is_named(world: World) -> None:
    """One that a colleague took meanwhile, and one that was chosen afterwards; the others go."""
    taken, added, still = open_case(world), open_case(world), open_case(world)
    client = client_of(world.approver)
    path = reverse("desk:move")
    asked = {"cases": [taken.pk, still.pk], "officer": world.second.pk, "note": ""}
    seen = seen_on(client.post(path, {**asked, "action": "preview"}).content.decode())
    Case.objects.filter(pk=taken.pk).update(officer=world.approver)
    asked |= {"cases": [taken.pk, added.pk, still.pk], "action": "move", "seen": seen}
    page = client.post(path, asked, follow=True).content.decode()
    assert "1 case went to Wes Hart." in page
    assert f"{taken.reference}: it has changed since you were shown what would happen" in page
    assert "which is now: from Wendy Hart to Wes Hart" in page
    assert f"{added.reference}: it was not in what you were shown" in page
    assert [case.pk for case in Case.objects.filter(officer=world.second)] == [still.pk]


def test_a_preview_for_one_person_moves_nothing_to_another(world: World) -> None:
    """Nor does one that was made up: the preview is shown once more instead."""
    case = open_case(world)
    client = client_of(world.approver)
    asked = {"cases": [case.pk], "officer": world.second.pk, "note": ""}
    seen = seen_on(client.post(reverse("desk:move"), {**asked, "action": "preview"}).content.decode())
    for changed in ({"officer": world.approver.pk, "seen": seen}, {"seen": "x"}):
        page = client.post(reverse("desk:move"), {**asked, "action": "move", **changed}).content.decode()
        assert "This would change" in page
    assert Case.objects.get(pk=case.pk).officer == world.officer


def test_watchers_are_told_of_what_others_do(world: World) -> None:
    """Until they open the case again; what they do themselves is no news."""
    case = open_case(world)
    client = client_of(world.approver)
    client.post(reverse("desk:watch", args=[case.pk]), {"action": "watch"})
    watch(case, world.approver)
    assert news(world.approver) == []
    record(case, EventKind.ASSIGNED, world.approver)
    assert news(world.approver) == []
    record(case, EventKind.ASSIGNED, world.officer)
    (told,) = news(world.approver)
    assert (told.case, told.steps) == (case, 1)
    assert "1 step by others" in client.get(reverse("desk:my-day")).content.decode()
    assert "Stop watching" in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert news(world.approver) == []
    client.post(reverse("desk:watch", args=[case.pk]), {"action": "unwatch"})
    assert not case.watches.exists()


def test_the_keys_that_are_listed_are_those_of_the_menu(world: World) -> None:
    page = client_of(world.officer).get(reverse("desk:keyboard")).content.decode()
    assert all(f'accesskey="{key}"' in page and f"<dt>{key}</dt>" in page for key in "123")


def test_who_is_away_is_told_where_a_case_is_handed_over(world: World) -> None:
    """On the page of their case, and beside their name in every choice of who gets cases; who is back is not."""
    case = open_case(world)
    Case.objects.filter(pk=case.pk).update(officer=world.officer)
    Absence.objects.create(person=world.officer, first=TODAY, last=TODAY + timedelta(days=6))
    Absence.objects.create(person=world.approver, first=TODAY - timedelta(days=3), last=TODAY - timedelta(days=1))
    client = client_of(world.approver)
    told = f"away until {date_format(TODAY + timedelta(days=6), 'j F Y')}"
    assert f"{world.officer}, {told}" in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    other = open_case(world)
    Case.objects.filter(pk=other.pk).update(officer=None)
    for path in (reverse("desk:hand-over", args=[other.pk]), reverse("desk:move")):
        page = client.get(path).content.decode()
        assert f"{world.officer} ({told})" in page
        assert f"{world.approver} (away" not in page


def test_a_manager_says_that_somebody_who_is_ill_is_away(world: World) -> None:
    """And takes it back; nobody else says it of others, and nobody of another force."""
    manager = make_staff(world.force, "the-manager", "Robin", "manager")
    posted = {"action": "away", "person": world.officer.pk, **days(0, 2)}
    client_of(world.approver).post(reverse("desk:my-day"), posted)
    assert [absence.person for absence in Absence.objects.all()] == [world.approver]
    Absence.objects.all().delete()
    client = client_of(manager)
    client.post(reverse("desk:my-day"), posted)
    absence = Absence.objects.get()
    assert absence.person == world.officer
    assert "Others who are or will be away" in client.get(reverse("desk:my-day")).content.decode()
    client.post(reverse("desk:my-day"), {"action": "away", "person": world.outsider.pk, **days(0, 2)})
    assert Absence.objects.count() == 1
    client.post(reverse("desk:my-day"), {"action": "back", "row": absence.pk})
    assert not Absence.objects.exists()


def test_a_note_stands_in_the_trail_without_who_asked(world: World) -> None:
    """Whoever opens the case next reads it; the name of the requester is taken out of it."""
    case = open_case(world)
    client = client_of(world.officer)
    path = reverse("desk:new-note", args=[case.pk])
    client.post(path, {"text": f"Custody rings back on Monday, {case.requester.name} was told."})
    said = case.events.get(kind=EventKind.NOTE).detail
    assert said.startswith("Custody rings back on Monday, ")
    assert case.requester.name not in said
    assert "Custody rings back on Monday" in client.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_a_note_needs_words_and_somebody_who_works_on_cases(world: World) -> None:
    """An empty one is told on the form; an auditor writes none; the press office does."""
    case = open_case(world)
    path = reverse("desk:new-note", args=[case.pk])
    assert "Write the note" in client_of(world.officer).post(path, {"text": "  "}).content.decode()
    assert client_of(make_staff(world.force, "ivo", "Ivo", "auditor")).post(path, {"text": "x"}).status_code == 403
    assert not case.events.filter(kind=EventKind.NOTE).exists()
    assert client_of(make_staff(world.force, "greta", "Greta", "press")).post(path, {"text": "x"}).status_code == 302
