"""The machine side of the log: every page as JSON, a feed for each search, the whole log as one file, a site map."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.paginator import EmptyPage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.safestring import mark_safe

from candour.desk.models import Publication, PublishedFile
from candour.portal.data import (
    Absolute,
    address_of,
    days_taken,
    in_full,
    in_short,
    kind_of,
    outcome_labels,
    table_description,
    topic_labels,
    with_changes,
    with_details,
)
from candour.portal.paging import PER_PAGE_OF_DATA, CountedPages
from candour.portal.search import LONGEST_WORDS, Search, look, newest

PER_PAGE = PER_PAGE_OF_DATA
_IN_A_FEED = 30
_AT_ONCE = 200
_MOST_IN_A_SITEMAP = 50_000
_LONGEST_NUMBER = 18
"""Digits that are read of a number; of a longer one they are more than there can be pages."""


def log_data(request: HttpRequest) -> HttpResponse:
    """A page of the entries that a search finds, as JSON.

    400 with the reason where the address makes no sense, 404 for a page beyond the last.
    """
    search = Search.of_query(request.GET)
    if refused := _unknown(request, search):
        return _refusal(refused)
    seen = look(search)
    pages = CountedPages(with_changes(seen.entries).prefetch_related("marks"), PER_PAGE, seen.total)
    asked = request.GET.get("page", "1").strip()
    if not (asked.isascii() and asked.isdigit() and asked.strip("0")):
        return _refusal("“page” is a whole number from 1.")
    try:
        page = pages.page(int(asked[:_LONGEST_NUMBER]))
    except EmptyPage:
        return _refusal(f"There is no such page: the search has {pages.num_pages}.", 404)
    absolute = request.build_absolute_uri
    here = reverse("portal:log-data")

    def to(number: int) -> str:
        return absolute(f"{here}?{'&'.join(part for part in (search.query, f'page={number}') if part)}")

    return JsonResponse(
        {
            "count": pages.count,
            "pages": pages.num_pages,
            "page": page.number,
            "next": to(page.next_page_number()) if page.has_next() else None,
            "previous": to(page.previous_page_number()) if page.has_previous() else None,
            "counts": {
                name: [{"id": each.value, "label": each.label, "count": each.count} for each in values]
                for name, values in seen.choices.items()
            },
            "entries": [in_short(entry, absolute) for entry in page],
        }
    )


def entry_data(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One entry as JSON; 410 with the reason where it was withdrawn."""
    entry = published_entry(authority, slug)
    if entry.withdrawn_at is not None:
        return withdrawn(entry)
    return JsonResponse(in_full(entry, request.build_absolute_uri))


def withdrawn(entry: Publication) -> JsonResponse:
    """That the entry was withdrawn, when and why."""
    assert entry.withdrawn_at is not None
    at = timezone.localtime(entry.withdrawn_at).isoformat(timespec="seconds")
    return JsonResponse({"withdrawn": at, "reason": entry.withdrawn_because}, status=410)


def entry_fragment(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One entry as a piece of HTML to be pasted into another site: whole by itself, without script or style."""
    entry = published_entry(authority, slug)
    if entry.withdrawn_at is not None:
        return HttpResponse(f"<p>{escape(entry.withdrawn_because)}</p>\n", status=410)
    return HttpResponse(fragment(entry, request.build_absolute_uri))


def fragment(entry: Publication, absolute: Absolute) -> str:
    """The entry as HTML that needs nothing else: headings, answers, tables, and whole addresses of its files."""
    change = entry.replaced
    return render_to_string(
        "portal/fragment.html",
        {
            "entry": entry,
            "days_taken": days_taken(entry),
            "outcomes": outcome_labels(entry),
            "topics": topic_labels(entry),
            "parts": [
                mark_safe(part)  # noqa: S308  written by our own letter writer, which escapes every text
                for part in (
                    entry.content.get("opening", ""),
                    *(answer["html"] for answer in entry.content.get("answers", [])),
                    entry.content.get("reasons", ""),
                )
            ],
            "files": [
                {
                    "title": file.title,
                    "kind": kind_of(file.media_type),
                    "size": file.size,
                    "address": absolute(reverse("portal:file", args=[entry.authority.slug, entry.slug, file.name])),
                }
                for file in entry.files.all()
            ],
            "address": address_of(entry, absolute),
            "replaced": change,
            "later_address": address_of(change.replaced_by, absolute) if change and change.replaced_by else "",
        },
    )


def file_description(request: HttpRequest, authority: str, slug: str, name: str) -> HttpResponse:
    """What the columns of a table are, as CSV on the Web."""
    file = published_file(authority, slug, name)
    if not file.media_type.startswith("text/csv"):
        raise Http404("Only tables are described.")
    found = table_description(file.publication, file, request.build_absolute_uri)
    return JsonResponse(found, content_type="application/csvm+json")


def feed(request: HttpRequest) -> HttpResponse:
    """The newest entries that a search finds, as an Atom feed; 400 with the reason where the address makes no sense."""
    search = Search.of_query(request.GET)
    if refused := _unknown(request, search):
        return _refusal(refused)
    absolute = request.build_absolute_uri
    atom = Atom1Feed(
        title=f"Disclosure log: {search.words}" if search.words else "Disclosure log",
        link=absolute(_with_query(reverse("portal:log"), search)),
        feed_url=absolute(_with_query(reverse("portal:feed"), search)),
        description="Answers to Freedom of Information requests",
        language="en-GB",
    )
    for entry in with_changes(newest(search).select_related("authority").defer("words", "content"))[:_IN_A_FEED]:
        told = f"{entry.authority.name}, reference {entry.reference}: {'; '.join(outcome_labels(entry))}"
        if (change := entry.replaced) and change.replaced_by:
            told = f"{told}. Replaced by {change.replaced_by.reference}."
        atom.add_item(
            title=entry.title,
            link=address_of(entry, absolute),
            description=told,
            author_name=entry.authority.name,
            categories=topic_labels(entry),
            pubdate=entry.published_at,
            updateddate=change.at if change else entry.published_at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def whole_log(request: HttpRequest) -> StreamingHttpResponse:
    """Every entry in full, one JSON object to a line, the oldest first."""
    answer = StreamingHttpResponse(_lines(request.build_absolute_uri), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="disclosure-log.jsonl"'
    return answer


def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses of every entry, for search engines (sitemaps.org, protocol 0.9)."""
    entries = Publication.objects.visible().order_by("-published_at", "-slug", "authority_id")
    paths = entries.values_list("authority__slug", "slug")[:_MOST_IN_A_SITEMAP]
    addresses = [reverse("portal:log"), *(reverse("portal:entry", args=list(path)) for path in paths)]
    lines = [f"<url><loc>{escape(request.build_absolute_uri(path))}</loc></url>" for path in addresses]
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    xml = ['<?xml version="1.0" encoding="UTF-8"?>', f'<urlset xmlns="{namespace}">', *lines, "</urlset>", ""]
    return HttpResponse("\n".join(xml), content_type="application/xml; charset=utf-8")


def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the log, not the desk."""
    address = request.build_absolute_uri(reverse("portal:sitemap"))
    kept_out = ("/desk/", "/admin/", "/ask/", "/follow/", "/cy/ask/", "/cy/follow/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out), f"Sitemap: {address}", ""]
    return HttpResponse("\n".join(lines), "text/plain")


def published_entry(authority: str, slug: str) -> Publication:
    """The entry of that address with its details, withdrawn or not. Raises Http404 where readers never saw one."""
    entry = get_object_or_404(with_details(Publication.objects.all()), authority__slug=authority, slug=slug)
    if not entry.is_known_to_readers:
        raise Http404("There is no such entry.")
    return entry


def published_file(authority: str, slug: str, name: str) -> PublishedFile:
    """A file of an entry that readers may see. Raises Http404."""
    visible = PublishedFile.objects.select_related("publication__authority")
    return get_object_or_404(
        visible.filter(publication__in=Publication.objects.visible()),
        publication__authority__slug=authority,
        publication__slug=slug,
        name=name,
    )


def _lines(absolute: Absolute) -> Iterator[str]:
    entries = with_details(Publication.objects.visible()).order_by("published_at", "slug", "authority_id")
    for entry in entries.iterator(chunk_size=_AT_ONCE):
        yield json.dumps(in_full(entry, absolute), ensure_ascii=False) + "\n"


def _unknown(request: HttpRequest, search: Search) -> str:
    """Which value of the address is none that the log knows; empty where all are."""
    if len(request.GET.get("q", "").strip()) > LONGEST_WORDS:
        return f"“q” is longer than {LONGEST_WORDS} characters."
    read = {
        "year": search.year,
        "outcome": search.outcome,
        "section": search.section,
        "limb": search.limb,
        "topic": search.topic,
        "sort": "newest" if search.newest_first else "",
    }
    for name, value in read.items():
        if (asked := request.GET.get(name, "").strip()) and not value:
            return f"“{asked[:80]}” is no {name} that the log knows."
    return ""


def _refusal(reason: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": reason}, status=status)


def _with_query(path: str, search: Search) -> str:
    return f"{path}?{search.query}" if search.query else path
