"""Who watches a case besides those who chose to themselves: named by who works on cases, and in its trail."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.caseload.watching import add_watcher, news, remove_watcher, watch
from candour.desk.models import EventKind, StaffMember
from candour.desk.refusals import NotAllowed, Refused
from desk.world import World, make_staff, open_case


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_colleague_is_added_as_a_watcher_and_taken_away(world: World) -> None:
    """Both in the trail with who and whom; the watcher is told under their day, of that step first."""
    case = open_case(world)
    client, path = client_of(world.officer), reverse("desk:watchers", args=[case.pk])
    assert "Nobody yet" in client.get(path).content.decode()
    assert "Choose who watches this case" in client.post(path, {"action": "add"}).content.decode()
    page = client.post(path, {"action": "add", "person": world.approver.pk}, follow=True).content.decode()
    assert "Wendy Hart watches this case from now on." in page and "Take away" in page
    assert [(each.case, each.steps) for each in news(world.approver)] == [(case, 1)]
    gone = {"action": "remove", "row": world.approver.pk}
    client.post(path, gone)
    assert "They do not watch this case any more." in client.post(path, gone, follow=True).content.decode()
    events = case.events.filter(kind=EventKind.WATCHER)
    assert [(event.actor, event.detail) for event in events] == [
        (world.officer, "Wendy Hart watches the case from now on."),
        (world.officer, "Wendy Hart does not watch the case any more."),
    ]
    assert news(world.approver) == []


@pytest.mark.parametrize("role", ["contact", "national", "administrator"])
def test_who_sees_no_case_watches_none(world: World, role: str) -> None:
    """Nor is offered as one, nor does anybody of another force, nor an account that is closed."""
    case = open_case(world)
    blind, closed = make_staff(world.force, "kim", "Kim", role), make_staff(world.force, "gus", "Gus", "officer")
    StaffMember.objects.filter(pk=closed.pk).update(is_active=False)
    page = client_of(world.officer).get(reverse("desk:watchers", args=[case.pk])).content.decode()
    for person in (blind, world.outsider, closed):
        assert f"{person}</option>" not in page
        with pytest.raises(Refused, match="cannot watch this case"):
            add_watcher(case.pk, person, world.officer)
    assert not case.watches.exists()


def test_watching_twice_is_refused_and_leaves_no_second_event(world: World) -> None:
    """Whoever began it; and nobody is taken away who does not watch."""
    case = open_case(world)
    watch(case, world.approver)
    with pytest.raises(Refused, match="watches this case already"):
        add_watcher(case.pk, world.approver, world.officer)
    with pytest.raises(Refused, match="does not watch"):
        remove_watcher(case.pk, world.second, world.officer)
    assert not case.events.filter(kind=EventKind.WATCHER).exists()


def test_who_only_reads_watches_but_adds_nobody(world: World) -> None:
    case = open_case(world)
    auditor = make_staff(world.force, "ada", "Ada", "auditor")
    client = client_of(auditor)
    client.post(reverse("desk:watch", args=[case.pk]), {"action": "watch"})
    assert case.watches.filter(person=auditor).exists()
    assert client.get(reverse("desk:watchers", args=[case.pk])).status_code == 403
    assert "Who watches it" not in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    with pytest.raises(NotAllowed):
        add_watcher(case.pk, world.approver, auditor)
