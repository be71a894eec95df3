"""Every public surface, found in the addresses of the portal: a new one has to be given its examples here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.test import Client
from django.urls import reverse

from candour.desk.models import Publication
from candour.portal.urls import urlpatterns

PRIVATE = "private-secret"
SEARCHES = (
    "",
    "?q=horses",
    "?q=horses+police&sort=newest",
    "?outcome=ncnd",
    "?section=30",
    "?topic=animals-and-countryside",
    "?year=2026&force=westvale",
)


def _at(name: str) -> Callable[[Publication], list[str]]:
    return lambda entry: [reverse(f"portal:{name}", args=[entry.authority.slug, entry.slug])]


def _files(name: str) -> Callable[[Publication], list[str]]:
    # The names are those at the time of publication: what is withdrawn has no files any more.
    names = ("1a-26-letter.pdf", "horses.csv") if name == "file" else ("horses.csv",)
    return lambda entry: [reverse(f"portal:{name}", args=[entry.authority.slug, entry.slug, each]) for each in names]


def _listing(name: str, searches: Iterable[str] = SEARCHES) -> Callable[[Publication], list[str]]:
    return lambda _entry: [f"{reverse(f'portal:{name}')}{search}" for search in searches]


LISTINGS = {
    "log": _listing("log"),
    "log-data": _listing("log-data"),
    "feed": _listing("feed"),
    "whole-log": _listing("whole-log", [""]),
    "sitemap": _listing("sitemap", [""]),
    "compare": _listing("compare", ["?q=horses+police"]),
}
"""What lists entries."""
ENTRIES: dict[str, Callable[[Publication], list[str]]] = {
    "entry": _at("entry"),
    "entry-data": _at("entry-data"),
    "entry-fragment": _at("entry-fragment"),
    "entry-described": _at("entry-described"),
    "file": _files("file"),
    "file-description": _files("file-description"),
}
"""What shows one entry."""
OTHERS: dict[str, Callable[[Publication], list[str]]] = {
    "robots": _listing("robots", [""]),
    "about": _listing("about", [""]),
    "cookies": _listing("cookies", [""]),
    "accessibility": _listing("accessibility", [""]),
    "feedback": _listing("feedback", [""]),
    "figures": _listing("figures", [""]),
    "force-figures": lambda entry: [reverse("portal:force-figures", args=[entry.authority.slug])],
    "force-figures-file": lambda entry: [reverse("portal:force-figures-file", args=[entry.authority.slug])],
    "explained": _listing("explained", [""]),
    "catalogue": _listing("catalogue", [""]),
    "openapi": _listing("openapi", [""]),
    "ask": _listing("ask", [""]),
    "ask-force": _listing("ask-force", [""]),
    "ask-step": lambda _entry: [reverse("portal:ask-step", args=[PRIVATE, "answered"])],
    "ask-question": lambda _entry: [reverse("portal:ask-question", args=[PRIVATE, 1])],
    "theme": lambda entry: [reverse("portal:theme", args=[entry.authority.slug])],
    "follow": lambda _entry: [reverse("portal:follow", args=[PRIVATE])],
    "say": lambda _entry: [reverse("portal:say", args=[PRIVATE, "review"])],
    "sent-file": lambda _entry: [reverse("portal:sent-file", args=[PRIVATE, 1, "1A-26_letter.txt"])],
}
"""What shows neither, or only to the requester."""


def names() -> set[str]:
    """The name of every public address."""
    return {str(pattern.name) for pattern in urlpatterns}


def surfaces(entry: Publication, kinds: dict[str, Callable[[Publication], list[str]]] | None = None) -> list[str]:
    """Examples of every public address for that entry, or of those kinds."""
    wanted = kinds if kinds is not None else {**LISTINGS, **ENTRIES, **OTHERS}
    return [path for name, build in wanted.items() if name in names() for path in build(entry)]


def seen(path: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and bytes that an address gives, without what is drawn anew for every reader."""
    answer: Any = Client().get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    content = re.sub(rb'(?:value="|)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}', b"", content)
    return answer.status_code, dict(sorted(answer.headers.items())), content
