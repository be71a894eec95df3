"""Readers find answers by topic on every surface of the log, in both languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from desk.complete import claim, complete
from desk.kept import built_once
from desk.world import World, open_case, plainly_decided, sent
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from candour.desk.models import Publication
from candour.desk.publishing.publish import publish
from candour.desk.publishing.topics import topics
from candour.law import Outcome
from candour.letters.response import Answer
from candour.portal.search import Search, choices
from candour.portal.static_export import export
from candour.site.demo import decide

SCRIPT = Path(__file__).parents[2] / "frontend" / "static-search.js"
ADDRESS = "http://testserver"


def three_answers(world: World) -> None:
    """One on horses, denied; one on custody and roads; one on custody alone."""
    case = open_case(world, title="Horses")
    decide(case, Answer(complete(Outcome.NCND, claim("38(2)", "38(1)(a)")), ("1", "2")), world.officer)
    publish(sent(world, case).pk, world.officer)
    both = sent(world, plainly_decided(world, open_case(world, title="Carts")))
    one = sent(world, plainly_decided(world, open_case(world, title="Vans")))
    publish(both.pk, world.officer, topics=["custody", "roads-and-vehicles"])
    publish(one.pk, world.officer, topics=["custody"])


answers = built_once(three_answers)


@pytest.fixture
def entries(answers: None, db: None) -> list[Publication]:
    """The three, in the order in which they were published."""
    return list(Publication.objects.order_by("pk"))


def found(**query: str) -> list[str]:
    """The titles that a search of the data finds."""
    return [each["title"] for each in data(**query)["entries"]]


def data(**query: str) -> Any:
    """A page of the log as JSON."""
    return Client().get(f"{reverse('portal:log-data')}?{urlencode(query)}").json()


def counted(search: Search) -> dict[str, dict[str, int]]:
    """The counts of each filter, without what no entry has."""
    return {name: {each.value: each.count for each in values if each.count} for name, values in choices(search).items()}


def test_a_topic_narrows_the_log(entries: list[Publication]) -> None:
    """Alone and beside words and other filters."""
    assert found(topic="custody") == ["Vans", "Carts"]
    assert found(topic="roads-and-vehicles") == ["Carts"]
    assert found(topic="animals-and-countryside") == ["Horses"]
    assert found(topic="stop-and-search") == []
    assert found(topic="custody", q="carts") == ["Carts"]
    assert found(topic="custody", outcome="ncnd") == []


def test_each_filter_counts_what_the_topic_leaves_and_topics_what_the_others_leave(entries: list[Publication]) -> None:
    """An entry with two topics counts in both, and once in everything else."""
    everything = counted(Search())
    assert everything["topic"] == {"animals-and-countryside": 1, "custody": 2, "roads-and-vehicles": 1}
    custody = counted(Search(topic="custody"))
    assert custody["topic"] == everything["topic"]
    assert sum(custody["year"].values()) == sum(custody["force"].values()) == 2
    assert custody["section"] == {}
    assert counted(Search(outcome="ncnd"))["topic"] == {"animals-and-countryside": 1}
    assert counted(Search(words="carts"))["topic"] == {"custody": 1, "roads-and-vehicles": 1}
    assert data(topic="custody")["count"] == 2


def test_counts_are_those_of_asking_for_each(entries: list[Publication]) -> None:
    """Whatever is counted beside a choice is what the search then finds."""
    for search in (Search(), Search(words="carts"), Search(outcome="ncnd"), Search(topic="custody")):
        for choice in choices(search)["topic"]:
            asked = {name: value for name, value in {"q": search.words, "outcome": search.outcome}.items() if value}
            assert len(found(**asked, topic=choice.value)) == choice.count


def test_the_counts_of_topics_take_no_query_of_their_own(entries: list[Publication]) -> None:
    """All filters are counted in memory, however many topics; asked is whether it changed, and the forces."""
    choices(Search())
    with CaptureQueriesContext(connection) as queries:
        choices(Search())
    assert len(queries) == 2


def test_the_page_offers_topics_and_keeps_the_choice(entries: list[Publication]) -> None:
    """By name, with a number each, in the language of the reader."""
    english = Client().get("/?topic=custody").content.decode()
    assert '<option value="custody" selected>Arrest and custody (2)</option>' in english
    welsh = Client().get("/cy/?topic=custody").content.decode()
    assert '<option value="custody" selected>Arestio a’r ddalfa (2)</option>' in welsh
    assert "Unrhyw bwnc" in welsh


def test_an_entry_names_its_topics_and_leads_to_the_others(entries: list[Publication]) -> None:
    """As links to the log filtered by each."""
    path = reverse("portal:entry", args=["westvale", entries[1].slug])
    html = Client().get(path).content.decode()
    assert '<a class="govuk-link" href="/?topic=custody">Arrest and custody</a>' in html
    assert '<a class="govuk-link" href="/?topic=roads-and-vehicles">Roads and vehicles</a>' in html
    assert (
        '<a class="govuk-link" href="/cy/?topic=custody">Arestio a’r ddalfa</a>'
        in Client().get(f"/cy{path}").content.decode()
    )


def test_programs_are_told_the_topics(entries: list[Publication]) -> None:
    """In a page of data, an entry, the whole log, a feed, a fragment, DCAT, schema.org and OpenAPI."""
    custody, roads = (
        {"id": "custody", "label": "Arrest and custody"},
        {"id": "roads-and-vehicles", "label": "Roads and vehicles"},
    )
    at = ["westvale", entries[1].slug]
    names = [custody["label"], roads["label"]]
    assert data(topic="roads-and-vehicles")["entries"][0]["topics"] == [custody, roads]
    assert Client().get(reverse("portal:entry-data", args=at)).json()["topics"] == [custody, roads]
    whole: Any = Client().get(reverse("portal:whole-log"))
    lines = b"".join(whole.streaming_content).decode().splitlines()
    assert [custody, roads] in [json.loads(line)["topics"] for line in lines]
    feed = ET.fromstring(Client().get("/log.atom?topic=custody").content)  # noqa: S314  our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert [each.findtext(f"{atom}title") for each in feed.iter(f"{atom}entry")] == ["Vans", "Carts"]
    assert {each.get("term") for each in feed.iter(f"{atom}category")} == set(names)
    assert [link.get("href") for link in feed.findall(f"{atom}link")] == [
        f"{ADDRESS}/?topic=custody",
        f"{ADDRESS}/log.atom?topic=custody",
    ]
    assert (
        "Topic: Arrest and custody, Roads and vehicles."
        in Client().get(reverse("portal:entry-fragment", args=at)).content.decode()
    )
    assert Client().get(reverse("portal:entry-described", args=at)).json()["keywords"] == names
    (force,) = Client().get(reverse("portal:catalogue")).json()["dcat:dataset"]
    assert force["dcat:keyword"] == [*names, "Animals and the countryside"]
    api = Client().get(reverse("portal:openapi")).json()
    (parameter,) = [each for each in api["paths"]["/log.json"]["get"]["parameters"] if each["name"] == "topic"]
    assert parameter["schema"]["enum"] == ["", *topics()]


def test_a_topic_that_there_is_not_is_told_to_programs_and_does_not_narrow_for_people(
    entries: list[Publication],
) -> None:
    """400 with the reason, as for any other value."""
    assert Client().get("/log.json?topic=horses").status_code == 400
    assert "“horses” is no topic that the log knows." in data(topic="horses")["error"]
    assert Client().get("/log.atom?topic=horses").status_code == 400
    assert Client().get("/?topic=horses").content.decode().count(", answered ") == 3


def test_exported_pages_list_each_topic_without_a_script(entries: list[Publication], tmp_path: Path) -> None:
    """A page for each topic that has an answer, in both languages, and entries lead there."""
    export(tmp_path / "log", ADDRESS)
    for language, label in (("", "Arrest and custody"), ("cy/", "Arestio a’r ddalfa")):
        root = tmp_path / "log" / language
        page = (root / "topic" / "custody" / "index.html").read_text(encoding="utf-8")
        assert f'<h2 class="govuk-heading-m">{label}</h2>' in page
        assert ("Carts" in page, "Vans" in page, ">Horses<" in page) == (True, True, False)
        assert f'href="/{language}topic/custody/">{label}</a> (2)' in (root / "index.html").read_text(encoding="utf-8")
        assert not (root / "topic" / "stop-and-search").exists()
        with translation.override("cy" if language else "en-gb"):
            path = reverse("portal:entry", args=["westvale", entries[1].slug]).lstrip("/")
        entry = (tmp_path / "log" / path / "index.html").read_text(encoding="utf-8")
        assert f'href="/{language}topic/custody/"' in entry
        assert "?topic=" not in entry


@pytest.mark.skipif(not shutil.which("node"), reason="needs node to run the script of the exported search")
@pytest.mark.parametrize(
    ("words", "topic", "expected"),
    [
        ("", "custody", ["Vans", "Carts"]),
        ("carts", "custody", ["Carts"]),
        ("carts", "animals-and-countryside", []),
        ("carts", "", ["Carts"]),
        ("", "stop-and-search", []),
    ],
)
def test_the_exported_search_narrows_by_topic(
    entries: list[Publication], tmp_path: Path, words: str, topic: str, expected: list[str]
) -> None:
    """The script of the export, run on its files, finds what the service finds."""
    export(tmp_path / "log", ADDRESS)
    program = f"""
      import {{ readFile }} from "node:fs/promises";
      const root = {json.dumps(str(tmp_path / "log"))};
      globalThis.fetch = async (path) => {{
        try {{
          const text = await readFile(root + path, "utf-8");
          return {{ ok: true, json: async () => JSON.parse(text) }};
        }} catch {{
          return {{ ok: false }};
        }}
      }};
      const {{ find, wordsOf }} = await import({json.dumps(SCRIPT.as_uri())});
      console.log(JSON.stringify(await find("/search/", wordsOf({json.dumps(words)}), {json.dumps(topic)}, 3)));
    """
    ran = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, check=True)
    block = json.loads((tmp_path / "log" / "search" / "entries" / "0.json").read_text(encoding="utf-8"))
    assert [block[number]["title"] for number in json.loads(ran.stdout)] == expected


def test_every_topic_has_its_own_address_word() -> None:
    """Addresses are plain: what stands after `topic=` needs no escaping."""
    assert all(re.fullmatch(r"[a-z-]+", slug) and Search(topic=slug).query == f"topic={slug}" for slug in topics())
