"""A file that is given: uploading it, what the gate found, original and rebuilt side by side, agreeing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.decide import changing
from candour.desk.checked_files.side_by_side import screens_of
from candour.desk.checked_files.uploads import check_upload, give, held_while_looking, job_of, keep, sealed_upload
from candour.desk.forms.upload import AgreeToFileForm, UploadForm
from candour.desk.jobs import stop
from candour.desk.jobs.queue import nobody_works
from candour.desk.models import CheckedFile
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.views.decision_page import DecisionPage, page_of
from candour.files.catalogue import UnknownCode, hiding_place
from candour.law import Step

_GRAVITY = {"C": ("A whole data set", "red"), "H": ("Content or a person", "orange")}
_LIGHTER = {"M": "An identity or a path", "L": "A trace"}

_REFRESH = 3
"""Seconds after which a browser, with or without scripts, asks again how far the gate is."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in the words of the page."""

    title: str
    tag: str
    colour: str
    count: int
    place: str
    evidence: str
    recovery: str
    advice: str
    grave: bool


@staff_only
def upload(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """What the file is meant to be, and the file."""
    page = page_of(request, pk, name)
    form = UploadForm(request.POST or None, request.FILES or None, decision=page.decision)
    if request.method == "POST" and form.is_valid():
        try:
            checked = _take(page, form, request)
        except ChangedMeanwhile as error:
            data = request.POST.copy()
            data["version"] = str(error.current.version)
            form = UploadForm(data, request.FILES, decision=error.current)
            messages.error(request, str(error))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            return redirect("desk:file", pk, name, checked.pk)
    heading = "Give a file"
    return render(request, "desk/file_upload.html", {**page.context(heading), "form": form, "heading": heading})


def _take(page: DecisionPage, form: UploadForm, request: StaffRequest) -> CheckedFile:
    """Take the upload in: the gate looks into it in the background, or here where no upload may be held."""
    upload, title, version = (form.cleaned_data[name] for name in ("file", "title", "version"))
    # What takes seconds is done before the decision is locked.
    if held_while_looking():
        checked, sealed = sealed_upload(upload, title, form.shape, request.user)
        with changing(page.decision, version, request.user, f"file “{title}” given") as stored:
            return give(stored, checked, sealed, request.user)
    checked, outputs = check_upload(upload, title, form.shape, request.user.authority, request.user)
    with changing(page.decision, version, request.user, f"file “{title}” looked into") as stored:
        return keep(stored, checked, outputs)


@staff_only
def checked_file(request: StaffRequest, pk: int, name: str, number: int) -> HttpResponse:
    """What the gate found, what was rebuilt beside the original, and the agreement."""
    page = page_of(request, pk, name)
    checked = _checked(page, number)
    if checked.looked_at is None:
        return _awaited(request, page, checked)
    form = AgreeToFileForm(request.POST if request.method == "POST" else None, checked=checked)
    if request.method == "POST" and form.is_valid():
        version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
        try:
            note = f"rebuilt file “{checked.title}” agreed"
            with changing(page.decision, version, request.user, note):
                form.save(request.user)
        except ChangedMeanwhile as error:
            who = error.current.saved_by or "Somebody else"
            messages.error(request, f"{who} has changed this decision meanwhile. Look again before you go on.")
            return redirect(reverse("desk:file", args=[pk, name, number]))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse("desk:file", args=[pk, name, number]))
        else:
            messages.success(request, f"“{checked.title}” is in the answer, rebuilt.")
            return redirect(page.step_url(Step.DISCLOSURE, None))
    heading = checked.title
    findings = _told(checked.findings)
    context = {
        **page.context(heading),
        "heading": heading,
        "checked": checked,
        "grave": [told for told in findings if told.grave],
        "lighter": [told for told in findings if not told.grave],
        "in_sight": _told(checked.in_sight),
        "page": screens_of(checked.original, checked.rebuilt, request.GET.get("page")),
        "form": form,
        "version": page.decision.version,
        "share": f"{checked.classified:.0%}",
    }
    return render(request, "desk/file.html", context)


def _awaited(request: StaffRequest, page: DecisionPage, checked: CheckedFile) -> HttpResponse:
    """How far the gate is with a file, and the button that stops it; the page asks for itself again."""
    job = job_of(checked)
    here = reverse("desk:file", args=[page.case.pk, page.name, checked.pk])
    if request.method == "POST":
        try:
            if job:
                stop(job.pk, request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(here)
    context = {
        **page.context(checked.title),
        "heading": checked.title,
        "checked": checked,
        "job": job,
        "nobody_works": nobody_works(),
    }
    answer = render(request, "desk/file_awaited.html", context)
    if job and job.is_open:
        answer["Refresh"] = str(_REFRESH)
    return answer


@staff_only
def clean_file(request: StaffRequest, pk: int, name: str, number: int, output: int) -> HttpResponse:
    """One of the rebuilt files, to be looked at in its own program."""
    page = page_of(request, pk, name)
    made = _checked(page, number).outputs.filter(pk=output).first()
    if made is None:
        raise Http404("There is no such file.")
    answer = HttpResponse(made.proven, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _checked(page: DecisionPage, number: int) -> CheckedFile:
    found = page.decision.checked_files.filter(pk=number).first() if page.decision.pk else None
    if found is None:
        raise Http404("There is no such file.")
    return found


def _told(findings: list[dict[str, Any]]) -> list[Told]:
    told = []
    for finding in sorted(findings, key=lambda finding: "CHML".index(finding["severity"])):
        try:
            place = hiding_place(finding["code"])
            title, advice = place.title, place.advice
        except UnknownCode:
            title, advice = finding["code"], ""
        grave = finding["severity"] in _GRAVITY
        tag, colour = _GRAVITY.get(finding["severity"]) or (_LIGHTER[finding["severity"]], "grey")
        told.append(
            Told(
                title,
                tag,
                colour,
                finding["count"],
                finding["place"],
                finding["evidence"],
                finding["recovery"],
                "" if advice.startswith("Send the rebuilt file") else advice,
                grave,
            )
        )
    return told
