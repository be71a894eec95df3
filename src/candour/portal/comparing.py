"""The same question as several forces answered it, side by side."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from candour.desk.models import Publication, PublicationMark
from candour.law import Provision
from candour.portal.data import days_taken, outcome_labels, what_became
from candour.portal.fulltext import answering, marked, passages_answering
from candour.portal.search import LONGEST_WORDS, on_one_line

_LOOKED_AT = 200
_MOST_FORCES = 43


def compare(request: HttpRequest) -> HttpResponse:
    """For each force the answer that fits the words best: what it says, how fast, with which outcome and limbs."""
    words = on_one_line(request.GET.get("q", ""))[:LONGEST_WORDS]
    best: dict[int, Publication] = {}
    if words:
        for entry in answering(words)[:_LOOKED_AT]:
            best.setdefault(entry.authority_id, entry)
    entries = sorted(best.values(), key=lambda entry: entry.authority.name)[:_MOST_FORCES]
    prefetch_related_objects(entries, "marks", what_became())
    found = passages_answering((entry.pk for entry in entries), words)
    rows: list[dict[str, Any]] = [
        {
            "entry": entry,
            "passage": marked(found.get(entry.pk, "")),
            "days": days_taken(entry),
            "outcomes": outcome_labels(entry),
            "limbs": [
                {"name": mark.value, "section": Provision.parse(mark.value).section}
                for mark in entry.marks.all()
                if mark.kind == PublicationMark.Kind.LIMB
            ],
        }
        for entry in entries
    ]
    return render(request, "portal/compare.html", {"words": words, "rows": rows})
