"""The public pages. They read published snapshots only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from candour.desk.models import Authority, Publication
from candour.portal.data import days_taken, outcome_labels
from candour.portal.fulltext import BEGIN, END, passages, similar
from candour.portal.machine import published_entry, published_file
from candour.portal.search import Search, choices, find

PER_PAGE = 20
_SIMILAR = 4
_MARKED = {BEGIN: "<mark>", END: "</mark>"}


def log(request: HttpRequest) -> HttpResponse:
    """The disclosure log, searched and filtered: the best fit first where there are words, else the newest."""
    search = Search.of_query(request.GET)
    page = Paginator(find(search), PER_PAGE).get_page(request.GET.get("page"))
    found = passages((entry.pk for entry in page), search.words)
    context = {
        "page": page,
        "search": search,
        "entries": [
            {"entry": entry, "outcomes": outcome_labels(entry), "passage": _marked(found.get(entry.pk, ""))}
            for entry in page
        ],
        "filters": choices(search),
    }
    return render(request, "portal/log.html", context)


def entry(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One answer: what was asked, what was answered, why, and every file; 410 with the reason once it is withdrawn."""
    found = published_entry(authority, slug)
    context: dict[str, Any] = {
        "entry": found,
        "theme_url": reverse("portal:theme", args=[authority]),
        "breadcrumbs": [{"text": "Disclosure log", "url": reverse("portal:log")}, {"text": found.reference}],
    }
    if found.withdrawn_at is not None:
        return render(request, "portal/withdrawn.html", context, status=410)
    others = Publication.objects.visible().select_related("authority").defer("words", "content")
    context |= {
        "days_taken": days_taken(found),
        "outcomes": outcome_labels(found),
        "answers": [{"title": part["title"], "html": _safe(part["html"])} for part in found.content["answers"]],
        "charts": [_safe(chart) for chart in found.content.get("charts", ())],
        "opening": _safe(found.content["opening"]),
        "reasons": _safe(found.content["reasons"]),
        "files": list(found.files.defer("content")),
        "changes": list(found.changes.all()),
        "stage": found.content.get("stage"),
        "same_request": list(
            others.filter(authority=found.authority, reference=found.reference)
            .exclude(pk=found.pk)
            .order_by("responded")
        ),
        "similar": list(similar(found, others)[:_SIMILAR]),
    }
    return render(request, "portal/entry.html", context)


def file(request: HttpRequest, authority: str, slug: str, name: str) -> HttpResponse:
    """A file of an entry; 410 with the reason once the entry is withdrawn."""
    found = published_entry(authority, slug)
    if found.withdrawn_at is not None:
        return entry(request, authority, slug)
    wanted = published_file(authority, slug, name)
    place = "inline" if wanted.media_type == "application/pdf" else "attachment"
    answer = HttpResponse(bytes(wanted.content), content_type=wanted.media_type)
    answer["Content-Disposition"] = f'{place}; filename="{wanted.name}"'
    return answer


def theme(request: HttpRequest, authority: str) -> HttpResponse:
    """The colours of a force, as a stylesheet."""
    force = get_object_or_404(Authority, slug=authority)
    css = (
        f":root {{ --govuk-brand-colour: {force.brand_colour}; --candour-masthead-background: {force.brand_colour}; "
        f"--candour-panel-background: {force.accent_colour}; }}\n"
    )
    answer = HttpResponse(css, content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def about(request: HttpRequest) -> HttpResponse:
    """What the log is, and how to ask."""
    return render(request, "portal/about.html", {"forces": list(Authority.objects.all())})


def cookies(request: HttpRequest) -> HttpResponse:
    """Which cookies are set: none for readers."""
    return render(request, "portal/cookies.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the service is, and what is known to be wanting."""
    return render(request, "portal/accessibility.html", {"forces": list(Authority.objects.all())})


def feedback(request: HttpRequest) -> HttpResponse:
    """Where to say what could be better."""
    context = {"address": settings.CANDOUR_FEEDBACK_ADDRESS, "forces": list(Authority.objects.all())}
    return render(request, "portal/feedback.html", context)


def _marked(passage: str) -> Any:
    html = str(escape(passage))
    for mark, tag in _MARKED.items():
        html = html.replace(mark, tag)
    return mark_safe(html)  # noqa: S308  escaped above


def _safe(html: Any) -> Any:
    # The snapshot was written by our own letter writer, which escapes every text.
    return mark_safe(html) if isinstance(html, str) else escape(html)  # noqa: S308  see above
