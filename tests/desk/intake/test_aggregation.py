"""Requests whose cost may be added up are found without showing who asked."""

from __future__ import annotations

from datetime import date

from django.test import Client
from django.urls import reverse

from candour.desk.intake.aggregation import Others, look_for_requests, reach_of
from candour.desk.models import EventKind
from desk.world import EMAIL, NAME, World, open_case


def test_only_requests_of_one_requester_within_reach_are_found(world: World) -> None:
    """The same address within sixty working days counts; another requester, another force or an older one does not."""
    case = open_case(world)
    near = open_case(world, received=date(2026, 3, 2), requester_email=EMAIL.upper())
    open_case(world, received=date(2025, 9, 1))
    open_case(world, requester_email="else@requester.example", requester_name="Jo Else")
    assert look_for_requests(case, world.officer) == Others([near], 0)
    assert [event.kind for event in case.events.all()].count(EventKind.REQUESTER_SEEN) == 1


def test_the_reach_goes_both_ways(world: World) -> None:
    """Sixty consecutive working days with both requests in them: the worked example of a period from 6 January 2025."""
    reach = reach_of(open_case(world, received=date(2025, 1, 6)))
    assert reach.latest == date(2025, 3, 31)
    assert reach_of(open_case(world, received=date(2025, 3, 31))).earliest == date(2025, 1, 6)


def test_the_page_looks_only_when_asked_and_names_nobody(world: World, client: Client) -> None:
    """Opening the page looks at nothing; the button finds the cases and writes the look in the trail."""
    case, other = open_case(world), open_case(world)
    client.force_login(world.officer)
    address = reverse("desk:aggregation", args=[case.pk])
    assert other.reference not in client.get(address).content.decode()
    page = client.post(address).content.decode()
    assert other.reference in page
    assert NAME not in page
