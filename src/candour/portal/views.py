"""The public pages. They read published snapshots only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from candour.desk.models import Authority, Publication, PublishedFile
from candour.law import Outcome, PastHorizon, foia_calendar
from candour.portal.search import Search, find

PER_PAGE = 20
LONGEST_WORDS = 200


def log(request: HttpRequest) -> HttpResponse:
    """The disclosure log: newest first, searched and filtered."""
    search = Search(
        words=request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS],
        year=request.GET.get("year", ""),
        outcome=request.GET.get("outcome", ""),
        force=request.GET.get("force", "").replace("\x00", ""),
    )
    page = Paginator(find(search), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "search": search,
        "entries": [{"entry": entry, "outcomes": _labels(entry)} for entry in page],
        "years": [
            str(year) for year in Publication.objects.order_by("-year").values_list("year", flat=True).distinct()
        ],
        "outcomes": [{"value": outcome.value, "label": outcome.label} for outcome in Outcome],
        "forces": list(Authority.objects.filter(publications__isnull=False).distinct()),
    }
    return render(request, "portal/log.html", context)


def entry(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One answer: what was asked, what was answered, why, and every file."""
    found = get_object_or_404(
        Publication.objects.select_related("authority").defer("search_text"), authority__slug=authority, slug=slug
    )
    context = {
        "entry": found,
        "days_taken": _days_taken(found),
        "outcomes": _labels(found),
        "answers": [{"title": part["title"], "html": _safe(part["html"])} for part in found.content["answers"]],
        "opening": _safe(found.content["opening"]),
        "reasons": _safe(found.content["reasons"]),
        "files": list(found.files.defer("content")),
        "theme_url": reverse("portal:theme", args=[authority]),
        "breadcrumbs": [{"text": "Disclosure log", "url": reverse("portal:log")}, {"text": found.reference}],
    }
    return render(request, "portal/entry.html", context)


def file(request: HttpRequest, authority: str, slug: str, name: str) -> HttpResponse:
    """A file of an entry."""
    try:
        found = PublishedFile.objects.get(publication__authority__slug=authority, publication__slug=slug, name=name)
    except PublishedFile.DoesNotExist:
        raise Http404("There is no such file.") from None
    place = "inline" if found.media_type == "application/pdf" else "attachment"
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer["Content-Disposition"] = f'{place}; filename="{found.name}"'
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


def _days_taken(entry: Publication) -> int | None:
    """Working days from receipt to answer; None where the holidays of those days are not known."""
    try:
        return foia_calendar().between(entry.received, entry.responded)
    except PastHorizon:
        return None


def _labels(entry: Publication) -> list[str]:
    return [Outcome(value).label for value in entry.outcomes if value in set(Outcome)]


def _safe(html: Any) -> Any:
    # The snapshot was written by our own letter writer, which escapes every text.
    return mark_safe(html) if isinstance(html, str) else escape(html)  # noqa: S308  see above
