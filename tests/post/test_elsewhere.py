"""What WhatDoTheyKnow lists is reconciled with what came in, and what goes there is held to a stricter rule."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from desk.world import NOW, TODAY, World, cleared, decide_all, open_case
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, CheckedFile, ResponseState
from candour.desk.publishing.published_at_once import number_of, public_faults
from candour.desk.refusals import NotAllowed, Refused
from candour.post.elsewhere import FeedError, missing, read_feed, reconcile, settle
from candour.post.models import SiteRequest
from candour.post.send import send
from candour.post.take_in import take_in
from post.mails import mail

SITE_ADDRESS = "request-7-0a1b2c3d@whatdotheyknow.com"


def event(
    number: int, kind: str = "sent", when: str = "2026-03-20T09:00:00.000+00:00", **others: Any
) -> dict[str, Any]:
    """An entry of the feed, as Alaveteli makes it."""
    about = {"id": number, "url_title": f"drones_{number}", "title": f"Drones {number}", **others}
    return {"id": number * 10, "event_type": kind, "created_at": when, "info_request": about, "public_body": {}}


class Site(http.server.BaseHTTPRequestHandler):
    """A site that gives its feed."""

    answer = b"[]"
    asked: list[str] = []

    def do_GET(self) -> None:
        """Give the feed."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The address of a site that lists three requests to the force, one of them twice."""
    world.force.whatdotheyknow = "westvale_police"
    world.force.save()
    Site.answer = json.dumps([event(7), event(7, "resent"), event(8), event(8, "response"), event(9)]).encode()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def from_site(number: int, tag: str = "") -> bytes:
    """A message of the site with a request."""
    return mail().replace(b"sorrel@requester.example", f"{tag}request-{number}-0a1b2c3d@whatdotheyknow.com".encode())


@pytest.mark.parametrize("tag", ["", "foi+", "FOI+"])
def test_a_request_that_never_arrived_is_found(world: World, site: str, tag: str) -> None:
    """What came in before or after the feed was read is not missing; what did not is, once."""
    take_in(from_site(7, tag))
    assert reconcile(world.force, site) == 2
    assert Site.asked[-1] == "/feed/body/westvale_police.json"
    take_in(from_site(9, tag).replace(b"one@requester", b"nine@requester"))
    assert [each.number for each in missing(world.force)] == [8]
    assert reconcile(world.force, site) == 1
    assert SiteRequest.objects.count() == 3


def test_a_request_that_a_person_typed_in_has_arrived(world: World, site: str) -> None:
    """A case with the address of the site stands for its request."""
    open_case(world, requester_email="request-8-0a1b2c3d@whatdotheyknow.com")
    assert reconcile(world.force, site) == 2
    assert {each.number for each in missing(world.force)} == {7, 9}


def test_what_was_sent_just_now_may_still_arrive(world: World, site: str) -> None:
    """Mail takes a while."""
    lately = (NOW - timedelta(hours=1)).isoformat()
    Site.answer = json.dumps([event(7, when=lately)]).encode()
    assert reconcile(world.force, site) == 0


def test_the_queue_says_so_and_a_person_settles_it(world: World, site: str) -> None:
    """With a reason, once, and for the own force alone."""
    reconcile(world.force, site)
    client = Client()
    client.force_login(world.officer)
    assert "3 requests on WhatDoTheyKnow did not arrive" in client.get(reverse("post:queue")).content.decode()
    page = client.get(reverse("post:not-arrived")).content.decode()
    assert "Drones 8" in page
    found = SiteRequest.objects.get(number=8)
    assert "Say why" in client.post(reverse("post:not-arrived"), {"number": found.pk}).content.decode()
    client.post(reverse("post:not-arrived"), {"number": found.pk, f"r{found.pk}-reason": "Withdrawn there."})
    assert {each.number for each in missing(world.force)} == {7, 9}
    with pytest.raises(Refused, match="dealt with this request already"):
        settle(found.pk, "x", world.officer)
    with pytest.raises(NotAllowed):
        settle(SiteRequest.objects.get(number=7).pk, "x", world.outsider)
    stranger = Client()
    stranger.force_login(world.outsider)
    assert stranger.post(reverse("post:not-arrived"), {"number": found.pk}).status_code == 404
    assert "not asked yet" in stranger.get(reverse("post:not-arrived")).content.decode()


@pytest.mark.parametrize("number", [-1, 10**30])
def test_a_number_that_no_site_gives_is_left_out(number: int) -> None:
    """No table holds it, and the rest of the feed counts."""
    assert [each.number for each in read_feed(json.dumps([event(number), event(7)]).encode())] == [7]


@given(content=st.binary(max_size=60) | st.sampled_from([b"{}", b"[1]", b"[{}]", b"null", b'[{"event_type": "sent"}]']))
def test_what_is_no_feed_is_refused_in_words(content: bytes) -> None:
    """Whatever the site sends, it is a list of requests or one sentence."""
    try:
        listed = list(read_feed(content))
    except FeedError:
        return
    assert listed == []


def test_a_site_that_is_away_is_one_line(world: World) -> None:
    """Whoever runs the desk reads of which force."""
    with pytest.raises(FeedError, match="Westvale Police"):
        reconcile(world.force, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("address", "number"),
    [(SITE_ADDRESS, 7), ("foi@whatdotheyknow.com", None), ("request-a-b@x.example", None), ("", None)],
)
def test_the_number_of_a_request_is_in_its_address(address: str, number: int | None) -> None:
    """As the site writes it."""
    assert number_of(address) == number


# What goes there


def small_table(world: World, **given: str) -> Case:
    """A case with a table that shows a small count, decided."""
    case = open_case(world, **given)
    decide_all(world, case)
    case.decisions.get(question__number="2").exhibits.update(rows=[["2024", "2"]])
    return case


def test_no_reason_excuses_a_small_count_that_is_published_at_once(world: World) -> None:
    """To one person it may be; to the site it may not."""
    to_person, to_site = small_table(world), small_table(world, requester_email=SITE_ADDRESS)
    prepare(to_person.pk, TODAY, world.officer, confirmed="It is on our pages.")
    with pytest.raises(Refused, match="published on WhatDoTheyKnow the moment it is sent"):
        prepare(to_site.pk, TODAY, world.officer, confirmed="It is on our pages.")


def test_no_reason_excuses_what_a_file_shows_that_is_published_at_once(world: World) -> None:
    """A file with names in plain sight is accepted for one person only."""
    case = decide_all(world, open_case(world, requester_email=SITE_ADDRESS))
    assert public_faults(case) == []
    CheckedFile.objects.create(
        decision=case.decisions.get(question__number="2"),
        title="Staff",
        upload_name="staff.csv",
        upload_size=100,
        made_by=world.officer,
        agreed_at=NOW,
        accepted="They are public.",
    )
    (fault,) = public_faults(case)
    assert "“Staff”" in fault


def test_it_is_sent_only_by_somebody_who_says_that_it_is_public(world: World) -> None:
    """The page asks; without the tick nothing is sent."""
    response = cleared(world, decide_all(world, open_case(world, requester_email=SITE_ADDRESS)))
    with pytest.raises(Refused, match="published the moment it is sent"):
        send(response.pk, world.officer)
    client = Client()
    client.force_login(world.officer)
    path = reverse("post:send", args=[response.case_id])
    assert "know that they are published" in client.get(path).content.decode()
    client.post(path)
    response.refresh_from_db()
    assert response.state == ResponseState.CLEARED
    client.post(path, {"public": "on"})
    response.refresh_from_db()
    assert response.state == ResponseState.SENT
