"""Who sees each page of the desk: staff of the force, and nobody else. A page that is added is looked at at once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from candour.desk.models import Case, StaffMember
from desk.kept import built_once, found_world
from desk.test_views import NUMBERED, PAGES, REDIRECTS, address, client_of
from desk.world import World, make_staff, sent

every_page = pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
of_one_case = pytest.mark.parametrize(
    "pattern", [pattern for pattern in PAGES if "pk" in pattern.pattern.converters], ids=lambda pattern: pattern.name
)
letter = built_once(sent)


@pytest.fixture
def world(letter: None, db: None) -> World:
    """The world in which a letter was sent."""
    return found_world()


@pytest.fixture
def case(world: World) -> Case:
    """The case whose letter was sent."""
    return Case.objects.get(authority=world.force)


@every_page
def test_nobody_sees_a_page_without_signing_in(world: World, case: Case, pattern: URLPattern) -> None:
    """Whoever has not signed in is led to the sign-in page, for reading as for acting."""
    path = address(pattern, case, world)
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 302
        assert answer["Location"] == f"{reverse('desk:sign-in')}?next={path}"


@of_one_case
def test_nobody_sees_a_case_of_another_force(world: World, case: Case, pattern: URLPattern) -> None:
    """For staff of another force the case does not exist, and nothing that they post changes it."""
    path = address(pattern, case, world)
    events = case.events.count()
    for answer in (client_of(world.outsider).get(path), client_of(world.outsider).post(path, {"action": "complete"})):
        assert answer.status_code == 404
        assert case.reference not in answer.content.decode()
    assert case.events.count() == events


@every_page
def test_staff_of_the_force_see_the_page(world: World, case: Case, pattern: URLPattern) -> None:
    """The same page answers the officer of the force."""
    path = address(pattern, case, world)
    answer = client_of(world.officer).get(path, follow=pattern.name in NUMBERED)
    assert answer.status_code == (302 if pattern.name in REDIRECTS else 200)


@every_page
def test_a_person_without_a_force_sees_nothing(world: World, case: Case, pattern: URLPattern) -> None:
    """An account that belongs to no force is refused in words, superusers among them."""
    path = address(pattern, case, world)
    stray = make_staff(None, "stray", "Stray", "approver")
    StaffMember.objects.filter(pk=stray.pk).update(is_superuser=True, is_staff=True)
    assert client_of(stray).get(path).status_code == 403


@of_one_case
def test_a_case_that_there_is_not_is_not_found(world: World, case: Case, pattern: URLPattern) -> None:
    """A number out of the air is a page not found, however large."""
    # BUG (reported): entry 0 of the register is shown as a new one.
    path = address(pattern, case, world)
    for number in ("0", "999999", "9" * 30):
        assert client_of(world.officer).get(re.sub(r"/\d+/", f"/{number}/", path, count=1)).status_code == 404


@every_page
def test_a_page_of_the_desk_is_kept_by_nobody_else(world: World, case: Case, pattern: URLPattern) -> None:
    """No page of staff is framed, sniffed or run by others, and none is the same for two people."""
    answer = client_of(world.officer).get(address(pattern, case, world))
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Cookie" in answer["Vary"]
