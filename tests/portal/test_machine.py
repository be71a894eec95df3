"""Programs read the log as people do: the same entries, the same words, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from desk.complete import claim, complete
from desk.world import EMAIL, NAME, TABLE, World, open_case, plainly_decided, published, sent
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candour.desk.models import Case, Publication
from candour.desk.publishing.publish import publish, withdraw
from candour.law import Outcome
from candour.letters.response import Answer
from candour.site.demo import decide

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def data(path: str, status: int = 200, **query: str) -> Any:
    """What an address of the machine side gives."""
    answer = Client().get(path, query)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def paths(entry: Publication) -> list[str]:
    """Every address of one entry, for people and programs."""
    at = [entry.authority.slug, entry.slug]
    files = [reverse("portal:file", args=[*at, file.name]) for file in entry.files.all()]
    described = [f"{path}/columns.json" for path in files if path.endswith(".csv")]
    return [reverse("portal:entry", args=at), reverse("portal:entry-data", args=at), *files, *described]


def surfaces() -> list[str]:
    """Every address on which entries are listed."""
    names = ("log", "log-data", "feed", "whole-log", "sitemap")
    return [*(reverse(f"portal:{name}") for name in names), *(f"{reverse(f'portal:{n}')}?q=horses" for n in names[:3])]


def read(path: str) -> str:
    """Everything that an address gives."""
    answer = Client().get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_an_entry_as_data_holds_what_its_page_shows(world: World) -> None:
    """Reference, dates, working days, outcomes, limbs, answers, files with their size and kind."""
    entry = published(world)
    found = data(paths(entry)[1])
    assert found["reference"] == "1A/26"
    assert (found["received"], found["responded"], found["working_days"]) == ("2026-03-09", "2026-03-27", 13)
    assert [each["id"] for each in found["outcomes"]] == ["ncnd", "disclosed"]
    assert found["exemptions"] == ["30(3)", "40(5B)(a)(i)"]
    assert "How many police horses" in found["answers"][0]["html"]
    for file in found["files"]:
        answer = Client().get(file["address"])
        assert (len(answer.content), answer["Content-Type"]) == (file["bytes"], file["media_type"])


def test_a_table_is_described_as_csv_on_the_web(world: World) -> None:
    """Title, publisher, notes and the columns, each with the kind of its values."""
    found = data(next(path for path in paths(published(world)) if path.endswith("columns.json")))
    assert found["dc:title"] == TABLE.title
    assert found["rdfs:comment"] == list(TABLE.notes)
    assert found["tableSchema"]["columns"] == [
        {"titles": "Year", "datatype": "integer"},
        {"titles": "Horses", "datatype": "integer"},
    ]


def test_a_page_of_data_leads_to_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages have links to those beside them that keep the search, and each entry stands on one page."""
    monkeypatch.setattr("candour.portal.machine.PER_PAGE", 2)
    for title in ("One", "Two", "Three"):
        published(world, _denied(world, title))
    first = data(reverse("portal:log-data"), outcome="ncnd")
    assert (first["count"], first["pages"], first["previous"]) == (3, 2, None)
    second = data(first["next"])
    assert second["next"] is None
    titles = [entry["title"] for page in (first, second) for entry in page["entries"]]
    assert titles == ["Three", "Two", "One"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"page": "-1"}, "whole number from 1"),
        ({"q": "x" * 201}, "longer than 200 characters"),
        ({"sort": "oldest"}, "no sort"),
        ({"year": "0000"}, "no year"),
        ({"page": "x"}, "whole number"),
        ({"year": "soon"}, "no year"),
        ({"outcome": "granted"}, "no outcome"),
        ({"limb": "31"}, "no limb"),
        ({"section": "x"}, "no section"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_in_words(world: World, query: dict[str, str], reason: str) -> None:
    """A program learns what is wrong, and does not take everything for what it asked."""
    published(world)
    assert reason in data(reverse("portal:log-data"), 400, **query)["error"]
    if "page" not in query:
        assert reason in data(reverse("portal:feed"), 400, **query)["error"]


def test_a_page_beyond_the_last_is_not_there(world: World) -> None:
    """What is asked for makes sense, and is not found."""
    published(world)
    assert "no such page" in data(reverse("portal:log-data"), 404, page="9")["error"]


def test_a_feed_follows_a_search(world: World) -> None:
    """The newest first, each with its address, force and outcomes; the feed of a search has only what it finds."""
    published(world, _denied(world, "Carts"))
    published(world)
    feed = ElementTree.fromstring(read(f"{reverse('portal:feed')}"))  # noqa: S314  our own feed
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == ["Police horses", "Carts"]
    narrowed = ElementTree.fromstring(read(f"{reverse('portal:feed')}?q=carts"))  # noqa: S314  our own feed
    assert [entry.findtext(f"{ATOM}title") for entry in narrowed.findall(f"{ATOM}entry")] == ["Carts"]


def test_the_whole_log_is_one_file(world: World) -> None:
    """Each line is an entry in full, as its own address gives it, in a bounded number of queries."""
    entries = [published(world, _denied(world, "Carts")), published(world)]
    lines = read(reverse("portal:whole-log")).splitlines()
    assert [json.loads(line) for line in lines] == [data(paths(entry)[1]) for entry in entries]


def test_search_engines_are_told_every_entry_and_kept_from_the_desk(world: World) -> None:
    """The site map has the address of each entry, and robots are asked to stay away from the staff side."""
    entry = published(world)
    site = ElementTree.fromstring(read(reverse("portal:sitemap")))  # noqa: S314  our own map
    assert [place.text for place in site.iter(f"{SITE}loc")] == [
        "http://testserver/",
        f"http://testserver{paths(entry)[0]}",
    ]
    assert "Disallow: /desk/" in read(reverse("portal:robots"))


def test_a_withdrawn_entry_is_gone_from_every_surface(world: World) -> None:
    """Its own addresses answer 410 with the reason, or 404 for what is in it; no list, feed or file has it any more."""
    entry = published(world)
    before = paths(entry)
    assert all("police-horses" in read(path) for path in surfaces())
    withdraw(entry.pk, "Published in error.", world.officer)
    for path in before:
        answer = Client().get(path)
        assert answer.status_code == (404 if path.endswith("columns.json") else 410), path
        assert answer.status_code == 404 or "Published in error." in answer.content.decode(), path
        assert "How many police horses" not in answer.content.decode(), path
    for path in surfaces():
        assert "olice horses" not in read(path), path
        assert "police-horses" not in read(path), path


def test_what_is_published_from_a_day_on_is_nowhere_before(world: World) -> None:
    """Until its day an entry is on no surface and at no address; from then on it is on each."""
    day = timezone.now() + timedelta(days=2)
    entry = publish(sent(world, plainly_decided(world)).pk, world.officer, at=day)
    assert all("police-horses" not in read(path) for path in surfaces())
    assert {Client().get(path).status_code for path in paths(entry)} == {404}
    with time_machine.travel(day + timedelta(minutes=1)):
        assert all("police-horses" in read(path) for path in surfaces())
        assert {Client().get(path).status_code for path in paths(entry)} == {200}


def test_no_surface_names_the_requester(world: World) -> None:
    """Who asked is in no feed, no data and no description."""
    for path in (*paths(published(world)), *surfaces()):
        assert not [text for text in (NAME, "Quillfeather", EMAIL) if text in read(path)], path


def test_the_data_of_many_entries_take_as_many_queries_as_of_few(world: World) -> None:
    """One entry or six on a page, in a feed or in the whole log: the number of queries is the same."""
    counts: list[dict[str, int]] = []
    for number in (1, 5):
        for each in range(number):
            published(world, _denied(world, f"Horses {number} {each}"))
        counts.append({})
        for path in surfaces():
            with CaptureQueriesContext(connection) as queries:
                read(path)
            counts[-1][path] = len(queries)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) < 12


def test_control_characters_in_an_address_break_neither_feed_nor_page(world: World) -> None:
    """A feed cannot hold them."""
    for path in (reverse("portal:feed"), reverse("portal:log"), reverse("portal:log-data"), reverse("portal:compare")):
        assert Client().get(path, {"q": "horses \x00\x1c\x0f\x8f"}).status_code == 200


def _denied(world: World, title: str) -> Case:
    case = open_case(world, title=title)
    decide(case, Answer(complete(Outcome.NCND, claim("38(2)", "38(1)(a)")), ("1", "2")), world.officer)
    return case
