"""The description of the API is true: every answer is as it says, for every kind of query that it admits and others."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from desk.world import World, published, taken_back
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.desk.publishing.publish import withdraw


def described() -> Any:
    """The description, as a program reads it."""
    return json.loads(Client().get("/openapi.json").content)


def faults(value: Any, schema: dict[str, Any], whole: Any, at: str = "") -> list[str]:
    """Where the value is not as the schema says."""
    if "$ref" in schema:
        return faults(value, whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]], whole, at)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    python = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
    if not any(isinstance(value, python[kind]) and not isinstance(value, bool) for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    if isinstance(value, dict):
        missing = [f"{at}.{name} is missing" for name in schema["required"] if name not in value]
        extra = [f"{at}.{name} is not described" for name in value if name not in schema["properties"]]
        inner = [
            fault
            for name, part in schema["properties"].items()
            if name in value
            for fault in faults(value[name], part, whole, f"{at}.{name}")
        ]
        return missing + extra + inner
    if isinstance(value, list):
        return [fault for n, item in enumerate(value) for fault in faults(item, schema["items"], whole, f"{at}[{n}]")]
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if schema.get("format") == "date-time":
        datetime.fromisoformat(value)
    return []


def check(path: str, template: str, query: dict[str, str] | None = None) -> int:
    """Ask, and hold the answer against the description."""
    whole = described()
    answer = Client().get(path, query or {})
    says = whole["paths"][template]["get"]["responses"]
    assert str(answer.status_code) in says, (path, query, answer.status_code)
    for kind, content in says[str(answer.status_code)].get("content", {}).items():
        assert answer["Content-Type"].partition(";")[0] == kind
        if "schema" in content:
            assert faults(json.loads(answer.content), content["schema"], whole) == [], (path, query)
    return answer.status_code


ADMITTED = {
    "q": st.sampled_from(["horses", "“police horses”", '") OR 1=1', "camels"]),
    "year": st.sampled_from(["2026", "1999"]),
    "outcome": st.sampled_from(["ncnd", "disclosed", "vexatious"]),
    "section": st.sampled_from(["30", "40", "14A"]),
    "topic": st.sampled_from(["custody", "animals-and-countryside", "other"]),
    "limb": st.sampled_from(["30(3)", "31(1)(a)"]),
    "force": st.sampled_from(["westvale", "nowhere"]),
    "sort": st.just("newest"),
    "page": st.just("1"),
}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    admitted=st.fixed_dictionaries({}, optional=ADMITTED),
    other=st.dictionaries(
        st.sampled_from([*ADMITTED, "x"]), st.text(st.characters(exclude_categories=("Cs",)), max_size=12), max_size=2
    ),
)
def test_every_page_of_data_is_as_described(world: World, admitted: dict[str, str], other: dict[str, str]) -> None:
    """What is admitted is answered with 200; anything else with 200 or a clear 400, never otherwise."""
    if not world.force.publications.exists():
        published(world)
    for path in ("/log.json", "/log.atom"):
        narrowed = admitted if path == "/log.json" else {key: admitted[key] for key in admitted if key != "page"}
        assert check(path, path, narrowed) == 200
        check(path, path, {**narrowed, **other})


def test_an_entry_is_as_described_found_withdrawn_and_not_there(world: World) -> None:
    """200, 410 with the reason, 404."""
    entry = published(world)
    path = f"/log/westvale/{entry.slug}.json"
    assert check(path, "/log/{force}/{entry}.json") == 200
    assert check("/log/westvale/none.json", "/log/{force}/{entry}.json") == 404
    with taken_back():
        withdraw(entry.pk, "Published in error.", world.officer)
        assert check(path, "/log/{force}/{entry}.json") == 410
    for plain in ("/log.atom", "/log.jsonl", "/catalogue.jsonld"):
        assert check(plain, plain) == 200


def test_a_page_of_minus_one_is_a_clear_400(world: World) -> None:
    """And so is nought, a word and an empty one; a number that no log reaches is a page that is not there."""
    assert Client().get("/log.json", {"page": "9" * 40}).status_code == 404
    for page in ("-1", "0", "000", "x", "²", ""):
        answer = Client().get("/log.json", {"page": page})
        assert answer.status_code == 400, page
        assert "whole number from 1" in json.loads(answer.content)["error"]


def test_every_parameter_that_the_search_reads_is_described(world: World) -> None:
    """None is hidden, and none is promised that does nothing."""
    from candour.portal.search import Search

    names = {each["name"] for each in described()["paths"]["/log.json"]["get"]["parameters"]}
    assert names == {*Search.FIELDS, "page"}


def test_the_log_is_described_for_data_portals(world: World) -> None:
    """A data set for each force with an entry, and each entry as a data set with its files."""
    entry = published(world)
    found = json.loads(Client().get("/catalogue.jsonld").content)
    assert [each["dct:publisher"]["dct:title"] for each in found["dcat:dataset"]] == ["Westvale Police"]
    one = json.loads(Client().get(f"/log/westvale/{entry.slug}.jsonld").content)
    assert one["identifier"] == "1A/26"
    assert len(one["distribution"]) == 2
