"""Entries as data, for programs: what the pages show, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from candour.desk.models import Publication, PublicationChange, PublicationMark, PublishedFile
from candour.desk.publishing.topics import read
from candour.law import Outcome, PastHorizon, foia_calendar
from candour.portal.in_words import outcome_label, topic_label

Absolute = Callable[[str], str]
"""Makes a whole address of a path on this site."""


def days_taken(entry: Publication) -> int | None:
    """Working days from receipt to answer; None where the holidays of those days are not known."""
    try:
        return foia_calendar().between(entry.received, entry.responded)
    except PastHorizon:
        return None


def outcome_labels(entry: Publication) -> list[str]:
    """The outcomes of the entry in words, in the order of its questions."""
    return [outcome_label(Outcome(value)) for value in entry.outcomes if value in set(Outcome)]


def topic_labels(entry: Publication) -> list[str]:
    """What the entry is about, in words."""
    return [topic_label(slug) for slug in read(entry.topics)]


def kind_of(media_type: str) -> str:
    """What kind of file it is, in the word that people use: PDF, CSV, the end of its media type for others."""
    kind = media_type.partition(";")[0].strip()
    return _KINDS.get(kind, kind.rpartition("/")[2].upper())


_KINDS = {
    "application/pdf": "PDF",
    "text/csv": "CSV",
    "text/plain": "TXT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
}


def with_details(entries: QuerySet[Publication]) -> QuerySet[Publication]:
    """The entries with what `in_full` needs, in a fixed number of queries; the bytes of files stay in the database."""
    files = Prefetch("files", PublishedFile.objects.defer("content"))
    return with_changes(entries).select_related("authority").defer("words").prefetch_related("marks", files)


def with_changes(entries: QuerySet[Publication]) -> QuerySet[Publication]:
    """The entries with what became of them and what replaced them, in one query more however many they are."""
    return entries.prefetch_related(what_became())


def what_became() -> Prefetch[Any]:
    """Fetches the changes of entries with the answers that replaced them, as far as lists and pages tell of them."""
    later = PublicationChange.objects.select_related("replaced_by__authority")
    return Prefetch("changes", later.defer("replaced_by__words", "replaced_by__content"))


def in_short(entry: Publication, absolute: Absolute) -> dict[str, Any]:
    """The entry as a list of entries gives it. Needs its marks and changes prefetched to ask the database nothing."""
    path = [entry.authority.slug, entry.slug]
    marks = list(entry.marks.all())
    return {
        "id": f"{entry.authority.slug}/{entry.slug}",
        "address": address_of(entry, absolute),
        "data": absolute(reverse("portal:entry-data", args=path)),
        "force": {"id": entry.authority.slug, "name": entry.authority.name},
        "reference": entry.reference,
        "title": entry.title,
        "part": entry.part or None,
        "received": entry.received.isoformat(),
        "responded": entry.responded.isoformat(),
        "working_days": days_taken(entry),
        "published": entry.published_at.isoformat(timespec="seconds"),
        "outcomes": [
            {"id": value, "label": str(outcome_label(Outcome(value)))}
            for value in entry.outcomes
            if value in set(Outcome)
        ],
        "exemptions": sorted(mark.value for mark in marks if mark.kind == PublicationMark.Kind.LIMB),
        "topics": [{"id": slug, "label": topic_label(slug)} for slug in read(entry.topics)],
        "replaced": _replaced(entry, absolute),
    }


def in_full(entry: Publication, absolute: Absolute) -> dict[str, Any]:
    """The whole entry: questions with their answers, reasons, files and corrections."""
    return {
        **in_short(entry, absolute),
        "stage": entry.content.get("stage"),
        "opening_html": entry.content.get("opening", ""),
        "answers": [{"title": part["title"], "html": part["html"]} for part in entry.content.get("answers", [])],
        "reasons_html": entry.content.get("reasons", ""),
        "files": [_file(entry, file, absolute) for file in entry.files.all()],
        "corrections": [
            {
                "at": change.at.isoformat(timespec="seconds"),
                "reason": change.reason,
                "replaced_by": address_of(later, absolute)
                if (later := change.replaced_by) and later.is_visible
                else None,
            }
            for change in entry.changes.all()
        ],
    }


def _replaced(entry: Publication, absolute: Absolute) -> dict[str, Any] | None:
    change = entry.replaced
    if change is None or change.replaced_by is None:
        return None
    return {
        "at": change.at.isoformat(timespec="seconds"),
        "reason": change.reason,
        "by": address_of(change.replaced_by, absolute),
    }


def address_of(entry: Publication, absolute: Absolute) -> str:
    """Where readers find the entry."""
    return absolute(reverse("portal:entry", args=[entry.authority.slug, entry.slug]))


def _file(entry: Publication, file: PublishedFile, absolute: Absolute) -> dict[str, Any]:
    path = [entry.authority.slug, entry.slug, file.name]
    found = {
        "name": file.name,
        "title": file.title,
        "media_type": file.media_type,
        "bytes": file.size,
        "address": absolute(reverse("portal:file", args=path)),
    }
    if file.media_type.startswith("text/csv"):
        found["description"] = absolute(reverse("portal:file-description", args=path))
    return found


def table_description(entry: Publication, file: PublishedFile, absolute: Absolute) -> dict[str, Any]:
    """A table as CSV on the Web describes it (W3C, "Metadata Vocabulary for Tabular Data").

    Notes stand beneath the figures in the file, so that a row of a note has one cell; `rdfs:comment` repeats them.
    """
    rows = list(csv.reader(io.StringIO(bytes(file.content).decode("utf-8-sig"))))
    header = rows[0] if rows else []
    notes = [row[0] for row in rows[1:] if len(row) == 1 < len(header) and row[0]]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": absolute(reverse("portal:file", args=[entry.authority.slug, entry.slug, file.name])),
        "dc:title": file.title,
        "dc:publisher": entry.authority.name,
        "dc:identifier": entry.reference,
        "dc:date": entry.responded.isoformat(),
        "rdfs:comment": notes,
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [{"titles": title, "datatype": _datatype(rows[1:], place)} for place, title in enumerate(header)]
        },
    }


def _datatype(rows: list[list[str]], place: int) -> str:
    cells = [row[place] for row in rows if len(row) > max(place, 1) and row[place]]
    whole = cells and all(cell.replace(",", "").lstrip("-").isdigit() for cell in cells)
    return "integer" if whole else "string"
