"""The log as data portals describe it (DCAT, schema.org), and what its addresses take and give (OpenAPI)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from candour.desk.models import Authority, Publication, PublicationMark
from candour.desk.publishing.topics import topics
from candour.law import Outcome
from candour.portal.data import Absolute, address_of, topic_labels
from candour.portal.in_words import topic_label
from candour.portal.paging import PER_PAGE_OF_DATA
from candour.portal.search import LONGEST_WORDS

_SCHEMA = "https://schema.org/"
_TEXT: dict[str, Any] = {"type": "string"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_ADDRESS: dict[str, Any] = {"type": "string", "format": "uri"}
_NUMBER: dict[str, Any] = {"type": "integer"}
_ENTRY_PATHS = ({"name": "force", "in": "path", "required": True, "schema": _TEXT}, {
    "name": "entry", "in": "path", "required": True, "schema": _TEXT,
})  # fmt: skip


def catalogue(request: HttpRequest) -> HttpResponse:
    """The log as a data set of each force, with its distributions (W3C, Data Catalog Vocabulary 3)."""
    absolute = request.build_absolute_uri
    about = _topics_by_force()
    forces = Authority.objects.filter(pk__in=Publication.objects.visible().values("authority"))
    found = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Catalog",
        "@id": absolute(reverse("portal:catalogue")),
        "dct:title": f"{settings.CANDOUR_SERVICE_NAME}: disclosure log",
        "dcat:dataset": [_data_set(force, about.get(force.pk, set()), absolute) for force in forces],
    }
    return JsonResponse(found, content_type="application/ld+json")


def _topics_by_force() -> dict[int, set[str]]:
    """For each force, by its key, the topics on which readers can see an answer of it; one query."""
    marks = PublicationMark.objects.filter(
        kind=PublicationMark.Kind.TOPIC, publication__in=Publication.objects.visible()
    )
    found: dict[int, set[str]] = {}
    for force, slug in marks.values_list("publication__authority", "value").distinct():
        found.setdefault(force, set()).add(slug)
    return found


def _data_set(force: Authority, about: set[str], absolute: Absolute) -> dict[str, Any]:
    query = f"?force={force.slug}"
    ways = (
        ("Every entry, a line each", reverse("portal:whole-log"), "application/x-ndjson"),
        ("A page of entries", reverse("portal:log-data") + query, "application/json"),
        ("The newest entries", reverse("portal:feed") + query, "application/atom+xml"),
    )
    return {
        "@type": "dcat:Dataset",
        "@id": absolute(reverse("portal:log") + query),
        "dct:title": f"Answers of {force.name} to Freedom of Information requests",
        "dct:publisher": {"@type": "dct:Agent", "dct:title": force.name},
        "dcat:keyword": [topic_label(slug) for slug in topics() if slug in about],
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dct:title": title, "dcat:accessURL": absolute(path), "dcat:mediaType": kind}
            for title, path, kind in ways
        ],
    }


def entry_described(request: HttpRequest, authority: str, slug: str) -> HttpResponse:
    """One entry as schema.org describes a data set with its files; 410 with the reason where it was withdrawn."""
    from candour.portal.machine import published_entry, withdrawn

    entry = published_entry(authority, slug)
    if entry.withdrawn_at is not None:
        return withdrawn(entry)
    absolute, path = request.build_absolute_uri, [authority, slug]
    found: dict[str, Any] = {
        "@context": [_SCHEMA, {"dct": "http://purl.org/dc/terms/"}],
        "@type": "Dataset",
        "@id": address_of(entry, absolute),
        "name": entry.title,
        "identifier": entry.reference,
        "description": f"Answer of {entry.authority.name} to the request {entry.reference}",
        "datePublished": timezone.localtime(entry.published_at).date().isoformat(),
        "dateCreated": entry.responded.isoformat(),
        "keywords": topic_labels(entry),
        "isAccessibleForFree": True,
        "publisher": {"@type": "GovernmentOrganization", "name": entry.authority.name},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.title,
                "encodingFormat": file.media_type,
                "contentUrl": absolute(reverse("portal:file", args=[*path, file.name])),
            }
            for file in entry.files.all()
        ],
    }
    if (change := entry.replaced) and change.replaced_by:
        # schema.org has no word for it between two works.
        found["dct:isReplacedBy"] = {"@id": address_of(change.replaced_by, absolute)}
    return JsonResponse(found, content_type="application/ld+json")


def openapi(request: HttpRequest) -> HttpResponse:
    """What the addresses for programs take and give (OpenAPI 3.1)."""
    # A form sends the filters that nobody chose as empty, so that an empty value is one of each.
    search = [
        _parameter(
            "q", {**_TEXT, "maxLength": LONGEST_WORDS}, "Words that every entry has; “phrases” in quotation marks"
        ),
        _parameter("year", {**_TEXT, "pattern": "^([1-9][0-9]{3})?$"}, "The year of the answer"),
        _parameter("outcome", {**_TEXT, "enum": ["", *(outcome.value for outcome in Outcome)]}, "An outcome"),
        _parameter("section", {**_TEXT, "pattern": "^([0-9]{1,3}[A-Z]?)?$"}, "A section of the Act"),
        _parameter("limb", {**_TEXT, "pattern": r"^([0-9]{1,3}[A-Z]?(\([0-9A-Za-z]{1,4}\))+)?$"}, "A limb, 31(1)(a)"),
        _parameter("force", _TEXT, "The name of a force as its addresses have it"),
        _parameter("topic", {**_TEXT, "enum": ["", *topics()]}, "What the answer is about"),
        _parameter("sort", {**_TEXT, "enum": ["", "newest"]}, "The newest first, and not the best fit"),
    ]
    page = _parameter("page", {"type": "integer", "minimum": 1, "default": 1}, f"{PER_PAGE_OF_DATA} entries to a page")
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.CANDOUR_SERVICE_NAME}: disclosure log",
            "version": "1",
            "description": "Read only, without a key. `id` and `address` of an entry do not change; a withdrawn entry "
            "answers 410 with the reason.",
        },
        "servers": [{"url": request.build_absolute_uri("/")}],
        "paths": {
            "/log.json": {"get": _operation("entries", "A page of what a search finds", [*search, page], "Page")},
            "/log/{force}/{entry}.json": {
                "get": _operation("entry", "One entry in full", list(_ENTRY_PATHS), "EntryInFull", missing=True)
            },
            "/log.atom": {"get": _plain("feed", "The newest that a search finds", search, "application/atom+xml")},
            "/log.jsonl": {"get": _plain("whole", "Every entry in full, one to a line", [], "application/x-ndjson")},
            "/catalogue.jsonld": {"get": _plain("catalogue", "The log as a DCAT catalogue", [], "application/ld+json")},
        },
        "components": {"schemas": _schemas()},
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


def _parameter(name: str, schema: dict[str, Any], says: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": says}


def _operation(name: str, says: str, parameters: list[Any], schema: str, *, missing: bool = False) -> dict[str, Any]:
    answers = {"200": _gives(says, schema)}
    if missing:
        answers |= {"404": {"description": "There is no such entry"}, "410": _gives("Withdrawn", "Withdrawn")}
    else:
        answers |= {
            "400": _gives("The address makes no sense", "Refusal"),
            "404": _gives("There is no such page", "Refusal"),
        }
    return {"operationId": name, "summary": says, "parameters": parameters, "responses": answers}


def _gives(text: str, ref: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{ref}"}}}}


def _plain(name: str, says: str, parameters: list[Any], kind: str) -> dict[str, Any]:
    answers = {"200": {"description": says, "content": {kind: {}}}}
    if parameters:
        answers["400"] = _gives("The address makes no sense", "Refusal")
    return {"operationId": name, "summary": says, "parameters": parameters, "responses": answers}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _schemas() -> dict[str, Any]:
    named = _object(id=_TEXT, label=_TEXT)
    short = _object(
        id=_TEXT,
        address=_ADDRESS,
        data=_ADDRESS,
        force=_object(id=_TEXT, name=_TEXT),
        reference=_TEXT,
        title=_TEXT,
        part={"type": ["string", "null"]},
        received=_DAY,
        responded=_DAY,
        working_days={"type": ["integer", "null"]},
        published=_MOMENT,
        outcomes=_list(named),
        exemptions=_list(_TEXT),
        topics=_list(named),
        replaced={**_object(at=_MOMENT, reason=_TEXT, by=_ADDRESS), "type": ["object", "null"]},
    )
    file = _object(name=_TEXT, title=_TEXT, media_type=_TEXT, bytes=_NUMBER, address=_ADDRESS)
    file["properties"]["description"] = _ADDRESS
    link = {"type": ["string", "null"], "format": "uri"}
    stage = {**_object(answers=_TEXT, left=_TEXT), "type": ["object", "null"]}
    more = _object(
        stage=stage,
        opening_html=_TEXT,
        answers=_list(_object(title=_TEXT, html=_TEXT)),
        reasons_html=_TEXT,
        files=_list(file),
        corrections=_list(_object(at=_MOMENT, reason=_TEXT, replaced_by=link)),
    )
    counts = _list(_object(id=_TEXT, label=_TEXT, count=_NUMBER))
    return {
        "Entry": short,
        "EntryInFull": {
            "type": "object",
            "properties": {**short["properties"], **more["properties"]},
            "required": [*short["required"], *more["required"]],
        },
        "Page": _object(
            count=_NUMBER,
            pages=_NUMBER,
            page=_NUMBER,
            next=link,
            previous=link,
            counts=_object(force=counts, year=counts, outcome=counts, section=counts, topic=counts),
            entries=_list({"$ref": "#/components/schemas/Entry"}),
        ),
        "Refusal": _object(error=_TEXT),
        "Withdrawn": _object(withdrawn=_MOMENT, reason=_TEXT),
    }
