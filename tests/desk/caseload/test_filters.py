"""Views of the caseload that are kept under a name, renamed, shared, and taken back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candour.desk.caseload.filters import keep, share
from candour.desk.models import SavedFilter, Sharing, StaffMember, Team
from candour.desk.refusals import NotAllowed
from desk.world import World, make_staff


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def caseload_of(person: StaffMember) -> str:
    return client_of(person).get(reverse("desk:caseload")).content.decode()


def test_a_filter_is_kept_under_a_name(world: World) -> None:
    """Only what the caseload knows is kept; it is the person's own, and can be deleted."""
    client = client_of(world.officer)
    path = reverse("desk:save-filter") + "?queue=late&q=horses&page=3&next=//evil.example"
    assert 'value="queue=late&amp;q=horses"' in client.get(path).content.decode()
    client.post(path, {"name": "Late horses", "query": "queue=late&q=horses&next=//evil.example"})
    kept = SavedFilter.objects.get()
    assert kept.query == "queue=late&q=horses"
    page = client.get(reverse("desk:caseload")).content.decode()
    assert "Late horses</a>" in page
    assert "Late horses" not in client_of(world.approver).get(reverse("desk:caseload")).content.decode()
    client.post(reverse("desk:my-day"), {"action": "forget", "row": kept.pk})
    assert not SavedFilter.objects.exists()


def test_a_filter_is_renamed_and_deleted_by_who_keeps_it(world: World) -> None:
    """Not to a name that they keep another under; nobody else finds the page."""
    kept, other = keep(world.officer, "Late", "queue=late"), keep(world.officer, "Mine", "queue=mine")
    client, path = client_of(world.officer), reverse("desk:saved-filter", args=[kept.pk])
    page = client.post(path, {"name": "Mine", "shared": ""}).content.decode()
    assert "You keep another filter under this name" in page
    client.post(path, {"name": "Overdue", "shared": ""})
    kept.refresh_from_db()
    assert (kept.name, kept.query) == ("Overdue", "queue=late")
    assert client_of(world.approver).post(path, {"name": "Stolen", "shared": ""}).status_code == 404
    client.post(path, {"action": "delete"})
    assert list(SavedFilter.objects.all()) == [other]
    with pytest.raises(IntegrityError):
        SavedFilter.objects.create(person=world.officer, name="Mine", query="")


def test_a_shared_filter_stands_apart_with_its_owner(world: World) -> None:
    """Shared with the force it is found by everybody of it, and by nobody of another; in no further query."""
    kept = keep(world.officer, "Late horses", "queue=late&q=horses")
    client = client_of(world.approver)
    with CaptureQueriesContext(connection) as before:
        assert "Late horses" not in client.get(reverse("desk:caseload")).content.decode()
    client_of(world.officer).post(
        reverse("desk:saved-filter", args=[kept.pk]), {"name": "Late horses", "shared": "force"}
    )
    with CaptureQueriesContext(connection) as after:
        page = client.get(reverse("desk:caseload")).content.decode()
    assert len(after) == len(before)
    assert "Late horses</a>, by Will Hart" in page[page.index("Filters that others share") :]
    assert "Filters that others share" not in caseload_of(world.officer)
    assert "Late horses" not in caseload_of(world.outsider)


def test_a_filter_shared_with_the_team_goes_with_the_team(world: World) -> None:
    """Who is in none cannot share with one; who leaves it finds it no more."""
    kept = keep(world.officer, "Late horses", "queue=late")
    path, posted = reverse("desk:saved-filter", args=[kept.pk]), {"name": "Late horses", "shared": "team"}
    assert "You are in no team" in client_of(world.officer).post(path, posted).content.decode()
    team = Team.objects.create(authority=world.force, name="A to L")
    StaffMember.objects.filter(pk__in=[world.officer.pk, world.approver.pk]).update(team=team)
    client_of(world.officer).post(path, posted)
    assert "Late horses" in caseload_of(world.approver)
    assert "Late horses" not in caseload_of(world.second)
    StaffMember.objects.filter(pk=world.approver.pk).update(team=None)
    assert "Late horses" not in caseload_of(world.approver)


def test_the_owner_or_a_manager_takes_a_shared_filter_back(world: World) -> None:
    """Its owner keeps it; a manager of another force reaches nothing, and an approver is refused."""
    kept = keep(world.officer, "Late horses", "queue=late")
    share(kept, Sharing.FORCE, world.officer)
    posted = {"action": "unshare", "row": kept.pk}
    strange = make_staff(world.elsewhere, "far-manager", "Mo", "manager")
    assert client_of(world.approver).post(reverse("desk:my-day"), posted).status_code == 403
    client_of(strange).post(reverse("desk:my-day"), posted)
    assert SavedFilter.objects.get().shared == Sharing.FORCE
    client = client_of(make_staff(world.force, "the-manager", "Robin", "manager"))
    assert "Share no more" in client.get(reverse("desk:my-day")).content.decode()
    assert "Share no more" not in client_of(world.approver).get(reverse("desk:my-day")).content.decode()
    client.post(reverse("desk:my-day"), posted)
    assert SavedFilter.objects.get(person=world.officer).shared == Sharing.NOBODY
    share(kept, Sharing.FORCE, world.officer)
    client_of(world.officer).post(reverse("desk:my-day"), posted)
    assert SavedFilter.objects.get().shared == Sharing.NOBODY


def test_who_only_reads_keeps_filters_and_shares_none(world: World) -> None:
    """Not even by posting what the page does not offer."""
    auditor = make_staff(world.force, "ada", "Ada", "auditor")
    kept = keep(auditor, "Late", "queue=late")
    client, path = client_of(auditor), reverse("desk:saved-filter", args=[kept.pk])
    assert "Who finds it" not in client.get(path).content.decode()
    client.post(path, {"name": "Overdue", "shared": "force"})
    kept.refresh_from_db()
    assert (kept.name, kept.shared) == ("Overdue", Sharing.NOBODY)
    with pytest.raises(NotAllowed):
        share(kept, Sharing.FORCE, auditor)
    with pytest.raises(NotAllowed, match="somebody else"):
        share(kept, Sharing.FORCE, world.officer)
