"""Data sets of a force: the list, an extract from upload to confirmation, the page of one, its case-level rows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.counting.data_set_counts import SEE_ROWS, rows_seen
from candour.desk.counting.data_sets import (
    IMPORT,
    UNDERSTAND,
    confirm,
    discard,
    in_background,
    is_large,
    refuse_taken,
    understand,
    upload,
)
from candour.desk.counting.records_files import reading, told
from candour.desk.forms.data_sets import KINDS, ExtractForm, LookForm, UnderstoodForm
from candour.desk.jobs.queue import nobody_works
from candour.desk.models import Job, JobState, RecordSet, RecordsUpload
from candour.desk.models.trail import Event
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import open_to
from candour.records import RecordsError
from candour.records.description import Column, write_description
from candour.records.vocabulary import terms_in_words

_MOST_EVENTS = 50
PER_PAGE = 100
"""Rows and cells not understood on one page."""


@staff_only
def data_sets(request: StaffRequest) -> HttpResponse:
    """The data sets of the force, and the extracts that wait to be confirmed."""
    force = force_of(request)
    waiting = RecordsUpload.objects.filter(authority=force).select_related("uploaded_by")
    return render(request, "desk/data_sets.html", {"sets": list(force.record_sets.all()), "waiting": list(waiting)})


@staff_only
def new_extract(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Upload an extract: of a new data set, or a later one of a data set there is."""
    record_set = record_set_of(request, pk) if pk is not None else None
    posted = request.method == "POST"
    form = ExtractForm(request.POST if posted else None, request.FILES if posted else None, record_set=record_set)
    if posted and form.is_valid():
        cleaned = form.cleaned_data
        file = cleaned["extract"]
        try:
            waiting = upload(
                force_of(request),
                record_set,
                cleaned.get("title", ""),
                file.name,
                file,
                cleaned.get("sheet", ""),
                request.user,
            )
        except (RecordsError, Refused) as error:
            form.add_error("extract", str(error))
        else:
            return redirect("desk:extract", waiting.pk)
    heading = f"A later extract of {record_set}" if record_set else "Add a data set"
    return render(request, "desk/extract_new.html", {"form": form, "heading": heading, "breadcrumbs": crumbs(heading)})


@staff_only
def extract(request: StaffRequest, pk: int) -> HttpResponse:
    """What was understood of an extract: to be corrected, tried again, confirmed or discarded."""
    waiting = _waiting(request, pk)
    if waiting is None:
        return _where_it_went(request, pk)
    if request.POST.get("action") == "discard":
        try:
            discard(waiting)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:extract", pk)
        messages.success(request, "The extract is discarded. Nothing of it is kept.")
        return redirect("desk:data-sets")
    if waiting.job and (waiting.job.is_open or not waiting.told):
        return render(request, "desk/work_awaited.html", awaited(waiting.job, waiting.name, waiting=waiting))
    problems = bool(waiting.told["set_aside"] + waiting.told["not_understood"])
    form = UnderstoodForm(
        request.POST if request.method == "POST" else None,
        description=waiting.description,
        problems=problems,
        later=waiting.record_set is not None,
    )
    if request.method == "POST" and form.is_valid() and (answer := _understood(request, waiting, form)):
        return answer
    heading = "What we understood"
    context = {
        "form": form,
        "waiting": waiting,
        "told": waiting.told,
        "problems": Paginator(told(waiting.file), PER_PAGE).get_page(request.GET.get("page")),
        "went_wrong": waiting.job.error if waiting.job and waiting.job.state == JobState.FAILED else "",
        "heading": heading,
        "breadcrumbs": crumbs(heading),
    }
    return render(request, "desk/extract.html", context)


def _waiting(request: StaffRequest, pk: int) -> RecordsUpload | None:
    found = RecordsUpload.objects.filter(authority=force_of(request), pk=pk)
    return found.select_related("record_set", "job", "authority").first()


def _where_it_went(request: StaffRequest, pk: int) -> HttpResponse:
    """The data set into which an extract was imported in the background. Raises Http404."""
    done = Job.objects.filter(
        authority=force_of(request), kind=IMPORT, key__startswith=f"{pk} ", state=JobState.DONE
    ).first()
    if done is None:
        raise Http404("There is no such extract. It may have been confirmed or discarded.")
    messages.success(request, str(done.result["says"]))
    return redirect("desk:data-set", done.result["record_set"])


def awaited(job: Job, heading: str, **more: Any) -> dict[str, Any]:
    """What a page shows while work is done in the background, or once it went wrong."""
    return {
        "job": job,
        "heading": heading,
        "nobody_works": nobody_works(),
        "breadcrumbs": crumbs(heading),
        **more,
    }


def _understood(request: StaffRequest, waiting: RecordsUpload, form: UnderstoodForm) -> HttpResponse | None:
    """Try the extract with what was corrected, and import it where that was asked; None where something is wrong."""
    before = waiting.told
    wanted = request.POST.get("action") == "import"
    corrected = "" if waiting.record_set else write_description(form.description)
    tried = bool(waiting.record_set) or corrected == waiting.description
    try:
        if not tried and is_large(waiting):
            in_background(waiting, UNDERSTAND, request.user, corrected)
            return redirect("desk:extract", waiting.pk)
        if not tried:
            understand(waiting, form.description)
            waiting.save()
        told = waiting.told
        problems = told["set_aside"] + told["not_understood"]
        if not wanted:
            messages.info(request, "Tried again with your corrections. Nothing is imported yet.")
            return redirect("desk:extract", waiting.pk)
        if problems and not form.cleaned_data.get("accept"):
            if "accept" in form.fields:
                form.add_error("accept", "Tick this to import although some rows were not understood, or correct them")
                return None
            messages.error(request, "Some rows were not understood with these corrections. Look at them first.")
            return redirect("desk:extract", waiting.pk)
        if is_large(waiting):
            refuse_taken(waiting)
            in_background(waiting, IMPORT, request.user)
            return redirect("desk:extract", waiting.pk)
        record_set = confirm(waiting, request.user)
    except (RecordsError, Refused) as error:
        waiting.told = before
        form.add_error(None, str(error))
        return None
    messages.success(request, f"The extract is in “{record_set}”.")
    return redirect("desk:data-set", record_set.pk)


@staff_only
def data_set(request: StaffRequest, pk: int) -> HttpResponse:
    """What a data set is, its extracts, its counts and its trail; no row of it."""
    record_set = record_set_of(request, pk)
    try:
        with reading(record_set) as held:
            description, editions = held.description, held.editions
    except RecordsError as error:
        messages.error(request, str(error))
        return redirect("desk:data-sets")
    keys = {name: role for role, names in description.keys.items() for name in names}
    context: dict[str, Any] = {
        "record_set": record_set,
        "column_head": ("Heading", "What it holds", "Its terms", "Tells apart"),
        "edition_head": ("Edition", "Extract", "Rows", "Imported", "Digest (SHA-256)"),
        "edition_numeric": (2,),
        "columns": [_column(column, keys.get(column.name, "")) for column in description.kept],
        "editions": [
            (each.number, each.name, f"{each.rows:,}", each.imported.date(), each.digest[:12]) for each in editions
        ],
        "counts": list(
            record_set.counts.filter(open_to(request.user, "decision__case")).select_related(
                "decision__case", "made_by"
            )
        ),
        "events": [
            {"title": event.get_kind_display(), "by": str(event.actor), "when": event.at, "text": event.in_words}
            for event in Event.objects.filter(open_to(request.user), recordsevent__record_set=record_set)
            .select_related("actor")
            .order_by("-sequence")[:_MOST_EVENTS]
        ],
        "may_see_rows": request.user.has_perm(SEE_ROWS),
        "breadcrumbs": crumbs(record_set.title),
    }
    return render(request, "desk/data_set.html", context)


def _column(column: Column, tells_apart: str) -> tuple[str, str, str, str]:
    """A column in words: its heading, what it holds, the terms it is read by, and what it tells from another."""
    return (column.heading, dict(KINDS)[column.kind], terms_in_words(column.terms), tells_apart.capitalize())


@staff_only
def rows(request: StaffRequest, pk: int) -> HttpResponse:
    """Case-level rows, for those who may see them; each look is recorded with its reason."""
    record_set = record_set_of(request, pk)
    refuse_looking(request)
    form = LookForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            head, found, total = rows_seen(
                record_set, form.cleaned_data["where"], form.cleaned_data["reason"], request.user
            )
            shown = {"head": head, "rows": found, "total": total}
        except RecordsError as error:
            form.add_error("where", str(error))
    heading = f"Rows of {record_set}"
    context = {
        "form": form,
        "record_set": record_set,
        "heading": heading,
        "shown": shown,
        "breadcrumbs": crumbs(heading),
    }
    return render(request, "desk/data_set_rows.html", context)


def record_set_of(request: StaffRequest, pk: int) -> RecordSet:
    """A data set of the person’s force. Raises Http404."""
    found = RecordSet.objects.filter(authority=force_of(request), pk=pk).first()
    if found is None:
        raise Http404("There is no such data set.")
    return found


def refuse_looking(request: StaffRequest) -> None:
    """Raise PermissionDenied for somebody who may not look at case-level rows."""
    if not request.user.has_perm(SEE_ROWS):
        raise PermissionDenied(str(NotAllowed("You may not look at case-level rows.")))


def crumbs(here: str) -> list[dict[str, str]]:
    """The way to a page of the data sets."""
    return [{"text": "Data sets", "url": reverse("desk:data-sets")}, {"text": here}]
