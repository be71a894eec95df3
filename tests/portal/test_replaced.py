"""A reader who finds an answer that a later one replaced is told so wherever it is found, and led to the later one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from desk.kept import built_once
from desk.world import World, open_case, plainly_decided, published
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candour.desk.models import Publication, StaffMember
from candour.desk.publishing.publish import withdraw
from candour.desk.publishing.superseding import supersede
from candour.portal.models import Draft, digest_of
from candour.portal.static_export import export
from portal.surfaces import PRIVATE

ATOM = "{http://www.w3.org/2005/Atom}"
WHY = "The review found that it could be answered."
OTHERS = ("Stables in parks", "Stables at night")
LISTS = ("/", "/?q=horses", "/compare/?q=police+horses", f"/ask/{PRIVATE}/answered/")
"""The pages that list entries; the last is that of somebody who is about to ask the same."""


def one_replaced(world: World) -> None:
    """An answer that was replaced by a later one, two that were not, and somebody about to ask the same."""
    entry = published(world)
    later, *_ = [
        published(world, plainly_decided(world, open_case(world, title=title))) for title in ("Carts", *OTHERS)
    ]
    supersede(entry.pk, later.slug, WHY, world.officer)
    Draft.objects.create(
        authority=world.force,
        digest=digest_of(PRIVATE),
        title="Police horses",
        questions=["How many horses?"],
        expires_at=timezone.now() + timedelta(days=1),
    )


answers = built_once(one_replaced)


@pytest.fixture
def first(answers: None, db: None) -> Publication:
    """The answer that was replaced."""
    return Publication.objects.get(changes__isnull=False)


def later_of(entry: Publication) -> Publication:
    """The answer that replaced it."""
    change = entry.changes.get()
    assert change.replaced_by is not None
    return change.replaced_by


def address(entry: Publication) -> str:
    """The path of the page of an entry."""
    return reverse("portal:entry", args=[entry.authority.slug, entry.slug])


def text_of(path: str) -> str:
    answer: Any = Client().get(path)
    assert answer.status_code == 200, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def entry_in(data: dict[str, Any], entry: Publication) -> dict[str, Any]:
    """What the data of the log say of the entry."""
    (found,) = [each for each in data["entries"] if each["reference"] == entry.reference]
    return dict(found)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_marks_it_and_leads_to_the_answer_that_holds(first: Publication, path: str) -> None:
    """In the log, a search, the comparison of forces and what is offered to somebody who asks, in both languages."""
    for here, word in ((path, "Replaced"), (f"/cy{path}", "Disodlwyd")):
        item = text_of(here).partition(f'{address(first)}"')[2].partition("</li>")[0]
        assert f"{word}</strong>" in item, here
        assert f'{address(later_of(first))}"' in item, here
    withdraw(later_of(first).pk, "In error.", first.response.case.events.last().actor)
    assert "Replaced</strong>" not in text_of(path)


def test_data_and_feeds_say_so(first: Publication) -> None:
    """A page of data and the whole log name what replaced it; a feed brings it up again as of that day."""
    told = {
        "at": first.changes.get().at.isoformat(timespec="seconds"),
        "reason": WHY,
        "by": f"http://testserver{address(later_of(first))}",
    }
    data = json.loads(text_of("/log.json"))
    assert entry_in(data, first)["replaced"] == told
    assert entry_in(data, later_of(first))["replaced"] is None
    whole = [json.loads(line) for line in text_of("/log.jsonl").splitlines()]
    assert [each["replaced"] for each in whole if each["reference"] == first.reference] == [told]
    described = json.loads(text_of(f"{address(first).rstrip('/')}.jsonld"))
    assert described["dct:isReplacedBy"] == {"@id": told["by"]}
    feed = ElementTree.fromstring(text_of("/log.atom"))  # noqa: S314  our own feed
    (item,) = [each for each in feed.iter(f"{ATOM}entry") if each.findtext(f"{ATOM}title") == first.title]
    assert f"Replaced by {later_of(first).reference}." in str(item.findtext(f"{ATOM}summary"))
    assert item.findtext(f"{ATOM}updated") > item.findtext(f"{ATOM}published")  # type: ignore[operator]  both are there


def test_the_piece_for_other_sites_says_so(first: Publication) -> None:
    """With the whole address of the later one: it stands on another site."""
    html = text_of(f"{address(first)}fragment.html")
    assert "This answer was replaced on 27 March 2026." in html
    assert f'href="http://testserver{address(later_of(first))}"' in html


def test_the_exported_log_says_so(first: Publication, tmp_path: Path) -> None:
    """In its lists, and in the index that its search reads, in both languages."""
    root = tmp_path / "log"
    export(root, "http://testserver")
    for language, word in (("", "Replaced"), ("cy", "Disodlwyd")):
        page = (root / language / "index.html").read_text(encoding="utf-8")
        item = page.partition(f'{address(first)}"')[2].partition("</li>")[0]
        assert f"{word}</strong>" in item
        assert f'{address(later_of(first))}"' in item
    block = json.loads((root / "search" / "entries" / "0.json").read_text(encoding="utf-8"))
    (entry,) = [each for each in block if each["reference"] == first.reference]
    assert entry["en"]["replaced"]["word"] == "Replaced"
    assert entry["en"]["replaced"]["address"] == address(later_of(first))
    assert entry["cy"]["replaced"]["address"] == f"/cy{address(later_of(first))}"
    assert not any("replaced" in each["en"] for each in block if each["reference"] != first.reference)


@pytest.mark.parametrize("path", [*LISTS, "/log.json", "/log.atom", "/log.jsonl"])
def test_what_was_replaced_takes_no_more_queries(first: Publication, path: str) -> None:
    """One replaced answer on the page or three: the number of queries is the same."""
    officer = StaffMember.objects.get(username="will")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            text_of(path)
        return len(asked)

    before = queries()
    for title in OTHERS:
        more = Publication.objects.get(title=title)
        supersede(more.pk, later_of(first).slug, WHY, officer)
    assert queries() == before
