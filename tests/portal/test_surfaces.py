"""Every public surface is known to the tests, and what is withdrawn or not yet published is on none of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from desk.world import REQUEST, World, decide_all, open_case, plainly_decided, published, published_elsewhere, sent
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from candour.desk.models import Case, Publication, Response
from candour.desk.publishing.decision import Choice, put_off
from candour.desk.publishing.publish import publish, withdraw
from candour.portal.models import Draft, digest_of
from candour.portal.static_export import export
from portal.surfaces import ENTRIES, LISTINGS, OTHERS, PRIVATE, names, seen, surfaces


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


SLUG = "1a-26-police-horses-bucephalus"


def every_surface(entry: Publication) -> list[str]:
    """Each public address in both languages, and the pages of somebody who is asking about the same."""
    draft, _ = Draft.objects.get_or_create(
        digest=digest_of(PRIVATE),
        defaults={"authority": entry.authority, "title": "Horses of the police", "questions": ["How many horses?"]},
    )
    Draft.objects.filter(pk=draft.pk).update(expires_at=timezone.now() + timedelta(days=1))
    paths = surfaces(entry)
    return [*paths, *(f"/cy{path}" for path in paths if "?" not in path and resolves(f"/cy{path}"))]


def resolves(path: str) -> bool:
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return True


def traces(entry: Publication, before: dict[str, list[str]]) -> list[str]:
    """Every surface on which something of the entry is seen, in its headers, its bytes, or what a cache keeps of it."""
    found = []
    for path in every_surface(entry):
        of_itself = path.removeprefix("/cy").startswith(f"/log/westvale/{entry.slug}")
        status, headers, content = seen(path)
        if status >= 500 or (of_itself and status not in {404, 410}):
            found.append(f"{status} {path}")
        told = repr(headers).encode() + content
        # The address that was asked for stands on the page that says there is nothing; that tells nobody anything.
        told = told.replace(quote(path, safe="").encode(), b"").replace(path.encode(), b"")
        # A withdrawn entry keeps its reference and its address, which it gives in the other language as well.
        told = told.replace(entry.slug.encode(), b"").replace(b"1A/26", b"") if of_itself else told
        if any(word in told for word in (b"ucephalus", b"1A/26", b"1a-26", b"horses.csv")):
            found.append(path)
        for name in before.get(path, []):
            again = Client().get(path, headers={"if-none-match": name})
            if of_itself and again.status_code not in {404, 410}:
                found.append(f"{again.status_code} to a cache {path}")
    return found


def kept_names(entry: Publication) -> dict[str, list[str]]:
    """By which names caches know what they were given."""
    return {path: [tag] for path in every_surface(entry) if (tag := seen(path)[1].get("ETag"))}


def named_case(world: World) -> Case:
    """A case whose title and question have a word that no other has."""
    return open_case(world, REQUEST.replace("horses", "horses like Bucephalus"), title="Police horses: Bucephalus")


@pytest.fixture
def beside(world: World) -> Publication:
    """An answer of another force to the same question, on whose pages similar answers and comparisons stand."""
    return published_elsewhere(world, "Police horses of Kingsferry")


def shown_beside(beside: Publication) -> list[str]:
    """On which pages of the other answer the first is named."""
    return [path for path in surfaces(beside, ENTRIES) if b"ucephalus" in seen(path)[2]]


def test_an_answer_that_is_taken_off_is_on_no_surface_nor_beside_another(world: World, beside: Publication) -> None:
    """Lists, passages, feeds, exports, files, both languages, similar answers, suggestions, what caches ask again."""
    entry = published(world, decide_all(world, named_case(world)))
    assert len(traces(entry, {})) > 20, "the examples find what is published"
    assert shown_beside(beside)
    kept = kept_names(entry)
    withdraw(entry.pk, "Published in error.", world.officer)
    assert traces(entry, kept) == []
    assert shown_beside(beside) == []


def slug_before(world: World, letter: Response, take: str) -> Publication:
    """Where the entry would be, of an answer that is kept from readers in that way."""
    day = timezone.now() + timedelta(days=2)
    if take in {"hold", "not"}:
        put_off(letter.pk, Choice(take), "A trial is under way.", world.officer)
        return Publication(authority=world.force, slug=SLUG, response=letter)
    entry = publish(letter.pk, world.officer, at=day)
    return withdraw(entry.pk, "A slip.", world.officer) if take == "withdrawn before its day" else entry


@pytest.mark.parametrize("take", ["not", "on a day to come", "withdrawn before its day"])
def test_an_answer_that_is_kept_back_is_on_no_surface(
    world: World, beside: Publication, tmp_path: Path, take: str
) -> None:
    """Held, not to be published, to come, withdrawn before readers saw it: no address tells that there is anything."""
    entry = slug_before(world, sent(world, plainly_decided(world, named_case(world))), take)
    assert traces(entry, {}) == []
    assert shown_beside(beside) == []
    for path in surfaces(entry, ENTRIES):
        other = path.replace(SLUG, "2a-26-something-else")
        status, _headers, content = seen(path)
        assert status == 404, path
        assert content.replace(SLUG.encode(), b"2a-26-something-else") == seen(other)[2], path
    export(tmp_path / "log", "http://testserver")
    files = [path for path in (tmp_path / "log").rglob("*") if path.is_file()]
    assert [path for path in files if "1a-26" in str(path) or b"1a-26" in path.read_bytes()] == []
    assert not [path for path in files if b"A slip." in path.read_bytes()]


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
