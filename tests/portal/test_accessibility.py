"""The statement on accessibility says what the tests found, of every public page, and when."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from importlib import resources
from typing import Any

import time_machine
from desk.world import World, published
from django.test import Client
from django.urls import resolve

from portal.surfaces import ENTRIES, LISTINGS, OTHERS, surfaces

NO_PAGES = {"entry-fragment", "sent-file"}
"""A piece for pages of other sites, and the files of a letter, here one that there is not."""


def recorded() -> dict[str, Any]:
    """What the browser tests wrote down."""
    text = resources.files("candour.portal").joinpath("accessibility.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def name_of(address: str) -> str:
    """The name of the page at an address as it is written down there."""
    path = re.sub(r" \(.*\)$", "", address).partition("?")[0].replace("…", "secret").removeprefix("/cy")
    return resolve(path.replace("FORCE", "westvale").replace("ENTRY", "entry")).url_name or ""


def test_every_public_page_was_looked_at(world: World) -> None:
    """A new page has to be looked at in the browser tests before the statement may speak of the pages."""
    entry = published(world)
    pages = {
        name
        for name, build in {**LISTINGS, **ENTRIES, **OTHERS}.items()
        for path in surfaces(entry, {name: build})
        if Client().get(path)["Content-Type"].startswith("text/html")
    }
    looked_at = {name_of(each["address"]) for each in recorded()["pages"] if not each["address"].startswith("/…/")}
    assert pages - looked_at == NO_PAGES
    assert len(pages) > 12


def test_the_page_tells_when_and_what_was_found_and_that_it_is_old_after_a_year(world: World) -> None:
    """In both languages; a statement that nobody renewed says so by itself."""
    found = recorded()
    day = date.fromisoformat(found["on"])
    html = Client().get("/accessibility/").content.decode()
    assert f"On {day:%-d %B %Y} a program ({found['engine']}) looked at {len(found['pages'])} public pages" in html
    assert all(each["address"].replace("&", "&amp;") in html for each in found["pages"])
    assert all(finding in html for each in found["pages"] for finding in each["findings"])
    for days, old in ((365, False), (366, True)):
        with time_machine.travel(f"{day + timedelta(days=days)}T12:00:00Z"):
            assert ("more than a year ago" in Client().get("/accessibility/").content.decode()) is old
            assert ("fwy na blwyddyn" in Client().get("/cy/accessibility/").content.decode()) is old
