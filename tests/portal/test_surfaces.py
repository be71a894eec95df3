"""Every public surface is known to the tests, and what is withdrawn or not yet published is on none of them."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from desk.world import World, plainly_decided, published, sent
from django.utils import timezone

from candour.desk.publishing.publish import publish, withdraw
from portal.surfaces import ENTRIES, LISTINGS, OTHERS, names, seen, surfaces


def test_every_public_address_has_its_examples() -> None:
    """A new public address has to be looked at: it is entered in `surfaces.py` as what it shows."""
    assert names() == {*LISTINGS, *ENTRIES, *OTHERS}


def test_what_is_published_is_on_every_surface(world: World) -> None:
    """The examples are real: an entry is on each list and at each of its addresses."""
    entry = published(world)
    for path in surfaces(entry, LISTINGS):
        if "stalking" not in path:
            assert b"police-horses" in seen(path)[2], path
    assert {seen(path)[0] for path in surfaces(entry, ENTRIES)} == {200}


def test_withdrawing_takes_an_entry_off_every_surface_at_once(world: World) -> None:
    """No list, count, feed, export or file has it any more; its addresses give the reason, or nothing."""
    entry = published(world)
    withdraw(entry.pk, "Published in error.", world.officer)
    for path in surfaces(entry):
        status, _headers, content = seen(path)
        assert b"olice horses" not in content, path
        assert b"How many" not in content, path
        assert status < 500, path
    assert {seen(path)[0] for path in surfaces(entry, ENTRIES)} <= {410, 404}
    for path in surfaces(entry, LISTINGS):
        assert b"police-horses" not in seen(path)[2], path


def test_no_surface_may_be_kept_so_that_withdrawing_comes_too_late(world: World) -> None:
    """Nothing of an entry is marked as to be kept by caches without asking again."""
    entry = published(world)
    for path in surfaces(entry, {**LISTINGS, **ENTRIES}):
        kept = seen(path)[1].get("Cache-Control", "")
        assert "no-cache" in kept, path


def test_what_is_to_come_is_on_no_surface(world: World) -> None:
    """Until its day it is at no address and in no count; from then on on each."""
    day = timezone.now() + timedelta(days=2)
    entry = publish(sent(world, plainly_decided(world)).pk, world.officer, at=day)
    for path in surfaces(entry):
        assert b"olice horses" not in seen(path)[2], path
    for path in surfaces(entry, LISTINGS):
        assert b"police-horses" not in seen(path)[2], path
    assert {seen(path)[0] for path in surfaces(entry, ENTRIES)} == {404}
    with time_machine.travel(day):
        assert all(
            b"police-horses" in seen(path)[2]
            for path in surfaces(entry, LISTINGS)
            if "=30" not in path and "ncnd" not in path
        )
