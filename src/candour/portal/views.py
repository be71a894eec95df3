"""The public pages. They read published snapshots only."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib import resources
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from candour.desk.models import Authority, Publication, PublicationMark
from candour.desk.publishing.fetches import note_fetch
from candour.desk.publishing.topics import read
from candour.law import Outcome, Provision
from candour.law.catalogue import catalogue
from candour.portal.data import days_taken, kind_of, outcome_labels, with_changes
from candour.portal.fulltext import marked, passages, similar
from candour.portal.in_words import MEANS, outcome_label, topic_label
from candour.portal.machine import published_entry, published_file
from candour.portal.paging import CountedPages
from candour.portal.search import Choice, Search, look

PER_PAGE = 20
_SIMILAR = 4
_TESTED_EVERY = timedelta(days=365)
"""How old what the tests found may be: a statement is reviewed each year (central guidance on the 2018 Regulations)."""


def log(request: HttpRequest) -> HttpResponse:
    """The disclosure log, searched and filtered: the best fit first where there are words, else the newest."""
    search = Search.of_query(request.GET)
    seen = look(search)
    page = CountedPages(with_changes(seen.entries), PER_PAGE, seen.total).get_page(request.GET.get("page"))
    found = passages((entry.pk for entry in page), search.words)
    context = {
        "page": page,
        "search": search,
        "entries": [
            {"entry": entry, "outcomes": outcome_labels(entry), "passage": marked(found.get(entry.pk, ""))}
            for entry in page
        ],
        "ranked": seen.ranked,
        "filters": {name: _with_chosen(name, values, search) for name, values in seen.choices.items()},
    }
    return render(request, "portal/log.html", context)


def _with_chosen(name: str, values: list[Choice], search: Search) -> list[Choice]:
    """The values of a filter with the one that was chosen, which the form would else lose where no entry has it."""
    chosen: str = getattr(search, name)
    return [*values, Choice(chosen, chosen, 0)] if chosen and chosen not in {each.value for each in values} else values


def entry(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One answer: what was asked, what was answered, why, and every file; 410 with the reason once it is withdrawn."""
    found = published_entry(authority, slug)
    context: dict[str, Any] = {
        "entry": found,
        "theme_url": reverse("portal:theme", args=[authority]),
        "breadcrumbs": [{"text": gettext("Disclosure log"), "url": reverse("portal:log")}, {"text": found.reference}],
    }
    if found.withdrawn_at is not None:
        return render(request, "portal/withdrawn.html", context, status=410)
    others = Publication.objects.visible().select_related("authority").defer("words", "content")
    context |= {
        "days_taken": days_taken(found),
        "outcomes": _outcomes(found),
        "limbs": _limbs(found),
        "topics": [{"slug": slug, "label": topic_label(slug)} for slug in read(found.topics)],
        "answers": [{"title": part["title"], "html": _safe(part["html"])} for part in found.content["answers"]],
        "charts": [_safe(chart) for chart in found.content.get("charts", ())],
        "opening": _safe(found.content["opening"]),
        "reasons": _safe(found.content["reasons"]),
        "files": [{"file": file, "kind": kind_of(file.media_type)} for file in found.files.all()],
        "changes": list(found.changes.all()),
        "replaced": found.replaced,
        "replaces": list(others.filter(changes__replaced_by=found).distinct()),
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
    """A file of an entry, counted; 410 with the reason once the entry is withdrawn."""
    found = published_entry(authority, slug)
    if found.withdrawn_at is not None:
        return entry(request, authority, slug)
    wanted = published_file(authority, slug, name)
    if request.method == "GET":
        note_fetch(wanted)
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


def explained(request: HttpRequest) -> HttpResponse:
    """What each outcome and each exemption means, in plain words."""
    exemptions = [
        {
            "section": exemption.section,
            "title": exemption.title,
            "limbs": [limb for limb in exemption.limbs if limb.available],
        }
        for exemption in catalogue().exemptions
    ]
    outcomes = [{"id": outcome.value, "label": outcome_label(outcome), "means": MEANS[outcome]} for outcome in Outcome]
    return render(request, "portal/explained.html", {"outcomes": outcomes, "exemptions": exemptions})


def cookies(request: HttpRequest) -> HttpResponse:
    """Which cookies are set: none for readers."""
    return render(request, "portal/cookies.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the service is, by what the tests found, and what is known to be wanting."""
    results = json.loads(resources.files("candour.portal").joinpath("accessibility.json").read_text(encoding="utf-8"))
    tested = date.fromisoformat(results["on"]) if results["on"] else None
    context = {
        "forces": list(Authority.objects.all()),
        "results": results,
        "tested": tested,
        "old": tested is not None and timezone.localdate() - tested > _TESTED_EVERY,
        "findings": sorted({finding for page in results["pages"] for finding in page["findings"]}),
    }
    return render(request, "portal/accessibility.html", context)


def _outcomes(entry: Publication) -> list[dict[str, Any]]:
    known = [Outcome(value) for value in entry.outcomes if value in set(Outcome)]
    return [{"id": outcome.value, "label": outcome_label(outcome), "means": MEANS[outcome]} for outcome in known]


def _limbs(entry: Publication) -> list[dict[str, str]]:
    """The limbs relied on, each with the section under which it is explained."""
    marks = entry.marks.filter(kind=PublicationMark.Kind.LIMB).values_list("value", flat=True)
    sections = sorted({Provision.parse(value).section for value in marks}, key=len, reverse=True)
    return [
        {
            "name": name,
            "section": next((each for each in sections if f"ection {each}(" in name or f"ection {each} " in name), ""),
        }
        for name in entry.content.get("limbs", [])
    ]


def _safe(html: Any) -> Any:
    # The snapshot was written by our own letter writer, which escapes every text.
    return mark_safe(html) if isinstance(html, str) else escape(html)  # noqa: S308  see above
