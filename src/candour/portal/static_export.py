"""The log as plain files that any web server can host: the same addresses, and a search that needs no server.

Each page is what the running service answers at its address, so that the two cannot differ. What only a service can do
(asking, comparing, figures, feedback) leads to the service, where one is named, else to “About”.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from candour.desk.models import Authority, Publication, PublicationMark
from candour.portal.data import with_changes
from candour.portal.search import Search, choices
from candour.portal.static_index import LANGUAGES, write_index
from candour.portal.static_servers import WITHDRAWN, write_rules

MARK = ".candour-log"
"""The file that marks a folder as an export, which alone may be replaced."""
_PER_PAGE = 100
_SERVICE = re.compile(r'(?P<name>href|action)="(?P<path>(?:/cy)?/(?:ask|compare|feedback|figures|desk)/[^"]*)"')
_OF_A_TOPIC = re.compile(r'href="(?P<home>/(?:cy/)?)\?topic=(?P<topic>[a-z-]+)"')
_CARGO = ("candour.css", "candour.js", "start.js", "quick-exit.js", "static-search.js")
_PAGES = ("about", "cookies", "accessibility", "explained")
_ONCE = ("feed", "whole-log", "sitemap", "catalogue")

Told = Callable[[int, int], None]
"""Told how many of how many entries are written."""


def _nobody(_done: int, _total: int) -> None:
    """Told when nobody wants to know."""


class Unexportable(ValueError):
    """The export cannot be written there; the message says why and what to do."""


def export(out: Path, address: str, service: str = "", told: Told = _nobody) -> int:
    """Write the log into the folder `out`, which is replaced as a whole once all is written; the entries are counted.

    `address`: where readers will find it (https://foi.example.org). `service`: the address of the running service, if
    requests can be made there. Raises Unexportable.
    """
    if out.exists() and not (out.is_dir() and ((out / MARK).exists() or not any(out.iterdir()))):
        raise Unexportable(f"{out} holds something else; name a new folder, or one that an export made")
    if not urlsplit(address).hostname or urlsplit(address).path not in ("", "/"):
        raise Unexportable(f"{address!r} is no address of a site, such as https://foi.example.org")
    made = out.with_name(f".{out.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    try:
        with _host(urlsplit(address).netloc):
            count = _write(made, _Site(address, service.rstrip("/")), told)
        (made / MARK).touch()
        if out.exists():
            old = out.with_name(f".{out.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            out.rename(old)
            made.rename(out)
            shutil.rmtree(old)
        else:
            made.rename(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return count


class _Site:
    """The running service, asked without a network."""

    def __init__(self, address: str, service: str) -> None:
        parts = urlsplit(address)
        self._scheme, self._host, self._service = parts.scheme, parts.netloc, service
        self._handler: Any = BaseHandler()
        self._handler.load_middleware()

    def get(self, path: str) -> bytes:
        """What the service answers at the path, with what only it can do leading there."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": self._host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self._host,
            "HTTP_X_FORWARDED_PROTO": self._scheme,
            "wsgi.url_scheme": self._scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
        }
        # Asked without the signals of a request, after which connections to the database are closed.
        answer = self._handler.get_response(WSGIRequest(environ))
        if answer.status_code not in {200, 410}:
            raise Unexportable(f"the page {path} answered {answer.status_code}; nothing was replaced")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return self.tidied(content.decode()).encode() if path.endswith(("/", ".html")) else content

    def tidied(self, html: str) -> str:
        """The page with the links that need the service leading to it."""

        def leads(link: re.Match[str]) -> str:
            target = f"{self._service}{link['path']}" if self._service else reverse("portal:about")
            return f'{link["name"]}="{target}"'

        # A file has no search in its address: what is filed under a topic is listed on pages of its own.
        return _SERVICE.sub(leads, _OF_A_TOPIC.sub(r'href="\g<home>topic/\g<topic>/"', html))


@contextmanager
def _host(host: str) -> Iterator[None]:
    before = settings.ALLOWED_HOSTS
    settings.ALLOWED_HOSTS = [host.partition(":")[0]]
    try:
        yield
    finally:
        settings.ALLOWED_HOSTS = before


def _write(root: Path, site: _Site, told: Told) -> int:
    for name in _CARGO:
        if not (source := finders.find(f"candour/{name}")):
            raise Unexportable(f"the file {name} of the site is missing; build the front end first")
        _put(root, f"/static/candour/{name}", Path(str(source)).read_bytes())
    forces = list(Authority.objects.filter(pk__in=Publication.objects.values("authority")))
    entries = (
        Publication.objects.visible().select_related("authority").order_by("-published_at", "-slug", "authority_id")
    )
    for language in LANGUAGES:
        with translation.override(language):
            for path in (*(reverse(f"portal:{name}") for name in (*_PAGES, *_ONCE)), *map(_theme, forces)):
                _put(root, path, site.get(path))
            _lists(root, site, entries)
    total, done = Publication.objects.count(), 0
    # Withdrawn entries too: their addresses stay, and say why, by the rules of the server.
    for entry in Publication.objects.select_related("authority").prefetch_related("files").iterator(chunk_size=100):
        if not entry.is_known_to_readers:
            continue
        for language in LANGUAGES:
            with translation.override(language):
                for path in _of_entry(entry):
                    _put(root, path if entry.withdrawn_at is None else f"{WITHDRAWN}{path}", site.get(path))
        done += 1
        told(done, total)
    write_index(root / "search", entries)
    _withdrawn(root, site)
    return entries.count()


def _withdrawn(root: Path, site: _Site) -> None:
    """The list of what was withdrawn, the page for an address that is not there, and the rules of servers."""
    entries = list(
        Publication.objects.withdrawn_from_readers()
        .select_related("authority")
        .defer("words", "content")
        .order_by("-withdrawn_at", "-slug", "authority_id")
    )
    addresses = []
    for language in LANGUAGES:
        with translation.override(language):
            path = f"{reverse('portal:log')}{WITHDRAWN[1:]}/"
            _put(root, path, _page(site, "portal/static_withdrawn.html", path, {"entries": entries}))
            addresses += [reverse("portal:entry", args=[entry.authority.slug, entry.slug]) for entry in entries]
    with translation.override(LANGUAGES[0]):
        _put(root, "/404.html", _page(site, "portal/static_withdrawn.html", "/", {"list": f"{WITHDRAWN}/"}))
    write_rules(root, addresses)


def _lists(root: Path, site: _Site, entries: Any) -> None:
    """The first page with its search, and every entry, and those of each topic, in pages that need no script."""
    home, entries = reverse("portal:log"), with_changes(entries.defer("words", "content"))
    about = [choice for choice in choices(Search())["topic"] if choice.count]
    lists = [("", home, f"{home}all/", entries)]
    for choice in about:
        filed = entries.filter(marks__kind=PublicationMark.Kind.TOPIC, marks__value=choice.value)
        lists.append((choice.label, f"{home}topic/{choice.value}/", f"{home}topic/{choice.value}/", filed))
    for label, first, further, listed in lists:
        for page in Paginator(listed, _PER_PAGE):
            path = first if page.number == 1 else f"{further}{page.number}/"
            context = {"page": page, "home": home, "first": first, "further": further, "topic": label, "topics": about}
            _put(root, path, _page(site, "portal/static_log.html", path, context))


def _page(site: _Site, template: str, path: str, context: dict[str, Any]) -> bytes:
    """A page that only the export has."""
    return site.tidied(render_to_string(template, {**context, **_around(path)})).encode()


def _around(path: str) -> dict[str, Any]:
    """The masthead and the foot of a page at that path, as the service has them."""
    from django.http import HttpRequest

    from candour.site.context import masthead

    request = HttpRequest()
    request.path = request.path_info = path
    return {**masthead(request), "request": request}


def _theme(force: Authority) -> str:
    return reverse("portal:theme", args=[force.slug])


def _of_entry(entry: Publication) -> Iterable[str]:
    at = [entry.authority.slug, entry.slug]
    for name in ("entry", "entry-data", "entry-described", "entry-fragment"):
        yield reverse(f"portal:{name}", args=at)
    for file in entry.files.all():
        yield reverse("portal:file", args=[*at, file.name])
        if file.media_type.startswith("text/csv"):
            yield reverse("portal:file-description", args=[*at, file.name])


def _put(root: Path, path: str, content: bytes) -> None:
    place = root / path.lstrip("/")
    # A file and the description of its columns share an address up to the last part; the file is served from beside it.
    if path.endswith("/columns.json"):
        place = root / f"{path[: -len('/columns.json')].lstrip('/')}-columns.json"
    if path.endswith("/"):
        place /= "index.html"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
